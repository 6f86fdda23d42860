/* The health of level 0, where all nodes are and where a search ends.
 *
 * A node that nothing links to is invisible however large ef is; one that few roads lead to is
 * found only when the search passes by. So the questions are, from coarse to fine: can it be
 * reached at all, do the links hang together in both directions (strongly connected components,
 * reciprocity), and who gets the links (in-degrees, their Gini coefficient, their correlation with
 * the moment of insertion). Levels are compared with the geometric law that HNSW draws them from:
 * an order of insertion that is tied to levels shows there.
 *
 * Everything is linear in nodes and links but the ranks, which are sorted. The graph was checked
 * when it was made (limen_graph_check); here only what would break a formula is looked at. */
#include "measures/graph_health.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/memory.h"

enum { LEVELS_MOST = 64, CELL_LEAST = 5 /* the usual rule for a chi-square cell */ };

/* ---- reachable ---- */

/* Marks the node and remembers it, once. */
static void come_to(uint32_t node, bool *reachable, uint32_t *waiting, size_t *count) {
  if (reachable[node]) return;
  reachable[node] = true;
  waiting[(*count)++] = node;
}

int limen_graph_reachable(const struct limen_graph *graph, bool *reachable,
                          struct limen_error *error) {
  if (graph->nodes == 0) return LIMEN_OK;
  const struct limen_graph_level *level = &graph->level[0];
  size_t waits = 0;
  uint32_t *waiting = limen_alloc_scratch(graph->nodes, sizeof *waiting, error);
  if (!waiting) return LIMEN_FAILED;
  for (size_t i = 0; i < graph->nodes; i++) reachable[i] = false;
  come_to(graph->entry, reachable, waiting, &waits);
  for (size_t i = 0; i < graph->nodes; i++)
    if (graph->top[i] >= 1) come_to((uint32_t)i, reachable, waiting, &waits);
  while (waits > 0) {
    const uint32_t node = waiting[--waits];
    for (size_t e = level->offsets[node]; e < level->offsets[node + 1]; e++)
      come_to(level->links[e], reachable, waiting, &waits);
  }
  limen_free(waiting);
  return LIMEN_OK;
}

static int count_unreachable(const struct limen_graph *graph, struct limen_graph_health *out,
                             struct limen_error *error) {
  bool *reachable = limen_alloc(graph->nodes, sizeof *reachable, error);
  if (!reachable) return LIMEN_FAILED;
  int status = limen_graph_reachable(graph, reachable, error);
  for (size_t i = 0; status == LIMEN_OK && i < graph->nodes; i++) out->unreachable += !reachable[i];
  limen_free(reachable);
  return status;
}

/* ---- strongly connected components ---- */

/* Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1972, with a stack of
 * our own in place of recursion: a chain of a million nodes is a million calls deep. */
struct depth_first {
  const struct limen_graph_level *level;
  uint32_t *number; /* per node: when it was come to, from 1; 0: not yet; DONE: in a component */
  uint32_t *low;    /* per node: the earliest number known to be reachable from below it */
  size_t *next;     /* per node: the link to follow next */
  uint32_t *path;   /* from the root to where we stand */
  uint32_t *open;   /* come to, not yet in a component, in the order of their numbers */
  size_t path_length, opened;
  uint32_t count;
};
static const uint32_t DONE = UINT32_MAX;

static void enter(struct depth_first *walk, uint32_t node) {
  walk->number[node] = walk->low[node] = ++walk->count;
  walk->next[node] = walk->level->offsets[node];
  walk->path[walk->path_length++] = node;
  walk->open[walk->opened++] = node;
}

/* All links of the path's last node were followed: it hands its low to the one above, or closes a
 * component when nothing earlier is reachable. */
static void leave(struct depth_first *walk, struct limen_graph_health *out) {
  const uint32_t node = walk->path[--walk->path_length];
  if (walk->path_length > 0) {
    const uint32_t above = walk->path[walk->path_length - 1];
    if (walk->low[node] < walk->low[above]) walk->low[above] = walk->low[node];
  }
  if (walk->low[node] != walk->number[node]) return;
  size_t size = 0;
  uint32_t member;
  do {
    member = walk->open[--walk->opened];
    walk->number[member] = DONE;
    size++;
  } while (member != node);
  out->components++;
  if (size > out->largest_component) out->largest_component = size;
}

static void walk_from(struct depth_first *walk, uint32_t root, struct limen_graph_health *out) {
  enter(walk, root);
  while (walk->path_length > 0) {
    const uint32_t node = walk->path[walk->path_length - 1];
    if (walk->next[node] == walk->level->offsets[node + 1]) {
      leave(walk, out);
      continue;
    }
    const uint32_t to = walk->level->links[walk->next[node]++];
    if (walk->number[to] == 0)
      enter(walk, to);
    else if (walk->number[to] != DONE && walk->number[to] < walk->low[node])
      walk->low[node] = walk->number[to];
  }
}

