/* The study "gate": whether limen check says what it promises, of systems whose loss is known. Many
 * builds of one index and many queries are the population; what is lost by a smaller ef is known
 * over all of it, and comparisons are drawn from it as a run and a baseline would be. */
#include "experiments/kinds/recall/report_gate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* A loss that is to be caught, in tolerances. */
enum { CAUGHT = LIMEN_TRIAL_CAUGHT };

static const struct recall_gate_step *step_at(const struct recall_gate *gate, size_t tolerances) {
  return tolerances < gate->count ? &gate->step[tolerances] : NULL;
}

/* ---- the answer ---- */

static int answer(const struct recall_gate *gate, struct limen_error *error) {
  struct limen_document *out = gate->report->out;
  const struct recall_gate_step *edge = step_at(gate, 1), *far = step_at(gate, CAUGHT);
  struct limen_reported caught;
  if (!edge || !far) {
    limen_document_print(out, LIMEN_BLOCK_ANSWER,
                         "Nothing can be said yet: the builds that are there, or the values of ef, "
                         "do not reach a loss of %d tolerances.",
                         CAUGHT);
    return LIMEN_OK;
  }
  const struct limen_trial_tally *tally = &edge->tally;
  const size_t allowed =
      limen_trial_allowed(tally->comparisons, gate->trial.settings.alpha, LIMEN_TRIAL_CONFIDENCE);
  int status = recall_gate_share(far->tally.alarms, far->tally.comparisons, &caught, error);
  if (status != LIMEN_OK) return status;
  limen_document_print(
      out, LIMEN_BLOCK_ANSWER,
      "Where recall really fell by just the %.2f points that are put up with, %zu of %zu "
      "comparisons raised an alarm, %s the %zu that a chance of %g leaves room for. A loss of "
      "%.2f points was caught in %.1f%% [%.1f%%, %.1f%%] of them.",
      100 * edge->loss, tally->alarms, tally->comparisons,
      tally->alarms <= allowed ? "within" : "more than", allowed, gate->trial.settings.alpha,
      100 * far->loss, 100 * caught.value, 100 * caught.lower, 100 * caught.upper);
  return LIMEN_OK;
}

/* ---- what follows ---- */

static void explain(const struct recall_gate *gate) {
  struct limen_document *out = gate->report->out;
  limen_document_heading(out, "How it was tried");
  limen_document_print(
      out, LIMEN_BLOCK_PARAGRAPH,
      "The population is %zu builds, each with levels and an insertion order of its own, and %zu "
      "queries. At ef = %" PRId64
      " their recall is %.4f. Each comparison draws %zu builds for the old side and %zu for the "
      "new one, and %zu queries for both, and hands them to the function behind `limen check`, "
      "with %g points put up with and alpha %g.",
      gate->builds, gate->queries, gate->ef, gate->recall, gate->trial.builds, gate->trial.builds,
      gate->trial.queries, 100 * gate->trial.settings.tolerance, gate->trial.settings.alpha);
  limen_document_print(
      out, LIMEN_BLOCK_PARAGRAPH,
      "From the spread of this population (standard deviations of %.1f points over queries and "
      "%.2f over builds) `limen plan` predicts that a loss of %.2f points is caught in 95 "
      "comparisons of 100, if every query loses alike.",
      100 * gate->spread.query_sd, 100 * gate->spread.build_sd, 100 * gate->predicted);
}

static void doubt(const struct limen_document *document) {
  struct limen_document *out = (struct limen_document *)document;
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Draws are independent and with replacement, so that the population's means "
                       "are the truth; what holds of it need not hold of another index, another "
                       "ef or fewer builds.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "A smaller ef loses a little with many queries. A change that loses much "
                       "with few of them spreads more, and is caught later.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "One number is compared. Among several, alarms must be surer, and a loss "
                       "has to be larger to be caught.");
}

static void define(struct limen_document *out) {
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "alarm: a regression, the verdict that more than the tolerance was lost. A "
                       "true loss of just the tolerance is where false alarms are likeliest.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "room for: the 99%% quantile of the binomial distribution of alarms, each "
                       "with the chance alpha.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "true loss between two values of ef: as many queries as needed, drawn once, "
                       "are answered with the smaller one.");
  for (size_t r = 0; r < LIMEN_TRIAL_RULES; r++)
    limen_document_print(out, LIMEN_BLOCK_DEFINITIONS, "%s: %s.", limen_trial_rule_at(r)->name,
                         limen_trial_rule_at(r)->about);
}

static int describe_gate(const struct recall_gate *gate, struct limen_error *error) {
  const struct recall_report *report = gate->report;
  int status = answer(gate, error);
  recall_report_warnings(report);
  if (status == LIMEN_OK && gate->count > 0) status = recall_gate_plot(gate, error);
  recall_report_settings(report);
  if (status == LIMEN_OK && gate->count > 0) {
    status = recall_gate_table(gate, error);
    explain(gate);
  }
  recall_report_doubts(report);
  doubt(report->out);
  recall_report_definitions(report);
  define(report->out);
  return status;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct recall_report report;
  struct recall_gate gate = {0};
  int status = recall_report_init(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  recall_report_start(&report);
  status = recall_gate_try(&report, &gate, error);
  if (status == LIMEN_OK) status = describe_gate(&gate, error);
  recall_report_clear(&report);
  return status;
}

/* ---- headline numbers ---- */

static int add_share(const struct recall_gate *gate, const struct recall_gate_step *step,
                     const char *what, size_t successes, bool higher_is_better,
                     struct limen_summary *out, struct limen_error *error) {
  struct limen_reported share;
  char name[LIMEN_TRIAL_NAME];
  int status = recall_gate_share(successes, step->tally.comparisons, &share, error);
  limen_trial_measure(what, step->aim, name);
  if (status == LIMEN_OK)
    status = recall_add_metric(gate->report->plan, gate->point, gate->row, name, "share",
                               higher_is_better, &share, step->tally.comparisons, out, error);
  return status;
}

static int summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error) {
  struct recall_report report;
  struct recall_gate gate = {0};
  int status = recall_report_init(&report, plan, NULL, error);
  if (status != LIMEN_OK) return status;
  if (plan->n_missing == 0) status = recall_gate_try(&report, &gate, error);
  for (size_t s = 0; s < gate.count && status == LIMEN_OK; s++)
    status = add_share(&gate, &gate.step[s], "alarm", gate.step[s].tally.alarms, s > 1, out, error);
  if (gate.count > 1 && status == LIMEN_OK)
    status = add_share(&gate, &gate.step[1], "pass", gate.step[1].tally.passes, false, out, error);
  recall_report_clear(&report);
  return status;
}

const struct recall_study recall_study_gate = {
    .name = "gate",
    .about = "whether limen check alarms as often as it promises, and catches what it should",
    .summarise = summarise,
    .describe = describe,
};
