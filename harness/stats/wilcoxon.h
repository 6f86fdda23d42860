/* Wilcoxon's signed-rank test of paired differences. */
#ifndef LIMEN_STATS_WILCOXON_H
#define LIMEN_STATS_WILCOXON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Up to so many differences p is exact, given the ties: 2^50 ways to sign them are whole numbers
 * that a double holds. */
enum { LIMEN_WILCOXON_EXACT_MOST = 50 };

struct limen_wilcoxon {
  size_t n;        /* differences that are not 0; the others are dropped, as Wilcoxon did */
  double positive; /* sum of the ranks of the positive ones */
  double p;        /* two-sided; 1 for n = 0 */
  bool exact;
};

/* Whether differences lie around 0 (Wilcoxon, "Individual Comparisons by Ranking Methods",
 * Biometrics Bulletin 1945): their absolute values are ranked, equal ones share the mean of their
 * ranks, and the sum of the ranks of the positive ones is compared with that under random signs.
 * Beyond LIMEN_WILCOXON_EXACT_MOST by the normal distribution, with corrections for ties and
 * continuity (.2587 for .2612 at 50). Supposes that differences are symmetric about their centre.
 * LIMEN_INPUT for one that is not finite. O(n log n), exact ones O(n^3). */
int limen_wilcoxon_test(const double *differences, size_t n, struct limen_wilcoxon *out,
                        struct limen_error *error);

#endif
