/* What the patterns of relevance share. */
#ifndef LIMEN_DATA_PATTERN_H
#define LIMEN_DATA_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/relevance.h"

/* Relevant documents over all queries, at most: numbers stay within what a store or an index of 32
 * bits takes, and 8 GB. */
#define LIMEN_RELEVANT_MAX ((size_t)1 << 31)

/* Starts `out` for n documents, `queries` queries and k a query, all zero. LIMEN_USAGE when k is
 * not 1 .. n, when there are no queries or more than `most`, or when queries x k is beyond
 * LIMEN_RELEVANT_MAX; the message names `pattern`. Cleared by limen_relevance_clear. */
int limen_relevance_init(struct limen_relevance *out, const char *pattern, size_t n, size_t k,
                         size_t queries, size_t most, struct limen_error *error);

/* Fills every query with the next k-subset of the documents in lexicographic order, from
 * {0, .., k - 1}; there are enough of them. */
void limen_relevance_enumerate(struct limen_relevance *relevance);

#endif
