/* Intervals; each function's header comment names its source. */
#include "stats/interval.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "stats/checks.h"

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* A sorted copy of n >= 1 finite values, to be released by limen_free. */
static int sorted_copy(const double *values, size_t n, double **out, struct limen_error *error) {
  if (n == 0) return LIMEN_FAIL(error, LIMEN_INPUT, "no values were given, at least 1 is needed");
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT, "value %zu of %zu is %g; only finite values have ranks",
                        i + 1, n, values[i]);
  *out = limen_copy(values, n, sizeof *values, error);
  if (!*out) return LIMEN_FAILED;
  qsort(*out, n, sizeof **out, ascending);
  return LIMEN_OK;
}

double limen_quantile_sorted(const double *values, size_t n, double share) {
  double position = share * (double)(n - 1);
  size_t below = (size_t)position;
  if (below >= n - 1) return values[n - 1];
  double part = position - (double)below;
  /* Two products, not a difference: the values may be as far apart as doubles get. */
  return (1 - part) * values[below] + part * values[below + 1];
}

int limen_quantile(const double *values, size_t n, double share, double *out,
                   struct limen_error *error) {
  double *sorted = NULL;
  if (!(share >= 0 && share <= 1))
    return LIMEN_FAIL(error, LIMEN_INPUT, "a quantile's share lies in [0, 1]; %g was given", share);
  int status = sorted_copy(values, n, &sorted, error);
  if (status == LIMEN_OK) *out = limen_quantile_sorted(sorted, n, share);
  limen_free(sorted);
  return status;
}

static int check_proportion(size_t successes, size_t trials, double confidence,
                            struct limen_error *error) {
  if (trials == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a proportion of no trials has no interval");
  if (successes > trials)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu successes are more than the %zu trials", successes,
                      trials);
  return limen_check_confidence(confidence, error);
}

int limen_interval_wilson(size_t successes, size_t trials, double confidence,
                          struct limen_interval *out, struct limen_error *error) {
  int status = check_proportion(successes, trials, confidence, error);
  if (status != LIMEN_OK) return status;
  double n = (double)trials, p = (double)successes / n;
  double z = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2), z2 = z * z;
  double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  double half = z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  /* At the ends the bound is 0 or 1 exactly; rounding would leave it next to them. */
  *out = (struct limen_interval){.estimate = p,
                                 .lower = successes == 0 ? 0 : fmax(0, centre - half),
                                 .upper = successes == trials ? 1 : fmin(1, centre + half),
                                 .coverage = confidence};
  return LIMEN_OK;
}

void limen_interval_share(double mean, double half, double *lower, double *upper) {
  const double a = half * half / (mean * (1 - mean)); /* t^2 / n */
  const double centre = (mean + a / 2) / (1 + a), wide = sqrt(half * half + a * a / 4) / (1 + a);
  *lower = fmax(0, centre - wide);
  *upper = fmin(1, centre + wide);
}

/* The x at which Beta(a, b) has `tail` below it or, with `above`, above it. GSL's own inverse was
 * tried first: it returns NaN for (1000, 999001) and does not come back for (5e6, 5e6). Its
 * distribution function is sound while the smaller parameter is at most LIMEN_CLOPPER_PEARSON_MAX,
 * so intervals are halved until two neighbouring doubles are left. */
static double beta_quantile(double tail, double a, double b, bool above) {
  double low = 0, high = 1;
  for (;;) {
    double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    bool left = above ? gsl_cdf_beta_Q(middle, a, b) > tail : gsl_cdf_beta_P(middle, a, b) < tail;
    if (left)
      low = middle;
    else
      high = middle;
  }
}

int limen_interval_clopper_pearson(size_t successes, size_t trials, double confidence,
                                   struct limen_interval *out, struct limen_error *error) {
  int status = check_proportion(successes, trials, confidence, error);
  if (status != LIMEN_OK) return status;
  size_t failures = trials - successes;
  if (successes > LIMEN_CLOPPER_PEARSON_MAX && failures > LIMEN_CLOPPER_PEARSON_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%zu successes and %zu failures are too many for the interval of Clopper and "
                      "Pearson, one of them must be at most %d; take Wilson's",
                      successes, failures, LIMEN_CLOPPER_PEARSON_MAX);
  double s = (double)successes, f = (double)failures, tail = (1 - confidence) / 2;
  *out = (struct limen_interval){.estimate = s / (double)trials,
                                 .lower = successes == 0 ? 0 : beta_quantile(tail, s, f + 1, false),
                                 .upper = failures == 0 ? 1 : beta_quantile(tail, s + 1, f, true),
                                 .coverage = confidence};
  return LIMEN_OK;
}

