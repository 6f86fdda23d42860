/* The faces of a cube of d + 1 dimensions (M10: d = 10, 17, 24, 70): flat pieces of dimension d
 * that meet at edges. Faces are drawn, where the published generator deals them in turn. */
#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  const unsigned long face = gsl_rng_uniform_int(rng, 2 * shape->columns);
  for (size_t c = 0; c < shape->columns; c++) x[c] = gsl_rng_uniform(rng);
  x[face / 2] = (double)(face % 2);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const size_t d = (size_t)limen_grid_integer(values, 0, "d");
  const struct limen_manifold shape = {.dimension = d, .columns = d + 1, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("d", "dimension of a face", "10", 1, LIMEN_DATASET_COLUMNS_MAX - 1),
    {0}};

const struct limen_dataset limen_dataset_cube_faces = {
    .name = "cube_faces",
    .about = "faces of the unit cube of d + 1 dimensions (M10)",
    .parameters = parameters,
    .make = make,
};
