/* Rows are opened in the order of their ranks. When the row of rank r comes up and a path has come
 * to it already, it is walked on from there, through all rows of ranks up to r: their answer is r.
 * Rows beyond r that such a walk touches wait until their own rank comes up. So each link is looked
 * at once, and no queue is needed.
 *
 * Answers are small as a rule, some hundreds among many thousand rows, so rows are sorted only as
 * far as they are needed: incremental quicksort (Paredes and Navarro, "Optimal incremental
 * sorting", ALENEX 2006), which splits the part that holds the next row and leaves the rest. */
#include "measures/bottleneck.h"

#include <stdbool.h>

#include "base/memory.h"
#include "knn/distance.h"

enum { FAR = 0, WAITS = 1, OPEN = 2, WANTED = 4 }; /* WANTED is added to one of the others */

int limen_bottleneck_init(struct limen_bottleneck *finder, const struct limen_graph *graph,
                          const struct limen_matrix *base, enum limen_metric metric,
                          struct limen_error *error) {
  const size_t n = graph->nodes;
  *finder = (struct limen_bottleneck){.graph = graph, .base = base, .metric = metric};
  finder->distance = limen_alloc_scratch(n, sizeof *finder->distance, error);
  finder->order = limen_alloc_scratch(n, sizeof *finder->order, error);
  finder->pivots = limen_alloc_scratch(n + 1, sizeof *finder->pivots, error);
  finder->state = limen_alloc_scratch(n, sizeof *finder->state, error);
  finder->stack = limen_alloc_scratch(n, sizeof *finder->stack, error);
  if (finder->distance && finder->order && finder->pivots && finder->state && finder->stack)
    return LIMEN_OK;
  limen_bottleneck_clear(finder);
  return LIMEN_FAILED;
}

void limen_bottleneck_clear(struct limen_bottleneck *finder) {
  limen_free(finder->distance);
  limen_free(finder->order);
  limen_free(finder->pivots);
  limen_free(finder->state);
  limen_free(finder->stack);
  *finder = (struct limen_bottleneck){0};
}

/* ---- ranks ---- */

static bool is_nearer(const struct limen_bottleneck *finder, uint32_t a, uint32_t b) {
  const double ra = finder->distance[a], rb = finder->distance[b];
  return ra < rb || (ra == rb && a < b);
}

static void swap(uint32_t *a, uint32_t *b) {
  const uint32_t other = *a;
  *a = *b;
  *b = other;
}

/* Moves the row at `pivot` to its place among order[first .. end) and returns that. */
static size_t split(struct limen_bottleneck *finder, size_t first, size_t end, size_t pivot) {
  uint32_t *order = finder->order;
  size_t place = first;
  swap(&order[pivot], &order[end - 1]);
  for (size_t i = first; i + 1 < end; i++)
    if (is_nearer(finder, order[i], order[end - 1])) swap(&order[i], &order[place++]);
  swap(&order[place], &order[end - 1]);
  return place;
}

/* The row of rank `at` + 1; to be asked for at = 0, 1, 2, ... in turn. The stack holds places whose
 * row is final, nearest last; *splits counts them. Pivots are drawn by a fixed sequence: an order
 * of rows that makes the middle one bad is too easily met. */
static uint32_t next_row(struct limen_bottleneck *finder, size_t at, size_t *splits,
                         uint32_t *draw) {
  while (finder->pivots[*splits - 1] != at) {
    const size_t end = finder->pivots[*splits - 1];
    *draw = *draw * 1664525u + 1013904223u;
    const size_t pivot = at + (size_t)(((uint64_t)*draw * (end - at)) >> 32);
    finder->pivots[(*splits)++] = split(finder, at, end, pivot);
  }
  (*splits)--;
  return finder->order[at];
}

/* ---- paths ---- */

/* Opens all that can be reached from `row` without going beyond it; returns how many wanted rows
 * were among them. */
static size_t walk(struct limen_bottleneck *finder, uint32_t row) {
  const struct limen_graph_level *level = &finder->graph->level[0];
  uint8_t *state = finder->state;
  size_t waits = 0, met = 0;
  finder->stack[waits++] = row;
  state[row] = (uint8_t)((state[row] & WANTED) | OPEN);
  while (waits > 0) {
    const uint32_t at = finder->stack[--waits];
    met += (state[at] & WANTED) != 0;
    for (size_t e = level->offsets[at]; e < level->offsets[at + 1]; e++) {
      const uint32_t to = level->links[e];
      if (state[to] & OPEN) continue;
      if (is_nearer(finder, to, row)) {
        state[to] = (uint8_t)((state[to] & WANTED) | OPEN);
        finder->stack[waits++] = to;
      } else {
        state[to] |= WAITS;
      }
    }
  }
  return met;
}

static void start(struct limen_bottleneck *finder, const float *query, const uint32_t *from,
                  size_t count) {
  const struct limen_matrix *base = finder->base;
  for (size_t i = 0; i < finder->graph->nodes; i++) {
    finder->distance[i] =
        limen_distance(finder->metric, query, base->values + i * base->columns, base->columns);
    finder->order[i] = (uint32_t)i;
    finder->state[i] = FAR;
  }
  for (size_t i = 0; i < count; i++) finder->state[from[i]] = WAITS;
}

/* The rank of the `rank`-th row, from 0, with all that are as far away counted before it. */
static size_t last_of_ties(const struct limen_bottleneck *finder, size_t rank) {
  const double distance = finder->distance[finder->order[rank]];
  size_t last = rank + 1;
  for (size_t i = rank + 1; i < finder->graph->nodes; i++)
    last += finder->distance[finder->order[i]] <= distance;
  return last;
}

void limen_bottleneck_find(struct limen_bottleneck *finder, const float *query,
                           const uint32_t *from, size_t count, const uint32_t *to, size_t targets,
                           uint32_t *out) {
  const size_t n = finder->graph->nodes;
  uint32_t draw = 1;
  size_t splits = 1, wanted = 0;
  start(finder, query, from, count);
  finder->pivots[0] = n;
  for (size_t i = 0; i < targets; i++) {
    wanted += !(finder->state[to[i]] & WANTED);
    finder->state[to[i]] |= WANTED;
    out[i] = 0;
  }
  for (size_t rank = 0; rank < n && wanted > 0; rank++) {
    const uint32_t row = next_row(finder, rank, &splits, &draw);
    if (!(finder->state[row] & WAITS)) continue;
    const size_t met = walk(finder, row);
    if (met == 0) continue;
    wanted -= met;
    const size_t answer = last_of_ties(finder, rank);
    for (size_t i = 0; i < targets; i++)
      if (out[i] == 0 && (finder->state[to[i]] & OPEN)) out[i] = (uint32_t)answer;
  }
}
