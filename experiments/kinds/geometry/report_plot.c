/* The one picture: documents against dimensions. Filled markers are proved here, hollow ones
 * published, dashed lines known bounds. */
#include <math.h>

#include "experiments/kinds/geometry/report.h"
#include "limits/margin_bounds.h"

/* Colours: formats have the first ones, and published points those with hollow markers of their
 * own.
 */
enum { FORMATS = 5, REPRODUCED = 5, LAW = 6, PUBLISHED = 7, FEW = 24 };
static const double MARGIN = 0.1, N_HIGHEST = 1e11;

static double packing(double d) { return limen_margin_packing_pairs(MARGIN, d); }
static double law(double d) { return limen_margin_law_documents(d, 2); }

/* A line from d = 4 until it leaves the picture. */
static void draw_bound(struct limen_plot *plot, const char *label, int colour,
                       double (*n_of)(double d)) {
  double end = 4;
  while (end < 4096 && n_of(end) < N_HIGHEST) end += 0.25;
  const size_t series = limen_plot_series(plot, label, LIMEN_DASHED, colour);
  for (size_t i = 0; i < FEW; i++) {
    const double d = 4 * pow(end / 4, (double)i / (FEW - 1));
    limen_plot_point(plot, series, d, fmin(n_of(d), N_HIGHEST), NAN, NAN);
  }
}

static void draw_published(struct limen_plot *plot, const struct limen_published *table,
                           int colour) {
  const size_t series = limen_plot_series(plot, table->label, LIMEN_HOLLOW, colour);
  for (size_t i = 0; i < table->count; i++)
    limen_plot_point(plot, series, table->points[i].d, table->points[i].n, NAN, NAN);
}

/* Names the vertical line, the last point of the published extrapolation, and the fewest bits that
 * are proved for as many documents. */
static void name_places(const struct geometry_report *report, struct limen_plot *plot) {
  const struct limen_published *far = &limen_published_extrapolated;
  const struct limen_published_point *last = &far->points[far->count - 1];
  struct limen_text text = {0};
  limen_plot_mark(plot, 4, 5 * N_HIGHEST, "d = 2k = 4: without a margin, no limit");
  limen_text_print(&text, "%.0f dimensions: ", last->d);
  geometry_count_print(last->n, &text);
  limen_text_add(&text, ", extrapolated");
  limen_plot_mark(plot, last->d, last->n, limen_text_string(&text));
  limen_text_clear(&text);
  const struct geometry_point *reached = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct geometry_point *point = &report->points[i];
    if (point->format->bits != 1 || point->n < last->n) continue;
    if (!reached || point->d < reached->d) reached = point;
  }
  if (!reached) return;
  limen_text_print(&text, "%lld bits: ", (long long)reached->d);
  geometry_count_print(reached->n, &text);
  limen_text_add(&text, ", proved");
  limen_plot_mark(plot, (double)reached->d, reached->n, limen_text_string(&text));
  limen_text_clear(&text);
}

static void draw_trained(const struct geometry_report *report, struct limen_plot *plot) {
  const size_t series =
      limen_plot_series(plot, "float32, trained in this run", LIMEN_POINTS, PUBLISHED);
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].trained)
      limen_plot_point(plot, series, (double)report->points[i].d,
                       geometry_value(report->points[i].trained, GEOMETRY_N), NAN, NAN);
}

struct limen_plot *geometry_report_plot(const struct geometry_report *report) {
  struct limen_plot *plot = limen_plot_alloc(
      "documents",
      "Documents of which every pair can be some query's top 2, against dimensions. Filled: proved "
      "in this run, by what documents are stored in; a curve that runs flat shows where the search "
      "was told to end, and curves meet where a coarser format proves as much. Hollow: trained "
      "embeddings, published, and the published extrapolation of "
      "them. Dashed: limits that a margin sets. Vertical: from d = 4 on, real numbers without a "
      "margin have no limit.",
      "dimensions d", "documents n");
  if (!plot) return NULL;
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  plot->x_min = 3.5;
  plot->x_max = 5000;
  plot->y_min = 5;
  plot->y_max = 20 * N_HIGHEST;
  plot->x_line = 4;
  for (size_t f = 0; f < report->formats; f++) {
    const size_t series =
        limen_plot_series(plot, report->format[f].as.string, LIMEN_LINE_POINTS, (int)(f % FORMATS));
    for (size_t d = 0; d < report->ds; d++) {
      const struct geometry_point *point = geometry_report_at(report, d, f);
      if (point && point->n > 0)
        limen_plot_point(plot, series, (double)point->d, point->n, NAN, NAN);
    }
  }
  draw_trained(report, plot);
  draw_published(plot, report->published, PUBLISHED);
  draw_published(plot, limen_published_find("reproduction"), REPRODUCED);
  draw_published(plot, &limen_published_extrapolated, -1);
  draw_bound(plot, "at most, where every lead is 0.2 (packing)", -1, packing);
  draw_bound(plot, "2 e^(d/2): the order of margins 1/sqrt(k)", LAW, law);
  name_places(report, plot);
  return plot;
}
