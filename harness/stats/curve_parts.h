/* What models of one family share; for the files in stats/curves/. */
#ifndef LIMEN_STATS_CURVE_PARTS_H
#define LIMEN_STATS_CURVE_PARTS_H

#include "stats/curve.h"

/* Polynomials of degree p - 1, lowest coefficient first: u runs over [-1, 1]. */
int limen_polynomial_frame(const struct limen_curve *curve, const double *x, size_t n,
                           struct limen_curve_frame *out, struct limen_error *error);
double limen_polynomial_value(const struct limen_curve *curve, const double *w, double u,
                              double *gradient);
void limen_polynomial_original(const struct limen_curve *curve,
                               const struct limen_curve_frame *frame, const double *w,
                               double *parameters, double *jacobian);

/* Power laws: x above 0, u = x over the geometric mean, which takes most of the correlation between
 * factor and exponent away. */
int limen_power_frame(const struct limen_curve *curve, const double *x, size_t n,
                      struct limen_curve_frame *out, struct limen_error *error);

/* Factor and exponent of the line through (ln u, ln v), over the points with v > 0; LIMEN_INPUT
 * when fewer than two different u have one. */
int limen_power_start(const struct limen_curve *curve, const double *u, const double *v, size_t n,
                      double *w, struct limen_error *error);

#endif
