/* Variance components of balanced tables: how much of the spread comes from where.
 *
 * Components are estimated from mean squares (method of moments; Searle, Casella and McCulloch,
 * "Variance Components", 1992, chapter 4). A difference of mean squares may be negative; it is set
 * to 0, which is said, because a variance cannot be: the estimate is then no longer unbiased. */
#ifndef LIMEN_STATS_COMPONENTS_H
#define LIMEN_STATS_COMPONENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct limen_component {
  double variance;     /* at least 0 */
  double lower, upper; /* of the variance, at least 0 */
  double p;            /* that it is 0, by the F test of its mean square; NaN: not tested, as the
                          last one of a table */
  bool truncated;      /* the estimate was below 0 */
};

/* groups x replicates values, group by group: y = mean + group + error. Between groups:
 * (MS_between - MS_within) / replicates. */
struct limen_one_way {
  size_t groups, replicates;
  double mean;
  struct limen_component between, within;
  double coverage; /* of each interval, what was asked for */
};

/* rows x columns values, one a cell, row by row: y = mean + row + column + error. Rows:
 * (MS_row - MS_residual) / columns; columns alike. What rows and columns do to each other cannot be
 * told from error with one value a cell; `residual` is both. */
struct limen_two_way {
  size_t rows, columns;
  double mean;
  struct limen_component row, column, residual;
  double coverage;
};

/* At least two groups, two replicates. Intervals suppose normal effects and errors. The last
 * component's is that of a normal sample's variance, df MS / chi^2. Those of differences are by
 * Ting, Burdick, Graybill, Jeyaratnam and Lu, "Confidence Intervals on Linear Combinations of
 * Variance Components That Are Unrestricted in Sign", Journal of Statistical Computation and
 * Simulation 1990: the lower bound is above 0 just when the one-sided F test at (1 - confidence) /
 * 2 rejects. LIMEN_INPUT for fewer values, one that is not finite, or a confidence outside (0, 1).
 */
int limen_components_one_way(const double *values, size_t groups, size_t replicates,
                             double confidence, struct limen_one_way *out,
                             struct limen_error *error);
int limen_components_two_way(const double *values, size_t rows, size_t columns, double confidence,
                             struct limen_two_way *out, struct limen_error *error);

/* ---- for other statistics ---- */

/* Mean squares of a two-way table: rows have rows - 1 degrees of freedom, columns - 1, and the
 * residual their product. NaN where that is 0. */
struct limen_mean_squares {
  double mean, row, column, residual;
};

/* At least one row and column, finite values. O(rows columns). `column_means` may be NULL. */
int limen_mean_squares_two_way(const double *values, size_t rows, size_t columns,
                               struct limen_mean_squares *out, double *column_means,
                               struct limen_error *error);

#endif
