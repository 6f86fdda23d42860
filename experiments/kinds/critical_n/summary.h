/* The four numbers of a point of the grid, with what they rest on. */
#ifndef LIMEN_KINDS_CRITICAL_N_SUMMARY_H
#define LIMEN_KINDS_CRITICAL_N_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiments/kinds/critical_n/critical_n.h"
#include "stats/interval.h"
#include "stats/logistic.h"

#define CRITICAL_CONFIDENCE 0.95

struct critical_point {
  size_t point;
  size_t curve; /* points that differ in d alone share one */
  int64_t k, d;
  size_t seeds;                 /* searches that are complete; the figures below rest on these */
  size_t waiting;               /* searches that are not */
  size_t attempts;              /* trainings at this point, all seeds */
  bool at_most, nearly_at_most; /* a search ended at n_most: the median may be too low */
  bool at_least;                /* a search found nothing: its figure is n_least - 1 */

  struct limen_interval critical, nearly; /* medians over seeds: the published n, and n_99 */
  struct limen_logistic half;             /* success against n */
  int64_t proved_here;                    /* largest n proved at this d; 0: none */
  int64_t proved_seed;
  int64_t certified;                   /* over this and all smaller d of the same curve; 0: none */
  int64_t certified_d, certified_seed; /* where that was proved */
  size_t certified_attempts;           /* trainings it is the best of */
  size_t failed, diverged;
  double failed_wrong;  /* median of wrong queries over failed attempts; NaN: none */
  double failed_margin; /* median of their worst margins */
};

/* One entry a point of the grid whose choices go together, curve by curve in the grid's order and
 * by d within a curve; released by limen_free. */
int critical_points(const struct limen_plan *plan, struct critical_point **points, size_t *count,
                    struct limen_error *error);

/* Firth's estimate with its interval, or the middle of the gap of a separated sample without one.
 * All NaN when there is neither. */
struct limen_interval critical_half(const struct critical_point *point);

/* Every attempt at a point, in plan order. */
struct critical_attempt {
  int64_t n, seed;
  const struct limen_cell *cell;
};
int critical_attempts(const struct limen_plan *plan, size_t point,
                      struct critical_attempt **attempts, size_t *count, struct limen_error *error);

#endif
