/* Whether one sample spreads more than another: the recalls of category permutations beside those
 * of random orders. Ranges would not do: they grow with the number of values. */
#ifndef LIMEN_STATS_VARIANCE_RATIO_H
#define LIMEN_STATS_VARIANCE_RATIO_H

#include <stddef.h>

#include "base/error.h"

struct limen_variance_ratio {
  size_t n, null_n;
  double sd, null_sd;
  double ratio;            /* of the variances; NaN, as the next three, where the null has no spread
                            */
  double lower, upper;     /* of the ratio of the true variances, by F */
  double p;                /* two-sided, that it is 1, by F with n - 1 and null_n - 1 df */
  double p_brown_forsythe; /* the same, robustly; NaN where no sample has spread about its median */
  double coverage;         /* of the interval, what was asked for */
};

/* At least two values each. F supposes normal values and is far off where tails are heavy (Box,
 * "Non-Normality and Tests on Variances", Biometrika 1953). Brown and Forsythe, "Robust Tests for
 * the Equality of Variances", JASA 1974, compare mean distances to the median and hold for skew and
 * heavy tails: where the two disagree, believe theirs. Both suppose independent values. LIMEN_INPUT
 * for fewer values, one that is not finite, or a confidence outside (0, 1). */
int limen_variance_ratio(const double *values, size_t n, const double *null, size_t null_n,
                         double confidence, struct limen_variance_ratio *out,
                         struct limen_error *error);

#endif
