/* The page: the answer, margins against documents with their bounds, who reached what, doubts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/margin/margin.h"
#include "limits/margin_bounds.h"
#include "report/document.h"
#include "report/number.h"
#include "report/table_line.h"

enum { COLUMNS = 16, COLOURS = 8, FEW = 40 };

struct report {
  const struct limen_plan *plan;
  struct limen_document *out;
  struct margin_point *points;
  size_t count;
  int64_t k; /* drawn and answered for: 2 where it is there */
};

/* ---- the answer ---- */

static double ratio(const struct margin_point *point) { return point->margin / point->bound; }

static void answer(const struct report *report) {
  const struct margin_point *near = NULL, *far = NULL;
  size_t reached = 0, of = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct margin_point *point = &report->points[i];
    if (!point->from || point->k != report->k) continue;
    of++;
    reached += ratio(point) > 0.99;
    if (!near || ratio(point) > ratio(near)) near = point;
    if (!far || ratio(point) < ratio(far)) far = point;
  }
  if (!near)
    limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "No margin is proved yet.");
  else
    limen_document_print(
        report->out, LIMEN_BLOCK_ANSWER,
        "For k = %lld the best margins proved lie between %.2g times (n = %lld, d = %lld) and %.2g "
        "times (n = %lld, d = %lld) the smaller of two upper bounds. At %zu of %zu points the "
        "bound "
        "is reached to within 1%%; elsewhere the truth lies between.",
        (long long)report->k, ratio(far), (long long)far->n, (long long)far->d, ratio(near),
        (long long)near->n, (long long)near->d, reached, of);
}

/* ---- the plot ---- */

static bool is_new_d(const struct report *report, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (report->points[j].d == report->points[i].d) return false;
  return true;
}

static void draw_d(const struct report *report, struct limen_plot *plot, int64_t d, int colour) {
  char label[48];
  double least = INFINITY, most = 0;
  snprintf(label, sizeof label, "d = %lld", (long long)d);
  const size_t found = limen_plot_series(plot, label, LIMEN_LINE_POINTS, colour);
  for (size_t i = 0; i < report->count; i++) {
    const struct margin_point *point = &report->points[i];
    if (point->k != report->k) continue;
    least = fmin(least, (double)point->n);
    most = fmax(most, (double)point->n);
    if (point->d == d && point->margin > 0)
      limen_plot_point(plot, found, (double)point->n, point->margin, NAN, NAN);
  }
  /* Packing, where it says more than the simplex does. */
  size_t bound = SIZE_MAX;
  snprintf(label, sizeof label, "packing: at most, d = %lld", (long long)d);
  for (size_t i = 0; i < FEW; i++) {
    const double n = least * pow(most / least, (double)i / (FEW - 1)), k = (double)report->k;
    const double packing = limen_margin_packing(n, k, (double)d);
    if (packing >= limen_margin_ceiling(n, k)) continue;
    if (bound == SIZE_MAX) bound = limen_plot_series(plot, label, LIMEN_DASHED, colour);
    limen_plot_point(plot, bound, n, packing, NAN, NAN);
  }
}

static void draw_ceiling(const struct report *report, struct limen_plot *plot) {
  const size_t series = limen_plot_series(plot, "simplex: at most, for every d", LIMEN_DASHED, -1);
  for (size_t i = 0; i < report->count; i++) {
    const struct margin_point *point = &report->points[i];
    if (point->k == report->k && point->d == report->points[0].d)
      limen_plot_point(plot, series, (double)point->n,
                       limen_margin_ceiling((double)point->n, (double)point->k), NAN, NAN);
  }
}

static void draw(const struct report *report) {
  struct limen_plot *plot = limen_plot_alloc("margin",
                                             "The widest margin proved against the number of "
                                             "documents, a series for each d. Dashed: upper "
                                             "bounds, the simplex for every d and, in the colour "
                                             "of its d, packing where it is lower. Both "
                                             "axes are logarithmic.",
                                             "documents n", "margin");
  int colour = 0;
  if (plot) {
    plot->x_scale = plot->y_scale = LIMEN_LOG;
    for (size_t i = 0; i < report->count && colour < COLOURS; i++)
      if (is_new_d(report, i)) draw_d(report, plot, report->points[i].d, colour++);
    draw_ceiling(report, plot);
  }
  limen_document_plot(report->out, plot);
}

/* ---- tables ---- */

static void tabulate(const struct report *report) {
  limen_document_table(
      report->out,
      "Margins, at least, beside their upper bounds. Reached: margin over the "
      "smaller bound. The last two columns say how this stands to margins of order "
      "1/sqrt(k), which need d of the order of k ln(n/k).",
      "#k|#n|#d|#margin|by|#packing|#simplex|#reached|#margin sqrt(k)|#d / (k "
      "ln(n/k))");
  for (size_t i = 0; i < report->count; i++) {
    const struct margin_point *point = &report->points[i];
    const double n = (double)point->n, k = (double)point->k, d = (double)point->d;
    struct limen_table_line line = {0};
    if (!point->from) continue;
    limen_text_print(&line.cell[0], "%lld", (long long)point->k);
    limen_text_print(&line.cell[1], "%lld", (long long)point->n);
    limen_text_print(&line.cell[2], "%lld", (long long)point->d);
    limen_text_print(&line.cell[3], "%.3g", point->margin);
    limen_text_add(&line.cell[4], margin_winner_name(point->from->cell));
    if (point->from != point)
      limen_text_print(&line.cell[4], ", of n = %lld, d = %lld", (long long)point->from->n,
                       (long long)point->from->d);
    limen_text_print(&line.cell[5], "%.3g", limen_margin_packing(n, k, d));
    limen_text_print(&line.cell[6], "%.3g", limen_margin_ceiling(n, k));
    limen_text_print(&line.cell[7], "%.3g", ratio(point));
    limen_text_print(&line.cell[8], "%.3g", point->margin * sqrt(k));
    limen_text_print(&line.cell[9], "%.2f", d / (k * log(n / k)));
    limen_line_add_cells(report->out, &line, 10);
  }
}

