/* Method of moments (Amsaleg et al., KDD 2015): m1 / (r_k - m1), m1 the mean of r_1 .. r_k.
 * Distances 0.11, 0.32, 0.57 give 1.4085. */
#include <math.h>

#include "dimension/estimator.h"

static double from_distances(const double *r, size_t k) {
  double sum = 0;
  for (size_t i = 0; i < k; i++) sum += r[i];
  double mean = sum / (double)k;
  /* The mean of equal numbers may differ from them in the last bit. */
  return r[0] < r[k - 1] ? mean / (r[k - 1] - mean) : NAN;
}

const struct limen_estimator limen_estimator_mom = {
    .name = "mom",
    .about = "method of moments of the distances",
    .parameter = "k",
    .times_k = 1,
    .from_distances = from_distances,
};
