/* How much a number changed between two measurements, and how sure that is.
 *
 * A change is counted as a gain: above 0 is better, whichever direction the number calls better. It
 * is tested against boundaries from both sides, each time one-sided, with the p of the hypothesis
 * that is to be refuted. */
#ifndef LIMEN_GATE_CHANGE_H
#define LIMEN_GATE_CHANGE_H

#include "base/error.h"
#include "gate/noise.h"

/* One side: builds x queries values, build by build, lent. */
struct limen_table {
  const double *values;
  size_t builds, queries;
};

struct limen_change {
  double gain, se, df;
  double skewness; /* of the gain's distribution, by that of queries */
  size_t queries;
  bool share; /* of values from 0 to 1, so that no query changes by more than 1 */
  struct limen_noise noise;
};

/* The same queries, in the same order, on both sides: paired. `sign` is 1 where more is better,
 * else -1. Builds of both sides are independent draws, or there is one a side and nothing is drawn
 * in building. LIMEN_INPUT for fewer than two queries. O(builds queries). */
int limen_change_paired(const struct limen_table *old, const struct limen_table *new, double sign,
                        bool share, struct limen_change *out, struct limen_error *error);

/* Queries are other ones on each side: both add their spread. */
int limen_change_unpaired(const struct limen_table *old, const struct limen_table *new, double sign,
                          bool share, struct limen_change *out, struct limen_error *error);

/* Of two values with symmetric standard errors, as if normal. */
void limen_change_normal(double gain, double old_se, double new_se, struct limen_change *out);

/* p of the hypothesis that the true gain is `boundary` or more (small: it is less), and that it is
 * `boundary` or less (small: it is more). */
double limen_change_p_less(const struct limen_change *change, double boundary);
double limen_change_p_more(const struct limen_change *change, double boundary);

/* Bounds of the gain that err by `alpha` each: p_more at *lower and p_less at *upper are alpha. */
void limen_change_bounds(const struct limen_change *change, double alpha, double *lower,
                         double *upper);

/* The smallest loss beyond `tolerance` that a test of p_less(-tolerance) at `alpha` finds with the
 * chance `power`. */
double limen_change_smallest_drop(const struct limen_change *change, double tolerance, double alpha,
                                  double power);

#endif
