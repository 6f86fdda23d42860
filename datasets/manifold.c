#include "datasets/manifold.h"

const struct limen_parameter limen_manifold_parameters[] = {LIMEN_DATASET_PARAMETERS("10000"), {0}};

static void draw(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)row;
  (void)scratch;
  const struct limen_manifold *shape = context;
  shape->point(rng, shape, x);
}

int limen_manifold_make(const struct limen_manifold *shape, const struct limen_grid *values,
                        uint64_t seed, struct limen_data *out, struct limen_error *error) {
  const struct limen_row_law rows = {.draw = draw, .context = shape};
  if (shape->columns > LIMEN_DATASET_COLUMNS_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "a manifold of dimension %zu would have %zu columns, at most %d are possible",
                      shape->dimension, shape->columns, LIMEN_DATASET_COLUMNS_MAX);
  int status = limen_data_init(out, values, shape->columns, error);
  out->dimension = (double)shape->dimension;
  if (status == LIMEN_OK) status = limen_data_fill(out, values, seed, &rows, error);
  return status;
}
