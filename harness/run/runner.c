/* One OpenMP team. The first thread replays the plan and makes a task per thread. A task takes the
 * costliest cell that waits, runs it, stores it, replays the plan when the queue runs low (an
 * answer may make the kind ask for more), and goes on until no cell waits; it makes new tasks when
 * more cells wait than tasks are there. A task a cell would not do: beyond 64 tasks a thread
 * libgomp runs a new one inside the one that makes it, and thousands of cells would nest.
 * Everything but running a cell happens under one lock. */
#include "run/runner.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "run/queue.h"

struct runner {
  struct limen_plan *plan;
  struct limen_progress *progress;
  struct limen_queue queue;
  int status;               /* the first failure stops the run */
  struct limen_error error; /* of that failure */
  size_t seen;              /* of the plan's cells, those that were queued or counted already */
  size_t tasks;             /* made and not ended, at most one a thread */
  size_t ran, finished;
  bool force; /* artifacts replace others of any rank: see restore_artifacts */
  double cost_done, cost_total;
};

/* Lets the kind look at the answers, and queues the cells that it asks for anew. */
static int replay(struct runner *runner) {
  struct limen_plan *plan = runner->plan;
  int status = limen_plan_replay(plan, &runner->error);
  for (; runner->seen < plan->n_cells && status == LIMEN_OK; runner->seen++) {
    struct limen_cell *cell = plan->cells[runner->seen];
    runner->cost_total += cell->cost;
    if (cell->state == LIMEN_CELL_DONE) {
      runner->finished++;
      runner->cost_done += cell->cost;
    } else {
      status = limen_queue_push(&runner->queue, cell, &runner->error);
    }
  }
  return status;
}

static void show(struct runner *runner, const struct limen_cell *cell) {
  struct limen_text name = {0};
  limen_plan_axes(runner->plan, cell->point, -1, &name);
  limen_progress_show(runner->progress, runner->finished, runner->plan->n_cells, runner->cost_done,
                      runner->cost_total, limen_text_string(&name));
  limen_text_clear(&name);
}

/* Called under the lock. */
static int keep(struct runner *runner, struct limen_cell *cell, struct limen_answer *answer,
                struct limen_error *error) {
  struct limen_plan *plan = runner->plan;
  int status = limen_store_put(plan->store, cell->key, cell->text, plan->code, plan->measure_names,
                               answer, runner->force, error);
  if (status != LIMEN_OK) return status;
  limen_blobs_clear(&answer->answers); /* they are in the store now */
  limen_blobs_clear(&answer->artifacts);
  limen_answer_clear(&cell->answer);
  cell->answer = *answer;
  *answer = (struct limen_answer){0};
  cell->state = LIMEN_CELL_DONE;
  runner->ran++;
  runner->finished++;
  runner->cost_done += cell->cost;
  show(runner, cell);
  return LIMEN_OK;
}

static int run_cell(const struct limen_kind *kind, const struct limen_cell *cell,
                    struct limen_answer *answer, struct limen_error *error) {
  int status = limen_answer_init(answer, cell->rows, limen_kind_measures(kind), error);
  if (status != LIMEN_OK) return status;
  const size_t refusals = limen_memory_refusals();
  double start = limen_clock_s();
  status = kind->run(cell, answer, error);
  answer->seconds = limen_clock_s() - start;
  /* A step that took "no memory" for "no" would make an answer that is kept for good. */
  if (status == LIMEN_OK && limen_memory_refusals() != refusals)
    status =
        LIMEN_FAIL(error, LIMEN_FAILED,
                   "memory ran out on the way, so its answer is not kept; try fewer threads or "
                   "a smaller n");
  /* The store keeps no sign of zero, and a resumed run must show what this one shows. */
  for (size_t i = 0; i < answer->rows * answer->measures; i++)
    if (answer->values[i] == 0) answer->values[i] = 0;
  return status;
}

/* How many tasks to make so that every thread has one while cells wait. Called under the lock. */
static size_t claim_tasks(struct runner *runner) {
  size_t most = (size_t)limen_threads(), count = 0;
  if (runner->status != LIMEN_OK) return 0;
  if (runner->tasks < most) count = most - runner->tasks;
  if (count > runner->queue.count) count = runner->queue.count;
  runner->tasks += count;
  return count;
}

static struct limen_cell *take(struct runner *runner) {
  if (runner->status == LIMEN_OK && limen_interrupted()) runner->status = LIMEN_INTERRUPTED;
  struct limen_cell *cell = runner->status == LIMEN_OK ? limen_queue_pop(&runner->queue) : NULL;
  if (cell) {
    cell->state = LIMEN_CELL_RUNNING;
    show(runner, cell);
  }
  return cell;
}

