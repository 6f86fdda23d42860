#include "stats/kendall.h"

#include <math.h>

#include "stats/checks.h"

static int compare(double a, double b) { return (a > b) - (a < b); }

int limen_kendall(const double *first, const double *second, size_t n, struct limen_kendall *out,
                  struct limen_error *error) {
  int status = limen_check_values("the first ranking", first, n, 2, error);
  if (status == LIMEN_OK) status = limen_check_values("the second ranking", second, n, 2, error);
  if (status != LIMEN_OK) return status;
  struct limen_kendall found = {.n = n};
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) {
      const int a = compare(first[i], first[j]), b = compare(second[i], second[j]);
      found.concordant += a * b > 0;
      found.discordant += a * b < 0;
      found.tied_first += a == 0 && b != 0;
      found.tied_second += a != 0 && b == 0;
      found.tied_both += a == 0 && b == 0;
    }
  const double ordered = (double)(found.concordant + found.discordant);
  const double in_first = ordered + (double)found.tied_second; /* pairs not tied there */
  const double in_second = ordered + (double)found.tied_first;
  /* Equal rankings are to give 1 itself, which a root of the square may miss. 0 / 0 is NaN. */
  found.tau = ((double)found.concordant - (double)found.discordant) /
              (in_first == in_second ? in_first : sqrt(in_first) * sqrt(in_second));
  *out = found;
  return LIMEN_OK;
}
