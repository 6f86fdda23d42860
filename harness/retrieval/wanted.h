/* Which documents of the collection each query wants: the judgements, by number. */
#ifndef LIMEN_RETRIEVAL_WANTED_H
#define LIMEN_RETRIEVAL_WANTED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/collection.h"

struct limen_wanted {
  size_t queries;
  size_t *start;      /* queries + 1: query q wants document[start[q]] .. [start[q + 1] - 1] */
  uint32_t *document; /* ascending within a query */
  size_t most;        /* documents that one query wants, at most; at least 1 */
  /* Documents that some query wants, in the collection's order, then all others likewise. */
  uint32_t *order;
  size_t count; /* of the former */
};

/* A document is wanted when its grade is above 0. Judgements of queries or documents that the
 * collection does not hold are passed over. LIMEN_INPUT when none is left: an oracle needs one. */
int limen_wanted_make(const struct limen_collection *collection, struct limen_wanted *out,
                      struct limen_error *error);
void limen_wanted_clear(struct limen_wanted *wanted);

#endif
