#include "dimension/hubness.h"

#include "base/memory.h"

int limen_hubness_counts(const struct limen_neighbours *neighbours, size_t k, double **out,
                         struct limen_error *error) {
  double *counts = *out = limen_alloc(neighbours->rows, sizeof *counts, error);
  if (!counts) return LIMEN_FAILED;
  for (size_t i = 0; i < neighbours->count; i++)
    for (size_t j = 0; j < k; j++) counts[neighbours->ids[i * neighbours->k + j]]++;
  return LIMEN_OK;
}
