/* How much of the true neighbours does an index return, and what does that depend on?
 *
 * A cell is one build: an engine, its settings, data, an insertion order and a seed for the levels.
 * Its rows are values of ef, searched on the one index. The same cells answer many questions; which
 * one a definition asks is its `study`, which picks points of the grid and writes the report.
 *
 * A point has several cells: builds, each with levels of its own, and variants of its order (random
 * orders, permutations of categories). How many variants an order has depends on the data, so the
 * first one is asked for, and its answer tells. */
#include <inttypes.h>
#include <string.h>

#include "data/dataset.h"
#include "datasets/datasets.h"
#include "experiments/kinds/recall/data.h"
#include "experiments/kinds/recall/judge.h"
#include "experiments/kinds/recall/options.h"
#include "experiments/kinds/recall/recall.h"

/* ---- points that repeat another ---- */

const struct limen_engine *recall_engine(const struct limen_grid *grid, size_t point) {
  return limen_engine_find(limen_grid_string(grid, point, "engine"));
}

static bool has_parameter(const struct limen_dataset *dataset, const char *name) {
  return limen_parameter_find(dataset->parameters, name) >= 0;
}

/* The parameter of a dataset that `r` sets, or NULL. */
const char *recall_rank_of(const struct limen_dataset *dataset) {
  return has_parameter(dataset, "rank") ? "rank" : has_parameter(dataset, "d") ? "d" : NULL;
}

bool recall_looks_at(const struct limen_grid *grid, size_t point, const char *axis) {
  static const struct {
    const char *axis;
    unsigned reads;
  } engines[] = {{"batch", LIMEN_READS_BATCH},
                 {"levels", LIMEN_READS_LEVELS},
                 {"order", LIMEN_READS_ORDER},
                 {"M", LIMEN_READS_M},
                 {"ef_construction", LIMEN_READS_EF_CONSTRUCTION}};
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
    if (strcmp(engines[i].axis, axis) == 0)
      return (recall_engine(grid, point)->reads & engines[i].reads) != 0;
  if (strcmp(axis, "r") != 0) return true;
  const struct limen_dataset *dataset =
      limen_dataset_find(limen_datasets, limen_grid_string(grid, point, "data"));
  return dataset && recall_rank_of(dataset);
}

bool recall_point_is_redundant(const struct limen_grid *grid, size_t point) {
  for (size_t i = 0; i < grid->count; i++) {
    if (grid->parameters[i].role != LIMEN_AXIS || grid->lengths[i] < 2) continue;
    const char *axis = grid->parameters[i].name;
    if (!recall_looks_at(grid, point, axis) &&
        !limen_value_equal(limen_grid_value(grid, point, axis), &grid->values[i][0]))
      return true;
  }
  return false;
}

/* ---- planning ---- */

static bool is_random(const struct limen_grid *grid, size_t point) {
  return strcmp(limen_grid_string(grid, point, "order"), "random") == 0;
}

/* Variants of an order by category up to which all of them are run: 5 categories have so many. */
enum { ALL_PERMUTATIONS = 120 };

/* Variants to run at a point, 1 while the answer that tells is not there. */
static size_t variants_at(const struct limen_plan *plan, size_t point) {
  const struct limen_grid *grid = &plan->grid;
  size_t most = (size_t)limen_grid_integer(grid, 0, "variants");
  if (!(recall_engine(grid, point)->reads & LIMEN_READS_ORDER)) return 1;
  if (is_random(grid, point)) return (size_t)limen_grid_integer(grid, 0, "draws");
  const struct limen_cell *first = limen_plan_peek(plan, point, (const int64_t[]){0, 0});
  double has = first ? first->answer.values[RECALL_VARIANTS] : 1;
  if (!(has > 1)) return 1;
  if (has <= ALL_PERMUTATIONS) return (size_t)has;
  return most;
}

/* An engine that looks at neither levels nor order builds the same index every time. */
static size_t builds_at(const struct limen_grid *grid, size_t point) {
  const unsigned reads = recall_engine(grid, point)->reads;
  if (!(reads & (LIMEN_READS_LEVELS | LIMEN_READS_ORDER))) return 1;
  size_t slow = (size_t)limen_grid_integer(grid, 0, "faiss_builds");
  bool is_slow = slow > 0 && strcmp(limen_grid_string(grid, point, "engine"), "faiss") == 0;
  return is_slow ? slow : (size_t)limen_grid_integer(grid, 0, "builds");
}