/* Called under the lock. A cell that ended well is kept even while the run stops; the first failure
 * is the one that is told. */
static void settle(struct runner *runner, struct limen_cell *cell, int status,
                   struct limen_answer *answer, struct limen_error *error) {
  const char *words = strchr(cell->text, ' ');
  if (status == LIMEN_OK)
    status = keep(runner, cell, answer, error);
  else if (status != LIMEN_INTERRUPTED)
    limen_error_prefix(error, "cell%.300s", words ? words : cell->text);
  if (status != LIMEN_OK) cell->state = LIMEN_CELL_WANTED;
  if (runner->status != LIMEN_OK) return;
  runner->status = status;
  if (status != LIMEN_OK)
    runner->error = *error;
  else if (runner->queue.count < 2 * (size_t)limen_threads())
    runner->status = replay(runner);
}

static void spawn(struct runner *runner, size_t count);

static void run_cells(struct runner *runner) {
  for (;;) {
    struct limen_cell *cell = NULL;
    struct limen_answer answer = {0};
    struct limen_error error = {0};
    size_t more = 0;
#pragma omp critical(limen_runner)
    {
      cell = take(runner);
      if (!cell) runner->tasks--;
    }
    if (!cell) return;
    int status = run_cell(runner->plan->kind, cell, &answer, &error);
#pragma omp critical(limen_runner)
    {
      settle(runner, cell, status, &answer, &error);
      more = claim_tasks(runner);
    }
    limen_answer_clear(&answer);
    spawn(runner, more);
  }
}

/* Makes tasks; never under the lock, as OpenMP may choose to run one on the spot. They are tied: a
 * thread that waits for the blocks of its own cell helps with those and never starts another cell
 * in between. */
static void spawn(struct runner *runner, size_t count) {
  for (size_t i = 0; i < count; i++) {
#pragma omp task firstprivate(runner) default(none)
    run_cells(runner);
  }
}

static int run_all(struct runner *runner) {
#pragma omp parallel default(none) shared(runner)
#pragma omp single
  spawn(runner, claim_tasks(runner));
  return runner->status;
}

/* Artifacts are kept for the best cell of a group only. When the best cell of *this* plan lost its
 * artifact to one of an earlier, larger plan, it is run again, and its artifact kept by force. */
static int restore_artifacts(struct runner *runner) {
  struct limen_plan *plan = runner->plan;
  struct limen_cell **cells = NULL;
  size_t count = 0;
  int status = limen_plan_best_of_groups(plan, &cells, &count, &runner->error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    bool kept = false;
    status = limen_store_keeps(plan->store, cells[i]->key, &kept, &runner->error);
    if (status != LIMEN_OK || kept) continue;
    cells[i]->state = LIMEN_CELL_WANTED;
    runner->finished--;
    runner->cost_done -= cells[i]->cost;
    status = limen_queue_push(&runner->queue, cells[i], &runner->error);
  }
  limen_free(cells);
  runner->force = true;
  return status == LIMEN_OK ? run_all(runner) : status;
}

/* Short work needs no announcement. */
static int announce(struct runner *runner) {
  static const double worth_telling = 20; /* seconds */
  const struct limen_plan *plan = runner->plan;
  char words[32];
  double seconds = 0;
  if (!plan->kind->foresee || runner->queue.count == 0) return LIMEN_OK;
  int status = plan->kind->foresee(plan, &seconds, &runner->error);
  seconds /= limen_threads();
  if (status == LIMEN_OK && seconds >= worth_telling)
    limen_progress_say(runner->progress,
                       "%zu cells to run, about %s on %d threads by a small trial",
                       runner->queue.count, limen_clock_words(seconds, words), limen_threads());
  return status;
}

int limen_run(struct limen_plan *plan, struct limen_progress *progress,
              struct limen_run_tally *tally, struct limen_error *error) {
  struct runner runner = {.plan = plan, .progress = progress};
  int status = runner.status = replay(&runner);
  if (status == LIMEN_OK) status = runner.status = announce(&runner);
  if (status == LIMEN_OK) status = run_all(&runner);
  if (status == LIMEN_OK) status = restore_artifacts(&runner);
  if (plan->kind->release) plan->kind->release();
  tally->ran = runner.ran;
  tally->reused = runner.finished > runner.ran ? runner.finished - runner.ran : 0;
  limen_queue_clear(&runner.queue);
  if (status != LIMEN_OK && error) *error = runner.error;
  if (status == LIMEN_INTERRUPTED)
    LIMEN_FAIL(error, status,
               "interrupted: %zu cells are stored; run the same command again to go on",
               runner.finished);
  return status;
}
