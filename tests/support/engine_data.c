#include "support/engine_data.h"

#include <gsl/gsl_randist.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "knn/distance.h"

struct limen_matrix clusters(size_t rows, size_t columns, const char *stream) {
  enum { CENTRES = 20 };
  struct limen_matrix centres, matrix;
  assert_int_equal(limen_matrix_init(&centres, CENTRES, columns, NULL), LIMEN_OK);
  assert_int_equal(limen_matrix_init(&matrix, rows, columns, NULL), LIMEN_OK);
  gsl_rng *of_centres = limen_rng_alloc(1, "centres", NULL),
          *rng = limen_rng_alloc(1, stream, NULL);
  assert_non_null(of_centres);
  assert_non_null(rng);
  for (size_t i = 0; i < CENTRES * columns; i++)
    centres.values[i] = (float)gsl_ran_gaussian(of_centres, 1.32);
  for (size_t i = 0; i < rows; i++) {
    const float *centre = centres.values + gsl_rng_uniform_int(rng, CENTRES) * columns;
    for (size_t c = 0; c < columns; c++)
      matrix.values[i * columns + c] = 0.11f + centre[c] + (float)gsl_ran_gaussian(rng, 0.57);
  }
  limen_rng_free(of_centres);
  limen_rng_free(rng);
  limen_matrix_clear(&centres);
  return matrix;
}

size_t *order_of(size_t rows, uint64_t seed) {
  size_t *order = limen_alloc(rows, sizeof *order, NULL);
  gsl_rng *rng = limen_rng_alloc(seed, "order", NULL);
  assert_non_null(order);
  assert_non_null(rng);
  for (size_t i = 0; i < rows; i++) order[i] = i;
  if (seed > 0) gsl_ran_shuffle(rng, order, rows, sizeof *order);
  limen_rng_free(rng);
  return order;
}

struct limen_index_settings settings_of(enum limen_metric metric) {
  struct limen_index_settings settings = limen_index_defaults;
  settings.metric = metric;
  settings.ef_construction = 100;
  return settings;
}

struct limen_index index_of(const struct limen_engine *engine, const struct limen_matrix *base,
                            uint64_t order_seed, const struct limen_index_settings *settings) {
  struct limen_error error = {0};
  struct limen_index index;
  size_t *order = order_of(base->rows, order_seed);
  int status = limen_index_build(engine, base, order, settings, &index, &error);
  if (status != LIMEN_OK) fail_msg("%s: %s", engine->name, error.text);
  limen_free(order);
  return index;
}

static int nearer(const void *left, const void *right) {
  const struct ranked *a = left, *b = right;
  if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

struct ranked *rank_all(const struct limen_matrix *base, enum limen_metric metric,
                        const float *query) {
  struct ranked *all = limen_alloc(base->rows, sizeof *all, NULL);
  assert_non_null(all);
  for (size_t i = 0; i < base->rows; i++)
    all[i] = (struct ranked){
        limen_distance(metric, query, base->values + i * base->columns, base->columns), (int64_t)i};
  qsort(all, base->rows, sizeof *all, nearer);
  return all;
}

size_t common(const int64_t *ids, const struct ranked *truth, size_t k) {
  size_t count = 0;
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < k; j++) count += ids[i] == truth[j].id;
  return count;
}

void expect_same_answers(struct limen_index *a, struct limen_index *b,
                         const struct limen_matrix *queries, size_t k, size_t ef) {
  int64_t *ids = limen_alloc(2 * k, sizeof *ids, NULL);
  assert_non_null(ids);
  for (size_t q = 0; q < queries->rows; q++) {
    const float *query = queries->values + q * queries->columns;
    size_t found[2];
    assert_int_equal(limen_index_search(a, query, k, ef, ids, &found[0], NULL), LIMEN_OK);
    assert_int_equal(limen_index_search(b, query, k, ef, ids + k, &found[1], NULL), LIMEN_OK);
    assert_int_equal(found[0], found[1]);
    assert_memory_equal(ids, ids + k, k * sizeof *ids);
  }
  limen_free(ids);
}

void expect_error(int status, const struct limen_error *error, int wanted, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
  assert_int_equal(status, wanted);
  assert_int_equal(error->status, wanted);
}
