/* CSV as RFC 4180 has it. */
#ifndef LIMEN_STORE_CSV_H
#define LIMEN_STORE_CSV_H

#include <stdbool.h>

#include "base/text.h"

/* Appends one field, after a comma unless it is the first of its line. Text that holds a comma, a
 * quote or a line break is quoted; text that a spreadsheet would run as a formula (it starts with
 * = + - @ or their wide forms, tab, return or line feed) gets an apostrophe before it. Numbers are
 * never changed, negative ones included: they are written by limen_csv_number. */
void limen_csv_text(struct limen_text *out, bool first, const char *field);

/* A number; NaN is an empty field. */
void limen_csv_number(struct limen_text *out, bool first, double value);

#endif
