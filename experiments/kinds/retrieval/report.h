/* What the reports of the kind retrieval share. A study's own report is report_STUDY.c. */
#ifndef LIMEN_KINDS_RETRIEVAL_REPORT_H
#define LIMEN_KINDS_RETRIEVAL_REPORT_H

#include "experiments/kinds/retrieval/summary.h"
#include "report/document.h"

struct retrieval_report {
  const struct limen_plan *plan;
  struct limen_document *out;
  struct retrieval_group *groups;
  size_t count;
};

/* Reads the groups and writes the title. Cleared by retrieval_report_clear. */
int retrieval_report_start(struct retrieval_report *report, const struct limen_plan *plan,
                           struct limen_document *out, struct limen_error *error);
void retrieval_report_clear(struct retrieval_report *report);

/* A study's report in order: start; its answer; warnings; main plot; settings; further plots each
 * with its table; doubts, then the study's own items; definitions; clear. */
void retrieval_report_warnings(const struct retrieval_report *report);
void retrieval_report_settings(const struct retrieval_report *report);
void retrieval_report_doubts(const struct retrieval_report *report);
void retrieval_report_definitions(const struct retrieval_report *report);

/* A table of all groups: axes that vary, then the measures whose numbers are listed. */
void retrieval_report_table(const struct retrieval_report *report, const char *caption,
                            const size_t *measures, size_t count);

/* Whether group i is the first of those that differ from it in nothing but the axes `except`. */
bool retrieval_report_is_first(const struct retrieval_report *report, size_t i,
                               const char *const *except);
/* "random_phrase, d = 64"; without d where there are no vectors. */
void retrieval_report_model(const struct retrieval_report *report,
                            const struct retrieval_group *group, struct limen_text *out);

#endif
