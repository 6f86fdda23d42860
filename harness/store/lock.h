/* A lock on a run folder that dies with its process. */
#ifndef LIMEN_STORE_LOCK_H
#define LIMEN_STORE_LOCK_H

#include "base/error.h"

/* Takes the lock of `folder`; *descriptor is closed to release it. LIMEN_FAILED names the holder.
 */
int limen_lock_take(const char *folder, int *descriptor, struct limen_error *error);

#endif
