/* The best query there is for a set of documents, once the documents are given.
 *
 * A unit query q puts the set S on top by the gap min over S of q.v - max over the others of q.v.
 * The largest gap is the distance of the hull of S from the hull of the others, and the query that
 * reaches it points along x, the shortest difference of two hull points (the minimum-norm point of
 * conv {v_i - v_j : i in S, j not in S}): a convex problem with one solution. Where the hulls meet,
 * no query has a gap above 0, and the weights that build x = 0 prove it (impossible.h).
 *
 * Wolfe's algorithm on a corral (corral.h) solves it. A round looks for documents that lie on the
 * wrong side of the flats through the corral, adds the worst and moves to the new shortest
 * difference. Several are added at once where that keeps making progress, and most rounds look at a
 * short list of documents that were nearly wrong in the last full pass.
 *
 * The corral works on squared lengths, so a gap below some 1e-7 of the documents' distances drowns
 * in their rounding: the search then stops with bounds apart and says so. */
#ifndef LIMEN_LIMITS_BEST_QUERY_H
#define LIMEN_LIMITS_BEST_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { LIMEN_BEST_ROUNDS_DEFAULT = 20000 };

struct limen_best_settings {
  double tolerance; /* relative: how far `upper` may stay above `lower` */
  double closed;    /* hulls nearer than this times the longest document count as meeting, and
                       bounds that near as equal */
  size_t rounds;    /* at most */
};
/* tolerance 1e-9, closed 1e-12, the default rounds. */
extern const struct limen_best_settings limen_best_defaults;

/* A difference v_inside - v_outside and its weight. */
struct limen_pair {
  uint32_t inside, outside;
  double weight; /* above 0; they sum to 1 */
};

/* Everything in it is lent by the solver, until its next call. Both bounds hold rigorously, with
 * all rounding paid for, converged or not. */
struct limen_best_query {
  const double *point;   /* d: x. The query is x / |x| */
  double lower, upper;   /* of the largest gap. lower: the gap that x / |x| has. Negative
                            where x leaves others above the set */
  bool converged;        /* the bounds meet within the tolerance, or the hulls meet */
  bool closed;           /* `upper` is nothing beside the documents: the hulls seem to meet */
  size_t rounds, passes; /* passes: rounds that looked at every document */
  size_t count;          /* pairs: at most d + 1 */
  const struct limen_pair *pair; /* x is their weighted sum, up to rounding */
};

struct limen_best_solver;

/* A solver for queries about `documents` (n x d, not owned, must outlive it), to be used by one
 * thread at a time. LIMEN_INPUT when a number is not finite. O(n d). */
struct limen_best_solver *limen_best_solver_alloc(size_t n, size_t d, const float *documents,
                                                  struct limen_error *error);
/* Looks at the documents anew after they have moved. LIMEN_INPUT as above; the solver must not be
 * used until a later call succeeds. O(n d). */
int limen_best_solver_renew(struct limen_best_solver *solver, struct limen_error *error);
void limen_best_solver_free(struct limen_best_solver *solver);

/* Solves for a set of k ascending document numbers, 1 <= k < n. `start` (d, may be NULL) is a query
 * to begin with: the better, the fewer rounds. Not converged is an answer. LIMEN_INPUT for a set
 * that is none. O(passes n d + rounds m (d + m)) for m pairs. */
int limen_best_query_solve(struct limen_best_solver *solver, const uint32_t *set, size_t k,
                           const float *start, const struct limen_best_settings *settings,
                           struct limen_best_query *out, struct limen_error *error);

/* Rigorous bounds on the gap of a direction x (not 0) of any length, divided by that length. O(n
 * d).
 */
struct limen_gap {
  double lower, upper;
};
int limen_best_query_gap(struct limen_best_solver *solver, const uint32_t *set, size_t k,
                         const double *x, struct limen_gap *out, struct limen_error *error);

#endif
