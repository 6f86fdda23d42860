/* Binary floating point: a sign, an exponent and `digits` significant bits, the first of which is
 * not stored. Numbers below the least normal one keep its distance from one another (subnormal
 * ones). A double is rounded once, never by way of another format, which could turn a number just
 * above the middle into a tie.
 *
 * To reproduce: 0.1 is 0.0999755859375 in float16 and 0.10009765625 in bfloat16. */
#include <math.h>
#include <string.h>

#include "limits/arithmetic.h"

extern const struct limen_quantiser limen_quantiser_float64, limen_quantiser_float32,
    limen_quantiser_bfloat16, limen_quantiser_float16;

struct format {
  int digits;
  int lowest, highest; /* exponents of the least and of the largest normal power of 2 */
};

static double round_one(const struct format *format, double value) {
  if (value == 0) return value;
  int exponent = ilogb(value);
  if (exponent < format->lowest) exponent = format->lowest;
  int step = exponent - format->digits + 1;
  /* Powers of 2 change no digit, and rint rounds ties to even. */
  double rounded = ldexp(rint(ldexp(value, -step)), step);
  return fabs(rounded) >= ldexp(1, format->highest + 1) ? copysign(INFINITY, value) : rounded;
}

static size_t round_row(const struct format *format, size_t d, const double *row, double *out) {
  size_t infinite = 0;
  for (size_t i = 0; i < d; i++) {
    out[i] = round_one(format, row[i]);
    infinite += isinf(out[i]) != 0;
  }
  return infinite;
}

static size_t round_float64(size_t d, const double *row, double *out) {
  memmove(out, row, d * sizeof *out);
  return 0;
}

static size_t round_float32(size_t d, const double *row, double *out) {
  return round_row(&(struct format){24, -126, 127}, d, row, out);
}

static size_t round_bfloat16(size_t d, const double *row, double *out) {
  return round_row(&(struct format){8, -126, 127}, d, row, out);
}

static size_t round_float16(size_t d, const double *row, double *out) {
  return round_row(&(struct format){11, -14, 15}, d, row, out);
}

const struct limen_quantiser limen_quantiser_float64 = {
    .name = "float64",
    .about = "IEEE double precision: 53 significant bits",
    .bits = 64,
    .codes = 0x1.ffcp63, /* finite, both zeros among them */
    .unit = 0x1p-53,
    .tiny = 0x1p-1074,
    .round = round_float64,
};

const struct limen_quantiser limen_quantiser_float32 = {
    .name = "float32",
    .about = "IEEE single precision: 24 significant bits, up to 3.4e38",
    .bits = 32,
    .codes = 0x1.fep31, /* finite, both zeros among them */
    .unit = 0x1p-24,
    .tiny = 0x1p-150,
    .round = round_float32,
};

const struct limen_quantiser limen_quantiser_bfloat16 = {
    .name = "bfloat16",
    .about = "the upper half of float32: 8 significant bits, up to 3.4e38",
    .bits = 16,
    .codes = 0x1.fep15, /* finite, both zeros among them */
    .unit = 0x1p-8,
    .tiny = 0x1p-134,
    .round = round_bfloat16,
};

const struct limen_quantiser limen_quantiser_float16 = {
    .name = "float16",
    .about = "IEEE half precision: 11 significant bits, up to 65504",
    .bits = 16,
    .codes = 0x1.fp15, /* finite, both zeros among them */
    .unit = 0x1p-11,
    .tiny = 0x1p-25,
    .round = round_float16,
};
