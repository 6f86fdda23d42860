/* Where the numbers of a file stand and of which type they are. A format finds the layout; what
 * follows, checking and converting, is the same for all of them. */
#ifndef LIMEN_DATA_LAYOUT_H
#define LIMEN_DATA_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/mapping.h"

/* Every format here but idx is little-endian, and its numbers are used where they stand. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file formats are little-endian");

enum limen_cell {
  LIMEN_CELL_F2,
  LIMEN_CELL_F4,
  LIMEN_CELL_F8,
  LIMEN_CELL_I1,
  LIMEN_CELL_U1,
  LIMEN_CELL_I4,
  LIMEN_CELL_U4,
  LIMEN_CELL_I8,
  LIMEN_CELLS
};
const char *limen_cell_name(enum limen_cell cell); /* "float32" */
size_t limen_cell_size(enum limen_cell cell);      /* bytes */
bool limen_cell_is_float(enum limen_cell cell);

struct limen_layout {
  enum limen_cell cell;
  size_t rows, columns;
  size_t start, stride; /* bytes: where row 0 has its first value, and from there to row 1 */
  size_t distances;     /* byte where rows x columns float32 without gaps stand; 0: none */
  bool copied;          /* by another library: bytes here are not those of the file */
  char metric[16];      /* what the file says it is for ("angular"), "" when it does not */
};

/* Sets rows without gaps. LIMEN_INPUT when there are none, or when they do not end where the file
 * does; the message says in which row and at which byte the file ends. */
int limen_layout_dense(struct limen_layout *layout, enum limen_cell cell, size_t rows,
                       size_t columns, size_t start, size_t size, struct limen_error *error);

/* Whether everything it speaks of lies within `size` bytes. */
bool limen_layout_within(const struct limen_layout *layout, size_t size);

/* Checks every value: LIMEN_INPUT names row, column and byte of one that is not finite, or too
 * large for float32, unless `allow_bad`. `rounded` gets how many values float32 cannot hold. */
int limen_layout_check(const struct limen_layout *layout, const struct limen_mapping *mapping,
                       bool allow_bad, size_t *rounded, struct limen_error *error);

/* out (count x columns) gets rows first .. first + count - 1, which exist. */
void limen_layout_load(const struct limen_layout *layout, const struct limen_mapping *mapping,
                       size_t first, size_t count, float *out);

/* out (rows x columns) gets the values as ids; LIMEN_INPUT names the first that is none: not a
 * whole number, below -1 (which stands for "none"), or beyond 32 bits. */
int limen_layout_ids(const struct limen_layout *layout, const struct limen_mapping *mapping,
                     int32_t *out, struct limen_error *error);

/* Whether values of four bytes are rather ids than floats, told from the first few of them: ids
 * read as floats are far below any number in use. 1 yes, 0 no, -1 cannot tell. */
int limen_layout_looks_like_ids(const struct limen_layout *layout,
                                const struct limen_mapping *mapping);

/* "row 3, column 5 (byte 1234)"; `out` holds at least LIMEN_PLACE_SIZE bytes; returns out. */
enum { LIMEN_PLACE_SIZE = 112 };
const char *limen_layout_place(const struct limen_layout *layout,
                               const struct limen_mapping *mapping, size_t row, size_t column,
                               char *out);

#endif
