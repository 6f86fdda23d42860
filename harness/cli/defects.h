/* Saying what is wrong with a file of vectors that is right as a file. */
#ifndef LIMEN_CLI_DEFECTS_H
#define LIMEN_CLI_DEFECTS_H

#include "base/text.h"
#include "data/format.h"

/* "1 zero row, the first is row 2; 3 repeated rows, the first is row 5, which repeats row 1"; "no
 * zero rows; no repeated rows" when there are none. */
void limen_defects_words(const struct limen_defects *defects, struct limen_text *out);

/* Looks for zero and repeated rows, and writes one line to stderr when there are any. Files of more
 * than LIMEN_DEFECTS_ROWS rows are passed over, with a line that says so: looking takes up to 48
 * bytes of memory a row. */
enum { LIMEN_DEFECTS_ROWS = 1 << 24 };
int limen_defects_warn(const char *path, const struct limen_vectors *vectors,
                       struct limen_error *error);

#endif
