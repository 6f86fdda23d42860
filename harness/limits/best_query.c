#include "limits/best_query.h"

#include <math.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "limits/corral.h"
#include "limits/pricing.h"

const struct limen_best_settings limen_best_defaults = {
    .tolerance = 1e-9, .closed = 1e-12, .rounds = LIMEN_BEST_ROUNDS_DEFAULT};

enum { ADD_MOST = 64 /* documents a round */ };

struct limen_best_solver {
  struct limen_pricing pricing;
  struct limen_corral corral;
  double *mean;   /* of all documents */
  double *origin; /* mean of the set */
  double *x;      /* the difference looked at */
  double *best;   /* that of the best lower bound so far */
  struct limen_pair *pair;
  double *left; /* weights still to be shared out among pairs */
};

/* ---- life ---- */

static void take_mean(struct limen_best_solver *solver) {
  const struct limen_pricing *pricing = &solver->pricing;
  for (size_t i = 0; i < pricing->d; i++) solver->mean[i] = 0;
  for (size_t v = 0; v < pricing->n; v++)
    for (size_t i = 0; i < pricing->d; i++)
      solver->mean[i] += pricing->documents[v * pricing->d + i] / (double)pricing->n;
}

struct limen_best_solver *limen_best_solver_alloc(size_t n, size_t d, const float *documents,
                                                  struct limen_error *error) {
  struct limen_best_solver *solver = limen_alloc(1, sizeof *solver, error);
  if (!solver) return NULL;
  size_t most = n < d + 2 ? n : d + 2;
  if (limen_pricing_init(&solver->pricing, n, d, documents, error) == LIMEN_OK &&
      limen_corral_init(&solver->corral, n, d, error) == LIMEN_OK &&
      (solver->mean = limen_alloc(d, sizeof *solver->mean, error)) &&
      (solver->origin = limen_alloc(d, sizeof *solver->origin, error)) &&
      (solver->x = limen_alloc(d, sizeof *solver->x, error)) &&
      (solver->best = limen_alloc(d, sizeof *solver->best, error)) &&
      (solver->pair = limen_alloc(most, sizeof *solver->pair, error)) &&
      (solver->left = limen_alloc(most, sizeof *solver->left, error))) {
    take_mean(solver);
    return solver;
  }
  limen_best_solver_free(solver);
  return NULL;
}

int limen_best_solver_renew(struct limen_best_solver *solver, struct limen_error *error) {
  int status = limen_pricing_measure(&solver->pricing, error);
  if (status == LIMEN_OK) take_mean(solver);
  return status;
}

void limen_best_solver_free(struct limen_best_solver *solver) {
  if (!solver) return;
  limen_pricing_clear(&solver->pricing);
  limen_corral_clear(&solver->corral);
  limen_free(solver->mean);
  limen_free(solver->origin);
  limen_free(solver->x);
  limen_free(solver->best);
  limen_free(solver->pair);
  limen_free(solver->left);
  limen_free(solver);
}

/* ---- rounds ---- */

/* The first corral: the worst document of the set and the best other one under the given query, or
 * under the way from the mean of all to the mean of the set. */
static void start(struct limen_best_solver *solver, const uint32_t *set, size_t k,
                  const float *query) {
  struct limen_pricing *pricing = &solver->pricing;
  size_t d = pricing->d;
  memset(solver->origin, 0, d * sizeof *solver->origin);
  for (size_t s = 0; s < k; s++)
    for (size_t i = 0; i < d; i++)
      solver->origin[i] += pricing->documents[set[s] * d + i] / (double)k;
  for (size_t i = 0; i < d; i++)
    solver->x[i] = query && isfinite(query[i]) ? query[i] : solver->origin[i] - solver->mean[i];
  limen_pricing_all(pricing, solver->x, 0, 0);
  double lift = 0;
  const uint32_t first[] = {pricing->lowest_inside, pricing->highest_outside};
  for (size_t side = 0; side < 2; side++) {
    double length = 0;
    for (size_t i = 0; i < d; i++) {
      double off = pricing->documents[first[side] * d + i] - solver->origin[i];
      length += off * off;
    }
    if (length > lift) lift = length;
  }
  limen_corral_start(&solver->corral, solver->origin, lift > 0 ? lift : 1);
  for (size_t side = 0; side < 2; side++)
    limen_corral_add(&solver->corral, first[side], pricing->documents + first[side] * d, side == 0);
  solver->corral.weight[0] = solver->corral.weight[1] = 1;
}

