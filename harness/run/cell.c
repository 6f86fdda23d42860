/* Reading a cell: values of its parameters. */
#include <assert.h>
#include <math.h>

#include "run/plan.h"

/* Position of the inner parameter `index` in row `row`: the last inner one varies fastest. */
static size_t inner_position(const struct limen_grid *grid, size_t index, size_t row) {
  for (size_t i = grid->count; i-- > 0;) {
    if (grid->parameters[i].role != LIMEN_INNER) continue;
    if (i == index) return row % grid->lengths[i];
    row /= grid->lengths[i];
  }
  return 0;
}

struct limen_value limen_cell_value(const struct limen_cell *cell, size_t row, const char *name) {
  const struct limen_grid *grid = cell->grid;
  ptrdiff_t at = limen_parameter_find(grid->parameters, name);
  assert(at >= 0);
  size_t index = (size_t)at;
  switch (grid->parameters[index].role) {
    case LIMEN_COORDINATE: {
      size_t which = 0;
      for (size_t i = 0; i < index; i++) which += grid->parameters[i].role == LIMEN_COORDINATE;
      return (struct limen_value){.type = LIMEN_INTEGER, .as.integer = cell->coordinate[which]};
    }
    case LIMEN_INNER:
      return grid->values[index][inner_position(grid, index, row)];
    case LIMEN_AXIS:
    case LIMEN_SETTING:
    case LIMEN_PLANNING:
      break;
  }
  return *limen_grid_value(grid, cell->point, name);
}

int64_t limen_cell_integer(const struct limen_cell *cell, const char *name) {
  return limen_cell_value(cell, 0, name).as.integer;
}

double limen_cell_real(const struct limen_cell *cell, const char *name) {
  struct limen_value value = limen_cell_value(cell, 0, name);
  return limen_value_number(&value);
}

const char *limen_cell_string(const struct limen_cell *cell, const char *name) {
  return limen_cell_value(cell, 0, name).as.string;
}

void limen_cells_average(const struct limen_cell *const *cells, size_t count, size_t row,
                         double *mean) {
  const size_t measures = cells[0]->answer.measures;
  for (size_t m = 0; m < measures; m++) {
    size_t known = 0;
    mean[m] = 0;
    for (size_t i = 0; i < count; i++) {
      const double value = cells[i]->answer.values[row * measures + m];
      if (isnan(value)) continue;
      mean[m] += value;
      known++;
    }
    mean[m] = known > 0 ? mean[m] / (double)known : NAN;
  }
}
