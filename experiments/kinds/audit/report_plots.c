#include <math.h>
#include <stdio.h>

#include "experiments/kinds/audit/report.h"

/* What the outcomes are called in keys, and which of them are drawn: "right" first. */
static const char *const outcome_words[AUDIT_OUTCOMES] = {"right",
                                                          "a better query exists",
                                                          "best gap within noise",
                                                          "impossible, proved",
                                                          "no gap above epsilon",
                                                          "undecided"};
enum { COLOURS = 8 };

static bool happens(const struct audit_report *report, size_t outcome) {
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].count[outcome] > 0) return true;
  return false;
}

void audit_report_outcomes_plot(const struct audit_report *report) {
  struct limen_text name = {0};
  struct limen_plot *plot = limen_plot_alloc(
      "audit_outcomes",
      "Queries by the first thing that stands in their way: share of the queries, with 95% "
      "intervals. What never happens is not drawn, but for the impossible.",
      "share of queries", "");
  if (plot) {
    plot->x_min = 0;
    plot->x_max = 1;
    for (size_t i = 0; i < report->count; i++)
      limen_plot_row(plot, audit_report_point(report, i, &name));
    for (size_t o = 0; o < AUDIT_OUTCOMES; o++) {
      if (!happens(report, o) && o != AUDIT_IMPOSSIBLE - AUDIT_RIGHT) continue;
      const size_t series = limen_plot_series(plot, outcome_words[o], LIMEN_POINTS, (int)o);
      for (size_t i = 0; i < report->count; i++) {
        const struct limen_reported *share = &report->points[i].outcome[o];
        limen_plot_point(plot, series, share->value, (double)i, share->lower, share->upper);
      }
    }
  }
  limen_document_plot(report->out, plot);
  limen_text_clear(&name);
}

/* The share of queries whose best gap is at least x, drawn at some 200 of them, within the band of
 * Dvoretzky, Kiefer and Wolfowitz. */
static void draw_margins(const struct audit_report *report, size_t i, struct limen_plot *plot) {
  enum { DRAWN = 200 };
  const struct audit_point *point = &report->points[i];
  const struct audit_margins *margins = &report->margins[i];
  const double n = (double)point->asked;
  const double half = sqrt(log(2 / (1 - AUDIT_CONFIDENCE)) / (2 * n));
  struct limen_text name = {0};
  const size_t band = limen_plot_series(plot, "", LIMEN_BAND, (int)(i % COLOURS));
  const size_t line =
      limen_plot_series(plot, audit_report_point(report, i, &name), LIMEN_LINE, (int)(i % COLOURS));
  const size_t stride = margins->n_best / DRAWN + 1;
  for (size_t j = 0; j < margins->n_best; j += stride) {
    const double share = (double)(margins->n_best - j) / n;
    limen_plot_point(plot, band, margins->best[j], share, fmax(share - half, 0),
                     fmin(share + half, 1));
    limen_plot_point(plot, line, margins->best[j], share, NAN, NAN);
  }
  limen_text_clear(&name);
}

void audit_report_margins_plot(const struct audit_report *report) {
  bool any = false;
  for (size_t i = 0; i < report->count; i++) any = any || report->margins[i].n_best > 1;
  if (!any) return;
  struct limen_plot *plot = limen_plot_alloc(
      "audit_best_gaps",
      "How wide a gap the best unit query has: the share of all queries whose wanted documents "
      "some "
      "query puts on top by at least so much. A line that does not reach 1 leaves out queries that "
      "none serves. Bands: 95%, over queries.",
      "gap of the best unit query", "share of queries");
  if (plot) {
    plot->x_scale = LIMEN_LOG;
    plot->y_min = 0;
    plot->y_max = 1;
    for (size_t i = 0; i < report->count; i++) draw_margins(report, i, plot);
  }
  limen_document_plot(report->out, plot);
}

static bool has_steps(const struct audit_report *report) {
  for (size_t c = 0; report->count > 0 && c < report->points[0].changes; c++)
    if (!audit_step_is_given(report->points[0].change[c].step)) return true;
  return false;
}

void audit_report_steps_plot(const struct audit_report *report) {
  struct limen_text name = {0};
  if (!has_steps(report)) return;
  struct limen_plot *plot = limen_plot_alloc(
      "audit_steps",
      "What each change of the vectors as given does to the share of queries that are right: gains "
      "minus losses, with 95% intervals.",
      "change of the share that is right", "");
  if (plot) {
    plot->x_line = 0;
    for (size_t c = 0; c < report->points[0].changes; c++)
      if (!audit_step_is_given(report->points[0].change[c].step))
        limen_plot_row(plot, report->points[0].change[c].step->name);
    for (size_t i = 0; i < report->count; i++) {
      const size_t series = limen_plot_series(plot, audit_report_point(report, i, &name),
                                              LIMEN_POINTS, (int)(i % COLOURS));
      for (size_t c = 0, row = 0; c < report->points[i].changes; c++) {
        const struct limen_reported *net = &report->points[i].change[c].net;
        if (audit_step_is_given(report->points[i].change[c].step)) continue;
        limen_plot_point(plot, series, net->value, (double)row++, net->lower, net->upper);
      }
    }
  }
  limen_document_plot(report->out, plot);
  limen_text_clear(&name);
}