static bool holds(const struct limen_corral *corral, uint32_t document) {
  for (size_t m = 0; m < corral->count; m++)
    if (corral->document[m] == document) return true;
  return false;
}

/* Adds up to `most` documents that lie at least `threshold` on the wrong side, worst first. */
static size_t add_worst(struct limen_best_solver *solver, size_t most, double threshold) {
  const struct limen_pricing *pricing = &solver->pricing;
  size_t added = 0;
  for (size_t h = 0; h < pricing->count && added < most; h++) {
    const struct limen_priced *near = &pricing->near[h];
    if (near->slack >= -threshold) break;
    if (!holds(&solver->corral, near->document) &&
        limen_corral_add(&solver->corral, near->document,
                         pricing->documents + near->document * pricing->d,
                         pricing->inside[near->document]))
      added++;
  }
  return added;
}

/* From the weights towards the aim, as far as all stay at least 0; what reaches 0 on the way leaves
 * the corral. Again, until the aim is reached. */
static bool settle(struct limen_corral *corral) {
  for (;;) {
    if (!limen_corral_aim(corral)) return false;
    double step = 1;
    size_t first = SIZE_MAX;
    for (size_t m = 0; m < corral->count; m++) {
      if (corral->aim[m] > 0) continue;
      double reach = corral->weight[m] / (corral->weight[m] - corral->aim[m]);
      if (corral->weight[m] <= 0) reach = 0;
      if (first == SIZE_MAX || reach < step) step = reach, first = m;
    }
    for (size_t m = 0; m < corral->count; m++) {
      double weight = corral->weight[m] + step * (corral->aim[m] - corral->weight[m]);
      corral->weight[m] = first == SIZE_MAX ? corral->aim[m] : fmax(weight, 0);
    }
    if (first == SIZE_MAX) return true;
    corral->weight[first] = 0;
    for (size_t m = corral->count; m-- > 0;)
      if (corral->weight[m] == 0 && corral->aim[m] <= 0) limen_corral_drop(corral, m);
  }
}

/* x of the corral, and the levels that its two sides have along x, from the origin. */
struct state {
  double length; /* |x| */
  double level_inside, level_outside;
};

static struct state look(struct limen_best_solver *solver) {
  const struct limen_corral *corral = &solver->corral;
  struct state now = {0};
  limen_corral_point(corral, solver->x);
  double square = 0, offset = 0;
  for (size_t i = 0; i < corral->d; i++) {
    square += solver->x[i] * solver->x[i];
    offset += solver->x[i] * corral->origin[i];
  }
  now.length = sqrt(square);
  for (size_t m = 0; m < corral->count; m++) {
    double score = 0;
    for (size_t i = 0; i < corral->d; i++) score += solver->x[i] * corral->row[m][i];
    *(corral->side[m] > 0 ? &now.level_inside : &now.level_outside) +=
        corral->weight[m] * corral->side[m] * score;
  }
  now.level_inside += offset;
  now.level_outside += offset;
  return now;
}

/* |x| and all that rounding may have hidden: the exact weighted sum, with weights scaled to exact
 * sums of 1, is no longer than this. Rows are v - origin, no longer than twice the longest document
 * and right to a unit of that; adding m of them with weights that sum to 2 errs by m units of twice
 * twice that length; and the two sums of weights err by m units between them and by what they lack
 * of 1, each times a row. That is 6 (m + 2) units and 2 of what is lacking; 8 of both are taken. */
static double upper_bound(const struct limen_best_solver *solver, double length) {
  const struct limen_corral *corral = &solver->corral;
  const double u = 0x1p-53;
  double sums[2] = {0};
  for (size_t m = 0; m < corral->count; m++) sums[corral->side[m] > 0] += corral->weight[m];
  double units = ((double)corral->count + 8) * u + fabs(sums[0] - 1) + fabs(sums[1] - 1);
  return length * (1 + ((double)corral->d + 8) * u) + 8 * solver->pricing.longest * units;
}

/* Looks at every document and keeps what is learnt about the bounds. */
static void pass(struct limen_best_solver *solver, const struct state *now,
                 struct limen_best_query *out) {
  limen_pricing_all(&solver->pricing, solver->x, now->level_inside, now->level_outside);
  out->passes++;
  double upper = upper_bound(solver, now->length);
  if (upper < out->upper) out->upper = upper;
  if (!(now->length > 0)) return;
  struct limen_gap gap = limen_pricing_gap(&solver->pricing, solver->x);
  if (gap.lower > out->lower) {
    out->lower = gap.lower;
    memcpy(solver->best, solver->x, solver->pricing.d * sizeof *solver->best);
  }
}

