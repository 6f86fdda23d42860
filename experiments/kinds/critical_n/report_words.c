/* Words for curves, counts and intervals, as all sections of the report use them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/kinds/critical_n/report.h"

void critical_curve_name_but(const struct limen_plan *plan, size_t point, const char *but,
                             struct limen_text *out) {
  size_t start = out->length;
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role != LIMEN_AXIS || strcmp(parameter->name, "d") == 0 ||
        (but && strcmp(parameter->name, but) == 0) || plan->grid.lengths[i] < 2)
      continue;
    if (out->length > start) limen_text_add(out, ", ");
    if (parameter->type != LIMEN_CHOICE) limen_text_print(out, "%s = ", parameter->name);
    limen_value_print(limen_grid_value(&plan->grid, point, parameter->name), out);
  }
}

void critical_curve_name(const struct limen_plan *plan, size_t point, struct limen_text *out) {
  critical_curve_name_but(plan, point, NULL, out);
}

double critical_published_n(const struct critical_report *report,
                            const struct critical_point *point,
                            const struct limen_published *table) {
  const char *pattern = limen_grid_string(&report->plan->grid, point->point, "pattern");
  if ((int64_t)table->k != point->k || strcmp(pattern, "all") != 0) return NAN;
  return limen_published_n(table, (double)point->d);
}

bool critical_draws(const struct critical_report *report, const struct limen_published *table) {
  const struct limen_grid *grid = &report->plan->grid;
  bool has_point = false, is_ours = false;
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    has_point = has_point || !isnan(critical_published_n(report, point, table));
    is_ours =
        is_ours ||
        ((!table->loss || !strcmp(table->loss, limen_grid_string(grid, point->point, "loss"))) &&
         (!table->query_rule ||
          !strcmp(table->query_rule, limen_grid_string(grid, point->point, "query_rule"))));
  }
  return has_point && is_ours;
}

void critical_print_n(double n, struct limen_text *out) {
  limen_text_print(out, "%.*f", n == floor(n) ? 0 : 1, n);
}

void critical_print_interval(const struct limen_interval *interval, bool at_most,
                             struct limen_text *out) {
  if (isnan(interval->estimate)) {
    limen_text_add(out, "none");
    return;
  }
  if (at_most) limen_text_add(out, ">= ");
  critical_print_n(interval->estimate, out);
  /* One value has no spread to show. */
  if (!isfinite(interval->lower) || !isfinite(interval->upper) || interval->coverage == 0) return;
  limen_text_add(out, " (");
  critical_print_n(interval->lower, out);
  limen_text_add(out, " .. ");
  critical_print_n(interval->upper, out);
  limen_text_add(out, interval->coverage < CRITICAL_CONFIDENCE ? ")~" : ")");
}

const char *critical_count_words(double n, char *out, size_t size) {
  if (isnan(n))
    snprintf(out, size, "none");
  else if (n < 0)
    snprintf(out, size, "below 0");
  else if (n < 1e5)
    snprintf(out, size, "%.0f", n);
  else if (n < 1e6)
    snprintf(out, size, "%.0fk", n / 1e3);
  else if (n < 1e9)
    snprintf(out, size, "%.3gM", n / 1e6);
  else
    snprintf(out, size, "%.3gB", n / 1e9);
  return out;
}
