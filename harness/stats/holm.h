/* Several tests at once. */
#ifndef LIMEN_STATS_HOLM_H
#define LIMEN_STATS_HOLM_H

#include <stddef.h>

#include "base/error.h"

/* Replaces the p values of a family by those adjusted after Holm ("A Simple Sequentially Rejective
 * Multiple Test Procedure", Scandinavian Journal of Statistics 1979): with p_(1) <= ... <= p_(m),
 * the i-th becomes the largest of (m - j + 1) p_(j) over j <= i, at most 1. Rejecting where it is
 * at most alpha makes any false rejection at all no likelier than alpha, however the tests depend
 * on each other. A NaN is a test that was not made: it stays, and m does not count it. LIMEN_INPUT,
 * with nothing replaced, for a p outside [0, 1]. O(n log n). */
int limen_holm(double *p, size_t n, struct limen_error *error);

#endif
