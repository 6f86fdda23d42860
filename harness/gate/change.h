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
  double gain, df;
  double se;       /* standard error, as far as a lower bound of the gain is concerned, */
  double se_above; /* and an upper one: the same but for intervals that are not symmetric */
  double skewness; /* of the gain's distribution, by that of queries */
  size_t queries;
  size_t met; /* single queries among which a rare kind would have been met: as `queries`, unless
                 the caller knows that each of those is the mean of several */
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

/* A value with an interval of any kind. */
struct limen_bounded {
  double value, lower, upper;
};

/* Of two values with intervals of this confidence. Each interval stands for an error that is normal
 * on either side of its value, and errors on the same side of the difference add in squares
 * (Newcombe, "Interval Estimation for the Difference Between Independent Proportions", Statistics
 * in Medicine 1998, method 10). Among whole numbers a value is known to half of one at best. */
void limen_change_of_intervals(const struct limen_bounded *old, const struct limen_bounded *new,
                               double sign, double confidence, struct limen_change *out);

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
