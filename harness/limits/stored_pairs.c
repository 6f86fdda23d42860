#include "limits/stored_pairs.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK = 96 /* queries at once: with n = 640 their scores fit the second-level cache */ };

struct work {
  const struct limen_stored *stored;
  const struct limen_pairs_settings *settings;
  struct limen_query_mender *mender; /* made when it is needed */
  double *queries, *scores;          /* BLOCK x d, BLOCK x n */
  uint32_t pair[BLOCK][2];
  size_t filled;
  struct limen_pairs_proof *out;
};

void limen_pairs_proof_clear(struct limen_pairs_proof *proof) {
  limen_free(proof->mended.pair);
  limen_free(proof->mended.query);
  *proof = (struct limen_pairs_proof){0};
}

/* ---- mending ---- */

static int keep_mended(struct work *work, const uint32_t *pair, const double *query,
                       struct limen_error *error) {
  struct limen_pairs_mended *mended = &work->out->mended;
  const size_t d = work->stored->d;
  int status = limen_grow(&mended->pair, &mended->capacity, 2 * (mended->count + 1),
                          sizeof *mended->pair, error);
  if (status == LIMEN_OK)
    status = limen_grow(&mended->query, &mended->query_capacity, d * (mended->count + 1),
                        sizeof *mended->query, error);
  if (status != LIMEN_OK) return status;
  memcpy(mended->pair + 2 * mended->count, pair, 2 * sizeof *pair);
  memcpy(mended->query + d * mended->count, query, d * sizeof *query);
  mended->count++;
  return LIMEN_OK;
}

static int mend(struct work *work, size_t row, double *lead, bool *proved,
                struct limen_error *error) {
  const uint32_t *pair = work->pair[row];
  double *query = work->queries + row * work->stored->d;
  if (work->out->mended.count >= work->settings->mend) return LIMEN_OK;
  if (!work->mender && !(work->mender = limen_query_mender_alloc(work->stored, error)))
    return LIMEN_FAILED;
  if (!limen_query_mend(work->mender, pair[0], pair[1], query)) return LIMEN_OK;
  *lead = limen_query_lead(work->mender, pair[0], pair[1], query, proved);
  return keep_mended(work, pair, query, error);
}

/* In order of their pairs, whichever order they were found in. */
struct entry {
  uint32_t pair[2];
  size_t at;
};

static int by_pair(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  if (x->pair[0] != y->pair[0]) return x->pair[0] < y->pair[0] ? -1 : 1;
  return (x->pair[1] > y->pair[1]) - (x->pair[1] < y->pair[1]);
}

static int sort_mended(struct limen_pairs_mended *mended, size_t d, struct limen_error *error) {
  struct entry *entries = limen_alloc(mended->count, sizeof *entries, error);
  double *queries = limen_alloc(mended->count * d, sizeof *queries, error);
  int status = entries && queries ? LIMEN_OK : LIMEN_FAILED;
  for (size_t m = 0; m < mended->count && status == LIMEN_OK; m++)
    entries[m] = (struct entry){{mended->pair[2 * m], mended->pair[2 * m + 1]}, m};
  if (status == LIMEN_OK) {
    qsort(entries, mended->count, sizeof *entries, by_pair);
    memcpy(queries, mended->query, mended->count * d * sizeof *queries);
    for (size_t m = 0; m < mended->count; m++) {
      memcpy(mended->pair + 2 * m, entries[m].pair, sizeof entries[m].pair);
      memcpy(mended->query + m * d, queries + entries[m].at * d, d * sizeof *queries);
    }
  }
  limen_free(entries);
  limen_free(queries);
  return status;
}

/* ---- judging ---- */

/* `lowest`: the smaller score of the pair in this row of queries; `highest`: of the others. */
static int judge(struct work *work, size_t row, double lowest, double highest,
                 struct limen_error *error) {
  const struct limen_stored *stored = work->stored;
  const double *query = work->queries + row * stored->d;
  double square = 0;
  for (size_t c = 0; c < stored->d; c++) square += query[c] * query[c];
  const double length = sqrt(square) * (1 + 0x1p-40);
  double lead = length > 0 ? (lowest - highest) / (length * stored->longest) : -INFINITY;
  bool proved = length > 0 && lowest - highest > limen_stored_error(stored, length);
  if (!proved) {
    int status = mend(work, row, &lead, &proved, error);
    if (status != LIMEN_OK) return status;
  }
  struct limen_pairs_proof *out = work->out;
  out->pairs++;
  out->proved = out->proved && proved;
  if (lead < out->worst_lead) {
    out->worst_lead = lead;
    out->worst[0] = work->pair[row][0];
    out->worst[1] = work->pair[row][1];
  }
  return LIMEN_OK;
}

/* ---- blocks: all documents ---- */

