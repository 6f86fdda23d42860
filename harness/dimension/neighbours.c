#include "dimension/neighbours.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"

/* A cosine distance of two copies is not 0 but a rounding error of about 1e-16 times the root of
 * the dimension; two float32 vectors that differ at all are farther apart than that. Without this
 * copies would pass for extremely near neighbours. */
static const double COSINE_ZERO = 1e-14;

static double true_distance(enum limen_metric metric, double distance) {
  if (metric == LIMEN_COSINE) return distance <= COSINE_ZERO ? 0 : sqrt(2 * distance);
  return distance > 0 ? sqrt(distance) : 0;
}

static int start(struct limen_neighbours *out, size_t count, size_t k, size_t rows,
                 enum limen_metric metric, const struct limen_vectors *base,
                 struct limen_error *error) {
  size_t cells;
  *out = (struct limen_neighbours){
      .count = count, .k = k, .rows = rows, .metric = metric, .base = base};
  if (metric == LIMEN_IP)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the inner product has no distances to estimate a dimension from; take l2 or "
                      "cosine");
  if (__builtin_mul_overflow(count, k, &cells))
    return LIMEN_FAIL(error, LIMEN_FAILED, "%zu points with %zu neighbours are too many", count, k);
  if (!(out->points = limen_alloc(count, sizeof *out->points, error))) return LIMEN_FAILED;
  if (!(out->ids = limen_alloc(cells, sizeof *out->ids, error))) return LIMEN_FAILED;
  if (!(out->distances = limen_alloc(cells, sizeof *out->distances, error))) return LIMEN_FAILED;
  return LIMEN_OK;
}

/* Copies the answer to query i, leaving the point itself out. Where more copies of a point exist
 * than neighbours were asked for, it may not stand in its own answer: then every distance is 0, and
 * leaving out the last one is as good. */
static int copy_answer(const struct limen_knn *knn, size_t i, struct limen_neighbours *out,
                       struct limen_error *error) {
  const int64_t *ids = knn->ids + i * knn->width;
  const double *distances = knn->distances + i * knn->width;
  size_t used = 0;
  for (size_t j = 0; j < knn->found[i] && used < out->k; j++) {
    if (ids[j] == (int64_t)out->points[i]) continue;
    if (ids[j] < 0 || (uint64_t)ids[j] >= out->rows || isnan(distances[j])) break;
    out->ids[i * out->k + used] = ids[j];
    out->distances[i * out->k + used++] = true_distance(out->metric, distances[j]);
  }
  if (used == out->k) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "point %zu has %zu usable neighbours, %zu are needed", i,
                    used, out->k);
}

int limen_neighbours_take(const struct limen_knn *knn, enum limen_metric metric,
                          const struct limen_vectors *base, size_t rows, const size_t *points,
                          struct limen_neighbours *out, struct limen_error *error) {
  int status = start(out, knn->queries, knn->k, rows, metric, base, error);
  for (size_t i = 0; status == LIMEN_OK && i < out->count; i++) {
    out->points[i] = points ? points[i] : i;
    status = copy_answer(knn, i, out, error);
  }
  if (status != LIMEN_OK) limen_neighbours_clear(out);
  return status;
}

/* ---- searching ---- */

static int choose(size_t rows, size_t count, uint64_t seed, size_t *out,
                  struct limen_error *error) {
  gsl_rng *rng = limen_rng_alloc(seed, "dimension/points", error);
  size_t *all = rng ? limen_alloc(rows, sizeof *all, error) : NULL;
  for (size_t i = 0; all && i < rows; i++) all[i] = i;
  if (all) gsl_ran_choose(rng, out, count, all, rows, sizeof *all); /* keeps the order of rows */
  limen_rng_free(rng);
  limen_free(all);
  return all ? LIMEN_OK : LIMEN_FAILED;
}

static int gather(const struct limen_vectors *base, const size_t *points, size_t count,
                  struct limen_matrix *out, struct limen_error *error) {
  int status = limen_matrix_init(out, count, base->columns, error);
  for (size_t i = 0; status == LIMEN_OK && i < count; i++)
    status = base->read(base, points[i], 1, out->values + i * base->columns, error);
  return status;
}

