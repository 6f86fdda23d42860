/* How long a run will take: a small index of Gaussian vectors is built and searched with the clock
 * running, once an engine and number of dimensions, and scaled up. Good to a factor of two or so:
 * clustered data go faster, hard ones slower. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "data/format.h"
#include "experiments/kinds/recall/recall.h"

enum { TRIAL_ROWS = 1000, TRIAL_QUERIES = 50, TRIAL_EF = 40, TRIALS_MOST = 32 };

struct trial {
  const struct limen_engine *engine;
  size_t columns;
  double build_s, search_s; /* the whole build; one query */
};

struct trials {
  struct trial trial[TRIALS_MOST];
  size_t count;
};

static int run_trial(struct trial *trial, struct limen_error *error) {
  struct limen_index_settings settings = limen_index_defaults;
  struct limen_matrix base = {0};
  struct limen_index index = {0};
  size_t order[TRIAL_ROWS];
  int64_t ids[10];
  settings.ef_construction = 128;
  int status = limen_matrix_init(&base, TRIAL_ROWS, trial->columns, error);
  gsl_rng *rng = status == LIMEN_OK ? limen_rng_alloc(1, "recall/trial", error) : NULL;
  if (!rng) status = LIMEN_FAILED;
  for (size_t i = 0; rng && i < TRIAL_ROWS * trial->columns; i++)
    base.values[i] = (float)gsl_ran_gaussian_ziggurat(rng, 1);
  limen_rng_free(rng);
  for (size_t i = 0; i < TRIAL_ROWS; i++) order[i] = i;
  double start = limen_clock_s();
  if (status == LIMEN_OK)
    status = limen_index_build(trial->engine, &base, order, &settings, &index, error);
  double built = limen_clock_s();
  for (size_t q = 0; q < TRIAL_QUERIES && status == LIMEN_OK; q++) {
    size_t found;
    status = limen_index_search(&index, base.values + q * trial->columns, 10, TRIAL_EF, ids, &found,
                                error);
  }
  trial->build_s = built - start;
  trial->search_s = (limen_clock_s() - built) / TRIAL_QUERIES;
  limen_index_clear(&index);
  limen_matrix_clear(&base);
  return status;
}

/* The trial of a cell's engine and dimensions, made when it is the first; NULL with an error, or
 * without one when there were too many already. */
static const struct trial *trial_of(struct trials *trials, const struct limen_engine *engine,
                                    size_t columns, struct limen_error *error) {
  for (size_t i = 0; i < trials->count; i++)
    if (trials->trial[i].engine == engine && trials->trial[i].columns == columns)
      return &trials->trial[i];
  if (trials->count == TRIALS_MOST) return NULL;
  struct trial *trial = &trials->trial[trials->count];
  *trial = (struct trial){.engine = engine, .columns = columns};
  if (run_trial(trial, error) != LIMEN_OK) return NULL;
  trials->count++;
  return trial;
}

/* Rows and dimensions of the data at a point. A file is opened for them, once for points that
 * follow each other. */
struct shape {
  const char *path;
  size_t rows, columns;
};

static int shape_of(const struct limen_cell *cell, struct shape *shape, struct limen_error *error) {
  const struct limen_value value = limen_cell_value(cell, 0, "data");
  const ptrdiff_t at = limen_parameter_find(cell->grid->parameters, "data");
  const size_t n = (size_t)limen_cell_integer(cell, "n");
  const size_t ambient = (size_t)limen_cell_integer(cell, "ambient");
  const size_t r = (size_t)limen_cell_integer(cell, "r");
  if (!limen_value_is_file(&cell->grid->parameters[at], &value)) {
    *shape = (struct shape){NULL, n ? n : 10000, ambient ? ambient : r ? r : 64};
    return LIMEN_OK;
  }
  if (shape->path && strcmp(shape->path, value.as.string) == 0) return LIMEN_OK;
  const struct limen_read_options options = {
      .dimension = (size_t)limen_cell_integer(cell, "dimension"), .dataset = "train"};
  struct limen_vectors vectors;
  int status = limen_vectors_open(value.as.string, &options, &vectors, error);
  if (status != LIMEN_OK) return status;
  *shape =
      (struct shape){value.as.string, n && n < vectors.rows ? n : vectors.rows, vectors.columns};
  limen_vectors_close(&vectors);
  return LIMEN_OK;
}

/* A build is about n log n searches with ef_construction candidates; a search grows with ef and
 * log n, and is done traced, and PASSES times more where it is timed. */
static double seconds_of(const struct limen_cell *cell, const struct trial *trial,
                         const struct shape *shape) {
  const double n = (double)shape->rows, deeper = log(n + 2) / log(TRIAL_ROWS);
  const double nq = (double)limen_cell_integer(cell, "nq");
  double passes =
      1.5 + (limen_cell_integer(cell, "timing") ? 3 : 0) + (recall_attributes(cell) ? 25 : 0);
  double seconds = trial->build_s * n / TRIAL_ROWS * deeper *
                   (double)limen_cell_integer(cell, "ef_construction") / 128;
  for (size_t row = 0; row < cell->rows; row++)
    seconds += nq * trial->search_s * deeper * passes *
               (double)limen_cell_value(cell, row, "ef").as.integer / TRIAL_EF;
  return seconds;
}

int recall_foresee(const struct limen_plan *plan, double *seconds, struct limen_error *error) {
  struct trials trials = {0};
  struct shape shape = {0};
  *seconds = 0;
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state == LIMEN_CELL_DONE) continue;
    struct limen_error reason = {0};
    int status = shape_of(cell, &shape, error);
    if (status != LIMEN_OK) return status;
    const struct trial *trial =
        trial_of(&trials, recall_engine(cell->grid, cell->point), shape.columns, &reason);
    if (!trial && reason.status != LIMEN_OK) {
      if (error) *error = reason;
      return reason.status;
    }
    *seconds += trial ? seconds_of(cell, trial, &shape) : NAN;
  }
  return LIMEN_OK;
}
