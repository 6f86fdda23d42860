/* A search for harmonic frames with a wide gap: hill climbing over frequencies (and weights, if
 * asked for), the smallest gap of a class as the height.
 *
 * A proposal changes one frequency at random, by a little, or to a sum or difference of two others
 * (the best frames are full of those), or one weight by 1. It is turned down at the first class
 * whose gap is seen not to exceed the height so far, which a few rounds of the solver show, and the
 * classes that turned proposals down lately are looked at first: most proposals cost one class of
 * n / 2. After `patience` proposals in vain the climb starts anew from random frequencies; the best
 * frame of all climbs is kept.
 *
 * Deterministic: budgets are counted in proposals and in coordinates looked at, never in time. */
#ifndef LIMEN_LIMITS_TORUS_SEARCH_H
#define LIMEN_LIMITS_TORUS_SEARCH_H

#include <gsl/gsl_rng.h>

#include "limits/torus.h"

struct limen_torus_search {
  /* settings */
  uint64_t proposals;   /* at most; 0: only the given frames are looked at */
  uint64_t work;        /* coordinates looked at, at most */
  uint64_t patience;    /* proposals in vain before a climb starts anew */
  uint32_t weight_most; /* 1: all weights are equal */
  double aim;           /* stop once the gap exceeds it; INFINITY: never */
  bool coarse;          /* a gap above the aim need not be known any better */
  gsl_rng *rng;         /* not owned */

  /* statistics */
  uint64_t proposed, worked, climbs;
};

/* Looks for the best frame of n documents in d dimensions: d is even, or d and n are odd and even.
 * `frame` is the best known one and starts the first climb, if its n and d are these; `gap` is then
 * found anew. Otherwise, and when count is 0, the climb starts at frequencies 1, 2, ... LIMEN_INPUT
 * for n and d that no such frame has. */
int limen_torus_search_run(struct limen_torus_search *search, uint32_t n, size_t d,
                           struct limen_torus *frame, double *gap, struct limen_error *error);

/* The same relations of frequencies among n documents: each is scaled and rounded. */
void limen_torus_rescale(const struct limen_torus *frame, uint32_t n, struct limen_torus *out);

/* Smallest gap of any class; `settings->enough` once it is seen to be no more. `order` (n / 2 class
 * numbers, may be NULL) says which class is looked at first, and learns. `classes` (may be NULL)
 * receives the queries, n / 2 rows of K numbers, row s - 1 for class s. */
double limen_torus_gap(struct limen_torus_solver *solver, const struct limen_torus *frame,
                       const struct limen_min_norm_settings *settings, uint32_t *order,
                       double *classes);

#endif
