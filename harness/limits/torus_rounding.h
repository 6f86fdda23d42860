/* Every pair of a harmonic frame, proved by classes for all ways of rounding that keep to a bound.
 *
 * In real arithmetic the query of class s leads every other document l by g_l = q . (v_a - v_l) /
 * |q|, a in {0, s}, and its n rotations prove n pairs. Stored numbers are no longer rotations of
 * each other, but they are near them: with documents moved by at most r (in length, all of unit
 * length) and the query by at most t |q|, the lead of what is stored is at least
 *
 *     |q| (g_l - t |v_a - v_l| - (1 + t) 2 r),
 *
 * whichever way each number was rounded. When that is above 0 for every class and every l, all
 * n (n - 1) / 2 pairs are proved, and the certificate is the frame with n / 2 queries of K numbers.
 *
 * g_l is computed from sines that are right to two units and summed; its error is bounded, and the
 * bound is taken off. */
#ifndef LIMEN_LIMITS_TORUS_ROUNDING_H
#define LIMEN_LIMITS_TORUS_ROUNDING_H

#include <stdbool.h>

#include "limits/arithmetic.h"
#include "limits/torus.h"

struct limen_torus_proof {
  bool proved;
  uint32_t worst; /* the class with the least left */
  double gap;     /* smallest lead of any class, of unit vectors, error taken off */
  double left;    /* smallest of what rounding leaves of a lead, of unit vectors */
  double cost;    /* the most that rounding takes from the lead that has least left */
};

/* `classes`: x of class s in row s - 1, n / 2 rows of K numbers. Proves nothing where the
 * arithmetic has no bound. LIMEN_INPUT when a number is not finite or a row is 0. O(n^2 K). */
int limen_torus_prove(const struct limen_torus *frame, const struct limen_sines *sines,
                      const struct limen_quantiser *quantiser, const double *classes,
                      struct limen_torus_proof *out, struct limen_error *error);

/* A gap above this is proved for sure, whatever the distances: all of them count as 2. INFINITY
 * where there is no bound. `peak` is the largest coordinate of a document. */
double limen_torus_gap_for_sure(const struct limen_quantiser *quantiser, size_t d, double peak);

/* ---- where classes do not suffice ---- */

/* Documents that a pair's lead over is not proved by its class, so that they must be looked at as
 * they are stored; all others are proved. */
struct limen_torus_suspects {
  size_t *start;    /* n / 2 + 1: class s has those from start[s - 1] to start[s]; NULL: all are
                       suspect, as there is no bound or it excludes too few */
  uint32_t *offset; /* document (i + offset) mod n, for the pair {i, i + s} */
  size_t count, capacity;
  double left; /* smallest of what is left of the leads over the others, of unit vectors */
};

/* `documents`, n x d, are stored ones; how far they lie from the frame's is measured. Queries are
 * to be those of the classes, rotated in doubles and rounded. */
int limen_torus_suspects_find(const struct limen_torus *frame, const struct limen_sines *sines,
                              const struct limen_quantiser *quantiser, const double *classes,
                              const double *documents, struct limen_torus_suspects *out,
                              struct limen_error *error);
void limen_torus_suspects_clear(struct limen_torus_suspects *suspects);

#endif
