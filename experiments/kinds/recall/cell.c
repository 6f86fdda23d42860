/* One cell: arrange the rows, build, look at the graph, search with every ef, and judge.
 *
 * The index only answers with ids. Searches are traced, which counts what they evaluate and gives
 * the same ids; with `timing` the queries are searched again, untraced, with the clock running. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "dimension/estimator.h"
#include "experiments/kinds/recall/cell.h"
#include "measures/graph_health.h"
#include "orders/order.h"

double *recall_row_of(const struct recall_cell_run *run, size_t row) {
  return run->answer->values + row * run->answer->measures;
}

size_t recall_ef_of(const struct recall_cell_run *run, size_t row) {
  return (size_t)limen_cell_value(run->cell, row, "ef").as.integer;
}

int recall_poll(struct limen_error *error) {
  if (!limen_interrupted()) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
}

bool recall_attributes(const struct limen_cell *cell) {
  int64_t which = limen_cell_integer(cell, "attribute");
  bool few = limen_cell_integer(cell, "build") == 0 &&
             limen_cell_integer(cell, "variant") < RECALL_ATTRIBUTED_VARIANTS;
  return which == 1 || (which == 2 && few);
}

static bool is_on(const struct recall_cell_run *run, const char *name) {
  return limen_cell_integer(run->cell, name) != 0;
}

/* ---- the build ---- */

/* Builds differ in nothing but this. */
static uint64_t level_seed_of(const struct limen_cell *cell) {
  return (uint64_t)limen_cell_integer(cell, "first_seed") * 10000 +
         (uint64_t)limen_cell_integer(cell, "build");
}

static struct limen_index_settings settings_of(const struct limen_cell *cell) {
  struct limen_index_settings settings = limen_index_defaults;
  const char *factory = limen_cell_string(cell, "factory");
  const char *levels = limen_cell_string(cell, "levels");
  settings.metric = (enum limen_metric)limen_metric_find(limen_cell_string(cell, "metric"));
  settings.M = (size_t)limen_cell_integer(cell, "M");
  settings.ef_construction = (size_t)limen_cell_integer(cell, "ef_construction");
  settings.batch = (size_t)limen_cell_integer(cell, "batch");
  settings.levels = strcmp(levels, limen_levels_name(LIMEN_LEVELS_BY_LABEL)) == 0
                        ? LIMEN_LEVELS_BY_LABEL
                        : LIMEN_LEVELS_LIBRARY;
  settings.level_seed = level_seed_of(cell);
  settings.threads = 1;
  settings.factory = *factory ? factory : NULL;
  return settings;
}

/* An engine that does not look at the order is not to miss what an order needs. */
static const struct limen_order *order_of(const struct limen_cell *cell) {
  const struct limen_engine *engine = recall_engine(cell->grid, cell->point);
  return limen_order_find(engine->reads & LIMEN_READS_ORDER ? limen_cell_string(cell, "order")
                                                            : "as_given");
}

/* Arranges the rows. *variants is 0, and nothing is arranged, when the data lacks what the order
 * needs: that is an answer. */
static int arrange(struct recall_cell_run *run, size_t *variants, struct limen_error *error) {
  const struct limen_order *order = order_of(run->cell);
  const struct recall_world *world = run->world;
  const struct limen_order_input input = {
      .base = &world->base,
      .metric = world->metric,
      .labels = world->labels.rows > 0 ? &world->labels : NULL,
      .lid = world->lid,
      .occurrences = world->occurrences,
      .seed = (uint64_t)limen_cell_integer(run->cell, "first_seed"),
      .variant = (size_t)limen_cell_integer(run->cell, "variant")};
  *variants = 0;
  if ((order->needs & LIMEN_ORDER_NEEDS_LABELS) && !input.labels) return LIMEN_OK;
  *variants = limen_order_variants(order, &input);
  run->order = limen_alloc(world->base.rows, sizeof *run->order, error);
  if (!run->order) return LIMEN_FAILED;
  return limen_order_arrange(order, &input, run->order, error);
}

static unsigned needs_of(const struct limen_cell *cell) {
  const struct limen_order *order = order_of(cell);
  unsigned needs = 0;
  if (order->needs & (LIMEN_ORDER_NEEDS_LID | LIMEN_ORDER_NEEDS_OCCURRENCES) ||
      recall_attributes(cell))
    needs |= RECALL_NEEDS_LID;
  if (limen_cell_integer(cell, "estimate") != 0) needs |= RECALL_NEEDS_ESTIMATES;
  return needs;
}

/* ---- the graph ---- */

