/* What the steps of one cell share: cell.c builds and searches, timed.c runs with the clock,
 * missed.c attributes. */
#ifndef LIMEN_KINDS_RECALL_CELL_H
#define LIMEN_KINDS_RECALL_CELL_H

#include "experiments/kinds/recall/data.h"
#include "experiments/kinds/recall/judge.h"
#include "experiments/kinds/recall/recall.h"

struct recall_cell_run {
  const struct limen_cell *cell;
  const struct recall_world *world;
  struct limen_answer *answer;
  struct limen_index_settings settings;
  struct limen_recall_settings judging;
  size_t *order;
  struct limen_index index;
  double build_s;
  int64_t *ids; /* k a query */
  struct limen_recall_query *judged;
  size_t *distances, *hops; /* one a query */
};

/* The measures of a row, and the ef that it searches with. */
double *recall_row_of(const struct recall_cell_run *run, size_t row);
size_t recall_ef_of(const struct recall_cell_run *run, size_t row);

/* LIMEN_INTERRUPTED when the user wants to stop. */
int recall_poll(struct limen_error *error);

/* ---- timed.c ---- */

/* Searches all queries again, untraced, and keeps the median time of a query. */
int recall_time_row(struct recall_cell_run *run, size_t row, struct limen_error *error);

/* Builds again, with several threads: which rows meet then differs from run to run, and so does the
 * recall, which therefore stands among the timings. */
int recall_build_in_parallel(struct recall_cell_run *run, struct limen_error *error);

/* ---- missed.c ---- */

/* Says of each true neighbour of a row why it was missed; run->ids are the row's answers. */
int recall_attribute(struct recall_cell_run *run, size_t row, struct limen_error *error);

/* Keeps what attributions are split by. */
int recall_keep_rows_of_base(struct recall_cell_run *run, struct limen_error *error);

#endif
