/* The SHA-256 of a run database that was closed, in a hidden file beside it that `sha256sum -c` can
 * read. SQLite notices damage to its own structures, not a number that has become another one. */
#ifndef LIMEN_STORE_SUM_H
#define LIMEN_STORE_SUM_H

#include <stdbool.h>

#include "base/error.h"

extern const char limen_sum_name[]; /* of the file in the run folder */

/* LIMEN_INPUT when the database is not what it was when it was closed. One that nobody closed, as
 * it is written right now or its writer was killed, has no sum: *known is false then. */
int limen_sum_check(const char *folder, bool *known, struct limen_error *error);

/* Before the first change. LIMEN_FAILED when the file stays: it would call the changes damage. */
int limen_sum_drop(const char *folder, struct limen_error *error);

/* After the last change. What fails leaves no sum. */
void limen_sum_write(const char *folder);

#endif
