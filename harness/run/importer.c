#include "run/importer.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

const struct limen_importer *limen_importer_find(const struct limen_importer *const *importers,
                                                 const char *name) {
  for (size_t i = 0; importers[i]; i++)
    if (strcmp(importers[i]->name, name) == 0) return importers[i];
  return NULL;
}

static size_t columns_of(const struct limen_import *import) {
  size_t count = 0;
  while (import->columns[count]) count++;
  return count;
}

int limen_import_add(struct limen_import *import, const double *row, struct limen_error *error) {
  size_t columns = columns_of(import);
  int status = limen_grow(&import->values, &import->capacity, (import->rows + 1) * columns,
                          sizeof *import->values, error);
  if (status == LIMEN_OK)
    memcpy(import->values + import->rows++ * columns, row, columns * sizeof *row);
  return status;
}

void limen_import_clear(struct limen_import *import) {
  limen_text_clear(&import->definition);
  limen_free(import->values);
  *import = (struct limen_import){0};
}

/* ---- from a row to a cell ---- */

/* A row's number in the column `name`; NaN when there is no such column. */
static double number_of(const struct limen_import *import, size_t row, const char *name) {
  size_t columns = columns_of(import);
  for (size_t i = 0; i < columns; i++)
    if (strcmp(import->columns[i], name) == 0) return import->values[row * columns + i];
  return NAN;
}

/* Which of an axis's values a row has; an axis that is no column has one value. False: none. */
static bool index_of(const struct limen_grid *grid, size_t axis, double number, size_t *index) {
  *index = 0;
  if (isnan(number)) return grid->lengths[axis] == 1;
  for (; *index < grid->lengths[axis]; ++*index)
    if (limen_value_number(&grid->values[axis][*index]) == number) return true;
  return false;
}

/* Axes in the table's order, the last one fastest, make the point; coordinates stand apart. */
static bool place_of(const struct limen_import *import, size_t row, const struct limen_grid *grid,
                     size_t *point, int64_t *coordinates) {
  size_t index, count = 0;
  *point = 0;
  for (size_t i = 0; i < grid->count; i++) {
    const struct limen_parameter *parameter = &grid->parameters[i];
    if (parameter->role != LIMEN_AXIS && parameter->role != LIMEN_COORDINATE) continue;
    double number = number_of(import, row, parameter->name);
    if (parameter->role == LIMEN_COORDINATE) {
      if (!(fabs(number) <= 0x1p53)) return false;
      coordinates[count++] = (int64_t)number;
    } else {
      if (!index_of(grid, i, number, &index)) return false;
      *point = *point * grid->lengths[i] + index;
    }
  }
  return true;
}

static int store_row(const struct limen_import *import, size_t row, struct limen_plan *plan,
                     struct limen_store *store, size_t *repeated, struct limen_error *error) {
  struct limen_answer answer = {0};
  int64_t coordinates[LIMEN_COORDINATES] = {0};
  size_t point = 0, before = plan->n_cells;
  if (!place_of(import, row, &plan->grid, &point, coordinates))
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "result %zu fits no point of the grid that was made of the results", row + 1);
  limen_plan_ask(plan, point, coordinates);
  if (plan->status != LIMEN_OK) return plan->status;
  if (plan->n_cells == before) {
    ++*repeated;
    return LIMEN_OK;
  }
  const struct limen_cell *cell = plan->cells[plan->n_cells - 1];
  int status = limen_answer_init(&answer, 1, limen_kind_measures(plan->kind), error);
  for (size_t j = 0; j < answer.measures && status == LIMEN_OK; j++)
    answer.values[j] = number_of(import, row, plan->kind->measures[j].name);
  if (status == LIMEN_OK)
    status = limen_store_put(store, cell->key, cell->text, plan->code, plan->measure_names, &answer,
                             false, error);
  limen_answer_clear(&answer);
  return status;
}

/* A column that the kind does not have would be dropped without a word. */
static int check_columns(const struct limen_import *import, const struct limen_kind *kind,
                         struct limen_error *error) {
  for (size_t i = 0; import->columns[i]; i++) {
    bool known = limen_parameter_find(kind->parameters, import->columns[i]) >= 0;
    for (size_t j = 0; kind->measures[j].name && !known; j++)
      known = strcmp(kind->measures[j].name, import->columns[i]) == 0;
    if (!known)
      return LIMEN_FAIL(error, LIMEN_FAILED,
                        "the importer has a column %s, which the kind %s has not",
                        import->columns[i], kind->name);
  }
  return LIMEN_OK;
}

int limen_import_store(const struct limen_import *import, struct limen_plan *plan,
                       struct limen_store *store, size_t *repeated, struct limen_error *error) {
  int status = check_columns(import, plan->kind, error);
  *repeated = 0;
  plan->error = error;
  for (size_t i = 0; i < import->rows && status == LIMEN_OK; i++)
    status = store_row(import, i, plan, store, repeated, error);
  plan->error = NULL;
  return status;
}
