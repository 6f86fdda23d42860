/* The study "sweep": its curves, which are the values of ef of one point of the grid. */
#ifndef LIMEN_KINDS_RECALL_REPORT_SWEEP_H
#define LIMEN_KINDS_RECALL_REPORT_SWEEP_H

#include "experiments/kinds/recall/report.h"

enum { RECALL_SWEEP_AXES = 16 }; /* more than the kind declares */

enum { RECALL_LOWER, RECALL_VALUE, RECALL_UPPER, RECALL_BOUNDS };

/* One index, searched with several ef, in ascending distances. */
struct recall_curve {
  size_t point, data, panel, count;
  const struct recall_group **group; /* `count`; the groups are the report's */
  /* The same to read off, in the scales of the plot: `count` each, in one block. A recall of 1 is
   * taken as half a miss in everything that was asked. */
  double *log_distances, *log_ef, *logit[RECALL_BOUNDS];
};

/* Axes that vary, each list ended by NULL. Data stand apart, as recall on other data is another
 * question: settings are compared, and beat each other, on the same data. Where there are more
 * settings than colours, some axes of the settings split them over several panels, too. */
struct recall_sweep {
  const struct recall_report *report;
  struct recall_curve *curve; /* in the order of data, panels and points */
  size_t curves, datas, panels;
  const char *data_axes[RECALL_SWEEP_AXES], *setting_axes[RECALL_SWEEP_AXES];
  const char *panel_axes[RECALL_SWEEP_AXES], *curve_axes[RECALL_SWEEP_AXES];
  bool *front; /* per group of the report: no other on its data has more recall for less work */
};

/* Cleared by recall_sweep_clear. */
int recall_sweep_init(struct recall_sweep *sweep, const struct recall_report *report,
                      struct limen_error *error);
void recall_sweep_clear(struct recall_sweep *sweep);

/* "engine = faiss, M = 8": the setting of a curve; what tells it from the others of its panel; and
 * what tells data, or a panel, from the others. Empty when there is nothing to tell. */
void recall_setting_name(const struct recall_sweep *sweep, const struct recall_curve *curve,
                         struct limen_text *out);
void recall_curve_name(const struct recall_sweep *sweep, const struct recall_curve *curve,
                       struct limen_text *out);
void recall_data_name(const struct recall_sweep *sweep, size_t data, struct limen_text *out);
void recall_panel_name(const struct recall_sweep *sweep, size_t panel, struct limen_text *out);

/* ---- work at equal recall ---- */

enum recall_reach {
  RECALL_REACHED,
  RECALL_BEFORE, /* already the smallest ef does more: the work is at most that of `value` */
  RECALL_NEVER   /* not with the largest ef */
};

/* Distances at which a curve comes to a recall. */
struct recall_work {
  enum recall_reach reach;
  double value;
  double ef;           /* what it takes for that, read off the same way */
  double lower, upper; /* 95%; NaN: before the first ef, beyond the last */
  double first, last;  /* distances at the ends of the curve */
};

/* Between two values of ef the curve is a straight line in the logarithm of distances and the logit
 * of recall, as the plots draw it; beyond its ends nothing is guessed. The interval holds the work
 * at which the 95% interval of recall holds the wanted one: from where the upper ends reach it to
 * where the lower ends do. */
struct recall_work recall_work_at(const struct recall_curve *curve, double recall);
void recall_print_work(const struct recall_work *work, struct limen_text *out);

/* ---- plots and tables ---- */

/* Recall against distances, the points of it that none beats, and recall against time (timed). */
struct limen_plot *recall_sweep_plot(const struct recall_sweep *sweep, size_t panel);
struct limen_plot *recall_sweep_front_plot(const struct recall_sweep *sweep, size_t data);
struct limen_plot *recall_sweep_time_plot(const struct recall_sweep *sweep, size_t panel);
bool recall_sweep_is_timed(const struct recall_sweep *sweep);

void recall_sweep_work_table(const struct recall_sweep *sweep);
void recall_sweep_front_table(const struct recall_sweep *sweep);
int recall_sweep_time_tables(const struct recall_sweep *sweep, struct limen_error *error);

#endif
