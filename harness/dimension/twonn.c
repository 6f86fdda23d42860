/* Facco, d'Errico, Rodriguez, Laio, "Estimating the intrinsic dimension of datasets by a minimal
 * neighborhood information", Scientific Reports 2017. mu = r_2 / r_1 has the distribution function
 * 1 - mu^-d: the slope through the origin of -ln(1 - F) on ln mu, F_i = i / N for the i-th
 * smallest, the largest tenth left out. Points with a copy (r_1 = 0) are left out. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "dimension/estimator.h"

struct ratios {
  double *log_mu;  /* n, ascending */
  size_t *repeats; /* n: how often each stands in the resample; scratch of the statistic */
  double discard;
};

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double slope(const size_t *rows, size_t n, const void *data) {
  const struct ratios *ratios = data;
  /* At least the last one: its -ln(1 - F) is infinite. */
  size_t kept = (size_t)floor((double)n * (1 - ratios->discard)), rank = 0;
  if (kept >= n) kept = n - 1;
  double xy = 0, xx = 0;
  for (size_t i = 0; i < n; i++) ratios->repeats[i] = 0;
  for (size_t i = 0; i < n; i++) ratios->repeats[rows[i]]++;
  for (size_t i = 0; i < n && rank < kept; i++)
    for (size_t copy = 0; copy < ratios->repeats[i] && rank < kept; copy++) {
      double x = ratios->log_mu[i], y = -log1p(-(double)++rank / (double)n);
      xy += x * y;
      xx += x * x;
    }
  return xx > 0 ? xy / xx : NAN;
}

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  struct ratios ratios = {.discard = settings->discard};
  int status = LIMEN_FAILED;
  size_t n = 0;
  ratios.log_mu = limen_alloc(neighbours->count, sizeof *ratios.log_mu, error);
  if (!ratios.log_mu) goto done;
  if (!(ratios.repeats = limen_alloc(neighbours->count, sizeof *ratios.repeats, error))) goto done;
  for (size_t i = 0; i < neighbours->count; i++) {
    const double *r = neighbours->distances + i * neighbours->k;
    if (r[0] > 0) ratios.log_mu[n++] = log(r[1] / r[0]);
  }
  qsort(ratios.log_mu, n, sizeof *ratios.log_mu, ascending);
  status = limen_estimate_bootstrap(slope, &ratios, n, settings,
                                    "no two nearest distances differ, or all are zero", out, error);
done:
  limen_free(ratios.log_mu);
  limen_free(ratios.repeats);
  return status;
}

const struct limen_estimator limen_estimator_twonn = {
    .name = "twonn",
    .about = "slope of the ratios of the two nearest distances",
    .parameter = "discard",
    .plus = 2,
    .estimate = estimate,
};
