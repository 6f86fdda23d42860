/* Levina and Bickel, "Maximum Likelihood Estimation of Intrinsic Dimension", NIPS 2004: as mle,
 * with k - 1 for k, which is the number of ratios that are not 1. */
#include <math.h>

#include "dimension/estimator.h"

static double from_distances(const double *r, size_t k) {
  double sum = 0;
  for (size_t i = 0; i + 1 < k; i++) sum += log(r[i] / r[k - 1]);
  return sum < 0 ? -(double)(k - 1) / sum : NAN;
}

const struct limen_estimator limen_estimator_levina_bickel = {
    .name = "levina_bickel",
    .about = "maximum likelihood over the k - 1 inner neighbours",
    .parameter = "k",
    .times_k = 1,
    .from_distances = from_distances,
};
