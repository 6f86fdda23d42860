/* What the cells come to: every result with its recalls, in groups that can be compared. */
#ifndef LIMEN_KINDS_ANN_BENCHMARKS_SUMMARY_H
#define LIMEN_KINDS_ANN_BENCHMARKS_SUMMARY_H

#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"
#include "report/number.h"
#include "store/summary.h"

#define ANN_CONFIDENCE 0.95
enum { ANN_RECALLS = ANN_HIT_ABSOLUTE + 1 };

/* A file that was judged. */
struct ann_entry {
  const struct limen_cell *cell; /* lent by the plan */
  struct ann_name name;
  char *label; /* what the algorithm calls itself, without its name; else its arguments */
  struct limen_reported recall[ANN_RECALLS]; /* by enum ann_hit; intervals over queries */
  double qps;                                /* NaN: the file does not say */
  bool best;  /* of its algorithm, no result has more recall and is as fast */
  bool front; /* of its group */
};

/* An algorithm's entries in a group stand side by side. */
struct ann_algorithm {
  const char *name; /* lent by its first entry */
  size_t first, count, on_front;
  double rate; /* queries a second of its fastest result with a recall of 0.9; 0: none has it */
};

/* Results for one k, all queries in one call or one at a time: other recalls, or other times, are
 * other questions. Algorithms on the Pareto line come first, those with most points there ahead,
 * then those that are fastest at a recall of 0.9. */
struct ann_group {
  size_t k;
  bool batch;
  size_t first, count; /* entries */
  struct ann_algorithm *algorithm;
  size_t algorithms;
};

struct ann_refusal {
  const char *result; /* lent by the plan */
  char *why;
};

struct ann_tree {
  const struct limen_plan *plan;
  struct ann_entry *entry;
  size_t count;
  struct ann_group *group;
  size_t groups;
  struct ann_refusal *refusal;
  size_t refusals;
};

/* Cleared by ann_tree_clear. */
int ann_tree_read(const struct limen_plan *plan, struct ann_tree *out, struct limen_error *error);
void ann_tree_clear(struct ann_tree *tree);

/* A recall of every query that was judged, in order; released by limen_free. */
int ann_per_query(const struct limen_plan *plan, const struct ann_entry *entry, enum ann_hit which,
                  double **values, size_t *count, struct limen_error *error);

/* From the fastest to the slowest of `count` entries from `first` on that are marked `front`, or
 * else `best`: the next after `last`, NULL for the first and past the end. */
const struct ann_entry *ann_next(const struct ann_tree *tree, size_t first, size_t count,
                                 bool front, const struct ann_entry *last);

double ann_value(const struct ann_entry *entry, enum ann_measure measure);

#endif
