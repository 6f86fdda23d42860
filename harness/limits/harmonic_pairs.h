/* Differences x and y of a harmonic frame whose number 1 - c_x - w (c_y - c_(x-y)), w = k - 1, may
 * be small: see harmonic_proof.h, which these are used by. */
#ifndef LIMEN_LIMITS_HARMONIC_PAIRS_H
#define LIMEN_LIMITS_HARMONIC_PAIRS_H

#include "limits/harmonic_extremes.h"

struct limen_harmonic_pairs {
  size_t listed;
  double count; /* pairs of listed ones looked at */
  double least; /* the smallest number among them, in float64; or `below` */
  bool fails;   /* some number is `floor` or less; the others were then not all looked at */
  bool too_many;
};

/* Looks at all x, y with 0 < x, y < n, x and y different, whose number may be below `below`; k is 2
 * or more. */
int limen_harmonic_pairs(const struct limen_harmonic *frame, size_t k,
                         const struct limen_extremes *extremes, double below, double floor,
                         size_t workers, struct limen_harmonic_pairs *out,
                         struct limen_error *error);

#endif
