/* The health of an index's graph: what a search can reach at all, and how the links lie. */
#ifndef LIMEN_MEASURES_GRAPH_HEALTH_H
#define LIMEN_MEASURES_GRAPH_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engines/graph.h"

struct limen_graph_health {
  size_t nodes, links; /* of level 0 */
  size_t unreachable;  /* on level 0 from the entry and all nodes of upper levels */
  size_t components, largest_component; /* strongly connected, level 0 */
  size_t no_in_links;                   /* nodes that nothing links to, level 0 */
  double in_degree_gini; /* of level 0's in-degrees: 0 all equal, towards 1 few get all */
  double in_degree_rank_correlation; /* Spearman, in-degree against insertion; NaN: not known */
  double reciprocity;                /* share of level 0's links that are answered */
  double saturated;                  /* share of nodes with most_links links */
  double mean_out_degree;
  size_t levels;
  size_t on_level[64];          /* nodes whose top is this level */
  double expected_on_level[64]; /* n M^-l (1 - 1/M) */
  double levels_p;              /* chi-square test of the two (cells pooled to 5); NaN: one cell */
};

int limen_graph_health_measure(const struct limen_graph *graph, struct limen_graph_health *out,
                               struct limen_error *error);

/* reachable[i]: whether a search can come to node i on level 0. `nodes` bools, by the caller. */
int limen_graph_reachable(const struct limen_graph *graph, bool *reachable,
                          struct limen_error *error);

#endif
