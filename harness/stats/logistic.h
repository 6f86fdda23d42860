/* Logistic regression of success on one covariate, by Firth's penalised likelihood.
 *
 * P(success at x) = 1 / (1 + exp(-(intercept + slope x))). Maximised is
 *     l*(b) = sum over trials of log likelihood + (1/2) ln det I(b),
 * I the Fisher information: the mode under Jeffreys' prior (Firth, "Bias reduction of maximum
 * likelihood estimates", Biometrika 1993). Ordinary maximum likelihood has no finite answer once a
 * threshold on x tells successes from failures, which is what searches for a critical n mostly
 * find; this has one (Heinze and Schemper, Statistics in Medicine 2002). */
#ifndef LIMEN_STATS_LOGISTIC_H
#define LIMEN_STATS_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "stats/interval.h"

/* A group of trials at one x; single 0/1 outcomes are groups of one. */
struct limen_trials {
  double x;
  size_t trials, successes;
};

struct limen_logistic_settings {
  double confidence;  /* of the half point's interval, in (0, 1) */
  double tolerance;   /* length of the last step, in standard errors; in (0, 0.1] */
  int max_iterations; /* of each maximisation; at least 1 */
};

extern const struct limen_logistic_settings limen_logistic_defaults;

enum limen_outcome {
  LIMEN_MIXED,         /* successes and failures overlap in x, or meet at one x */
  LIMEN_SEPARATED,     /* a gap in x lies between them: see separated_low, separated_high */
  LIMEN_ALL_SUCCESSES, /* nothing says where failures start: no half point */
  LIMEN_ALL_FAILURES
};

/* What is undefined is NaN. */
struct limen_logistic {
  /* The data */
  enum limen_outcome outcome;
  bool rising;           /* SEPARATED: successes lie above the gap; false: below it */
  double separated_low;  /* SEPARATED: all of one kind lie at or below this x, a trial at it ... */
  double separated_high; /* ... and all of the other at or above this one, which is larger */
  size_t trials, successes;

  /* The fit. Not made (`fitted` false) when all trials share one x: a line needs two. */
  bool fitted, converged; /* converged: the interval's maximisations too */
  int iterations;
  double intercept, slope;
  double intercept_variance, slope_variance, covariance; /* inverse Fisher information at the fit */
  double penalised; /* l* at the fit; information in units of x as given */

  /* The half point -intercept/slope, where success has a chance of one half; NaN without one. */
  struct limen_interval half;
};

/* Fits `groups` groups in any order, the same x more than once is fine, groups of no trials count
 * as absent.
 *
 * The half point's interval is that of the profile penalised likelihood: all c with
 * 2 (max l* - max over {-intercept/slope = c} of l*) at most the chi-squared quantile with 1 degree
 * of freedom (Heinze and Schemper), followed from the estimate to the first crossing on either
 * side. The delta method was rejected: it is symmetric and always finite, although the half point
 * of a slope that might be 0 may lie anywhere. Fieller's set says so as well but takes l* for a
 * parabola, which it is not for separated data. Where the slope 0 is not excluded (c then goes to
 * either infinity at no more cost) the interval is -infinity .. infinity.
 *
 * A separated sample has an estimate and an interval too, but they rest on the prior: report
 * "separated between separated_low and separated_high" instead, or beside them.
 *
 * LIMEN_INPUT for no trials at all, an x that is not finite, a group with more successes than
 * trials, or a setting out of range. O(groups) a step. */
int limen_logistic_fit(const struct limen_trials *data, size_t groups,
                       const struct limen_logistic_settings *settings, struct limen_logistic *out,
                       struct limen_error *error);

/* The chance of success at x; NaN without a fit. */
double limen_logistic_chance(const struct limen_logistic *fit, double x);

#endif
