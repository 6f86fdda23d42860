#include "data/dataset.h"

#include <string.h>

#include "base/memory.h"

void limen_data_clear(struct limen_data *data) {
  limen_matrix_clear(&data->base);
  limen_matrix_clear(&data->queries);
  limen_labels_clear(&data->labels);
  limen_free(data->label_dimensions);
  *data = (struct limen_data){0};
}

const struct limen_dataset *limen_dataset_find(const struct limen_dataset *const *table,
                                               const char *name) {
  for (size_t i = 0; table[i]; i++)
    if (strcmp(table[i]->name, name) == 0) return table[i];
  return NULL;
}

int limen_dataset_make(const struct limen_dataset *dataset, const char *const *sets, size_t n_sets,
                       uint64_t seed, struct limen_data *out, struct limen_error *error) {
  struct limen_grid values = {0};
  *out = (struct limen_data){0};
  int status =
      limen_grid_make(NULL, dataset->parameters, LIMEN_SIZE_DEFAULT, sets, n_sets, &values, error);
  if (status == LIMEN_OK) status = dataset->make(&values, seed, out, error);
  if (status != LIMEN_OK) limen_data_clear(out);
  limen_grid_clear(&values);
  return status;
}
