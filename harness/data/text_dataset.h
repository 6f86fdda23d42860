/* Text collections that are made, not read: what such a dataset is, and making one. The datasets
 * themselves stand in the folder datasets/ (registry: text_datasets.def, one file an entry).
 *
 * As with vectors (dataset.h), a dataset is a function of its parameters, the files that these name
 * and a seed, and nothing else. Random numbers come from named streams and only whole numbers are
 * computed with: the bytes are the same on every machine. */
#ifndef LIMEN_DATA_TEXT_DATASET_H
#define LIMEN_DATA_TEXT_DATASET_H

#include <stdint.h>

#include "base/error.h"
#include "data/collection.h"
#include "definition/definition.h"

struct limen_text_dataset {
  const char *name, *about;
  /* Ends with a NULL name; all are settings of one value; documents and queries come first. */
  const struct limen_parameter *parameters;
  /* `out` is zeroed; what was made before a failure is cleared by the caller. Ids of documents and
   * of queries are distinct, and a document that a query wants is judged so, by its id. */
  int (*make)(const struct limen_grid *values, uint64_t seed, struct limen_collection *out,
              struct limen_error *error);
};

/* Makes a collection; `sets` are "key=value" over the defaults. Cleared by limen_collection_clear.
 * LIMEN_USAGE names key, value and what is valid, LIMEN_INPUT a file and its line; LIMEN_FAILED
 * when memory is short. */
int limen_text_dataset_make(const struct limen_text_dataset *dataset, const char *const *sets,
                            size_t n_sets, uint64_t seed, struct limen_collection *out,
                            struct limen_error *error);

/* In a table that ends with NULL; NULL for an unknown name. */
const struct limen_text_dataset *limen_text_dataset_find(
    const struct limen_text_dataset *const *table, const char *name);

#endif
