/* One cell: every candidate gets its best queries, and what they keep is proved. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/relevance.h"
#include "experiments/kinds/margin/margin.h"
#include "limits/best_query.h"
#include "limits/proof.h"

struct placed {
  struct limen_relevance relevance;
  size_t d;
  float *documents, *queries;
};

static int placed_init(struct placed *placed, size_t n, size_t k, size_t d,
                       struct limen_error *error) {
  int status = limen_pattern_find("all")->make(n, k, 0, 0, &placed->relevance, error);
  placed->d = d;
  if (status != LIMEN_OK) return status;
  placed->documents = limen_alloc(n * d, sizeof *placed->documents, error);
  placed->queries = limen_alloc(placed->relevance.queries * d, sizeof *placed->queries, error);
  return placed->documents && placed->queries ? LIMEN_OK : LIMEN_FAILED;
}

static void placed_clear(struct placed *placed) {
  limen_relevance_clear(&placed->relevance);
  limen_free(placed->documents);
  limen_free(placed->queries);
}

/* An upper bound of the longest row, in float64. */
static double longest(const float *rows, size_t count, size_t d) {
  double most = 0;
  for (size_t v = 0; v < count; v++) {
    double square = 0;
    for (size_t i = 0; i < d; i++) square += (double)rows[v * d + i] * rows[v * d + i];
    most = fmax(most, square);
  }
  return sqrt(most) * (1 + 1e-12);
}

/* The best query of every set; *served is false once a set has none. */
static int solve(struct placed *placed, bool *served, struct limen_error *error) {
  const struct limen_relevance *all = &placed->relevance;
  struct limen_best_settings settings = limen_best_defaults;
  struct limen_best_solver *solver =
      limen_best_solver_alloc(all->documents, placed->d, placed->documents, error);
  int status = solver ? LIMEN_OK : LIMEN_FAILED;
  settings.tolerance = 1e-7; /* float32 queries keep no more */
  *served = true;
  for (size_t q = 0; q < all->queries && *served && status == LIMEN_OK; q++) {
    struct limen_best_query best;
    if (limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
    if (status == LIMEN_OK)
      status = limen_best_query_solve(solver, all->relevant + q * all->k, all->k, NULL, &settings,
                                      &best, error);
    if (status != LIMEN_OK) break;
    double square = 0;
    for (size_t i = 0; i < placed->d; i++) square += best.point[i] * best.point[i];
    *served = best.lower > 0 && square > 0;
    for (size_t i = 0; i < placed->d && *served; i++)
      placed->queries[q * placed->d + i] = (float)(best.point[i] / sqrt(square));
  }
  limen_best_solver_free(solver);
  return status;
}

/* Half the smallest proved lead, as if the longest query and document had length 1; NaN: some set
 * is not proved. */
static int judge(struct placed *placed, double *margin, struct limen_error *error) {
  struct limen_proof proof;
  bool served = false;
  *margin = NAN;
  int status = solve(placed, &served, error);
  if (status != LIMEN_OK || !served) return status;
  status = limen_prove(&placed->relevance, placed->d, placed->documents, placed->queries, NULL,
                       &proof, error);
  if (status == LIMEN_OK && proof.proved)
    *margin = (proof.worst_margin - proof.worst_bound) / 2 /
              longest(placed->documents, placed->relevance.documents, placed->d) /
              longest(placed->queries, placed->relevance.queries, placed->d);
  return status;
}

static int keep(const struct placed *best, struct limen_answer *answer, struct limen_error *error) {
  const size_t row = best->d * sizeof(float);
  int status = limen_blobs_add(&answer->answers, "documents", 0, best->documents,
                               best->relevance.documents * row, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer->answers, "queries", 0, best->queries,
                             best->relevance.queries * row, error);
  return status;
}

static int try_all(const struct limen_cell *cell, struct placed *now, struct placed *best,
                   double *margins, double *values, struct limen_error *error) {
  int status = LIMEN_OK;
  values[MARGIN_TRIED] = 0;
  for (size_t i = 0; margin_candidate_name(i) && status == LIMEN_OK; i++) {
    bool made = false;
    margins[i] = NAN;
    const struct margin_embedding from = {best->documents, best->queries,
                                          2 * fmax(values[MARGIN_BEST], 0)};
    status = margin_candidate_place(cell, i, &from, now->documents, &made, error);
    if (status != LIMEN_OK || !made) continue;
    values[MARGIN_TRIED]++;
    status = judge(now, &margins[i], error);
    if (status != LIMEN_OK || !(margins[i] > 0)) continue;
    if (margins[i] <= values[MARGIN_BEST]) continue;
    const struct placed other = *best;
    *best = *now;
    *now = other;
    values[MARGIN_BEST] = margins[i];
    values[MARGIN_WINNER] = (double)i;
  }
  return status;
}

int margin_run(const struct limen_cell *cell, struct limen_answer *answer,
               struct limen_error *error) {
  const size_t n = (size_t)limen_cell_integer(cell, "n"), k = (size_t)limen_cell_integer(cell, "k");
  const size_t d = (size_t)limen_cell_integer(cell, "d");
  const double start = limen_clock_s();
  struct placed now = {0}, best = {0};
  size_t candidates = 0;
  while (margin_candidate_name(candidates)) candidates++;
  double *margins = limen_alloc(candidates, sizeof *margins, error);
  int status = margins ? placed_init(&now, n, k, d, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = placed_init(&best, n, k, d, error);
  if (status == LIMEN_OK) status = try_all(cell, &now, &best, margins, answer->values, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer->answers, "margins", 0, margins, candidates * sizeof *margins,
                             error);
  if (status == LIMEN_OK && answer->values[MARGIN_BEST] > 0) status = keep(&best, answer, error);
  answer->values[MARGIN_SECONDS] = limen_clock_s() - start;
  placed_clear(&now);
  placed_clear(&best);
  limen_free(margins);
  return status;
}
