/* The best query there is for the documents (best_query.h): only documents are trained, by the gaps
 * of all queries. A gap is the length of the shortest difference x of the two hulls, so with the
 * weights w of the pairs (i, j) that x is made of, and q = x / |x|,
 *
 *   d gap / d v = (sum of w over pairs with i = v) q - (sum of w over pairs with j = v) q
 *
 * (Danskin: the weights are the inner minimum, so their own movement does not count.) Each solution
 * starts from the query of the step before.
 *
 * Where the hulls meet there is no gap and no direction in which one would open. Such sets are
 * trained as centroids through the same loss, until they have one; from random documents that is
 * how most of them begin. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "limits/best_query.h"
#include "limits/free_run.h"
#include "limits/panel_products.h"
#include "limits/rule_centroid.h"

/* Gradients are floats, so gaps need no more digits than that; and a set that takes more rounds
 * than this has hulls that touch or nearly do. */
static const struct limen_best_settings precision = {
    .tolerance = 1e-6, .closed = 1e-7, .rounds = 200};

/* A worker's memory. Sets whose hulls meet are gathered in a panel of their own. */
struct worker {
  struct limen_best_solver *solver;
  float *start;       /* d */
  float *centroids;   /* d x LIMEN_PANEL */
  uint32_t *relevant; /* LIMEN_PANEL x k */
};

struct state {
  float *rows; /* the documents, n x d */
  bool *warm;  /* per query: its vector is the solution of an earlier step */
  bool broken; /* the documents are no numbers any more */
  size_t workers;
  struct worker worker[LIMEN_WORKERS_MAX];
};

static void state_free(void *old) {
  struct state *state = old;
  for (size_t i = 0; i < state->workers; i++) {
    limen_best_solver_free(state->worker[i].solver);
    limen_free(state->worker[i].start);
    limen_free(state->worker[i].centroids);
    limen_free(state->worker[i].relevant);
  }
  limen_free(state->rows);
  limen_free(state->warm);
  limen_free(state);
}

static void *state_alloc(const struct limen_free *run, struct limen_error *error) {
  const size_t n = run->documents.count, d = run->documents.d;
  bool done = false;
  struct state *state = limen_alloc(1, sizeof *state, error);
  if (!state) return NULL;
  state->workers = run->workers;
  state->rows = limen_alloc(n, d * sizeof *state->rows, error);
  state->warm = limen_alloc(run->queries.count, sizeof *state->warm, error);
  if (!state->rows || !state->warm) goto done;
  limen_panels_unpack(&run->documents, state->rows);
  for (size_t i = 0; i < run->workers; i++) {
    struct worker *worker = &state->worker[i];
    worker->solver = limen_best_solver_alloc(n, d, state->rows, error);
    worker->start = limen_alloc(d, sizeof *worker->start, error);
    worker->centroids = limen_alloc(d, LIMEN_PANEL * sizeof(float), error);
    worker->relevant = limen_alloc(run->relevance->k, LIMEN_PANEL * sizeof(uint32_t), error);
    if (!worker->solver || !worker->start || !worker->centroids || !worker->relevant) goto done;
  }
  done = true;
done:
  if (!done) {
    state_free(state);
    state = NULL;
  }
  return state;
}

static void begin(struct limen_free *run) {
  struct state *state = run->rule_state;
  limen_panels_unpack(&run->documents, state->rows);
  state->broken = false;
  for (size_t i = 0; i < state->workers; i++)
    if (limen_best_solver_renew(state->worker[i].solver, NULL) != LIMEN_OK) state->broken = true;
}

/* Solves for query `lane` of a panel and keeps the query; the gap, or 0 when the hulls meet. */
static double solve(struct limen_free *run, size_t panel, size_t lane, struct worker *worker,
                    struct limen_best_query *best) {
  struct state *state = run->rule_state;
  const size_t d = run->documents.d, k = run->relevance->k, query = panel * LIMEN_PANEL + lane;
  float *values = limen_panels_at(&run->queries, panel) + lane;
  for (size_t c = 0; c < d; c++) worker->start[c] = values[c * LIMEN_PANEL];
  int status =
      limen_best_query_solve(worker->solver, limen_free_sets(run, panel) + lane * k, k,
                             state->warm[query] ? worker->start : NULL, &precision, best, NULL);
  state->warm[query] = status == LIMEN_OK && !best->closed && best->lower > 0;
  if (!state->warm[query]) return 0;
  double square = 0;
  for (size_t c = 0; c < d; c++) square += best->point[c] * best->point[c];
  for (size_t c = 0; c < d; c++) values[c * LIMEN_PANEL] = (float)(best->point[c] / sqrt(square));
  return best->lower;
}

