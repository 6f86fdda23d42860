/* NumPy's .npy files, versions 1 and 2, C order, little-endian, one or two dimensions. */
#ifndef LIMEN_DATA_NPY_H
#define LIMEN_DATA_NPY_H

#include <stddef.h>

#include "base/error.h"

enum limen_npy_type { LIMEN_NPY_F4, LIMEN_NPY_F8, LIMEN_NPY_U4 };

/* Writes rows x columns values, row-major. */
int limen_npy_write(const char *path, enum limen_npy_type type, size_t rows, size_t columns,
                    const void *values, struct limen_error *error);

/* Reads a file that must hold exactly `type`; a one-dimensional one has one column. *values is
 * released by limen_free. LIMEN_INPUT, naming the file and what is wrong, for anything else: the
 * sizes in the header are checked against the file's before memory is taken. */
int limen_npy_read(const char *path, enum limen_npy_type type, size_t *rows, size_t *columns,
                   void **values, struct limen_error *error);

#endif
