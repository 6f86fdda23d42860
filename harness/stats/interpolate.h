/* Reading a curve between its points, in straight lines: recall at equal work, work at equal
 * recall. The caller takes logarithms where lines should be straight in them. */
#ifndef LIMEN_STATS_INTERPOLATE_H
#define LIMEN_STATS_INTERPOLATE_H

#include <stddef.h>

/* n finite points, x ascending. y at x0; where several points share that x, of the last of them.
 * NaN outside [x[0], x[n - 1]] and without points: what was not measured is not guessed. O(n). */
double limen_interpolate(const double *x, const double *y, size_t n, double x0);

/* The smallest x at which y0 is reached from below. NaN when it never is, and when y starts above
 * y0: then it was reached somewhere before the first point. A curve that comes back down and
 * reaches y0 again is taken at its first crossing. O(n). */
double limen_interpolate_reach(const double *x, const double *y, size_t n, double y0);

#endif
