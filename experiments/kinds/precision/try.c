/* One number of documents of one construction: laid out, rounded, and proved or not. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/rng.h"
#include "experiments/kinds/precision/precision.h"
#include "limits/torus_rounding.h"
#include "limits/torus_search.h"

void precision_found_clear(struct precision_found *found) {
  limen_free(found->classes);
  limen_free(found->documents);
  limen_free(found->queries.pair);
  limen_free(found->queries.query);
  *found = (struct precision_found){0};
}

/* One attempt under way. */
struct attempt {
  const struct precision_task *task;
  const struct limen_layout *layout;
  struct precision_found *out;
  struct limen_sines sines;
  uint32_t *order; /* classes, hardest first */
  double *ideal;   /* n x d, before rounding */
  struct limen_placing placing;
};

/* ---- harmonic frames ---- */

static int start_frame(const struct attempt *attempt, const struct precision_found *best,
                       struct limen_torus *out, struct limen_error *error) {
  const struct precision_task *task = attempt->task;
  const size_t n = attempt->out->n;
  if (!attempt->layout->frame && best && best->frame.count > 0) {
    limen_torus_rescale(&best->frame, (uint32_t)n, out);
    return LIMEN_OK;
  }
  return limen_layout_find("trigonometric")->frame(n, task->d, out, error);
}

/* Random numbers of their own for every attempt. */
static gsl_rng *draw_of(const struct attempt *attempt, uint64_t number, struct limen_error *error) {
  char *stream =
      limen_print(error, "precision/d=%zu/%s/n=%zu/attempt=%llu", attempt->task->d,
                  attempt->task->quantiser->name, attempt->out->n, (unsigned long long)number);
  gsl_rng *rng = stream ? limen_rng_alloc(attempt->task->seed, stream, error) : NULL;
  limen_free(stream);
  return rng;
}

static int search(struct attempt *attempt, uint64_t number, uint64_t work,
                  struct limen_torus *frame, struct limen_error *error) {
  const struct precision_task *task = attempt->task;
  struct precision_found *out = attempt->out;
  const bool searched = !attempt->layout->frame;
  const double peak = (searched ? task->weight_most : 1) / limen_torus_length(frame);
  struct limen_torus_search search = {
      .proposals = searched ? task->proposals : 0,
      .work = work,
      .patience = task->patience,
      .weight_most = task->weight_most,
      .aim = limen_torus_gap_for_sure(task->quantiser, task->d, fmin(peak, 1)),
      .coarse = out->n > task->pairs_most,
      .rng = draw_of(attempt, number, error),
  };
  if (!search.rng) return LIMEN_FAILED;
  int status = limen_torus_search_run(&search, (uint32_t)out->n, task->d, frame, &out->gap, error);
  limen_rng_free(search.rng);
  out->full = search.proposed >= search.proposals;
  out->proposed += search.proposed;
  out->work += search.worked;
  return status;
}

