/* A skewed flat of dimension 3 in 5 dimensions (M2): x = A p + b with p uniform on [0, 4)^3 and the
 * published A and b. */
#include "datasets/manifold.h"

static const double slope[5][3] = {
    {1.2, -0.5, 0}, {0.5, 0.9, 0}, {-0.5, -0.2, 1}, {0.4, -0.9, -0.1}, {1.1, -0.3, 0}};
static const double offset[5] = {3, -1, 0, 0, 8};

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  double p[3];
  for (size_t i = 0; i < 3; i++) p[i] = 4 * gsl_rng_uniform(rng);
  for (size_t c = 0; c < shape->columns; c++) x[c] = limen_rows_dot(slope[c], p, 3) + offset[c];
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const struct limen_manifold shape = {.dimension = 3, .columns = 5, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

const struct limen_dataset limen_dataset_affine = {
    .name = "affine",
    .about = "flat of dimension 3 in 5 dimensions (M2)",
    .parameters = limen_manifold_parameters,
    .make = make,
};
