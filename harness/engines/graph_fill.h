/* From an index's own lists of links to a graph as plain data: the one place that renames nodes to
 * rows and lays the levels out. */
#ifndef LIMEN_ENGINES_GRAPH_FILL_H
#define LIMEN_ENGINES_GRAPH_FILL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engines/graph.h"

/* An index as it numbers its nodes itself, usually by insertion. Everything is lent. */
struct limen_graph_source {
  size_t nodes, levels; /* levels: the highest top + 1 */
  size_t M, most_links;
  uint32_t entry;           /* a node */
  const uint8_t *top;       /* per node: its highest level */
  const uint32_t *row;      /* per node: which row it is, a permutation; NULL: its own number */
  const uint32_t *inserted; /* per node: the how manieth it was inserted; NULL: not known */
  /* The nodes that `node` links to on `level`, which it is on: *count 32-bit numbers, at any
   * alignment. */
  const uint8_t *(*links)(const void *context, size_t node, size_t level, size_t *count);
  const void *context;
};

/* A list is believed: limen_graph_source_check or limen_graph_check come before or after. */
int limen_graph_fill(const struct limen_graph_source *source, struct limen_graph *out,
                     struct limen_error *error);

/* LIMEN_INPUT for the first link to a node that does not exist, is not on the link's level, or is
 * the node itself. Links are lent from a file whose byte `start` is *bytes: the error names the
 * byte. */
int limen_graph_source_check(const struct limen_graph_source *source, const uint8_t *bytes,
                             size_t start, struct limen_error *error);

#endif
