/* One bit: the sign, times a float32 scale of each vector, the mean size of its coordinates. Of all
 * scales that one leaves the smallest squared error. Zero counts as positive.
 *
 * To reproduce: (0.5, -0.25, 0) becomes (0.25, -0.25, 0.25). */
#include <math.h>

#include "limits/arithmetic.h"

extern const struct limen_quantiser limen_quantiser_bit1;

static size_t round_row(size_t d, const double *row, double *out) {
  double mean = 0;
  for (size_t i = 0; i < d; i++) mean += fabs(row[i]) / (double)d;
  double scale = (float)mean;
  for (size_t i = 0; i < d; i++) out[i] = row[i] < 0 ? -scale : scale;
  return isinf(scale) ? d : 0;
}

const struct limen_quantiser limen_quantiser_bit1 = {
    .name = "bit1",
    .about = "signs, times the mean size of each vector's coordinates as a float32",
    .bits = 1,
    .codes = 2,
    .vector_bits = 32,
    .round = round_row,
};
