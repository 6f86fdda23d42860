/* A plan: the grid of a run, the cells its kind asks for, and the answers there are. The runner
 * fills it, reports read it. */
#ifndef LIMEN_RUN_PLAN_H
#define LIMEN_RUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "definition/definition.h"
#include "definition/inputs.h"
#include "run/kind.h"
#include "store/store.h"

enum { LIMEN_COORDINATES = 4 /* the most coordinates a kind may declare */ };

enum limen_cell_state { LIMEN_CELL_WANTED, LIMEN_CELL_RUNNING, LIMEN_CELL_DONE };

/* One point of the grid with its coordinates: the unit of work, of resumption and of parallelism.
 */
struct limen_cell {
  const struct limen_grid *grid; /* not owned */
  size_t point;
  int64_t coordinate[LIMEN_COORDINATES]; /* in the order of the kind's COORDINATE parameters */
  size_t rows;                           /* product of the inner lists; 1 without any */
  enum limen_cell_state state;
  double cost;
  char *text;                 /* "kind=critical_n code=... k=2 ... n=10 seed=1" */
  char key[LIMEN_HASH_SIZE];  /* SHA-256 of text */
  struct limen_answer answer; /* values only, once DONE; blobs stay in the store */
};

/* The value of any parameter in a row of a cell: axis, inner, setting or coordinate. The name must
 * be one of the kind's. */
struct limen_value limen_cell_value(const struct limen_cell *cell, size_t row, const char *name);
int64_t limen_cell_integer(const struct limen_cell *cell, const char *name);
double limen_cell_real(const struct limen_cell *cell, const char *name);
const char *limen_cell_string(const struct limen_cell *cell, const char *name);

struct limen_plan {
  const struct limen_kind *kind; /* not owned */
  struct limen_definition definition;
  struct limen_grid grid;
  enum limen_size size;
  struct limen_store *store; /* not owned; NULL while nothing is stored (planning a dry run) */
  char *code; /* owned: hash of the code behind the cells; a report takes it from the store */
  struct limen_inputs inputs; /* the files behind the cells; filled before the first replay */
  char *imported;             /* what others' results these are, or NULL for our own run */

  struct limen_cell **cells; /* every cell ever asked for */
  size_t n_cells, cells_capacity;
  size_t *slots; /* open-addressing table from (point, coordinates) to index + 1 */
  size_t n_slots;

  size_t *order; /* cells in the order in which the last replay asked for them */
  size_t n_order, order_capacity;
  uint64_t *replay_of; /* per cell: the replay that asked for it last */
  size_t replay_capacity;
  uint64_t replay;
  size_t n_missing; /* asked for in the last replay, not answered yet */

  const char **measure_names;
  struct limen_error *error; /* of the replay under way */
  int status;
};

/* Resolves a definition for its kind; `definition` is taken over (cleared with the plan) only on
 * success. */
int limen_plan_init(struct limen_plan *plan, const struct limen_kind *kind,
                    struct limen_definition *definition, enum limen_size size,
                    const char *const *sets, size_t n_sets, struct limen_error *error);
void limen_plan_clear(struct limen_plan *plan);

/* For kinds: wants the cell at (point, coordinates) and returns it once it is DONE, else NULL. */
const struct limen_cell *limen_plan_ask(struct limen_plan *plan, size_t point,
                                        const int64_t *coordinates);

/* For reports: the same without wanting it; NULL when it is not there. */
const struct limen_cell *limen_plan_peek(const struct limen_plan *plan, size_t point,
                                         const int64_t *coordinates);

/* Calls `visit` with every finished cell that the last replay asked for, in its order; stops at the
 * first failure. */
int limen_plan_each(const struct limen_plan *plan,
                    int (*visit)(void *context, const struct limen_cell *cell,
                                 struct limen_error *error),
                    void *context, struct limen_error *error);

/* The mean of every measure in a row of the cells, over those that have it; NaN where none has.
 * `mean` has room for as many as the cells have measures. At least one cell. */
void limen_cells_average(const struct limen_cell *const *cells, size_t count, size_t row,
                         double *mean);

/* Replays the kind's search; afterwards `order` and `n_missing` are current. Answers that the store
 * holds already are taken from there. */
int limen_plan_replay(struct limen_plan *plan, struct limen_error *error);

/* For imported results, in place of the kind's search: asks for every cell that the store holds. */
int limen_plan_adopt(struct limen_plan *plan, struct limen_error *error);

/* The best answered cell of every group that the last replay asked for, one a group, in the order
 * of the groups' names: the cells whose artifacts a store that saw nothing but this plan would
 * keep.
 * `*cells` has `*count` entries, lent by the plan in an array that limen_free releases. O(n log n).
 */
int limen_plan_best_of_groups(const struct limen_plan *plan, struct limen_cell ***cells,
                              size_t *count, struct limen_error *error);

/* "k=2/loss=infonce/.../d=8": all axes at a point, in the kind's order; with `row` >= 0 the inner
 * ones too. */
void limen_plan_axes(const struct limen_plan *plan, size_t point, ptrdiff_t row,
                     struct limen_text *out);

#endif
