/* One cell: a number of dimensions and an arithmetic, with a row for every construction. */
#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "experiments/kinds/precision/hunt.h"

struct precision_task precision_task_of(const struct limen_cell *cell) {
  const double work = 1e6 * limen_cell_real(cell, "work");
  return (struct precision_task){
      .cell = cell,
      .quantiser = limen_quantiser_find(limen_cell_string(cell, "arithmetic")),
      .k = (size_t)limen_cell_integer(cell, "k"),
      .d = (size_t)limen_cell_integer(cell, "d"),
      .seed = (uint64_t)limen_cell_integer(cell, "seed"),
      .n_most = (size_t)limen_cell_integer(cell, "n_most"),
      .pairs_most = (size_t)limen_cell_integer(cell, "pairs_most"),
      .mend = (size_t)limen_cell_integer(cell, "mend"),
      .proposals = (uint64_t)limen_cell_integer(cell, "proposals"),
      .patience = (uint64_t)limen_cell_integer(cell, "patience"),
      .work = (uint64_t)work,
      .weight_most = (uint32_t)limen_cell_integer(cell, "weight_most"),
  };
}

static void fill(const struct precision_hunt *hunt, double seconds, double *values) {
  const struct precision_found *best = &hunt->best;
  values[PRECISION_TRIED] = (double)hunt->tried;
  values[PRECISION_ENDED] = hunt->end;
  values[PRECISION_FRAMES] = (double)hunt->proposed;
  values[PRECISION_WORK] = (double)hunt->work / 1e6;
  values[PRECISION_SECONDS] = seconds;
  if (best->n == 0) return;
  values[PRECISION_N] = (double)best->n;
  values[PRECISION_HOW] = best->how;
  values[PRECISION_GAP] = best->gap;
  values[PRECISION_LEFT] = best->left;
  values[PRECISION_MENDED] = best->frame.count > 0 ? (double)best->queries.count : NAN;
}

static int add(struct limen_answer *answer, const char *name, size_t row, const void *bytes,
               size_t count, int status, struct limen_error *error) {
  if (status != LIMEN_OK || count == 0) return status;
  return limen_blobs_add(&answer->answers, name, row, bytes, count, error);
}

static int keep_frame(const struct limen_torus *frame, size_t row, struct limen_answer *answer,
                      struct limen_error *error) {
  uint32_t numbers[2 + 2 * LIMEN_TORUS_MOST] = {frame->n, frame->count};
  for (uint32_t j = 0; j < frame->count; j++) {
    numbers[2 + j] = frame->frequency[j];
    numbers[2 + frame->count + j] = frame->weight[j];
  }
  return limen_blobs_add(&answer->answers, "frame", row, numbers,
                         (2 + 2 * (size_t)frame->count) * sizeof *numbers, error);
}

int precision_keep(size_t d, const struct precision_found *best, size_t row,
                   struct limen_answer *answer, struct limen_error *error) {
  const size_t queries = best->queries.count;
  int status = LIMEN_OK;
  if (best->frame.count > 0) {
    status = keep_frame(&best->frame, row, answer, error);
    status = add(answer, "classes", row, best->classes,
                 best->n / 2 * best->frame.count * sizeof(double), status, error);
  }
  if (best->how != PRECISION_BY_PAIRS) return status;
  status =
      add(answer, "documents", row, best->documents, best->n * d * sizeof(double), status, error);
  status =
      add(answer, "pairs", row, best->queries.pair, 2 * queries * sizeof(uint32_t), status, error);
  return add(answer, "queries", row, best->queries.query, queries * d * sizeof(double), status,
             error);
}

int precision_run(const struct limen_cell *cell, struct limen_answer *answer,
                  struct limen_error *error) {
  const struct precision_task task = precision_task_of(cell);
  struct precision_found best = {0};
  size_t best_row = 0;
  int status = LIMEN_OK;
  for (size_t row = 0; row < cell->rows && status == LIMEN_OK; row++) {
    struct precision_hunt hunt;
    const struct limen_layout *layout =
        limen_layout_find(limen_cell_value(cell, row, "construction").as.string);
    const double start = limen_clock_s();
    status = precision_hunt_run(&task, layout, &hunt, error);
    if (status == LIMEN_OK) {
      fill(&hunt, limen_clock_s() - start, answer->values + row * answer->measures);
      status = add(answer, "attempts", row, hunt.attempts,
                   hunt.tried * PRECISION_ATTEMPT_FIELDS * sizeof(double), status, error);
    }
    if (status == LIMEN_OK && hunt.best.n > best.n) {
      precision_found_clear(&best);
      best = hunt.best;
      best_row = row;
      hunt.best = (struct precision_found){0};
    }
    precision_hunt_clear(&hunt);
  }
  if (status == LIMEN_OK && best.n > 0)
    status = precision_keep(task.d, &best, best_row, answer, error);
  precision_found_clear(&best);
  return status;
}
