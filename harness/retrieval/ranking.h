/* Rankings: what a system answered to each query, with its scores (a "run" in TREC's words). */
#ifndef LIMEN_RETRIEVAL_RANKING_H
#define LIMEN_RETRIEVAL_RANKING_H

#include <stddef.h>

#include "base/error.h"
#include "data/id_index.h"

struct limen_ranked_document {
  char *document; /* id, owned */
  double score;
};

struct limen_ranked_query {
  char *id;
  struct limen_ranked_document *ranked;
  size_t count, capacity;
};

struct limen_ranking {
  struct limen_ranked_query *query;
  size_t count, capacity;
  char *tag;                   /* the system's name, owned; NULL: none */
  struct limen_id_index index; /* of the queries; private */
};

/* Appends a copy; the query is made when it is new. O(1). */
int limen_ranking_add(struct limen_ranking *ranking, const char *query, const char *document,
                      double score, struct limen_error *error);

/* Orders every query's documents as trec_eval does: by score, highest first, then by document id,
 * last in the alphabet first. LIMEN_INPUT names a document that a query holds twice, or a score
 * that is not a number. */
int limen_ranking_sort(struct limen_ranking *ranking, struct limen_error *error);

/* NULL for a query without documents. O(1). */
const struct limen_ranked_query *limen_ranking_find(const struct limen_ranking *ranking,
                                                    const char *query);

void limen_ranking_clear(struct limen_ranking *ranking);

#endif
