/* L-BFGS (Liu and Nocedal 1989) on unit vectors: gradients lose their part along each vector, every
 * trial point is scaled back to unit length, and pairs of differences are kept as they are, without
 * being carried from one tangent space to the next, which steps this short do not need.
 *
 * The line search asks for weak Wolfe conditions by halving and doubling, which also works where a
 * loss has kinks (Lewis and Overton 2013). A step that finds nothing forgets its history; when
 * there was none to forget, training is stuck. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "limits/free_run.h"

enum {
  HISTORY = 12,
  TRIALS_MOST = 30,
  DOT_FLOATS = 4096 /* summed in float registers before they join a double */
};
static const double SUFFICIENT = 1e-4, CURVATURE = 0.9;
static const double FIRST_MOVE = 0.05; /* of the farthest moving coordinate, without a history */

/* All parameters in one row: documents, then queries when they are trained, as their panels lie,
 * then what the loss learns, filled up to a register. */
struct state {
  size_t documents, queries, size; /* floats of each part, and of all */
  float *x, *gradient;             /* here */
  float *from, *from_gradient;     /* before the line search */
  float *direction;
  float *move[HISTORY], *change[HISTORY]; /* x and gradient, from one step to the next */
  double curvature[HISTORY];              /* 1 / (move . change) */
  size_t kept, next;
  double loss, tau; /* of `x` and `gradient`; tau 0: they are still to be taken */
  float *memory;
};

static void state_free(void *old) {
  struct state *state = old;
  limen_free(state->memory);
  limen_free(state);
}

static void *state_alloc(const struct limen_free *run, struct limen_error *error) {
  enum { ROWS = 5 + 2 * HISTORY };
  struct state *state = limen_alloc(1, sizeof *state, error);
  if (!state) return NULL;
  state->documents = run->documents.panels * run->documents.d * LIMEN_PANEL;
  if (run->settings.rule->trained)
    state->queries = run->queries.panels * run->queries.d * LIMEN_PANEL;
  state->size = state->documents + state->queries + LIMEN_LANES;
  if (!(state->memory = limen_alloc(state->size, ROWS * sizeof(float), error))) {
    limen_free(state);
    return NULL;
  }
  float *next = state->memory;
  float **const rows[] = {&state->x, &state->gradient, &state->from, &state->from_gradient,
                          &state->direction};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, next += state->size) *rows[i] = next;
  for (size_t i = 0; i < HISTORY; i++) {
    state->move[i] = next;
    state->change[i] = next + state->size;
    next += 2 * state->size;
  }
  return state;
}

/* ---- rows of floats ---- */

static double dot(const float *a, const float *b, size_t size) {
  double total = 0;
  for (size_t at = 0; at < size;) {
    size_t end = size - at < DOT_FLOATS ? size : at + DOT_FLOATS;
    limen_lanes sum = limen_lanes_all(0);
    for (; at < end; at += LIMEN_LANES) sum += limen_lanes_load(a + at) * limen_lanes_load(b + at);
    total += (double)limen_lanes_sum(sum);
  }
  return total;
}

static void add(float *to, double factor, const float *from, size_t size) {
  for (size_t at = 0; at < size; at += LIMEN_LANES)
    limen_lanes_store(to + at,
                      limen_lanes_load(to + at) + (float)factor * limen_lanes_load(from + at));
}

/* ---- parameters and gradient ---- */

/* One register of vectors in a panel: scaled to unit length. */
static void to_unit(float *values, size_t d) {
  limen_lanes length = limen_lanes_all(0);
  for (size_t c = 0; c < d; c++) {
    limen_lanes x = limen_lanes_load(values + c * LIMEN_PANEL);
    length += x * x;
  }
  limen_lanes shrink = 1.0f / limen_lanes_sqrt(limen_lanes_max(limen_lanes_all(FLT_MIN), length));
  for (size_t c = 0; c < d; c++)
    limen_lanes_store(values + c * LIMEN_PANEL,
                      limen_lanes_load(values + c * LIMEN_PANEL) * shrink);
}

/* The same register's gradient without its part along the vectors. */
static void across(const float *values, float *gradient, size_t d) {
  limen_lanes along = limen_lanes_all(0);
  for (size_t at = 0; at < d * LIMEN_PANEL; at += LIMEN_PANEL)
    along += limen_lanes_load(values + at) * limen_lanes_load(gradient + at);
  for (size_t at = 0; at < d * LIMEN_PANEL; at += LIMEN_PANEL)
    limen_lanes_store(gradient + at,
                      limen_lanes_load(gradient + at) - limen_lanes_load(values + at) * along);
}

/* Hands x to the run. */
static void put(struct limen_free *run, const struct state *state) {
  memcpy(run->documents.values, state->x, state->documents * sizeof(float));
  memcpy(run->queries.values, state->x + state->documents, state->queries * sizeof(float));
  for (size_t i = 0; i < run->settings.loss->learned; i++)
    run->loss.learned[i] = (double)state->x[state->documents + state->queries + i];
}

static void take(const struct limen_free *run, struct state *state) {
  memcpy(state->x, run->documents.values, state->documents * sizeof(float));
  memcpy(state->x + state->documents, run->queries.values, state->queries * sizeof(float));
  for (size_t i = 0; i < run->settings.loss->learned; i++)
    state->x[state->documents + state->queries + i] = (float)run->loss.learned[i];
}

static void keep(const struct limen_free *run, float *part, size_t panel, const float *gradient) {
  const size_t floats = run->documents.d * LIMEN_PANEL;
  const float mean = limen_free_mean(run);
  for (size_t i = 0; i < floats; i++) part[panel * floats + i] = gradient[i] * mean;
}

