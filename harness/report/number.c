#include "report/number.h"

#include <math.h>
#include <string.h>

/* ---- numbers ---- */

/* Places after the point so that the interval's half width has two digits. */
static int places_of(double half_width, int least, int most) {
  if (!(half_width > 0)) return most;
  int places = 1 - (int)floor(log10(half_width));
  return places < least ? least : places > most ? most : places;
}

static bool bounded(const struct limen_reported *number) {
  return isfinite(number->lower) && isfinite(number->upper);
}

static void print_scaled(const struct limen_reported *number, double scale, int least, int most,
                         bool sign, struct limen_text *out) {
  const double half = scale * (number->upper - number->lower) / 2;
  const int places = bounded(number) ? places_of(half, least, most) : most;
  if (isnan(number->value)) {
    limen_text_add(out, "none");
    return;
  }
  limen_text_print(out, sign ? "%+.*f" : "%.*f", places, scale * number->value);
  if (!bounded(number)) return;
  limen_text_print(out, sign ? " [%+.*f, %+.*f]" : " [%.*f, %.*f]", places, scale * number->lower,
                   places, scale * number->upper);
}

void limen_report_number(const struct limen_reported *number, struct limen_text *out) {
  if (fabs(number->value) >= 100)
    print_scaled(number, 1, 0, 1, false, out);
  else
    print_scaled(number, 1, 2, 4, false, out);
}

void limen_report_points(const struct limen_reported *number, struct limen_text *out) {
  print_scaled(number, 100, 1, 2, true, out);
}

void limen_report_compact(const struct limen_reported *number, struct limen_text *out) {
  const double half = (number->upper - number->lower) / 2;
  const int most = fabs(number->value) >= 100 ? 1 : 4;
  if (isnan(number->value))
    limen_text_add(out, "none");
  else if (bounded(number) && half > 0)
    limen_text_print(out, "%.*f ± %.*f", places_of(half, 0, most), number->value,
                     places_of(half, 0, most), half);
  else
    limen_text_print(out, "%.*f", bounded(number) ? 0 : most, number->value);
}

/* ---- points of the grid ---- */

static bool is_listed(const char *name, const char *const *names) {
  for (size_t i = 0; names && names[i]; i++)
    if (strcmp(names[i], name) == 0) return true;
  return false;
}

static bool varies(const struct limen_grid *grid, size_t parameter) {
  return grid->parameters[parameter].role == LIMEN_AXIS && grid->lengths[parameter] > 1;
}

static void print_value(const struct limen_parameter *parameter, const struct limen_value *value,
                        struct limen_text *out) {
  if (parameter->zero && value->type == LIMEN_INTEGER && value->as.integer == 0)
    limen_text_add(out, parameter->zero);
  else
    limen_value_label(value, out);
}

void limen_report_value(const struct limen_plan *plan, size_t point, const char *parameter,
                        struct limen_text *out) {
  const ptrdiff_t i = limen_parameter_find(plan->grid.parameters, parameter);
  print_value(&plan->grid.parameters[i], limen_grid_value(&plan->grid, point, parameter), out);
}

void limen_report_point(const struct limen_plan *plan, size_t point, const char *const *except,
                        struct limen_text *out) {
  const struct limen_grid *grid = &plan->grid;
  const size_t start = out->length;
  for (size_t i = 0; i < grid->count; i++) {
    const char *name = grid->parameters[i].name;
    if (!varies(grid, i) || is_listed(name, except)) continue;
    limen_text_print(out, "%s%s = ", out->length > start ? ", " : "", name);
    limen_report_value(plan, point, name, out);
  }
}

bool limen_report_same_but(const struct limen_plan *plan, size_t a, size_t b,
                           const char *const *except) {
  const struct limen_grid *grid = &plan->grid;
  for (size_t i = 0; i < grid->count; i++) {
    const char *name = grid->parameters[i].name;
    if (varies(grid, i) && !is_listed(name, except) &&
        !limen_value_equal(limen_grid_value(grid, a, name), limen_grid_value(grid, b, name)))
      return false;
  }
  return true;
}

/* ---- what was run ---- */

static void add_setting(const struct limen_grid *grid, size_t i, struct limen_text *out) {
  limen_text_print(out, "%s%s = ", out->length ? "; " : "", grid->parameters[i].name);
  for (size_t j = 0; j < grid->lengths[i]; j++) {
    limen_text_add(out, j ? ", " : "");
    print_value(&grid->parameters[i], &grid->values[i][j], out);
  }
}

void limen_report_settings(const struct limen_plan *plan, const char *const *always,
                           struct limen_text *out) {
  const struct limen_grid *grid = &plan->grid;
  for (size_t i = 0; i < grid->count; i++) {
    const struct limen_parameter *parameter = &grid->parameters[i];
    struct limen_value standard;
    const bool axis = parameter->role == LIMEN_AXIS || parameter->role == LIMEN_INNER;
    if (grid->lengths[i] == 0 || strcmp(parameter->name, "study") == 0) continue;
    const bool usual =
        grid->lengths[i] == 1 &&
        limen_value_parse(parameter, parameter->fallback, &standard, NULL) == LIMEN_OK &&
        limen_value_equal(&standard, &grid->values[i][0]);
    if (axis || !usual || is_listed(parameter->name, always)) add_setting(grid, i, out);
  }
}
