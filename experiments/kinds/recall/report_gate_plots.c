/* Plot and table of the study "gate". */
#include <math.h>
#include <stdio.h>

#include "experiments/kinds/recall/report_gate.h"

int recall_gate_plot(const struct recall_gate *gate, struct limen_error *error) {
  struct limen_plot *plot = limen_plot_alloc(
      "operating_curve",
      "How often a comparison raises an alarm, against how much recall really fell. The vertical "
      "line is the loss that is put up with: left of it an alarm is false, right of it one is "
      "wanted. Bars are 95% intervals of a share.",
      "true loss of recall, points", "share of comparisons that alarm");
  if (!plot) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  plot->x_line = 100 * gate->trial.settings.tolerance;
  plot->y_min = 0;
  plot->y_max = 1;
  plot->x_min = -0.2 * plot->x_line;
  plot->x_max = (RECALL_GATE_STEPS - 0.8) * plot->x_line;
  int status = LIMEN_OK;
  for (size_t r = 0; r <= LIMEN_TRIAL_RULES && status == LIMEN_OK; r++) {
    const bool own = r == 0;
    const size_t series = limen_plot_series(
        plot, own ? "limen check" : limen_trial_rule_at(r - 1)->name, LIMEN_LINE_POINTS, (int)r);
    for (size_t s = 0; s < gate->count && status == LIMEN_OK; s++) {
      const struct limen_trial_tally *tally = &gate->step[s].tally;
      struct limen_reported share;
      status = recall_gate_share(own ? tally->alarms : tally->rule[r - 1], tally->comparisons,
                                 &share, error);
      if (status == LIMEN_OK)
        limen_plot_point(plot, series, 100 * gate->step[s].loss, share.value, share.lower,
                         share.upper);
    }
  }
  limen_document_plot(gate->report->out, plot);
  return status;
}

static int print_share(size_t successes, size_t trials, char *out, size_t size,
                       struct limen_error *error) {
  struct limen_reported share;
  int status = recall_gate_share(successes, trials, &share, error);
  if (status == LIMEN_OK)
    snprintf(out, size, "%.3f [%.3f, %.3f]", share.value, share.lower, share.upper);
  return status;
}

int recall_gate_table(const struct recall_gate *gate, struct limen_error *error) {
  enum { COLUMNS = 3 + LIMEN_TRIAL_RULES, SIZE = 64 };
  int status = LIMEN_OK;
  struct limen_text heads = {0}, caption = {0};
  limen_text_print(&caption,
                   "What was said of a loss, as shares of %zu comparisons with their 95%% "
                   "intervals. What is neither an alarm nor a pass cannot tell.",
                   gate->trial.comparisons);
  limen_text_add(&heads, "#true loss, points|#limen check alarms|#limen check passes");
  for (size_t r = 0; r < LIMEN_TRIAL_RULES; r++)
    limen_text_print(&heads, "|#%s", limen_trial_rule_at(r)->name);
  limen_document_table(gate->report->out, limen_text_string(&caption), limen_text_string(&heads));
  limen_text_clear(&heads);
  limen_text_clear(&caption);
  for (size_t s = 0; s < gate->count && status == LIMEN_OK; s++) {
    const struct recall_gate_step *step = &gate->step[s];
    const struct limen_trial_tally *tally = &step->tally;
    char text[COLUMNS][SIZE];
    const char *cells[COLUMNS];
    snprintf(text[0], SIZE, "%.3f", 100 * step->loss);
    status = print_share(tally->alarms, tally->comparisons, text[1], SIZE, error);
    if (status == LIMEN_OK)
      status = print_share(tally->passes, tally->comparisons, text[2], SIZE, error);
    for (size_t r = 0; r < LIMEN_TRIAL_RULES && status == LIMEN_OK; r++)
      status = print_share(tally->rule[r], tally->comparisons, text[3 + r], SIZE, error);
    for (size_t c = 0; c < COLUMNS; c++) cells[c] = text[c];
    if (status == LIMEN_OK) limen_document_row(gate->report->out, cells);
  }
  return status;
}
