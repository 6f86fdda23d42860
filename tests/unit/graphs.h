/* Graphs for tests, from a matrix of who links to whom. Include after cmocka.h. */
#ifndef LIMEN_TESTS_GRAPHS_H
#define LIMEN_TESTS_GRAPHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "engines/graph.h"

/* One level without links: node 0 is the entry, M is 2, nobody knows who was inserted when. */
static inline struct limen_graph graph_of_nodes(size_t nodes) {
  struct limen_graph graph = {.nodes = nodes, .M = 2, .most_links = 4, .levels = 1};
  graph.top = limen_alloc(nodes, sizeof *graph.top, NULL);
  graph.inserted = NULL;
  graph.level = limen_alloc(1, sizeof *graph.level, NULL);
  graph.level[0].offsets = limen_alloc(nodes + 1, sizeof(size_t), NULL);
  graph.level[0].links = limen_alloc(1, sizeof(uint32_t), NULL);
  return graph;
}

/* links[from * nodes + to], on level 0. */
static inline struct limen_graph graph_of_matrix(size_t nodes, const bool *links) {
  struct limen_graph graph = graph_of_nodes(nodes);
  size_t count = 0;
  limen_free(graph.level[0].links);
  graph.level[0].links = limen_alloc(nodes * nodes, sizeof(uint32_t), NULL);
  for (size_t from = 0; from < nodes; from++) {
    for (size_t to = 0; to < nodes; to++)
      if (links[from * nodes + to]) graph.level[0].links[count++] = (uint32_t)to;
    graph.level[0].offsets[from + 1] = count;
  }
  return graph;
}

static inline void graph_free(struct limen_graph *graph) {
  limen_free(graph->top);
  limen_free(graph->inserted);
  limen_free(graph->level[0].offsets);
  limen_free(graph->level[0].links);
  limen_free(graph->level);
}

#endif
