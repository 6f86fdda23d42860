/* Whether a ranking of systems survives a change: models searched exactly, then through an index.
 *
 * Every system has a value for each of the same queries before the change, and after it one for
 * each query and build; a ranking is that of the means. Queries and builds are both samples: a
 * resample draws queries, the same for every system before and after, and builds, the same for
 * every system, each with replacement. Builds of one number may share their randomness over systems
 * (an insertion order) or not; drawing them together is right for both.
 *
 * Means are compared rounded to 12 decimals: sums in another order are no difference. */
#ifndef LIMEN_STATS_RANK_SHIFT_H
#define LIMEN_STATS_RANK_SHIFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "stats/interval.h"

struct limen_contestant {
  const double *before; /* queries */
  const double *after;  /* builds x queries, build by build; NULL: what it was before, always */
};

struct limen_rank_place {
  struct limen_interval before, after; /* 1 is best; equal ones share the mean of their places */
  struct limen_interval kept; /* mean after / mean before; NaN where a mean before is 0, bounds of
                                 NaN where that of a resample is */
};

/* Two systems that the change puts in opposite order. Differences are first less second: above 0
 * before and below 0 after. */
struct limen_rank_swap {
  size_t first, second;
  struct limen_interval before, after, change; /* change: after less before */
  double p;        /* the larger of the two p values, each two-sided: both must be beyond noise */
  double adjusted; /* after Holm over all swaps found */
  bool beyond;     /* adjusted at most 1 - confidence: else noise */
};

struct limen_rank_shift {
  size_t systems, pairs; /* pairs: those that may change, one of them being searched anew */
  struct limen_rank_place *place; /* systems */
  struct limen_rank_swap *swap;   /* the smallest p first */
  size_t swaps, beyond;
  double moved;              /* places that the system moves that moves most */
  struct limen_interval tau; /* tau-b (kendall.h) of the means before and after; NaN where it is
                                undefined, bounds of NaN where it is on a resample */
};

/* At least two systems and two queries, one build or more. Intervals are percentiles of resamples,
 * p is 2 (1 + resamples on the other side of 0) / (1 + resamples), at most 1. That swaps are looked
 * at because their signs differ is paid for by p being two-sided: given the sign that is seen, a p
 * of one side would be up to 1/2 only. Builds are few as a rule, and a bootstrap over B of them
 * finds (B - 1)/B of their variance: intervals are that much too narrow in this part.
 * LIMEN_INPUT for fewer, values that are not finite, or settings that are out of range. O(resamples
 * systems builds queries) time, O(resamples systems) memory. Cleared by limen_rank_shift_clear. */
int limen_rank_shift(const struct limen_contestant *contestants, size_t systems, size_t queries,
                     size_t builds, const struct limen_bootstrap *settings,
                     struct limen_rank_shift *out, struct limen_error *error);
void limen_rank_shift_clear(struct limen_rank_shift *shift);

#endif
