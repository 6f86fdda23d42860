#include "stats/variance_ratio.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "stats/checks.h"
#include "stats/distributions.h"
#include "stats/interval.h"

/* Distances to the median: their mean, and the sum of squares about it. */
static int about_median(const double *values, size_t n, double *mean, double *squares,
                        struct limen_error *error) {
  double median;
  int status = limen_quantile(values, n, 0.5, &median, error);
  if (status != LIMEN_OK) return status;
  *mean = gsl_stats_absdev_m(values, 1, n, median);
  *squares = 0;
  for (size_t i = 0; i < n; i++) {
    double left = fabs(values[i] - median) - *mean;
    *squares += left * left;
  }
  return LIMEN_OK;
}

/* The analysis of variance of those distances in two groups. */
static int brown_forsythe(const double *values, size_t n, const double *null, size_t null_n,
                          double *p, struct limen_error *error) {
  double one, one_squares, two, two_squares;
  int status = about_median(values, n, &one, &one_squares, error);
  if (status == LIMEN_OK) status = about_median(null, null_n, &two, &two_squares, error);
  if (status != LIMEN_OK) return status;
  const double a = (double)n, b = (double)null_n, df = a + b - 2;
  const double between = a * b / (a + b) * (one - two) * (one - two);
  const double within = (one_squares + two_squares) / df;
  *p = within > 0 ? gsl_cdf_fdist_Q(between / within, 1, df) : NAN;
  return LIMEN_OK;
}

int limen_variance_ratio(const double *values, size_t n, const double *null, size_t null_n,
                         double confidence, struct limen_variance_ratio *out,
                         struct limen_error *error) {
  int status = limen_check_confidence(confidence, error);
  if (status == LIMEN_OK) status = limen_check_values("a variance", values, n, 2, error);
  if (status == LIMEN_OK)
    status = limen_check_values("the null's variance", null, null_n, 2, error);
  if (status != LIMEN_OK) return status;
  *out = (struct limen_variance_ratio){.n = n,
                                       .null_n = null_n,
                                       .sd = gsl_stats_sd(values, 1, n),
                                       .null_sd = gsl_stats_sd(null, 1, null_n),
                                       .ratio = NAN,
                                       .lower = NAN,
                                       .upper = NAN,
                                       .p = NAN,
                                       .coverage = confidence};
  if (out->null_sd > 0) {
    const double df = (double)(n - 1), null_df = (double)(null_n - 1), tail = (1 - confidence) / 2;
    const double ratio = out->sd / out->null_sd * (out->sd / out->null_sd);
    out->ratio = ratio;
    out->lower = ratio / limen_f_quantile(tail, df, null_df);
    out->upper = ratio / limen_f_quantile(1 - tail, df, null_df);
    out->p =
        fmin(1, 2 * fmin(gsl_cdf_fdist_P(ratio, df, null_df), gsl_cdf_fdist_Q(ratio, df, null_df)));
  }
  return brown_forsythe(values, n, null, null_n, &out->p_brown_forsythe, error);
}
