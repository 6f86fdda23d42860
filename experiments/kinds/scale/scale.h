/* What the files of the kind scale share: its measures, its search, its cells. */
#ifndef LIMEN_KINDS_SCALE_SCALE_H
#define LIMEN_KINDS_SCALE_SCALE_H

#include <stdbool.h>
#include <stdint.h>

#include "limits/construction.h"
#include "run/plan.h"

/* Columns of results.csv, in the order of the measures table. */
enum scale_measure {
  SCALE_HOLDS,
  SCALE_DOCUMENTS,
  SCALE_DIMENSIONS,
  SCALE_BYTES,
  SCALE_CERTIFICATE, /* bytes */
  SCALE_MARGIN,
  SCALE_BOUND,
  SCALE_Q, /* from here: of a separating code */
  SCALE_OUTER_DIMENSION,
  SCALE_OUTER_LENGTH,
  SCALE_INNER_BITS,
  SCALE_TUPLES,
  SCALE_DRAWS, /* from here: of a harmonic frame */
  SCALE_HIGHEST,
  SCALE_LOWEST,
  SCALE_LEAD,
  SCALE_ROUNDING,
  SCALE_PAIRS,
  SCALE_SETS, /* from here: of the sample */
  SCALE_COMPARED,
  SCALE_WRONG,
  SCALE_WRONG_INT8,
  SCALE_LEAST,
  SCALE_LEAST_INT8,
  SCALE_PROVOKED,
  SCALE_PROVOKED_LEAST,
  SCALE_SEARCH_S, /* timed */
  SCALE_PROVE_S,
  SCALE_SAMPLE_S,
  SCALE_MEASURES
};

/* Raw answers of a cell that holds: "parameters", the JSON of its construction. */

extern const struct limen_parameter scale_parameters[];
extern const struct limen_measure_column scale_measures[];

/* ---- the search for the smallest d at one point ---- */

struct scale_search {
  struct limen_plan *plan;           /* asked for what is missing; NULL: only look */
  const struct limen_plan *finished; /* where to look then */
  size_t point;
  bool waiting;                  /* an answer is missing */
  const struct limen_cell *best; /* the cell of fewest dimensions that holds; NULL: none yet */
  size_t attempts;               /* answers that were there */
};

/* Replays the search as far as the answers carry it; point and one of the plans are given. */
void scale_search(struct scale_search *search);

/* ---- cells ---- */

const struct limen_construction *scale_family(const struct limen_grid *grid, size_t point);

/* A cell's construction, once it is found: what the rest of the cell takes over. */
struct scale_found {
  json_t *parameters; /* released by json_decref; NULL: nothing holds */
  uint64_t documents;
  struct limen_construction_proof proof;
  double prove_s; /* wall seconds of the proof */
};

int scale_run(const struct limen_cell *cell, struct limen_answer *answer,
              struct limen_error *error);
/* The search of each family, which proves what it finds, and fills the measures that are its own.
 */
int scale_find_code(const struct limen_cell *cell, double *values, struct scale_found *out,
                    struct limen_error *error);
int scale_find_harmonic(const struct limen_cell *cell, double *values, struct scale_found *out,
                        struct limen_error *error);
/* Releases inner codes that cells shared. */
void scale_release(void);

int scale_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error);
int scale_summarise(const struct limen_plan *plan, struct limen_summary *out,
                    struct limen_error *error);
int scale_describe(const struct limen_plan *plan, struct limen_document *out,
                   struct limen_error *error);

#endif
