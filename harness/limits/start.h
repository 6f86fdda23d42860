/* Where the documents of a training start (registry). */
#ifndef LIMEN_LIMITS_START_H
#define LIMEN_LIMITS_START_H

#include <stddef.h>

#include "base/error.h"
#include "limits/panels.h"

struct limen_start {
  const char *name, *about;

  /* Moves the documents, drawn at random already, to where they start, of unit length. LIMEN_USAGE
   * when it has nothing for so many dimensions. NULL: they stay where they were drawn, and so do
   * the queries; otherwise queries start at the mean of their documents. */
  int (*place)(struct limen_panels *documents, size_t k, struct limen_error *error);
};

/* NULL when there is none of that name. */
const struct limen_start *limen_start_find(const char *name);
const char *limen_start_name(size_t i); /* NULL past the end */
const struct limen_start *limen_start_at(size_t i);

#endif
