/* The data of a cell: made by a dataset or read from a file, and what is known of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/rng.h"
#include "data/dataset.h"
#include "data/format.h"
#include "datasets/datasets.h"
#include "dimension/estimator.h"
#include "experiments/kinds/recall/data.h"
#include "experiments/kinds/recall/options.h"
#include "store/truth.h"

/* ---- a dataset ---- */

/* Makes the dataset in `ambient` dimensions; 0: as it comes. */
static int make_dataset(const struct limen_cell *cell, const struct limen_dataset *dataset,
                        int64_t ambient, struct limen_data *out, struct limen_error *error) {
  const char *rank = recall_rank_of(dataset);
  int64_t r = limen_cell_integer(cell, "r"), n = limen_cell_integer(cell, "n");
  bool stored = limen_parameter_find(dataset->parameters, "ambient") >= 0;
  struct recall_sets sets = {0};
  int status = LIMEN_OK;
  if (n > 0) status = recall_sets_add(&sets, "n", n, error);
  if (status == LIMEN_OK)
    status = recall_sets_add(&sets, "queries", limen_cell_integer(cell, "nq"), error);
  if (status == LIMEN_OK && rank && r > 0) status = recall_sets_add(&sets, rank, r, error);
  if (status == LIMEN_OK && stored && ambient >= 0)
    status = recall_sets_add(&sets, "ambient", ambient, error);
  if (status == LIMEN_OK)
    status =
        recall_sets_add_options(&sets, limen_cell_string(cell, "data_options"), dataset, error);
  if (status == LIMEN_OK)
    status = limen_dataset_make(dataset, (const char *const *)sets.text, sets.count,
                                (uint64_t)limen_cell_integer(cell, "first_seed"), out, error);
  if (status == LIMEN_USAGE) limen_error_prefix(error, "dataset %s", dataset->name);
  recall_sets_clear(&sets);
  return status;
}

/* 0 is "as it comes" for us, and for some datasets a value of their own. */
static int64_t ambient_of(const struct limen_cell *cell) {
  int64_t ambient = limen_cell_integer(cell, "ambient");
  return ambient > 0 ? ambient : -1;
}

static int from_dataset(const struct limen_cell *cell, const struct limen_dataset *dataset,
                        struct recall_world *out, struct limen_error *error) {
  struct limen_data data = {0};
  int status = make_dataset(cell, dataset, ambient_of(cell), &data, error);
  if (status == LIMEN_OK) {
    out->base = data.base;
    out->queries = data.queries;
    out->labels = data.labels;
    out->dimension = data.dimension;
    data.base = data.queries = (struct limen_matrix){0};
    data.labels = (struct limen_labels){0};
  }
  limen_data_clear(&data);
  return status;
}

/* ---- a file ---- */

/* Which rows of a file become base and queries. */
struct choice {
  size_t *rows; /* a permutation of all rows: queries first, then the base */
  size_t queries, base;
};

static int ascending(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

/* Draws both without replacement; each part keeps the file's order. `held_out` is 0 when the
 * queries come from a file of their own. */
static int choose(size_t rows, size_t held_out, size_t wanted, uint64_t seed, const char *path,
                  size_t k, struct choice *out, struct limen_error *error) {
  if (rows < held_out + k + 1)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has %zu rows: too few for nq = %zu queries and k = %zu neighbours; lower "
                      "nq, or give `queries`",
                      path, rows, held_out, k);
  gsl_rng *rng = limen_rng_alloc(seed, "recall/rows", error);
  out->rows = limen_alloc(rows, sizeof *out->rows, error);
  if (!rng || !out->rows) {
    limen_rng_free(rng);
    return LIMEN_FAILED;
  }
  for (size_t i = 0; i < rows; i++) out->rows[i] = i;
  gsl_ran_shuffle(rng, out->rows, rows, sizeof *out->rows);
  limen_rng_free(rng);
  out->queries = held_out;
  out->base = rows - held_out;
  if (wanted > 0 && wanted < out->base) out->base = wanted;
  qsort(out->rows, out->queries, sizeof *out->rows, ascending);
  qsort(out->rows + out->queries, out->base, sizeof *out->rows, ascending);
  return LIMEN_OK;
}

