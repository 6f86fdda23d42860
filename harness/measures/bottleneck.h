/* How near a path to a row stays: the bottleneck rank.
 *
 * Rows are ranked by their distance to the query. A beam search of width ef keeps the ef nearest of
 * what it has seen and follows their links, so it never turns away from a row of rank ef or less.
 * A path from a row it has seen to a row t, all on ranks of at most B, is therefore walked to its
 * end by every ef >= B, and t is found. The smallest such B over all paths tells how far away from
 * the query a search must be willing to look, whatever heuristic built the graph.
 *
 * Rows that are equally far away all have the rank of the last of them: a full beam turns away a
 * row that is only as near as its farthest, so fewer than all of them may get in. */
#ifndef LIMEN_MEASURES_BOTTLENECK_H
#define LIMEN_MEASURES_BOTTLENECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"
#include "engines/graph.h"

struct limen_bottleneck {
  const struct limen_graph *graph; /* these two are not owned and must outlive it */
  const struct limen_matrix *base;
  enum limen_metric metric;
  /* Scratch, a number a row. */
  double *distance;
  uint32_t *order; /* rows, of which the nearest so far are sorted */
  size_t *pivots;  /* a stack, of where `order` is split already */
  uint8_t *state;
  uint32_t *stack;
};

int limen_bottleneck_init(struct limen_bottleneck *finder, const struct limen_graph *graph,
                          const struct limen_matrix *base, enum limen_metric metric,
                          struct limen_error *error);
void limen_bottleneck_clear(struct limen_bottleneck *finder);

/* out[i]: the smallest possible largest rank, from 1, over paths on level 0 from any of the `from`
 * rows to row to[i], both ends counted; 0 when there is no path. Ranks are by
 * limen_distance. O(rows columns + rows targets + links), and sorts no more rows than the largest
 * answer; nothing is allocated. */
void limen_bottleneck_find(struct limen_bottleneck *finder, const float *query,
                           const uint32_t *from, size_t count, const uint32_t *to, size_t targets,
                           uint32_t *out);

#endif
