/* Forests and their tables: one row an order, one series an engine with its levels and batch. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/kinds/recall/report_order.h"

/* ---- words ---- */

void recall_order_setting(const struct recall_report *report, size_t point, const char *except,
                          struct limen_text *out) {
  const struct limen_grid *grid = &report->plan->grid;
  limen_text_add(out, limen_grid_string(grid, point, "engine"));
  for (size_t i = 0; i < grid->count; i++) {
    const char *name = grid->parameters[i].name;
    if (grid->parameters[i].role != LIMEN_AXIS || grid->lengths[i] < 2) continue;
    if (strcmp(name, "data") == 0 || strcmp(name, "order") == 0 || strcmp(name, "engine") == 0)
      continue;
    if (except && strcmp(name, except) == 0) continue;
    if (!recall_looks_at(grid, point, name)) continue;
    limen_text_print(out, ", %s ", name);
    limen_report_value(report->plan, point, name, out);
  }
}

void recall_order_print_p(double p, struct limen_text *out) {
  if (isnan(p))
    limen_text_add(out, "none");
  else if (p < 1e-6)
    limen_text_add(out, "< 1e-6");
  else
    limen_text_print(out, p < 1e-3 ? "%.0e" : "%.2g", p);
}

bool recall_order_same_data(const struct limen_plan *plan, size_t a, size_t b) {
  return limen_value_equal(limen_grid_value(&plan->grid, a, "data"),
                           limen_grid_value(&plan->grid, b, "data"));
}

bool recall_order_nth_data(const struct recall_orders *orders, const struct limen_plan *plan,
                           size_t nth, size_t *first) {
  for (size_t i = 0; i < orders->count; i++) {
    bool seen = false;
    for (size_t j = 0; j < i; j++)
      seen |= recall_order_same_data(plan, orders->family[i].random.point,
                                     orders->family[j].random.point);
    if (seen || nth-- > 0) continue;
    *first = i;
    return true;
  }
  return false;
}

size_t recall_order_second_ef(const struct recall_orders *orders) {
  size_t best = 0;
  double nearest = INFINITY;
  for (size_t e = 0; e < orders->efs; e++) {
    double away = fabs(log((double)orders->ef[e] / (4 * (double)orders->ef[0])));
    if (away < nearest) nearest = away, best = e;
  }
  return best;
}

bool recall_order_of_data(const struct recall_report *report, const struct recall_orders *orders,
                          size_t family, size_t first) {
  return recall_order_same_data(report->plan, orders->family[family].random.point,
                                orders->family[first].random.point);
}

/* ---- the forest ---- */

/* The orders of all families of a data, in the grid's order, each once. */
static size_t orders_of(const struct recall_report *report, const struct recall_orders *orders,
                        size_t first, const char **names, size_t most) {
  size_t count = 0;
  for (size_t f = first; f < orders->count; f++) {
    const struct recall_order_family *family = &orders->family[f];
    if (!recall_order_of_data(report, orders, f, first)) continue;
    for (size_t a = 0; a < family->n_arms; a++) {
      const char *name = recall_order_name(report->plan, family->arm[a].point);
      size_t i = 0;
      while (i < count && strcmp(names[i], name) != 0) i++;
      if (i == count && count < most) names[count++] = name;
    }
  }
  return count;
}

/* Where 95% of random orders lie, about their mean: the widest of the families shown. */
static void add_null(struct limen_plot *plot, const struct recall_report *report,
                     const struct recall_orders *orders, size_t first, size_t ef,
                     enum recall_order_measure measure) {
  size_t shown = 0;
  double half = 0;
  for (size_t f = first; f < orders->count; f++) {
    if (!recall_order_of_data(report, orders, f, first)) continue;
    shown++;
    for (size_t a = 0; a < orders->family[f].n_arms; a++) {
      const struct recall_order_test *test =
          &recall_order_effect_at(orders, &orders->family[f], a, ef)->test[measure];
      if (test->made) half = fmax(half, 100 * (test->null.upper - test->null.mean));
    }
  }
  size_t band = limen_plot_series(
      plot, shown > 1 ? "95% of random orders, where they spread most" : "95% of random orders",
      LIMEN_BAND, -1);
  if (half > 0) limen_plot_point(plot, band, NAN, NAN, -half, half);
}

