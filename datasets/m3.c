/* M3 of the benchmark: dimension 4 in 6 dimensions, crowded, easily taken for less. */
#include <math.h>

#include "datasets/manifold.h"

static double squared(double x) { return x * x; }

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  (void)shape;
  double p[4];
  for (size_t i = 0; i < 4; i++) p[i] = gsl_rng_uniform(rng);
  x[0] = p[1] * p[1] * cos(2 * M_PI * p[0]);
  x[1] = p[2] * p[2] * sin(2 * M_PI * p[0]);
  x[2] = p[1] + p[2] + squared(p[1] - p[3]);
  x[3] = p[1] - 2 * p[2] + squared(p[0] - p[3]);
  x[4] = -p[1] - 2 * p[2] + squared(p[2] - p[3]);
  x[5] = squared(p[0]) - squared(p[1]) + squared(p[2]) - squared(p[3]);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const struct limen_manifold shape = {.dimension = 4, .columns = 6, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

const struct limen_dataset limen_dataset_m3 = {
    .name = "m3",
    .about = "curved and crowded, dimension 4 in 6 dimensions (M3)",
    .parameters = limen_manifold_parameters,
    .make = make,
};
