/* Deciding: candidates get their float64 distance, and the best by (distance, id) are the answer.
 */
#include <math.h>

#include "base/chunks.h"
#include "base/lanes.h"
#include "knn/distance.h"
#include "knn/search.h"

enum {
  QUERIES = 16, /* in a chunk */
  LINE = 64 / sizeof(float),
  AHEAD_MOST = 16,  /* candidates whose rows are on their way from memory, */
  LINES_AHEAD = 256 /* but not more of them than these cache lines */
};

/* Candidates lie anywhere in the base; fetched in time, a row of 128 costs 23 ns instead of 110.
 * Inlined by force: gcc drops calls of functions that do nothing but this. */
LIMEN_INLINE void fetch(const struct limen_knn_search *search, const struct limen_candidates *list,
                        size_t i) {
  const size_t d = search->base->columns;
  if (!search->base->values || i >= list->count) return;
  const float *row = search->base->values + list->id[i] * d;
  for (size_t at = 0; at < d; at += LINE) __builtin_prefetch(row + at);
}

static size_t rows_ahead(size_t d) {
  size_t rows = LINES_AHEAD * LINE / d;
  return rows < 1 ? 1 : rows > AHEAD_MOST ? AHEAD_MOST : rows;
}

/* The distances of all candidates of query q of the batch, sorted. */
static int measure(const struct limen_knn_search *search, size_t q,
                   struct limen_knn_scratch *scratch, struct limen_error *error) {
  const struct limen_vectors *base = search->base;
  const struct limen_candidates *list = &search->candidates[q];
  const size_t d = base->columns, ahead = rows_ahead(d);
  for (size_t i = 0; i < ahead; i++) fetch(search, list, i);
  for (size_t i = 0; i < list->count; i++) {
    const float *row = base->values ? base->values + list->id[i] * d : scratch->single;
    fetch(search, list, i + ahead);
    if (!base->values) {
      int status = base->read(base, list->id[i], 1, scratch->single, error);
      if (status != LIMEN_OK) return status;
    }
    scratch->answers[i] = (struct limen_answer){
        limen_distance(search->settings->metric, search->vectors + q * d, row, d), list->id[i]};
  }
  limen_answers_sort(scratch->answers, list->count, scratch->spare);
  return LIMEN_OK;
}

int limen_knn_refine(struct limen_knn_search *search, size_t query,
                     struct limen_knn_scratch *scratch, struct limen_error *error) {
  struct limen_candidates *list = &search->candidates[query];
  int status = measure(search, query, scratch, error);
  if (status != LIMEN_OK) return status;
  if (list->count > search->keep) list->count = search->keep;
  for (size_t i = 0; i < list->count; i++) {
    limen_frame_bounds(&search->frame, &search->query[query], scratch->answers[i].distance,
                       &list->low[i], &list->high[i]);
    list->id[i] = (uint32_t)scratch->answers[i].id;
  }
  return LIMEN_OK;
}

/* How many of `count` sorted answers are within the tolerance of the k-th. */
static size_t with_ties(const struct limen_knn_search *search, const struct limen_answer *answers,
                        size_t count) {
  size_t found = search->k;
  if (found == 0) return 0;
  const double last = answers[found - 1].distance;
  const double most = last + search->settings->tie_tolerance * fabs(last);
  while (found < count && answers[found].distance <= most) found++;
  return found;
}

static int decide(struct limen_knn_search *search, size_t q, struct limen_knn_scratch *scratch,
                  struct limen_knn *out, struct limen_error *error) {
  struct limen_candidates *list = &search->candidates[q];
  const size_t query = search->first + q;
  /* Some were listed before the limit was what it is now, and that was found to be good enough. */
  float top = limen_candidates_select(list->high, list->count, search->k, 0);
  list->limit = limen_frame_limit(&search->frame, &search->query[q],
                                  search->settings->tie_tolerance, fminf(top, list->top));
  limen_candidates_drop(list);
  int status = measure(search, q, scratch, error);
  if (status != LIMEN_OK) return status;
  size_t found = with_ties(search, scratch->answers, list->count);
  out->ties_cut[query] = found > out->width;
  if (found > out->width) found = out->width;
  out->found[query] = found;
  for (size_t i = 0; i < out->width; i++) {
    out->ids[query * out->width + i] = i < found ? scratch->answers[i].id : -1;
    out->distances[query * out->width + i] = i < found ? scratch->answers[i].distance : INFINITY;
  }
  return LIMEN_OK;
}

struct job {
  struct limen_knn_search *search;
  struct limen_knn *out;
};

static void work(void *context, size_t chunk, size_t worker) {
  const struct job *job = context;
  struct limen_error error;
  for (size_t q = chunk * QUERIES; q < job->search->count && q < (chunk + 1) * QUERIES; q++)
    if (decide(job->search, q, &job->search->scratch[worker], job->out, &error) != LIMEN_OK)
      limen_knn_fail(job->search, q, &error);
}

void limen_knn_decide(struct limen_knn_search *search, struct limen_knn *out) {
  struct job job = {search, out};
  limen_chunks_run((search->count + QUERIES - 1) / QUERIES, search->workers, work, &job);
}
