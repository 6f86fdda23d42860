/* What a cell measures with the clock running, and what differs from run to run. */
#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "experiments/kinds/recall/cell.h"
#include "stats/interval.h"

enum { PASSES = 3 /* over the queries with the clock running; the median counts */ };

int recall_time_row(struct recall_cell_run *run, size_t row, struct limen_error *error) {
  const struct limen_matrix *queries = &run->world->queries;
  double passes[PASSES];
  for (size_t p = 0; p < PASSES; p++) {
    double start = limen_clock_s();
    for (size_t q = 0; q < queries->rows; q++) {
      size_t found;
      int status =
          limen_index_search(&run->index, queries->values + q * queries->columns, run->world->k,
                             recall_ef_of(run, row), run->ids, &found, error);
      if (status != LIMEN_OK) return status;
    }
    passes[p] = (limen_clock_s() - start) / (double)queries->rows * 1e6;
  }
  return limen_quantile(passes, PASSES, 0.5, &recall_row_of(run, row)[RECALL_SEARCH_US], error);
}

/* Adds each row's mean recall on a further index to `sums`, a number a row and pass. */
static int recall_of_index(struct recall_cell_run *run, struct limen_index *index, double *recalls,
                           struct limen_error *error) {
  const struct recall_world *world = run->world;
  for (size_t row = 0; row < run->answer->rows; row++) {
    double sum = 0;
    for (size_t q = 0; q < world->queries.rows; q++) {
      struct limen_recall_query judged;
      size_t found;
      int status = limen_index_search(index, world->queries.values + q * world->queries.columns,
                                      world->k, recall_ef_of(run, row), run->ids, &found, error);
      if (status != LIMEN_OK) return status;
      recall_judge(run->world, &run->judging, q, run->ids, &judged);
      sum += limen_recall_of(&judged, LIMEN_RECALL_BY_ID);
    }
    recalls[row] = sum / (double)world->queries.rows;
  }
  return LIMEN_OK;
}

int recall_build_in_parallel(struct recall_cell_run *run, struct limen_error *error) {
  const size_t threads = (size_t)limen_cell_integer(run->cell, "parallel");
  const size_t builds = (size_t)limen_cell_integer(run->cell, "parallel_builds");
  const size_t rows = run->answer->rows;
  struct limen_index_settings settings = run->settings;
  settings.threads = threads;
  if (threads == 0) return LIMEN_OK;
  double *recalls = limen_alloc(builds * rows, sizeof *recalls, error);
  int status = recalls ? LIMEN_OK : LIMEN_FAILED;
  for (size_t b = 0; b < builds && status == LIMEN_OK; b++) {
    struct limen_index index = {0};
    status = limen_index_build(run->index.engine, &run->world->base, run->order, &settings, &index,
                               error);
    if (status == LIMEN_OK) status = recall_of_index(run, &index, recalls + b * rows, error);
    limen_index_clear(&index);
    if (status == LIMEN_OK) status = recall_poll(error);
  }
  for (size_t row = 0; row < rows && status == LIMEN_OK; row++) {
    double mean = 0, squares = 0;
    for (size_t b = 0; b < builds; b++) mean += recalls[b * rows + row] / (double)builds;
    for (size_t b = 0; b < builds; b++) squares += pow(recalls[b * rows + row] - mean, 2);
    recall_row_of(run, row)[RECALL_PARALLEL] = mean;
    recall_row_of(run, row)[RECALL_PARALLEL_SD] = sqrt(squares / (double)(builds - 1));
  }
  limen_free(recalls);
  return status;
}
