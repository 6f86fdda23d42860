/* Pricing: which documents stand where along a direction, for the search of the best query. A pass
 * over all n documents also leaves the few that were nearest to the wrong side, or on it, so that
 * further directions close by need to look at those only. */
#ifndef LIMEN_LIMITS_PRICING_H
#define LIMEN_LIMITS_PRICING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_gap;

struct limen_priced {
  double slack; /* below 0: on the wrong side of its side's level */
  uint32_t document;
};

struct limen_pricing {
  size_t n, d;
  const float *documents; /* n x d, not owned, must outlive it */
  double longest;         /* an upper bound on the documents' lengths */
  bool *inside;           /* n: whether a document is in the set */
  /* Of the last pass over all: */
  double lowest, highest; /* scores: the least inside, the greatest outside */
  uint32_t lowest_inside, highest_outside;
  /* The documents of least slack: those below 0 first, ascending, then the others in no order. */
  struct limen_priced *near;
  size_t count;
};

/* LIMEN_INPUT when a number is not finite. */
int limen_pricing_init(struct limen_pricing *pricing, size_t n, size_t d, const float *documents,
                       struct limen_error *error);
/* Measures the documents anew after they have moved. LIMEN_INPUT as above. */
int limen_pricing_measure(struct limen_pricing *pricing, struct limen_error *error);
void limen_pricing_clear(struct limen_pricing *pricing);

/* Puts documents into the set, or takes them out. */
void limen_pricing_mark(struct limen_pricing *pricing, const uint32_t *set, size_t k, bool inside);

/* Scores all documents along x (d). Slack is score - level_inside inside, level_outside - score
 * outside. O(n d). */
void limen_pricing_all(struct limen_pricing *pricing, const double *x, double level_inside,
                       double level_outside);

/* The same for the documents in `near` only. */
void limen_pricing_near(struct limen_pricing *pricing, const double *x, double level_inside,
                        double level_outside);

/* Bounds on the gap of x / |x| from the last pass over all, which was along x, not 0. */
struct limen_gap limen_pricing_gap(const struct limen_pricing *pricing, const double *x);

#endif
