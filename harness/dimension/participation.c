/* Participation ratio of the variances: (sum l)^2 / sum l^2, between 1 and the number of columns.
 * Needs no eigenvalues: they sum to the trace, their squares to the squares of all covariances. */
#include <math.h>

#include "dimension/covariance.h"

static int ratio(double *covariance, size_t columns,
                 const struct limen_dimension_settings *settings, double *out,
                 struct limen_error *error) {
  (void)settings;
  (void)error;
  double trace = 0, squares = 0;
  for (size_t i = 0; i < columns; i++) {
    const double own = covariance[i * columns + i];
    trace += own;
    squares += own * own;
    for (size_t j = i + 1; j < columns; j++)
      squares += 2 * covariance[i * columns + j] * covariance[i * columns + j];
  }
  *out = squares > 0 ? trace * trace / squares : NAN;
  return LIMEN_OK;
}

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  return limen_covariance_estimate(ratio, neighbours, settings, out, error);
}

const struct limen_estimator limen_estimator_participation = {
    .name = "participation",
    .about = "participation ratio of the variances",
    .estimate = estimate,
};
