/* What is not beaten on both counts: recall over work. */
#ifndef LIMEN_STATS_PARETO_H
#define LIMEN_STATS_PARETO_H

#include <stddef.h>

/* Fills `out` (room for n) with the points that no other beats: none has at most their x and at
 * least their y, and is better in one of the two. Returns how many, in ascending x; equal points
 * are all kept, in the order given. A NaN in x or y takes a point out. O(n^2). */
size_t limen_pareto(const double *x, const double *y, size_t n, size_t *out);

#endif
