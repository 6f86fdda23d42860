/* Where do the misses of a model's vectors come from?
 *
 * A cell is one representation of one collection. Its queries are parted by counterfactuals, in
 * this order: geometry (no query at all puts the wanted documents on top, proved; or none by more
 * than the noise of the number format), encoders (another query over the same documents would do:
 * either side may be at fault, and nothing here can tell which), and then one change at a time of
 * the vectors as they are: arithmetic, fewer dimensions, an index in place of exact search. Those
 * are the rows of a cell, with what they lose and what they gain. */
#include <inttypes.h>
#include <string.h>

#include "experiments/kinds/audit/audit.h"
#include "experiments/kinds/retrieval/retrieval.h"

/* ---- planning ---- */

static bool is_made(const struct limen_grid *grid, size_t point) {
  const ptrdiff_t set = limen_parameter_find(grid->parameters, "set");
  return !limen_value_is_file(&grid->parameters[set], limen_grid_value(grid, point, "set"));
}

static bool is_first(const struct limen_grid *grid, size_t point, const char *axis) {
  const ptrdiff_t i = limen_parameter_find(grid->parameters, axis);
  return limen_value_equal(limen_grid_value(grid, point, axis), &grid->values[i][0]);
}

/* What a point does not look at stands for itself once. */
static bool is_redundant(const struct limen_grid *grid, size_t point) {
  const struct limen_representation *representation = retrieval_representation(grid, point);
  const bool reads_d = (representation->reads & LIMEN_REPRESENTATION_READS_D) != 0;
  if (!reads_d && !is_first(grid, point, "d")) return true;
  return !is_made(grid, point) &&
         (!is_first(grid, point, "pattern") || !is_first(grid, point, "documents"));
}

/* What is made is made as the pattern and the number of documents say; a file is as it is. */
static bool looks_at(const struct limen_grid *grid, size_t point, const char *axis) {
  if (strcmp(axis, "pattern") == 0 || strcmp(axis, "documents") == 0) return is_made(grid, point);
  return true;
}

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    if (is_redundant(&plan->grid, point)) continue;
    for (int64_t i = 0; i < limen_grid_integer(&plan->grid, 0, "instances"); i++)
      limen_plan_ask(plan, point, &i);
  }
  return LIMEN_OK;
}

static int check(const struct limen_grid *grid, struct limen_error *error) {
  for (size_t point = 0; point < limen_grid_points(grid); point++) {
    const struct limen_representation *representation = retrieval_representation(grid, point);
    if (!representation->dense)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "representation %s has no vectors to audit; random_phrase and user have",
                        representation->name);
  }
  return LIMEN_OK;
}

/* A search for a best query takes some passes over all documents. */
static double cost(const struct limen_cell *cell) {
  double documents = (double)limen_cell_integer(cell, "documents");
  double d = (double)limen_cell_integer(cell, "d");
  if (documents == 0) documents = strcmp(limen_cell_string(cell, "set"), "full") == 0 ? 50000 : 100;
  return documents * (d == 0 ? 1000 : d + 20) * (double)limen_cell_integer(cell, "queries");
}

const struct limen_kind limen_kind_audit = {
    .name = "audit",
    .about =
        "where the misses of a model's vectors come from: geometry, encoders, arithmetic, "
        "index",
    .parameters = audit_parameters,
    .measures = audit_measures,
    .check = check,
    .looks_at = looks_at,
    .plan = plan_cells,
    .cost = cost,
    .run = audit_run,
    .verify = audit_verify,
    .release = retrieval_release,
    .summarise = audit_summarise,
    .describe = audit_describe,
    .certify = audit_certify,
};
