/* Edges of a hull: a bound for documents of unit length.
 *
 * On a sphere every document is a corner of the hull of all. The corners of a polytope on one side
 * of a hyperplane hang together by edges on that side (Gruenbaum, "Convex Polytopes"): when a query
 * wants two documents, and a hyperplane cuts off just these, the segment between them is an edge of
 * the hull. The hull of n points has at most n edges in the plane (3 points or more) and
 * 3n - 6 in space (4 or more), by Euler. So more pairs than that need another dimension. It also
 * holds for any part of the documents, with the pairs within it; parts are found by taking away,
 * again and again, a document of fewest pairs.
 *
 * A query that wants more than two documents says the same about the part that leaves out all but
 * two of them; only queries of two are looked at here.
 *
 * To reproduce: all 10 pairs of 5 documents are more than 3 * 5 - 6 = 9: four dimensions. The 6
 * pairs of 4 documents are 3 * 4 - 6: three dimensions may do, and do. */
#include <stdio.h>

#include "base/memory.h"
#include "limits/dimension_bounds.h"

extern const struct limen_dimension_bound limen_bound_hull_edges;

struct graph {
  size_t nodes, edges;
  size_t *start, *neighbour; /* both ways */
};

static int graph_make(const struct limen_relevance_matrix *matrix, struct graph *graph,
                      struct limen_error *error) {
  graph->nodes = matrix->columns;
  graph->start = limen_alloc(graph->nodes + 2, sizeof *graph->start, error);
  graph->neighbour = limen_alloc(2 * matrix->rows, sizeof *graph->neighbour, error);
  if (!graph->start || !graph->neighbour) return LIMEN_FAILED;
  for (size_t c = 0; c < graph->nodes + 2; c++) graph->start[c] = 0;
  const uint32_t *pair;
  for (size_t r = 0; r < matrix->rows; r++) {
    if (limen_relevance_row(matrix, r, &pair) != 2) continue;
    graph->edges++;
    graph->start[pair[0] + 2]++;
    graph->start[pair[1] + 2]++;
  }
  for (size_t c = 2; c < graph->nodes + 2; c++) graph->start[c] += graph->start[c - 1];
  for (size_t r = 0; r < matrix->rows; r++) {
    if (limen_relevance_row(matrix, r, &pair) != 2) continue;
    graph->neighbour[graph->start[pair[0] + 1]++] = pair[1];
    graph->neighbour[graph->start[pair[1] + 1]++] = pair[0];
  }
  return LIMEN_OK;
}

static void graph_clear(struct graph *graph) {
  limen_free(graph->start);
  limen_free(graph->neighbour);
}

/* The dimension that so many edges among so many corners need. */
static size_t needs(size_t nodes, size_t edges) {
  if (nodes >= 4 && edges > 3 * nodes - 6) return 4;
  if (nodes >= 3 && edges > nodes) return 3;
  return edges >= 2 ? 2 : 1;
}

/* Takes documents away, one of the fewest pairs at a time, and keeps the part that needs most.
 * O(nodes^2 + edges), as parts that bind are small; with more nodes than that is good for, only the
 * whole is looked at. */
enum { PEELED_MOST = 20000 };

static int peel(const struct graph *graph, struct limen_bound_value *out,
                struct limen_error *error) {
  size_t nodes = graph->nodes, edges = graph->edges, best_nodes = nodes, best_edges = edges;
  size_t best = needs(nodes, edges);
  size_t *degree = limen_alloc(nodes, sizeof *degree, error);
  if (!degree) return LIMEN_FAILED;
  for (size_t c = 0; c < nodes; c++) degree[c] = graph->start[c + 1] - graph->start[c];
  for (size_t left = nodes; left > 3 && nodes <= PEELED_MOST; left--) {
    size_t fewest = SIZE_MAX;
    for (size_t c = 0; c < nodes; c++)
      if (degree[c] != SIZE_MAX && (fewest == SIZE_MAX || degree[c] < degree[fewest])) fewest = c;
    edges -= degree[fewest];
    degree[fewest] = SIZE_MAX;
    for (size_t i = graph->start[fewest]; i < graph->start[fewest + 1]; i++)
      if (degree[graph->neighbour[i]] != SIZE_MAX) degree[graph->neighbour[i]]--;
    if (needs(left - 1, edges) <= best) continue;
    best = needs(left - 1, edges);
    best_nodes = left - 1;
    best_edges = edges;
  }
  out->unit = best;
  if (best > 1) out->any = best - 1; /* one coordinate more makes up for lengths */
  snprintf(out->words, sizeof out->words, "%zu pairs are wanted among %zu documents", best_edges,
           best_nodes);
  limen_free(degree);
  return LIMEN_OK;
}

static int find(const struct limen_relevance_matrix *matrix, struct limen_bound_value *out,
                struct limen_error *error) {
  struct graph graph = {0};
  if (matrix->least > 2 || matrix->most < 2) return LIMEN_OK;
  int status = graph_make(matrix, &graph, error);
  if (status == LIMEN_OK && graph.edges > 0) status = peel(&graph, out, error);
  graph_clear(&graph);
  return status;
}

const struct limen_dimension_bound limen_bound_hull_edges = {
    .name = "hull_edges",
    .about = "a wanted pair is an edge of the hull of unit vectors, which has few in 3 dimensions",
    .side = LIMEN_BOUND_LOWER,
    .find = find,
};
