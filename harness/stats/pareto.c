#include "stats/pareto.h"

#include <math.h>
#include <stdbool.h>

/* Comparisons with NaN are false: such a point beats nobody. */
static bool beats(const double *x, const double *y, size_t one, size_t other) {
  return x[one] <= x[other] && y[one] >= y[other] && (x[one] < x[other] || y[one] > y[other]);
}

size_t limen_pareto(const double *x, const double *y, size_t n, size_t *out) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    bool optimal = !isnan(x[i]) && !isnan(y[i]);
    for (size_t j = 0; j < n && optimal; j++) optimal = !beats(x, y, j, i);
    if (!optimal) continue;
    size_t at = count++;
    for (; at > 0 && x[out[at - 1]] > x[i]; at--) out[at] = out[at - 1];
    out[at] = i;
  }
  return count;
}
