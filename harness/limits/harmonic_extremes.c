/* One list for all threads, behind a lock that is taken for the few l that may enter it. Which l
 * are looked at depends on the threads; what stands in the list in the end does not, nor whether a
 * lead is too small: tried for that are all l above a line that is drawn beforehand. */
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
  double line; /* above it l and -l are tried as x and y */
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

/* The lead of harmonic_proof.h for x = l, y = -l, where x - y = 2 l. */
static bool is_too_small(const struct search *search, double value, uint64_t l) {
  const double w = (double)(search->k - 1), k = (double)search->k;
  const double other = limen_harmonic_gram(search->frame, 2 * l % search->frame->n);
  const double query = sqrt(k + k * w * fmax(value, 0));
  return 1 - (1 + w) * value + w * other <= 2 * query * search->rounding;
}

static void see(void *context, size_t chunk, uint64_t l, double rough) {
  struct search *search = context;
  struct limen_harmonic_bounds now;
  (void)chunk;
  /* The bounds were taken a while ago, and most of what was beyond them is no longer. */
  if (!bounds(search, &now)) return;
  if (rough + search->rough_error < now.above && rough - search->rough_error > now.below) return;
  const double value = limen_harmonic_gram(search->frame, l);
  if (value > search->line && is_too_small(search, value, l)) atomic_store(&search->fails, true);
  omp_set_lock(&search->lock);
  enter(search->extremes->high, search->extremes->depth, 1, value, l);
  enter(search->extremes->low, search->extremes->depth, -1, value, l);
  omp_unset_lock(&search->lock);
}

/* ---- the pass ---- */

/* Where leads of l and -l may fall below 0, were the smallest c_l what Gaussians of variance 1 / d
 * come to, but not so low that many l are tried. Only a matter of speed: all are looked at later.
 */
static double line_of(const struct limen_harmonic *frame, size_t k) {
  const double w = (double)(k - 1), variance = 0.5 / (double)frame->count;
  const double lowest = sqrt(2 * log((double)frame->n) * variance);
  return fmax((1 - w * lowest) / (1 + w) - 0.1 * (double)(k == 1), 4 * sqrt(variance));
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
                          .line = line_of(frame, k)};
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
