/* The graph of an index as plain data, whichever library built it. Nodes are rows of the base, so
 * graphs of the same base compare node by node, in whatever order it was inserted. */
#ifndef LIMEN_ENGINES_GRAPH_H
#define LIMEN_ENGINES_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The links of one level: node i links to links[offsets[i]] .. links[offsets[i + 1] - 1]. Nodes
 * that are not on the level have none. */
struct limen_graph_level {
  size_t *offsets; /* nodes + 1 */
  uint32_t *links;
};

struct limen_graph {
  size_t nodes;
  size_t M;           /* links a node may have on upper levels */
  size_t most_links;  /* links a node may have on level 0 */
  uint32_t entry;     /* where a search starts, on the highest level */
  uint8_t *top;       /* per node: its highest level, from 0 */
  uint32_t *inserted; /* per node: the how manieth it was inserted, from 0; NULL: not known */
  size_t levels;      /* highest level + 1 */
  struct limen_graph_level *level; /* `levels` of them */
};

void limen_graph_clear(struct limen_graph *graph);

/* LIMEN_INPUT names the first link, entry or level that leads out of the graph, a node that links
 * to itself, or a list longer than its level allows. */
int limen_graph_check(const struct limen_graph *graph, struct limen_error *error);

#endif