/* One series: the orders of a family, `aside` of the middle of their rows. */
static void add_family(struct limen_plot *plot, const struct recall_report *report,
                       const struct recall_orders *orders, size_t f, size_t ef,
                       enum recall_order_measure measure, int colour, double aside) {
  const struct recall_order_family *family = &orders->family[f];
  struct limen_text name = {0};
  recall_order_setting(report, family->random.point, NULL, &name);
  size_t series = limen_plot_series(plot, limen_text_string(&name), LIMEN_POINTS, colour);
  for (size_t a = 0; a < family->n_arms; a++) {
    const struct recall_order_test *test =
        &recall_order_effect_at(orders, family, a, ef)->test[measure];
    const char *order = recall_order_name(report->plan, family->arm[a].point);
    struct limen_reported effect = recall_order_number(test);
    size_t row = 0;
    while (row < plot->n_rows && strcmp(plot->row[row], order) != 0) row++;
    if (test->made)
      limen_plot_point(plot, series, 100 * effect.value, (double)row + aside, 100 * effect.lower,
                       100 * effect.upper);
  }
  limen_text_clear(&name);
}

void recall_order_forest(const struct recall_report *report, const struct recall_orders *orders,
                         size_t first, size_t nth, size_t ef, enum recall_order_measure measure) {
  enum { ROWS_MOST = 64 };
  const char *names[ROWS_MOST];
  const bool work = measure == RECALL_ORDER_AT_WORK;
  struct limen_text caption = {0};
  char name[64], label[96];
  size_t abreast = 0, at = 0;
  snprintf(name, sizeof name, "%s_ef%" PRId64 "_%zu", work ? "equal_work" : "effects",
           orders->ef[ef], nth + 1);
  snprintf(label, sizeof label, "recall against random orders, in points (ef = %" PRId64 ")",
           orders->ef[ef]);
  limen_report_value(report->plan, orders->family[first].random.point, "data", &caption);
  limen_text_print(&caption,
                   work ? ": the same at equal work: recall is read off at the number of distance "
                          "evaluations that random orders take at ef = %" PRId64
                          ". No point: the values of ef do not reach so far."
                        : ": recall of each insertion order at ef = %" PRId64
                          ", less the mean of the random orders. Right of 0 is better. Bars are "
                          "95%% prediction intervals: those that hold 0 are what one more random "
                          "order may do.",
                   orders->ef[ef]);
  struct limen_plot *plot = limen_plot_alloc(name, limen_text_string(&caption), label, "");
  limen_text_clear(&caption);
  if (plot) {
    size_t rows = orders_of(report, orders, first, names, ROWS_MOST);
    for (size_t i = 0; i < rows; i++) limen_plot_row(plot, names[i]);
    plot->x_line = 0;
    for (size_t f = first; f < orders->count; f++)
      abreast += recall_order_of_data(report, orders, f, first);
    for (size_t f = first; f < orders->count; f++) {
      if (!recall_order_of_data(report, orders, f, first)) continue;
      double aside = 0.64 * (((double)at + 0.5) / (double)abreast - 0.5);
      add_family(plot, report, orders, f, ef, measure, (int)(at++ % 8), aside);
    }
    add_null(plot, report, orders, first, ef, measure);
  }
  limen_document_plot(report->out, plot);
}

/* ---- tables ---- */

/* Columns at the start of a row that say nothing: the data's, where there is one. */
static size_t needless(const struct recall_report *report) {
  const struct limen_grid *grid = &report->plan->grid;
  return grid->lengths[limen_parameter_find(grid->parameters, "data")] < 2;
}

void recall_order_table(const struct recall_report *report, const char *caption,
                        const char *heads) {
  for (size_t i = needless(report); i > 0; i--) heads = strchr(heads, '|') + 1;
  limen_document_table(report->out, caption, heads);
}

void recall_order_row(const struct recall_report *report, struct limen_text *cells,
                      size_t columns) {
  enum { COLUMNS_MOST = 16 };
  const char *row[COLUMNS_MOST] = {0};
  for (size_t c = 0; c < columns && c < COLUMNS_MOST; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->out, row + needless(report));
  for (size_t c = 0; c < columns; c++) limen_text_clear(&cells[c]);
}

