/* Exact neighbours through the cache: searched once for the same vectors and settings, then read.
 */
#ifndef LIMEN_STORE_TRUTH_H
#define LIMEN_STORE_TRUTH_H

#include <stdbool.h>

#include "base/error.h"
#include "knn/knn.h"

/* As limen_knn_search. `base_hash` and `queries_hash` tell the vectors apart: the SHA-256 of the
 * files they come from, with what else decides which vectors are read (a dataset's name). *cached
 * (may be NULL) says whether the answer was there. A cache that cannot be read or written costs
 * time, never an answer. */
int limen_truth_search(const struct limen_vectors *base, const char *base_hash,
                       const struct limen_vectors *queries, const char *queries_hash,
                       const struct limen_knn_settings *settings, struct limen_knn *out,
                       bool *cached, struct limen_error *error);

#endif
