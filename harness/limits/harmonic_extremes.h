/* The largest and the smallest c_l of a harmonic frame, and a first look for sets that fail. Used
 * by harmonic_proof.c. */
#ifndef LIMEN_LIMITS_HARMONIC_EXTREMES_H
#define LIMEN_LIMITS_HARMONIC_EXTREMES_H

#include "limits/harmonic_proof.h"

enum { LIMEN_EXTREMES_MOST = LIMEN_HARMONIC_K_MOST / 2 + 1 };

struct limen_extreme {
  double value; /* c_l in float64 */
  uint64_t l;   /* 1 .. half */
};

struct limen_extremes {
  size_t depth;                                   /* kept of each side */
  struct limen_extreme high[LIMEN_EXTREMES_MOST]; /* descending */
  struct limen_extreme low[LIMEN_EXTREMES_MOST];  /* ascending */
};

/* Of the first `count` of c_1 .. c_(n-1) in that order, in which each listed value stands twice. */
double limen_extremes_sum(const struct limen_extreme *list, size_t count);

/* |q| at most, and what rounding may take from a lead. */
double limen_extremes_query(const struct limen_extremes *extremes, size_t k, double error);
double limen_extremes_rounding(const struct limen_extremes *extremes, size_t k, double rounding,
                               double error);

/* Passes over the frame. *fails: it was cut short, as a lead that was seen is too small. */
int limen_extremes_find(const struct limen_harmonic *frame, size_t k, double rounding,
                        size_t workers, struct limen_extremes *out, bool *fails,
                        struct limen_error *error);

#endif
