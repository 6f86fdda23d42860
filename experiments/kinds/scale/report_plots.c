/* Dimensions against documents. */
#include <math.h>
#include <stdio.h>

#include "experiments/kinds/scale/report.h"
#include "limits/margin_bounds.h"
#include "limits/published.h"

enum { FEW = 24 /* places in which a line is drawn */, COLOURS = 8 };

double scale_counting_bound(double n, double k) {
  const double subsets = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
  return fmax(log2(n), subsets / log(3));
}

static double cubic(double n, double k) {
  (void)k;
  return limen_published_cubic_d(n);
}

static void draw_line(const struct scale_report *report, struct limen_plot *plot, const char *label,
                      enum limen_style style, int colour, double k, size_t places,
                      double (*of)(double n, double k)) {
  double least = INFINITY, most = 0;
  for (size_t i = 0; i < report->count; i++) {
    least = fmin(least, (double)report->points[i].n);
    most = fmax(most, (double)report->points[i].n);
  }
  const size_t series = limen_plot_series(plot, label, style, colour);
  for (size_t i = 0; i < places; i++) {
    const double share = places > 1 ? (double)i / (double)(places - 1) : 0;
    const double n = least * pow(most / least, share);
    limen_plot_point(plot, series, n, of(n, k), NAN, NAN);
  }
}

static void draw_family(const struct scale_report *report, struct limen_plot *plot,
                        const struct limen_construction *family, int64_t k, const char *label,
                        int colour) {
  bool any = false;
  for (size_t i = 0; i < report->count; i++)
    any = any || (report->points[i].cell && report->points[i].family == family &&
                  report->points[i].k == k);
  if (!any) return;
  const size_t series = limen_plot_series(plot, label, LIMEN_LINE_POINTS, colour);
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    if (!point->cell || point->family != family || point->k != k) continue;
    limen_plot_point(plot, series, point->values[SCALE_DOCUMENTS], point->values[SCALE_DIMENSIONS],
                     NAN, NAN);
  }
}

static void log_axes(struct limen_plot *plot) {
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOG;
}

void scale_report_plot(const struct scale_report *report) {
  const int64_t k = scale_report_k(report);
  char caption[800];
  snprintf(caption, sizeof caption,
           "Dimensions certified to serve n documents, if every set of k = %lld must be some "
           "query's top %lld: proved, so a smaller d may do as well. %sDashed: what is known to "
           "be needed or to suffice.",
           (long long)k, (long long)k,
           k == 2 ? "Hollow: the d at which the published fit to trained embeddings, of n up to "
                    "626, comes to n. "
                  : "");
  struct limen_plot *plot = limen_plot_alloc("smallest_d", caption, "documents n", "dimensions d");
  if (plot) {
    log_axes(plot);
    for (int f = 0; limen_construction_at((size_t)f); f++) {
      const struct limen_construction *family = limen_construction_at((size_t)f);
      draw_family(report, plot, family, k, family->title, f);
    }
    if (k == 2)
      draw_line(report, plot, "Weller et al. 2025, cubic fit, extrapolated", LIMEN_HOLLOW, -1, 2, 6,
                cubic);
    draw_line(report, plot, "k ln(n/k): margins of order 1/sqrt(k)", LIMEN_DASHED, 3, (double)k,
              FEW, limen_margin_law);
    draw_line(report, plot, "counting: one bit, queries of -1, 0, +1", LIMEN_DASHED, 4, (double)k,
              FEW, scale_counting_bound);
    draw_line(report, plot, "2k: enough where no margin is asked", LIMEN_DASHED, 5, (double)k, FEW,
              limen_no_margin);
  }
  limen_document_plot(report->out, plot);
}

/* The values of k in the grid's order; returns false past the end. */
static bool k_at(const struct scale_report *report, size_t which, int64_t *out) {
  size_t found = 0;
  for (size_t i = 0; i < report->count; i++) {
    bool seen = false;
    for (size_t j = 0; j < i; j++) seen = seen || report->points[j].k == report->points[i].k;
    if (seen || found++ != which) continue;
    *out = report->points[i].k;
    return true;
  }
  return false;
}

void scale_report_plot_k(const struct scale_report *report) {
  int64_t k = 0;
  if (!k_at(report, 1, &k)) return;
  for (size_t f = 0; limen_construction_at(f); f++) {
    const struct limen_construction *family = limen_construction_at(f);
    char name[80], caption[240], label[40];
    bool any = false;
    for (size_t i = 0; i < report->count; i++)
      any = any || (report->points[i].cell && report->points[i].family == family);
    if (!any) continue;
    snprintf(name, sizeof name, "smallest_d_%s", family->name);
    snprintf(caption, sizeof caption,
             "The %s: certified dimensions for sets of every size k. Where a line ends, nothing "
             "was certified beyond.",
             family->title);
    struct limen_plot *plot = limen_plot_alloc(name, caption, "documents n", "dimensions d");
    if (plot) {
      log_axes(plot);
      for (size_t which = 0; k_at(report, which, &k); which++) {
        snprintf(label, sizeof label, "k = %lld", (long long)k);
        draw_family(report, plot, family, k, label, (int)(which % COLOURS));
      }
    }
    limen_document_plot(report->out, plot);
  }
}
