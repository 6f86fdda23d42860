#include "engines/graph_fill.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"

static uint32_t number_at(const uint8_t *bytes, size_t i) {
  uint32_t number;
  memcpy(&number, bytes + i * sizeof number, sizeof number);
  return number;
}

static size_t row_of(const struct limen_graph_source *source, size_t node) {
  return source->row ? source->row[node] : node;
}

/* Counts first, so that one block holds the links of all nodes. */
static int fill_level(const struct limen_graph_source *source, size_t level,
                      struct limen_graph_level *out, struct limen_error *error) {
  if (!(out->offsets = limen_alloc(source->nodes + 1, sizeof *out->offsets, error)))
    return LIMEN_FAILED;
  for (size_t node = 0; node < source->nodes; node++) {
    size_t count = 0;
    if (source->top[node] >= level) source->links(source->context, node, level, &count);
    out->offsets[row_of(source, node) + 1] = count;
  }
  for (size_t row = 0; row < source->nodes; row++) out->offsets[row + 1] += out->offsets[row];
  if (!(out->links = limen_alloc(out->offsets[source->nodes], sizeof *out->links, error)))
    return LIMEN_FAILED;
  for (size_t node = 0; node < source->nodes; node++) {
    size_t count = 0;
    if (source->top[node] < level) continue;
    const uint8_t *list = source->links(source->context, node, level, &count);
    uint32_t *links = out->links + out->offsets[row_of(source, node)];
    for (size_t i = 0; i < count; i++) links[i] = (uint32_t)row_of(source, number_at(list, i));
  }
  return LIMEN_OK;
}

int limen_graph_fill(const struct limen_graph_source *source, struct limen_graph *out,
                     struct limen_error *error) {
  int status = LIMEN_FAILED;
  *out = (struct limen_graph){.nodes = source->nodes,
                              .M = source->M,
                              .most_links = source->most_links,
                              .entry = (uint32_t)row_of(source, source->entry)};
  if (!(out->top = limen_alloc(source->nodes, sizeof *out->top, error))) goto done;
  if (source->inserted &&
      !(out->inserted = limen_alloc(source->nodes, sizeof *out->inserted, error)))
    goto done;
  for (size_t node = 0; node < source->nodes; node++) {
    out->top[row_of(source, node)] = source->top[node];
    if (source->inserted) out->inserted[row_of(source, node)] = source->inserted[node];
  }
  if (!(out->level = limen_alloc(source->levels, sizeof *out->level, error))) goto done;
  out->levels = source->levels;
  status = LIMEN_OK;
  for (size_t level = 0; status == LIMEN_OK && level < source->levels; level++)
    status = fill_level(source, level, &out->level[level], error);
done:
  if (status != LIMEN_OK) limen_graph_clear(out);
  return status;
}

static int check_list(const struct limen_graph_source *source, size_t node, size_t level,
                      const uint8_t *bytes, size_t start, struct limen_error *error) {
  size_t count = 0;
  const uint8_t *list = source->links(source->context, node, level, &count);
  for (size_t i = 0; i < count; i++) {
    const uint32_t to = number_at(list, i);
    const size_t byte = start + (size_t)(list - bytes) + i * sizeof to;
    if (to >= source->nodes)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu: link %zu of node %zu on level %zu leads to node %" PRIu32
                        ", but there are %zu nodes",
                        byte, i, node, level, to, source->nodes);
    if (source->top[to] < level)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu: link %zu of node %zu on level %zu leads to node %" PRIu32
                        ", whose highest level is %d",
                        byte, i, node, level, to, source->top[to]);
    if (to == node)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "byte %zu: link %zu of node %zu on level %zu leads to itself", byte, i,
                        node, level);
  }
  return LIMEN_OK;
}

int limen_graph_source_check(const struct limen_graph_source *source, const uint8_t *bytes,
                             size_t start, struct limen_error *error) {
  for (size_t node = 0; node < source->nodes; node++)
    for (size_t level = 0; level <= source->top[node]; level++) {
      int status = check_list(source, node, level, bytes, start, error);
      if (status != LIMEN_OK) return status;
    }
  return LIMEN_OK;
}
