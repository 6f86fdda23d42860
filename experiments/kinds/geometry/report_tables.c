#include <math.h>

#include "base/count.h"
#include "experiments/kinds/geometry/report.h"
#include "limits/margin_bounds.h"
#include "report/table_line.h"

enum { COLUMNS = 16 };

/* Codewords need no scale. */
static double bits_of(const struct geometry_point *point) {
  const double used = geometry_value(point->cell, GEOMETRY_D);
  if (point->format->bits == 1) return used;
  return used * (double)point->format->bits + (double)point->format->vector_bits;
}

static size_t formats_shown(const struct geometry_report *report) {
  return report->formats < COLUMNS - 4 ? report->formats : COLUMNS - 4;
}

static void table(const struct geometry_report *report, const char *caption, const char *first,
                  const char *last) {
  struct limen_text heads = {0};
  limen_text_add(&heads, first);
  for (size_t f = 0; f < formats_shown(report); f++)
    limen_text_print(&heads, "|#%s", report->format[f].as.string);
  limen_text_add(&heads, last);
  limen_document_table(report->out, caption, limen_text_string(&heads));
  limen_text_clear(&heads);
}

/* The fewest dimensions of the axis that are proved for n documents; NULL: none are. */
static const struct geometry_point *fewest(const struct geometry_report *report, size_t format,
                                           double n) {
  const struct geometry_point *best = NULL;
  for (size_t d = 0; d < report->ds; d++) {
    const struct geometry_point *point = geometry_report_at(report, d, format);
    if (point && point->n >= n && (!best || point->d < best->d)) best = point;
  }
  return best;
}

void geometry_report_choose(const struct geometry_report *report) {
  const size_t formats = formats_shown(report);
  table(
      report,
      "Dimensions that suffice for n documents, of those that were tried, proved by format; beside "
      "2 ln(n/2), the order that margins of 1/sqrt(k) need, and the d at which the published fit "
      "to training comes to n. A dash: not proved in any d that was tried.",
      "documents", "|#2 ln(n/2)|#published fit");
  for (double n = 100; n <= 1e11; n *= 10) {
    struct limen_table_line line = {0};
    geometry_count_print(n, &line.cell[0]);
    for (size_t f = 0; f < formats; f++) {
      const struct geometry_point *point = fewest(report, f, n);
      if (point)
        limen_text_print(&line.cell[1 + f], "%lld", (long long)point->d);
      else
        limen_text_add(&line.cell[1 + f], "-");
    }
    limen_text_print(&line.cell[1 + formats], "%.0f", ceil(limen_margin_law(n, 2)));
    limen_text_print(&line.cell[2 + formats], "%.0f", ceil(limen_published_cubic_d(n)));
    limen_line_add_cells(report->out, &line, formats + 3);
  }
}

/* Whether training ended at the most documents that it was given, and might serve more. */
static bool is_at_most(const struct geometry_report *report, const struct geometry_point *point) {
  return geometry_value(point->trained, GEOMETRY_N) >=
         (double)limen_grid_integer(&report->plan->grid, 0, "n_train");
}

void geometry_report_numbers(const struct geometry_report *report) {
  const size_t formats = formats_shown(report);
  table(report,
        "n_proved: documents of which every pair is proved to be served, at least so many, by what "
        "they are stored in; beside what training reaches here and is published to reach. +: it "
        "was given no more documents.",
        "#d", "|#trained here|#published");
  for (size_t d = 0; d < report->ds; d++) {
    struct limen_table_line line = {0};
    const double published = limen_published_n(report->published, (double)report->d[d].as.integer);
    limen_text_print(&line.cell[0], "%lld", (long long)report->d[d].as.integer);
    for (size_t f = 0; f < formats; f++) {
      const struct geometry_point *point = geometry_report_at(report, d, f);
      if (point && point->n > 0) limen_text_print(&line.cell[1 + f], "%.0f", point->n);
    }
    for (size_t f = 0; f < formats; f++) {
      const struct geometry_point *point = geometry_report_at(report, d, f);
      if (point && point->trained)
        limen_text_print(&line.cell[1 + formats], "%.0f%s",
                         geometry_value(point->trained, GEOMETRY_N),
                         is_at_most(report, point) ? "+" : "");
    }
    if (!isnan(published)) limen_text_print(&line.cell[2 + formats], "%.0f", published);
    limen_line_add_cells(report->out, &line, formats + 3);
  }
}

void geometry_report_proofs(const struct geometry_report *report) {
  static const char *const how[] = {"layout, by classes", "layout, pair by pair", "formula"};
  limen_document_table(report->out,
                       "What is proved at each point itself. Lead: of a unit query, the longest "
                       "document as 1, at least. Bits: of a stored document, its scale included. "
                       "Points where fewer dimensions or a coarser format prove more are left out.",
                       "format|#d|#n_proved|#dimensions used|#bits|proved as|#lead");
  for (size_t i = 0; i < report->count; i++) {
    const struct geometry_point *point = &report->points[i];
    if (point->from != point) continue;
    const double used = geometry_value(point->cell, GEOMETRY_D);
    struct limen_table_line line = {0};
    limen_text_add(&line.cell[0], point->format->name);
    limen_text_print(&line.cell[1], "%lld", (long long)point->d);
    limen_text_print(&line.cell[2], "%.0f", point->n);
    limen_text_print(&line.cell[3], "%.0f", used);
    limen_text_print(&line.cell[4], "%.0f", bits_of(point));
    const size_t which = limen_count_of(geometry_value(point->cell, GEOMETRY_HOW));
    limen_text_add(&line.cell[5], which < sizeof how / sizeof *how ? how[which] : "");
    limen_text_print(&line.cell[6], "%.2e", geometry_value(point->cell, GEOMETRY_LEAD));
    limen_line_add_cells(report->out, &line, 7);
  }
  limen_document_fold(report->out, 14);
}
