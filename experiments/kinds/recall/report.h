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

/* "engine = faiss, batch = 1": the axes at a point that have several values, in the kind's order,
 * without those in `except` (NULL past the end). Empty when nothing is left. */
void recall_point_name(const struct recall_report *report, size_t point, const char *const *except,
                       struct limen_text *out);
/* Whether two points differ in nothing but the axes `except`. */
bool recall_same_but(const struct recall_report *report, size_t a, size_t b,
                     const char *const *except);

/* "0.912", "0.912 [0.904, 0.919]": with as many places as the interval bears. */
void recall_print_number(const struct recall_number *number, struct limen_text *out);
/* The same of a number of points (hundredths): "-3.4 [-4.1, -2.7]". */
void recall_print_points(const struct recall_number *number, struct limen_text *out);

/* Without the bounds, for wide tables: "13.16 ± 0.03". */
void recall_print_compact(const struct recall_number *number, struct limen_text *out);

/* A value of the grid's parameter as a reader sees it ("bge.fvecs", "all"). */
void recall_print_value(const struct recall_report *report, size_t point, const char *parameter,
                        struct limen_text *out);

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
