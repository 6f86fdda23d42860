/* What datasets are made of: rows filled in parallel blocks, orthonormal bases, labels. */
#ifndef LIMEN_DATASETS_ROWS_H
#define LIMEN_DATASETS_ROWS_H

#include <gsl/gsl_rng.h>

#include "data/dataset.h"
#include "datasets/dataset_parameters.h"

/* Draws row `row`: `columns` doubles into `x` (zeroed), `scratch` doubles of room beside it. */
struct limen_row_law {
  void (*draw)(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch);
  const void *context;
  size_t scratch;
};

/* Allocates base (n rows) and queries as `values` says, zeroed. */
int limen_data_init(struct limen_data *data, const struct limen_grid *values, size_t columns,
                    struct limen_error *error);

/* Fills a matrix, rounding to float32. Rows come in blocks of 256, each from the stream
 * "STREAM/BLOCK", so that threads do not show and more rows leave the first ones as they were. */
int limen_rows_fill(struct limen_matrix *matrix, uint64_t seed, const char *stream,
                    const struct limen_row_law *law, struct limen_error *error);
/* Gives the queries another law when `values` ask for it; the base is filled. "same" leaves them as
 * they were drawn. "shifted" moves all of them by the base's root mean square distance to its mean,
 * in one random direction. "gaussian" draws them anew from N(mean, deviation^2) of the base in
 * every coordinate, which leaves a manifold. */
int limen_data_query_law(struct limen_data *data, const struct limen_grid *values, uint64_t seed,
                         struct limen_error *error);

/* All of a dataset of one law: base and queries, from the streams "base" and "queries", and then
 * the law of the queries. */
int limen_data_fill(struct limen_data *data, const struct limen_grid *values, uint64_t seed,
                    const struct limen_row_law *law, struct limen_error *error);

/* A standard normal number. By the ziggurat: tables and products, so hardly ever a library's
 * logarithm, whose last bit differs between machines. */
double limen_rows_normal(gsl_rng *rng);

/* The inner product of n doubles in one fixed order of fused sums. */
double limen_rows_dot(const double *a, const double *b, size_t n);
/* x += a * b, element by element, fused. */
void limen_rows_add(double *x, double a, const double *b, size_t n);

/* `rank` orthonormal rows of `columns` doubles, released by limen_free: Gaussian vectors through
 * Gram-Schmidt, applied twice, so that they are orthogonal to the last digits. rank <= columns;
 * O(rank^2 columns). */
double *limen_rows_basis(size_t rank, size_t columns, uint64_t seed, const char *stream,
                         struct limen_error *error);

/* Row i of the base gets the label i % count; names are "PREFIX0", "PREFIX1", ... of equal width.
 */
int limen_labels_cycle(struct limen_labels *labels, size_t rows, size_t count, const char *prefix,
                       struct limen_error *error);
/* Room for `rows` labels of `count` names; names are copied. */
int limen_labels_name(struct limen_labels *labels, size_t rows, size_t count,
                      const char *const *names, struct limen_error *error);

#endif