static int look_at_row(struct work *work, size_t row, struct limen_error *error) {
  const size_t n = work->stored->n;
  const uint32_t i = work->pair[row][0], j = work->pair[row][1];
  double *scores = work->scores + row * n, highest = -INFINITY;
  const double lowest = fmin(scores[i], scores[j]);
  scores[i] = scores[j] = -INFINITY;
#pragma omp simd reduction(max : highest)
  for (size_t v = 0; v < n; v++) highest = scores[v] > highest ? scores[v] : highest;
  return judge(work, row, lowest, highest, error);
}

static int look_at_block(struct work *work, struct limen_error *error) {
  const int n = (int)work->stored->n, d = (int)work->stored->d, filled = (int)work->filled;
  int status = LIMEN_OK;
  if (filled == 0) return status;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, filled, n, d, 1, work->queries, d,
              work->stored->documents, d, 0, work->scores, n);
  for (size_t row = 0; row < work->filled && status == LIMEN_OK && work->out->proved; row++)
    status = look_at_row(work, row, error);
  work->filled = 0;
  return status;
}

/* Asks for the query of a pair in a row of the block; whether it is its class's. */
static bool fill_row(struct work *work, size_t row, uint32_t i, uint32_t j) {
  const size_t d = work->stored->d;
  double *query = work->queries + row * d;
  work->pair[row][0] = i < j ? i : j;
  work->pair[row][1] = i < j ? j : i;
  const bool of_class =
      work->settings->query(work->settings->context, work->pair[row][0], work->pair[row][1], query);
  if (work->stored->quantiser->round(d, query, query) > 0) memset(query, 0, d * sizeof *query);
  return of_class;
}

static int add_pair(struct work *work, uint32_t i, uint32_t j, struct limen_error *error) {
  fill_row(work, work->filled, i, j);
  if (++work->filled < BLOCK) return LIMEN_OK;
  return look_at_block(work, error);
}

/* ---- suspects alone ---- */

static double score(const struct work *work, uint32_t v) {
  const size_t d = work->stored->d;
  const double *document = work->stored->documents + v * d;
  double sum = 0;
  for (size_t c = 0; c < d; c++) sum += work->queries[c] * document[c];
  return sum;
}

/* The pair {i, j} of distance s, i first. What is no suspect is below the pair by the class. */
static int look_at_suspects(struct work *work, uint32_t s, uint32_t i, uint32_t j,
                            struct limen_error *error) {
  const struct limen_torus_suspects *suspects = work->settings->suspects;
  const uint32_t n = (uint32_t)work->stored->n;
  double highest = -INFINITY;
  const bool of_class = fill_row(work, 0, i, j);
  for (uint32_t v = 0; v < n && !of_class; v++)
    if (v != i && v != j) highest = fmax(highest, score(work, v));
  for (size_t l = suspects->start[s - 1]; l < suspects->start[s] && of_class; l++) {
    const uint32_t v =
        i + suspects->offset[l] < n ? i + suspects->offset[l] : i + suspects->offset[l] - n;
    highest = fmax(highest, score(work, v));
  }
  return judge(work, 0, fmin(score(work, i), score(work, j)), highest, error);
}

static bool is_narrow(const struct limen_pairs_settings *settings) {
  return settings->suspects && settings->suspects->start;
}

/* All pairs {i, i + s}. */
static int look_at_distance(struct work *work, uint32_t s, struct limen_error *error) {
  const uint32_t n = (uint32_t)work->stored->n, count = 2 * s == n ? s : n;
  int status = LIMEN_OK;
  for (uint32_t i = 0; i < count && status == LIMEN_OK && work->out->proved; i++) {
    const uint32_t j = i + s < n ? i + s : i + s - n;
    if (is_narrow(work->settings))
      status = look_at_suspects(work, s, i, j, error);
    else
      status = add_pair(work, i, j, error);
  }
  return status;
}

int limen_pairs_prove(const struct limen_stored *stored,
                      const struct limen_pairs_settings *settings, struct limen_pairs_proof *out,
                      struct limen_error *error) {
  struct work work = {.stored = stored, .settings = settings, .out = out};
  *out = (struct limen_pairs_proof){.proved = true, .worst_lead = INFINITY};
  if (stored->n < 3 || stored->n > 1 << 24)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu documents have no pairs to be checked one by one",
                      stored->n);
  work.queries = limen_alloc(BLOCK * stored->d, sizeof(double), error);
  work.scores = limen_alloc_scratch(BLOCK * stored->n, sizeof(double), error);
  int status = work.queries && work.scores ? LIMEN_OK : LIMEN_FAILED;
  for (uint32_t c = 0; c < stored->n / 2 && status == LIMEN_OK && out->proved; c++)
    status = look_at_distance(&work, settings->order ? settings->order[c] : c + 1, error);
  if (status == LIMEN_OK && out->proved) status = look_at_block(&work, error);
  if (is_narrow(settings)) /* the others have at least so much */
    out->worst_lead = fmin(out->worst_lead, settings->suspects->left / stored->longest);
  if (status == LIMEN_OK && out->mended.count > 1)
    status = sort_mended(&out->mended, stored->d, error);
  limen_query_mender_free(work.mender);
  limen_free(work.queries);
  limen_free(work.scores);
  return status;
}
