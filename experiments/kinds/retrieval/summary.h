/* What the cells of a point come to: means with intervals over instances, builds and queries. */
#ifndef LIMEN_KINDS_RETRIEVAL_SUMMARY_H
#define LIMEN_KINDS_RETRIEVAL_SUMMARY_H

#include "experiments/kinds/retrieval/retrieval.h"
#include "report/number.h"
#include "store/summary.h"

#define RETRIEVAL_CONFIDENCE 0.95

/* A row (a value of ef) of a point of the grid, over all its instances and builds. */
struct retrieval_group {
  size_t point, row;
  int64_t ef;
  size_t cells, missing; /* that are there; still to be run */
  size_t queries;        /* of an instance */
  bool over_instances;   /* the interval is over sets drawn anew, their queries with them */
  struct limen_reported measure[RETRIEVAL_OF_RANKING];
  double mean[RETRIEVAL_MEASURES]; /* of every column, over the cells that have it; NaN: none */
};

/* In the order of points and rows; points without any answer are left out. Exact search has one
 * row, whatever the list of ef. Released by limen_free. */
int retrieval_groups(const struct limen_plan *plan, struct retrieval_group **out, size_t *count,
                     struct limen_error *error);

/* The finished cells of a point, in the order of retrieval_replicate; released by limen_free. */
int retrieval_cells(const struct limen_plan *plan, size_t point, const struct limen_cell ***cells,
                    size_t *count, struct limen_error *error);

/* The values of one measure for every query of a cell's row, queries by the bytes of their ids;
 * `*values` has `*count` entries, released by limen_free. */
int retrieval_per_query(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                        size_t measure, double **values, size_t *count, struct limen_error *error);

#endif
