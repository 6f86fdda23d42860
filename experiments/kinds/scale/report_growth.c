/* How certified dimensions grow with k, where a definition varies k at one number of documents: the
 * answer, and a plot beside what is known. */
#include <math.h>
#include <stdio.h>

#include "experiments/kinds/scale/report.h"
#include "limits/margin_bounds.h"

static size_t different(const struct scale_report *report, bool of_k) {
  size_t count = 0;
  for (size_t i = 0; i < report->count; i++) {
    bool seen = false;
    for (size_t j = 0; j < i; j++)
      seen = seen || (of_k ? report->points[j].k == report->points[i].k
                           : report->points[j].n == report->points[i].n);
    count += !seen;
  }
  return count;
}

bool scale_report_is_growth(const struct scale_report *report) {
  return different(report, true) > 2 && different(report, false) == 1;
}

static int64_t most_documents(const struct scale_report *report) {
  int64_t n = 0;
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].n > n) n = report->points[i].n;
  return n;
}

static bool is_of(const struct scale_point *point, const struct limen_construction *family,
                  int64_t n) {
  return point->cell && point->family == family && point->n == n;
}

/* The family that is certified for the most, and of those in the fewest dimensions. */
static const struct limen_construction *leanest(const struct scale_report *report, int64_t n) {
  const struct scale_point *best = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    if (point->n != n || !point->cell) continue;
    if (!best || point->k > best->k ||
        (point->k == best->k && point->values[SCALE_DIMENSIONS] < best->values[SCALE_DIMENSIONS]))
      best = point;
  }
  return best ? best->family : NULL;
}

void scale_report_answer_growth(const struct scale_report *report) {
  const int64_t n = most_documents(report);
  const struct limen_construction *family = leanest(report, n);
  const struct scale_point *last = NULL;
  struct limen_text ks = {0}, ds = {0};
  for (size_t i = 0; i < report->count && family; i++) {
    const struct scale_point *point = &report->points[i];
    if (!is_of(point, family, n)) continue;
    limen_text_print(&ks, "%s%lld", last ? ", " : "", (long long)point->k);
    limen_text_print(&ds, "%s%.0f", last ? ", " : "", point->values[SCALE_DIMENSIONS]);
    last = point;
  }
  if (last)
    limen_document_print(
        report->out, LIMEN_BLOCK_ANSWER,
        "For %lld documents and k = %s, d = %s dimensions are certified to suffice (%s, at most). "
        "At k = %lld that is %.1f times k ln(n/k), where 2k = %lld dimensions suffice in real "
        "numbers without any margin.",
        (long long)n, limen_text_string(&ks), limen_text_string(&ds), family->title,
        (long long)last->k,
        last->values[SCALE_DIMENSIONS] / limen_margin_law((double)n, (double)last->k),
        2 * (long long)last->k);
  else
    limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "Nothing is certified yet.");
  limen_text_clear(&ks);
  limen_text_clear(&ds);
}

static void draw_law(const struct scale_report *report, struct limen_plot *plot, const char *label,
                     int colour, int64_t n, double (*of)(double n, double k)) {
  int64_t least = INT64_MAX, most = 0;
  for (size_t i = 0; i < report->count; i++) {
    least = report->points[i].k < least ? report->points[i].k : least;
    most = report->points[i].k > most ? report->points[i].k : most;
  }
  const size_t series = limen_plot_series(plot, label, LIMEN_DASHED, colour);
  for (int64_t k = least; k <= most; k++)
    limen_plot_point(plot, series, (double)k, of((double)n, (double)k), NAN, NAN);
}

void scale_report_plot_growth(const struct scale_report *report) {
  const int64_t n = most_documents(report);
  char caption[400];
  snprintf(
      caption, sizeof caption,
      "Dimensions certified to suffice for %lld documents against k, the size of the sets that "
      "queries want: proved, so a smaller d may do as well. Dashed: what is known to be needed "
      "or to suffice.",
      (long long)n);
  struct limen_plot *plot =
      limen_plot_alloc("growth_with_k", caption, "documents a query wants k", "dimensions d");
  if (plot) {
    plot->y_scale = LIMEN_LOG;
    plot->x_whole = true;
    plot->x_min = 0.5;
    for (int f = 0; limen_construction_at((size_t)f); f++) {
      const struct limen_construction *family = limen_construction_at((size_t)f);
      const size_t series = limen_plot_series(plot, family->title, LIMEN_LINE_POINTS, f);
      for (size_t i = 0; i < report->count; i++)
        if (is_of(&report->points[i], family, n))
          limen_plot_point(plot, series, (double)report->points[i].k,
                           report->points[i].values[SCALE_DIMENSIONS], NAN, NAN);
    }
    draw_law(report, plot, "k ln(n/k): margins of order 1/sqrt(k)", 3, n, limen_margin_law);
    draw_law(report, plot, "counting: one bit, queries of -1, 0, +1", 4, n, scale_counting_bound);
    draw_law(report, plot, "2k: enough where no margin is asked", 5, n, limen_no_margin);
  }
  limen_document_plot(report->out, plot);
}

void scale_report_ratios(const struct scale_report *report) {
  limen_document_table(
      report->out,
      "Certified dimensions beside what is known: d over 2k, what suffices without "
      "a margin, and d over k ln(n/k), the order of what margins of 1/sqrt(k) need.",
      "family|#n|#k|#d|#d / 2k|#d / (k ln(n/k))");
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    if (!point->cell) continue;
    const double n = point->values[SCALE_DOCUMENTS], d = point->values[SCALE_DIMENSIONS];
    char cell[5][32];
    snprintf(cell[0], sizeof cell[0], "%.0f", n);
    snprintf(cell[1], sizeof cell[1], "%lld", (long long)point->k);
    snprintf(cell[2], sizeof cell[2], "%.0f", d);
    snprintf(cell[3], sizeof cell[3], "%.1f", d / limen_no_margin(n, (double)point->k));
    snprintf(cell[4], sizeof cell[4], "%.2f", d / limen_margin_law(n, (double)point->k));
    const char *const row[] = {point->family->title, cell[0], cell[1], cell[2], cell[3], cell[4]};
    limen_document_row(report->out, row);
  }
}