/* Centroids for those of a panel's queries that have no gap; returns how many. */
static size_t gather_closed(struct limen_free *run, size_t panel, struct worker *worker,
                            float *shrink) {
  const struct state *state = run->rule_state;
  const size_t d = run->documents.d, k = run->relevance->k, used = limen_free_used(run, panel);
  float *values = limen_panels_at(&run->queries, panel);
  size_t closed = 0, next = 0;
  for (size_t i = 0; i < used; i++)
    if (!state->warm[panel * LIMEN_PANEL + i])
      memcpy(worker->relevant + closed++ * k, limen_free_sets(run, panel) + i * k,
             k * sizeof *worker->relevant);
  if (closed == 0) return 0;
  limen_centroid_make(&run->documents, closed, k, worker->relevant, worker->centroids, shrink);
  for (size_t i = 0; i < used; i++) {
    if (state->warm[panel * LIMEN_PANEL + i]) continue;
    for (size_t c = 0; c < d; c++)
      values[c * LIMEN_PANEL + i] = worker->centroids[c * LIMEN_PANEL + next];
    next++;
  }
  return closed;
}

static void place(struct limen_free *run, size_t panel, size_t worker) {
  struct state *state = run->rule_state;
  struct limen_best_query best;
  _Alignas(64) float shrink[LIMEN_PANEL];
  if (state->broken) return;
  for (size_t i = 0; i < limen_free_used(run, panel); i++)
    solve(run, panel, i, &state->worker[worker], &best);
  gather_closed(run, panel, &state->worker[worker], shrink);
}

/* Adds `slope` times the derivative of a gap. */
static void widen(const struct limen_free *run, const struct limen_best_query *best,
                  const float *query, double slope, float *documents) {
  const size_t d = run->documents.d;
  for (size_t p = 0; p < best->count; p++) {
    const size_t i = best->pair[p].inside, j = best->pair[p].outside;
    const float pull = (float)(slope * best->pair[p].weight);
    float *inside = documents + i / LIMEN_PANEL * d * LIMEN_PANEL + i % LIMEN_PANEL;
    float *outside = documents + j / LIMEN_PANEL * d * LIMEN_PANEL + j % LIMEN_PANEL;
    for (size_t c = 0; c < d * LIMEN_PANEL; c += LIMEN_PANEL) {
      inside[c] += pull * query[c];
      outside[c] -= pull * query[c];
    }
  }
}

static double panel_loss(struct limen_free *run, size_t panel, size_t worker, float *documents) {
  struct state *state = run->rule_state;
  struct worker *own = &state->worker[worker];
  const size_t k = run->relevance->k;
  float *scores = limen_free_scores(run, worker), *gradient = limen_free_gradients(run, worker);
  double loss = 0, slope = 0, unused[LIMEN_LOSS_LEARNED_MOST] = {0};
  _Alignas(64) float shrink[LIMEN_PANEL];
  if (state->broken) return NAN;
  for (size_t i = 0; i < limen_free_used(run, panel); i++) {
    struct limen_best_query best;
    double gap = solve(run, panel, i, own, &best);
    if (!(gap > 0)) continue;
    loss += run->settings.loss->of_gap(&run->loss, gap, &slope);
    widen(run, &best, limen_panels_at(&run->queries, panel) + i, slope, documents);
  }
  size_t closed = gather_closed(run, panel, own, shrink);
  if (closed == 0) return loss;
  loss += limen_free_through_scores(run, own->centroids, closed, own->relevant, scores,
                                    limen_free_room(run, worker), gradient, unused);
  limen_product_documents(&run->documents, 1, own->centroids, scores, documents);
  limen_centroid_pull(&run->documents, closed, k, own->relevant, own->centroids, shrink, gradient,
                      documents);
  return loss;
}

const struct limen_query_rule limen_query_rule_exact = {
    .name = "exact",
    .about = "the best query there is for the documents, by the gap; only documents are trained",
    .solved = true,
    .alloc = state_alloc,
    .free = state_free,
    .begin = begin,
    .place = place,
    .panel = panel_loss,
};
