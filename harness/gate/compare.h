/* Comparing what was measured with a baseline. */
#ifndef LIMEN_GATE_COMPARE_H
#define LIMEN_GATE_COMPARE_H

#include "gate/measured.h"
#include "gate/verdict.h"

struct limen_gate_settings {
  double alpha;              /* of a false regression among all numbers; of a false pass */
  double tolerance;          /* of shares: the loss put up with, 0.005 is half a point */
  double tolerance_relative; /* of everything else: as a share of the baseline's value */
};

/* One false alarm in a hundred runs is about what people go on believing in. Half a point is what
 * ten builds and some thousand queries can tell from nothing. Counts of work, and of documents,
 * move by some hundredths with the compiler alone. */
#define LIMEN_GATE_ALPHA 0.01
#define LIMEN_GATE_TOLERANCE 0.005
#define LIMEN_GATE_TOLERANCE_RELATIVE 0.05

enum {
  /* Student's t at 1% is 3.7 for the spread of five builds and 7.0 for that of three, where it
   * would be 2.3 were the spread known: with fewer next to nothing could be told. */
  LIMEN_GATE_BUILDS_LEAST = 5
};

/* `out` is cleared by limen_gate_clear, also after a failure. */
int limen_gate_compare(const struct limen_measured *old, const struct limen_measured *new,
                       const struct limen_gate_settings *settings, struct limen_gate_outcome *out,
                       struct limen_error *error);

/* Turns what was said of certified numbers: their certificates do not hold, for this reason. */
int limen_gate_unprove(struct limen_gate_outcome *outcome, const char *reason,
                       struct limen_error *error);

/* What a loss of `tolerance` is in a number's own unit. */
double limen_gate_tolerance_of(const struct limen_gate_settings *settings, const char *unit,
                               double value);

/* Whether the observations are shares of single queries or means of such, from 0 to 1. */
bool limen_gate_is_share(const char *unit);

#endif
