/* How a training moves its parameters (registry). */
#ifndef LIMEN_LIMITS_OPTIMIZER_H
#define LIMEN_LIMITS_OPTIMIZER_H

#include <stddef.h>

#include "base/error.h"

struct limen_free;

struct limen_optimizer {
  const char *name, *about;

  /* State of a run, kept in run->optimizer_state. NULL: none is needed. */
  void *(*alloc)(const struct limen_free *run, struct limen_error *error);
  void (*free)(void *state);

  /* One step, vectors at unit length before and after. Returns the loss before it. */
  double (*step)(struct limen_free *run);
};

/* NULL when there is none of that name. */
const struct limen_optimizer *limen_optimizer_find(const char *name);
const char *limen_optimizer_name(size_t i); /* NULL past the end */
const struct limen_optimizer *limen_optimizer_at(size_t i);

#endif
