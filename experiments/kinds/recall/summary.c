#include "experiments/kinds/recall/summary.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "stats/crossed.h"

/* ---- cells and their raw answers ---- */

int recall_cells(const struct limen_plan *plan, size_t point, const struct limen_cell ***cells,
                 size_t *count, struct limen_error *error) {
  size_t most = recall_replicates(plan, point);
  *count = 0;
  *cells = limen_alloc(most, sizeof(struct limen_cell *), error);
  if (!*cells) return LIMEN_FAILED;
  for (size_t i = 0; i < most; i++) {
    int64_t coordinates[2];
    recall_replicate(plan, point, i, coordinates);
    const struct limen_cell *cell = limen_plan_peek(plan, point, coordinates);
    if (cell && cell->answer.values[RECALL_VARIANTS] > 0) (*cells)[(*count)++] = cell;
  }
  return LIMEN_OK;
}

static int damaged(const struct limen_cell *cell, const char *name, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the store lacks the raw answers \"%s\" of cell%.300s: run it again with "
                    "--fresh",
                    name, strchr(cell->text, ' '));
}

int recall_per_query(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                     enum limen_recall_kind kind, double **values, size_t *count,
                     struct limen_error *error) {
  void *hits = NULL, *places = NULL;
  size_t hit_bytes = 0, place_bytes = 0;
  *values = NULL;
  *count = 0;
  int status = limen_store_answer(plan->store, cell->key, row, "hits", &hits, &hit_bytes, error);
  if (status == LIMEN_OK)
    status =
        limen_store_answer(plan->store, cell->key, row, "places", &places, &place_bytes, error);
  if (status != LIMEN_OK) goto done;
  const size_t n = place_bytes / sizeof(uint16_t);
  if (!hits || !places || n == 0 || hit_bytes != RECALL_HITS * place_bytes) {
    status = damaged(cell, "hits", error);
    goto done;
  }
  if (!(*values = limen_alloc(n, sizeof **values, error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  for (size_t q = 0; q < n; q++)
    (*values)[q] = (double)((const uint16_t *)hits)[RECALL_HITS * q + kind] /
                   (double)((const uint16_t *)places)[q];
  *count = n;
done:
  limen_free(hits);
  limen_free(places);
  return status;
}

int recall_distances_per_query(const struct limen_plan *plan, const struct limen_cell *cell,
                               size_t row, double **values, size_t *count,
                               struct limen_error *error) {
  void *bytes = NULL;
  size_t length = 0;
  *values = NULL;
  *count = 0;
  int status = limen_store_answer(plan->store, cell->key, row, "distances", &bytes, &length, error);
  const size_t n = length / sizeof(uint32_t);
  if (status == LIMEN_OK && (!bytes || n == 0)) status = damaged(cell, "distances", error);
  if (status == LIMEN_OK && !(*values = limen_alloc(n, sizeof **values, error)))
    status = LIMEN_FAILED;
  for (size_t q = 0; q < n && status == LIMEN_OK; q++) (*values)[q] = ((const uint32_t *)bytes)[q];
  if (status == LIMEN_OK) *count = n;
  limen_free(bytes);
  return status;
}

/* ---- groups ---- */

/* What is read of a cell: one of the three recalls, or the distances. */
enum { OF_DISTANCES = RECALL_HITS, NUMBERS = RECALL_HEADLINES };

static int read_one(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                    int what, double **values, size_t *count, struct limen_error *error) {
  if (what == OF_DISTANCES)
    return recall_distances_per_query(plan, cell, row, values, count, error);
  return recall_per_query(plan, cell, row, (enum limen_recall_kind)what, values, count, error);
}

/* Where every variant of an order was built with the same level seeds, builds are no independent
 * draws. Rows of the table are then what was drawn: variants, each the mean over its seeds, and the
 * interval is for these seeds; or, where all the variants that there are were built, seeds, each
 * the mean over the variants. One build a row where there is only one of either. */
static int coordinate_of_rows(const struct limen_cell **cells, size_t builds) {
  size_t variants = 1;
  for (size_t b = 1; b < builds; b++)
    variants += cells[b]->coordinate[1] != cells[b - 1]->coordinate[1];
  return (double)variants < cells[0]->answer.values[RECALL_VARIANTS] && variants > 1 ? 1 : 0;
}

/* The row of build b: a new one, or that of an earlier build which shares the coordinate. */
static size_t row_of(const struct limen_cell **cells, size_t b, int coordinate, size_t *rows,
                     size_t *row) {
  for (size_t i = 0; i < b; i++)
    if (cells[i]->coordinate[coordinate] == cells[b]->coordinate[coordinate])
      return row[b] = row[i];
  return row[b] = (*rows)++;
}

/* `table` (rows x queries) and `inside` (builds of every row) have room for as many rows as builds;
 * so has `at`, which is scratch. */
static int fill_table(const struct limen_plan *plan, const struct limen_cell **cells, size_t builds,
                      size_t row, int what, size_t queries, double *table, size_t *at,
                      size_t *inside, size_t *rows, struct limen_error *error) {
  const int coordinate = coordinate_of_rows(cells, builds);
  int status = LIMEN_OK;
  for (size_t b = 0; b < builds && status == LIMEN_OK; b++) {
    double *values = NULL;
    size_t count = 0;
    const size_t r = row_of(cells, b, coordinate, rows, at);
    inside[r]++;
    status = read_one(plan, cells[b], row, what, &values, &count, error);
    if (status == LIMEN_OK && count != queries) status = damaged(cells[b], "places", error);
    for (size_t q = 0; q < queries && status == LIMEN_OK; q++)
      table[r * queries + q] += (values[q] - table[r * queries + q]) / (double)inside[r];
    limen_free(values);
  }
  return status;
}

int recall_headline_table(const struct limen_plan *plan, const struct limen_cell **cells,
                          size_t builds, size_t row, size_t headline, double **table, size_t *rows,
                          size_t *queries, struct limen_error *error) {
  const int what = (int)headline;
  double *first = NULL;
  size_t *at = limen_alloc(builds, sizeof *at, error);
  size_t *inside = limen_alloc(builds, sizeof *inside, error);
  int status = at && inside ? LIMEN_OK : LIMEN_FAILED;
  *rows = 0;
  if (status == LIMEN_OK) status = read_one(plan, cells[0], row, what, &first, queries, error);
  if (status == LIMEN_OK && !(*table = limen_alloc(builds * *queries, sizeof **table, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = fill_table(plan, cells, builds, row, what, *queries, *table, at, inside, rows, error);
  limen_free(first);
  limen_free(at);
  limen_free(inside);
  return status;
}

/* The mean over builds (rows of the table) and queries (columns), both random: another sample of
 * either would move it. */
static int number_of(const struct limen_plan *plan, const struct limen_cell **cells, size_t builds,
                     size_t row, int what, size_t *queries, struct limen_reported *out,
                     struct limen_error *error) {
  struct limen_crossed crossed;
  double *table = NULL;
  size_t rows = 0;
  int status =
      recall_headline_table(plan, cells, builds, row, (size_t)what, &table, &rows, queries, error);
  if (status == LIMEN_OK)
    status = (what == OF_DISTANCES ? limen_crossed : limen_crossed_share)(
        table, rows, *queries, RECALL_CONFIDENCE, &crossed, error);
  if (status == LIMEN_OK)
    *out = (struct limen_reported){crossed.mean, fmax(crossed.lower, 0), crossed.upper};
  limen_free(table);
  return status;
}

static int fill_group(const struct limen_plan *plan, const struct limen_cell **cells, size_t count,
                      struct recall_group *group, struct limen_error *error) {
  struct limen_reported *numbers[NUMBERS] = {&group->recall, &group->ties, &group->epsilon,
                                             &group->distances};
  int status = LIMEN_OK;
  group->ef = limen_cell_value(cells[0], group->row, "ef").as.integer;
  group->builds = count;
  group->missing = recall_replicates(plan, group->point) - count;
  limen_cells_average(cells, count, group->row, group->mean);
  for (int what = 0; what < NUMBERS && status == LIMEN_OK; what++)
    status = number_of(plan, cells, count, group->row, what, &group->queries, numbers[what], error);
  return status;
}

int recall_groups(const struct limen_plan *plan, struct recall_group **out, size_t *count,
                  struct limen_error *error) {
  size_t capacity = 0;
  int status = LIMEN_OK;
  *out = NULL;
  *count = 0;
  for (size_t point = 0; point < limen_grid_points(&plan->grid) && status == LIMEN_OK; point++) {
    const struct limen_cell **cells = NULL;
    size_t found = 0;
    status = recall_cells(plan, point, &cells, &found, error);
    for (size_t row = 0; found > 0 && row < cells[0]->rows && status == LIMEN_OK; row++) {
      status = limen_grow(out, &capacity, *count + 1, sizeof **out, error);
      if (status != LIMEN_OK) break;
      struct recall_group *group = &(*out)[(*count)++];
      *group = (struct recall_group){.point = point, .row = row};
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

/* In the order of what is read of a cell. */
void recall_headlines(const struct recall_group *group, struct recall_headline *out) {
  const struct recall_headline all[RECALL_HEADLINES] = {
      {"recall", "share", true, group->recall},
      {"recall_ties", "share", true, group->ties},
      {"recall_epsilon", "share", true, group->epsilon},
      {"distances", "evaluations", false, group->distances}};
  memcpy(out, all, sizeof all);
}

int recall_add_metric(const struct limen_plan *plan, size_t point, size_t row, const char *measure,
                      const char *unit, bool higher_is_better, const struct limen_reported *number,
                      size_t n, struct limen_summary *out, struct limen_error *error) {
  struct limen_text name = {0};
  if (isnan(number->value)) return LIMEN_OK;
  limen_text_print(&name, "%s/", measure);
  limen_plan_axes(plan, point, (ptrdiff_t)row, &name);
  int status = limen_text_status(&name, error);
  struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                  .value = number->value,
                                  .lower = number->lower,
                                  .upper = number->upper,
                                  .unit = unit,
                                  .higher_is_better = higher_is_better,
                                  .n = n};
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

int recall_summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error) {
  const struct recall_study *study = recall_study_of(&plan->grid);
  struct recall_group *groups = NULL;
  size_t count = 0;
  int status = recall_groups(plan, &groups, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    const struct recall_group *group = &groups[i];
    struct recall_headline metrics[RECALL_HEADLINES];
    if (group->missing > 0) continue; /* a partial run: not yet a headline */
    recall_headlines(group, metrics);
    for (size_t m = 0; m < RECALL_HEADLINES && status == LIMEN_OK; m++)
      status = recall_add_metric(plan, group->point, group->row, metrics[m].measure,
                                 metrics[m].unit, metrics[m].higher_is_better, &metrics[m].number,
                                 group->builds * group->queries, out, error);
  }
  if (status == LIMEN_OK && study->summarise) status = study->summarise(plan, out, error);
  limen_free(groups);
  return status;
}
