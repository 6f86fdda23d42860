/* Relevance: which documents each query wants. Every query has the same number k of them here, so
 * the whole is one flat array. */
#ifndef LIMEN_DATA_RELEVANCE_H
#define LIMEN_DATA_RELEVANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_relevance {
  size_t documents, queries, k;
  uint32_t *relevant; /* queries x k document numbers, ascending within a query */
};

void limen_relevance_clear(struct limen_relevance *relevance);

/* A pattern of relevance (registry): fills `out` for n documents and k a query. `queries` 0 means
 * the pattern's natural number. */
struct limen_pattern {
  const char *name, *about;
  bool spreads; /* draws on all documents there are; the others take as few as they need */
  size_t (*most)(size_t n, size_t k); /* queries that n documents have for it, at most */
  int (*make)(size_t n, size_t k, size_t queries, uint64_t seed, struct limen_relevance *out,
              struct limen_error *error);
};

const struct limen_pattern *limen_pattern_find(const char *name);
const char *limen_pattern_name(size_t i); /* NULL past the end */
const struct limen_pattern *limen_pattern_at(size_t i);

/* C(n, k), or SIZE_MAX when it does not fit. */
size_t limen_binomial(size_t n, size_t k);

#endif
