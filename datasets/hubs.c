/* A sphere with a few points near its centre. In many dimensions two random points of a sphere are
 * about sqrt(2) radii apart while the centre is 1 from all of them, so the few are among the
 * neighbours of everybody: hubs, made on purpose and labelled. Queries come from the sphere. */
#include <math.h>

#include "datasets/rows.h"

struct hubs {
  size_t d, stride, count; /* rows 0, stride, 2 stride, ... are the hubs, `count` of them */
  double radius;
};

static void draw_sphere(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)row;
  (void)scratch;
  const struct hubs *hubs = context;
  double length = 0;
  while (!(length > 0)) {
    for (size_t c = 0; c < hubs->d; c++) x[c] = limen_rows_normal(rng);
    length = sqrt(limen_rows_dot(x, x, hubs->d));
  }
  for (size_t c = 0; c < hubs->d; c++) x[c] /= length;
}

static bool is_hub(const struct hubs *hubs, size_t row) {
  return row % hubs->stride == 0 && row / hubs->stride < hubs->count;
}

static void draw(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  const struct hubs *hubs = context;
  draw_sphere(rng, row, context, x, scratch);
  for (size_t c = 0; is_hub(hubs, row) && c < hubs->d; c++) x[c] *= hubs->radius;
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  static const char *const names[] = {"ordinary", "hub"};
  struct hubs hubs = {.d = (size_t)limen_grid_integer(values, 0, "d"),
                      .count = (size_t)limen_grid_integer(values, 0, "hubs"),
                      .radius = limen_grid_real(values, 0, "radius")};
  int status = limen_data_init(out, values, hubs.d, error);
  if (status != LIMEN_OK) return status;
  if (hubs.count > out->base.rows)
    return LIMEN_FAIL(error, LIMEN_USAGE, "%zu hubs are more than the %zu vectors", hubs.count,
                      out->base.rows);
  hubs.stride = out->base.rows / hubs.count;
  out->dimension = (double)(hubs.d - 1);
  const struct limen_row_law base = {.draw = draw, .context = &hubs};
  const struct limen_row_law queries = {.draw = draw_sphere, .context = &hubs};
  status = limen_rows_fill(&out->base, seed, "base", &base, error);
  if (status == LIMEN_OK) status = limen_rows_fill(&out->queries, seed, "queries", &queries, error);
  if (status == LIMEN_OK) status = limen_data_query_law(out, values, seed, error);
  if (status == LIMEN_OK) status = limen_labels_name(&out->labels, out->base.rows, 2, names, error);
  for (size_t i = 0; status == LIMEN_OK && i < out->base.rows; i++)
    out->labels.label[i] = is_hub(&hubs, i) ? 1 : 0;
  return status;
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("10000"),
    LIMEN_DATASET_INTEGER("d", "dimensions", "32", 2, 65536),
    LIMEN_DATASET_INTEGER("hubs", "vectors near the centre", "10", 1, 1000000),
    LIMEN_DATASET_REAL("radius", "distance of the hubs from the centre; the sphere's is 1", "0.1",
                       0, 1),
    {0}};

const struct limen_dataset limen_dataset_hubs = {
    .name = "hubs",
    .about = "sphere with a few vectors near its centre, neighbours of everybody, labelled",
    .parameters = parameters,
    .make = make,
};
