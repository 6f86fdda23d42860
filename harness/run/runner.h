/* Runs a plan to its end: every cell that the kind asks for, in parallel, each answer stored the
 * moment it is done. */
#ifndef LIMEN_RUN_RUNNER_H
#define LIMEN_RUN_RUNNER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/progress.h"
#include "run/plan.h"

struct limen_run_tally {
  size_t ran, reused; /* cells computed now, cells taken from the store */
};

/* `plan->store` must be open for writing. LIMEN_INTERRUPTED after SIGINT or SIGTERM: what was done
 * is stored, and running again goes on from there. Results do not depend on the number of threads
 * or on interruptions. */
int limen_run(struct limen_plan *plan, struct limen_progress *progress,
              struct limen_run_tally *tally, struct limen_error *error);

#endif
