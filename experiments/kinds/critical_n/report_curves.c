/* Many curves at once: a row each, at the largest d. Too many lines over d would be told apart by
 * no colours. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "experiments/kinds/critical_n/report.h"

static void add_published(struct limen_plot *plot, const struct critical_report *report,
                          size_t *rows) {
  size_t series = SIZE_MAX;
  for (size_t i = 0; limen_published_at(i); i++) {
    const struct limen_published *table = limen_published_at(i);
    double n = limen_published_n(table, report->d_max);
    if (isnan(n) || !critical_draws(report, table)) continue;
    if (series == SIZE_MAX) series = limen_plot_series(plot, "published", LIMEN_HOLLOW, 1);
    limen_plot_row(plot, table->label);
    limen_plot_point(plot, series, n, (double)(*rows)++, NAN, NAN);
  }
}

struct limen_plot *critical_plot_curves(const struct critical_report *report) {
  char caption[512], x_label[64];
  snprintf(
      caption, sizeof caption,
      "Documents that %.0f dimensions serve, by how they were trained: median over seeds, with "
      "its 95%% interval where six seeds or more give one, and the largest n that any training "
      "proved. Hollow markers are published figures.",
      report->d_max);
  snprintf(x_label, sizeof x_label, "documents n at d = %.0f", report->d_max);
  struct limen_plot *plot = limen_plot_alloc("critical_n", caption, x_label, "");
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOG;
  size_t rows = 0, median = limen_plot_series(plot, "critical_n, median", LIMEN_POINTS, 0);
  size_t proved = limen_plot_series(plot, "certified_n, proved", LIMEN_POINTS, 5);
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    struct limen_text name = {0};
    if ((double)point->d != report->d_max) continue;
    bool covers = point->critical.coverage >= CRITICAL_CONFIDENCE;
    critical_curve_name(report->plan, point->point, &name);
    limen_plot_row(plot, limen_text_string(&name));
    limen_plot_point(plot, median, point->critical.estimate, (double)rows,
                     covers ? point->critical.lower : NAN, covers ? point->critical.upper : NAN);
    if (point->certified > 0)
      limen_plot_point(plot, proved, (double)point->certified, (double)rows, NAN, NAN);
    rows++;
    limen_text_clear(&name);
  }
  add_published(plot, report, &rows);
  return plot;
}
