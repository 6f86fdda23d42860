/* Sixteen elements at a time in two registers of eight doubles; what is left over at the end is
 * summed apart. Neither float32 differences nor products need rounding before the sum in ordinary
 * data, so integer-valued vectors get exact distances. */
#include "knn/distance.h"

#include <math.h>

#include "base/lanes.h"

LIMEN_INLINE double sum_of(limen_wide a, limen_wide b) {
  a += b;
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

static double squared_difference(const float *x, const float *y, size_t d) {
  limen_wide a = {0}, b = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + LIMEN_LANES <= d; i += LIMEN_LANES) {
    limen_wide one = limen_wide_load(x + i) - limen_wide_load(y + i);
    limen_wide two = limen_wide_load(x + i + LIMEN_WIDE) - limen_wide_load(y + i + LIMEN_WIDE);
    a += one * one;
    b += two * two;
  }
  for (; i < d; i++) rest += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
  return sum_of(a, b) + rest;
}

double limen_product(const float *x, const float *y, size_t d) {
  limen_wide a = {0}, b = {0};
  double rest = 0;
  size_t i = 0;
  for (; i + LIMEN_LANES <= d; i += LIMEN_LANES) {
    a += limen_wide_load(x + i) * limen_wide_load(y + i);
    b += limen_wide_load(x + i + LIMEN_WIDE) * limen_wide_load(y + i + LIMEN_WIDE);
  }
  for (; i < d; i++) rest += (double)x[i] * y[i];
  return sum_of(a, b) + rest;
}

double limen_distance(enum limen_metric metric, const float *x, const float *y, size_t d) {
  if (metric == LIMEN_L2) return squared_difference(x, y, d);
  if (metric == LIMEN_IP) return 1 - limen_product(x, y, d);
  /* The root of a square is exact, so a vector is at distance 0 from itself. */
  double cosine = limen_product(x, y, d) / sqrt(limen_product(x, x, d) * limen_product(y, y, d));
  return cosine > 1 ? 0 : 1 - cosine;
}