static int pick(const struct limen_vectors *vectors, const size_t *rows, size_t count,
                struct limen_matrix *out, struct limen_error *error) {
  int status = limen_matrix_init(out, count, vectors->columns, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    status = vectors->read(vectors, rows[i], 1, out->values + i * vectors->columns, error);
  return status;
}

/* Labels of the base's rows; names that none of them has are kept. */
static int pick_labels(const struct limen_cell *cell, const struct choice *choice, size_t rows,
                       struct limen_labels *out, struct limen_error *error) {
  const char *path = limen_cell_string(cell, "labels");
  if (!*path) return LIMEN_OK;
  int status =
      limen_labels_read(path, (size_t)limen_cell_integer(cell, "label_column"), out, error);
  if (status != LIMEN_OK) return status;
  if (out->rows != rows)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has %zu labels, the vectors %zu rows; a label a row is needed", path,
                      out->rows, rows);
  /* Rows of the base ascend, so each label is read before its place is written over. */
  for (size_t i = 0; i < choice->base; i++)
    out->label[i] = out->label[choice->rows[choice->queries + i]];
  out->rows = choice->base;
  return LIMEN_OK;
}

static int from_file(const struct limen_cell *cell, const char *path, struct recall_world *out,
                     struct limen_error *error) {
  const char *query_path = limen_cell_string(cell, "queries");
  const struct limen_read_options options = {
      .dimension = (size_t)limen_cell_integer(cell, "dimension"), .dataset = "train"};
  const struct limen_read_options query_options = {.dimension = options.dimension,
                                                   .dataset = "test"};
  struct limen_vectors vectors = {0};
  struct choice choice = {0};
  int status = limen_vectors_open(path, &options, &vectors, error);
  if (status == LIMEN_OK)
    status = choose(vectors.rows, *query_path ? 0 : (size_t)limen_cell_integer(cell, "nq"),
                    (size_t)limen_cell_integer(cell, "n"),
                    (uint64_t)limen_cell_integer(cell, "first_seed"), path,
                    (size_t)limen_cell_integer(cell, "k"), &choice, error);
  if (status == LIMEN_OK)
    status = pick(&vectors, choice.rows + choice.queries, choice.base, &out->base, error);
  if (status == LIMEN_OK && *query_path)
    status = limen_matrix_read(query_path, &query_options, &out->queries, error);
  else if (status == LIMEN_OK)
    status = pick(&vectors, choice.rows, choice.queries, &out->queries, error);
  if (status == LIMEN_OK) status = pick_labels(cell, &choice, vectors.rows, &out->labels, error);
  if (status == LIMEN_OK && out->queries.columns != out->base.columns)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s has %zu dimensions, %s has %zu", query_path,
                        out->queries.columns, path, out->base.columns);
  if (status == LIMEN_OK && out->queries.rows < 2)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s has 1 row: two queries at least are needed to say how sure a mean is",
                        query_path);
  out->dimension = NAN;
  limen_vectors_close(&vectors);
  limen_free(choice.rows);
  return status;
}

/* ---- what is known of the data ---- */

static int hash_matrix(const struct limen_matrix *matrix, char hex[LIMEN_HASH_SIZE],
                       struct limen_error *error) {
  return limen_hash_text(matrix->values, matrix->rows * matrix->columns * sizeof(float), hex,
                         error);
}

/* Relative, of a metric's values: for L2 they are squared distances. */
static double tie_of_values(enum limen_metric metric, double tie) {
  return metric == LIMEN_L2 ? tie * (2 + tie) : tie;
}

