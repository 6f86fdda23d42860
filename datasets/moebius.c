/* A band that is twisted ten times (M11): dimension 2 in 3 dimensions. */
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  (void)shape;
  double angle = 2 * M_PI * gsl_rng_uniform(rng), across = 2 * gsl_rng_uniform(rng) - 1;
  double radius = 1 + 0.5 * across * cos(5 * angle);
  x[0] = radius * cos(angle);
  x[1] = radius * sin(angle);
  x[2] = 0.5 * across * sin(5 * angle);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const struct limen_manifold shape = {.dimension = 2, .columns = 3, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

const struct limen_dataset limen_dataset_moebius = {
    .name = "moebius",
    .about = "band twisted ten times, dimension 2 in 3 dimensions (M11)",
    .parameters = limen_manifold_parameters,
    .make = make,
};
