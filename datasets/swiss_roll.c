/* A rolled-up sheet (M7): dimension 2 in 3 dimensions. */
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  (void)shape;
  double t = 1.5 * M_PI * (1 + 2 * gsl_rng_uniform(rng));
  x[0] = t * cos(t);
  x[1] = 21 * gsl_rng_uniform(rng);
  x[2] = t * sin(t);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const struct limen_manifold shape = {.dimension = 2, .columns = 3, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

const struct limen_dataset limen_dataset_swiss_roll = {
    .name = "swiss_roll",
    .about = "rolled-up sheet, dimension 2 in 3 dimensions (M7)",
    .parameters = limen_manifold_parameters,
    .make = make,
};
