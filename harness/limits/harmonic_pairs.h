/* The pairs of documents of a harmonic frame whose lead may be small, looked at one by one. Used by
 * harmonic_proof.c. */
#ifndef LIMEN_LIMITS_HARMONIC_PAIRS_H
#define LIMEN_LIMITS_HARMONIC_PAIRS_H

#include "limits/harmonic_extremes.h"

struct limen_harmonic_pairs {
  size_t listed;
  double count; /* pairs of listed ones looked at */
  double least; /* the smallest lead 1 + c_(x-y) - c_x - c_y among them, in float64; or `below` */
  bool fails;   /* some lead is `floor` or less; the others were then not all looked at */
  bool too_many;
};

/* Looks at all x, y with 0 < x, y < n whose lead may be below `below`. */
int limen_harmonic_pairs(const struct limen_harmonic *frame, const struct limen_extremes *extremes,
                         double below, double floor, size_t workers,
                         struct limen_harmonic_pairs *out, struct limen_error *error);

#endif
