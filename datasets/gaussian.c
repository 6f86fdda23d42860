/* Independent standard normal coordinates (M12 at d = 20): the law that estimators are usually
 * checked on, and what an embedding with nothing to say looks like. */
#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  for (size_t c = 0; c < shape->columns; c++) x[c] = limen_rows_normal(rng);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const size_t d = (size_t)limen_grid_integer(values, 0, "d");
  const struct limen_manifold shape = {.dimension = d, .columns = d, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("d", "dimensions", "20", 1, LIMEN_DATASET_COLUMNS_MAX),
    {0}};

const struct limen_dataset limen_dataset_gaussian = {
    .name = "gaussian",
    .about = "standard normal in d dimensions (M12)",
    .parameters = parameters,
    .make = make,
};
