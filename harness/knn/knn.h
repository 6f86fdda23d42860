/* Exact k nearest neighbours.
 *
 * float32 products in blocks nominate: every base row whose nominated distance could, within a
 * rigorous bound on the float32 error, belong to the answer is kept, however many that are. A fixed
 * float64 loop then decides, ordered by (distance, id), so the answer depends on nothing but the
 * data: not on threads, block sizes or BLAS kernels. */
#ifndef LIMEN_KNN_KNN_H
#define LIMEN_KNN_KNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"

struct limen_knn_settings {
  size_t k;
  enum limen_metric metric;
  /* Ties: rows at most this relative distance beyond the k-th are kept too, up to `extra` of them;
   * extra 0 keeps exactly k. */
  double tie_tolerance;
  size_t extra;
  bool skip_self; /* query i is base row i: leave it out (for estimators) */
};

struct limen_knn {
  size_t queries, k; /* k: min(settings.k, rows to choose from) */
  size_t width;      /* columns of the arrays: k + extra */
  int64_t *ids;      /* queries x width, ordered by (distance, id); -1 beyond `found` */
  double *distances; /* queries x width; L2: squared */
  size_t *found;     /* per query: k plus the ties kept */
  bool *ties_cut;    /* per query: more ties than `extra` had room for */
};
void limen_knn_clear(struct limen_knn *knn);

/* LIMEN_INPUT for k = 0, different dimensions, zero rows under cosine (named), or numbers that are
 * not finite. May be called inside or outside an OpenMP team. */
int limen_knn_search(const struct limen_vectors *base, const struct limen_vectors *queries,
                     const struct limen_knn_settings *settings, struct limen_knn *out,
                     struct limen_error *error);

#endif
