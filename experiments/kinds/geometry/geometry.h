/* What the files of the kind geometry share: its measures, its search, what a point came to. */
#ifndef LIMEN_KINDS_GEOMETRY_GEOMETRY_H
#define LIMEN_KINDS_GEOMETRY_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "limits/arithmetic.h"
#include "run/plan.h"
#include "store/summary.h"

/* Columns of results.csv, in the order of the measures table. */
enum geometry_measure {
  GEOMETRY_N,    /* documents proved; none: NaN */
  GEOMETRY_HOW,  /* enum geometry_how */
  GEOMETRY_D,    /* dimensions that are used, at most the point's */
  GEOMETRY_LEAD, /* smallest lead of a unit query, the longest document as 1 */
  GEOMETRY_SECONDS,
  GEOMETRY_MEASURES
};

/* The first two are enum precision_how, whose proofs they are. */
enum geometry_how { GEOMETRY_BY_CLASSES, GEOMETRY_BY_PAIRS, GEOMETRY_BY_FORMULA, GEOMETRY_TRAINED };

/* Raw answers of a cell that proved something: those of precision (precision.h) for a hunt, and
 * "parameters", the JSON of a construction, for one of a given n, with "margin", two float64: it
 * and its error. Of a training "trained_documents" (n x d) and "trained_queries", float32. */

extern const struct limen_parameter geometry_parameters[];
extern const struct limen_measure_column geometry_measures[];

/* Documents that the search tries with formulas: this many, doubled `step` times. */
#define GEOMETRY_N_FIRST INT64_C(20)

struct geometry_point {
  size_t point;
  int64_t d;
  const struct limen_quantiser *format;
  const struct limen_cell *cell;    /* lent by the plan: of most documents; NULL: none yet */
  const struct limen_cell *trained; /* of the last training that succeeded; NULL: none */
  bool waiting;                     /* the search goes on */
  size_t cells;                     /* answers that were looked at */

  /* Of this and all points that prove as much here: of fewer dimensions, or a coarser format. */
  const struct geometry_point *from; /* not owned; NULL: nothing */
  double n;                          /* documents; 0: nothing */
};

/* Replays the search at out->point; asks `plan` for what is missing, or only looks when it is
 * NULL. */
void geometry_search(struct limen_plan *plan, const struct limen_plan *finished,
                     struct geometry_point *out);

/* One entry a point of the grid, in its order; released by limen_free. */
int geometry_points(const struct limen_plan *plan, struct geometry_point **out, size_t *count,
                    struct limen_error *error);
double geometry_value(const struct limen_cell *cell, enum geometry_measure measure);

int geometry_run(const struct limen_cell *cell, struct limen_answer *answer,
                 struct limen_error *error);
int geometry_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error);
int geometry_verify(const struct limen_plan *plan, struct limen_text *words,
                    struct limen_error *error);
int geometry_summarise(const struct limen_plan *plan, struct limen_summary *out,
                       struct limen_error *error);
int geometry_describe(const struct limen_plan *plan, struct limen_document *out,
                      struct limen_error *error);

#endif