static int count_components(const struct limen_graph *graph, struct limen_graph_health *out,
                            struct limen_error *error) {
  const size_t n = graph->nodes;
  struct depth_first walk = {.level = &graph->level[0]};
  int status = LIMEN_FAILED;
  if (!(walk.number = limen_alloc(n, sizeof *walk.number, error))) goto done;
  if (!(walk.low = limen_alloc_scratch(n, sizeof *walk.low, error))) goto done;
  if (!(walk.next = limen_alloc_scratch(n, sizeof *walk.next, error))) goto done;
  if (!(walk.path = limen_alloc_scratch(n, sizeof *walk.path, error))) goto done;
  if (!(walk.open = limen_alloc_scratch(n, sizeof *walk.open, error))) goto done;
  for (size_t i = 0; i < n; i++)
    if (walk.number[i] == 0) walk_from(&walk, (uint32_t)i, out);
  status = LIMEN_OK;
done:
  limen_free(walk.number);
  limen_free(walk.low);
  limen_free(walk.next);
  limen_free(walk.path);
  limen_free(walk.open);
  return status;
}

/* ---- links into nodes ---- */

/* The links turned around: from[start[i]] .. from[start[i + 1] - 1] link to node i. */
struct incoming {
  size_t *start; /* nodes + 1 */
  uint32_t *from;
};

static void incoming_clear(struct incoming *in) {
  limen_free(in->start);
  limen_free(in->from);
}

static int incoming_init(struct incoming *in, const struct limen_graph *graph,
                         struct limen_error *error) {
  const struct limen_graph_level *level = &graph->level[0];
  const size_t n = graph->nodes, links = level->offsets[n];
  if (!(in->start = limen_alloc(n + 2, sizeof *in->start, error))) return LIMEN_FAILED;
  if (!(in->from = limen_alloc_scratch(links, sizeof *in->from, error))) return LIMEN_FAILED;
  /* Counted two places ahead, summed, and moved one place back by the filling. */
  for (size_t e = 0; e < links; e++) in->start[level->links[e] + 2]++;
  for (size_t i = 2; i <= n; i++) in->start[i] += in->start[i - 1];
  for (size_t i = 0; i < n; i++)
    for (size_t e = level->offsets[i]; e < level->offsets[i + 1]; e++)
      in->from[in->start[level->links[e] + 1]++] = (uint32_t)i;
  return LIMEN_OK;
}

/* A link is answered when its end links back. Each node marks those who link to it with its own
 * number, then looks whether its own links are marked. */
static int measure_reciprocity(const struct limen_graph *graph, const struct incoming *in,
                               struct limen_graph_health *out, struct limen_error *error) {
  const struct limen_graph_level *level = &graph->level[0];
  size_t answered = 0;
  size_t *mark = limen_alloc(graph->nodes, sizeof *mark, error);
  if (!mark) return LIMEN_FAILED;
  for (size_t i = 0; i < graph->nodes; i++) {
    for (size_t e = in->start[i]; e < in->start[i + 1]; e++) mark[in->from[e]] = i + 1;
    for (size_t e = level->offsets[i]; e < level->offsets[i + 1]; e++)
      answered += mark[level->links[e]] == i + 1;
  }
  out->reciprocity = out->links > 0 ? (double)answered / (double)out->links : NAN;
  limen_free(mark);
  return LIMEN_OK;
}

/* G = 2 sum_i i x_(i) / (n sum x) - (n + 1)/n for x ascending. In-degrees are below n, so that they
 * are sorted by counting how many nodes have each. */
static int measure_gini(const double *degree, struct limen_graph_health *out,
                        struct limen_error *error) {
  const size_t n = out->nodes;
  double weighted = 0, rank = 0;
  size_t most = 0;
  for (size_t i = 0; i < n; i++)
    if ((size_t)degree[i] > most) most = (size_t)degree[i];
  size_t *having = limen_alloc(most + 1, sizeof *having, error);
  if (!having) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++) having[(size_t)degree[i]]++;
  for (size_t x = 0; x <= most; x++) {
    const double count = (double)having[x];
    weighted += (double)x * count * (rank + (count + 1) / 2); /* ranks rank+1 .. rank+count */
    rank += count;
  }
  out->no_in_links = having[0];
  out->in_degree_gini =
      out->links > 0 ? 2 * weighted / ((double)n * (double)out->links) - (double)(n + 1) / (double)n
                     : 0;
  limen_free(having);
  return LIMEN_OK;
}

