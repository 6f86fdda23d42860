/* Estimators of intrinsic dimension (registry: estimators.def) and of hardness (hardness.def).
 *
 * Both are of one type. Dimension: how many numbers a vector of the set really has. Hardness: what
 * makes a search among them difficult or its score misleading. An estimate that does not exist,
 * because all distances are equal or zero, is an answer: NaN, with the reason. */
#ifndef LIMEN_DIMENSION_ESTIMATOR_H
#define LIMEN_DIMENSION_ESTIMATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dimension/neighbours.h"
#include "stats/interval.h"

struct limen_dimension_settings {
  size_t k;          /* neighbours of a neighbourhood, at least 1 */
  double theta;      /* pca: the share of the variance that counts, in (0, 1] */
  double discard;    /* twonn: the share of the largest ratios left out, in [0, 1) */
  double confidence; /* of the intervals, in (0, 1) */
  size_t resamples;  /* of the bootstrap */
  uint64_t seed;     /* of the bootstrap; stream "dimension/bootstrap" */
};
/* k 20, theta 0.99, discard 0.1, confidence 0.95, the bootstrap's default resamples, seed 0. */
extern const struct limen_dimension_settings limen_dimension_defaults;

struct limen_estimate {
  double value;          /* NaN: undefined */
  double lower, upper;   /* NaN: no interval, with one usable point or none */
  size_t used;           /* points that the value rests on, those that are undefined left out */
  const char *undefined; /* why `value` is NaN, a phrase; else NULL; static */
};

/* One of the four functions is set; they are how the shared code knows what to hand over.
 *
 * from_distances and from_gram estimate one neighbourhood and return NaN where it is undefined.
 * Distances of zero were dropped before: a copy says nothing about how volume grows. The set's
 * value is the harmonic mean over the points, which is what the likelihoods add up to (MacKay and
 * Ghahramani 2005).
 * from_list is the same with zeros kept and the arithmetic mean.
 * estimate sees everything. */
struct limen_estimator {
  const char *name, *about;
  const char *parameter; /* of the settings: "k", "theta", "discard"; NULL: none */
  size_t times_k, plus;  /* it looks at times_k * k + plus neighbours of a point */
  /* r[0 .. k): ascending, all above 0. */
  double (*from_distances)(const double *r, size_t k);
  /* r[0 .. times_k * k + plus): ascending. */
  double (*from_list)(const double *r, size_t k, enum limen_metric metric);
  /* k x k inner products of the neighbours, nearest first, as seen from the point; k doubles of
   * scratch. Costs k^2 D a point: the set's value is taken over at most LIMEN_GRAM_POINTS of them,
   * evenly spaced. */
  double (*from_gram)(const double *gram, size_t k, double *scratch);
  int (*estimate)(const struct limen_neighbours *neighbours,
                  const struct limen_dimension_settings *settings, struct limen_estimate *out,
                  struct limen_error *error);
};
enum { LIMEN_GRAM_POINTS = 2000 };

const struct limen_estimator *limen_estimator_find(const char *name); /* of either table */
const struct limen_estimator *limen_estimator_at(size_t i);           /* NULL past the end */
const char *limen_estimator_name(size_t i);
const struct limen_estimator *limen_hardness_at(size_t i);
const char *limen_hardness_name(size_t i);

/* The settings' value of the estimator's parameter, NaN when it has none. */
double limen_estimator_parameter(const struct limen_estimator *estimator,
                                 const struct limen_dimension_settings *settings);

/* The set's estimate, with a percentile bootstrap over the evaluation points: the interval tells
 * how much the choice of points matters, given the base. It does not hold the estimator's bias,
 * which grows with the dimension (bias.h). Undefined when fewer neighbours or no vectors are known
 * than the estimator needs. LIMEN_INPUT for settings out of range; errors of reading pass through.
 */
int limen_estimator_run(const struct limen_estimator *estimator,
                        const struct limen_neighbours *neighbours,
                        const struct limen_dimension_settings *settings, struct limen_estimate *out,
                        struct limen_error *error);

/* The value at every evaluation point, `count` doubles; NaN where it is undefined. LIMEN_INPUT for
 * an estimator without pointwise values and for too few neighbours. */
int limen_estimator_pointwise(const struct limen_estimator *estimator,
                              const struct limen_neighbours *neighbours, size_t k, double *out,
                              struct limen_error *error);

/* ---- for estimators ---- */

/* Says that there is no value, and why. */
int limen_estimate_undefined(struct limen_estimate *out, const char *why);

/* Fills `out` from a statistic of n rows: its value on all of them, and its bootstrap interval;
 * the interval is NaN where the bootstrap has none (one row, or a statistic that is undefined on a
 * resample). `why` is the reason to give when the value is NaN. */
int limen_estimate_bootstrap(limen_statistic statistic, const void *data, size_t n,
                             const struct limen_dimension_settings *settings, const char *why,
                             struct limen_estimate *out, struct limen_error *error);

#endif
