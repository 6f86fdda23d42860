/* Datasets that are made, not read: what one is, and making it. The datasets themselves stand in
 * the folder datasets/ (registry: datasets.def, one file an entry).
 *
 * A dataset is a function of its parameters and a seed: nothing else goes in, and threads do not
 * show. Random numbers come from named streams; long sums are formed in one fixed order of explicit
 * fused products, so they are the same on every machine. The curved manifolds are plain formulas
 * with sines: another compiler or C library may round the last bit of a value differently. */
#ifndef LIMEN_DATA_DATASET_H
#define LIMEN_DATA_DATASET_H

#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"
#include "definition/definition.h"

/* What a dataset makes. */
struct limen_data {
  struct limen_matrix base, queries; /* the same number of columns; all values finite */
  struct limen_labels labels;        /* of the base's rows; labels.rows is 0 where there are none */
  double *label_dimensions;          /* labels.count true dimensions, or NULL */
  double dimension;                  /* the true intrinsic one; NaN where there is no single one */
};
void limen_data_clear(struct limen_data *data);

struct limen_dataset {
  const char *name, *about;
  /* Ends with a NULL name; all take one value; n, queries and query_law (dataset_parameters.h in
   * datasets/) come first. */
  const struct limen_parameter *parameters;
  /* `out` is zeroed; what was made before a failure is cleared by the caller. */
  int (*make)(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
              struct limen_error *error);
};

/* Makes a dataset; `sets` are "key=value" over its defaults. Cleared by limen_data_clear.
 * LIMEN_USAGE names key, value and what is valid; LIMEN_FAILED when memory is short. */
int limen_dataset_make(const struct limen_dataset *dataset, const char *const *sets, size_t n_sets,
                       uint64_t seed, struct limen_data *out, struct limen_error *error);

/* In a table that ends with NULL; NULL for an unknown name. */
const struct limen_dataset *limen_dataset_find(const struct limen_dataset *const *table,
                                               const char *name);

#endif