static void keep_queries(struct limen_free *run, size_t panel, const float *gradient) {
  const struct state *state = run->optimizer_state;
  keep(run, state->gradient + state->documents, panel, gradient);
}

static void keep_documents(struct limen_free *run, size_t panel, const float *gradient) {
  const struct state *state = run->optimizer_state;
  keep(run, state->gradient, panel, gradient);
}

/* The loss at x, its gradient in `gradient`. */
static double evaluate(struct limen_free *run, struct state *state) {
  const size_t d = run->documents.d, panel = d * LIMEN_PANEL, learned = run->settings.loss->learned;
  put(run, state);
  double loss = limen_free_evaluate(run, keep_queries);
  limen_free_each_documents(run, keep_documents);
  for (size_t at = 0; at < state->documents + state->queries; at += panel)
    for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES)
      across(state->x + at + half, state->gradient + at + half, d);
  for (size_t i = 0; i < learned; i++)
    state->gradient[state->documents + state->queries + i] = (float)run->learned_slope[i];
  return loss;
}

/* x = from + step direction, back on the spheres. */
static void move(const struct limen_free *run, struct state *state, double step) {
  const size_t d = run->documents.d, panel = d * LIMEN_PANEL;
  memcpy(state->x, state->from, state->size * sizeof(float));
  add(state->x, step, state->direction, state->size);
  for (size_t at = 0; at < state->documents + state->queries; at += panel)
    for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES) to_unit(state->x + at + half, d);
}

/* ---- a step ---- */

/* direction = - H gradient, by the two loops; returns its derivative. */
static double aim(struct state *state) {
  double along[HISTORY];
  const size_t size = state->size;
  memcpy(state->direction, state->gradient, size * sizeof(float));
  for (size_t i = 0; i < state->kept; i++) {
    size_t h = (state->next + HISTORY - 1 - i) % HISTORY;
    along[h] = state->curvature[h] * dot(state->move[h], state->direction, size);
    add(state->direction, -along[h], state->change[h], size);
  }
  double scale = -1;
  if (state->kept > 0) {
    size_t last = (state->next + HISTORY - 1) % HISTORY;
    scale = -1 / (state->curvature[last] * dot(state->change[last], state->change[last], size));
  }
  for (size_t at = 0; at < size; at++) state->direction[at] *= (float)scale;
  for (size_t i = state->kept; i > 0; i--) {
    size_t h = (state->next + HISTORY - i) % HISTORY;
    double back = state->curvature[h] * dot(state->change[h], state->direction, size);
    add(state->direction, -along[h] - back, state->move[h], size);
  }
  return dot(state->direction, state->gradient, size);
}

static double first_step(const struct state *state) {
  float most = 0;
  if (state->kept > 0) return 1;
  for (size_t at = 0; at < state->size; at++) most = fmaxf(most, fabsf(state->direction[at]));
  return most > 0 ? FIRST_MOVE / (double)most : 1;
}

/* Leaves x, its gradient and its loss at the point found; false, back at the start, when none is
 * lower. */
static bool search(struct limen_free *run, struct state *state, double slope) {
  const double start = state->loss;
  double low = 0, high = INFINITY, step = first_step(state);
  for (int trial = 0; trial < TRIALS_MOST; trial++) {
    move(run, state, step);
    state->loss = evaluate(run, state);
    bool lower = state->loss <= start + SUFFICIENT * step * slope;
    if (lower && dot(state->gradient, state->direction, state->size) >= CURVATURE * slope)
      return true;
    if (lower)
      low = step;
    else
      high = step;
    step = isfinite(high) ? (low + high) / 2 : 2 * low;
  }
  if (low > 0) { /* curvature was asked for in vain; lower is lower */
    move(run, state, low);
    state->loss = evaluate(run, state);
    if (state->loss < start) return true;
  }
  memcpy(state->x, state->from, state->size * sizeof(float));
  memcpy(state->gradient, state->from_gradient, state->size * sizeof(float));
  state->loss = start;
  put(run, state);
  return false;
}

static void remember(struct state *state) {
  float *move = state->move[state->next], *change = state->change[state->next];
  for (size_t at = 0; at < state->size; at++) {
    move[at] = state->x[at] - state->from[at];
    change[at] = state->gradient[at] - state->from_gradient[at];
  }
  double curvature = dot(move, change, state->size);
  if (!(curvature > 1e-10 * dot(change, change, state->size)) || !(curvature > 0)) return;
  state->curvature[state->next] = 1 / curvature;
  state->next = (state->next + 1) % HISTORY;
  if (state->kept < HISTORY) state->kept++;
}

static double step(struct limen_free *run) {
  struct state *state = run->optimizer_state;
  if (state->tau != run->loss.tau) { /* the first step, or another function than before */
    take(run, state);
    state->loss = evaluate(run, state);
    state->tau = run->loss.tau;
    run->stuck = false;
  }
  const double before = state->loss;
  if (!isfinite(before) || run->stuck) return before;
  double slope = aim(state);
  if (!(slope < 0) && state->kept > 0) {
    state->kept = 0;
    slope = aim(state);
  }
  memcpy(state->from, state->x, state->size * sizeof(float));
  memcpy(state->from_gradient, state->gradient, state->size * sizeof(float));
  if (slope < 0 && search(run, state, slope))
    remember(state);
  else if (state->kept > 0)
    state->kept = 0;
  else
    run->stuck = true;
  return before;
}

const struct limen_optimizer limen_optimizer_lbfgs = {
    .name = "lbfgs",
    .about = "L-BFGS on unit vectors, with a line search: fewer steps, of several evaluations each",
    .alloc = state_alloc,
    .free = state_free,
    .step = step,
};
