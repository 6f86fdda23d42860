#include "limits/dimension_bounds.h"

#define LIMEN_ENTRY(entry) extern const struct limen_dimension_bound entry;
#include "limits/dimension_bounds.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_dimension_bound *const bounds[] = {
#include "limits/dimension_bounds.def"
    NULL};
#undef LIMEN_ENTRY

static const size_t BOUNDS = sizeof bounds / sizeof *bounds - 1;
_Static_assert(sizeof bounds / sizeof *bounds - 1 <= LIMEN_DIMENSION_BOUNDS_MOST,
               "callers make room for so many");

const struct limen_dimension_bound *limen_dimension_bound_at(size_t i) {
  return i < BOUNDS ? bounds[i] : NULL;
}

const char *limen_dimension_bound_name(size_t i) { return i < BOUNDS ? bounds[i]->name : NULL; }

static void raise(size_t *lower, size_t to) {
  if (to != LIMEN_BOUND_NONE && to > *lower) *lower = to;
}

static void reduce(size_t *upper, size_t to) {
  if (to < *upper) *upper = to;
}

int limen_dimension_bounds_find(const struct limen_relevance_matrix *matrix,
                                struct limen_bound_value *values, struct limen_dimension_range *out,
                                struct limen_error *error) {
  int status = LIMEN_OK;
  *out = (struct limen_dimension_range){0};
  if (matrix->rows == 0) return LIMEN_OK;
  *out = (struct limen_dimension_range){1, SIZE_MAX, 1, SIZE_MAX};
  for (size_t i = 0; i < BOUNDS && status == LIMEN_OK; i++) {
    values[i] = (struct limen_bound_value){.any = LIMEN_BOUND_NONE, .unit = LIMEN_BOUND_NONE};
    status = bounds[i]->find(matrix, &values[i], error);
    if (bounds[i]->side == LIMEN_BOUND_LOWER) {
      raise(&out->lower, values[i].any);
      raise(&out->lower_unit, values[i].unit);
    } else {
      reduce(&out->upper, values[i].any);
      reduce(&out->upper_unit, values[i].unit);
    }
  }
  if (status != LIMEN_OK) return status;
  raise(&out->lower_unit, out->lower);
  raise(&out->lower, out->lower_unit - 1);
  reduce(&out->upper, out->upper_unit);
  reduce(&out->upper_unit, out->upper + 1);
  return LIMEN_OK;
}
