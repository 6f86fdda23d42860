#include "stats/null.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "stats/checks.h"
#include "stats/distributions.h"

int limen_null_compare(const double *null, size_t n, double arm, double confidence,
                       struct limen_null_test *out, struct limen_error *error) {
  int status = limen_check_confidence(confidence, error);
  if (status == LIMEN_OK) status = limen_check_values("a null distribution", null, n, 2, error);
  if (status == LIMEN_OK)
    status = limen_check_values("the value against the null", &arm, 1, 1, error);
  if (status != LIMEN_OK) return status;
  const double b = (double)n, mean = gsl_stats_mean(null, 1, n);
  const double sd = gsl_stats_sd_m(null, 1, n, mean), error_of_one = sd * sqrt(1 + 1 / b);
  const double half = limen_t_half_width(confidence, b - 1, error_of_one);
  *out = (struct limen_null_test){.n = n,
                                  .mean = mean,
                                  .sd = sd,
                                  .arm = arm,
                                  .lower = mean - half,
                                  .upper = mean + half,
                                  .coverage = confidence,
                                  .t = sd > 0 ? (arm - mean) / error_of_one : NAN,
                                  .p_floor = 1 / (b + 1)};
  out->p = limen_t_two_sided(out->t, b - 1);
  const double centre = mean + (arm - mean) / (b + 1);
  for (size_t i = 0; i < n; i++) out->as_extreme += fabs(null[i] - centre) >= fabs(arm - centre);
  out->p_rank = (1 + (double)out->as_extreme) / (b + 1);
  return LIMEN_OK;
}
