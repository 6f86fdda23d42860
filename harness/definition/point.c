/* The points of a grid and the value of each parameter there. */
#include <assert.h>
#include <stdint.h>

#include "definition/definition.h"

size_t limen_grid_points(const struct limen_grid *grid) {
  size_t points = 1;
  for (size_t i = 0; i < grid->count; i++)
    if (grid->parameters[i].role == LIMEN_AXIS &&
        __builtin_mul_overflow(points, grid->lengths[i], &points))
      return SIZE_MAX;
  return points;
}

/* How many points on the next value of parameter i is. */
static size_t stride_of(const struct limen_grid *grid, size_t i) {
  size_t stride = 1;
  for (size_t j = i + 1; j < grid->count; j++)
    if (grid->parameters[j].role == LIMEN_AXIS) stride *= grid->lengths[j];
  return stride;
}

size_t limen_grid_point_with(const struct limen_grid *grid, size_t index, const char *name,
                             size_t value) {
  const ptrdiff_t i = limen_parameter_find(grid->parameters, name);
  assert(i >= 0 && grid->parameters[i].role == LIMEN_AXIS && value < grid->lengths[i]);
  const size_t stride = stride_of(grid, (size_t)i);
  return index + (value - index / stride % grid->lengths[i]) * stride;
}

const struct limen_value *limen_grid_value(const struct limen_grid *grid, size_t index,
                                           const char *name) {
  if (!grid->parameters) return NULL;
  ptrdiff_t found = limen_parameter_find(grid->parameters, name);
  if (found < 0) return NULL;
  size_t i = (size_t)found;
  enum limen_role role = grid->parameters[i].role;
  if (role == LIMEN_COORDINATE || role == LIMEN_INNER || grid->lengths[i] == 0) return NULL;
  if (role != LIMEN_AXIS) return grid->values[i];
  return &grid->values[i][index / stride_of(grid, i) % grid->lengths[i]];
}

/* A wrong name or type is a slip in the kind that asks, not in what a user wrote. */
int64_t limen_grid_integer(const struct limen_grid *grid, size_t index, const char *name) {
  const struct limen_value *value = limen_grid_value(grid, index, name);
  assert(value && value->type == LIMEN_INTEGER);
  return value->as.integer;
}

double limen_grid_real(const struct limen_grid *grid, size_t index, const char *name) {
  const struct limen_value *value = limen_grid_value(grid, index, name);
  assert(value && (value->type == LIMEN_REAL || value->type == LIMEN_INTEGER));
  return limen_value_number(value);
}

const char *limen_grid_string(const struct limen_grid *grid, size_t index, const char *name) {
  const struct limen_value *value = limen_grid_value(grid, index, name);
  assert(value && value->type != LIMEN_INTEGER && value->type != LIMEN_REAL);
  return value->as.string;
}
