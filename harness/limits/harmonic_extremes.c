/* One list for all threads, behind a lock that is taken for the few l that may enter it. Which l
 * are looked at depends on the threads; what stands in the list in the end does not, nor whether
 * the proof is ruled out: a bound that fails on some l fails on more of them, and for k = 2 the l
 * that are tried are those above a line that is drawn beforehand. */
#include "limits/harmonic_extremes.h"

#include <math.h>
#include <omp.h>
#include <stdatomic.h>

#include "limits/harmonic_scan.h"

struct search {
  const struct limen_harmonic *frame;
  struct limen_extremes *extremes;
  size_t k;
  double rounding, error, rough_error;
  double line; /* k = 2: above it the pair of l and -l is tried */
  omp_lock_t lock;
  atomic_bool fails;
};

double limen_extremes_sum(const struct limen_extreme *list, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += list[i / 2].value;
  return sum;
}

double limen_extremes_query(const struct limen_extremes *extremes, size_t k, double error) {
  const double members = (double)k, highest = fmax(extremes->high[0].value + error, 0);
  return sqrt(members + members * (members - 1) * highest) * (1 + 1e-12);
}

double limen_extremes_rounding(const struct limen_extremes *extremes, size_t k, double rounding,
                               double error) {
  return 2 * limen_extremes_query(extremes, k, error) * rounding;
}

/* ---- what a thread sees ---- */

static bool bounds(void *context, struct limen_harmonic_bounds *out) {
  struct search *search = context;
  const size_t last = search->extremes->depth - 1;
  if (atomic_load(&search->fails)) return false;
  omp_set_lock(&search->lock);
  out->above = fmin(search->extremes->high[last].value, search->line);
  out->below = search->extremes->low[last].value;
  omp_unset_lock(&search->lock);
  return true;
}

/* Puts c_l into a list in which `sign` times the values descend. */
static void enter(struct limen_extreme *list, size_t depth, double sign, double value, uint64_t l) {
  size_t at = depth;
  while (at > 0 && sign * value > sign * list[at - 1].value) at--;
  if (at == depth) return;
  for (size_t i = depth - 1; i > at; i--) list[i] = list[i - 1];
  list[at] = (struct limen_extreme){value, l};
}

/* Whether what the lists hold already makes the bound fail. More in them only makes it worse. */
static bool rules_out(const struct search *search) {
  const struct limen_extremes *extremes = search->extremes;
  const double lead = 1 + limen_extremes_sum(extremes->low, search->k - 1) -
                      limen_extremes_sum(extremes->high, search->k);
  return isfinite(lead) &&
         lead <= limen_extremes_rounding(extremes, search->k, search->rounding, search->error);
}

static void see(void *context, size_t chunk, uint64_t l) {
  struct search *search = context;
  const double k = (double)search->frame->count;
  const double rough = (double)limen_harmonic_rough(search->frame, l) / k;
  struct limen_harmonic_bounds now;
  (void)chunk;
  /* The bounds were taken a while ago, and most of what was beyond them is no longer. */
  if (!bounds(search, &now)) return;
  if (rough + search->rough_error < now.above && rough - search->rough_error > now.below) return;
  const double value = limen_harmonic_gram(search->frame, l);
  bool fails = false;
  if (value > search->line) {
    const double other = limen_harmonic_gram(search->frame, 2 * l % search->frame->n);
    const double longest = sqrt(2 + 2 * fmax(value, 0));
    fails = 1 + other - 2 * value <= 2 * longest * search->rounding;
  }
  omp_set_lock(&search->lock);
  enter(search->extremes->high, search->extremes->depth, 1, value, l);
  enter(search->extremes->low, search->extremes->depth, -1, value, l);
  if (search->k != 2) fails = fails || rules_out(search);
  omp_unset_lock(&search->lock);
  if (fails) atomic_store(&search->fails, true);
}

/* ---- the pass ---- */

/* Half of what the sum of a pair must exceed to fail, were the smallest c_l what Gaussians of
 * variance 1 / d come to. Only a matter of speed: the pairs are all looked at later. */
static double line_of(const struct limen_harmonic *frame) {
  const double spread = sqrt(log((double)frame->n) / (double)frame->count);
  return spread > 0.8 ? 0.1 : (1 - spread) / 2;
}

int limen_extremes_find(const struct limen_harmonic *frame, size_t k, double rounding,
                        size_t workers, struct limen_extremes *out, bool *fails,
                        struct limen_error *error) {
  struct search search = {.frame = frame,
                          .extremes = out,
                          .k = k,
                          .rounding = rounding,
                          .error = limen_harmonic_gram_error(frame),
                          .rough_error = limen_harmonic_rough_error(frame),
                          .line = k == 2 ? line_of(frame) : INFINITY};
  const struct limen_harmonic_visitor visitor = {.context = &search, .bounds = bounds, .see = see};
  *out = (struct limen_extremes){.depth = k / 2 + 1};
  if (out->depth > frame->half) out->depth = (size_t)frame->half;
  for (size_t i = 0; i < LIMEN_EXTREMES_MOST; i++) {
    out->high[i].value = -INFINITY;
    out->low[i].value = INFINITY;
  }
  omp_init_lock(&search.lock);
  int status = limen_harmonic_scan(frame, workers, &visitor, error);
  omp_destroy_lock(&search.lock);
  *fails = atomic_load(&search.fails);
  return status;
}
