/* What the reports of the kind retrieval share. */
#include "experiments/kinds/retrieval/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

int retrieval_report_start(struct retrieval_report *report, const struct limen_plan *plan,
                           struct limen_document *out, struct limen_error *error) {
  *report = (struct retrieval_report){.plan = plan, .out = out};
  limen_document_title(out, plan->definition.name, plan->definition.question);
  return retrieval_groups(plan, &report->groups, &report->count, error);
}

void retrieval_report_clear(struct retrieval_report *report) {
  limen_free(report->groups);
  *report = (struct retrieval_report){0};
}

void retrieval_report_warnings(const struct retrieval_report *report) {
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu cells are still to be done. Run the "
                         "same command again to go on.",
                         report->plan->n_missing);
}

void retrieval_report_settings(const struct retrieval_report *report) {
  static const char *const always[] = {"queries", "relevant", "instances", NULL};
  limen_report_settings(report->plan, always, report->out);
}

void retrieval_report_doubts(const struct retrieval_report *report) {
  struct limen_document *out = report->out;
  bool single = false, oracle = false;
  for (size_t i = 0; i < report->count; i++) {
    const size_t point = report->groups[i].point;
    single = single || !report->groups[i].over_instances;
    oracle = oracle || retrieval_representation(&report->plan->grid, point)->oracle;
  }
  limen_document_heading(out, "What could make this wrong");
  if (single)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Where one set was used, intervals are over its queries (and over builds "
                         "and random vectors, where there are several): another set may differ by "
                         "more. Sets that are made can be drawn anew with instances=5.");
  if (oracle)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "moment_curve and free look at the judgements: they show which rankings "
                         "are possible in so many dimensions, and retrieve nothing.");
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "Our sets are made in the manner of LIMIT with words of our own; figures for "
      "the published set may differ where the vocabulary matters, word tokens most "
      "of all.");
}

void retrieval_report_definitions(const struct retrieval_report *report) {
  struct limen_document *out = report->out;
  limen_document_heading(out, "What the numbers mean");
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "recall@K: of the documents that a query wants, the share among the first K. "
      "Mean over queries; equal scores are ordered by document id, from the end of "
      "the alphabet, as trec_eval does.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "ndcg@10: discounted gain of the first 10 documents over the best possible, "
                       "gains being grades and discounts log2(rank + 1).");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "interval: 95%%: over sets that were drawn anew where there are several "
                       "(Student's t over their means), else over queries, and over builds or "
                       "random vectors together with them.");
}

/* ---- groups ---- */

bool retrieval_report_is_first(const struct retrieval_report *report, size_t i,
                               const char *const *except) {
  for (size_t j = 0; j < i; j++)
    if (limen_report_same_but(report->plan, report->groups[j].point, report->groups[i].point,
                              except))
      return false;
  return true;
}

void retrieval_report_model(const struct retrieval_report *report,
                            const struct retrieval_group *group, struct limen_text *out) {
  limen_text_add(out, limen_grid_string(&report->plan->grid, group->point, "representation"));
  if (isfinite(group->mean[RETRIEVAL_DIMENSIONS]))
    limen_text_print(out, ", d = %.0f", group->mean[RETRIEVAL_DIMENSIONS]);
}

/* ---- tables ---- */

void retrieval_report_table(const struct retrieval_report *report, const char *caption,
                            const size_t *measures, size_t count) {
  enum { CELLS_MOST = 32 };
  const struct limen_grid *grid = &report->plan->grid;
  struct limen_text heads = {0};
  size_t axis[CELLS_MOST], axes = 0;
  bool index = false;
  for (size_t i = 0; i < grid->count && axes < CELLS_MOST / 2; i++)
    if (grid->parameters[i].role == LIMEN_AXIS && grid->lengths[i] > 1) {
      axis[axes++] = i;
      limen_text_print(&heads, "%s|", grid->parameters[i].name);
    }
  for (size_t i = 0; i < report->count; i++)
    index = index || retrieval_uses_index(grid, report->groups[i].point);
  if (index) limen_text_add(&heads, "#ef|");
  for (size_t m = 0; m < count; m++)
    limen_text_print(&heads, "%s#%s", m ? "|" : "", retrieval_measure_headline(measures[m]));
  limen_document_table(report->out, caption, limen_text_string(&heads));
  for (size_t i = 0; i < report->count; i++) {
    const struct retrieval_group *group = &report->groups[i];
    struct limen_text cells[CELLS_MOST] = {0};
    const char *row[CELLS_MOST];
    size_t c = 0;
    for (; c < axes; c++)
      limen_report_value(report->plan, group->point, grid->parameters[axis[c]].name, &cells[c]);
    if (index && retrieval_uses_index(grid, group->point))
      limen_text_print(&cells[c], "%" PRId64, group->ef);
    c += index;
    for (size_t m = 0; m < count; m++)
      limen_report_number(&group->measure[measures[m]], &cells[c++]);
    for (size_t t = 0; t < c; t++) row[t] = limen_text_string(&cells[t]);
    limen_document_row(report->out, row);
    for (size_t t = 0; t < c; t++) limen_text_clear(&cells[t]);
  }
  limen_document_fold(report->out, 20);
  limen_text_clear(&heads);
}
