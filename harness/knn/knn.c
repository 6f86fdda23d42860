/* A search, batch of queries by batch: bring the queries into the frame, nominate, decide. The
 * batches bound the memory; bases may be larger than memory, since blocks of them are read. */
#include "knn/knn.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/chunks.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "base/threads.h"
#include "knn/multiply.h"
#include "knn/search.h"

enum {
  BATCH_BYTES = 128 << 20, /* for the candidates and vectors of a batch */
  BLOCK_BYTES = 4 << 20,   /* for a block of base rows */
  QUERIES = 96             /* in a chunk: whole groups */
};

void limen_knn_clear(struct limen_knn *knn) {
  limen_free(knn->ids);
  limen_free(knn->distances);
  limen_free(knn->found);
  limen_free(knn->ties_cut);
  *knn = (struct limen_knn){0};
}

void limen_knn_fail(struct limen_knn_search *search, size_t at, const struct limen_error *error) {
  omp_set_lock(&search->fault_lock);
  if (!atomic_load(&search->failed) || at < search->fault_at) {
    search->fault_at = at;
    search->fault = *error;
  }
  atomic_store(&search->failed, true);
  omp_unset_lock(&search->fault_lock);
}

/* ---- before the first batch ---- */

static int check(const struct limen_vectors *base, const struct limen_vectors *queries,
                 const struct limen_knn_settings *settings, struct limen_error *error) {
  if (settings->k == 0) return LIMEN_FAIL(error, LIMEN_INPUT, "k is 0; a search needs k >= 1");
  if (!limen_metric_name((size_t)settings->metric))
    return LIMEN_FAIL(error, LIMEN_INPUT, "metric %d is unknown", (int)settings->metric);
  if (base->columns != queries->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the base has %zu dimensions and the queries have %zu; both must come from "
                      "the same model",
                      base->columns, queries->columns);
  if (base->columns == 0 || base->columns > INT_MAX / 4)
    return LIMEN_FAIL(error, LIMEN_INPUT, "vectors of %zu dimensions cannot be searched",
                      base->columns);
  if (base->rows > UINT32_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu base rows are too many; at most %u can be searched",
                      base->rows, UINT32_MAX);
  if (!(settings->tie_tolerance >= 0 && settings->tie_tolerance <= 1))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the tolerance of ties is %g; it is relative and goes from 0 to 1",
                      settings->tie_tolerance);
  return LIMEN_OK;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t greatest(size_t a, size_t b) { return a > b ? a : b; }
static size_t up_to(size_t count, size_t whole) { return (count + whole - 1) / whole * whole; }

/* All sizes. They change the speed, never the answer. */
static int plan(struct limen_knn_search *search, struct limen_knn *out, struct limen_error *error) {
  const struct limen_knn_settings *settings = search->settings;
  const size_t rows = search->base->rows, d = search->base->columns;
  const size_t choice = rows - (settings->skip_self && rows > 0),
               extra = least(settings->extra, rows);
  search->k = least(settings->k, choice);
  search->keep = least(search->k + extra, choice) + 1;
  /* Room for as many again before the worse half is dropped; none is longer than the base. */
  search->capacity = up_to(least(2 * search->keep + 64, rows + 1), LIMEN_LANES);
  search->workers = least((size_t)limen_threads(), LIMEN_WORKERS_MAX);
  size_t block = greatest(64, BLOCK_BYTES / sizeof(float) / d / 64 * 64);
  block = least(block, LIMEN_KNN_BLOCK);
  search->block_rows = least(block, (greatest(rows, 1) + 63) / 64 * 64);
  size_t bytes = search->capacity * 12 + 2 * d * sizeof(float) + 128;
  search->batch_most = greatest(LIMEN_KNN_SHARED, BATCH_BYTES / bytes);
  search->batch_most = search->batch_most / LIMEN_KNN_SHARED * LIMEN_KNN_SHARED;
  search->batch_most = least(search->batch_most, search->queries->rows);

  out->queries = search->queries->rows;
  out->k = search->k;
  if (__builtin_add_overflow(search->k, settings->extra, &out->width) ||
      __builtin_mul_overflow(out->queries, out->width, &bytes))
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "%zu x (%zu + %zu) answers are more than a machine holds", out->queries,
                      search->k, settings->extra);
  out->ids = limen_alloc_scratch(bytes, sizeof *out->ids, error);
  out->distances = limen_alloc_scratch(bytes, sizeof *out->distances, error);
  out->found = limen_alloc(out->queries, sizeof *out->found, error);
  out->ties_cut = limen_alloc(out->queries, sizeof *out->ties_cut, error);
  return out->ids && out->distances && out->found && out->ties_cut ? LIMEN_OK : LIMEN_FAILED;
}

