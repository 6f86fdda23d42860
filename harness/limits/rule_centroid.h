/* Centroids of sets of documents as queries, and what they pass on; for the rules that use them. */
#ifndef LIMEN_LIMITS_RULE_CENTROID_H
#define LIMEN_LIMITS_RULE_CENTROID_H

#include <stddef.h>
#include <stdint.h>

#include "limits/panels.h"

/* Fills a panel of queries (d x LIMEN_PANEL), zeros in lanes not in use, for `used` sets of k
 * documents each; shrink[i] is 1 over the length of the i-th set's sum. */
void limen_centroid_make(const struct limen_panels *documents, size_t used, size_t k,
                         const uint32_t *relevant, float *queries, float *shrink);

/* Adds to `out`, laid out as the documents' values, what the derivative by those queries
 * (`by_queries`, d x LIMEN_PANEL) means for the documents. */
void limen_centroid_pull(const struct limen_panels *documents, size_t used, size_t k,
                         const uint32_t *relevant, const float *queries, const float *shrink,
                         const float *by_queries, float *out);

#endif
