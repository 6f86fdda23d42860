#include "stats/mean.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "stats/checks.h"
#include "stats/distributions.h"

int limen_mean_of(const double *values, size_t n, double confidence, struct limen_mean *out,
                  struct limen_error *error) {
  int status = limen_check_confidence(confidence, error);
  if (status == LIMEN_OK) status = limen_check_values("a mean", values, n, 1, error);
  if (status != LIMEN_OK) return status;
  *out = (struct limen_mean){.n = n,
                             .mean = gsl_stats_mean(values, 1, n),
                             .sd = NAN,
                             .se = NAN,
                             .sd_lower = NAN,
                             .sd_upper = NAN,
                             .lower = NAN,
                             .upper = NAN,
                             .coverage = confidence};
  if (n == 1) return LIMEN_OK;
  out->sd = gsl_stats_sd_m(values, 1, n, out->mean);
  out->se = out->sd / sqrt((double)n);
  const double df = (double)(n - 1), tail = (1 - confidence) / 2;
  out->sd_lower = out->sd * sqrt(df / gsl_cdf_chisq_Qinv(tail, df));
  out->sd_upper = out->sd * sqrt(df / gsl_cdf_chisq_Pinv(tail, df));
  double half = limen_t_half_width(confidence, df, out->se);
  out->lower = out->mean - half;
  out->upper = out->mean + half;
  return LIMEN_OK;
}
