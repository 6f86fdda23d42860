/* Tight localities: Amsaleg, Chelly, Houle, Kawarabayashi, Radovanovic, Treeratanapitak, "Intrinsic
 * Dimensionality Estimation within Tight Localities", SDM 2019. Every pair of neighbours is
 * measured as if from circles inside the neighbourhood, which makes k^2 measurements out of k.
 *
 * As in scikit-dimension, with one deviation: measurements below 1e-4 of the radius are dropped,
 * not below 1e-4, so that units do not matter. */
#include <math.h>

#include "dimension/estimator.h"

static const double SMALLEST = 1e-4; /* of the radius */

/* s_ij over the radius from v^2 = |x_i - x_j|^2, and t_ij from the square of the mirrored distance.
 * The two forms are equal; each is used where it does not cancel. a > 0 whenever u_i is the radius,
 * so the second never divides by zero. */
static double measurement(double radius2, double ui2, double uj2, double v2) {
  double a = ui2 + v2 - uj2, b = radius2 - ui2;
  double root = sqrt(a * a + 4 * v2 * b);
  return a > 0 ? 2 * v2 / (root + a) : b > 0 ? (root - a) / (2 * b) : 0;
}

static double from_gram(const double *gram, size_t k, double *scratch) {
  (void)scratch;
  double radius2 = 0, sum = 0, used = 0;
  for (size_t i = 0; i < k; i++) radius2 = fmax(radius2, gram[i * k + i]);
  for (size_t i = 0; i < k; i++) {
    const double ui2 = gram[i * k + i], u = sqrt(ui2 / radius2);
    if (u >= SMALLEST) {
      sum += 2 * log(u);
      used += 2;
    }
    for (size_t j = 0; j < k; j++) {
      if (j == i) continue;
      const double uj2 = gram[j * k + j], v2 = ui2 + uj2 - 2 * gram[i * k + j];
      const double z2 = ui2 + uj2 + 2 * gram[i * k + j];
      if (!(v2 > 0 && z2 > 0)) continue;
      double s = measurement(radius2, ui2, uj2, v2), t = measurement(radius2, ui2, uj2, z2);
      if (s < SMALLEST || t < SMALLEST) continue;
      sum += log(s) + log(t);
      used += 2;
    }
  }
  return sum < 0 ? -used / sum : NAN;
}

const struct limen_estimator limen_estimator_tle = {
    .name = "tle",
    .about = "maximum likelihood over all pairs within tight localities",
    .parameter = "k",
    .times_k = 1,
    .from_gram = from_gram,
};
