/* How many dimensions do judgements need, at least and at most (registry: dimension_bounds.def)?
 *
 * Asked for are vectors of documents and of queries such that every query's inner product with each
 * document that it wants is larger than with each that it does not want. No margin is asked and no
 * arithmetic: a lower bound binds any model, an upper bound is reached by some vectors, though
 * perhaps not by vectors that a machine's numbers can tell apart.
 *
 * With d the smallest such dimension, and S the matrix with 1 where a document is wanted and -1
 * elsewhere: sign-rank(S) - 1 <= d <= sign-rank(S) (Weller et al. 2025, arXiv 2508.21038, section
 * 3: a threshold may differ from row to row). */
#ifndef LIMEN_LIMITS_DIMENSION_BOUNDS_H
#define LIMEN_LIMITS_DIMENSION_BOUNDS_H

#include "base/error.h"
#include "limits/relevance_matrix.h"

enum limen_bound_side { LIMEN_BOUND_LOWER, LIMEN_BOUND_UPPER };

/* LIMEN_BOUND_NONE: the bound says nothing about this. */
#define LIMEN_BOUND_NONE SIZE_MAX

struct limen_bound_value {
  size_t any;      /* for documents of any length */
  size_t unit;     /* for documents of unit length, as under cosine */
  char words[160]; /* what it rests on here, such as a count; may be "" */
};

struct limen_dimension_bound {
  const char *name, *about;
  enum limen_bound_side side;
  /* Of a matrix with at least one row. A bound that does not apply leaves LIMEN_BOUND_NONE. The
   * answer depends on nothing but the matrix. */
  int (*find)(const struct limen_relevance_matrix *matrix, struct limen_bound_value *out,
              struct limen_error *error);
};

const struct limen_dimension_bound *limen_dimension_bound_at(size_t i); /* NULL past the end */
const char *limen_dimension_bound_name(size_t i);

/* The best of all, and what length costs: vectors of any length become unit vectors with one
 * coordinate more, which makes up for the length, so unit <= any + 1. Both are at least 1 where
 * there is a row, and lower = 0 = upper where there is none. */
struct limen_dimension_range {
  size_t lower, upper, lower_unit, upper_unit;
};

enum { LIMEN_DIMENSION_BOUNDS_MOST = 32 };

/* `values` gets one a bound, in the order of the registry; room for LIMEN_DIMENSION_BOUNDS_MOST. */
int limen_dimension_bounds_find(const struct limen_relevance_matrix *matrix,
                                struct limen_bound_value *values, struct limen_dimension_range *out,
                                struct limen_error *error);

#endif