size_t recall_replicates(const struct limen_plan *plan, size_t point) {
  size_t builds = builds_at(&plan->grid, point);
  size_t variants = variants_at(plan, point);
  return builds * (variants ? variants : 1);
}

void recall_replicate(const struct limen_plan *plan, size_t point, size_t i, int64_t *coordinates) {
  size_t builds = builds_at(&plan->grid, point);
  bool paired = variants_at(plan, point) == 0; /* a new order for every build */
  coordinates[0] = (int64_t)(i % builds);
  coordinates[1] = (int64_t)(paired ? i : i / builds);
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  const struct recall_study *study = recall_study_of(&plan->grid);
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    if (recall_point_is_redundant(&plan->grid, point)) continue;
    if (study->wants && !study->wants(&plan->grid, point)) continue;
    limen_plan_ask(plan, point, (const int64_t[]){0, 0});
    size_t count = recall_replicates(plan, point);
    for (size_t i = 0; i < count; i++) {
      int64_t coordinates[2];
      recall_replicate(plan, point, i, coordinates);
      limen_plan_ask(plan, point, coordinates);
    }
  }
  return LIMEN_OK;
}

/* ---- the kind ---- */

/* Two files of one name would have one headline name. */
static int check_names(const struct limen_grid *grid, struct limen_error *error) {
  ptrdiff_t data = limen_parameter_find(grid->parameters, "data");
  for (size_t i = 0; i < grid->lengths[data]; i++)
    for (size_t j = 0; j < i; j++) {
      struct limen_text a = {0}, b = {0};
      limen_value_label(&grid->values[data][i], &a);
      limen_value_label(&grid->values[data][j], &b);
      bool same = strcmp(limen_text_string(&a), limen_text_string(&b)) == 0;
      int status = limen_text_status(a.failed ? &a : &b, error);
      limen_text_clear(&a);
      limen_text_clear(&b);
      if (status != LIMEN_OK) return status;
      if (same)
        return LIMEN_FAIL(error, LIMEN_USAGE,
                          "`data` names %.200s and %.200s: headline numbers could not tell them "
                          "apart; give one of the files another name",
                          grid->values[data][j].as.string, grid->values[data][i].as.string);
    }
  return LIMEN_OK;
}

static int check(const struct limen_grid *grid, struct limen_error *error) {
  int64_t n = limen_grid_integer(grid, 0, "n"), k = limen_grid_integer(grid, 0, "k");
  if (n > 0 && k > n)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "k = %" PRId64 " neighbours of n = %" PRId64 " rows: lower k or raise n", k,
                      n);
  const char *factory = limen_grid_string(grid, 0, "factory");
  for (size_t point = 0; *factory && point < limen_grid_points(grid); point++)
    if (strcmp(limen_grid_string(grid, point, "engine"), "faiss") != 0)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "factory = %.100s describes a FAISS index; set engine=faiss", factory);
  const struct recall_study *study = recall_study_of(grid);
  if (study->needs && limen_grid_integer(grid, 0, study->needs) != 1)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the study %s needs %s=1", study->name, study->needs);
  int status = recall_options_check(limen_grid_string(grid, 0, "data_options"), error);
  return status == LIMEN_OK ? check_names(grid, error) : status;
}

/* Builds cost n ef_construction distances of d numbers; FAISS's take several times as long. */
static double cost(const struct limen_cell *cell) {
  double n = (double)limen_cell_integer(cell, "n");
  double d = (double)limen_cell_integer(cell, "ambient");
  bool faiss = strcmp(limen_cell_string(cell, "engine"), "faiss") == 0;
  if (n == 0) n = 100000;
  if (d == 0) d = 64;
  return n * (double)limen_cell_integer(cell, "ef_construction") * (faiss ? 8 * d + 100 : d + 100);
}

const struct limen_kind limen_kind_recall = {
    .name = "recall",
    .about = "recall of approximate nearest-neighbour search, and what it depends on",
    .parameters = recall_parameters,
    .measures = recall_measures,
    .check = check,
    .looks_at = recall_looks_at,
    .plan = plan_cells,
    .cost = cost,
    .foresee = recall_foresee,
    .run = recall_run,
    .samples = recall_samples,
    .verify = recall_verify,
    .release = recall_world_release,
    .summarise = recall_summarise,
    .describe = recall_describe,
};
