#include "stats/distributions.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Halves an interval that holds the quantile until no double lies inside. */
double limen_f_quantile(double tail, double above, double below) {
  if (isinf(below)) return gsl_cdf_chisq_Qinv(tail, above) / above;
  double low = 1, high = 1;
  while (gsl_cdf_fdist_Q(high, above, below) > tail && isfinite(high)) high *= 2;
  while (gsl_cdf_fdist_Q(low, above, below) <= tail && low > 0) low /= 2;
  for (;;) {
    double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (gsl_cdf_fdist_Q(middle, above, below) > tail)
      low = middle;
    else
      high = middle;
  }
}

double limen_t_two_sided(double t, double degrees) {
  return isnan(t) ? NAN : 2 * gsl_cdf_tdist_Q(fabs(t), degrees);
}

double limen_t_half_width(double confidence, double degrees, double se) {
  return gsl_cdf_tdist_Qinv((1 - confidence) / 2, degrees) * se;
}
