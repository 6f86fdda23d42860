/* What the files of the kind critical_n share: its measures, and its search. */
#ifndef LIMEN_KINDS_CRITICAL_N_H
#define LIMEN_KINDS_CRITICAL_N_H

#include <stdbool.h>
#include <stdint.h>

#include "data/relevance.h"
#include "run/plan.h"
#include "store/summary.h"

/* Columns of an attempt, in the order of the measures table. */
enum critical_measure {
  CRITICAL_QUERIES,
  CRITICAL_SUCCESS,
  CRITICAL_REACHED,
  CRITICAL_SHARE,
  CRITICAL_WRONG,
  CRITICAL_MARGIN,
  CRITICAL_BOUND,
  CRITICAL_STEPS,
  CRITICAL_LOSS,
  CRITICAL_STOP
};
enum critical_stop { STOP_ALL_RIGHT, STOP_PATIENCE, STOP_STEPS, STOP_DIVERGED };

/* What a training is for: the coordinate `aim`. */
enum critical_aim { CRITICAL_ALL_RIGHT, CRITICAL_WIDEST };

/* A share of the subsets that is nearly all of them: n_99 is named after it. */
#define CRITICAL_NEARLY_ALL 0.99

extern const struct limen_parameter critical_parameters[];
extern const struct limen_measure_column critical_measures[];

/* One seed's search over n at one point of the grid. */
struct critical_search {
  struct limen_plan *plan;           /* asked for what is missing; NULL: only look */
  const struct limen_plan *finished; /* where to look then */
  size_t point;
  int64_t seed, k, d;
  int64_t n_least, n_most; /* documents: the fewest that make a question, the most that are tried */
  size_t attempts;         /* answers that were there */
  bool waiting;            /* an answer is missing: the search goes on when it is there */
  int64_t critical;        /* largest n that succeeded; n_least - 1 when nothing did */
  int64_t nearly;          /* largest n with CRITICAL_NEARLY_ALL of the subsets right, likewise */
  bool at_most, nearly_at_most; /* it is n_most: the true figure may be larger */
};

/* Replays the search as far as the answers carry it; point, seed and one of the plans are given. */
void critical_search(struct critical_search *search);

/* The first and the number of the seeds of a plan. */
int64_t critical_first_seed(const struct limen_plan *plan);
int64_t critical_seeds(const struct limen_plan *plan);

/* Whether the choices at a point go together at all; where they do not, nothing is trained. */
bool critical_defined(const struct limen_grid *grid, size_t point);

/* Random numbers of its own for every (k, d, n, seed): other choices start from the same ones. */
int critical_seed_of(const struct limen_cell *cell, uint64_t *seed, struct limen_error *error);

/* The relevance that a cell's embeddings must serve. */
int critical_relevance(const struct limen_cell *cell, struct limen_relevance *out,
                       struct limen_error *error);

int critical_run(const struct limen_cell *cell, struct limen_answer *answer,
                 struct limen_error *error);
int critical_run_widest(const struct limen_cell *cell, struct limen_answer *answer,
                        struct limen_error *error);
int critical_summarise(const struct limen_plan *plan, struct limen_summary *out,
                       struct limen_error *error);
int critical_describe(const struct limen_plan *plan, struct limen_document *out,
                      struct limen_error *error);
int critical_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error);

#endif
