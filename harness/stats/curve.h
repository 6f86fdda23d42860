/* Growth curves y = f(x), say critical n over dimension d, fitted by least squares (registry).
 *
 * Every model is fitted to y itself, never to logarithms, so that their residual sums can be
 * compared. A fit that describes its points well may still be worthless beyond them: show several
 * models, their Akaike weights and what they say about a tail that they have not seen.
 *
 * GSL's error handler is off while these run (main sees to it); statuses are looked at here. */
#ifndef LIMEN_STATS_CURVE_H
#define LIMEN_STATS_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { LIMEN_CURVE_PARAMETERS_MAX = 5 };

/* Inside a fit, u = (x - x_centre) / x_scale and v = y / y_scale keep numbers near 1. */
struct limen_curve_frame {
  double x_centre, x_scale, y_scale; /* the scales are above 0 */
};

struct limen_curve {
  const char *name;    /* "cubic" */
  const char *noun;    /* for sentences, after "a": "cubic", "power law" */
  const char *formula; /* in x and the parameters' names */
  size_t parameters;   /* p, without the variance of the residuals */
  const char *parameter_names[LIMEN_CURVE_PARAMETERS_MAX];

  /* Chooses x_centre and x_scale, and refuses points outside the model's domain. */
  int (*frame)(const struct limen_curve *curve, const double *x, size_t n,
               struct limen_curve_frame *out, struct limen_error *error);
  /* A start for the nonlinear fit; NULL: linear in its parameters, solved directly. */
  int (*start)(const struct limen_curve *curve, const double *u, const double *v, size_t n,
               double *w, struct limen_error *error);
  /* v at u for working parameters w; `gradient` (p values, by w) may be NULL. */
  double (*value)(const struct limen_curve *curve, const double *w, double u, double *gradient);
  /* Parameters in the units of x and y, and their p x p Jacobian by w, row-major, zeroed before. */
  void (*original)(const struct limen_curve *curve, const struct limen_curve_frame *frame,
                   const double *w, double *parameters, double *jacobian);
};

/* NULL when there is none of that name; NULL past the end. */
const struct limen_curve *limen_curve_find(const char *name);
const struct limen_curve *limen_curve_at(size_t i);
const char *limen_curve_name(size_t i);

struct limen_curve_fit {
  const struct limen_curve *curve;
  size_t points;

  /* In the units of x and y, named by curve->parameter_names. */
  double parameters[LIMEN_CURVE_PARAMETERS_MAX];
  double standard_errors[LIMEN_CURVE_PARAMETERS_MAX];

  /* Quality */
  double rss;         /* sum of squared residuals */
  double rmse;        /* sqrt(rss / points) */
  double residual_se; /* sqrt(rss / (points - p)) */
  double r_squared;   /* 1 - rss / sum (y - mean)^2; NaN for constant y */
  double aicc;        /* see limen_curve_fit_points */
  bool converged;     /* always for models that are linear in their parameters */
  int iterations;     /* 0 for those */

  /* Working: what predictions are computed from. */
  struct limen_curve_frame frame;
  double working[LIMEN_CURVE_PARAMETERS_MAX];
  double working_covariance[LIMEN_CURVE_PARAMETERS_MAX * LIMEN_CURVE_PARAMETERS_MAX]; /* p x p */
};

/* Fewest points that `curve` is fitted to: p + 2, so that two degrees of freedom are left. */
size_t limen_curve_points_min(const struct limen_curve *curve);

/* Least squares of n points in any order.
 *
 *     AICc = n ln(rss / n) + 2 K + 2 K (K + 1) / (n - K - 1),   K = p + 1
 *
 * (Hurvich and Tsai, Biometrika 1989; Burnham and Anderson 2002, section 2.4), where K counts the
 * variance of the residuals as a parameter and terms that all models share are left out: only
 * differences between fits of the same points mean anything. With n <= K + 1 it is infinite: such a
 * model cannot be judged on so few points. An rss below the rounding of y counts as that rounding,
 * so that exact fits are told apart by their number of parameters.
 *
 * Standard errors come from s^2 (J'J)^-1, exact for linear models and the usual approximation for
 * the others, under independent residuals of one variance; those of a power law with converged
 * false mean nothing.
 *
 * LIMEN_INPUT for too few points, too few different x, a value that is not finite (its number is
 * told, counted from 1), a point outside the model's domain, or values whose powers leave the range
 * of doubles. */
int limen_curve_fit_points(const struct limen_curve *curve, const double *x, const double *y,
                           size_t n, struct limen_curve_fit *out, struct limen_error *error);

struct limen_curve_prediction {
  double value;
  double curve_se; /* standard error of the curve's height at x */
  double point_se; /* of a new point at x: the residuals' variance included */
};

/* Both errors take the model for true: beyond the points the spread between models tells more. NaN
 * outside the model's domain. */
void limen_curve_predict(const struct limen_curve_fit *fit, double x,
                         struct limen_curve_prediction *out);

/* Akaike weights exp(-(AICc_i - min)/2), scaled to sum 1: how much each of these models is to be
 * believed if one of them is right. A model with infinite AICc gets 0; LIMEN_INPUT when that holds
 * for all, and for fits of different numbers of points. */
int limen_curve_weights(const struct limen_curve_fit *fits, size_t count, double *weights,
                        struct limen_error *error);

/* What a model says about points that it has not seen. */
struct limen_curve_tail {
  size_t left_out;            /* m */
  struct limen_curve_fit fit; /* of the first n - m points; fit.rmse is the in-sample error */
  double tail_rmse;           /* over the last m points */
  double last_error;          /* predicted minus seen, at the last point */
  double last_z;              /* last_error in units of the prediction's point_se */
};

/* Fits the first n - m points and predicts the last m; x must not descend. LIMEN_INPUT when it
 * does, when m is 0 or leaves too few points, and as limen_curve_fit_points. */
int limen_curve_leave_tail(const struct limen_curve *curve, const double *x, const double *y,
                           size_t n, size_t m, struct limen_curve_tail *out,
                           struct limen_error *error);

#endif
