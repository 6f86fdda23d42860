/* The dataset's file: base, queries, and the truth that comes with it.
 *
 * The truth's ids are taken as they are; its distances are worked out anew from the vectors in
 * float64, so that both sides of a comparison are rounded alike. The file's own are kept for the
 * rule of ann-benchmarks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/attributes.h"
#include "data/format.h"
#include "definition/words.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"
#include "knn/distance.h"
#include "run/shared.h"

/* ---- the metric ---- */

/* Old files lack the attribute; their names end with the metric. */
static const char *metric_in_name(const char *path) {
  static const char *const known[] = {"angular", "euclidean", "jaccard", "hamming"};
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const char *at = strstr(name, known[i]);
    const char *end = at ? at + strlen(known[i]) : NULL;
    if (at && at > name && at[-1] == '-' && (*end == '.' || *end == '\0')) return known[i];
  }
  return "";
}

int ann_metric_of(const char *path, enum limen_metric *out, struct limen_error *error) {
  struct limen_attribute distance = {.name = "distance", .is_text = true};
  char shown[LIMEN_WORDS_SIZE];
  int status = limen_attributes_read(path, &distance, 1, error);
  if (status != LIMEN_OK) return status;
  const char *metric = distance.found ? distance.text : metric_in_name(path);
  *out = strcmp(metric, "euclidean") == 0 ? LIMEN_L2 : LIMEN_COSINE;
  if (*out == LIMEN_L2 || strcmp(metric, "angular") == 0) return LIMEN_OK;
  if (*metric == '\0')
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s does not say which distance it is for: it has no attribute `distance`, "
                      "and its name does not end with -angular or -euclidean; rename it so",
                      path);
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%s is for the distance %s; angular and euclidean can be judged, as only those "
                    "are of vectors of numbers here",
                    path, limen_words_quote(metric, shown));
}

const char *ann_metric_name(enum limen_metric metric) {
  return metric == LIMEN_L2 ? "euclidean" : "angular";
}

double ann_distance(enum limen_metric metric, double r) { return metric == LIMEN_L2 ? sqrt(r) : r; }

/* ---- distances ---- */

static bool is_zero(const float *row, size_t columns) {
  for (size_t i = 0; i < columns; i++)
    if (row[i] != 0) return false;
  return true;
}

double ann_measure(const struct ann_world *world, size_t query, size_t id, float *scratch) {
  const size_t d = world->base.columns;
  const float *x = world->queries.values + query * d, *row = scratch;
  if (world->base.values)
    row = world->base.values + id * d;
  else if (world->base.read(&world->base, id, 1, scratch, NULL) != LIMEN_OK)
    return INFINITY; /* does not happen: every value was looked at when the file was opened */
  const double r = limen_distance(world->metric, x, row, d);
  return isnan(r) && !is_zero(x, d) ? INFINITY : r;
}

static int ascending(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static int measure_truth(struct ann_world *world, struct limen_error *error) {
  const size_t columns = world->truth.columns;
  float *scratch = limen_alloc(world->base.columns, sizeof *scratch, error);
  world->r = limen_alloc(world->truth.rows, columns * sizeof *world->r, error);
  const bool good = scratch && world->r;
  for (size_t q = 0; good && q < world->truth.rows; q++) {
    double *r = world->r + q * columns;
    for (size_t i = 0; i < columns; i++)
      r[i] = ann_measure(world, q, (size_t)world->truth.ids[q * columns + i], scratch);
    /* In another order than the file's where that was found in float32. */
    if (!isnan(r[0])) qsort(r, columns, sizeof *r, ascending);
  }
  limen_free(scratch);
  return good ? LIMEN_OK : LIMEN_FAILED;
}

/* ---- checks ---- */

static int ascending_ids(const void *left, const void *right) {
  const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
  return (a > b) - (a < b);
}

/* `sorted` is scratch for a row. */
static int check_row(const char *path, const struct ann_world *world, size_t q, int32_t *sorted,
                     struct limen_error *error) {
  const struct limen_ids *truth = &world->truth;
  const int32_t *ids = truth->ids + q * truth->columns;
  for (size_t i = 0; i < truth->columns; i++)
    if (ids[i] < 0 || (size_t)ids[i] >= world->base.rows)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: neighbour %d of query %zu is no row of `train`, which has %zu", path,
                        ids[i], q, world->base.rows);
  memcpy(sorted, ids, truth->columns * sizeof *ids);
  qsort(sorted, truth->columns, sizeof *sorted, ascending_ids);
  for (size_t i = 1; i < truth->columns; i++)
    if (sorted[i] == sorted[i - 1])
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: neighbour %d of query %zu stands there twice",
                        path, sorted[i], q);
  return LIMEN_OK;
}

