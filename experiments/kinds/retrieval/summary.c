#include "experiments/kinds/retrieval/summary.h"

#include <math.h>
#include <string.h>

#include "base/count.h"
#include "base/memory.h"
#include "stats/crossed.h"
#include "stats/mean.h"

/* ---- cells and their raw answers ---- */

int retrieval_cells(const struct limen_plan *plan, size_t point, const struct limen_cell ***cells,
                    size_t *count, struct limen_error *error) {
  const size_t most = retrieval_replicates(plan, point);
  *count = 0;
  *cells = limen_alloc(most, sizeof(struct limen_cell *), error);
  if (!*cells) return LIMEN_FAILED;
  for (size_t i = 0; i < most; i++) {
    int64_t coordinates[2];
    retrieval_replicate(plan, point, i, coordinates);
    const struct limen_cell *cell = limen_plan_peek(plan, point, coordinates);
    if (cell) (*cells)[(*count)++] = cell;
  }
  return LIMEN_OK;
}

int retrieval_per_query(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                        size_t measure, double **values, size_t *count, struct limen_error *error) {
  void *bytes = NULL;
  size_t length = 0;
  *values = NULL;
  *count = 0;
  int status = limen_store_answer(plan->store, cell->key, row, "values", &bytes, &length, error);
  const size_t n = length / (RETRIEVAL_OF_RANKING * sizeof(double));
  if (status == LIMEN_OK && (!bytes || n == 0))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the store lacks the raw answers of cell%.300s: run it again with --fresh",
                        strchr(cell->text, ' '));
  if (status == LIMEN_OK && !(*values = limen_alloc(n, sizeof **values, error)))
    status = LIMEN_FAILED;
  for (size_t q = 0; q < n && status == LIMEN_OK; q++)
    (*values)[q] = ((const double *)bytes)[q * RETRIEVAL_OF_RANKING + measure];
  if (status == LIMEN_OK) *count = n;
  limen_free(bytes);
  return status;
}

/* ---- groups ---- */

static bool is_folder(const struct limen_plan *plan, size_t point) {
  const ptrdiff_t set = limen_parameter_find(plan->grid.parameters, "set");
  return limen_value_is_file(&plan->grid.parameters[set],
                             limen_grid_value(&plan->grid, point, "set"));
}

/* Sets that are drawn anew bring their own queries, so an instance is one observation. */
static int over_instances(const struct limen_cell **cells, size_t count, size_t row, size_t column,
                          struct limen_reported *out, struct limen_error *error) {
  struct limen_mean mean;
  double *means = limen_alloc(count, sizeof *means, error), *seen = NULL;
  size_t instances = 0;
  int status = means && (seen = limen_alloc(count, sizeof *seen, error)) ? LIMEN_OK : LIMEN_FAILED;
  int64_t last = -1;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    const int64_t instance = limen_cell_integer(cells[i], "instance");
    if (instance != last) instances++;
    last = instance;
    means[instances - 1] += cells[i]->answer.values[row * RETRIEVAL_MEASURES + column];
    seen[instances - 1]++;
  }
  for (size_t i = 0; i < instances && status == LIMEN_OK; i++) means[i] /= seen[i];
  if (status == LIMEN_OK)
    status = limen_mean_of(means, instances, RETRIEVAL_CONFIDENCE, &mean, error);
  if (status == LIMEN_OK) *out = (struct limen_reported){mean.mean, mean.lower, mean.upper};
  limen_free(means);
  limen_free(seen);
  return status;
}

/* The same queries in every cell: builds, or random vectors, and queries are both random. */
static int over_queries(const struct limen_plan *plan, const struct limen_cell **cells,
                        size_t count, size_t row, size_t measure, size_t *queries,
                        struct limen_reported *out, struct limen_error *error) {
  struct limen_crossed crossed;
  double *table = NULL;
  int status = LIMEN_OK;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    double *values = NULL;
    size_t n = 0;
    status = retrieval_per_query(plan, cells[i], row, measure, &values, &n, error);
    if (status == LIMEN_OK && i == 0) {
      *queries = n;
      if (!(table = limen_alloc(count * n, sizeof *table, error))) status = LIMEN_FAILED;
    }
    if (status == LIMEN_OK && n != *queries)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the store holds %zu and %zu queries of one set: run it again with "
                          "--fresh",
                          *queries, n);
    if (status == LIMEN_OK) memcpy(table + i * n, values, n * sizeof *table);
    limen_free(values);
  }
  if (status == LIMEN_OK && *queries < 2) {
    *out = (struct limen_reported){table[0], NAN, NAN};
  } else if (status == LIMEN_OK) {
    status = limen_crossed_share(table, count, *queries, RETRIEVAL_CONFIDENCE, &crossed, error);
    if (status == LIMEN_OK)
      *out = (struct limen_reported){crossed.mean, crossed.lower, crossed.upper};
  }
  limen_free(table);
  return status;
}

