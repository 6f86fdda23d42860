/* What the parts of the report share. */
#ifndef LIMEN_KINDS_SCALE_REPORT_H
#define LIMEN_KINDS_SCALE_REPORT_H

#include "experiments/kinds/scale/summary.h"
#include "report/document.h"

struct scale_report {
  const struct limen_plan *plan;
  struct limen_document *out;
  struct scale_point *points;
  size_t count;
};

/* The k that is drawn first and answered for: 2, the published one, when it is there. */
int64_t scale_report_k(const struct scale_report *report);

/* What counting asks of codes: documents of one bit a coordinate must differ, and queries with
 * entries of -1, 0 and +1 must for different sets. */
double scale_counting_bound(double n, double k);

/* Whether the definition asks how d grows with k: more than two of them, at one n. */
bool scale_report_is_growth(const struct scale_report *report);
void scale_report_answer_growth(const struct scale_report *report);
void scale_report_plot_growth(const struct scale_report *report);
void scale_report_ratios(const struct scale_report *report);

void scale_report_answer(const struct scale_report *report);
void scale_report_plot(const struct scale_report *report);
void scale_report_plot_k(const struct scale_report *report);
void scale_report_certified(const struct scale_report *report);
void scale_report_codes(const struct scale_report *report);
void scale_report_frames(const struct scale_report *report);
void scale_report_samples(const struct scale_report *report);
void scale_report_times(const struct scale_report *report);

#endif
