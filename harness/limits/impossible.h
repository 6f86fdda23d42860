/* Proofs that no query puts a set of documents on top.
 *
 * Give pairs (i in S, j not in S) weights that are at least 0 and sum to 1. For every query q the
 * gap of S is at most q . c with c = sum of weight (v_i - v_j), as a minimum is at most a mean. So
 * c = 0 proves that no query scores every document of S above every other one, whatever its
 * length; and |c| <= epsilon proves that no unit query does so by more than epsilon.
 *
 * The stored numbers are float32, hence rationals, and so is everything here: weights are whole
 * numbers over a common denominator, and c is computed without rounding. The search for the pairs
 * (best_query.h) may round as it likes. */
#ifndef LIMEN_LIMITS_IMPOSSIBLE_H
#define LIMEN_LIMITS_IMPOSSIBLE_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "limits/best_query.h"

struct limen_combination {
  size_t count;      /* pairs */
  uint32_t *pair;    /* count x 2: inside, outside */
  mpz_t *weight;     /* numerators */
  mpz_t denominator; /* their sum, above 0 */
  double epsilon;    /* at least |c|; exactly 0 when c is */
};

/* From pairs whose weighted sum is nearly 0, as the search leaves them: weights for which it is
 * exactly 0, on some of the same documents, where there are such; else the given weights, rounded
 * to multiples of 2^-62, with their epsilon. At most d + 1 pairs. `documents` n x d, finite. `out`
 * is released by limen_combination_clear, after errors too. */
int limen_impossible_prove(size_t d, const float *documents, const struct limen_pair *pairs,
                           size_t count, struct limen_combination *out, struct limen_error *error);

/* For `count` pairs, all weights 0; zeroed before. Released by limen_combination_clear. */
int limen_combination_alloc(struct limen_combination *combination, size_t count,
                            struct limen_error *error);
void limen_combination_clear(struct limen_combination *combination);

/* Whether the combination proves its epsilon for the set: pairs of a document of the set (k,
 * ascending, below n) and another one, weights at least 0 whose sum is the denominator, and |c| <=
 * epsilon. LIMEN_NO says what does not hold. */
int limen_impossible_check(size_t n, size_t d, const float *documents, const uint32_t *set,
                           size_t k, const struct limen_combination *combination,
                           struct limen_error *error);

#endif
