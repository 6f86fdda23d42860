/* What the files of the kind margin share: its measures, its candidates, its points. */
#ifndef LIMEN_KINDS_MARGIN_MARGIN_H
#define LIMEN_KINDS_MARGIN_MARGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "run/plan.h"
#include "store/summary.h"

/* Columns of results.csv, in the order of the measures table. */
enum margin_measure {
  MARGIN_BEST,   /* NaN: no candidate serves every set */
  MARGIN_WINNER, /* place of the best candidate */
  MARGIN_TRIED,  /* candidates that there are for these numbers */
  MARGIN_SECONDS,
  MARGIN_MEASURES
};

/* Raw answers of a cell:
 *   "margins"   float64, one a candidate, in the order of margin_candidate_name; NaN: none proved
 *   "documents" float32, n x d, and "queries" float32, C(n, k) x d, of the best one */

extern const struct limen_parameter margin_parameters[];
extern const struct limen_measure_column margin_measures[];

enum { MARGIN_SETS_MOST = 200000 /* of a cell: its queries are kept */ };

/* Layouts of the registry, then a separating code, then training, then training that goes on from
 * the best of all these; NULL past the end. */
const char *margin_candidate_name(size_t i);
/* Of the candidate that won in a cell; "none" where its answer, a stranger's, names none. */
const char *margin_winner_name(const struct limen_cell *cell);

/* Documents with queries: rows of length 1, queries in the order of the pattern `all`. */
struct margin_embedding {
  const float *documents, *queries;
  double gap; /* the smallest; 0: there are none */
};

/* Places the documents of candidate i, rows of length 1; *made is false when there are none. `best`
 * is of the candidates before it. */
int margin_candidate_place(const struct limen_cell *cell, size_t i,
                           const struct margin_embedding *best, float *documents, bool *made,
                           struct limen_error *error);

struct margin_point {
  size_t point;
  int64_t k, n, d;
  const struct limen_cell *cell; /* lent by the plan; NULL: to be done, or no candidate serves */
  bool waiting;

  /* Of this and all points of as many documents or more in as few dimensions or fewer. */
  const struct margin_point *from; /* not owned; NULL: nothing */
  double margin;                   /* 0: nothing */
  double bound;                    /* the smaller of the two */
};

/* One entry a point of the grid, in its order; released by limen_free. */
int margin_points(const struct limen_plan *plan, struct margin_point **out, size_t *count,
                  struct limen_error *error);

int margin_run(const struct limen_cell *cell, struct limen_answer *answer,
               struct limen_error *error);
int margin_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error);
int margin_verify(const struct limen_plan *plan, struct limen_text *words,
                  struct limen_error *error);
int margin_summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error);
int margin_describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error);

#endif
