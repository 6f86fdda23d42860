/* Others' answers, judged again: a results tree of ann-benchmarks and the dataset it is about.
 *
 * A cell is one file of the tree. Nothing is searched: ids come from the file, distances from the
 * dataset's vectors, times from the file as well. Definitions of this kind are written by `limen
 * import ann-benchmarks`, which lists the tree once, so that a report needs no tree. */
#include <string.h>

#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"

static int plan_cells(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++)
    limen_plan_ask(plan, point, NULL);
  return LIMEN_OK;
}

static int check(const struct limen_grid *grid, struct limen_error *error) {
  const ptrdiff_t data = limen_parameter_find(grid->parameters, "data");
  if (grid->lengths[data] != 1)
    return LIMEN_FAIL(error, LIMEN_USAGE, "`data` takes one dataset: a tree's folder is about one");
  for (size_t point = 0; point < limen_grid_points(grid); point++) {
    struct ann_name name;
    if (*limen_grid_string(grid, point, "data") == '\0' ||
        *limen_grid_string(grid, point, "tree") == '\0' ||
        *limen_grid_string(grid, point, "result") == '\0')
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "`data`, `tree` and `result` have no defaults; `limen import "
                        "ann-benchmarks TREE --data FILE` finds and runs them");
    int status = ann_name_init(limen_grid_string(grid, point, "result"), &name, error);
    if (status == LIMEN_INPUT && error) error->status = LIMEN_USAGE;
    ann_name_clear(&name);
    if (status != LIMEN_OK) return status == LIMEN_INPUT ? LIMEN_USAGE : status;
  }
  return LIMEN_OK;
}

static double cost(const struct limen_cell *cell) {
  struct ann_name name;
  const double k = ann_name_init(limen_cell_string(cell, "result"), &name, NULL) == LIMEN_OK
                       ? (double)name.k
                       : 1;
  ann_name_clear(&name);
  return k;
}

const struct limen_kind limen_kind_ann_benchmarks = {
    .name = "ann_benchmarks",
    .about = "others' answers judged again: a results tree of ann-benchmarks",
    .parameters = ann_parameters,
    .measures = ann_measures,
    .check = check,
    .plan = plan_cells,
    .cost = cost,
    .run = ann_run,
    .verify = ann_verify,
    .release = ann_world_release,
    .summarise = ann_summarise,
    .describe = ann_describe,
};