/* The queries of all classes, and the classes by their gaps, hardest first. */
static int solve_classes(struct attempt *attempt, struct limen_error *error) {
  struct precision_found *out = attempt->out;
  struct limen_min_norm_settings settings = limen_torus_settings;
  struct limen_torus_solver solver = {0};
  const size_t half = out->n / 2;
  int status = limen_torus_solver_init(&solver, out->frame.n, out->frame.count, error);
  if (status == LIMEN_OK &&
      (!(out->classes = limen_alloc(half * out->frame.count, sizeof *out->classes, error)) ||
       !(attempt->order = limen_alloc(half, sizeof(uint32_t), error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) {
    double lowest = INFINITY;
    if (out->n > attempt->task->pairs_most)
      settings.aim = limen_torus_gap_for_sure(attempt->task->quantiser, attempt->task->d, 1);
    for (uint32_t c = 0; c < half; c++) attempt->order[c] = c + 1;
    out->gap = limen_torus_gap(&solver, &out->frame, &settings, NULL, out->classes);
    /* The hardest so far moves to the front: a failure then shows early. */
    for (uint32_t s = 1; s <= half; s++) {
      double square = 0;
      for (uint32_t j = 0; j < out->frame.count; j++) {
        const double x = out->classes[(size_t)(s - 1) * out->frame.count + j];
        square += x * x;
      }
      const double gap = square > 0 ? 1 / sqrt(square) : 0; /* y = x / |x|^2 */
      if (!(gap < lowest)) continue;
      lowest = gap;
      memmove(attempt->order + 1, attempt->order, (s - 1) * sizeof *attempt->order);
      attempt->order[0] = s;
    }
    out->work += solver.work;
  }
  limen_torus_solver_clear(&solver);
  return status;
}

static bool frame_query(void *context, uint32_t i, uint32_t j, double *out) {
  const struct attempt *attempt = context;
  const struct precision_found *found = attempt->out;
  const uint32_t n = found->frame.n;
  const uint32_t s = j - i > n / 2 ? n - (j - i) : j - i, first = j - i > n / 2 ? j : i;
  const double *x = found->classes + (size_t)(s - 1) * found->frame.count;
  double most = 0;
  for (uint32_t c = 0; c < found->frame.count; c++) most = fmax(most, fabs(x[c]));
  limen_torus_query(&found->frame, &attempt->sines, s, first, x, out);
  for (size_t c = 0; c < attempt->task->d; c++) out[c] /= most;
  return true;
}

/* ---- stored documents ---- */

static int round_documents(struct attempt *attempt, struct limen_error *error) {
  struct precision_found *out = attempt->out;
  const size_t n = out->n, d = attempt->task->d;
  size_t infinite = 0;
  if (!(out->documents = limen_alloc(n * d, sizeof *out->documents, error))) return LIMEN_FAILED;
  for (size_t v = 0; v < n; v++)
    infinite += attempt->task->quantiser->round(d, attempt->ideal + v * d, out->documents + v * d);
  if (infinite > 0)
    return LIMEN_FAIL(error, LIMEN_FAILED, "a document of %s is infinite in %s",
                      attempt->layout->name, attempt->task->quantiser->name);
  return LIMEN_OK;
}

/* What was looked at: all documents by a product, whose numbers are cheaper, or suspects alone,
 * with a query each to be turned and rounded. */
static uint64_t work_of(const struct attempt *attempt, const struct limen_pairs_proof *proof,
                        const struct limen_torus_suspects *suspects) {
  const uint64_t n = attempt->out->n, d = attempt->task->d, all = n * (n - 1) / 2;
  if (!suspects->start) return proof->pairs * n * d / 2;
  return proof->pairs * d * (40 + suspects->count * n / all);
}

static int prove_pairs(struct attempt *attempt, const struct limen_pairs_settings *settings,
                       struct limen_error *error) {
  struct precision_found *out = attempt->out;
  const struct precision_task *task = attempt->task;
  struct limen_pairs_settings told = *settings;
  struct limen_torus_suspects suspects = {0};
  struct limen_stored stored;
  struct limen_pairs_proof proof = {0};
  int status = round_documents(attempt, error);
  if (status == LIMEN_OK)
    status = limen_stored_init(&stored, out->n, task->d, out->documents, task->quantiser, error);
  if (status == LIMEN_OK && out->frame.count > 0)
    status = limen_torus_suspects_find(&out->frame, &attempt->sines, task->quantiser, out->classes,
                                       out->documents, &suspects, error);
  told.suspects = &suspects;
  if (status == LIMEN_OK) status = limen_pairs_prove(&stored, &told, &proof, error);
  if (status == LIMEN_OK) {
    out->how = PRECISION_BY_PAIRS;
    out->proved = proof.proved;
    out->left = proof.worst_lead;
    out->work += work_of(attempt, &proof, &suspects);
    out->queries = proof.mended;
    proof.mended = (struct limen_pairs_mended){0};
  }
  limen_torus_suspects_clear(&suspects);
  limen_pairs_proof_clear(&proof);
  return status;
}

/* ---- the two ways ---- */

/* Solves the classes of a frame and proves what it can by them. */
static int prove_classes(struct attempt *attempt, const struct limen_torus *frame,
                         struct limen_error *error) {
  struct precision_found *out = attempt->out;
  struct limen_torus_proof proof;
  limen_free(out->classes);
  limen_free(attempt->order);
  out->classes = NULL;
  attempt->order = NULL;
  out->frame = *frame;
  int status = solve_classes(attempt, error);
  if (status != LIMEN_OK || !(out->gap > 0)) return status; /* some class has no query */
  status = limen_torus_prove(frame, &attempt->sines, attempt->task->quantiser, out->classes, &proof,
                             error);
  if (status != LIMEN_OK) return status;
  out->work += (uint64_t)out->n * out->n / 4 * frame->count;
  out->proved = proof.proved;
  out->how = PRECISION_BY_CLASSES;
  if (proof.proved) out->left = proof.left;
  return LIMEN_OK;
}

static int try_frame(struct attempt *attempt, uint64_t number, const struct precision_found *best,
                     uint64_t work, struct limen_error *error) {
  const struct precision_task *task = attempt->task;
  struct precision_found *out = attempt->out;
  struct limen_torus frame;
  int status = start_frame(attempt, best, &frame, error);
  if (status == LIMEN_OK) status = limen_sines_init(&attempt->sines, frame.n, error);
  /* Many documents are dear to look at: the frame at hand may do as it is. */
  if (status == LIMEN_OK && out->n > task->pairs_most) {
    status = prove_classes(attempt, &frame, error);
    if (status != LIMEN_OK || out->proved) return status;
  }
  if (status == LIMEN_OK) status = search(attempt, number, work, &frame, error);
  if (status != LIMEN_OK || !(out->gap > 0)) return status;
  status = prove_classes(attempt, &frame, error);
  if (status != LIMEN_OK || out->proved || out->n > task->pairs_most) return status;
  if (!(attempt->ideal = limen_alloc(out->n * task->d, sizeof *attempt->ideal, error)))
    return LIMEN_FAILED;
  limen_torus_documents(&frame, &attempt->sines, attempt->ideal);
  const struct limen_pairs_settings settings = {frame_query, attempt, attempt->order, NULL,
                                                task->mend};
  return prove_pairs(attempt, &settings, error);
}

static bool layout_query(void *context, uint32_t i, uint32_t j, double *out) {
  const struct attempt *attempt = context;
  const uint32_t set[] = {i, j};
  double most = 0;
  /* The best query is left to mending, which looks for it where it is needed, among the documents
   * as stored; the sum of the two is where it starts. */
  if (attempt->layout->query)
    attempt->layout->query(&attempt->placing, attempt->ideal, set, out);
  else
    for (size_t c = 0; c < attempt->task->d; c++)
      out[c] = attempt->ideal[i * attempt->task->d + c] + attempt->ideal[j * attempt->task->d + c];
  for (size_t c = 0; c < attempt->task->d; c++) most = fmax(most, fabs(out[c]));
  for (size_t c = 0; c < attempt->task->d && most > 0; c++) out[c] /= most;
  return false;
}

/* Without classes a certificate needs the queries of all pairs. */
static int list_queries(struct attempt *attempt, struct limen_error *error) {
  struct precision_found *out = attempt->out;
  const size_t n = out->n, d = attempt->task->d, pairs = n * (n - 1) / 2;
  struct limen_pairs_mended all = {.count = pairs};
  all.pair = limen_alloc(2 * pairs, sizeof *all.pair, error);
  all.query = limen_alloc(pairs * d, sizeof *all.query, error);
  if (!all.pair || !all.query) {
    limen_free(all.pair);
    limen_free(all.query);
    return LIMEN_FAILED;
  }
  size_t at = 0, mended = 0;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = i + 1; j < n; j++, at++) {
      double *query = all.query + at * d;
      all.pair[2 * at] = i;
      all.pair[2 * at + 1] = j;
      if (mended < out->queries.count && out->queries.pair[2 * mended] == i &&
          out->queries.pair[2 * mended + 1] == j) {
        memcpy(query, out->queries.query + mended++ * d, d * sizeof *query);
        continue;
      }
      layout_query(attempt, i, j, query);
      attempt->task->quantiser->round(d, query, query);
    }
  limen_free(out->queries.pair);
  limen_free(out->queries.query);
  out->queries = all;
  return LIMEN_OK;
}

static int try_layout(struct attempt *attempt, struct limen_error *error) {
  const struct precision_task *task = attempt->task;
  struct precision_found *out = attempt->out;
  attempt->placing = (struct limen_placing){out->n, task->d, task->k, task->seed, NULL};
  if (!(attempt->ideal = limen_alloc(out->n * task->d, sizeof *attempt->ideal, error)))
    return LIMEN_FAILED;
  int status = limen_layout_documents(attempt->layout, &attempt->placing, attempt->ideal, error);
  if (status == LIMEN_OK)
    status = prove_pairs(
        attempt, &(struct limen_pairs_settings){layout_query, attempt, NULL, NULL, task->mend},
        error);
  out->gap = NAN;
  out->full = true;
  if (status == LIMEN_OK && out->proved) status = list_queries(attempt, error);
  return status;
}

int precision_try(const struct precision_task *task, const struct limen_layout *layout, size_t n,
                  uint64_t attempt, const struct precision_found *best, uint64_t work,
                  struct precision_found *out, struct limen_error *error) {
  struct attempt it = {.task = task, .layout = layout, .out = out};
  *out = (struct precision_found){.n = n, .gap = NAN, .left = NAN};
  int status =
      layout->is_frame ? try_frame(&it, attempt, best, work, error) : try_layout(&it, error);
  limen_sines_clear(&it.sines);
  limen_free(it.order);
  limen_free(it.ideal);
  if (status != LIMEN_OK) precision_found_clear(out);
  return status;
}
