/* Intervals of a proportion, of a median, and of any statistic by the bootstrap.
 *
 * GSL's error handler is off while these run (main sees to it); statuses are looked at here. */
#ifndef LIMEN_STATS_INTERVAL_H
#define LIMEN_STATS_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_interval {
  double estimate;     /* what the interval is about */
  double lower, upper; /* in the estimate's unit; lower <= upper */
  double coverage; /* chance to hold the truth, a fraction of 1: what was asked for, except where
                      a function below says that it knows better */
};

/* `values` in ascending order, none NaN; n >= 1; `share` in [0, 1]. Interpolates between the order
 * statistics at 1 + share (n - 1), definition 7 of Hyndman and Fan, "Sample Quantiles in
 * Statistical Packages", The American Statistician 1996. */
double limen_quantile_sorted(const double *values, size_t n, double share);

/* The same of n >= 1 finite values in any order; O(n log n). LIMEN_INPUT for an empty set, a value
 * that is not finite (its number is told, counted from 1) or a share outside [0, 1]. */
int limen_quantile(const double *values, size_t n, double share, double *out,
                   struct limen_error *error);

/* Wilson's score interval of successes/trials (Wilson, JASA 1927). Its coverage is right on average
 * over proportions, not for each of them. LIMEN_INPUT when there are no trials, more successes than
 * trials, or a confidence outside (0, 1). */
int limen_interval_wilson(size_t successes, size_t trials, double confidence,
                          struct limen_interval *out, struct limen_error *error);

/* The same for a mean of shares, of which a standard error is known: every share p that lies within
 * t sqrt(p (1 - p) / n) of the mean, n = mean (1 - mean) / se^2 being the trials that the standard
 * error is worth (Korn and Graubard, Survey Methodology 1998). `half` is t se > 0, 0 < mean < 1.
 * In the middle it is mean -+ half; near 0 and 1 it is wider on the inner side, as it must be: one
 * miss in ten thousand does not say that another sample would not miss three. */
void limen_interval_share(double mean, double half, double *lower, double *upper);

/* The interval of Clopper and Pearson (Biometrika 1934): covers with at least `confidence` for
 * every proportion, and is wider than Wilson's for it. LIMEN_INPUT as above, and where successes
 * and failures both exceed LIMEN_CLOPPER_PEARSON_MAX: GSL's incomplete beta function fails
 * from about 300,000 on (seen beside Wilson's interval, which is as good there). */
enum { LIMEN_CLOPPER_PEARSON_MAX = 100000 };
int limen_interval_clopper_pearson(size_t successes, size_t trials, double confidence,
                                   struct limen_interval *out, struct limen_error *error);

/* The median of n values between order statistics, [x_(j), x_(n+1-j)] with the largest j that
 * covers with at least `confidence`: no assumption but independent draws from one distribution.
 * `coverage` is the true one, P(j <= Binomial(n, 1/2) <= n - j) (exact for a continuous
 * distribution, a lower bound with ties). A sample too small for what is asked gives min .. max
 * with its true coverage 1 - 2^(1-n), below `confidence`: 0 for n = 1. The caller says so.
 * LIMEN_INPUT for an empty set, a value that is not finite, or a confidence outside (0, 1). */
int limen_interval_median(const double *values, size_t n, double confidence,
                          struct limen_interval *out, struct limen_error *error);

/* A statistic of rows of whatever `data` holds; `rows` are n row numbers, with repeats when they
 * are a resample. NaN says that it is undefined on these rows. */
typedef double (*limen_statistic)(const size_t *rows, size_t n, const void *data);

struct limen_bootstrap {
  size_t resamples;   /* LIMEN_BOOTSTRAP_MIN .. LIMEN_BOOTSTRAP_MAX */
  double confidence;  /* in (0, 1) */
  uint64_t seed;      /* the resamples are a function of seed, stream, n and resamples alone, */
  const char *stream; /* so statistics of one stream are compared on the same resamples */
};

enum {
  LIMEN_BOOTSTRAP_MIN = 100, /* fewer leave a handful of values outside a 95% interval */
  LIMEN_BOOTSTRAP_DEFAULT = 2000,
  LIMEN_BOOTSTRAP_MAX = 1000000
};

/* Percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13)
 * over rows 0 .. n-1, n >= 2; `coverage` is what was asked for, which small samples fall short of.
 * O(resamples n) plus as many calls of `statistic`. LIMEN_INPUT for a setting out of range, n < 2,
 * or a statistic that is undefined on the rows or on a resample of them. */
int limen_interval_bootstrap(limen_statistic statistic, const void *data, size_t n,
                             const struct limen_bootstrap *settings, struct limen_interval *out,
                             struct limen_error *error);

/* For limen_interval_bootstrap: the mean of `data`, an array of doubles. */
double limen_statistic_mean(const size_t *rows, size_t n, const void *data);

#endif
