/* How judgements hang together: which documents are wanted together, which queries want the same.
 * Only judgements above 0 count; a document is one that some query wants, and documents are in the
 * order in which the judgements first name them. */
#ifndef LIMEN_RETRIEVAL_COLLECTION_STRUCTURE_H
#define LIMEN_RETRIEVAL_COLLECTION_STRUCTURE_H

#include <stddef.h>

#include "base/error.h"
#include "data/collection.h"

struct limen_degree {
  size_t degree;    /* queries that want a document */
  size_t documents; /* so many have this degree */
};

struct limen_collection_structure {
  size_t queries;   /* that want a document */
  size_t documents; /* that a query wants */
  size_t judgements;

  size_t *degree;               /* of each document */
  struct limen_degree *degrees; /* the same counted, highest degree first */
  size_t n_degrees;

  /* The document graph: two documents are joined when a query wants both. */
  size_t missing_pairs;    /* pairs that are not joined */
  size_t missing_last;     /* they all lie within the last so many documents; 0: there are none */
  double document_density; /* pairs that are joined, as a share of all; NaN below two documents */

  /* The query graph: two queries are joined when they want a document in common. */
  size_t joined_queries;
  double query_density; /* pairs that are joined, as a share of all; NaN below two queries */
  /* Mean over queries of the sum of the Jaccard similarities (common over all documents) of what a
   * query wants with what each other query wants. */
  double query_strength;
};

/* O(J log J + sum over queries of k^2 + sum over documents of degree^2) for J judgements, k of them
 * for a query. LIMEN_INPUT for a document that is judged twice for a query, or when no document is
 * wanted. Cleared by limen_collection_structure_clear. */
int limen_collection_structure_find(const struct limen_qrels *qrels,
                                    struct limen_collection_structure *out,
                                    struct limen_error *error);
void limen_collection_structure_clear(struct limen_collection_structure *structure);

#endif
