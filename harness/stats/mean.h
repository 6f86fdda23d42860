/* A mean with Student's t interval. */
#ifndef LIMEN_STATS_MEAN_H
#define LIMEN_STATS_MEAN_H

#include <stddef.h>

#include "base/error.h"

struct limen_mean {
  size_t n;
  double mean;
  double sd;                 /* with n - 1; NaN for n = 1, as all below */
  double se;                 /* sd / sqrt(n) */
  double sd_lower, sd_upper; /* of sd, for normal values: (n - 1) sd^2 is sigma^2 chi^2_{n-1} */
  double lower, upper; /* mean -+ t_{n-1} se (Student, "The Probable Error of a Mean", 1908) */
  double coverage;     /* what was asked for */
};

/* LIMEN_INPUT for no values, one that is not finite, or a confidence outside (0, 1). The interval
 * supposes independent values, near enough to normal for their number. */
int limen_mean_of(const double *values, size_t n, double confidence, struct limen_mean *out,
                  struct limen_error *error);

#endif