static int look_at_graph(struct recall_cell_run *run, struct limen_error *error) {
  struct limen_graph graph = {0};
  struct limen_graph_health health;
  if (!run->index.engine->graph || run->settings.factory) return LIMEN_OK;
  int status = limen_index_graph(&run->index, &graph, error);
  if (status == LIMEN_OK) status = limen_graph_health_measure(&graph, &health, error);
  for (size_t row = 0; row < run->answer->rows && status == LIMEN_OK; row++) {
    double *values = recall_row_of(run, row);
    values[RECALL_UNREACHABLE] = (double)health.unreachable;
    values[RECALL_COMPONENTS] = (double)health.components;
    values[RECALL_LARGEST] = (double)health.largest_component;
    values[RECALL_NO_IN_LINKS] = (double)health.no_in_links;
    values[RECALL_IN_DEGREE_GINI] = health.in_degree_gini;
    values[RECALL_IN_DEGREE_INSERTION] = health.in_degree_rank_correlation;
    values[RECALL_RECIPROCITY] = health.reciprocity;
    values[RECALL_SATURATED] = health.saturated;
    values[RECALL_OUT_DEGREE] = health.mean_out_degree;
    values[RECALL_LEVELS] = (double)health.levels;
    values[RECALL_LEVELS_P] = health.levels_p;
  }
  limen_graph_clear(&graph);
  return status;
}

/* ---- searching and judging ---- */

/* Searches all queries traced, and judges the answers. */
static int search_row(struct recall_cell_run *run, size_t row, struct limen_error *error) {
  const struct recall_world *world = run->world;
  const size_t k = world->k;
  for (size_t q = 0; q < world->queries.rows; q++) {
    size_t found;
    int64_t *ids = run->ids + q * k;
    struct limen_trace trace = {0};
    int status = limen_index_trace(&run->index, world->queries.values + q * world->queries.columns,
                                   k, recall_ef_of(run, row), ids, &found, &trace, error);
    if (status == LIMEN_OK && q % 64 == 0) status = recall_poll(error);
    if (status != LIMEN_OK) return status;
    run->distances[q] = trace.distances;
    run->hops[q] = trace.hops;
    recall_judge(run->world, &run->judging, q, ids, &run->judged[q]);
  }
  return LIMEN_OK;
}

static int tell_row(struct recall_cell_run *run, size_t row, struct limen_error *error) {
  const struct limen_search_set set = {run->world->queries.rows, run->judged, run->distances,
                                       run->hops};
  recall_row_of(run, row)[RECALL_BYTES] = (double)limen_index_bytes(&run->index);
  return recall_tell(&set, recall_row_of(run, row), error);
}

/* The raw answers that recall.h lists. */
static int keep_row(struct recall_cell_run *run, size_t row, struct limen_error *error) {
  const size_t n = run->world->queries.rows, k = run->world->k;
  struct limen_blobs *blobs = &run->answer->answers;
  uint16_t *hits = limen_alloc(n, (RECALL_HITS + 1) * sizeof *hits, error);
  uint32_t *distances = limen_alloc(n, sizeof *distances, error);
  int32_t *ids = limen_alloc(n * k, sizeof *ids, error);
  int status = hits && distances && ids ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  uint16_t *places = hits + RECALL_HITS * n;
  for (size_t q = 0; q < n; q++) {
    const struct limen_recall_query *one = &run->judged[q];
    hits[RECALL_HITS * q + LIMEN_RECALL_BY_ID] = (uint16_t)one->by_id;
    hits[RECALL_HITS * q + LIMEN_RECALL_TIES] = (uint16_t)one->ties;
    hits[RECALL_HITS * q + LIMEN_RECALL_EPSILON] = (uint16_t)one->epsilon;
    places[q] = (uint16_t)one->places;
    distances[q] = (uint32_t)run->distances[q];
  }
  for (size_t i = 0; i < n * k; i++) ids[i] = (int32_t)run->ids[i];
  status = limen_blobs_add(blobs, "hits", row, hits, n * RECALL_HITS * sizeof *hits, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "places", row, places, n * sizeof *places, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "distances", row, distances, n * sizeof *distances, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "ids", row, ids, n * k * sizeof *ids, error);
done:
  limen_free(hits);
  limen_free(distances);
  limen_free(ids);
  return status;
}

static int keep_estimates(struct recall_cell_run *run, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < run->world->n_estimates && status == LIMEN_OK; i++) {
    char name[80];
    snprintf(name, sizeof name, "estimate/%s", recall_estimator_at(i)->name);
    status = limen_blobs_add(&run->answer->answers, name, 0, run->world->estimates[i],
                             sizeof run->world->estimates[i], error);
  }
  return status;
}

