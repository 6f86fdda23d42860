/* NumPy's .npy files, versions 1 and 2, C order, little-endian, one or two dimensions. */
#ifndef LIMEN_DATA_NPY_H
#define LIMEN_DATA_NPY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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

/* ---- for files that are mapped or written piece by piece ---- */

struct limen_npy_header {
  char type[24]; /* as it stands there, cut: "'<f4'" with its quotes */
  size_t rows, columns;
  size_t start; /* bytes before the values */
};

/* Understands the header at the start of `bytes`; LIMEN_INPUT, without a file's name, otherwise.
 * Neither the type nor whether the values are all there is looked at. */
int limen_npy_parse(const uint8_t *bytes, size_t count, struct limen_npy_header *out,
                    struct limen_error *error);

/* Writes a header of version 1 for `code` ("<f4"); write errors stay with the stream. */
void limen_npy_write_header(FILE *stream, const char *code, size_t rows, size_t columns);

#endif
