/* Sets of vectors with the neighbours of all rows, and estimates of them, for tests. Everything
 * here ends the test when it fails. */
#ifndef LIMEN_TESTS_NEIGHBOUR_SET_H
#define LIMEN_TESTS_NEIGHBOUR_SET_H

#include "dimension/estimator.h"

struct set {
  struct limen_matrix matrix;
  struct limen_vectors vectors;
  struct limen_neighbours neighbours; /* points at `vectors`: a set stays where it is */
};

/* The k nearest neighbours of all rows, by brute force; the matrix is taken over. */
void set_init(struct set *set, struct limen_matrix matrix, enum limen_metric metric, size_t k);
void set_clear(struct set *set);

/* The base of a dataset with "n=..." and one more setting, or NULL. */
struct limen_matrix set_dataset(const char *name, const char *n, const char *set);

/* With the default settings, this k and 200 resamples. */
struct limen_estimate estimate_of(const char *name, const struct limen_neighbours *neighbours,
                                  size_t k);

/* |value - wanted| <= relative |wanted|; 0 asks for equality. */
void expect_near(const char *what, double value, double wanted, double relative);

/* All estimators: of dimension, then of hardness; NULL past the end. */
const struct limen_estimator *any_estimator(size_t i);

#endif
