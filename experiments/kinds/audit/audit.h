/* What the files of the kind audit share: its measures, the raw answers it keeps, its steps. */
#ifndef LIMEN_KINDS_AUDIT_AUDIT_H
#define LIMEN_KINDS_AUDIT_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "limits/audit.h"
#include "retrieval/representation.h"
#include "retrieval/wanted.h"
#include "run/plan.h"

/* Columns of results.csv, in the order of the measures table. Those up to AUDIT_PROOFS are about
 * the vectors as given, and the same in every row of a cell. */
enum audit_measure {
  AUDIT_DOCUMENTS,
  AUDIT_DIMENSIONS,
  AUDIT_STRANGERS, /* judgements that call relevant what has no vector */
  AUDIT_INDEPENDENT,
  AUDIT_ASKED, /* queries that want some documents but not all: all shares are of these */
  AUDIT_RIGHT, /* from here to AUDIT_UNKNOWN: queries by what the page says of them (outcomes) */
  AUDIT_REACHABLE,
  AUDIT_DROWNED,
  AUDIT_IMPOSSIBLE,
  AUDIT_BELOW,
  AUDIT_UNKNOWN,
  AUDIT_PROOFS, /* certificates kept */
  AUDIT_STEP_RIGHT,
  AUDIT_RECALL,
  AUDIT_GAINS,
  AUDIT_LOSSES,
  AUDIT_CHANGED, /* of an index: queries whose top k is another set than under exact search */
  AUDIT_NOISE,
  AUDIT_WITHIN_NOISE,
  AUDIT_BITS,
  AUDIT_INFINITE,
  AUDIT_STEP_S, /* timed */
  AUDIT_AUDIT_S,
  AUDIT_MEASURES
};
enum { AUDIT_OUTCOMES = AUDIT_UNKNOWN - AUDIT_RIGHT + 1 };

/* Raw answers, blobs of a cell. Of row 0, a number a query in the collection's order:
 *   "verdict"   uint8, enum limen_verdict
 *   "gaps"      float64, AUDIT_GAPS a query
 *   "wanted"    uint32, documents wanted
 *   "ids"       the queries' ids, one a line
 *   "proofs"    text (proofs.h)
 * Of every row:
 *   "share"     float64: of the k documents that a query wants, the share in the step's top k; NaN
 *               where nothing was asked */
enum audit_gap { AUDIT_OWN_LOWER, AUDIT_OWN_UPPER, AUDIT_BEST_LOWER, AUDIT_BEST_UPPER, AUDIT_GAPS };

extern const struct limen_parameter audit_parameters[];
extern const struct limen_measure_column audit_measures[];

/* ---- steps (steps.c) ---- */

/* One change of the vectors as given, or of how they are searched, all else as it is. */
struct audit_step {
  const char *name, *about;
  const char *arithmetic; /* a quantiser's name; NULL: an index */
  size_t divisor;         /* the first d / divisor dimensions are kept */
  size_t ef;              /* of the index; 0: none */
};
const struct audit_step *audit_step_find(const char *name);
const char *audit_step_name(size_t i); /* NULL past the end */
/* Whether it changes nothing. */
bool audit_step_is_given(const struct audit_step *step);

/* ---- cells ---- */

/* What a cell looks at. */
struct audit_world {
  struct limen_retriever *retriever; /* lent */
  struct limen_wanted wanted;
  struct limen_audit_input input;
};
int audit_world_take(const struct limen_cell *cell, struct audit_world *out,
                     struct limen_error *error);
void audit_world_give(struct audit_world *world);

struct limen_audit_settings audit_settings_of(const struct limen_cell *cell);

/* Twice what rounding to a format moves a score of a unit query by at most: the document's numbers,
 * and float32's sum of products. A gap below it may be lost. */
int audit_noise(const struct limen_audit_input *input, const struct limen_quantiser *quantiser,
                bool unit, double *noise, struct limen_error *error);

/* The outcome that the page counts a query under, as a column. `noise` of the format in which the
 * audit is said. AUDIT_MEASURES: nothing was asked. */
enum audit_measure audit_outcome(enum limen_verdict verdict, double best_upper, double noise);

/* The step of a row, and where its columns are. */
const struct audit_step *audit_step_of(const struct limen_cell *cell, size_t row);

/* Rows whose step is an index: builds it and searches. */
int audit_index_rows(const struct limen_cell *cell, const struct audit_world *world,
                     struct limen_answer *answer, struct limen_error *error);
/* Right, recall, gains and losses of a row whose shares are given, a query each (NaN: not asked),
 * beside those of the vectors as given; keeps the shares. */
int audit_row_shares(struct limen_answer *answer, size_t row, size_t queries, const double *share,
                     const double *reference, struct limen_error *error);

int audit_run(const struct limen_cell *cell, struct limen_answer *answer,
              struct limen_error *error);
int audit_verify(const struct limen_plan *plan, struct limen_text *words,
                 struct limen_error *error);

/* ---- what comes out ---- */

/* "set=..._instance=0_query=17", fit for a folder; released by limen_free. */
char *audit_certificate_name(const struct limen_plan *plan, const struct limen_cell *cell,
                             size_t query, struct limen_error *error);
int audit_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error);
int audit_summarise(const struct limen_plan *plan, struct limen_summary *out,
                    struct limen_error *error);
int audit_describe(const struct limen_plan *plan, struct limen_document *out,
                   struct limen_error *error);

#endif