static int fill_group(const struct limen_plan *plan, const struct limen_cell **cells, size_t count,
                      struct retrieval_group *group, struct limen_error *error) {
  int status = LIMEN_OK;
  group->ef = limen_cell_value(cells[0], group->row, "ef").as.integer;
  group->cells = count;
  group->missing = retrieval_replicates(plan, group->point) - count;
  group->over_instances =
      !is_folder(plan, group->point) && limen_cell_integer(cells[count - 1], "instance") > 0;
  limen_cells_average(cells, count, group->row, group->mean);
  group->queries = limen_count_of(group->mean[RETRIEVAL_QUERIES]);
  for (size_t m = 0; m < RETRIEVAL_OF_RANKING && status == LIMEN_OK; m++) {
    struct limen_reported *number = &group->measure[m];
    status = group->over_instances
                 ? over_instances(cells, count, group->row, RETRIEVAL_RECALL_2 + m, number, error)
                 : over_queries(plan, cells, count, group->row, m, &group->queries, number, error);
    number->lower = fmax(number->lower, 0);
    number->upper = fmin(number->upper, 1);
  }
  return status;
}

int retrieval_groups(const struct limen_plan *plan, struct retrieval_group **out, size_t *count,
                     struct limen_error *error) {
  size_t capacity = 0;
  int status = LIMEN_OK;
  *out = NULL;
  *count = 0;
  for (size_t point = 0; point < limen_grid_points(&plan->grid) && status == LIMEN_OK; point++) {
    const struct limen_cell **cells = NULL;
    size_t found = 0;
    status = retrieval_cells(plan, point, &cells, &found, error);
    const size_t rows = found == 0                                 ? 0
                        : retrieval_uses_index(&plan->grid, point) ? cells[0]->rows
                                                                   : 1;
    for (size_t row = 0; row < rows && status == LIMEN_OK; row++) {
      status = limen_grow(out, &capacity, *count + 1, sizeof **out, error);
      if (status != LIMEN_OK) break;
      struct retrieval_group *group = &(*out)[(*count)++];
      *group = (struct retrieval_group){.point = point, .row = row};
      status = fill_group(plan, cells, found, group, error);
    }
    limen_free(cells);
  }
  if (status == LIMEN_OK) return status;
  limen_free(*out);
  *out = NULL;
  *count = 0;
  return status;
}

/* ---- headline numbers ---- */

static int add_metric(const struct limen_plan *plan, const struct retrieval_group *group,
                      size_t measure, struct limen_summary *out, struct limen_error *error) {
  const struct limen_reported *number = &group->measure[measure];
  struct limen_text name = {0};
  limen_text_print(&name, "%s/", retrieval_measure_headline(measure));
  limen_plan_axes(plan, group->point, (ptrdiff_t)group->row, &name);
  int status = limen_text_status(&name, error);
  struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                  .value = number->value,
                                  .lower = number->lower,
                                  .upper = number->upper,
                                  .unit = "share",
                                  .higher_is_better = true,
                                  .n = group->cells * group->queries};
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

int retrieval_summarise(const struct limen_plan *plan, struct limen_summary *out,
                        struct limen_error *error) {
  const struct retrieval_study *study = retrieval_study_of(&plan->grid);
  struct retrieval_group *groups = NULL;
  size_t count = 0;
  int status = retrieval_groups(plan, &groups, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    for (size_t m = 0; m < RETRIEVAL_OF_RANKING && groups[i].missing == 0 && status == LIMEN_OK;
         m++)
      if (retrieval_measure_is_known(&plan->grid, m))
        status = add_metric(plan, &groups[i], m, out, error);
  if (status == LIMEN_OK && study->summarise) status = study->summarise(plan, out, error);
  limen_free(groups);
  return status;
}
