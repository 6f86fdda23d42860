/* Hits: the best documents for every query of a collection, by number. The compact form of a
 * ranking (ranking.h), which goes by ids. */
#ifndef LIMEN_RETRIEVAL_HITS_H
#define LIMEN_RETRIEVAL_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/collection.h"
#include "retrieval/ranking.h"

/* Within a query: highest score first; equal scores by document id, last in the alphabet first, as
 * trec_eval orders them. */
struct limen_hits {
  size_t queries, k;
  uint32_t *document; /* queries x k, numbers in the collection; UINT32_MAX beyond `found` */
  double *score;      /* queries x k; -INFINITY beyond `found` */
  size_t *found;      /* per query, at most k */
};

int limen_hits_init(struct limen_hits *hits, size_t queries, size_t k, struct limen_error *error);
/* Adds every query's hits to a ranking; a query without hits is not in it. */
int limen_hits_rank(const struct limen_hits *hits, const struct limen_collection *collection,
                    struct limen_ranking *ranking, struct limen_error *error);
void limen_hits_clear(struct limen_hits *hits);

/* ---- one query's best ---- */

/* Where a document stands in the alphabet, from its end: `place` decides equal scores. */
struct limen_hit {
  double score;
  uint32_t place;
};

/* The best of what was offered: a heap with the worst of them on top. */
struct limen_best {
  struct limen_hit *hit; /* room for k */
  size_t count, k;
};

void limen_best_offer(struct limen_best *best, double score, uint32_t place);
/* Writes them as hits of a query; order[place] is the document. Empties `best`. */
void limen_best_take(struct limen_best *best, const uint32_t *order, struct limen_hits *hits,
                     size_t query);

#endif
