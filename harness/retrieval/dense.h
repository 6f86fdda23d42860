/* Exact search by inner products, for every representation that has nothing but its vectors. */
#ifndef LIMEN_RETRIEVAL_DENSE_H
#define LIMEN_RETRIEVAL_DENSE_H

#include "retrieval/representation.h"

/* Scales rows to unit length. Rows of zeros have no direction and stay; returns the first of them,
 * or the number of rows when there is none. */
size_t limen_dense_make_unit(struct limen_matrix *vectors);

/* As limen_retriever_search, k <= documents. The score is limen_product (knn/distance.h). */
int limen_dense_search(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                       struct limen_error *error);

#endif
