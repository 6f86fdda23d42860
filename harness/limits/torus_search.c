#include "limits/torus_search.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

double limen_torus_gap(struct limen_torus_solver *solver, const struct limen_torus *frame,
                       const struct limen_min_norm_settings *settings, uint32_t *order,
                       double *classes) {
  double gap = INFINITY;
  for (uint32_t c = 0; c < frame->n / 2; c++) {
    const uint32_t s = order ? order[c] : c + 1;
    struct limen_min_norm_answer answer;
    limen_torus_class(solver, frame, s, settings, &answer);
    if (classes)
      memcpy(classes + (size_t)(s - 1) * frame->count, answer.direction,
             frame->count * sizeof *classes);
    gap = fmin(gap, answer.lower);
    if (gap > settings->enough) continue;
    if (order) {
      memmove(order + 1, order, c * sizeof *order);
      order[0] = s;
    }
    return fmin(gap, settings->enough);
  }
  return gap;
}

static uint32_t wrap(int64_t f, uint32_t n) {
  int64_t rest = f % (int64_t)n;
  if (rest < 0) rest += n;
  if (2 * rest > (int64_t)n) rest = (int64_t)n - rest;
  return (uint32_t)rest;
}

void limen_torus_rescale(const struct limen_torus *frame, uint32_t n, struct limen_torus *out) {
  const double by = (double)n / frame->n;
  struct limen_torus scaled = *frame;
  scaled.n = n;
  for (uint32_t j = 0; j < frame->count; j++) {
    const uint32_t f = (uint32_t)lround(by * frame->frequency[j]);
    if (2 * frame->frequency[j] != frame->n) /* low ones are relations too: 1 and 2 stay */
      scaled.frequency[j] = frame->frequency[j] < 8 ? frame->frequency[j] : f;
    else
      scaled.frequency[j] = n / 2;
    if (scaled.frequency[j] > n / 2) scaled.frequency[j] = n / 2;
  }
  *out = scaled;
}

/* ---- climbing ---- */

struct climb {
  struct limen_torus_search *search;
  struct limen_torus_solver solver;
  struct limen_torus frame, best;
  double gap, best_gap;
  uint32_t free; /* frequencies that may change: the alternating one, if there is one, is last */
  uint32_t *order;
};

static uint32_t below(const struct climb *climb, uint32_t n) {
  return (uint32_t)gsl_rng_uniform_int(climb->search->rng, n);
}

static bool is_allowed(const struct climb *climb, const struct limen_torus *frame, uint32_t j) {
  const uint32_t f = frame->frequency[j];
  if (f == 0 || 2 * f >= frame->n) return false;
  for (uint32_t i = 0; i < climb->free; i++)
    if (i != j && frame->frequency[i] == f) return false;
  return true;
}

/* Frequencies of their own, random, and equal weights; false when there are not so many. */
static bool start_anew(struct climb *climb, struct limen_torus *out) {
  const uint32_t n = climb->frame.n, most = (n - 1) / 2;
  if (most < climb->free) return false;
  for (uint32_t j = 0; j < climb->free; j++) {
    do out->frequency[j] = 1 + below(climb, most);
    while (!is_allowed(climb, out, j));
  }
  for (uint32_t j = 0; j < out->count; j++) out->weight[j] = 1;
  return true;
}

static void start_low(const struct climb *climb, struct limen_torus *out) {
  for (uint32_t j = 0; j < climb->free; j++) out->frequency[j] = j + 1;
  for (uint32_t j = 0; j < out->count; j++) out->weight[j] = 1;
}

/* One change; false when it leads nowhere. */
static bool propose(const struct climb *climb, struct limen_torus *out) {
  const uint32_t n = out->n, j = below(climb, climb->free), kind = below(climb, 8);
  const uint32_t a = below(climb, climb->free), b = below(climb, climb->free);
  const int64_t f = out->frequency[j];
  *out = climb->frame;
  if (kind == 0 && climb->search->weight_most > 1) {
    const uint32_t w = below(climb, out->count);
    if (below(climb, 2) == 0) {
      if (out->weight[w] == 1) return false;
      out->weight[w]--;
    } else {
      if (out->weight[w] == climb->search->weight_most) return false;
      out->weight[w]++;
    }
    return true;
  }
  if (kind < 4)
    out->frequency[j] = 1 + below(climb, n / 2);
  else if (kind < 6)
    out->frequency[j] = wrap(f + (int64_t)below(climb, 9) - 4, n);
  else
    out->frequency[j] =
        wrap((int64_t)out->frequency[a] + (kind == 6 ? 1 : -1) * (int64_t)out->frequency[b], n);
  return out->frequency[j] != f && is_allowed(climb, out, j);
}

