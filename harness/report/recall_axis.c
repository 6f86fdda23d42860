#include "report/recall_axis.h"

void limen_recall_axis_add(struct limen_recall_axis *axis, double recall, double asked) {
  axis->limit = 1 - 1 / asked;
  axis->points++;
  axis->beyond += recall > axis->limit;
}

void limen_recall_axis_end(const struct limen_recall_axis *axis, struct limen_plot *plot) {
  if (axis->beyond > 0 && 2 * axis->beyond < axis->points) plot->y_max = axis->limit;
}
