/* Where a stretched axis of recalls ends. */
#ifndef LIMEN_REPORT_RECALL_AXIS_H
#define LIMEN_REPORT_RECALL_AXIS_H

#include <stddef.h>

#include "report/plot.h"

/* The axis ends at one miss in what was asked: beyond, a logit axis stretches what a handful of
 * misses decides over half the plot. Not when that is where most points are. Start with zeros. */
struct limen_recall_axis {
  size_t points, beyond;
  double limit;
};

/* `asked`: places that the recall is a share of, over all queries. */
void limen_recall_axis_add(struct limen_recall_axis *axis, double recall, double asked);
void limen_recall_axis_end(const struct limen_recall_axis *axis, struct limen_plot *plot);

#endif
