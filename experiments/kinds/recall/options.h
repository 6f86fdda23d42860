/* Parameters that the kind recall hands on to datasets. */
#ifndef LIMEN_KINDS_RECALL_OPTIONS_H
#define LIMEN_KINDS_RECALL_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset.h"

/* "key=value" texts for limen_dataset_make; zeroed at the start. */
struct recall_sets {
  char *text[64];
  size_t count;
};

int recall_sets_add(struct recall_sets *sets, const char *key, int64_t value,
                    struct limen_error *error);
/* Those of the options "DATASET.KEY=VALUE, ..." that are this dataset's. */
int recall_sets_add_options(struct recall_sets *sets, const char *options,
                            const struct limen_dataset *dataset, struct limen_error *error);
void recall_sets_clear(struct recall_sets *sets);

/* LIMEN_USAGE for an option that is not of that form, a dataset or key that does not exist, or a
 * value that the key cannot have; before anything is run. */
int recall_options_check(const char *options, struct limen_error *error);

#endif
