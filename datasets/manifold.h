/* Manifolds whose dimension is known: the test bench of estimators.
 *
 * Hein and Audibert, "Intrinsic Dimensionality Estimation of Submanifolds in R^d", ICML 2005;
 * Campadelli, Casiraghi, Ceruti, Rozza, "Intrinsic Dimension Estimation: Relevant Techniques and a
 * Benchmark Framework", Mathematical Problems in Engineering 2015. M1 .. M13 are their numbers. */
#ifndef LIMEN_DATASETS_MANIFOLD_H
#define LIMEN_DATASETS_MANIFOLD_H

#include "datasets/rows.h"

struct limen_manifold {
  size_t dimension, columns;
  size_t copies; /* of the coordinates, where a manifold repeats them */
  /* Draws one point: `columns` doubles into x. */
  void (*point)(gsl_rng *rng, const struct limen_manifold *shape, double *x);
};

/* Base and queries, and the true dimension. LIMEN_USAGE when there are more columns than
 * LIMEN_DATASET_COLUMNS_MAX. */
int limen_manifold_make(const struct limen_manifold *shape, const struct limen_grid *values,
                        uint64_t seed, struct limen_data *out, struct limen_error *error);

/* Parameters of a manifold without any of its own. */
extern const struct limen_parameter limen_manifold_parameters[];

#endif
