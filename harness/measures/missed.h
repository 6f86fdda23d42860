/* Why a true neighbour was not returned, by measurement. */
#ifndef LIMEN_MEASURES_MISSED_H
#define LIMEN_MEASURES_MISSED_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engines/engine.h"
#include "knn/knn.h"

/* In the order in which they are looked for: the first that holds is the reason. */
enum limen_miss {
  LIMEN_MISS_NONE,         /* it was returned */
  LIMEN_MISS_TIE,          /* another row with another vector, within reach of the k-th, was
                              returned in its place */
  LIMEN_MISS_DUPLICATE,    /* a row with the very same vector was returned in its place */
  LIMEN_MISS_UNREACHABLE,  /* no path leads to it from where searches enter level 0 */
  LIMEN_MISS_BUDGET,       /* found with 4 ef */
  LIMEN_MISS_INTERMEDIATE, /* found with 16 ef, not with 4 ef */
  LIMEN_MISS_TRAPPED,      /* reachable, not found with 16 ef */
  LIMEN_MISSES
};
const char *limen_miss_name(size_t i); /* "found", "tie", ...; NULL past the end */

/* One true neighbour of one query. */
struct limen_miss_record {
  uint32_t query, row;
  uint32_t bottleneck; /* rank: the smallest possible largest rank-to-query on a path to it from
                          rows that the search discovered, from 1; 0: not computed, or no path */
  uint8_t rank;        /* its own rank in the truth, from 1; 255: that or more */
  uint8_t reason;      /* enum limen_miss */
  uint16_t unused;
};

/* Attributes every true neighbour of every query: queries x k records, in the order of (query,
 * rank). `answers` are the index's own at this ef (queries x k ids, -1 past the found ones).
 * Searches again with 4 and 16 ef for what was missed. Bottleneck ranks cost a pass over all base
 * rows and links a query that misses something. */
int limen_missed_attribute(struct limen_index *index, const struct limen_matrix *base,
                           const struct limen_matrix *queries, const struct limen_knn *truth,
                           size_t ef, double tie, const int64_t *answers,
                           struct limen_miss_record *out, struct limen_error *error);

#endif
