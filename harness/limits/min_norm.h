/* The point of a hull that is nearest to the origin, in few dimensions and with small numbers.
 *
 * With the points p_l = v_a - v_l of a wanted document against all others, the nearest point x is
 * the best query: its smallest product with a p_l, divided by |x|, is the largest gap there is.
 * best_query.h answers the same for documents as they come, by squared lengths, and so ends at gaps
 * of some 1e-7 of the documents. Here the points are differences that the caller knows to full
 * relative precision, and no squares are formed: Wolfe's algorithm (Mathematical Programming 11,
 * 1976) on a QR factorisation of its corral. Gaps of 1e-15 between documents of length 1 come out
 * with many digits.
 *
 * The search works on y = x / |x|^2, which has product 1 with every point of the corral: a test of
 * optimality that no scale enters. */
#ifndef LIMEN_LIMITS_MIN_NORM_H
#define LIMEN_LIMITS_MIN_NORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_min_norm_settings {
  double enough;    /* stop when no gap above this is left to hope for; 0: when there is none */
  double aim;       /* stop at the first direction with a gap above this; INFINITY: go on */
  double tolerance; /* relative, of the gap */
  size_t rounds;    /* at most */
};

struct limen_min_norm_answer {
  double lower, upper;     /* of the largest gap, up to rounding; lower: that of `direction` */
  bool converged;          /* within the tolerance; or, when upper <= enough, that is known */
  const double *direction; /* d, of any length; lent until the next call. Zero when lower <= 0 */
  size_t rounds;
};

struct limen_min_norm;

struct limen_min_norm *limen_min_norm_alloc(size_t d, struct limen_error *error);
void limen_min_norm_free(struct limen_min_norm *solver);

/* `points` lie coordinate by coordinate: d rows of `stride` numbers, of which the first n count.
 * n >= 1; all finite. O(rounds (n d + d^3)). */
void limen_min_norm_solve(struct limen_min_norm *solver, size_t n, size_t stride,
                          const double *points, const struct limen_min_norm_settings *settings,
                          struct limen_min_norm_answer *out);

/* Smallest product of y with a point, and which point has it. O(n d). */
double limen_min_norm_lowest(size_t d, size_t n, size_t stride, const double *points,
                             const double *y, size_t *which);

#endif
