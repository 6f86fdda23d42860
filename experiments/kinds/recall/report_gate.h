/* The study "gate": what limen check says of systems that are known to have become worse. */
#ifndef LIMEN_KINDS_RECALL_REPORT_GATE_H
#define LIMEN_KINDS_RECALL_REPORT_GATE_H

#include "experiments/kinds/recall/report.h"
#include "gate/design.h"
#include "gate/trial.h"

enum { RECALL_GATE_STEPS = 5 /* losses of 0 to 4 tolerances, the old system at the head */ };

/* A loss, and what was said of it. */
struct recall_gate_step {
  double aim;       /* what the loss should be */
  double loss;      /* what it is, over all builds and queries */
  double tolerance; /* what is put up with: this very loss where it should be the tolerance */
  struct limen_trial_tally tally;
};

struct recall_gate {
  const struct recall_report *report;
  size_t point, row; /* of the old system: the largest ef */
  int64_t ef;
  double recall;          /* of the old system */
  size_t builds, queries; /* of the population */
  struct limen_trial trial;
  struct recall_gate_step step[RECALL_GATE_STEPS];
  size_t count; /* losses that the values of ef reach */
  struct limen_spread spread;
  double predicted; /* the smallest loss that limen plan says would be caught */
};

/* Fills a zeroed struct from the first point that has answers; count stays 0 without any. */
int recall_gate_try(const struct recall_report *report, struct recall_gate *out,
                    struct limen_error *error);

/* A share with its interval by Clopper and Pearson. */
int recall_gate_share(size_t successes, size_t trials, struct limen_reported *out,
                      struct limen_error *error);

/* Plot and table (report_gate_plots.c). */
int recall_gate_plot(const struct recall_gate *gate, struct limen_error *error);
int recall_gate_table(const struct recall_gate *gate, struct limen_error *error);

#endif
