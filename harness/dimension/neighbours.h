/* What estimators look at: evaluation points, and true distances to their nearest neighbours.
 *
 * Evaluation points are rows of the base and never their own neighbours. The base is fixed; the
 * points may be a sample of it. Resampling the base itself would put copies of a point beside it,
 * and distances of zero into every estimate. */
#ifndef LIMEN_DIMENSION_NEIGHBOURS_H
#define LIMEN_DIMENSION_NEIGHBOURS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"
#include "knn/knn.h"

struct limen_neighbours {
  size_t count; /* evaluation points */
  size_t k;     /* neighbours known of each */
  size_t rows;  /* of the base */
  enum limen_metric metric;
  const struct limen_vectors *base; /* not owned, must outlive this; NULL: only distances known */
  size_t *points;                   /* count: their rows in the base */
  int64_t *ids;                     /* count x k rows of the base, nearest first */
  double *distances; /* count x k, ascending. Metric L2: |x - y|; cosine: sqrt(2 (1 - cosine)), the
                        same of the vectors scaled to unit length */
};

/* From neighbours that were searched before: knn's query i is row points[i] of the base, or row i
 * when `points` is NULL, and was left out of its own answer. LIMEN_INPUT when the metric is the
 * inner product, which has no distances, or when a query has fewer than knn->k neighbours. */
int limen_neighbours_take(const struct limen_knn *knn, enum limen_metric metric,
                          const struct limen_vectors *base, size_t rows, const size_t *points,
                          struct limen_neighbours *out, struct limen_error *error);

struct limen_neighbours_settings {
  size_t k;      /* at least 1; cut to rows - 1 */
  size_t points; /* 0: every row; else a random sample of so many, when there are more */
  enum limen_metric metric;
  uint64_t seed; /* of the sample; stream "dimension/points" */
};

/* Searches them. LIMEN_INPUT also for fewer than two rows, and for what limen_knn_search refuses.
 */
int limen_neighbours_find(const struct limen_vectors *base,
                          const struct limen_neighbours_settings *settings,
                          struct limen_neighbours *out, struct limen_error *error);

void limen_neighbours_clear(struct limen_neighbours *neighbours);

/* Reads `count` rows from `first` on as doubles, scaled to unit length under cosine; `room` holds
 * count x columns floats. */
int limen_neighbours_read(const struct limen_neighbours *neighbours, size_t first, size_t count,
                          float *room, double *out, struct limen_error *error);

/* Runs work(context, block, error) for block 0 .. blocks - 1 on the team; returns the failure of
 * the lowest block that failed, or LIMEN_OK. */
int limen_dimension_parallel(size_t blocks,
                             int (*work)(void *context, size_t block, struct limen_error *error),
                             void *context, struct limen_error *error);

#endif
