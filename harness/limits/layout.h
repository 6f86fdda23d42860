/* Layouts of documents (registry: layouts.def): constructions that place n vectors so that
 * k-subsets of them have a query, without any training. */
#ifndef LIMEN_LIMITS_LAYOUT_H
#define LIMEN_LIMITS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "limits/torus.h"

struct limen_placing {
  size_t n, d, k;                  /* documents, dimensions, documents a query wants */
  uint64_t seed;                   /* of layouts that draw random numbers */
  const struct limen_torus *frame; /* of harmonic frames: which one; not owned */
};

struct limen_layout {
  const char *name, *about;
  bool unit;     /* documents have length 1 */
  bool every;    /* every k-subset has a query in real arithmetic, for all n up to `most` */
  bool is_frame; /* a harmonic frame: its pairs fall into classes (torus.h) */

  /* Documents at most, SIZE_MAX: any number; 0: there are none for this d and k. */
  size_t (*most)(size_t d, size_t k);
  /* n x d, n <= most. */
  int (*documents)(const struct limen_placing *placing, double *out, struct limen_error *error);
  /* A query (d) for a set of k ascending documents. NULL: the best query, by
   * limen_layout_query. */
  void (*query)(const struct limen_placing *placing, const double *documents, const uint32_t *set,
                double *out);
  /* The frame that it is when none is given; NULL unless `is_frame`. */
  int (*frame)(size_t n, size_t d, struct limen_torus *out, struct limen_error *error);
};

const struct limen_layout *limen_layout_at(size_t i); /* NULL past the end */
const struct limen_layout *limen_layout_find(const char *name);
const char *limen_layout_name(size_t i);

/* n x d documents. LIMEN_INPUT, with the numbers, for numbers that the layout has not. */
int limen_layout_documents(const struct limen_layout *layout, const struct limen_placing *placing,
                           double *out, struct limen_error *error);

/* The layout's own query, or the best one: the shortest difference of the two hulls, found
 * among all k (n - k) differences. `gap` (may be NULL) receives its lead for a query of length 1,
 * as float64 sums have it. */
int limen_layout_query(const struct limen_layout *layout, const struct limen_placing *placing,
                       const double *documents, const uint32_t *set, double *out, double *gap,
                       struct limen_error *error);

#endif