static int check(const char *path, const struct ann_world *world, struct limen_error *error) {
  const struct limen_ids *truth = &world->truth;
  if (world->queries.columns != world->base.columns)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: `test` has %zu columns and `train` %zu", path,
                      world->queries.columns, world->base.columns);
  if (truth->rows != world->queries.rows)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: `neighbors` has %zu rows and `test` %zu queries",
                      path, truth->rows, world->queries.rows);
  if (!truth->distances)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: it has no dataset `distances` beside `neighbors`, which the rule of "
                      "ann-benchmarks needs; is it the dataset's file?",
                      path);
  int32_t *sorted = limen_alloc(truth->columns, sizeof *sorted, error);
  int status = sorted ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < truth->rows && status == LIMEN_OK; q++)
    status = check_row(path, world, q, sorted, error);
  limen_free(sorted);
  return status;
}

/* ---- the whole ---- */

int ann_world_open(const char *path, struct ann_world *out, struct limen_error *error) {
  struct limen_read_options options = {.format = "hdf5", .dataset = "train"};
  *out = (struct ann_world){0};
  int status = ann_metric_of(path, &out->metric, error);
  if (status == LIMEN_OK) status = limen_vectors_open(path, &options, &out->base, error);
  options.dataset = "test";
  if (status == LIMEN_OK) status = limen_matrix_read(path, &options, &out->queries, error);
  options.dataset = "neighbors";
  if (status == LIMEN_OK) status = limen_ids_read(path, &options, &out->truth, error);
  if (status == LIMEN_OK) status = check(path, out, error);
  if (status == LIMEN_OK) status = measure_truth(out, error);
  if (status != LIMEN_OK) ann_world_close(out);
  return status;
}

void ann_world_close(struct ann_world *world) {
  limen_vectors_close(&world->base);
  limen_matrix_clear(&world->queries);
  limen_ids_clear(&world->truth);
  limen_free(world->r);
  *world = (struct ann_world){0};
}

/* ---- shared by the cells of a run ---- */

static int make(const void *context, void *thing, struct limen_error *error) {
  return ann_world_open(context, thing, error);
}

static size_t bytes_of(const void *thing) {
  const struct ann_world *world = thing;
  return world->queries.rows * world->queries.columns * sizeof(float) +
         world->truth.rows * world->truth.columns * 2 * sizeof(double);
}

static void clear(void *thing) { ann_world_close(thing); }

static struct limen_shared worlds = {.size = sizeof(struct ann_world),
                                     .room = (size_t)1 << 30,
                                     .make = make,
                                     .bytes = bytes_of,
                                     .clear = clear};

int ann_world_take(const struct limen_cell *cell, const struct ann_world **out,
                   struct limen_error *error) {
  void *thing = NULL;
  const char *path = limen_cell_string(cell, "data");
  int status = limen_shared_take(&worlds, path, path, &thing, error);
  *out = thing;
  return status;
}

void ann_world_give(const struct ann_world *world) { limen_shared_give(&worlds, world); }
void ann_world_release(void) { limen_shared_release(&worlds); }