static int find_truth(const struct limen_cell *cell, double tie, const struct limen_matrix *base,
                      const struct limen_matrix *queries, struct limen_knn *out,
                      struct limen_error *error) {
  enum { ROOM = 100 };
  const size_t k = (size_t)limen_cell_integer(cell, "k");
  const int metric = limen_metric_find(limen_cell_string(cell, "metric"));
  const struct limen_knn_settings settings = {.k = k,
                                              .metric = (enum limen_metric)metric,
                                              .tie_tolerance = tie_of_values(settings.metric, tie),
                                              .extra = k < ROOM ? ROOM : k};
  char base_hash[LIMEN_HASH_SIZE], queries_hash[LIMEN_HASH_SIZE];
  struct limen_vectors lent_base, lent_queries;
  limen_vectors_lend(&lent_base, base);
  limen_vectors_lend(&lent_queries, queries);
  int status = hash_matrix(base, base_hash, error);
  if (status == LIMEN_OK) status = hash_matrix(queries, queries_hash, error);
  if (status == LIMEN_OK)
    status = limen_truth_search(&lent_base, base_hash, &lent_queries, queries_hash, &settings, out,
                                NULL, error);
  return status;
}

/* Whether each of the first k of `a` is among the neighbours of `b`, ties included. */
static bool same_answer(const struct limen_knn *a, const struct limen_knn *b, size_t query) {
  const int64_t *mine = a->ids + query * a->width, *theirs = b->ids + query * b->width;
  for (size_t i = 0; i < a->k; i++) {
    size_t j = 0;
    while (j < b->found[query] && theirs[j] != mine[i]) j++;
    if (j == b->found[query]) return false;
  }
  return true;
}

/* An orthonormal basis keeps all distances: the data in the dimensions that it really has must have
 * the same neighbours, up to the rounding of its values. */
static int compare_ambient(const struct limen_cell *cell, const struct limen_dataset *dataset,
                           struct recall_world *world, struct limen_error *error) {
  static const double rounding = 1e-5;
  struct limen_data own = {0};
  struct limen_knn here = {0}, there = {0};
  size_t same = 0;
  int status = make_dataset(cell, dataset, 0, &own, error);
  if (status == LIMEN_OK)
    status = find_truth(cell, rounding, &world->base, &world->queries, &here, error);
  if (status == LIMEN_OK)
    status = find_truth(cell, rounding, &own.base, &own.queries, &there, error);
  for (size_t q = 0; status == LIMEN_OK && q < here.queries; q++)
    same += same_answer(&here, &there, q) && same_answer(&there, &here, q);
  if (status == LIMEN_OK) world->same_neighbours = (double)same / (double)here.queries;
  limen_data_clear(&own);
  limen_knn_clear(&here);
  limen_knn_clear(&there);
  return status;
}

static int hash_values(const struct limen_matrix *matrix, char out[LIMEN_HASH_SIZE],
                       struct limen_error *error) {
  return limen_hash_text(matrix->values, matrix->rows * matrix->columns * sizeof(float), out,
                         error);
}

int recall_data_make(const struct limen_cell *cell, struct recall_world *out,
                     struct limen_error *error) {
  const char *data = limen_cell_string(cell, "data");
  const struct limen_dataset *dataset = limen_dataset_find(limen_datasets, data);
  int status =
      dataset ? from_dataset(cell, dataset, out, error) : from_file(cell, data, out, error);
  out->metric = (enum limen_metric)limen_metric_find(limen_cell_string(cell, "metric"));
  out->same_neighbours = NAN;
  if (status == LIMEN_OK)
    status = find_truth(cell, limen_cell_real(cell, "tie"), &out->base, &out->queries, &out->truth,
                        error);
  if (status == LIMEN_OK) status = hash_values(&out->base, out->base_hash, error);
  if (status == LIMEN_OK) status = hash_values(&out->queries, out->queries_hash, error);
  if (status != LIMEN_OK) return status;
  out->k = out->truth.k;
  bool stored = dataset && limen_parameter_find(dataset->parameters, "ambient") >= 0 &&
                recall_rank_of(dataset);
  if (stored && ambient_of(cell) > 0 && limen_cell_integer(cell, "metamorphic") != 0)
    status = compare_ambient(cell, dataset, out, error);
  return status;
}

