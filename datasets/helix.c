/* A curve that winds eight times round a ring (M5): dimension 1 in 3 dimensions. */
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  (void)shape;
  double t = 2 * M_PI * gsl_rng_uniform(rng);
  x[0] = (2 + cos(8 * t)) * cos(t);
  x[1] = (2 + cos(8 * t)) * sin(t);
  x[2] = sin(8 * t);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const struct limen_manifold shape = {.dimension = 1, .columns = 3, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

const struct limen_dataset limen_dataset_helix = {
    .name = "helix",
    .about = "curve wound eight times round a ring, dimension 1 (M5)",
    .parameters = limen_manifold_parameters,
    .make = make,
};