/* Without insertion numbers, or with the same in-degree everywhere, there is no correlation. */
static int measure_rank_correlation(const struct limen_graph *graph, const double *degree,
                                    struct limen_graph_health *out, struct limen_error *error) {
  const size_t n = graph->nodes;
  bool varied = false;
  out->in_degree_rank_correlation = NAN;
  for (size_t i = 1; i < n; i++) varied = varied || degree[i] != degree[0];
  if (!graph->inserted || !varied) return LIMEN_OK;
  double *inserted = limen_alloc(n, sizeof *inserted, error);
  double *ranks = limen_alloc(n, 2 * sizeof *ranks, error);
  int status = inserted && ranks ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    for (size_t i = 0; i < n; i++) inserted[i] = (double)graph->inserted[i];
    out->in_degree_rank_correlation = gsl_stats_spearman(degree, 1, inserted, 1, n, ranks);
  }
  limen_free(inserted);
  limen_free(ranks);
  return status;
}

static int measure_incoming(const struct limen_graph *graph, struct limen_graph_health *out,
                            struct limen_error *error) {
  struct incoming in = {0};
  double *degree = limen_alloc(graph->nodes, sizeof *degree, error);
  int status = degree ? incoming_init(&in, graph, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = measure_reciprocity(graph, &in, out, error);
  for (size_t i = 0; status == LIMEN_OK && i < graph->nodes; i++)
    degree[i] = (double)(in.start[i + 1] - in.start[i]);
  if (status == LIMEN_OK) status = measure_gini(degree, out, error);
  if (status == LIMEN_OK) status = measure_rank_correlation(graph, degree, out, error);
  limen_free(degree);
  incoming_clear(&in);
  return status;
}

/* ---- levels ---- */

/* Expected counts fall by 1/M a level, so the sparse cells are the upper ones: all levels from
 * `last` on are one cell, the highest that still expects CELL_LEAST nodes, n M^-last. The cell
 * below it expects M - 1 times that many. */
static double test_levels(const struct limen_graph_health *health, size_t M) {
  const double n = (double)health->nodes;
  size_t last = 0;
  double tail = n, left = n, statistic = 0;
  while (last + 1 < LEVELS_MOST && tail / (double)M >= CELL_LEAST) {
    tail /= (double)M;
    last++;
  }
  if (last == 0) return NAN;
  for (size_t l = 0; l <= last; l++) {
    const double expected = l < last ? health->expected_on_level[l] : tail;
    const double seen = l < last ? (double)health->on_level[l] : left;
    statistic += (seen - expected) * (seen - expected) / expected;
    left -= seen;
  }
  return gsl_cdf_chisq_Q(statistic, (double)last);
}

static int measure_levels(const struct limen_graph *graph, struct limen_graph_health *out,
                          struct limen_error *error) {
  for (size_t i = 0; i < graph->nodes; i++) {
    if (graph->top[i] >= LEVELS_MOST)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "node %zu is on level %d; HNSW draws a level above %d once in 2^%d nodes "
                        "at most, so this graph is damaged",
                        i, graph->top[i], LEVELS_MOST - 1, LEVELS_MOST);
    out->on_level[graph->top[i]]++;
  }
  const double share = 1 - 1 / (double)graph->M;
  double above = (double)graph->nodes;
  for (size_t l = 0; l < LEVELS_MOST; l++, above /= (double)graph->M)
    out->expected_on_level[l] = above * share;
  out->levels = graph->levels;
  out->levels_p = test_levels(out, graph->M);
  return LIMEN_OK;
}

/* ---- all together ---- */

static void measure_outgoing(const struct limen_graph *graph, struct limen_graph_health *out) {
  const size_t *offsets = graph->level[0].offsets;
  size_t full = 0;
  for (size_t i = 0; i < graph->nodes; i++)
    full += offsets[i + 1] - offsets[i] >= graph->most_links;
  out->links = offsets[graph->nodes];
  out->saturated = (double)full / (double)graph->nodes;
  out->mean_out_degree = (double)out->links / (double)graph->nodes;
}

int limen_graph_health_measure(const struct limen_graph *graph, struct limen_graph_health *out,
                               struct limen_error *error) {
  *out = (struct limen_graph_health){.nodes = graph->nodes};
  if (graph->nodes == 0) return LIMEN_FAIL(error, LIMEN_INPUT, "the graph has no nodes");
  if (graph->M < 2)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the graph has M = %zu; levels are drawn with chance 1/M, M at least 2",
                      graph->M);
  measure_outgoing(graph, out);
  int status = measure_levels(graph, out, error);
  if (status == LIMEN_OK) status = count_unreachable(graph, out, error);
  if (status == LIMEN_OK) status = count_components(graph, out, error);
  if (status == LIMEN_OK) status = measure_incoming(graph, out, error);
  return status;
}
