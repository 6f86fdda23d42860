/* Does a representation of texts put the documents on top that a query wants?
 *
 * A cell is one representation of one collection, searched exactly or through an index. Its rows
 * are values of ef. Collections are made in the manner of LIMIT (Weller et al. 2025, arXiv
 * 2508.21038) or read from a folder; an instance draws what is drawn anew, the set and random
 * vectors, and a build draws an index's order and levels. The same cells answer many questions:
 * which one a definition asks is its `study`. */
#include <inttypes.h>
#include <string.h>

#include "experiments/kinds/retrieval/retrieval.h"

const struct limen_representation *retrieval_representation(const struct limen_grid *grid,
                                                            size_t point) {
  return limen_representation_find(limen_grid_string(grid, point, "representation"));
}

bool retrieval_uses_index(const struct limen_grid *grid, size_t point) {
  return strcmp(limen_grid_string(grid, point, "engine"), "exact") != 0;
}

bool retrieval_is_made(const struct limen_grid *grid, size_t point) {
  const char *set = limen_grid_string(grid, point, "set");
  for (size_t i = 0; retrieval_set_name(i); i++)
    if (strcmp(retrieval_set_name(i), set) == 0) return true;
  return false;
}

static bool is_first(const struct limen_grid *grid, size_t point, const char *axis) {
  const ptrdiff_t i = limen_parameter_find(grid->parameters, axis);
  return limen_value_equal(limen_grid_value(grid, point, axis), &grid->values[i][0]);
}

/* A folder looks at nothing that says how sets are made. */
static bool is_first_of_made(const struct limen_grid *grid, size_t point) {
  static const char *const axes[] = {"pattern", "documents", "queries", "pool", "near_misses"};
  for (size_t i = 0; i < sizeof axes / sizeof *axes; i++)
    if (!is_first(grid, point, axes[i])) return false;
  return true;
}

/* Whether values of d are values of this representation's. */
static bool reads_d(const struct limen_grid *grid, size_t point) {
  const struct limen_representation *representation = retrieval_representation(grid, point);
  /* Without a number of its own it takes what a construction needs. */
  const bool another = !representation->dense || representation->d == 0;
  return (representation->reads & LIMEN_REPRESENTATION_READS_D) &&
         !(retrieval_study_of(grid)->one_d && another);
}

static bool looks_at(const struct limen_grid *grid, size_t point, const char *axis) {
  if (strcmp(axis, "d") == 0) return reads_d(grid, point);
  if (strcmp(axis, "ef") == 0) return retrieval_uses_index(grid, point);
  return true;
}

/* d that the representation does not look at stands for itself once; its own number is for those
 * that look at none, where others are listed. An index needs vectors. */
bool retrieval_point_is_redundant(const struct limen_grid *grid, size_t point) {
  const ptrdiff_t d = limen_parameter_find(grid->parameters, "d");
  const bool reads = reads_d(grid, point);
  if (!reads && !is_first(grid, point, "d")) return true;
  if (reads && grid->lengths[d] > 1 && limen_grid_integer(grid, point, "d") == 0) return true;
  if (retrieval_uses_index(grid, point) && !retrieval_representation(grid, point)->dense)
    return true;
  return !retrieval_is_made(grid, point) && !is_first_of_made(grid, point);
}

/* ---- planning ---- */

/* A collection from a folder and a representation without randomness are the same every time. */
static size_t instances_at(const struct limen_grid *grid, size_t point) {
  bool drawn = retrieval_is_made(grid, point) || (retrieval_representation(grid, point)->reads &
                                                  LIMEN_REPRESENTATION_READS_SEED) != 0;
  return drawn ? (size_t)limen_grid_integer(grid, 0, "instances") : 1;
}

static size_t builds_at(const struct limen_grid *grid, size_t point) {
  return retrieval_uses_index(grid, point) ? (size_t)limen_grid_integer(grid, 0, "builds") : 1;
}

size_t retrieval_replicates(const struct limen_plan *plan, size_t point) {
  return instances_at(&plan->grid, point) * builds_at(&plan->grid, point);
}

void retrieval_replicate(const struct limen_plan *plan, size_t point, size_t i,
                         int64_t *coordinates) {
  const size_t builds = builds_at(&plan->grid, point);
  coordinates[0] = (int64_t)(i / builds);
  coordinates[1] = (int64_t)(i % builds);
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  const struct retrieval_study *study = retrieval_study_of(&plan->grid);
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    if (retrieval_point_is_redundant(&plan->grid, point)) continue;
    if (study->wants && !study->wants(&plan->grid, point)) continue;
    if (study->goes_on && !study->goes_on(plan, point)) continue;
    for (size_t i = 0; i < retrieval_replicates(plan, point); i++) {
      int64_t coordinates[2];
      retrieval_replicate(plan, point, i, coordinates);
      limen_plan_ask(plan, point, coordinates);
    }
  }
  return LIMEN_OK;
}

/* ---- the kind ---- */

static int check(const struct limen_grid *grid, struct limen_error *error) {
  const struct retrieval_study *study = retrieval_study_of(grid);
  size_t searched = 0, wanted = 0;
  for (size_t point = 0; point < limen_grid_points(grid); point++) {
    if (retrieval_point_is_redundant(grid, point)) continue;
    searched++;
    wanted += !study->wants || study->wants(grid, point);
  }
  if (searched > 0 && wanted == 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "nothing to run: the study %s wants %s", study->name,
                      study->needs);
  if (wanted > 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "nothing to run: an index searches vectors, and none of these representations "
                    "has any");
}

/* Scoring costs queries x documents x d; building an index some hundred times d a document. */
static double cost(const struct limen_cell *cell) {
  double documents = (double)limen_cell_integer(cell, "documents");
  double d = (double)limen_cell_integer(cell, "d");
  bool full = strcmp(limen_cell_string(cell, "set"), "full") == 0;
  if (documents == 0) documents = full ? 50000 : 100;
  if (d == 0) d = 30;
  return documents * (d + 20) * (retrieval_uses_index(cell->grid, cell->point) ? 50 : 1);
}

const struct limen_kind limen_kind_retrieval = {
    .name = "retrieval",
    .about = "whether representations of texts find what queries want, exactly or through an index",
    .parameters = retrieval_parameters,
    .measures = retrieval_measures,
    .check = check,
    .looks_at = looks_at,
    .plan = plan_cells,
    .cost = cost,
    .run = retrieval_run,
    .samples = retrieval_samples,
    .verify = retrieval_verify,
    .release = retrieval_release,
    .summarise = retrieval_summarise,
    .describe = retrieval_describe,
};
