/* Least squares in the scaled variables of a fit; for stats/curve.c. */
#ifndef LIMEN_STATS_CURVE_SOLVE_H
#define LIMEN_STATS_CURVE_SOLVE_H

#include "stats/curve.h"

/* n >= p + 2 points, all finite. Fills `out`'s working parameters, their covariance, converged,
 * iterations and, in units of v, rss. */
int limen_curve_solve(const struct limen_curve *curve, const double *u, const double *v, size_t n,
                      struct limen_curve_fit *out, struct limen_error *error);

#endif