/* How often each row is among the nearest `k` of the others. */
static int count_occurrences(const struct limen_neighbours *neighbours, size_t k, uint32_t **out,
                             struct limen_error *error) {
  if (!(*out = limen_alloc(neighbours->rows, sizeof **out, error))) return LIMEN_FAILED;
  if (k > neighbours->k) k = neighbours->k;
  for (size_t i = 0; i < neighbours->count; i++)
    for (size_t j = 0; j < k; j++) (*out)[neighbours->ids[i * neighbours->k + j]]++;
  return LIMEN_OK;
}

/* Dimension is estimated from `lid_k` neighbours, hardness from the k that are searched for. */
static int estimate_all(const struct limen_neighbours *neighbours, struct recall_world *world,
                        struct limen_error *error) {
  struct limen_dimension_settings dimension = limen_dimension_defaults, hardness = dimension;
  size_t count = 0;
  dimension.k = neighbours->k;
  hardness.k = world->k < neighbours->k ? world->k : neighbours->k;
  while (recall_estimator_at(count)) count++;
  if (!(world->estimates = limen_alloc(count, sizeof *world->estimates, error)))
    return LIMEN_FAILED;
  world->n_estimates = count;
  for (size_t i = 0; i < count; i++) {
    struct limen_estimate estimate;
    const struct limen_estimator *estimator = recall_estimator_at(i);
    int status = limen_estimator_run(
        estimator, neighbours, limen_estimator_at(i) ? &dimension : &hardness, &estimate, error);
    if (status != LIMEN_OK) return status;
    world->estimates[i][0] = estimate.value;
    world->estimates[i][1] = estimate.lower;
    world->estimates[i][2] = estimate.upper;
  }
  return LIMEN_OK;
}

const struct limen_estimator *recall_estimator_at(size_t i) {
  size_t first = 0;
  while (limen_estimator_at(first)) first++;
  return i < first ? limen_estimator_at(i) : limen_hardness_at(i - first);
}

/* Inner products have no local dimension; that of the vectors under L2 is taken, as their own. */
int recall_data_need(const struct limen_cell *cell, unsigned needs, struct recall_world *world,
                     struct limen_error *error) {
  bool lid = (needs & RECALL_NEEDS_LID) && !world->lid;
  bool estimates = (needs & RECALL_NEEDS_ESTIMATES) && !world->estimates;
  if (!lid && !estimates) return LIMEN_OK;
  const size_t lid_k = (size_t)limen_cell_integer(cell, "lid_k");
  struct limen_neighbours_settings settings = {
      .k = lid_k, .metric = world->metric == LIMEN_COSINE ? LIMEN_COSINE : LIMEN_L2};
  struct limen_neighbours neighbours = {0};
  struct limen_vectors lent;
  limen_vectors_lend(&lent, &world->base);
  int status = limen_neighbours_find(&lent, &settings, &neighbours, error);
  if (status == LIMEN_OK && lid) {
    double *values = limen_alloc(world->base.rows, sizeof *values, error);
    status = values ? limen_estimator_pointwise(limen_estimator_find("mle"), &neighbours,
                                                neighbours.k, values, error)
                    : LIMEN_FAILED;
    if (status == LIMEN_OK)
      status = count_occurrences(&neighbours, world->k, &world->occurrences, error);
    world->lid = values;
  }
  if (status == LIMEN_OK && estimates) status = estimate_all(&neighbours, world, error);
  limen_neighbours_clear(&neighbours);
  return status;
}

void recall_data_clear(struct recall_world *world) {
  limen_matrix_clear(&world->base);
  limen_matrix_clear(&world->queries);
  limen_labels_clear(&world->labels);
  limen_knn_clear(&world->truth);
  limen_free(world->lid);
  limen_free(world->occurrences);
  limen_free(world->estimates);
  *world = (struct recall_world){0};
}
