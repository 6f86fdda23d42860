#include "stats/skewed.h"

#include <math.h>

/* Below this the formulas lose more to cancelling than the correction is worth. */
static const double negligible = 1e-6;

double limen_skew_correct(double t, double skewness) {
  if (!(fabs(skewness) > negligible)) return t;
  const double st = skewness * t;
  return t * (1 + st / 3 + st * st / 27) + skewness / 6;
}

double limen_skew_undo(double corrected, double skewness) {
  if (!(fabs(skewness) > negligible)) return corrected;
  return 3 / skewness * (cbrt(1 + skewness * (corrected - skewness / 6)) - 1);
}
