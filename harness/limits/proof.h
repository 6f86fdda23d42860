/* Proof that embeddings serve every query, by rounding-error analysis.
 *
 * The embeddings are float32, so every product q_i v_i is exact in float64, and a float64 sum of d
 * terms in any order errs by at most gamma_(d-1) sum_i |q_i v_i| with gamma_m = m u / (1 - m u),
 * u = 2^-53 (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 4.2). Here
 * gamma_(d+2) is taken instead: the three units more cover the rounding of the bound itself and of
 * the difference of two scores. A query is proved when
 *
 *     margin = min over relevant s - max over others s   exceeds
 *     bound  = max over relevant e + max over others e,     e = gamma_(d+2) sum_i |q_i v_i|,
 *
 * and then its relevant documents score strictly higher than all others in exact arithmetic on the
 * stored numbers. What is proved is about inner products of those numbers; their lengths are 1 up
 * to float32 rounding only, so a claim about cosine would need a proof of its own. */
#ifndef LIMEN_LIMITS_PROOF_H
#define LIMEN_LIMITS_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/relevance.h"

/* Up to here the three units more cover all that they must; above, the rounding of sum_i |q_i v_i|
 * itself would need more of them. */
enum { LIMEN_PROOF_D_MOST = 1 << 24 };

struct limen_proof {
  bool proved;                      /* every query is */
  size_t unproved;                  /* queries whose margin does not exceed its bound */
  size_t worst_query;               /* the one of smallest margin */
  double worst_margin, worst_bound; /* of that query */
};

/* `documents` n x d, `queries` queries x d, finite. `margins` (queries x 2, may be NULL) receives
 * margin and bound of every query. A query without an irrelevant document (k = n) has an infinite
 * margin. LIMEN_INPUT when a number is not finite or d is above
 * LIMEN_PROOF_D_MOST. O(queries n d). */
int limen_prove(const struct limen_relevance *relevance, size_t d, const float *documents,
                const float *queries, double *margins, struct limen_proof *out,
                struct limen_error *error);

#endif
