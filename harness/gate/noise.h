/* How much noise a comparison of two systems has, and what more queries or builds would do to it.
 *
 * Two systems answer the same queries, each with builds of its own (stats/crossed.h). The
 * difference of their means has the variance (change + r_1 / B_1 + r_2 / B_2) / Q + b_1 / B_1 + b_2
 * / B_2, with b what builds differ by, r what a build does to one query beyond that, and `change`
 * what the step from one system to the other does to one query beyond its mean, which no number of
 * builds lowers. */
#ifndef LIMEN_GATE_NOISE_H
#define LIMEN_GATE_NOISE_H

#include <stdbool.h>
#include <stddef.h>

struct limen_noise_side {
  double build, residual; /* variances */
  size_t builds;          /* 1: nothing is drawn in building, and `build` is 0 */
};

struct limen_noise {
  double change; /* variance */
  struct limen_noise_side side[2];
  size_t queries;
};

/* Standard error of the difference; *df are its degrees of freedom as it will be estimated, after
 * Satterthwaite. */
double limen_noise_se(const struct limen_noise *noise, double *df);

/* How many standard errors a true difference must lie beyond a boundary so that a one-sided test at
 * `alpha` sees it with the chance `power`. */
double limen_noise_reach(double df, double alpha, double power);

/* The fewest queries, or builds a side, at which what lies `margin` beyond a boundary is seen so;
 * all else as it is. 0: no number of them is enough. */
size_t limen_noise_queries(const struct limen_noise *noise, double margin, double alpha,
                           double power);
size_t limen_noise_builds(const struct limen_noise *noise, double margin, double alpha,
                          double power);

/* The fewest queries among which one of a share `share` of all queries is met with the chance
 * 1 - alpha: with fewer of them, a loss of everything in so few queries can stay unseen, however
 * little the others spread. */
size_t limen_noise_least_queries(double share, double alpha);

#endif
