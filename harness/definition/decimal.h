/* Decimal numbers as people write them: [+-]digits[.digits][e[+-]digits], from the first byte to
 * the last. strtod alone takes more than is wanted here: NaN, infinities, hexadecimal, blanks. */
#ifndef LIMEN_DEFINITION_DECIMAL_H
#define LIMEN_DEFINITION_DECIMAL_H

#include <stdint.h>

enum limen_decimal {
  LIMEN_DECIMAL_OK,
  LIMEN_DECIMAL_NO_NUMBER,
  LIMEN_DECIMAL_NOT_WHOLE, /* an integer was asked for: "4.5" */
  LIMEN_DECIMAL_BEYOND     /* past the range of int64_t or double, or rounds to zero: "1e-400" */
};

/* Exact: "1e5" and "4.0" are integers, "9007199254740993" keeps its last digit. */
enum limen_decimal limen_decimal_integer(const char *text, int64_t *out);

/* The nearest double; "-0" is 0. */
enum limen_decimal limen_decimal_real(const char *text, double *out);

/* Digits after the point once the exponent is applied: 2 for "0.25", 3 for "1e-3", 0 for "1e5".
 * `text` is a number. */
int limen_decimal_places(const char *text);

/* "which is not a number", ... for messages; not for LIMEN_DECIMAL_OK. */
const char *limen_decimal_words(enum limen_decimal what);

#endif
