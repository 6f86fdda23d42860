/* PCA: the fewest principal components that hold the share theta of the variance. It sees linear
 * dimensions only: a curved manifold counts all that it bends through. */
#include <math.h>

#include "base/memory.h"
#include "dimension/covariance.h"

static int components(double *covariance, size_t columns,
                      const struct limen_dimension_settings *settings, double *out,
                      struct limen_error *error) {
  double total = 0, sum = 0;
  size_t count = 0;
  double *values = limen_alloc(columns, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  int status = limen_covariance_eigenvalues(covariance, columns, values, error);
  /* Rounding makes tiny negative ones of those that are 0. */
  for (size_t i = 0; i < columns; i++) total += fmax(0, values[i]);
  while (status == LIMEN_OK && count < columns && sum < settings->theta * total)
    sum += fmax(0, values[columns - ++count]);
  *out = total > 0 ? (double)count : NAN;
  limen_free(values);
  return status;
}

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  return limen_covariance_estimate(components, neighbours, settings, out, error);
}

const struct limen_estimator limen_estimator_pca = {
    .name = "pca",
    .about = "principal components that hold the share theta of the variance",
    .parameter = "theta",
    .estimate = estimate,
};