static int alloc_batch(struct limen_knn_search *search, struct limen_error *error) {
  const size_t most = search->batch_most, d = search->base->columns;
  const size_t stride = search->capacity;
  const size_t locks = (most + LIMEN_KNN_SHARED - 1) / LIMEN_KNN_SHARED;
  search->rows = limen_alloc(up_to(most, LIMEN_KNN_GROUP) * d, sizeof *search->rows, error);
  search->query = limen_alloc(most, sizeof *search->query, error);
  search->candidates = limen_alloc(most, sizeof *search->candidates, error);
  search->lists = limen_alloc_scratch(most * 3 * stride, sizeof *search->lists, error);
  search->locks = limen_alloc(locks, sizeof *search->locks, error);
  if (!search->queries->values)
    search->read = limen_alloc_scratch(most * d, sizeof *search->read, error);
  if (!search->rows || !search->query || !search->candidates || !search->lists || !search->locks ||
      (!search->queries->values && !search->read))
    return LIMEN_FAILED;
  for (size_t q = 0; q < most; q++) {
    search->candidates[q].low = search->lists + 3 * q * stride;
    search->candidates[q].high = search->candidates[q].low + stride;
    search->candidates[q].id = (uint32_t *)(search->candidates[q].high + stride);
  }
  for (; search->lock_count < locks; search->lock_count++)
    omp_init_lock(&search->locks[search->lock_count]);
  return LIMEN_OK;
}

static int alloc_scratch(struct limen_knn_search *search, struct limen_error *error) {
  const size_t rows = search->block_rows, d = search->base->columns;
  search->scratch = limen_alloc(search->workers, sizeof *search->scratch, error);
  if (!search->scratch) return LIMEN_FAILED;
  for (size_t w = 0; w < search->workers; w++) {
    struct limen_knn_scratch *one = &search->scratch[w];
    bool lent = search->base->values != NULL;
    one->block.rows = limen_alloc(rows * d, sizeof(float), error);
    one->placed = limen_alloc(LIMEN_KNN_STRIP * d, sizeof(float), error);
    one->block.low = limen_alloc(rows, sizeof(float), error);
    one->block.high = limen_alloc(rows, sizeof(float), error);
    one->block.length = limen_alloc(rows, sizeof(float), error);
    one->scores = limen_alloc_scratch(LIMEN_KNN_TILE * rows, sizeof(float), error);
    one->row = limen_alloc(rows, sizeof(float), error);
    one->places = limen_alloc_scratch(rows + 1, sizeof *one->places, error);
    one->answers = limen_alloc_scratch(search->capacity, sizeof *one->answers, error);
    one->spare = limen_alloc_scratch(search->capacity, sizeof *one->spare, error);
    one->vectors = lent ? NULL : limen_alloc_scratch(rows * d, sizeof(float), error);
    one->single = lent ? NULL : limen_alloc(d, sizeof(float), error);
    if (!one->block.rows || !one->block.low || !one->block.high || !one->block.length ||
        !one->placed || !one->scores || !one->row || !one->places || !one->answers || !one->spare ||
        (!lent && (!one->vectors || !one->single)))
      return LIMEN_FAILED;
  }
  return LIMEN_OK;
}

