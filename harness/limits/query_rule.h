/* Where the queries of a training come from (registry): parameters of their own, or functions of
 * the documents. */
#ifndef LIMEN_LIMITS_QUERY_RULE_H
#define LIMEN_LIMITS_QUERY_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct limen_free;

struct limen_query_rule {
  const char *name, *about;
  bool trained; /* queries are parameters; otherwise `place` makes them from the documents */
  bool solved;  /* losses are those of the gap: limen_loss.of_gap is needed, and k < n */

  /* State of a run, kept in run->rule_state. NULL: none is needed. */
  void *(*alloc)(const struct limen_free *run, struct limen_error *error);
  void (*free)(void *state);

  /* Before documents that have moved are worked with. NULL: nothing is to be done. */
  void (*begin)(struct limen_free *run);

  /* Makes the queries of a panel. */
  void (*place)(struct limen_free *run, size_t panel, size_t worker);

  /* Of queries that are not trained: adds to `documents` (laid out as the documents' values) what
   * the derivative by the panel's queries (d x LIMEN_PANEL) means for the documents they were made
   * of. */
  void (*pull)(struct limen_free *run, size_t panel, const float *by_queries, float *documents);

  /* In place of scores and `pull`: the loss of a panel, with its derivative added to `documents`.
   */
  double (*panel)(struct limen_free *run, size_t panel, size_t worker, float *documents);
};

/* NULL when there is none of that name. */
const struct limen_query_rule *limen_query_rule_find(const char *name);
const char *limen_query_rule_name(size_t i); /* NULL past the end */
const struct limen_query_rule *limen_query_rule_at(size_t i);

#endif