/* The largest rank j whose pair of order statistics covers with at least `confidence`, 1 when none
 * does. The binomial masses go by their logarithms: 2^-n itself is 0 from n = 1075 on. */
static size_t median_rank(size_t n, double confidence, double *coverage) {
  double log2_mass = -(double)n, below = exp2(log2_mass); /* P(B = 0), P(B <= rank - 1) */
  size_t rank = 1;
  while (rank < (n + 1) / 2) {
    log2_mass += log2((double)(n - rank + 1) / (double)rank);
    double next = below + exp2(log2_mass);
    if (1 - 2 * next < confidence) break;
    below = next;
    rank++;
  }
  *coverage = 1 - 2 * below;
  return rank;
}

int limen_interval_median(const double *values, size_t n, double confidence,
                          struct limen_interval *out, struct limen_error *error) {
  double *sorted = NULL, coverage = 0;
  int status = limen_check_confidence(confidence, error);
  if (status == LIMEN_OK) status = sorted_copy(values, n, &sorted, error);
  if (status != LIMEN_OK) goto done;
  size_t rank = median_rank(n, confidence, &coverage);
  *out = (struct limen_interval){.estimate = limen_quantile_sorted(sorted, n, 0.5),
                                 .lower = sorted[rank - 1],
                                 .upper = sorted[n - rank],
                                 .coverage = coverage};
done:
  limen_free(sorted);
  return status;
}

double limen_statistic_mean(const size_t *rows, size_t n, const void *data) {
  const double *values = data;
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += values[rows[i]];
  return sum / (double)n;
}

static int check_bootstrap(size_t n, const struct limen_bootstrap *settings,
                           struct limen_error *error) {
  if (n < 2)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a bootstrap needs at least 2 rows, %zu %s given", n,
                      n == 1 ? "was" : "were");
  if (settings->resamples < LIMEN_BOOTSTRAP_MIN || settings->resamples > LIMEN_BOOTSTRAP_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a bootstrap takes %d to %d resamples; %zu were asked for",
                      LIMEN_BOOTSTRAP_MIN, LIMEN_BOOTSTRAP_MAX, settings->resamples);
  return limen_check_confidence(settings->confidence, error);
}

int limen_interval_bootstrap(limen_statistic statistic, const void *data, size_t n,
                             const struct limen_bootstrap *settings, struct limen_interval *out,
                             struct limen_error *error) {
  gsl_rng *rng = NULL;
  size_t *rows = NULL;
  double *found = NULL;
  int status = check_bootstrap(n, settings, error);
  if (status != LIMEN_OK) goto done;
  status = LIMEN_FAILED;
  if (!(rows = limen_alloc(n, sizeof *rows, error))) goto done;
  if (!(found = limen_alloc(settings->resamples, sizeof *found, error))) goto done;
  if (!(rng = limen_rng_alloc(settings->seed, settings->stream, error))) goto done;

  for (size_t i = 0; i < n; i++) rows[i] = i;
  double estimate = statistic(rows, n, data);
  if (isnan(estimate)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "the statistic is undefined on these %zu rows", n);
    goto done;
  }
  for (size_t b = 0; b < settings->resamples; b++) {
    for (size_t i = 0; i < n; i++) rows[i] = gsl_rng_uniform_int(rng, n);
    found[b] = statistic(rows, n, data);
    if (isnan(found[b])) {
      /* Leaving such resamples out would make the interval narrower without saying so. */
      status =
          LIMEN_FAIL(error, LIMEN_INPUT,
                     "the statistic is undefined on resample %zu of %zu rows; a bootstrap needs "
                     "more rows, or a statistic that every resample has",
                     b + 1, n);
      goto done;
    }
  }
  qsort(found, settings->resamples, sizeof *found, ascending);
  double tail = (1 - settings->confidence) / 2;
  *out =
      (struct limen_interval){.estimate = estimate,
                              .lower = limen_quantile_sorted(found, settings->resamples, tail),
                              .upper = limen_quantile_sorted(found, settings->resamples, 1 - tail),
                              .coverage = settings->confidence};
  status = LIMEN_OK;
done:
  limen_rng_free(rng);
  limen_free(rows);
  limen_free(found);
  return status;
}
