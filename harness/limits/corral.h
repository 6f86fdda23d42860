/* The corral of Wolfe's algorithm for two hulls (P. Wolfe, "Finding the nearest point in a
 * polytope", Mathematical Programming 11, 1976): a few documents of either side, affinely
 * independent, and the shortest difference between the flats through the two sides.
 *
 * A document is the vector u = s (v - origin) with s = +1 inside the set and -1 outside. Weights of
 * either side sum to 1, so x = sum of weight u is a difference of two hull points whatever the
 * origin is; one close to the documents keeps digits. Wolfe's trick turns the two sums into
 * lengths: with one more coordinate per side, `lift` for the documents of that side and 0 for the
 * others, the Gram matrix of the lifted vectors is definite exactly when the documents are affinely
 * independent, and its minimisers under the two sums are unchanged. Its Cholesky factor grows and
 * shrinks with the corral, in O(m (m + d)) a document. */
#ifndef LIMEN_LIMITS_CORRAL_H
#define LIMEN_LIMITS_CORRAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_corral {
  size_t d, most; /* `most` documents at once: more are never independent */
  double lift;    /* squared */
  double *origin; /* d */
  size_t count;   /* documents in it; the arrays below have so many entries in use */
  uint32_t *document;
  double *side;    /* +1 or -1 */
  double *weight;  /* at least 0; sum to 1 on either side */
  double *aim;     /* weights of the shortest difference of the flats; limen_corral_aim */
  double **row;    /* most x d: u of each, in memory that moves with it */
  double *factor;  /* most x most, lower, row-major */
  double *scratch; /* 3 x most */
  double *rows;    /* the memory of `row` */
};

/* For n documents of d dimensions. Takes 8 (d + m) m bytes, m = min(n, d + 2), most of them
 * untouched until they are needed. */
int limen_corral_init(struct limen_corral *corral, size_t n, size_t d, struct limen_error *error);
void limen_corral_clear(struct limen_corral *corral);

/* Empties it and sets the origin (d) and the lift: a squared length, above 0, as the documents have
 * it about the origin. */
void limen_corral_start(struct limen_corral *corral, const double *origin, double lift);

/* Adds a document with weight 0. False, and nothing is changed, when it lies in the flat of its
 * side as far as rounding can tell, or when the corral is full. */
bool limen_corral_add(struct limen_corral *corral, uint32_t document, const float *vector,
                      bool inside);
void limen_corral_drop(struct limen_corral *corral, size_t at);

/* Fills `aim`; entries may be negative. False when rounding leaves nothing to aim at. */
bool limen_corral_aim(struct limen_corral *corral);

/* x = sum of weight u, d numbers. */
void limen_corral_point(const struct limen_corral *corral, double *x);

#endif
