/* What the files that write the report of critical_n share. */
#ifndef LIMEN_KINDS_CRITICAL_N_REPORT_H
#define LIMEN_KINDS_CRITICAL_N_REPORT_H

#include "experiments/kinds/critical_n/gap_law.h"
#include "experiments/kinds/critical_n/summary.h"
#include "limits/published.h"
#include "report/document.h"

struct critical_report {
  const struct limen_plan *plan;
  struct critical_point *points; /* owned; in the grid's order */
  size_t count;
  size_t curves;       /* combinations of the axes other than d; their points stand together */
  double d_min, d_max; /* of the grid */
  bool comparable;     /* some point stands beside one of the published table */
  struct critical_gap_law law; /* owned */
  struct limen_document *out;
};

enum { CRITICAL_LINES_MOST = 12 /* curves that one plot over d tells apart */ };

/* Appends what tells the curve of a point from the others: the axes with several values, d left
 * out; nothing when there is one curve. Words stand for themselves ("softmin, tau = 0.1"). */
void critical_curve_name(const struct limen_plan *plan, size_t point, struct limen_text *out);
/* The same without the axis `but`; NULL: with all. */
void critical_curve_name_but(const struct limen_plan *plan, size_t point, const char *but,
                             struct limen_text *out);

/* Whether a published table has a point at one of our d and is of a training that some curve is of.
 */
bool critical_draws(const struct critical_report *report, const struct limen_published *table);

/* The n of a published table that a point may be held against: the same k and d, all subsets; NaN
 * where there is none. */
double critical_published_n(const struct critical_report *report,
                            const struct critical_point *point,
                            const struct limen_published *table);

/* A number of documents: whole, or with one decimal. */
void critical_print_n(double n, struct limen_text *out);

/* "50", "50 (49 .. 51)", ">= 50"; a "~" marks an interval that covers less than it is asked to. */
void critical_print_interval(const struct limen_interval *interval, bool at_most,
                             struct limen_text *out);

/* 253M, 80.4B, 1,234; "below 0". */
const char *critical_count_words(double n, char *out, size_t size);

/* In a paragraph, how far a single curve is from the published table (nothing where there are more,
 * or nothing to compare). */
void critical_say_published(const struct critical_report *report);

/* Tables whose first column names the curve; with one curve there is nothing to name, and no
 * column. Heads and cells come with that column; cells are cleared. */
void critical_start_table(const struct critical_report *report, const char *caption,
                          const char *heads);
void critical_add_row(const struct critical_report *report, struct limen_text *cells,
                      size_t columns);

/* The sections, in files of their own. */
int critical_answer(const struct critical_report *report, struct limen_error *error);
void critical_numbers_table(const struct critical_report *report);
void critical_failures_table(const struct critical_report *report);
void critical_definitions(const struct critical_report *report);
void critical_sources(const struct critical_report *report);
int critical_doubts(const struct critical_report *report, struct limen_error *error);
struct limen_plot *critical_plot_main(const struct critical_report *report);
struct limen_plot *critical_plot_curves(const struct critical_report *report);
struct limen_plot *critical_plot_definitions(const struct critical_report *report);
struct limen_plot *critical_plot_published(const struct critical_report *report);
struct limen_plot *critical_plot_share(const struct critical_report *report,
                                       struct limen_error *error);
struct limen_plot *critical_plot_wrong(const struct critical_report *report,
                                       struct limen_error *error);
/* Appends a sentence on the law, or nothing where there is none to judge. */
int critical_gap_sentence(const struct critical_report *report, struct limen_text *text,
                          struct limen_error *error);
int critical_describe_gaps(const struct critical_report *report, struct limen_error *error);
int critical_describe_growth(const struct critical_report *report, struct limen_error *error);

#endif
