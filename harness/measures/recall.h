/* The three recalls of a query's answer, side by side.
 *
 * by id: the share of the truth's first k ids that were returned.
 * tie-aware: the share of k places filled by rows at most r_k (1 + tie) away, r_k the true distance
 * of the k-th; which of several equally near rows is returned does not matter.
 * epsilon: the same with r_k (1 + epsilon).
 * All are divided by min(k, rows). An id that is returned twice counts once. Distances are the
 * harness's own (knn/distance.h), in float64; for L2 they are squared, and tolerances are of the
 * distance itself. */
#ifndef LIMEN_MEASURES_RECALL_H
#define LIMEN_MEASURES_RECALL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"
#include "knn/knn.h"

struct limen_recall_settings {
  size_t k;
  enum limen_metric metric;
  double tie;     /* relative, of the distance; 1e-6: what float32 cannot tell apart */
  double epsilon; /* relative, of the distance; 0.1 as usual */
};

struct limen_recall_query {
  uint32_t places;               /* min(k, rows): what every count is divided by */
  uint32_t by_id, ties, epsilon; /* counts of hits, at most `places` */
  uint32_t returned;             /* ids that are rows, the first of equal ones only */
  uint32_t duplicates;           /* further copies of an id */
  uint32_t invalid;              /* ids that are no row of the base; -1 is none and not counted */
};

/* One query: `ids` are `count` answers, the first k of which are looked at; `truth` and
 * `truth_distances` hold at least `places` true neighbours. `distance(context, id)` is the true
 * distance of a row to this query in the metric; only called for ids below `rows`. */
void limen_recall_judge(const struct limen_recall_settings *settings, size_t rows,
                        const int64_t *truth, const double *truth_distances, const int64_t *ids,
                        size_t count, double (*distance)(const void *context, size_t id),
                        const void *context, struct limen_recall_query *out);

/* r_k (1 + tolerance) in the metric's own values: squared for L2. */
double limen_recall_reach(enum limen_metric metric, double r_k, double tolerance);

/* ---- over queries ---- */

enum limen_recall_kind { LIMEN_RECALL_BY_ID, LIMEN_RECALL_TIES, LIMEN_RECALL_EPSILON };
/* "recall", "recall_ties", "recall_epsilon"; NULL past the end. */
const char *limen_recall_name(size_t i);
double limen_recall_of(const struct limen_recall_query *query, enum limen_recall_kind kind);

#endif
