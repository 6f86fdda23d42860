#include "definition/decimal.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

enum { EXPONENT_MOST = 100000 /* far past any double; keeps the sums below from overflowing */ };

struct parts {
  bool negative, point, zero, whole_digits_fit;
  uint64_t significant; /* digits without leading and trailing zeros, when they fit */
  int places;           /* digits after the point */
  int trailing;         /* zeros that were left off `significant` */
  int exponent;
};

/* Appends a digit; zeros wait until a later digit proves that they count. */
static void add_digit(struct parts *parts, int digit) {
  if (digit == 0) {
    if (parts->trailing < EXPONENT_MOST) parts->trailing++;
    return;
  }
  parts->zero = false;
  for (int i = 0; i <= parts->trailing && parts->whole_digits_fit; i++)
    if (__builtin_mul_overflow(parts->significant, (uint64_t)10, &parts->significant))
      parts->whole_digits_fit = false;
  if (__builtin_add_overflow(parts->significant, (uint64_t)digit, &parts->significant))
    parts->whole_digits_fit = false;
  parts->trailing = 0;
}

static bool scan(const char *text, struct parts *out) {
  struct parts parts = {.zero = true, .whole_digits_fit = true};
  size_t digits = 0;
  if (*text == '+' || *text == '-') parts.negative = *text++ == '-';
  for (;; text++) {
    if (isdigit((unsigned char)*text)) {
      digits++;
      if (parts.point && parts.places < EXPONENT_MOST) parts.places++;
      add_digit(&parts, *text - '0');
    } else if (*text == '.' && !parts.point) {
      parts.point = true;
    } else {
      break;
    }
  }
  if (digits == 0) return false;
  if (*text == 'e' || *text == 'E') {
    bool minus = *++text == '-';
    if (*text == '+' || *text == '-') text++;
    if (!isdigit((unsigned char)*text)) return false;
    for (; isdigit((unsigned char)*text); text++)
      if (parts.exponent < EXPONENT_MOST) parts.exponent = 10 * parts.exponent + (*text - '0');
    if (minus) parts.exponent = -parts.exponent;
  }
  *out = parts;
  return *text == '\0';
}

enum limen_decimal limen_decimal_integer(const char *text, int64_t *out) {
  struct parts parts;
  if (!scan(text, &parts)) return LIMEN_DECIMAL_NO_NUMBER;
  if (parts.zero) {
    *out = 0;
    return LIMEN_DECIMAL_OK;
  }
  /* More digits than 64 bits hold, and yet a small number: some of them stand after the point. */
  if (!parts.whole_digits_fit)
    return fabs(strtod(text, NULL)) < 0x1p63 ? LIMEN_DECIMAL_NOT_WHOLE : LIMEN_DECIMAL_BEYOND;
  int shift = parts.exponent - parts.places + parts.trailing;
  if (shift < 0) return LIMEN_DECIMAL_NOT_WHOLE;
  for (; shift > 0; shift--)
    if (__builtin_mul_overflow(parts.significant, (uint64_t)10, &parts.significant))
      return LIMEN_DECIMAL_BEYOND;
  if (parts.significant > (uint64_t)INT64_MAX) return LIMEN_DECIMAL_BEYOND;
  *out = parts.negative ? -(int64_t)parts.significant : (int64_t)parts.significant;
  return LIMEN_DECIMAL_OK;
}

enum limen_decimal limen_decimal_real(const char *text, double *out) {
  struct parts parts;
  if (!scan(text, &parts)) return LIMEN_DECIMAL_NO_NUMBER;
  double value = strtod(text, NULL);
  if (!isfinite(value) || (value == 0 && !parts.zero)) return LIMEN_DECIMAL_BEYOND;
  *out = value == 0 ? 0 : value;
  return LIMEN_DECIMAL_OK;
}

int limen_decimal_places(const char *text) {
  struct parts parts;
  if (!scan(text, &parts)) return 0;
  int places = parts.places - parts.exponent;
  return places < 0 ? 0 : places;
}

const char *limen_decimal_words(enum limen_decimal what) {
  switch (what) {
    case LIMEN_DECIMAL_NOT_WHOLE:
      return "which is not a whole number";
    case LIMEN_DECIMAL_BEYOND:
      return "which is beyond what the machine can hold";
    default:
      return "which is not a number";
  }
}
