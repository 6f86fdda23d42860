/* A sheet bent to an S (M13): dimension 2 in 3 dimensions. */
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  (void)shape;
  double t = 3 * M_PI * (gsl_rng_uniform(rng) - 0.5);
  x[0] = sin(t);
  x[1] = 2 * gsl_rng_uniform(rng);
  x[2] = t < 0 ? 1 - cos(t) : cos(t) - 1;
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const struct limen_manifold shape = {.dimension = 2, .columns = 3, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

const struct limen_dataset limen_dataset_s_curve = {
    .name = "s_curve",
    .about = "sheet bent to an S, dimension 2 in 3 dimensions (M13)",
    .parameters = limen_manifold_parameters,
    .make = make,
};
