#include "data/text_dataset.h"

#include <string.h>

const struct limen_text_dataset *limen_text_dataset_find(
    const struct limen_text_dataset *const *table, const char *name) {
  for (size_t i = 0; table[i]; i++)
    if (strcmp(table[i]->name, name) == 0) return table[i];
  return NULL;
}

int limen_text_dataset_make(const struct limen_text_dataset *dataset, const char *const *sets,
                            size_t n_sets, uint64_t seed, struct limen_collection *out,
                            struct limen_error *error) {
  struct limen_grid values = {0};
  *out = (struct limen_collection){0};
  int status =
      limen_grid_make(NULL, dataset->parameters, LIMEN_SIZE_DEFAULT, sets, n_sets, &values, error);
  if (status == LIMEN_OK) status = dataset->make(&values, seed, out, error);
  if (status != LIMEN_OK) limen_collection_clear(out);
  limen_grid_clear(&values);
  return status;
}
