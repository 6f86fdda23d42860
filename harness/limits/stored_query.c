#include "limits/stored_query.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

int limen_stored_init(struct limen_stored *stored, size_t n, size_t d, const double *documents,
                      const struct limen_quantiser *quantiser, struct limen_error *error) {
  *stored = (struct limen_stored){n, d, documents, quantiser, 0};
  double *row = limen_alloc(d, sizeof *row, error);
  if (!row) return LIMEN_FAILED;
  int status = LIMEN_OK;
  for (size_t v = 0; v < n && status == LIMEN_OK; v++) {
    const double *document = documents + v * d;
    double square = 0;
    for (size_t i = 0; i < d; i++) square += document[i] * document[i];
    if (!isfinite(square)) {
      status = LIMEN_FAIL(error, LIMEN_INPUT, "document %zu is not finite", v);
      break;
    }
    quantiser->round(d, document, row);
    if (memcmp(row, document, d * sizeof *row) != 0)
      status = LIMEN_FAIL(error, LIMEN_INPUT, "document %zu is not on the grid of %s", v,
                          quantiser->name);
    stored->longest = fmax(stored->longest, sqrt(square) * (1 + 0x1p-40));
  }
  limen_free(row);
  return status;
}

double limen_stored_error(const struct limen_stored *stored, double length) {
  const double units = ((double)stored->d + 4) * 0x1p-53;
  return 2 * units / (1 - units) * length * stored->longest * (1 + 0x1p-40);
}

/* ---- mending ---- */

struct limen_query_mender {
  const struct limen_stored *stored;
  struct limen_min_norm *min_norm;
  double *columns; /* d x n: the documents */
  double *points;  /* d x stride: differences from either of the pair */
  size_t stride;
  double *scores; /* n */
  double *trial, *best;
};

struct limen_query_mender *limen_query_mender_alloc(const struct limen_stored *stored,
                                                    struct limen_error *error) {
  struct limen_query_mender *mender = limen_alloc(1, sizeof *mender, error);
  const size_t n = stored->n, d = stored->d;
  if (!mender) return NULL;
  mender->stored = stored;
  mender->stride = 2 * n;
  if (!(mender->min_norm = limen_min_norm_alloc(d, error)) ||
      !(mender->columns = limen_alloc_scratch(n * d, sizeof(double), error)) ||
      !(mender->points = limen_alloc_scratch(mender->stride * d, sizeof(double), error)) ||
      !(mender->scores = limen_alloc_scratch(n, sizeof(double), error)) ||
      !(mender->trial = limen_alloc(d, sizeof(double), error)) ||
      !(mender->best = limen_alloc(d, sizeof(double), error))) {
    limen_query_mender_free(mender);
    return NULL;
  }
  for (size_t v = 0; v < n; v++)
    for (size_t i = 0; i < d; i++) mender->columns[i * n + v] = stored->documents[v * d + i];
  return mender;
}

void limen_query_mender_free(struct limen_query_mender *mender) {
  if (!mender) return;
  limen_min_norm_free(mender->min_norm);
  limen_free(mender->columns);
  limen_free(mender->points);
  limen_free(mender->scores);
  limen_free(mender->trial);
  limen_free(mender->best);
  limen_free(mender);
}

double limen_query_lead(struct limen_query_mender *mender, uint32_t i, uint32_t j,
                        const double *query, bool *proved) {
  const size_t n = mender->stored->n, d = mender->stored->d;
  double *scores = mender->scores, square = 0, highest = -INFINITY;
  memset(scores, 0, n * sizeof *scores);
  for (size_t c = 0; c < d; c++) {
    const double q = query[c], *column = mender->columns + c * n;
    square += q * q;
    for (size_t v = 0; v < n; v++) scores[v] += q * column[v];
  }
  const double lowest = fmin(scores[i], scores[j]), length = sqrt(square) * (1 + 0x1p-40);
  scores[i] = scores[j] = -INFINITY;
#pragma omp simd reduction(max : highest)
  for (size_t v = 0; v < n; v++) highest = scores[v] > highest ? scores[v] : highest;
  const double lead = lowest - highest;
  *proved = lead > limen_stored_error(mender->stored, length);
  return length > 0 ? lead / (length * mender->stored->longest) : -INFINITY;
}

/* Best query for the documents as stored, rounded; NULL when there is none. */
static const double *best_rounded(struct limen_query_mender *mender, uint32_t i, uint32_t j) {
  static const struct limen_min_norm_settings settings = {
      .enough = 0, .aim = INFINITY, .tolerance = 1e-6, .rounds = 500};
  const size_t n = mender->stored->n, d = mender->stored->d;
  struct limen_min_norm_answer answer;
  size_t count = 0;
  double most = 0;
  for (size_t v = 0; v < n; v++) {
    if (v == i || v == j) continue;
    for (size_t c = 0; c < d; c++) {
      const double *column = mender->columns + c * n;
      double *row = mender->points + c * mender->stride + count;
      row[0] = column[i] - column[v];
      row[1] = column[j] - column[v];
    }
    count += 2;
  }
  if (count == 0) return NULL;
  limen_min_norm_solve(mender->min_norm, count, mender->stride, mender->points, &settings, &answer);
  for (size_t c = 0; c < d; c++) most = fmax(most, fabs(answer.direction[c]));
  if (!(answer.lower > 0) || !(most > 0)) return NULL;
  for (size_t c = 0; c < d; c++) mender->trial[c] = answer.direction[c] / most;
  if (mender->stored->quantiser->round(d, mender->trial, mender->trial) > 0) return NULL;
  return mender->trial;
}

/* Tries the best query so far with coordinate c moved; keeps it if that helps. */
static bool move(struct limen_query_mender *mender, uint32_t i, uint32_t j, size_t c, double by,
                 double *query, double *lead, bool *proved) {
  const size_t d = mender->stored->d;
  double *trial = mender->trial;
  bool counts;
  memcpy(trial, query, d * sizeof *trial);
  trial[c] += by;
  if (mender->stored->quantiser->round(d, trial, trial) > 0 ||
      memcmp(trial, query, d * sizeof *trial) == 0)
    return false;
  const double now = limen_query_lead(mender, i, j, trial, &counts);
  if (!(now > *lead)) return false;
  memcpy(query, trial, d * sizeof *trial);
  *lead = now;
  *proved = counts;
  return true;
}

bool limen_query_mend(struct limen_query_mender *mender, uint32_t i, uint32_t j, double *query) {
  enum { SWEEPS = 6, HALVINGS = 12 };
  const size_t d = mender->stored->d;
  bool proved;
  double lead = limen_query_lead(mender, i, j, query, &proved);
  const double *other = proved ? NULL : best_rounded(mender, i, j);
  if (other) {
    bool counts;
    const double now = limen_query_lead(mender, i, j, other, &counts);
    if (now > lead) {
      memcpy(query, other, d * sizeof *query);
      lead = now;
      proved = counts;
    }
  }
  for (size_t sweep = 0; sweep < SWEEPS && !proved; sweep++) {
    bool better = false;
    double most = 0;
    for (size_t c = 0; c < d; c++) most = fmax(most, fabs(query[c]));
    double step = 2 * most;
    for (size_t half = 0; half < HALVINGS && !proved; half++, step /= 2)
      for (size_t c = 0; c < d && !proved; c++)
        better = move(mender, i, j, c, step, query, &lead, &proved) ||
                 (!proved && move(mender, i, j, c, -step, query, &lead, &proved)) || better;
    if (!better) break;
  }
  return proved;
}