static void clear(struct limen_knn_search *search) {
  for (size_t w = 0; search->scratch && w < search->workers; w++) {
    struct limen_knn_scratch *one = &search->scratch[w];
    void *const blocks[] = {one->block.rows, one->block.low, one->block.high, one->block.length,
                            one->placed,     one->scores,    one->row,        one->places,
                            one->answers,    one->spare,     one->vectors,    one->single};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) limen_free(blocks[i]);
  }
  for (size_t i = 0; i < search->lock_count; i++) omp_destroy_lock(&search->locks[i]);
  limen_free(search->scratch);
  limen_free(search->rows);
  limen_free(search->query);
  limen_free(search->candidates);
  limen_free(search->lists);
  limen_free(search->locks);
  limen_free(search->read);
  limen_frame_clear(&search->frame);
}

/* ---- batches ---- */

static void bring_queries(void *context, size_t chunk, size_t worker) {
  struct limen_knn_search *search = context;
  const size_t d = search->base->columns;
  float *placed = search->scratch[worker].placed;
  for (size_t q = chunk * QUERIES; q < search->count && q < (chunk + 1) * QUERIES; q++) {
    struct limen_candidates *list = &search->candidates[q];
    struct limen_error error;
    list->top = list->limit = INFINITY;
    list->count = 0;
    if (limen_frame_query(&search->frame, search->vectors + q * d, placed, &search->query[q])) {
      limen_knn_pack_query(placed, q, d, search->rows);
      continue;
    }
    limen_frame_refuse(&search->frame, "query", search->first + q, search->vectors + q * d, &error);
    limen_knn_fail(search, q, &error);
    return;
  }
}

static int run_batch(struct limen_knn_search *search, struct limen_knn *out,
                     struct limen_error *error) {
  const struct limen_vectors *queries = search->queries;
  int status = LIMEN_OK;
  search->vectors = search->read;
  if (queries->values)
    search->vectors = queries->values + search->first * queries->columns;
  else
    status = queries->read(queries, search->first, search->count, search->read, error);
  if (status != LIMEN_OK) return status;
  limen_chunks_run((search->count + QUERIES - 1) / QUERIES, search->workers, bring_queries, search);
  if (!atomic_load(&search->failed)) limen_knn_nominate(search);
  if (!atomic_load(&search->failed)) limen_knn_decide(search, out);
  if (!atomic_load(&search->failed)) return LIMEN_OK;
  if (error) *error = search->fault;
  return search->fault.status;
}

static int run(struct limen_knn_search *search, struct limen_knn *out, struct limen_error *error) {
  int status = limen_frame_init(&search->frame, search->base, search->settings->metric, error);
  if (status == LIMEN_OK) status = plan(search, out, error);
  if (status == LIMEN_OK) status = alloc_batch(search, error);
  if (status == LIMEN_OK) status = alloc_scratch(search, error);
  for (; status == LIMEN_OK && search->first < out->queries; search->first += search->count) {
    search->count = least(search->batch_most, out->queries - search->first);
    status = run_batch(search, out, error);
  }
  return status;
}

int limen_knn_search(const struct limen_vectors *base, const struct limen_vectors *queries,
                     const struct limen_knn_settings *settings, struct limen_knn *out,
                     struct limen_error *error) {
  *out = (struct limen_knn){0};
  int status = check(base, queries, settings, error);
  if (status != LIMEN_OK) return status;
  struct limen_knn_search search = {.base = base, .queries = queries, .settings = settings};
  omp_init_lock(&search.fault_lock);
  if (omp_in_parallel()) {
    status = run(&search, out, error);
  } else {
#pragma omp parallel
#pragma omp single
    status = run(&search, out, error);
  }
  clear(&search);
  omp_destroy_lock(&search.fault_lock);
  if (status != LIMEN_OK) limen_knn_clear(out);
  return status;
}
