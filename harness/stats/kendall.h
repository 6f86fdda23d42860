/* Kendall's tau: how far two rankings of the same things agree. */
#ifndef LIMEN_STATS_KENDALL_H
#define LIMEN_STATS_KENDALL_H

#include <stddef.h>

#include "base/error.h"

/* Every pair of things is one of five. */
struct limen_kendall {
  size_t n;
  size_t concordant, discordant;             /* in the same order on both sides; in opposite */
  size_t tied_first, tied_second, tied_both; /* equal in the first alone, the second, both */
  double tau;                                /* in [-1, 1]; NaN where one side has only ties */
};

/* tau-b of n pairs of values (Kendall, "The Treatment of Ties in Ranking Problems", Biometrika
 * 1945): (concordant - discordant) / sqrt(pairs not tied in the first * pairs not tied in the
 * second). With ties on one side alone it does not reach 1. Values are equal when they are the same
 * double; who wants rounding rounds before. LIMEN_INPUT for fewer than two pairs or a value that is
 * not finite. O(n^2), which for rankings of systems is nothing. */
int limen_kendall(const double *first, const double *second, size_t n, struct limen_kendall *out,
                  struct limen_error *error);

#endif