static bool is_done(const struct limen_best_settings *settings, double longest,
                    struct limen_best_query *out) {
  double floor = settings->closed * longest;
  out->closed = out->upper <= floor;
  out->converged =
      out->closed || out->upper - out->lower <= fmax(settings->tolerance * out->upper, floor);
  return out->converged;
}

/* Ends when the bounds meet, when nothing lies on a wrong side any more, or when even one document
 * at a time brings no progress, which only rounding can do. */
static void iterate(struct limen_best_solver *solver, const struct limen_best_settings *settings,
                    struct limen_best_query *out) {
  struct limen_pricing *pricing = &solver->pricing;
  size_t most = 4;
  bool full = true;
  struct state now = look(solver);
  for (; out->rounds < settings->rounds; out->rounds++) {
    if (full) {
      pass(solver, &now, out);
      if (is_done(settings, pricing->longest, out)) return;
    } else {
      limen_pricing_near(pricing, solver->x, now.level_inside, now.level_outside);
    }
    double threshold = settings->tolerance / 4 * now.length * now.length;
    size_t added = add_worst(solver, most, threshold);
    if (added == 0) {
      if (full) return;
      full = true;
      continue;
    }
    double before = now.length;
    if (!settle(&solver->corral)) return;
    now = look(solver);
    bool better = now.length < before;
    if (!better && added == 1 && full) {
      pass(solver, &now, out);
      is_done(settings, pricing->longest, out);
      return;
    }
    full = !better;
    most = !better ? 1 : most < ADD_MOST ? 2 * most : ADD_MOST;
  }
  pass(solver, &now, out);
  is_done(settings, pricing->longest, out);
}

/* ---- the answer ---- */

/* Weights of documents as weights of pairs, by the rule of the north-west corner: every pair uses
 * up one of its two, so there are fewer pairs than documents. */
static size_t share_out(struct limen_best_solver *solver) {
  const struct limen_corral *corral = &solver->corral;
  size_t count = 0, inside = 0, outside = 0, m = corral->count;
  memcpy(solver->left, corral->weight, m * sizeof *solver->left);
  for (;;) {
    while (inside < m && (corral->side[inside] < 0 || solver->left[inside] <= 0)) inside++;
    while (outside < m && (corral->side[outside] > 0 || solver->left[outside] <= 0)) outside++;
    if (inside == m || outside == m || count == corral->most) return count;
    double part = fmin(solver->left[inside], solver->left[outside]);
    solver->pair[count++] =
        (struct limen_pair){corral->document[inside], corral->document[outside], part};
    solver->left[inside] -= part;
    solver->left[outside] -= part;
  }
}

static int check(const struct limen_best_solver *solver, const uint32_t *set, size_t k,
                 struct limen_error *error) {
  size_t n = solver->pricing.n;
  if (k < 1 || k >= n)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a set of %zu of %zu documents has no gap; it takes 1 to n - 1 of them", k,
                      n);
  for (size_t i = 0; i < k; i++)
    if (set[i] >= n || (i > 0 && set[i] <= set[i - 1]))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "document %u of a set stands out of order or is not below %zu", set[i], n);
  return LIMEN_OK;
}

int limen_best_query_solve(struct limen_best_solver *solver, const uint32_t *set, size_t k,
                           const float *query, const struct limen_best_settings *settings,
                           struct limen_best_query *out, struct limen_error *error) {
  int status = check(solver, set, k, error);
  if (status != LIMEN_OK) return status;
  *out = (struct limen_best_query){.lower = -INFINITY, .upper = INFINITY};
  limen_pricing_mark(&solver->pricing, set, k, true);
  start(solver, set, k, query);
  iterate(solver, settings, out);
  limen_pricing_mark(&solver->pricing, set, k, false);
  out->count = share_out(solver);
  out->pair = solver->pair;
  out->point = out->lower > 0 ? solver->best : solver->x;
  return LIMEN_OK;
}

int limen_best_query_gap(struct limen_best_solver *solver, const uint32_t *set, size_t k,
                         const double *x, struct limen_gap *out, struct limen_error *error) {
  int status = check(solver, set, k, error);
  if (status != LIMEN_OK) return status;
  limen_pricing_mark(&solver->pricing, set, k, true);
  limen_pricing_all(&solver->pricing, x, 0, 0);
  *out = limen_pricing_gap(&solver->pricing, x);
  limen_pricing_mark(&solver->pricing, set, k, false);
  return LIMEN_OK;
}
