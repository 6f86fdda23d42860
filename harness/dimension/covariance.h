/* Statistics of the covariance matrix of the whole base. No neighbours are involved, so rows are
 * resampled in groups here: the grouped jackknife (Efron and Tibshirani, "An Introduction to the
 * Bootstrap", 1993, chapter 11), because a bootstrap would need thousands of covariance matrices.
 */
#ifndef LIMEN_DIMENSION_COVARIANCE_H
#define LIMEN_DIMENSION_COVARIANCE_H

#include "dimension/estimator.h"

enum {
  LIMEN_COVARIANCE_GROUPS = 10, /* of the jackknife: row r belongs to group r mod groups */
  LIMEN_COVARIANCE_COLUMNS = 8192
};
/* Products of coordinates; beyond them rows are left out, evenly spaced. */
#define LIMEN_COVARIANCE_WORK ((size_t)1 << 36)

/* A statistic of `columns` x `columns` covariances (upper triangle by rows; may be overwritten),
 * in *out; NaN when it is undefined. */
typedef int (*limen_of_covariance)(double *covariance, size_t columns,
                                   const struct limen_dimension_settings *settings, double *out,
                                   struct limen_error *error);

/* value -+ t s with the jackknife's s and Student's t. Undefined without vectors, with more than
 * LIMEN_COVARIANCE_COLUMNS columns, and where the statistic is; no interval with fewer rows than
 * two groups need. O(rows columns^2). */
int limen_covariance_estimate(limen_of_covariance statistic,
                              const struct limen_neighbours *neighbours,
                              const struct limen_dimension_settings *settings,
                              struct limen_estimate *out, struct limen_error *error);

/* Ascending eigenvalues of a symmetric matrix (upper triangle by rows), which is overwritten.
 * LIMEN_FAILED when LAPACK does not converge. O(n^3). */
int limen_covariance_eigenvalues(double *matrix, size_t n, double *values,
                                 struct limen_error *error);

#endif