static int tabulate_candidates(const struct report *report, struct limen_error *error) {
  struct limen_text heads = {0};
  size_t candidates = 0;
  int status = LIMEN_OK;
  limen_text_add(&heads, "#k|#n|#d");
  while (margin_candidate_name(candidates) && candidates + 3 < COLUMNS)
    limen_text_print(&heads, "|#%s", margin_candidate_name(candidates++));
  limen_document_table(report->out,
                       "Margins by candidate. A dash: there are no such documents for these "
                       "numbers, or some set has no query.",
                       limen_text_string(&heads));
  limen_text_clear(&heads);
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    const struct margin_point *point = &report->points[i];
    struct limen_table_line line = {0};
    void *bytes = NULL;
    size_t length = 0;
    if (!point->cell) continue;
    status = limen_store_answer(report->plan->store, point->cell->key, 0, "margins", &bytes,
                                &length, error);
    const double *margins = bytes;
    limen_text_print(&line.cell[0], "%lld", (long long)point->k);
    limen_text_print(&line.cell[1], "%lld", (long long)point->n);
    limen_text_print(&line.cell[2], "%lld", (long long)point->d);
    for (size_t c = 0; c < candidates; c++)
      if (bytes && (c + 1) * sizeof *margins <= length && margins[c] > 0)
        limen_text_print(&line.cell[3 + c], "%.3g", margins[c]);
      else
        limen_text_add(&line.cell[3 + c], "-");
    limen_line_add_cells(report->out, &line, candidates + 3);
    limen_free(bytes);
  }
  limen_document_fold(report->out, 14);
  return status;
}

/* ---- words ---- */

static void tell_doubts(const struct report *report) {
  static const char *const doubts[] = {
      "Each margin is a lower bound: more proposals, trainings or steps may find a wider one. A "
      "ratio below 1 can be due to the candidate or to the bound; which, is not known.",
      "Packing counts sets and forgets that documents have to serve them all with the same "
      "vectors; "
      "nothing is known to reach it.",
      "Proofs are in float32: margins below some 1e-7 are not told, though layouts such as the "
      "moment curve have them for every n.",
      "Layouts whose documents differ in length are scaled to length 1 first, which moves their "
      "margins.",
  };
  limen_document_heading(report->out, "What could make this wrong");
  for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++)
    limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s", doubts[i]);
}

static void define(const struct report *report) {
  static const char *const terms[] = {
      "margin: half the smallest score gap, between the worst member of a set and the best other "
      "document, over all sets of k, for documents and queries of length 1 (the longest counts as "
      "1), the rounding error of the proof taken off. Here or at a point of more documents in "
      "fewer "
      "dimensions, which proves as much.",
      "packing: C(n, k) is at most (1 + 1/margin)^d (Weller et al., arXiv 2508.21038).",
      "simplex: no gap of n unit vectors exceeds n / sqrt(k (n - 1) (n - k)), half of which is the "
      "bound; the regular simplex has it once d is n - 1 or more (Wang et al., arXiv 2601.20844).",
      "k ln(n/k): margins of order 1/sqrt(k) need dimensions of this order, and it suffices "
      "(Bangachev, Bresler, Kogan, Polyanskiy, arXiv 2605.23556); the constants are not given.",
      "training: documents and queries by the soft minimum of the margins, annealed; then, as for "
      "every candidate, the best query for each set.",
      "trained_on: the same from the best of the other candidates and its best queries, at low "
      "temperatures.",
      "separating_code: words of one bit a coordinate, scaled to length 1.",
  };
  limen_document_heading(report->out, "What the numbers mean");
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    limen_document_print(report->out, LIMEN_BLOCK_DEFINITIONS, "%s", terms[i]);
}

static void warn(const struct report *report) {
  size_t lacking = 0;
  for (size_t i = 0; i < report->count; i++)
    lacking += !report->points[i].waiting && !report->points[i].from;
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu cells are still to be done. Run the "
                         "same command again to go on.",
                         report->plan->n_missing);
  if (lacking > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "At %zu of %zu points no candidate was proved: raise `steps`, `trainings` "
                         "or `proposals`.",
                         lacking, report->count);
}

int margin_describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  static const char *const always[] = {"proposals", "trainings", "steps", NULL};
  struct report report = {.plan = plan, .out = out};
  limen_document_title(out, plan->definition.name, plan->definition.question);
  int status = margin_points(plan, &report.points, &report.count, error);
  if (status == LIMEN_OK) {
    report.k = report.points[0].k;
    for (size_t i = 0; i < report.count; i++)
      if (report.points[i].k == 2) report.k = 2;
    answer(&report);
    warn(&report);
    draw(&report);
    tabulate(&report);
    limen_report_settings(plan, always, out);
    status = tabulate_candidates(&report, error);
    tell_doubts(&report);
    define(&report);
  }
  limen_free(report.points);
  return status;
}
