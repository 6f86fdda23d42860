/* Nearest neighbours by looking at everything, for tests that must not depend on the real search.
 */
#ifndef LIMEN_TESTS_BRUTE_KNN_H
#define LIMEN_TESTS_BRUTE_KNN_H

#include "data/matrix.h"
#include "knn/knn.h"

/* The k nearest other rows of every row; limen_knn_clear releases it. L2 or cosine. */
struct limen_knn brute_knn(const struct limen_matrix *matrix, enum limen_metric metric, size_t k);

/* A matrix of these values. */
struct limen_matrix matrix_of_values(size_t rows, size_t columns, const double *values);

#endif
