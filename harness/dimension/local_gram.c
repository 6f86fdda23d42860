#include "dimension/local_gram.h"

#include <cblas.h>

#include "base/memory.h"

int limen_local_gram_init(struct limen_local_gram *local, const struct limen_neighbours *neighbours,
                          size_t most, struct limen_error *error) {
  const size_t columns = neighbours->base->columns;
  *local = (struct limen_local_gram){.most = most};
  if (!(local->room = limen_alloc(columns, sizeof *local->room, error))) return LIMEN_FAILED;
  if (!(local->scratch = limen_alloc(most, sizeof *local->scratch, error))) return LIMEN_FAILED;
  local->rows = limen_alloc((most + 1) * columns, sizeof *local->rows, error);
  if (local->rows) local->gram = limen_alloc(most * most, sizeof *local->gram, error);
  return local->gram ? LIMEN_OK : LIMEN_FAILED;
}

int limen_local_gram_fill(struct limen_local_gram *local, const struct limen_neighbours *neighbours,
                          size_t point, struct limen_error *error) {
  const size_t columns = neighbours->base->columns;
  const int64_t *ids = neighbours->ids + point * neighbours->k;
  const double *distances = neighbours->distances + point * neighbours->k;
  double *centre = local->rows + local->most * columns;
  int status =
      limen_neighbours_read(neighbours, neighbours->points[point], 1, local->room, centre, error);
  local->k = 0;
  for (size_t j = 0; status == LIMEN_OK && j < local->most; j++) {
    if (!(distances[j] > 0)) continue;
    double *row = local->rows + local->k++ * columns;
    status = limen_neighbours_read(neighbours, (size_t)ids[j], 1, local->room, row, error);
    for (size_t c = 0; status == LIMEN_OK && c < columns; c++) row[c] -= centre[c];
  }
  if (status != LIMEN_OK || local->k == 0) return status;
  const size_t k = local->k;
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, (int)k, (int)columns, 1, local->rows,
              (int)columns, 0, local->gram, (int)k);
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < i; j++) local->gram[i * k + j] = local->gram[j * k + i];
  return LIMEN_OK;
}

void limen_local_gram_clear(struct limen_local_gram *local) {
  limen_free(local->rows);
  limen_free(local->room);
  limen_free(local->scratch);
  limen_free(local->gram);
  *local = (struct limen_local_gram){0};
}
