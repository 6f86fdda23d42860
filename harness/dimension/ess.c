/* Expected simplex skewness: Johnsson, Soneson, Fontes, "Low Bias Local Intrinsic Dimension
 * Estimation from Expected Simplex Skewness", IEEE TPAMI 2015, variant a with pairs (d = 1), as in
 * scikit-dimension. Skewness: the areas spanned by pairs of centred neighbours over the products of
 * their lengths, sums over all pairs (scikit-dimension draws 5000 of them when there are more). In
 * a ball of n dimensions it is Gamma(n/2)^2 / (Gamma((n+1)/2) Gamma((n-1)/2)): 0, 0.6366, 0.7854
 * for n = 1, 2, 3. Between whole dimensions the estimate is interpolated. */
#include <math.h>

#include "dimension/estimator.h"

static const double MOST = 1 << 20; /* dimensions: beyond them the skewness is 1 but for rounding */

static double expected(double n) {
  int sign;
  if (n < 2) return 0;
  return exp(2 * lgamma_r(n / 2, &sign) - lgamma_r((n + 1) / 2, &sign) -
             lgamma_r((n - 1) / 2, &sign));
}

/* The dimension whose expected skewness this is. */
static double dimension_of(double skewness) {
  double low = 1, high = 2;
  while (high < MOST && expected(high) <= skewness) {
    low = high;
    high *= 2;
  }
  if (expected(high) <= skewness) return NAN;
  while (high - low > 1) {
    double middle = floor((low + high) / 2);
    if (expected(middle) <= skewness)
      low = middle;
    else
      high = middle;
  }
  double at_low = expected(low);
  return low + (skewness - at_low) / (expected(high) - at_low);
}

static double from_gram(const double *gram, size_t k, double *mean) {
  double area = 0, product = 0, total = 0;
  if (k < 2) return NAN;
  for (size_t i = 0; i < k; i++) {
    mean[i] = 0; /* of a row of the inner products */
    for (size_t j = 0; j < k; j++) mean[i] += gram[i * k + j];
    mean[i] /= (double)k;
    total += mean[i] / (double)k;
  }
  /* Inner products as seen from the mean of the neighbours in place of the point. */
  for (size_t i = 0; i < k; i++)
    for (size_t j = i + 1; j < k; j++) {
      double ii = gram[i * k + i] - 2 * mean[i] + total;
      double jj = gram[j * k + j] - 2 * mean[j] + total;
      double ij = gram[i * k + j] - mean[i] - mean[j] + total;
      area += sqrt(fmax(0, ii * jj - ij * ij));
      product += sqrt(fmax(0, ii) * fmax(0, jj));
    }
  return product > 0 ? dimension_of(area / product) : NAN;
}

const struct limen_estimator limen_estimator_ess = {
    .name = "ess",
    .about = "expected simplex skewness of pairs of neighbours",
    .parameter = "k",
    .times_k = 1,
    .from_gram = from_gram,
};
