/* Recalls of all builds and queries of a point, as the statistics of several studies want them. */
#ifndef LIMEN_KINDS_RECALL_REPORT_BUILDS_H
#define LIMEN_KINDS_RECALL_REPORT_BUILDS_H

#include "experiments/kinds/recall/summary.h"

struct recall_builds {
  size_t builds, queries;
  double *recall; /* builds x queries, by id, in the order of recall_cells */
};

/* Fills a zeroed struct from a point's row; LIMEN_INPUT for a store without the raw answers.
 * Cleared by recall_builds_clear, also after a failure. */
int recall_builds_read(const struct limen_plan *plan, size_t point, size_t row,
                       struct recall_builds *out, struct limen_error *error);
void recall_builds_clear(struct recall_builds *builds);

#endif
