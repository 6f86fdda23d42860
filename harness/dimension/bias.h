/* What estimators say of sets whose dimension is known, at the user's own n.
 *
 * Estimators that look at neighbours underestimate high dimensions, the more the fewer vectors
 * there are: an estimate alone does not tell the dimension. Beside the curve of the same estimator
 * on known sets of the same size it does, as far as the known set is like the user's. */
#ifndef LIMEN_DIMENSION_BIAS_H
#define LIMEN_DIMENSION_BIAS_H

#include "dimension/estimator.h"

/* Makes `rows` vectors of true dimension d. */
typedef int (*limen_known_set)(void *context, size_t d, size_t rows, uint64_t seed,
                               struct limen_matrix *out, struct limen_error *error);

struct limen_bias_settings {
  size_t rows;              /* at least 2 */
  size_t points;            /* evaluation points; 0: all */
  enum limen_metric metric; /* of the neighbours; cosine takes one dimension away from a Gaussian */
  const size_t *dimensions; /* ascending, `count` of them, at least 1 each */
  size_t count;
  uint64_t seed;
  limen_known_set make; /* NULL: standard normal in d dimensions */
  void *context;        /* of make */
};

/* out[i * n_estimators + e] is estimator e on the known set of dimension dimensions[i]. */
int limen_bias_curve(const struct limen_estimator *const *estimators, size_t n_estimators,
                     const struct limen_bias_settings *bias,
                     const struct limen_dimension_settings *settings, struct limen_estimate *out,
                     struct limen_error *error);

/* The true dimension at which a curve of `count` values takes `value`, linear between its points:
 * NaN outside the curve, where it is not ascending, and for NaN. */
double limen_bias_match(const size_t *dimensions, const double *curve, size_t count, double value);

#endif
