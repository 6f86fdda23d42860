/* The trials of the study "gate". The old system is the one with the largest ef; a system that is
 * worse by a given amount lies between two values of ef. */
#include <math.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_builds.h"
#include "experiments/kinds/recall/report_gate.h"
#include "stats/interval.h"

struct rows {
  const struct recall_group *group[64];
  size_t count;
};

enum { ROWS_MOST = sizeof((struct rows *)0)->group / sizeof(void *) };

/* The groups of the first point, by falling recall. */
static struct rows rows_of(const struct recall_report *report) {
  struct rows rows = {.count = 0};
  for (size_t i = 0; i < report->count && rows.count < ROWS_MOST; i++) {
    const struct recall_group *group = &report->groups[i];
    if (group->point != report->groups[0].point || group->builds < LIMEN_GATE_BUILDS_LEAST)
      continue;
    size_t at = rows.count++;
    for (; at > 0 && rows.group[at - 1]->ef < group->ef; at--) rows.group[at] = rows.group[at - 1];
    rows.group[at] = group;
  }
  return rows;
}

static int read_row(const struct recall_gate *gate, const struct recall_group *group,
                    struct recall_builds *out, struct limen_error *error) {
  *out = (struct recall_builds){0};
  return recall_builds_read(gate->report->plan, gate->point, group->row, out, error);
}

/* Tries the gate on a system that is worse by `aim`, between `above` and `below`. */
static int try_between(struct recall_gate *gate, const struct recall_builds *old,
                       const struct recall_group *above, const struct recall_group *below,
                       double aim, struct limen_error *error) {
  struct recall_builds high = {0}, low = {0};
  struct recall_gate_step *step = &gate->step[gate->count];
  struct limen_trial trial = gate->trial;
  double reached = 0, *new = NULL;
  int status = read_row(gate, above, &high, error);
  if (status == LIMEN_OK) status = read_row(gate, below, &low, error);
  if (status == LIMEN_OK && !(new = limen_alloc(old->builds * old->queries, sizeof *new, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_trial_between(high.recall, low.recall, old->builds, old->queries,
                                 gate->recall - aim, trial.seed, new, &reached, error);
  if (status == LIMEN_OK) {
    *step = (struct recall_gate_step){.aim = aim,
                                      .loss = above == below ? 0 : gate->recall - reached,
                                      .tolerance = trial.settings.tolerance};
    /* A loss that should be the tolerance is the tolerance: a hair beside it would not do. */
    if (aim == trial.settings.tolerance) step->tolerance = step->loss;
    trial.settings.tolerance = step->tolerance;
    const struct limen_population population = {old->recall, new, old->builds, old->queries};
    status = limen_trial_run(&population, &trial, &step->tally, error);
  }
  gate->count += status == LIMEN_OK;
  recall_builds_clear(&high);
  recall_builds_clear(&low);
  limen_free(new);
  return status;
}

/* What limen plan would have said, from the old system's builds and queries. */
static int predict(struct recall_gate *gate, const struct recall_builds *old,
                   struct limen_error *error) {
  bool assumed;
  const struct limen_number number = {.name = (char *)"recall",
                                      .unit = (char *)"share",
                                      .higher_is_better = true,
                                      .value = gate->recall,
                                      .sample = {.builds = old->builds,
                                                 .queries = old->queries,
                                                 .values = old->recall,
                                                 .within = 1,
                                                 .drawn = true}};
  int status = limen_spread_of(&number, &gate->spread, &assumed, error);
  const struct limen_aim aim = {.tolerance = gate->trial.settings.tolerance,
                                .alpha = gate->trial.settings.alpha,
                                .numbers = 1,
                                .power = LIMEN_GATE_POWER};
  if (status == LIMEN_OK)
    gate->predicted =
        limen_design_smallest_drop(&gate->spread, &aim, gate->trial.builds, gate->trial.queries);
  return status;
}

static int try_all(struct recall_gate *gate, const struct rows *rows,
                   const struct recall_builds *old, struct limen_error *error) {
  int status = predict(gate, old, error);
  for (size_t s = 0; s < RECALL_GATE_STEPS && status == LIMEN_OK; s++) {
    const double aim = (double)s * gate->trial.settings.tolerance;
    size_t below = 0;
    while (below < rows->count && gate->recall - rows->group[below]->recall.value < aim) below++;
    if (below == rows->count) break; /* no ef loses so much */
    status = try_between(gate, old, rows->group[below > 0 ? below - 1 : 0], rows->group[below], aim,
                         error);
  }
  return status;
}

int recall_gate_try(const struct recall_report *report, struct recall_gate *out,
                    struct limen_error *error) {
  const struct limen_grid *grid = &report->plan->grid;
  const struct rows rows = rows_of(report);
  struct recall_builds old = {0};
  out->report = report;
  if (rows.count == 0) return LIMEN_OK;
  out->point = rows.group[0]->point;
  out->row = rows.group[0]->row;
  out->ef = rows.group[0]->ef;
  out->recall = rows.group[0]->recall.value;
  out->trial =
      (struct limen_trial){.settings = {.alpha = limen_grid_real(grid, 0, "alpha"),
                                        .tolerance = limen_grid_real(grid, 0, "tolerance") / 100,
                                        .tolerance_relative = LIMEN_GATE_TOLERANCE_RELATIVE},
                           .builds = (size_t)limen_grid_integer(grid, 0, "gate_builds"),
                           .queries = (size_t)limen_grid_integer(grid, 0, "gate_queries"),
                           .comparisons = (size_t)limen_grid_integer(grid, 0, "comparisons"),
                           .seed = (uint64_t)limen_grid_integer(grid, 0, "first_seed")};
  int status = read_row(out, rows.group[0], &old, error);
  out->builds = old.builds;
  out->queries = old.queries;
  if (status == LIMEN_OK) status = try_all(out, &rows, &old, error);
  recall_builds_clear(&old);
  return status;
}

int recall_gate_share(size_t successes, size_t trials, struct limen_reported *out,
                      struct limen_error *error) {
  struct limen_interval interval;
  int status =
      limen_interval_clopper_pearson(successes, trials, RECALL_CONFIDENCE, &interval, error);
  if (status == LIMEN_OK)
    *out = (struct limen_reported){interval.estimate, interval.lower, interval.upper};
  return status;
}
