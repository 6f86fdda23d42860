#include "engines/graph.h"

#include "base/memory.h"

void limen_graph_clear(struct limen_graph *graph) {
  for (size_t l = 0; graph->level && l < graph->levels; l++) {
    limen_free(graph->level[l].offsets);
    limen_free(graph->level[l].links);
  }
  limen_free(graph->level);
  limen_free(graph->top);
  limen_free(graph->inserted);
  *graph = (struct limen_graph){0};
}

/* A node's links on one level. */
static int check_links(const struct limen_graph *graph, size_t level, size_t node,
                       struct limen_error *error) {
  const struct limen_graph_level *of = &graph->level[level];
  const size_t first = of->offsets[node], end = of->offsets[node + 1];
  const size_t most = level == 0 ? graph->most_links : graph->M;
  if (end < first)
    return LIMEN_FAIL(error, LIMEN_INPUT, "level %zu, node %zu: its links end before they start",
                      level, node);
  if (end - first > most)
    return LIMEN_FAIL(error, LIMEN_INPUT, "level %zu, node %zu has %zu links; the most is %zu",
                      level, node, end - first, most);
  if (end > first && level > graph->top[node])
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "level %zu, node %zu has links there, and its highest level is %d", level,
                      node, graph->top[node]);
  for (size_t i = first; i < end; i++) {
    const uint32_t to = of->links[i];
    if (to >= graph->nodes)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "level %zu, node %zu links to node %u; there are %zu nodes", level, node,
                        to, graph->nodes);
    if (to == node)
      return LIMEN_FAIL(error, LIMEN_INPUT, "level %zu, node %zu links to itself", level, node);
    if (level > graph->top[to])
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "level %zu, node %zu links to node %u, whose highest level is %d", level,
                        node, to, graph->top[to]);
  }
  return LIMEN_OK;
}

int limen_graph_check(const struct limen_graph *graph, struct limen_error *error) {
  if (graph->nodes == 0 || graph->levels == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the graph has %zu nodes on %zu levels", graph->nodes,
                      graph->levels);
  if (graph->entry >= graph->nodes)
    return LIMEN_FAIL(error, LIMEN_INPUT, "searches start at node %u; there are %zu nodes",
                      graph->entry, graph->nodes);
  for (size_t i = 0; i < graph->nodes; i++) {
    if (graph->top[i] >= graph->levels)
      return LIMEN_FAIL(error, LIMEN_INPUT, "node %zu is on level %d; there are %zu levels", i,
                        graph->top[i], graph->levels);
    if (graph->inserted && graph->inserted[i] >= graph->nodes)
      return LIMEN_FAIL(error, LIMEN_INPUT, "node %zu was inserted as number %u of %zu", i,
                        graph->inserted[i], graph->nodes);
  }
  if ((size_t)graph->top[graph->entry] + 1 != graph->levels)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "searches start at node %u, whose highest level is %d of %zu", graph->entry,
                      graph->top[graph->entry], graph->levels);
  for (size_t l = 0; l < graph->levels; l++) {
    if (graph->level[l].offsets[0] != 0)
      return LIMEN_FAIL(error, LIMEN_INPUT, "level %zu: the first link is number %zu, not 0", l,
                        graph->level[l].offsets[0]);
    for (size_t i = 0; i < graph->nodes; i++) {
      int status = check_links(graph, l, i, error);
      if (status != LIMEN_OK) return status;
    }
  }
  return LIMEN_OK;
}