static bool spent(const struct climb *climb) {
  const struct limen_torus_search *search = climb->search;
  return search->proposed >= search->proposals || climb->solver.work >= search->work ||
         climb->best_gap > search->aim;
}

static double height(struct climb *climb, const struct limen_torus *frame, double enough) {
  struct limen_min_norm_settings settings = limen_torus_settings;
  settings.enough = enough;
  if (climb->search->coarse) settings.aim = climb->search->aim;
  return limen_torus_gap(&climb->solver, frame, &settings, climb->order, NULL);
}

static void keep(struct climb *climb) {
  if (climb->gap <= climb->best_gap) return;
  climb->best_gap = climb->gap;
  climb->best = climb->frame;
}

static void up(struct climb *climb) {
  struct limen_torus_search *search = climb->search;
  uint64_t in_vain = 0;
  while (!spent(climb) && in_vain < search->patience) {
    struct limen_torus next = climb->frame;
    search->proposed++;
    in_vain++;
    if (!propose(climb, &next)) continue;
    const double gap = height(climb, &next, fmax(climb->gap, 0));
    if (!(gap > climb->gap) || gap <= 0) continue;
    climb->frame = next;
    climb->gap = gap;
    in_vain = 0;
    keep(climb);
  }
}

static void climb_all(struct climb *climb) {
  climb->gap = climb->best_gap = height(climb, &climb->frame, 0);
  climb->best = climb->frame;
  climb->search->climbs = 1;
  up(climb);
  while (!spent(climb) && start_anew(climb, &climb->frame)) {
    climb->search->climbs++;
    climb->gap = height(climb, &climb->frame, 0);
    keep(climb);
    up(climb);
  }
}

static int check(uint32_t n, size_t d, struct limen_error *error) {
  if (d < 2 || d > LIMEN_TORUS_MOST || n <= d || n > LIMEN_TORUS_N_MOST ||
      (d % 2 == 1 && n % 2 == 1))
    return LIMEN_FAIL(
        error, LIMEN_INPUT,
        "no harmonic frame of %u documents in %zu dimensions is searched for: it "
        "takes 2 to %d dimensions, more documents than dimensions, and an even number "
        "of documents where that of dimensions is odd",
        n, d, LIMEN_TORUS_MOST);
  return LIMEN_OK;
}

int limen_torus_search_run(struct limen_torus_search *search, uint32_t n, size_t d,
                           struct limen_torus *frame, double *gap, struct limen_error *error) {
  const uint32_t count = (uint32_t)(d + 1) / 2;
  struct climb climb = {.search = search, .frame = *frame, .free = (uint32_t)d / 2};
  int status = check(n, d, error);
  if (status != LIMEN_OK) return status;
  search->proposed = search->worked = search->climbs = 0;
  if (frame->n != n || frame->count != count || limen_torus_dimensions(frame) != d) {
    climb.frame = (struct limen_torus){.n = n, .count = count};
    if (d % 2 == 1) climb.frame.frequency[count - 1] = n / 2;
    start_low(&climb, &climb.frame);
  }
  if ((status = limen_torus_check(&climb.frame, error)) != LIMEN_OK) return status;
  status = limen_torus_solver_init(&climb.solver, n, count, error);
  if (status == LIMEN_OK && !(climb.order = limen_alloc(n / 2, sizeof *climb.order, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) {
    for (uint32_t c = 0; c < n / 2; c++) climb.order[c] = c + 1;
    climb_all(&climb);
    *frame = climb.best;
    *gap = climb.best_gap;
    search->worked = climb.solver.work;
  }
  limen_free(climb.order);
  limen_torus_solver_clear(&climb.solver);
  return status;
}
