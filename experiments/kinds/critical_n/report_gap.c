/* The gap law in the report: gaps at the critical n against the temperature, and what they predict.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "experiments/kinds/critical_n/report.h"

/* The name of a method: what tells its curves from others, the temperature left out. */
static void method_name(const struct critical_report *report, size_t method,
                        struct limen_text *out) {
  for (size_t i = 0; i < report->law.count; i++)
    if (report->law.gaps[i].method == method) {
      critical_curve_name_but(report->plan, report->points[report->law.gaps[i].point].point, "tau",
                              out);
      return;
    }
}

/* ---- plot ---- */

static struct limen_plot *plot_gaps(const struct critical_report *report,
                                    const struct critical_gap_factors *factors) {
  const struct critical_gap_law *law = &report->law;
  struct limen_text name = {0};
  char caption[512];
  double low = INFINITY, high = -INFINITY;
  method_name(report, 0, &name);
  snprintf(
      caption, sizeof caption,
      "The widest gap found for as many documents as training reached, against the temperature "
      "of that training%s%s%s. If the temperature alone decided, all dimensions would lie on "
      "one line of slope 1; the dashed one has the median of gap / tau.",
      name.length ? " (" : "", limen_text_string(&name), name.length ? ")" : "");
  limen_text_clear(&name);
  struct limen_plot *plot = limen_plot_alloc("gap_law", caption, "temperature tau", "widest gap");
  if (!plot) return NULL;
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  int colour = 0;
  for (double d = report->d_min; d <= report->d_max; d++) {
    size_t series = SIZE_MAX;
    for (size_t i = 0; i < law->count; i++) {
      const struct critical_gap *gap = &law->gaps[i];
      if (gap->method != 0 || gap->d != d) continue;
      char label[32];
      snprintf(label, sizeof label, "d = %.0f", d);
      if (series == SIZE_MAX) series = limen_plot_series(plot, label, LIMEN_POINTS, colour++ % 8);
      limen_plot_point(plot, series, gap->tau, gap->gap, NAN, NAN);
      low = fmin(low, gap->tau);
      high = fmax(high, gap->tau);
    }
  }
  char label[48];
  snprintf(label, sizeof label, "gap = %.2g tau", factors->median);
  size_t series = limen_plot_series(plot, label, LIMEN_DASHED, -1);
  limen_plot_point(plot, series, low, factors->median * low, NAN, NAN);
  limen_plot_point(plot, series, high, factors->median * high, NAN, NAN);
  return plot;
}

/* ---- table ---- */

static void print_prediction(double predicted, double n, struct limen_text *out) {
  if (isnan(predicted)) return;
  limen_text_print(out, "%.0f (%+.0f%%)", predicted, 100 * (predicted / n - 1));
}

static void table(const struct critical_report *report) {
  enum { COLUMNS = 8 };
  critical_start_table(report,
                       "Gaps at the critical n, and the n that the law predicts from all other "
                       "points of the same method: with one factor for all d, and with a factor "
                       "for each d. ~ marks predictions beyond the gaps of the others.",
                       "curve|#d|#tau|#critical_n|#widest gap|#gap / tau|#one factor|#own factor");
  for (size_t i = 0; i < report->law.count; i++) {
    const struct critical_gap *gap = &report->law.gaps[i];
    struct limen_text cells[COLUMNS] = {0};
    critical_curve_name(report->plan, report->points[gap->point].point, &cells[0]);
    limen_text_print(&cells[1], "%.0f", gap->d);
    limen_text_print(&cells[2], "%g", gap->tau);
    critical_print_n(gap->n, &cells[3]);
    limen_text_print(&cells[4], "%.2g", gap->gap);
    limen_text_print(&cells[5], "%.2f", gap->gap / gap->tau);
    print_prediction(gap->by_one, gap->n, &cells[6]);
    if (gap->extrapolated && cells[6].length) limen_text_add(&cells[6], "~");
    print_prediction(gap->by_each, gap->n, &cells[7]);
    critical_add_row(report, cells, COLUMNS);
  }
  limen_document_fold(report->out, 20);
}

