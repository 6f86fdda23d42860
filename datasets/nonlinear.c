/* M4, M6 and M8 of the benchmark: p uniform on [0, 1)^d; each p_i is an angle whose circle has the
 * radius p_{i+1}, round to p_0 again; the 2 d coordinates are repeated `copies` times. Strongly
 * curved: neighbours must be near for a manifold of dimension 12 to look like one. */
#include <math.h>

#include "datasets/manifold.h"

static void point(gsl_rng *rng, const struct limen_manifold *shape, double *x) {
  const size_t d = shape->dimension;
  /* The numbers themselves pass through the last places of the first copy: those of place i are
   * written after p_i and p_{i+1} were read. */
  double *p = x + d;
  for (size_t i = 0; i < d; i++) p[i] = gsl_rng_uniform(rng);
  const double first = p[0];
  for (size_t i = 0; i < d; i++) {
    double angle = 2 * M_PI * p[i], radius = i + 1 < d ? p[i + 1] : first;
    x[2 * i] = radius * cos(angle);
    x[2 * i + 1] = radius * sin(angle);
  }
  for (size_t c = 2 * d; c < shape->columns; c++) x[c] = x[c - 2 * d];
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  const size_t d = (size_t)limen_grid_integer(values, 0, "d");
  const size_t copies = (size_t)limen_grid_integer(values, 0, "copies");
  const struct limen_manifold shape = {
      .dimension = d, .columns = 2 * copies * d, .copies = copies, .point = point};
  return limen_manifold_make(&shape, values, seed, out, error);
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("d", "dimension: 4 is M4, 6 is M6, 12 is M8", "6", 2, 4096),
    LIMEN_DATASET_INTEGER("copies", "of the 2 d coordinates: 1 in M4, 3 in M6 and M8", "3", 1, 64),
    {0}};

const struct limen_dataset limen_dataset_nonlinear = {
    .name = "nonlinear",
    .about = "circles whose radii are the next one's angle, strongly curved (M4, M6, M8)",
    .parameters = parameters,
    .make = make,
};