int limen_neighbours_find(const struct limen_vectors *base,
                          const struct limen_neighbours_settings *settings,
                          struct limen_neighbours *out, struct limen_error *error) {
  struct limen_matrix sample = {0};
  struct limen_vectors lent = {0};
  struct limen_knn knn = {0};
  *out = (struct limen_neighbours){0};
  if (base->rows < 2)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a dimension needs at least 2 vectors, there %s %zu",
                      base->rows == 1 ? "is" : "are", base->rows);
  const bool all = settings->points == 0 || settings->points >= base->rows;
  const size_t count = all ? base->rows : settings->points;
  const size_t k = settings->k < base->rows ? settings->k : base->rows - 1;
  int status = start(out, count, k, base->rows, settings->metric, base, error);
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < count; i++) out->points[i] = i;
  if (!all) {
    status = choose(base->rows, count, settings->seed, out->points, error);
    if (status == LIMEN_OK) status = gather(base, out->points, count, &sample, error);
    if (status != LIMEN_OK) goto done;
    limen_vectors_lend(&lent, &sample);
  }
  const struct limen_knn_settings search = {
      .k = all ? k : k + 1, .metric = settings->metric, .skip_self = all};
  status = limen_knn_search(base, all ? base : &lent, &search, &knn, error);
  for (size_t i = 0; status == LIMEN_OK && i < count; i++)
    status = copy_answer(&knn, i, out, error);
done:
  limen_knn_clear(&knn);
  limen_vectors_close(&lent);
  limen_matrix_clear(&sample);
  if (status != LIMEN_OK) limen_neighbours_clear(out);
  return status;
}

void limen_neighbours_clear(struct limen_neighbours *neighbours) {
  limen_free(neighbours->points);
  limen_free(neighbours->ids);
  limen_free(neighbours->distances);
  *neighbours = (struct limen_neighbours){0};
}

/* ---- reading, working ---- */

int limen_neighbours_read(const struct limen_neighbours *neighbours, size_t first, size_t count,
                          float *room, double *out, struct limen_error *error) {
  const struct limen_vectors *base = neighbours->base;
  const size_t columns = base->columns;
  int status = base->read(base, first, count, room, error);
  if (status != LIMEN_OK) return status;
  for (size_t r = 0; r < count; r++) {
    double *row = out + r * columns, square = 0;
    for (size_t c = 0; c < columns; c++) {
      row[c] = (double)room[r * columns + c];
      square += row[c] * row[c];
    }
    /* Zero rows have no direction; the search has refused them already. */
    if (neighbours->metric != LIMEN_COSINE || !(square > 0)) continue;
    const double length = sqrt(square);
    for (size_t c = 0; c < columns; c++) row[c] /= length;
  }
  return LIMEN_OK;
}

struct work {
  int (*work)(void *context, size_t block, struct limen_error *error);
  void *context;
  size_t failed_block;
  struct limen_error failure;
};

static void run_blocks(struct work *work, size_t blocks) {
#pragma omp taskloop grainsize(1)
  for (size_t block = 0; block < blocks; block++) {
    struct limen_error own = {0};
    if (work->work(work->context, block, &own) != LIMEN_OK) {
#pragma omp critical(limen_dimension)
      if (block < work->failed_block) {
        work->failed_block = block;
        work->failure = own;
      }
    }
  }
}

int limen_dimension_parallel(size_t blocks,
                             int (*function)(void *context, size_t block,
                                             struct limen_error *error),
                             void *context, struct limen_error *error) {
  struct work work = {.work = function, .context = context, .failed_block = SIZE_MAX};
  if (omp_in_parallel()) {
    run_blocks(&work, blocks);
  } else {
#pragma omp parallel
#pragma omp single
    run_blocks(&work, blocks);
  }
  if (work.failed_block == SIZE_MAX) return LIMEN_OK;
  if (error) *error = work.failure;
  return work.failure.status;
}
