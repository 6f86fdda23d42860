/* (k,1)-separating codes: words of bits such that for any k of them, the members, and any other
 * one there is a coordinate in which all members agree and the other differs. Known also as
 * k-frameproof codes (Friedman, Graham, Ullman 1969; Boneh and Shaw 1998; Blackburn 2003).
 *
 * Read as documents in {-1,+1}^d they serve every k-subset S: the query with the common sign where
 * S agrees and 0 elsewhere gives every member the number of such coordinates, and another document
 * less by twice the number of those in which it differs.
 *
 * For the other word l let D_v = v xor l. The coordinates that separate the members from l are the
 * AND of their D_v, so that the code is (k,1)-separating when, for every l, no k of the D_v have an
 * empty AND. */
#ifndef LIMEN_LIMITS_SEPARATING_H
#define LIMEN_LIMITS_SEPARATING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
  LIMEN_SEPARATING_BITS = 64, /* of a word, at most: coordinates are bits of one integer */
  LIMEN_SEPARATING_K_MOST = 16
};
/* Tuples that are looked at one by one, at most: some minutes of one core. */
#define LIMEN_SEPARATING_TUPLES 2e11

/* How many tuples of k members and one other there are among `count` words. Where k or fewer words
 * are left beside the other, the members are all of them: fewer members agree in more places. */
double limen_separating_tuples(size_t count, size_t k);

/* The fewest coordinates that separate, over all tuples; 0 when the code is not separating. Looks
 * at every tuple. At least two words; `workers` threads. LIMEN_INTERRUPTED. */
int limen_separating_least(const uint64_t *words, size_t count, size_t k, size_t workers,
                           unsigned *least, struct limen_error *error);

/* Whether a (k,1)-separating code stays one when a word joins it. */
bool limen_separating_admits(const uint64_t *words, size_t count, size_t k, uint64_t word);

#endif
