#include "limits/margin_bounds.h"

#include <math.h>

double limen_margin_ceiling(double n, double k) { return n / sqrt(k * (n - 1) * (n - k)) / 2; }

double limen_margin_packing(double n, double k, double d) {
  const double sets = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
  return 1 / expm1(sets / d);
}

/* n (n - 1) / 2 = (1 + 1 / margin)^d. */
double limen_margin_packing_pairs(double margin, double d) {
  return (1 + sqrt(1 + 8 * pow(1 + 1 / margin, d))) / 2;
}

double limen_margin_law(double n, double k) { return k * log(n / k); }
double limen_margin_law_documents(double d, double k) { return k * exp(d / k); }
double limen_no_margin(double n, double k) { return fmin(2 * k, n - 1); }
