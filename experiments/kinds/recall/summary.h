/* What the cells of a point come to: means with intervals over builds and queries. */
#ifndef LIMEN_KINDS_RECALL_SUMMARY_H
#define LIMEN_KINDS_RECALL_SUMMARY_H

#include "experiments/kinds/recall/recall.h"
#include "measures/recall.h"
#include "report/number.h"
#include "store/summary.h"

#define RECALL_CONFIDENCE 0.95

/* A row (a value of ef) of a point of the grid, over all its builds and variants. */
struct recall_group {
  size_t point, row;
  int64_t ef;
  size_t builds, queries; /* builds: cells that are there, variants of the order included */
  size_t missing;         /* cells still to be run */
  struct limen_reported recall, ties, epsilon, distances;
  double mean[RECALL_MEASURES]; /* of every column, over the cells that have it; NaN: none has */
};

/* In the order of points and rows; points without any answer, and orders that the data cannot have,
 * are left out. Released by limen_free. */
int recall_groups(const struct limen_plan *plan, struct recall_group **out, size_t *count,
                  struct limen_error *error);

/* The finished cells of a point, in the order of recall_replicate: how many, and which. `*cells` is
 * released by limen_free. Cells whose data lack what the order needs are left out. */
int recall_cells(const struct limen_plan *plan, size_t point, const struct limen_cell ***cells,
                 size_t *count, struct limen_error *error);

/* A per-query answer of a cell's row as doubles: a recall of the three kinds, or "distances".
 * `*values` has `*count` entries, released by limen_free. */
int recall_per_query(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                     enum limen_recall_kind kind, double **values, size_t *count,
                     struct limen_error *error);
int recall_distances_per_query(const struct limen_plan *plan, const struct limen_cell *cell,
                               size_t row, double **values, size_t *count,
                               struct limen_error *error);

/* The headline numbers that all studies have, of a group. */
enum { RECALL_HEADLINES = 4 };
struct recall_headline {
  const char *measure, *unit;
  bool higher_is_better;
  struct limen_reported number;
};
void recall_headlines(const struct recall_group *group, struct recall_headline *out);

/* The table behind the nth of them: rows x queries values, of which it is the mean. `*table` is
 * released by limen_free. */
int recall_headline_table(const struct limen_plan *plan, const struct limen_cell **cells,
                          size_t builds, size_t row, size_t headline, double **table, size_t *rows,
                          size_t *queries, struct limen_error *error);

/* Adds MEASURE/axis=value/... : all axes of the kind, in its order. */
int recall_add_metric(const struct limen_plan *plan, size_t point, size_t row, const char *measure,
                      const char *unit, bool higher_is_better, const struct limen_reported *number,
                      size_t n, struct limen_summary *out, struct limen_error *error);

#endif