/* ---- words ---- */

static int say_score(const struct critical_report *report, size_t method, bool each,
                     struct limen_text *text, struct limen_error *error) {
  struct critical_gap_score score;
  int status = critical_gap_score(&report->law, method, each, &score, error);
  if (status != LIMEN_OK) return status;
  if (score.predicted == 0)
    limen_text_print(text, "%s: too few points to predict one from the others",
                     each ? "with a factor for each d" : "With one factor for all d");
  else
    limen_text_print(text,
                     "%s it is within 10%% at %zu of %zu held-out points (median error %.0f%%, "
                     "largest %+.0f%%)",
                     each ? "with a factor for each d" : "With one factor for all d", score.within,
                     score.predicted, 100 * score.median, 100 * score.worst);
  return LIMEN_OK;
}

int critical_gap_sentence(const struct critical_report *report, struct limen_text *text,
                          struct limen_error *error) {
  struct critical_gap_score score;
  struct critical_gap_factors factors;
  struct limen_text name = {0};
  int status = critical_gap_score(&report->law, 0, false, &score, error);
  if (status == LIMEN_OK) status = critical_gap_factors(&report->law, 0, &factors, error);
  if (status != LIMEN_OK || score.predicted == 0) return status;
  method_name(report, 0, &name);
  limen_text_print(text,
                   "The widest gap left where training stops is %.2g tau in the median (%.2g to "
                   "%.2g%s%s); as a law with one factor that predicts n within 10%% at %zu of %zu "
                   "held-out points (median error %.0f%%).",
                   factors.median, factors.low, factors.high, name.length ? "; " : "",
                   limen_text_string(&name), score.within, score.predicted, 100 * score.median);
  limen_text_clear(&name);
  return LIMEN_OK;
}

int critical_describe_gaps(const struct critical_report *report, struct limen_error *error) {
  const struct critical_gap_law *law = &report->law;
  struct limen_document *out = report->out;
  struct critical_gap_factors factors;
  if (law->count == 0) return LIMEN_OK;
  int status = critical_gap_factors(law, 0, &factors, error);
  if (status != LIMEN_OK) return status;
  limen_document_heading(out, "Does the widest gap decide where training stops?");
  limen_document_plot(out, plot_gaps(report, &factors));
  limen_document_print(
      out, LIMEN_BLOCK_PARAGRAPH,
      "The widest gap G(n, d) is geometry: the best of %" PRId64
      " trainings for the worst margin alone, whatever loss and temperature the point has. If "
      "training of temperature tau fails once G falls below c tau, n(tau, d) is where G comes down "
      "to c tau. Each point is predicted from the others, which give c and G.",
      limen_grid_integer(&report->plan->grid, 0, "gap_trainings"));
  for (size_t m = 0; m < law->methods && status == LIMEN_OK; m++) {
    struct limen_text text = {0};
    if ((status = critical_gap_factors(law, m, &factors, error)) != LIMEN_OK) return status;
    method_name(report, m, &text);
    limen_text_print(&text, "%sgap / tau runs from %.2f to %.2f, median %.2f. ",
                     text.length ? ": " : "", factors.low, factors.high, factors.median);
    status = say_score(report, m, false, &text, error);
    limen_text_add(&text, "; ");
    if (status == LIMEN_OK) status = say_score(report, m, true, &text, error);
    if (status == LIMEN_OK)
      limen_document_print(out, LIMEN_BLOCK_LIST, "%s.", limen_text_string(&text));
    limen_text_clear(&text);
  }
  if (law->cut > 0)
    limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                         "%zu point%s left out: the search ended at n_most, so the critical n is "
                         "not known.",
                         law->cut, law->cut == 1 ? " is" : "s are");
  table(report);
  return status;
}
