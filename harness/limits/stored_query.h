/* One query for one pair of documents, both stored in an arithmetic: does it put the pair on top,
 * for certain, and if not, can it be made to?
 *
 * Scores are float64 sums. A sum of d products of doubles errs by at most gamma_d sum |q_i v_i| <=
 * gamma_d |q| |v| with gamma_d = d u / (1 - d u), u = 2^-53, in any order and with fused products
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1). A lead counts
 * when it exceeds twice that for the longest document, four units more taken for the rounding of
 * the difference and of the bound: then the exact inner products of the stored numbers lie in that
 * order. */
#ifndef LIMEN_LIMITS_STORED_QUERY_H
#define LIMEN_LIMITS_STORED_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits/arithmetic.h"
#include "limits/min_norm.h"

/* Documents as they are stored. */
struct limen_stored {
  size_t n, d;
  const double *documents; /* n x d; not owned */
  const struct limen_quantiser *quantiser;
  double longest; /* an upper bound of their lengths */
};

/* LIMEN_INPUT, naming the document, when one is not finite or not on the grid of the arithmetic. */
int limen_stored_init(struct limen_stored *stored, size_t n, size_t d, const double *documents,
                      const struct limen_quantiser *quantiser, struct limen_error *error);

/* The most that rounding can hide of a lead, for a query of that length. */
double limen_stored_error(const struct limen_stored *stored, double length);

/* What makes a query better. */
struct limen_query_mender;

/* Takes 3 n d numbers. `stored` must outlive it. */
struct limen_query_mender *limen_query_mender_alloc(const struct limen_stored *stored,
                                                    struct limen_error *error);
void limen_query_mender_free(struct limen_query_mender *mender);

/* Lead of a query (d) over all but the pair i, j, divided by the query's length and by the longest
 * document; `proved` when it counts. */
double limen_query_lead(struct limen_query_mender *mender, uint32_t i, uint32_t j,
                        const double *query, bool *proved);

/* Replaces `query` (d; on the grid) by one that has a larger lead, if one is found: the best query
 * for the stored documents, rounded; then one coordinate after the other is moved by steps that
 * halve, while that helps. Returns whether the lead counts. O(n d^2) a sweep. */
bool limen_query_mend(struct limen_query_mender *mender, uint32_t i, uint32_t j, double *query);

#endif
