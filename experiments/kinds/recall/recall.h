/* What the files of the kind recall share: its measures, the raw answers it keeps, its data. */
#ifndef LIMEN_KINDS_RECALL_RECALL_H
#define LIMEN_KINDS_RECALL_RECALL_H

#include <stdbool.h>
#include <stdint.h>

#include "engines/engine.h"
#include "run/plan.h"
#include "store/summary.h"

/* Columns of results.csv, in the order of the measures table. What does not depend on ef is the
 * same in every row of a cell. */
enum recall_measure {
  RECALL_ROWS,
  RECALL_DIMENSION,
  RECALL_VARIANTS,
  RECALL_BY_ID,
  RECALL_TIES,
  RECALL_EPSILON,
  RECALL_WORST_1,
  RECALL_WORST_5,
  RECALL_ZERO,
  RECALL_SHORT,
  RECALL_DUPLICATES,
  RECALL_INVALID,
  RECALL_DISTANCES,
  RECALL_HOPS,
  RECALL_BYTES,
  RECALL_UNREACHABLE,
  RECALL_COMPONENTS,
  RECALL_LARGEST,
  RECALL_NO_IN_LINKS,
  RECALL_IN_DEGREE_GINI,
  RECALL_IN_DEGREE_INSERTION,
  RECALL_RECIPROCITY,
  RECALL_SATURATED,
  RECALL_OUT_DEGREE,
  RECALL_LEVELS,
  RECALL_LEVELS_P,
  RECALL_SAME_NEIGHBOURS,
  RECALL_MISS_TIE, /* from here on in the order of enum limen_miss */
  RECALL_MISS_DUPLICATE,
  RECALL_MISS_UNREACHABLE,
  RECALL_MISS_BUDGET,
  RECALL_MISS_INTERMEDIATE,
  RECALL_MISS_TRAPPED,
  RECALL_BUILD_S, /* timed */
  RECALL_SEARCH_US,
  RECALL_PARALLEL,
  RECALL_PARALLEL_SD,
  RECALL_MEASURES
};

/* Raw answers, blobs of a cell's row:
 *   "hits"       uint16, three a query: by id, tie-aware, epsilon (recall_hits)
 *   "places"     uint16, one a query: what the hits are divided by
 *   "ids"        int32, k a query: what was returned, nearest first, -1 past the found ones
 *   "distances"  uint32, one a query: true distance evaluations
 *   "records"    struct limen_miss_record, one a true neighbour (with `attribute`)
 * and of row 0, the same for all cells of one data:
 *   "lid"        float32, one a base row: local dimension, NaN where undefined
 *   "inserted"   uint32, one a base row: the how manieth it was inserted (with `attribute`)
 *   "labels"     uint32, one a base row (with `attribute`)
 *   "names"      labels' names, each ended by a NUL (with `attribute`)
 *   "data"       64 hexadecimal digits: SHA-256 of the base's values and shape and of all that says
 *                which answers are right, metric and k among it
 *   "asked"      the same of the queries
 *   "estimate/NAME"  three doubles: value, lower, upper (with `estimate`) */

enum { RECALL_HITS = 3 };

extern const struct limen_parameter recall_parameters[];
extern const struct limen_measure_column recall_measures[];

/* ---- cells ---- */

/* The engine of a point; whether its engine and data look at an axis; whether the cells of this
 * point differ from those of the point that has the first value of every axis that its engine and
 * data do not look at. */
const struct limen_engine *recall_engine(const struct limen_grid *grid, size_t point);
bool recall_looks_at(const struct limen_grid *grid, size_t point, const char *axis);
bool recall_point_is_redundant(const struct limen_grid *grid, size_t point);

/* Whether the misses of a cell are attributed: with attribute=2 only in the first build of the
 * first variants of an order, which tell enough beside many random orders. */
enum { RECALL_ATTRIBUTED_VARIANTS = 4 };
bool recall_attributes(const struct limen_cell *cell);

int recall_run(const struct limen_cell *cell, struct limen_answer *answer,
               struct limen_error *error);

/* ---- studies ---- */

/* What is asked of the cells: which points of the grid it wants, and what its report says
 * (registry: report_studies.def). */
struct recall_study {
  const char *name, *about;
  /* A switch among the parameters that must be 1 for it. NULL: none. */
  const char *needs;
  /* Whether a point belongs to the question. NULL: every point does. */
  bool (*wants)(const struct limen_grid *grid, size_t point);
  /* Headline numbers beside those that all studies have. NULL: none. */
  int (*summarise)(const struct limen_plan *plan, struct limen_summary *out,
                   struct limen_error *error);
  int (*describe)(const struct limen_plan *plan, struct limen_document *out,
                  struct limen_error *error);
};

const char *recall_study_name(size_t i); /* NULL past the end */
const struct recall_study *recall_study_of(const struct limen_grid *grid);

/* How many variants of its order and how many builds a point has, as far as the answers tell;
 * *variant and *build walk through them: for (size_t i = 0; i < recall_replicates(...); i++)
 * recall_replicate(plan, point, i, coordinates). */
size_t recall_replicates(const struct limen_plan *plan, size_t point);
void recall_replicate(const struct limen_plan *plan, size_t point, size_t i, int64_t *coordinates);

/* (summary_samples.c) */
int recall_samples(const struct limen_plan *plan, limen_sample_visitor visit, void *context,
                   struct limen_error *error);
int recall_foresee(const struct limen_plan *plan, double *seconds, struct limen_error *error);
int recall_summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error);
int recall_describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error);

#endif
