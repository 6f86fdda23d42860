/* What the parts of an audit's report share. */
#ifndef LIMEN_KINDS_AUDIT_REPORT_H
#define LIMEN_KINDS_AUDIT_REPORT_H

#include "experiments/kinds/audit/summary.h"
#include "report/document.h"

/* Gaps of a point's queries over all its cells, each list ascending. */
struct audit_margins {
  double *best;  /* the largest gap that any unit query has: of all queries where it is above 0 */
  double *reach; /* the same of queries that miss although a better query exists */
  double *own;   /* the gap that those have: 0 or below */
  size_t n_best, n_reach, n_own;
};

struct audit_report {
  const struct limen_plan *plan;
  struct limen_document *out;
  struct audit_point *points;
  struct audit_margins *margins; /* a point each */
  size_t count;
};

/* "d = 16", or "all queries" when no axis has several values. */
const char *audit_report_point(const struct audit_report *report, size_t i, struct limen_text *out);
/* Queries of a share, a whole number. */
size_t audit_report_queries(const struct audit_point *point, const struct limen_reported *share);

void audit_report_answer(const struct audit_report *report);

void audit_report_outcomes_plot(const struct audit_report *report);
void audit_report_margins_plot(const struct audit_report *report);
void audit_report_steps_plot(const struct audit_report *report);

void audit_report_outcomes_table(const struct audit_report *report);
void audit_report_margins_table(const struct audit_report *report);
void audit_report_steps_table(const struct audit_report *report);
/* The queries that nothing can serve, by their ids. */
int audit_report_hopeless(const struct audit_report *report, struct limen_error *error);

#endif
