/* One value against values of which it should be another: an order's recall against that of random
 * orders. */
#ifndef LIMEN_STATS_NULL_H
#define LIMEN_STATS_NULL_H

#include <stddef.h>

#include "base/error.h"

struct limen_null_test {
  size_t n;            /* B, values of the null */
  double mean, sd;     /* of the null */
  double arm;          /* the value that is tested */
  double lower, upper; /* where one more value of the null would lie: mean -+ t_{B-1} sd
                          sqrt(1 + 1/B) */
  double coverage;     /* of that interval, what was asked for */
  double t;            /* (arm - mean) / (sd sqrt(1 + 1/B)); NaN where the null has no spread */
  double p;            /* two-sided, B - 1 degrees of freedom; NaN with t */
  size_t as_extreme;   /* values of the null that are as extreme as the arm, or more */
  double p_rank;       /* (1 + as_extreme) / (B + 1) */
  double p_floor;      /* 1 / (B + 1): p_rank can be no lower, however extreme the arm */
};

/* Sets `arm` against n >= 2 values. The prediction interval and t suppose a normal null (Hahn,
 * "Additional Factors for Calculating Prediction Intervals for Samples from a Normal Distribution",
 * JASA 1970). The rank supposes nothing but that the arm, were it no different, could as well have
 * been any of the null's: extreme is the distance from the mean of all n + 1 values, the arm among
 * them, which treats them alike (measured from the null's own mean the arm would look more extreme
 * than it is), and the arm counts as one of its own permutations (Phipson and Smyth, "Permutation
 * P-values Should Never Be Zero", Statistical Applications in Genetics and Molecular Biology 2010).
 * LIMEN_INPUT for fewer values, one that is not finite, or a confidence outside (0, 1). */
int limen_null_compare(const double *null, size_t n, double arm, double confidence,
                       struct limen_null_test *out, struct limen_error *error);

#endif
