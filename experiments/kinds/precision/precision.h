/* What the files of the kind precision share: its measures, what a hunt finds, the raw answers. */
#ifndef LIMEN_KINDS_PRECISION_PRECISION_H
#define LIMEN_KINDS_PRECISION_PRECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits/arithmetic.h"
#include "limits/layout.h"
#include "limits/stored_pairs.h"
#include "run/plan.h"

/* Columns of results.csv, in the order of the measures table. */
enum precision_measure {
  PRECISION_N,    /* largest number of documents proved; none: NaN */
  PRECISION_HOW,  /* enum precision_how */
  PRECISION_GAP,  /* smallest lead in real arithmetic, of unit vectors, as far as it was sought */
  PRECISION_LEFT, /* smallest lead of what is stored, of a unit query, the longest document as 1 */
  PRECISION_MENDED,
  PRECISION_TRIED,   /* numbers of documents tried */
  PRECISION_ENDED,   /* enum precision_end */
  PRECISION_FRAMES,  /* proposals of the search */
  PRECISION_WORK,    /* coordinates looked at, millions */
  PRECISION_SECONDS, /* timed */
  PRECISION_MEASURES
};

/* How a number of documents was proved. */
enum precision_how {
  PRECISION_BY_CLASSES, /* n / 2 queries in real arithmetic, for every rounding within its bound */
  PRECISION_BY_PAIRS    /* every pair on its own, as stored */
};

/* Why a hunt ended. */
enum precision_end {
  PRECISION_FAILED,  /* nothing a little larger was proved */
  PRECISION_AT_MOST, /* at n_most, or at the most documents that the construction has */
  PRECISION_SPENT    /* work ran out */
};

/* Raw answers, blobs of a cell. Of every row:
 *   "attempts"  float64, PRECISION_ATTEMPT_FIELDS numbers an attempt, in the order they were made
 * Of the row with the largest n (the first of several):
 *   "frame"     uint32: n, K, K frequencies, K weights
 *   "classes"   float64, n / 2 x K: queries of the frame's classes
 *   "documents" float64, n x d: as stored; where proved by pairs
 *   "pairs"     uint32, 2 a query below, ascending
 *   "queries"   float64, d each: mended ones of a frame; without a frame, those of all pairs */
enum precision_attempt_field {
  ATTEMPT_N,
  ATTEMPT_PROVED,
  ATTEMPT_GAP,  /* NaN: there is none */
  ATTEMPT_FULL, /* 1: the search for a wider gap used all that it had */
  PRECISION_ATTEMPT_FIELDS
};

extern const struct limen_parameter precision_parameters[];
extern const struct limen_measure_column precision_measures[];

/* ---- one number of documents ---- */

/* What the hunts of a cell are told. */
struct precision_task {
  const struct limen_cell *cell; /* not owned */
  const struct limen_quantiser *quantiser;
  size_t k, d;
  uint64_t seed;
  size_t n_most, pairs_most, mend;
  uint64_t proposals, patience, work;
  uint32_t weight_most;
};
struct precision_task precision_task_of(const struct limen_cell *cell);

/* What was found for one n, owned: precision_found_clear. */
struct precision_found {
  size_t n;
  bool proved;
  enum precision_how how;
  double gap, left;
  bool full;                /* the search used all of its budget */
  struct limen_torus frame; /* count 0: none */
  double *classes;
  double *documents;
  struct limen_pairs_mended queries;
  uint64_t proposed, work; /* spent on it */
};
void precision_found_clear(struct precision_found *found);

/* Looks for n documents of a construction; `best` (may be NULL) was proved for another n and is
 * where a search starts. `work` is what may be spent. Not proved is an answer. */
int precision_try(const struct precision_task *task, const struct limen_layout *layout, size_t n,
                  uint64_t attempt, const struct precision_found *best, uint64_t work,
                  struct precision_found *out, struct limen_error *error);

/* ---- cells ---- */

int precision_run(const struct limen_cell *cell, struct limen_answer *answer,
                  struct limen_error *error);

/* Keeps what was proved for d dimensions as the raw answers above. */
int precision_keep(size_t d, const struct precision_found *found, size_t row,
                   struct limen_answer *answer, struct limen_error *error);

/* ---- plans ---- */

int precision_verify(const struct limen_plan *plan, struct limen_text *words,
                     struct limen_error *error);
int precision_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error);
int precision_summarise(const struct limen_plan *plan, struct limen_summary *out,
                        struct limen_error *error);
int precision_describe(const struct limen_plan *plan, struct limen_document *out,
                       struct limen_error *error);

#endif
