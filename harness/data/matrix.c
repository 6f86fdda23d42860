#include "data/matrix.h"

#include <string.h>

#include "base/memory.h"

int limen_matrix_init(struct limen_matrix *matrix, size_t rows, size_t columns,
                      struct limen_error *error) {
  *matrix = (struct limen_matrix){.rows = rows, .columns = columns};
  size_t count;
  if (__builtin_mul_overflow(rows, columns, &count))
    return LIMEN_FAIL(error, LIMEN_FAILED, "%zu x %zu values are more than a machine can address",
                      rows, columns);
  matrix->values = limen_alloc(count, sizeof *matrix->values, error);
  return matrix->values ? LIMEN_OK : LIMEN_FAILED;
}

void limen_matrix_clear(struct limen_matrix *matrix) {
  limen_free(matrix->values);
  *matrix = (struct limen_matrix){0};
}

void limen_ids_clear(struct limen_ids *ids) {
  limen_free(ids->ids);
  limen_free(ids->distances);
  *ids = (struct limen_ids){0};
}

void limen_labels_clear(struct limen_labels *labels) {
  for (size_t i = 0; i < labels->count; i++) limen_free(labels->names[i]);
  limen_free(labels->names);
  limen_free(labels->label);
  *labels = (struct limen_labels){0};
}

/* ---- metrics ---- */

static const char *const metrics[] = {
    [LIMEN_L2] = "l2", [LIMEN_IP] = "ip", [LIMEN_COSINE] = "cosine"};
enum { METRICS = sizeof metrics / sizeof *metrics };

const char *limen_metric_name(size_t i) { return i < METRICS ? metrics[i] : NULL; }

int limen_metric_find(const char *name) {
  for (int i = 0; i < METRICS; i++)
    if (strcmp(metrics[i], name) == 0) return i;
  return -1;
}

/* ---- vectors ---- */

static int read_lent(const struct limen_vectors *vectors, size_t first, size_t count, float *out,
                     struct limen_error *error) {
  if (first > vectors->rows || count > vectors->rows - first)
    return LIMEN_FAIL(error, LIMEN_FAILED, "rows %zu to %zu were asked for, there are %zu", first,
                      first + count, vectors->rows);
  if (count > 0)
    memcpy(out, vectors->values + first * vectors->columns, count * vectors->columns * sizeof *out);
  return LIMEN_OK;
}

void limen_vectors_lend(struct limen_vectors *vectors, const struct limen_matrix *matrix) {
  *vectors = (struct limen_vectors){.rows = matrix->rows,
                                    .columns = matrix->columns,
                                    .read = read_lent,
                                    .values = matrix->values};
}

void limen_vectors_close(struct limen_vectors *vectors) {
  if (vectors->close) vectors->close(vectors);
  *vectors = (struct limen_vectors){0};
}
