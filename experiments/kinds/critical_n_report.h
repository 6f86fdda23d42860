/* What the files that write the report of critical_n share. */
#ifndef LIMEN_KINDS_CRITICAL_N_REPORT_H
#define LIMEN_KINDS_CRITICAL_N_REPORT_H

#include "experiments/kinds/critical_n_summary.h"
#include "limits/published.h"
#include "report/document.h"

struct critical_report {
  const struct limen_plan *plan;
  struct critical_point *points; /* owned; in the grid's order */
  size_t count;
  size_t curves;       /* how many combinations of the axes other than d */
  double d_min, d_max; /* of the grid */
  bool comparable;     /* some point stands beside one of the published table */
  struct limen_document *out;
};

/* Appends what tells the curve of a point from the others: the axes with several values, d left
 * out ("tau=0.1, loss=infonce"); nothing when there is one curve. */
void critical_curve_name(const struct limen_plan *plan, size_t point, struct limen_text *out);

/* Whether this is the first point of its curve. */
bool critical_first_of_curve(const struct critical_report *report, size_t i);

/* The n of a published table that a point may be held against: the same k and d, all subsets; NaN
 * where there is none. */
double critical_published_n(const struct critical_report *report,
                            const struct critical_point *point,
                            const struct limen_published *table);

/* "50", "50 (49 .. 51)"; `interval` shorter than its coverage asks says so with a "~". */
void critical_print_interval(const struct limen_interval *interval, struct limen_text *out);

/* 253M, 80.4B, 1,234; "below 0". */
const char *critical_count_words(double n, char *out, size_t size);

/* The sections, in files of their own. */
struct limen_plot *critical_plot_main(const struct critical_report *report);
struct limen_plot *critical_plot_definitions(const struct critical_report *report);
struct limen_plot *critical_plot_published(const struct critical_report *report);
struct limen_plot *critical_plot_share(const struct critical_report *report,
                                       struct limen_error *error);
struct limen_plot *critical_plot_wrong(const struct critical_report *report,
                                       struct limen_error *error);
int critical_describe_growth(const struct critical_report *report, struct limen_error *error);

#endif
