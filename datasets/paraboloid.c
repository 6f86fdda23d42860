/* Paraboloids of the benchmark (d = 3, 6, 9): x has a multivariate Burr law (alpha = 1),
 * x_i = 1 / (1 + e_i / e_0) with exponential e; |x|^2 is added, and the d + 1 coordinates are
 * followed by their sines and their squares. Far from evenly filled. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  const size_t d = shape->dimension;
  double common = gsl_ran_exponential(rng, 1);
  for (size_t i = 0; i < d; i++) {
    double own = gsl_ran_exponential(rng, 1);
    /* The same number, without dividing by the common one, which may be 0. */
    x[i] = common + own > 0 ? common / (common + own) : 0.5;
  }
  x[d] = limen_rows_dot(x, x, d);
  for (size_t i = 0; i <= d; i++) {
    x[d + 1 + i] = sin(x[i]);
    x[2 * (d + 1) + i] = x[i] * x[i];
  }
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const size_t d = (size_t)limen_grid_integer(values, 0, "d");
  const struct limen_manifold shape = {.dimension = d, .columns = 3 * (d + 1), .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("d", "dimension; 3 (d + 1) columns", "3", 1, 4096),
    {0}};

const struct limen_dataset limen_dataset_paraboloid = {
    .name = "paraboloid",
    .about = "paraboloid with sines and squares, unevenly filled (Mp)",
    .parameters = parameters,
    .make = make,
};
