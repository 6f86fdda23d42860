/* Whole numbers from -most to most times a scale that each vector has of its own: its largest
 * coordinate over `most`, as a float32. The lowest code, -most - 1, stays unused, so that the grid
 * is symmetric. A scale that float32 cannot hold makes zeros or infinities of the vector.
 *
 * To reproduce: (0.57, -0.11) in int8 is 127 and -25 times 0.57 / 127. */
#include <math.h>

#include "limits/arithmetic.h"

extern const struct limen_quantiser limen_quantiser_int8, limen_quantiser_int4;

static size_t round_row(double most, size_t d, const double *row, double *out) {
  double largest = 0;
  size_t infinite = 0;
  for (size_t i = 0; i < d; i++) largest = fmax(largest, fabs(row[i]));
  double scale = (float)(largest / most);
  for (size_t i = 0; i < d; i++) {
    if (isinf(scale))
      out[i] = row[i] == 0 ? 0 : copysign(INFINITY, row[i]);
    else if (scale > 0) /* a scale that was rounded down would need most + 1 without the minimum */
      out[i] = copysign(fmin(fabs(rint(row[i] / scale)), most), row[i]) * scale;
    else
      out[i] = copysign(0, row[i]);
    infinite += isinf(out[i]) != 0;
  }
  return infinite;
}

static size_t round_int8(size_t d, const double *row, double *out) {
  return round_row(127, d, row, out);
}

static size_t round_int4(size_t d, const double *row, double *out) {
  return round_row(7, d, row, out);
}

const struct limen_quantiser limen_quantiser_int8 = {
    .name = "int8",
    .about = "whole numbers from -127 to 127 times a float32 scale of each vector",
    .bits = 8,
    .codes = 255,
    .peak = 0.5 / 127 * (1 + 0x1p-20), /* half a scale, which float32 rounds */
    .tiny = 0x1p-142,
    .vector_bits = 32,
    .round = round_int8,
};

const struct limen_quantiser limen_quantiser_int4 = {
    .name = "int4",
    .about = "whole numbers from -7 to 7 times a float32 scale of each vector",
    .bits = 4,
    .codes = 15,
    .peak = 0.5 / 7 * (1 + 0x1p-20), /* half a scale, which float32 rounds */
    .tiny = 0x1p-142,
    .vector_bits = 32,
    .round = round_int4,
};
