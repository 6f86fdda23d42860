/* Plots of precision. Filled markers are proved, hollow ones published. */
#include <math.h>

#include "experiments/kinds/precision/report.h"
#include "limits/margin_bounds.h"

enum { PUBLISHED = 7 /* the colour that they have to themselves */ };

static void add_published(const struct precision_report *report, struct limen_plot *plot) {
  const double from = (double)report->d[0].as.integer;
  const double to = (double)report->d[report->ds - 1].as.integer;
  const size_t series = limen_plot_series(plot, report->published->label, LIMEN_HOLLOW, PUBLISHED);
  for (size_t i = 0; i < report->published->count; i++) {
    const struct limen_published_point *point = &report->published->points[i];
    if (point->d >= from && point->d <= to)
      limen_plot_point(plot, series, point->d, point->n, NAN, NAN);
  }
}

/* Up to the most documents that are proved, so that it widens no axis. */
static void add_law(const struct precision_report *report, struct limen_plot *plot) {
  double highest = 0;
  for (size_t i = 0; i < report->count; i++)
    highest = fmax(highest, (double)report->points[i].certified);
  const double from = (double)report->d[0].as.integer;
  const double to = (double)report->d[report->ds - 1].as.integer;
  const size_t series =
      limen_plot_series(plot, "k e^(d/k): the order of margins 1/sqrt(k)", LIMEN_DASHED, -1);
  for (double d = from; d <= to; d++) {
    const double n = limen_margin_law_documents(d, 2);
    if (n <= highest) limen_plot_point(plot, series, d, n, NAN, NAN);
  }
}

struct limen_plot *precision_report_main_plot(const struct precision_report *report) {
  struct limen_plot *plot = limen_plot_alloc(
      "n_star",
      "Documents of which every pair is the top 2 of some query, proved, against dimensions, by "
      "what documents and queries are stored in. Hollow: what training is published to reach, in "
      "float32. Dashed: the order of what wide margins allow; without a margin d = 4 has no limit.",
      "dimensions d", "documents n");
  if (!plot) return NULL;
  plot->y_scale = LIMEN_LOG;
  plot->x_whole = true;
  plot->x_min = (double)report->d[0].as.integer - 1;
  plot->x_max = (double)report->d[report->ds - 1].as.integer + 1;
  for (size_t a = 0; a < report->arithmetics; a++) {
    const size_t series = limen_plot_series(plot, report->arithmetic[a].as.string,
                                            LIMEN_LINE_POINTS, (int)(a % PUBLISHED));
    for (size_t d = 0; d < report->ds; d++) {
      const struct precision_point *point = precision_report_at(report, d, a);
      if (point && point->certified > 0)
        limen_plot_point(plot, series, (double)point->d, (double)point->certified, NAN, NAN);
    }
  }
  add_published(report, plot);
  add_law(report, plot);
  return plot;
}

static double bits_of(const struct precision_point *point) {
  return (double)(point->d * point->quantiser->bits + point->quantiser->vector_bits);
}

struct limen_plot *precision_report_bits_plot(const struct precision_report *report) {
  struct limen_plot *plot = limen_plot_alloc(
      "bits",
      "The same documents against the bits that one is stored in, its scale included. Dashed: the "
      "counting bound, above which there are more pairs than different queries of so many bits.",
      "bits a document", "documents n");
  double highest = 1;
  if (!plot) return NULL;
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  for (size_t a = 0; a < report->arithmetics; a++) {
    const size_t series = limen_plot_series(plot, report->arithmetic[a].as.string,
                                            LIMEN_LINE_POINTS, (int)(a % PUBLISHED));
    for (size_t d = 0; d < report->ds; d++) {
      const struct precision_point *point = precision_report_at(report, d, a);
      if (!point || point->certified == 0) continue;
      limen_plot_point(plot, series, bits_of(point), (double)point->certified, NAN, NAN);
      highest = fmax(highest, (double)point->certified);
    }
  }
  const size_t bound = limen_plot_series(plot, "counting bound", LIMEN_DASHED, -1);
  for (double bits = 4; bits <= 64; bits += 1) {
    const double n = (1 + sqrt(1 + 8 * exp2(bits))) / 2;
    if (n <= 10 * highest) limen_plot_point(plot, bound, bits, n, NAN, NAN);
  }
  return plot;
}
