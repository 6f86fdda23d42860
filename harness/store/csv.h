/* CSV as RFC 4180 has it. */
#ifndef LIMEN_STORE_CSV_H
#define LIMEN_STORE_CSV_H

#include <stdbool.h>

#include "base/text.h"

/* Appends one field, after a comma unless it is the first of its line. Text that holds a comma, a
 * quote or a line break is quoted; text that a spreadsheet would run as a formula (it starts with
 * = + - @, tab or return) gets an apostrophe before it. */
void limen_csv_text(struct limen_text *out, bool first, const char *field);

/* A number; NaN is an empty field. */
void limen_csv_number(struct limen_text *out, bool first, double value);

#endif
