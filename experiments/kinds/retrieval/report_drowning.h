/* The study "drowning": the same queries and judged documents among ever more others. */
#ifndef LIMEN_KINDS_RETRIEVAL_REPORT_DROWNING_H
#define LIMEN_KINDS_RETRIEVAL_REPORT_DROWNING_H

#include "experiments/kinds/retrieval/report.h"

/* Groups that differ in the number of documents alone. */
struct drowning_curve {
  size_t first, fewest, most; /* groups: the first, and with the fewest and the most documents */
  size_t instances, reached;  /* in which recall@2 came down to half of what it was at `fewest` */
  struct limen_reported half; /* distractors, where all instances reached it; NaN else */
  double median;              /* over all instances; INFINITY: beyond the most */
};

struct drowning {
  const struct retrieval_report *report;
  struct drowning_curve *curve;
  size_t curves;
};

int drowning_init(struct drowning *drowning, const struct retrieval_report *report,
                  struct limen_error *error);
void drowning_clear(struct drowning *drowning);

/* Documents that no query wants. */
double drowning_distractors(const struct drowning *drowning, size_t group);
bool drowning_on_curve(const struct drowning *drowning, size_t curve, size_t group);
bool drowning_is_oracle(const struct drowning *drowning, size_t curve);
/* Whether curves differ in representation and d alone: they share a plot. */
bool drowning_share_plot(const struct drowning *drowning, size_t a, size_t b);
/* "1,240 [980, 1,560]"; "more than 49,954". */
void drowning_print_half(const struct drowning *drowning, size_t curve, struct limen_text *out);
/* "near_misses = 20": what the curve's plot holds fixed; empty when there is one plot. */
void drowning_print_plot(const struct drowning *drowning, size_t curve, struct limen_text *out);
/* (report_drowning_plots.c) */
struct limen_plot *drowning_plot_recall(const struct drowning *drowning, size_t curve,
                                        size_t number);
struct limen_plot *drowning_plot_half(const struct drowning *drowning);
void drowning_table(const struct drowning *drowning);

#endif
