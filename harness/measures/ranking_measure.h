/* Measures of a ranking against judgements (registry: ranking_measures.def, in trec_eval's order
 * and under its names).
 *
 * The definitions are those of trec_eval 9, as of its version with scores in double: documents go
 * by score, then by id from the end of the alphabet (limen_ranking_sort). A document is relevant
 * from a grade on, the level. Documents without a judgement, and those with a grade below 0, count
 * as not relevant; bpref alone passes over them. */
#ifndef LIMEN_MEASURES_RANKING_MEASURE_H
#define LIMEN_MEASURES_RANKING_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { LIMEN_NOT_JUDGED = -1 };

/* One query as its measures see it. */
struct limen_judged_ranks {
  const int32_t *grade; /* count: of the documents by rank, or LIMEN_NOT_JUDGED */
  size_t count;
  const int32_t *ideal; /* judged: all grades from 0 on that the query has, highest first */
  size_t judged;

  int32_t level;   /* >= 0: the grade from which on a document is relevant */
  size_t relevant; /* documents with at least that grade, in the ranking or not */
  size_t found;    /* those in the ranking */
};

enum limen_ranking_summary { LIMEN_OF_ALL_MEAN, LIMEN_OF_ALL_SUM, LIMEN_OF_ALL_GEOMETRIC_MEAN };

struct limen_ranking_measure {
  const char *name, *about;
  const double *cutoffs; /* by default; ends with LIMEN_CUTOFFS_END; NULL: it has none */
  bool shares;           /* cutoffs are shares of the relevant documents, else ranks */
  bool official;         /* among those that trec_eval prints when none is asked for */
  bool only_summary;     /* a value of a single query is not shown */
  enum limen_ranking_summary summary;
  /* Of one query; of a geometric mean the logarithm. `cutoff` is 0 for measures without. */
  double (*value)(const struct limen_judged_ranks *ranks, double cutoff);
};

#define LIMEN_CUTOFFS_END (-1.0)
extern const double limen_rank_cutoffs[]; /* 5 10 15 20 30 100 200 500 1000 */

const struct limen_ranking_measure *limen_ranking_measure_at(size_t i); /* NULL past the end */
const char *limen_ranking_measure_name(size_t i);

/* ---- what was asked for ---- */

enum { LIMEN_RANKING_NAME_SIZE = 48, LIMEN_RANKING_CUTOFF_MOST = 1000000000 };

/* A measure at a cutoff, under the name that it is printed with. */
struct limen_ranking_choice {
  const struct limen_ranking_measure *measure;
  double cutoff; /* 0 where the measure has none */
  char name[LIMEN_RANKING_NAME_SIZE];
};

/* In the order of the registry, then of cutoffs, each once. */
struct limen_ranking_choices {
  struct limen_ranking_choice *choice;
  size_t count, capacity;
};

/* Adds "map", "recall" (at its default cutoffs), "recall.2,10", "recall_2", or one of trec_eval's
 * two sets, "official" and "all_trec", as far as there are measures of them here. LIMEN_USAGE names
 * what is not known and lists what is. */
int limen_ranking_choices_add(struct limen_ranking_choices *choices, const char *words,
                              struct limen_error *error);
void limen_ranking_choices_clear(struct limen_ranking_choices *choices);

/* ---- for measures ---- */

/* Relevant documents among the first `depth`. */
size_t limen_ranks_found(const struct limen_judged_ranks *ranks, size_t depth);

#endif