/* "8 of 24", "8, sampled", "1". */
static void print_variants(const struct recall_order_arm *arm, struct limen_text *out) {
  if (arm->available == 1)
    limen_text_add(out, "1");
  else if (isinf(arm->available))
    limen_text_print(out, "%zu, sampled", arm->variants);
  else
    limen_text_print(out, "%zu of %.0f", arm->variants, arm->available);
}

void recall_order_labels(const struct recall_report *report, size_t point, const char *except,
                         struct limen_text *cells) {
  limen_report_value(report->plan, point, "data", &cells[0]);
  recall_order_setting(report, point, except, &cells[1]);
  limen_text_add(&cells[2], recall_order_name(report->plan, point));
}

void recall_order_print_effect(const struct recall_order_test *test, struct limen_text *out) {
  struct limen_reported number = recall_order_number(test);
  if (!test->made) {
    limen_text_add(out, "-");
    return;
  }
  limen_report_points(&number, out);
  if (recall_order_matters(test)) limen_text_add(out, " *");
}

void recall_order_effects_table(const struct recall_report *report,
                                const struct recall_orders *orders, size_t ef) {
  enum { COLUMNS = 9 };
  char caption[200];
  snprintf(caption, sizeof caption,
           "Effects at ef = %" PRId64
           ", in points of recall against random orders, with 95%% prediction intervals.",
           orders->ef[ef]);
  recall_order_table(report, caption,
                     "data|index|order|#random|#effect|#p (Holm)|#rank|#distances|#variants");
  for (size_t f = 0; f < orders->count; f++)
    for (size_t a = 0; a < orders->family[f].n_arms; a++) {
      const struct recall_order_effect *effect =
          recall_order_effect_at(orders, &orders->family[f], a, ef);
      const struct recall_order_test *test = &effect->test[RECALL_ORDER_AT_EF];
      struct limen_reported number = recall_order_number(test);
      struct limen_text cells[COLUMNS] = {0};
      recall_order_labels(report, orders->family[f].arm[a].point, NULL, cells);
      limen_text_print(&cells[3], "%.4f", test->null.mean);
      limen_report_points(&number, &cells[4]);
      recall_order_print_p(test->holm, &cells[5]);
      limen_text_print(&cells[6], "%zu of %zu", test->null.as_extreme + 1, test->null.n + 1);
      limen_text_print(&cells[7], "%+.1f%%", 100 * (effect->work - 1));
      print_variants(&orders->family[f].arm[a], &cells[8]);
      recall_order_row(report, cells, COLUMNS);
    }
  limen_document_fold(report->out, 15);
}

/* Both comparisons at every ef that lies inside the grid. */
void recall_order_work_table(const struct recall_report *report,
                             const struct recall_orders *orders) {
  enum { COLUMNS = 7 };
  recall_order_table(
      report,
      "The same at equal work, at every ef with others around it. A star: more than noise. Work at "
      "equal recall: distance evaluations needed for the recall of random "
      "orders, as a multiple of theirs. A dash: the values of ef do not reach so far.",
      "data|index|order|#ef|#effect at equal ef|#effect at equal work|#work at equal recall");
  for (size_t f = 0; f < orders->count; f++)
    for (size_t a = 0; a < orders->family[f].n_arms; a++)
      for (size_t e = 1; e + 1 < orders->efs; e++) {
        const struct recall_order_effect *effect =
            recall_order_effect_at(orders, &orders->family[f], a, e);
        const struct recall_order_test *recall = &effect->test[RECALL_ORDER_AT_RECALL];
        struct limen_reported ratio = recall_order_ratio(recall);
        struct limen_text cells[COLUMNS] = {0};
        recall_order_labels(report, orders->family[f].arm[a].point, NULL, cells);
        limen_text_print(&cells[3], "%" PRId64, orders->ef[e]);
        recall_order_print_effect(&effect->test[RECALL_ORDER_AT_EF], &cells[4]);
        recall_order_print_effect(&effect->test[RECALL_ORDER_AT_WORK], &cells[5]);
        if (recall->made && isnan(ratio.lower))
          limen_text_print(&cells[6], "%.2f", ratio.value);
        else if (recall->made)
          limen_text_print(&cells[6], "%.2f [%.2f, %.2f]%s", ratio.value, ratio.lower, ratio.upper,
                           recall_order_matters(recall) ? " *" : "");
        else
          limen_text_add(&cells[6], "-");
        recall_order_row(report, cells, COLUMNS);
      }
  limen_document_fold(report->out, 12);
}
