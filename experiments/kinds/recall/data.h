/* The data of the kind recall: made or read once, lent to every cell that has the same. */
#ifndef LIMEN_KINDS_RECALL_DATA_H
#define LIMEN_KINDS_RECALL_DATA_H

#include "base/hash.h"
#include "data/dataset.h"
#include "dimension/estimator.h"
#include "knn/knn.h"
#include "run/plan.h"

/* The parameter of a dataset that `r` sets ("rank", "d"), or NULL. */
const char *recall_rank_of(const struct limen_dataset *dataset);

/* All estimators of dimension and then of hardness; NULL past the end. */
const struct limen_estimator *recall_estimator_at(size_t i);

/* What cells of the same data share; made once a run. */
struct recall_world {
  struct limen_matrix base, queries;
  struct limen_labels labels; /* labels.rows is 0 where there are none */
  double dimension;           /* true, NaN: not known */
  enum limen_metric metric;
  size_t k;               /* min(k, rows) */
  struct limen_knn truth; /* of the queries, with ties kept */
  char base_hash[LIMEN_HASH_SIZE], queries_hash[LIMEN_HASH_SIZE]; /* of their values */
  double same_neighbours; /* see RECALL_SAME_NEIGHBOURS; NaN: not looked at */
  double *lid;            /* rows; NULL until needed */
  uint32_t *occurrences;  /* rows; NULL until needed */
  double (*estimates)[3]; /* per estimator, then per hardness measure; NULL until needed */
  size_t n_estimates;
};

enum { RECALL_NEEDS_LID = 1, RECALL_NEEDS_ESTIMATES = 2 };

/* Fills a zeroed world. LIMEN_INPUT names what is wrong with a file, LIMEN_USAGE what is wrong with
 * the parameters. */
int recall_data_make(const struct limen_cell *cell, struct recall_world *out,
                     struct limen_error *error);
int recall_data_need(const struct limen_cell *cell, unsigned needs, struct recall_world *world,
                     struct limen_error *error);
void recall_data_clear(struct recall_world *world);

/* Lends the world of a cell, made when it is not there yet; given back by recall_world_give. */
int recall_world_take(const struct limen_cell *cell, unsigned needs,
                      const struct recall_world **out, struct limen_error *error);
void recall_world_give(const struct recall_world *world);
void recall_world_release(void);

#endif
