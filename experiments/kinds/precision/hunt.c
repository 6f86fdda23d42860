#include "experiments/kinds/precision/hunt.h"

#include "base/memory.h"
#include "base/threads.h"

enum {
  SHARE = 8,    /* one attempt gets at most such a part of the work */
  NARROW = 100, /* stop narrowing where the ends differ by less than such a part */
  ABOVE = 6     /* attempts above the best in vain before the hunt ends */
};

struct hunt {
  const struct precision_task *task;
  const struct limen_layout *layout;
  struct precision_hunt *out;
  size_t least, most, step; /* numbers of documents that there can be */
};

void precision_hunt_clear(struct precision_hunt *hunt) {
  precision_found_clear(&hunt->best);
  limen_free(hunt->attempts);
  *hunt = (struct precision_hunt){0};
}

static int note(struct precision_hunt *out, const struct precision_found *found,
                struct limen_error *error) {
  int status = limen_grow(&out->attempts, &out->capacity,
                          (out->tried + 1) * PRECISION_ATTEMPT_FIELDS, sizeof(double), error);
  if (status != LIMEN_OK) return status;
  double *fields = out->attempts + out->tried++ * PRECISION_ATTEMPT_FIELDS;
  fields[ATTEMPT_N] = (double)found->n;
  fields[ATTEMPT_PROVED] = found->proved;
  fields[ATTEMPT_GAP] = found->gap;
  fields[ATTEMPT_FULL] = found->full;
  return LIMEN_OK;
}

static bool is_spent(const struct hunt *hunt) { return hunt->out->work >= hunt->task->work; }

static int attempt(struct hunt *hunt, size_t n, bool *proved, struct limen_error *error) {
  struct precision_hunt *out = hunt->out;
  const uint64_t left = hunt->task->work > out->work ? hunt->task->work - out->work : 0;
  const uint64_t part = hunt->task->work / SHARE;
  struct precision_found found;
  if (limen_interrupted())
    return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
  int status =
      precision_try(hunt->task, hunt->layout, n, out->tried, out->best.n > 0 ? &out->best : NULL,
                    left < part ? left : part, &found, error);
  if (status != LIMEN_OK) return status;
  *proved = found.proved;
  out->proposed += found.proposed;
  out->work += found.work;
  status = note(out, &found, error);
  if (found.proved && found.n > out->best.n) {
    precision_found_clear(&out->best);
    out->best = found;
  } else {
    precision_found_clear(&found);
  }
  return status;
}

static size_t fit(const struct hunt *hunt, size_t n) {
  if (n > hunt->most) n = hunt->most;
  return n - (n - hunt->least) % hunt->step;
}

/* Up by half as much again; *failed: the first failure, SIZE_MAX: there was none. */
static int gallop(struct hunt *hunt, size_t *failed, struct limen_error *error) {
  size_t n = hunt->least;
  *failed = SIZE_MAX;
  while (!is_spent(hunt)) {
    bool proved;
    int status = attempt(hunt, n, &proved, error);
    if (status != LIMEN_OK) return status;
    if (!proved) {
      *failed = n;
      return LIMEN_OK;
    }
    const size_t next = fit(hunt, n + n / 2 + hunt->step);
    if (next <= n) return LIMEN_OK;
    n = next;
  }
  return LIMEN_OK;
}

static int narrow(struct hunt *hunt, size_t failed, struct limen_error *error) {
  size_t low = hunt->out->best.n;
  while (!is_spent(hunt) && failed > low + hunt->step && failed - low > low / NARROW) {
    bool proved;
    const size_t middle = fit(hunt, low + (failed - low) / 2);
    if (middle <= low) break;
    int status = attempt(hunt, middle, &proved, error);
    if (status != LIMEN_OK) return status;
    if (proved)
      low = middle;
    else
      failed = middle;
  }
  return LIMEN_OK;
}

/* A failure says little where numbers are random: other ones may do. */
static int go_on(struct hunt *hunt, struct limen_error *error) {
  size_t in_vain = 0;
  while (!is_spent(hunt) && in_vain < ABOVE) {
    bool proved;
    const size_t low = hunt->out->best.n, further = (1 + in_vain / 2) * (low / NARROW);
    const size_t n = fit(hunt, low + hunt->step + further);
    if (n <= low) return LIMEN_OK;
    int status = attempt(hunt, n, &proved, error);
    if (status != LIMEN_OK) return status;
    in_vain = proved ? 0 : in_vain + 1;
  }
  return LIMEN_OK;
}

int precision_hunt_run(const struct precision_task *task, const struct limen_layout *layout,
                       struct precision_hunt *out, struct limen_error *error) {
  struct hunt hunt = {.task = task, .layout = layout, .out = out};
  const size_t most = layout->most(task->d, task->k);
  const bool odd_frame = layout->is_frame && task->d % 2 == 1;
  *out = (struct precision_hunt){.end = PRECISION_AT_MOST};
  hunt.most = most < task->n_most ? most : task->n_most;
  if (!layout->is_frame && hunt.most > task->pairs_most) hunt.most = task->pairs_most;
  hunt.least = layout->is_frame ? task->d + 1 : task->k + 1;
  hunt.step = odd_frame ? 2 : 1;
  if (hunt.most < hunt.least) return LIMEN_OK;
  size_t failed;
  int status = gallop(&hunt, &failed, error);
  if (status == LIMEN_OK && failed != SIZE_MAX && out->best.n > 0)
    status = narrow(&hunt, failed, error);
  if (status == LIMEN_OK && failed != SIZE_MAX && out->best.n > 0 && !layout->frame)
    status = go_on(&hunt, error);
  if (status != LIMEN_OK) return status;
  if (out->best.n < fit(&hunt, hunt.most))
    out->end = is_spent(&hunt) ? PRECISION_SPENT : PRECISION_FAILED;
  return LIMEN_OK;
}
