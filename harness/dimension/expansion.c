/* Expansion: r_2k / r_k, how far the ball must grow to hold twice as many vectors; about 2^(1/d) in
 * d dimensions. Near 1, twice the work finds nothing better. */
#include <math.h>

#include "dimension/estimator.h"

static double from_list(const double *r, size_t k, enum limen_metric metric) {
  (void)metric;
  return r[k - 1] > 0 ? r[2 * k - 1] / r[k - 1] : NAN;
}

const struct limen_estimator limen_estimator_expansion = {
    .name = "expansion",
    .about = "r_2k / r_k, mean over the points",
    .parameter = "k",
    .times_k = 2,
    .from_list = from_list,
};
