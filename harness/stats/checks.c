#include "stats/checks.h"

#include <math.h>

/* Written so that NaN fails it too. */
int limen_check_confidence(double confidence, struct limen_error *error) {
  if (confidence > 0 && confidence < 1) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "a confidence lies between 0 and 1, both excluded; %g was given", confidence);
}

int limen_check_values(const char *what, const double *values, size_t n, size_t least,
                       struct limen_error *error) {
  if (n < least)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: %zu value%s given, at least %zu %s needed", what, n,
                      n == 1 ? " was" : "s were", least, least == 1 ? "is" : "are");
  for (size_t i = 0; i < n; i++)
    if (!isfinite(values[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: value %zu of %zu is %g, not finite", what, i + 1,
                        n, values[i]);
  return LIMEN_OK;
}
