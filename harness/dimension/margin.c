/* Margin: (r_{k+1} - r_k) / r_k, the relative gap between the last true answer and the first false
 * one. What rounding or quantisation moves by more than this, it mixes up. */
#include <math.h>

#include "dimension/estimator.h"

static double from_list(const double *r, size_t k, enum limen_metric metric) {
  (void)metric;
  return r[k - 1] > 0 ? (r[k] - r[k - 1]) / r[k - 1] : NAN;
}

const struct limen_estimator limen_estimator_margin = {
    .name = "margin",
    .about = "(r_{k+1} - r_k) / r_k, mean over the points",
    .parameter = "k",
    .times_k = 1,
    .plus = 1,
    .from_list = from_list,
};
