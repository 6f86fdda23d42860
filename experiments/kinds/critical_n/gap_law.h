/* The gap law: does the widest gap there is, at the n where training stops, follow the temperature?
 *
 * If a loss of temperature tau fails once the widest gap falls below c tau, then the n it reaches
 * in d dimensions is where the widest gap G_d(n), which is geometry and knows no loss, comes down
 * to c tau. The law is asked for points it has not seen: c and G_d are taken from all other points.
 */
#ifndef LIMEN_KINDS_CRITICAL_N_GAP_LAW_H
#define LIMEN_KINDS_CRITICAL_N_GAP_LAW_H

#include <stdbool.h>
#include <stddef.h>

#include "experiments/kinds/critical_n/summary.h"

struct critical_gap {
  size_t point;      /* of the array of points */
  size_t method;     /* points that differ in d and tau alone share one */
  double tau, d, n;  /* n: the median critical n */
  double gap;        /* the widest found for n documents in d dimensions */
  double by_one;     /* the n that one factor for all d predicts; NaN: too few others */
  double by_each;    /* the n that a factor for this d predicts; likewise */
  bool extrapolated; /* c tau lies outside the gaps that the others have at this d */
};

struct critical_gap_law {
  struct critical_gap *gaps;
  size_t count;
  size_t methods;
  size_t cut; /* points left out because their search ended at n_most */
};

/* How well predictions did for one method. */
struct critical_gap_score {
  size_t predicted, within; /* those within CRITICAL_GAP_CLOSE */
  double worst;             /* the largest relative error by size, with its sign; NaN: none */
  double median;            /* of their sizes */
};
#define CRITICAL_GAP_CLOSE 0.10

/* Gathers the gaps of a run and predicts each point from the others. No gaps is fine: count is 0.
 * Released by critical_gap_law_clear. */
int critical_gap_law(const struct limen_plan *plan, const struct critical_point *points,
                     size_t count, struct critical_gap_law *out, struct limen_error *error);
/* Fills by_one, by_each and extrapolated of all points from their d, tau, n, gap and method. `room`
 * holds as many numbers as there are points. */
void critical_gap_predict(struct critical_gap_law *law, double *room);
void critical_gap_law_clear(struct critical_gap_law *law);

/* gap / tau over the points of a method: the least, the median, the greatest. */
struct critical_gap_factors {
  double low, median, high;
};
int critical_gap_factors(const struct critical_gap_law *law, size_t method,
                         struct critical_gap_factors *out, struct limen_error *error);

/* How predictions of one kind (`each`: a factor for each d) did. */
int critical_gap_score(const struct critical_gap_law *law, size_t method, bool each,
                       struct critical_gap_score *out, struct limen_error *error);

#endif
