/* The largest number of documents of one construction. */
#ifndef LIMEN_KINDS_PRECISION_HUNT_H
#define LIMEN_KINDS_PRECISION_HUNT_H

#include "experiments/kinds/precision/precision.h"

struct precision_hunt {
  struct precision_found best; /* n = 0: nothing was proved */
  enum precision_end end;
  size_t tried;
  uint64_t proposed, work;
  double *attempts; /* `tried` x PRECISION_ATTEMPT_FIELDS */
  size_t capacity;
};

/* What is proved for n documents holds for fewer, which are some of them; but a search may miss n
 * and find n + 1. So the hunt goes up by half as much again until it fails, narrows the gap between
 * the last success and the failure, and then tries a little above the best for as long as that
 * pays. LIMEN_INTERRUPTED between two attempts. */
int precision_hunt_run(const struct precision_task *task, const struct limen_layout *layout,
                       struct precision_hunt *out, struct limen_error *error);
void precision_hunt_clear(struct precision_hunt *hunt);

#endif
