#include "stats/interpolate.h"

#include <math.h>

/* Two products, not a difference: exact at both ends. */
static double between(double low, double high, double part) {
  return (1 - part) * low + part * high;
}

double limen_interpolate(const double *x, const double *y, size_t n, double x0) {
  if (n == 0 || !(x0 >= x[0] && x0 <= x[n - 1])) return NAN;
  size_t i = n - 1; /* the last point that is not beyond */
  while (x[i] > x0) i--;
  if (i == n - 1) return y[i];
  return between(y[i], y[i + 1], (x0 - x[i]) / (x[i + 1] - x[i]));
}

double limen_interpolate_reach(const double *x, const double *y, size_t n, double y0) {
  if (n == 0 || !(y[0] <= y0)) return NAN;
  size_t i = 0; /* the first point that is there */
  while (i < n && y[i] < y0) i++;
  if (i == n) return NAN;
  if (i == 0) return x[0];
  return between(x[i - 1], x[i], (y0 - y[i - 1]) / (y[i] - y[i - 1]));
}
