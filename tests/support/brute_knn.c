#include "support/brute_knn.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"

struct candidate {
  double distance;
  int64_t id;
};

static int nearer(const void *left, const void *right) {
  const struct candidate *a = left, *b = right;
  if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static double distance(const float *x, const float *y, size_t columns, enum limen_metric metric) {
  double square = 0, xy = 0, xx = 0, yy = 0;
  for (size_t c = 0; c < columns; c++) {
    double a = (double)x[c], b = (double)y[c];
    square += (a - b) * (a - b);
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return metric == LIMEN_COSINE ? 1 - xy / sqrt(xx * yy) : square;
}

struct limen_knn brute_knn(const struct limen_matrix *matrix, enum limen_metric metric, size_t k) {
  const size_t n = matrix->rows;
  struct limen_knn knn = {.queries = n, .k = k, .width = k};
  struct candidate *all = limen_alloc(n, sizeof *all, NULL);
  assert_true(k < n);
  knn.ids = limen_alloc(n * k, sizeof *knn.ids, NULL);
  knn.distances = limen_alloc(n * k, sizeof *knn.distances, NULL);
  knn.found = limen_alloc(n, sizeof *knn.found, NULL);
  knn.ties_cut = limen_alloc(n, sizeof *knn.ties_cut, NULL);
  for (size_t i = 0; i < n; i++) {
    size_t count = 0;
    for (size_t j = 0; j < n; j++)
      if (j != i)
        all[count++] = (struct candidate){
            distance(matrix->values + i * matrix->columns, matrix->values + j * matrix->columns,
                     matrix->columns, metric),
            (int64_t)j};
    qsort(all, count, sizeof *all, nearer);
    for (size_t j = 0; j < k; j++) {
      knn.ids[i * k + j] = all[j].id;
      knn.distances[i * k + j] = all[j].distance;
    }
    knn.found[i] = k;
  }
  limen_free(all);
  return knn;
}

struct limen_matrix matrix_of_values(size_t rows, size_t columns, const double *values) {
  struct limen_matrix matrix;
  assert_int_equal(limen_matrix_init(&matrix, rows, columns, NULL), LIMEN_OK);
  for (size_t i = 0; i < rows * columns; i++) matrix.values[i] = (float)values[i];
  return matrix;
}
