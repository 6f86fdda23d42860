/* Documents and queries that a cell keeps, and the certificate that is written of them. */
#ifndef LIMEN_RUN_STORED_VECTORS_H
#define LIMEN_RUN_STORED_VECTORS_H

#include "run/plan.h"

/* Answers of a cell's row 0: float32, n x d and C(n, k) x d, a query for every set of k documents
 * in the order of the pattern "all". */
struct limen_stored_vectors {
  const char *documents, *queries; /* names of the answers */
  size_t n, k, d;
};

/* Proves that every set is served and writes folder/NAME. LIMEN_INPUT for a store whose answers are
 * not of this shape. */
int limen_stored_vectors_certify(const struct limen_plan *plan, const struct limen_cell *cell,
                                 const struct limen_stored_vectors *stored, const char *folder,
                                 const char *name, const char *about, struct limen_error *error);

#endif