/* By which two runs are known to have searched the same data for the same queries. */
static int keep_hash(struct recall_cell_run *run, const char *name, const struct limen_text *words,
                     struct limen_error *error) {
  char hash[LIMEN_HASH_SIZE];
  int status = limen_text_status(words, error);
  if (status == LIMEN_OK)
    status = limen_hash_text(limen_text_string(words), words->length, hash, error);
  if (status != LIMEN_OK) return status;
  return limen_blobs_add(&run->answer->answers, name, 0, hash, LIMEN_HASH_SIZE - 1, error);
}

static int keep_hashes(struct recall_cell_run *run, struct limen_error *error) {
  const struct recall_world *world = run->world;
  struct limen_text data = {0}, asked = {0};
  limen_text_print(&data, "%s %zu %zu %d %zu %.17g %.17g", world->base_hash, world->base.rows,
                   world->base.columns, (int)world->metric, world->k, run->judging.tie,
                   run->judging.epsilon);
  limen_text_print(&asked, "%s %zu %zu", world->queries_hash, world->queries.rows,
                   world->queries.columns);
  int status = keep_hash(run, "data", &data, error);
  if (status == LIMEN_OK) status = keep_hash(run, "asked", &asked, error);
  limen_text_clear(&data);
  limen_text_clear(&asked);
  return status;
}

/* ---- the whole ---- */

static int run_init(struct recall_cell_run *run, struct limen_error *error) {
  const struct limen_cell *cell = run->cell;
  int status = recall_world_take(cell, needs_of(cell), &run->world, error);
  if (status != LIMEN_OK) return status;
  const size_t queries = run->world->queries.rows;
  run->settings = settings_of(cell);
  run->judging = recall_judging(cell, run->world);
  run->ids = limen_alloc(queries * run->world->k, sizeof *run->ids, error);
  run->judged = limen_alloc(queries, sizeof *run->judged, error);
  run->distances = limen_alloc(queries, sizeof *run->distances, error);
  run->hops = limen_alloc(queries, sizeof *run->hops, error);
  return run->ids && run->judged && run->distances && run->hops ? LIMEN_OK : LIMEN_FAILED;
}

static void run_clear(struct recall_cell_run *run) {
  limen_index_clear(&run->index);
  if (run->world) recall_world_give(run->world);
  limen_free(run->order);
  limen_free(run->ids);
  limen_free(run->judged);
  limen_free(run->distances);
  limen_free(run->hops);
}

static int build(struct recall_cell_run *run, struct limen_error *error) {
  double start = limen_clock_s();
  int status = limen_index_build(limen_engine_find(limen_cell_string(run->cell, "engine")),
                                 &run->world->base, run->order, &run->settings, &run->index, error);
  run->build_s = limen_clock_s() - start;
  if (status == LIMEN_OK) status = recall_poll(error);
  return status;
}

static int search_all(struct recall_cell_run *run, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t row = 0; row < run->answer->rows && status == LIMEN_OK; row++) {
    recall_row_of(run, row)[RECALL_BUILD_S] = run->build_s;
    recall_row_of(run, row)[RECALL_SAME_NEIGHBOURS] = run->world->same_neighbours;
    status = search_row(run, row, error);
    if (status == LIMEN_OK) status = tell_row(run, row, error);
    if (status == LIMEN_OK) status = keep_row(run, row, error);
    if (status == LIMEN_OK && recall_attributes(run->cell))
      status = recall_attribute(run, row, error);
    if (status == LIMEN_OK && is_on(run, "timing")) status = recall_time_row(run, row, error);
  }
  return status;
}

int recall_run(const struct limen_cell *cell, struct limen_answer *answer,
               struct limen_error *error) {
  struct recall_cell_run run = {.cell = cell, .answer = answer};
  size_t variants = 0;
  int status = run_init(&run, error);
  if (status == LIMEN_OK) status = arrange(&run, &variants, error);
  for (size_t row = 0; row < answer->rows && status == LIMEN_OK; row++) {
    recall_row_of(&run, row)[RECALL_ROWS] = (double)run.world->base.rows;
    recall_row_of(&run, row)[RECALL_DIMENSION] = run.world->dimension;
    recall_row_of(&run, row)[RECALL_VARIANTS] = variants > UINT32_MAX ? INFINITY : (double)variants;
  }
  if (status != LIMEN_OK || variants == 0) goto done;
  status = build(&run, error);
  if (status == LIMEN_OK) status = look_at_graph(&run, error);
  if (status == LIMEN_OK) status = search_all(&run, error);
  if (status == LIMEN_OK) status = keep_hashes(&run, error);
  if (status == LIMEN_OK) status = recall_build_in_parallel(&run, error);
  if (status == LIMEN_OK && recall_attributes(cell)) status = recall_keep_rows_of_base(&run, error);
  if (status == LIMEN_OK && is_on(&run, "estimate")) status = keep_estimates(&run, error);
done:
  run_clear(&run);
  return status;
}
