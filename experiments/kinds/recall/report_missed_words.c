/* Words and names in the report on missed neighbours. */
#include <inttypes.h>
#include <math.h>

#include "experiments/kinds/recall/report_missed.h"

/* Places after the point so that the half width of the interval has two digits. */
static int places_of(const struct limen_reported *number) {
  const double half = 50 * (number->upper - number->lower);
  const int places = half > 0 ? 1 - (int)floor(log10(half)) : 2;
  return places < 1 ? 1 : places > 3 ? 3 : places;
}

void missed_print_percent(const struct limen_reported *number, struct limen_text *out) {
  const int places = places_of(number);
  if (isnan(number->value))
    limen_text_add(out, "none");
  else if (number->value == 0)
    limen_text_print(out, "0 [0, %.*f]", places, 100 * number->upper);
  else
    limen_text_print(out, "%.*f [%.*f, %.*f]", places, 100 * number->value, places,
                     100 * number->lower, places, 100 * number->upper);
}

void missed_print_cell(const struct limen_reported *number, struct limen_text *out) {
  if (number->value == 0)
    limen_text_print(out, "< %.*f", places_of(number), 100 * number->upper);
  else
    missed_print_percent(number, out);
}

void missed_arm_name(const struct missed_report *report, const struct missed_arm *arm, bool ef,
                     struct limen_text *out) {
  static const char *const bare[] = {"data", "order", NULL};
  const struct limen_grid *grid = &report->common.plan->grid;
  struct limen_text rest = {0};
  limen_report_value(report->common.plan, arm->group->point, "data", out);
  if (grid->lengths[limen_parameter_find(grid->parameters, "order")] > 1)
    limen_text_print(out, ", %s", limen_grid_string(grid, arm->group->point, "order"));
  limen_report_point(report->common.plan, arm->group->point, bare, &rest);
  if (rest.length > 0) limen_text_print(out, ", %s", limen_text_string(&rest));
  if (ef) limen_text_print(out, ", ef %" PRId64, arm->group->ef);
  limen_text_clear(&rest);
}

double missed_beside(size_t row, size_t series, size_t count) {
  return (double)row + (((double)series + 0.5) / (double)count - 0.5) * 0.7;
}

size_t missed_middle_row(const struct missed_report *report) {
  const struct limen_grid *grid = &report->common.plan->grid;
  return grid->lengths[limen_parameter_find(grid->parameters, "ef")] / 2;
}

bool missed_is_middle(const struct missed_report *report, const struct missed_arm *arm) {
  return arm->group->row == missed_middle_row(report);
}

void missed_plot_rows(const struct missed_report *report, struct limen_plot *plot) {
  for (size_t i = 0; i < report->count; i++) {
    struct limen_text name = {0};
    if (!missed_is_middle(report, &report->arm[i])) continue;
    missed_arm_name(report, &report->arm[i], true, &name);
    limen_plot_row(plot, limen_text_string(&name));
    limen_text_clear(&name);
  }
}
