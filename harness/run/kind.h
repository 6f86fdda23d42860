/* A kind of experiment (registry in experiments/kinds/): how to plan cells, run one, and say what
 * came out. A kind is one const struct; the runner owns the loop and the store. */
#ifndef LIMEN_RUN_KIND_H
#define LIMEN_RUN_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "definition/definition.h"
#include "run/sample.h"
#include "store/answer.h"
#include "store/summary.h"

struct limen_cell;
struct limen_plan;
struct limen_document; /* the report's content, made by the kind, written by the report layer */

/* A column of results.csv after the parameters. */
struct limen_measure_column {
  const char *name, *about;
  const char *unit;
  bool timed; /* from a clock, or differing from run to run: stands in timings.csv */
};

struct limen_kind {
  const char *name, *about;
  const struct limen_parameter *parameters;    /* ends with a NULL name; axes in headline order */
  const struct limen_measure_column *measures; /* ends with a NULL name */

  /* What no single parameter's range can say. NULL: nothing to check. */
  int (*check)(const struct limen_grid *grid, struct limen_error *error);

  /* Whether what stands at a point looks at an axis at all: an exact search at no ef. Names of
   * points leave out what is not looked at. NULL: everything is. */
  bool (*looks_at)(const struct limen_grid *grid, size_t point, const char *axis);

  /* Asks for cells with limen_plan_ask. It replays its search from the start every time, using the
   * answers that are there, and goes on as far as they carry: a pure function of them, in which a
   * cell once asked for stays asked for as more answers arrive. */
  int (*plan)(struct limen_plan *plan, struct limen_error *error);

  /* Expected cost of a cell in any unit proportional to time: larger ones start first. */
  double (*cost)(const struct limen_cell *cell);

  /* Says beforehand how long the plan's cells that wait will take one thread, from a small trial on
   * this machine; NaN when that cannot be told. NULL: nothing is said. */
  int (*foresee)(const struct limen_plan *plan, double *seconds, struct limen_error *error);

  /* Runs one cell, deterministically, and fills the answer, whose values have their shape already.
   * Polls limen_interrupted() and then returns LIMEN_INTERRUPTED. */
  int (*run)(const struct limen_cell *cell, struct limen_answer *answer, struct limen_error *error);

  /* Releases what cells of one run shared, such as data read once. NULL: nothing is. */
  void (*release)(void);

  /* Headline numbers, and the content of the report. Both read the plan's cells only. */
  int (*summarise)(const struct limen_plan *plan, struct limen_summary *out,
                   struct limen_error *error);
  int (*describe)(const struct limen_plan *plan, struct limen_document *out,
                  struct limen_error *error);

  /* Calls `visit` with the sample behind every headline number that has one, under the number's
   * name. The sample is lent for the call. NULL: numbers have no more than their intervals. */
  int (*samples)(const struct limen_plan *plan, limen_sample_visitor visit, void *context,
                 struct limen_error *error);

  /* Checks the numbers of the plan's finished cells again, from their raw answers and from data
   * made or read anew, and tells in words what was checked. LIMEN_NO names what does not hold.
   * NULL: nothing but certificates is checked. */
  int (*verify)(const struct limen_plan *plan, struct limen_text *words, struct limen_error *error);

  /* Writes a folder per proved claim into `folder` (empty and existing). NULL: proves nothing. */
  int (*certify)(const struct limen_plan *plan, const char *folder, struct limen_error *error);
};

/* The table is the program's, handed down by main; it ends with NULL. */
const struct limen_kind *limen_kind_find(const struct limen_kind *const *kinds, const char *name);

/* Number of measures; names of all of them, in order (released by limen_free). */
size_t limen_kind_measures(const struct limen_kind *kind);
const char **limen_kind_measure_names(const struct limen_kind *kind, struct limen_error *error);

/* Hash of the code that the kind's cells depend on; "unknown" for a kind outside the build's
 * table, as in tests. */
const char *limen_kind_code(const struct limen_kind *kind);

#endif
