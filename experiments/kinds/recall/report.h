/* What the reports of the kind recall share: groups, words, tables, and the parts that every report
 * ends with. A study's own report is recall_report_STUDY.c. */
#ifndef LIMEN_KINDS_RECALL_REPORT_H
#define LIMEN_KINDS_RECALL_REPORT_H

#include "experiments/kinds/recall/recall.h"
#include "experiments/kinds/recall/summary.h"
#include "report/document.h"

struct recall_report {
  const struct limen_plan *plan;
  struct limen_document *out;
  struct recall_group *groups;
  size_t count;
};

/* Reads the groups. Cleared by recall_report_clear. */
int recall_report_init(struct recall_report *report, const struct limen_plan *plan,
                       struct limen_document *out, struct limen_error *error);
void recall_report_clear(struct recall_report *report);

/* The group of a point's row, NULL when it has no answers. */
const struct recall_group *recall_group_at(const struct recall_report *report, size_t point,
                                           size_t row);

/* ---- the parts that all reports have ---- */

/* A study's report in order:
 *   recall_report_init, recall_report_start (title, question)
 *   its answer: limen_document_print(out, LIMEN_BLOCK_ANSWER, ...) in one or two sentences
 *   recall_report_warnings (partial, left out)
 *   its main plot, recall_report_settings, further plots each with its table
 *   recall_report_end (doubts that all share, definitions), recall_report_clear */
void recall_report_start(const struct recall_report *report);
void recall_report_warnings(const struct recall_report *report);
void recall_report_settings(const struct recall_report *report);
/* A heading "What could make this wrong": studies print their own LIMEN_BLOCK_LIST items after
 * recall_report_doubts, then call recall_report_definitions. */
void recall_report_doubts(const struct recall_report *report);
void recall_report_definitions(const struct recall_report *report);

/* A table of the groups: every axis that varies, then the three recalls with intervals, worst 1%,
 * zero share, distances. */
void recall_report_recalls_table(const struct recall_report *report, const char *caption);

#endif
