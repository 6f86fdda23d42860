/* The unit sphere of dimension d in d + 1 dimensions, evenly filled (M1 at d = 10). */
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  double length = 0;
  while (!(length > 0)) {
    for (size_t c = 0; c < shape->columns; c++) x[c] = limen_rows_normal(rng);
    length = sqrt(limen_rows_dot(x, x, shape->columns));
  }
  for (size_t c = 0; c < shape->columns; c++) x[c] /= length;
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const size_t d = (size_t)limen_grid_integer(values, 0, "d");
  const struct limen_manifold shape = {.dimension = d, .columns = d + 1, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("d", "dimension of the sphere", "10", 1, LIMEN_DATASET_COLUMNS_MAX - 1),
    {0}};

const struct limen_dataset limen_dataset_sphere = {
    .name = "sphere",
    .about = "unit sphere of dimension d in d + 1 dimensions (M1)",
    .parameters = parameters,
    .make = make,
};
