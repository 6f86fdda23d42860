/* Files of hnswlib 0.6.2, looked through before the library reads them. */
#ifndef LIMEN_ENGINES_HNSWLIB_FILE_H
#define LIMEN_ENGINES_HNSWLIB_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "engines/engine.h"

/* Checks every byte that hnswlib will rely on: the library itself looks at the length only, and
 * follows whatever link it finds. LIMEN_INPUT names the field, the row or the link that is wrong
 * for an index of this shape and these settings. */
int limen_hnswlib_file_check(const char *path, size_t rows, size_t columns,
                             const struct limen_index_settings *settings,
                             struct limen_error *error);

#endif
