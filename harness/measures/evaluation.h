/* A ranking judged: all chosen measures of all queries. */
#ifndef LIMEN_MEASURES_EVALUATION_H
#define LIMEN_MEASURES_EVALUATION_H

#include "data/collection.h"
#include "measures/ranking_measure.h"
#include "retrieval/ranking.h"
#include "stats/interval.h"

struct limen_evaluation_settings {
  int32_t
      level; /* the grade from which on a document is relevant, >= 0; trec_eval's default is 1 */
  bool complete; /* all queries with judgements count, those that the ranking misses with nothing
                    retrieved; else the queries that are in both */
};

struct limen_evaluation {
  size_t queries, measures;
  const char **id; /* queries: ids lent by the judgements, in the order of their bytes */
  double *value;   /* queries x measures; of a geometric mean the logarithm */
  double *summary; /* measures */

  size_t missing;    /* queries with judgements that the ranking does not have */
  size_t not_judged; /* queries of the ranking without judgements, which are left out */
  size_t known;      /* retrieved documents that are judged: 0 tells of ids that do not match */
};

/* `ranking` as limen_ranking_sort leaves it. LIMEN_INPUT for a document that is judged twice, a
 * ranking in another order, or when no query is in both. O(documents + judgements). */
int limen_evaluate(const struct limen_qrels *qrels, const struct limen_ranking *ranking,
                   const struct limen_ranking_choices *choices,
                   const struct limen_evaluation_settings *settings, struct limen_evaluation *out,
                   struct limen_error *error);
void limen_evaluation_clear(struct limen_evaluation *evaluation);

/* ---- two rankings ---- */

/* How far two rankings are apart by one measure, over the queries that both have, paired. */
struct limen_difference {
  size_t queries;
  size_t higher, lower;             /* queries where the first is higher, and lower */
  double first, second;             /* their means */
  struct limen_interval difference; /* mean of first - second: percentile bootstrap over queries;
                                       bounds of NaN for a single query */
  double p;                         /* Wilcoxon's signed-rank test, two-sided */
  double adjusted;                  /* after Holm over all measures that are compared */
};

/* For tests of the bootstrap; what the command uses. */
extern const struct limen_bootstrap limen_difference_bootstrap; /* 95%, seed 0 */

/* `out` gets one entry a measure. Both evaluations are of `choices` and of the same judgements.
 * Differences are rounded to 12 decimals before they are ranked: .3 - .2 and .2 - .1 are a tie.
 * LIMEN_USAGE for a measure that is no mean over queries, LIMEN_INPUT when they share no query. */
int limen_evaluations_compare(const struct limen_evaluation *first,
                              const struct limen_evaluation *second,
                              const struct limen_ranking_choices *choices,
                              const struct limen_bootstrap *bootstrap, struct limen_difference *out,
                              struct limen_error *error);

#endif
