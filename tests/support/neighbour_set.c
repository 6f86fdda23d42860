#include "support/neighbour_set.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "datasets/datasets.h"
#include "support/brute_knn.h"

void set_init(struct set *set, struct limen_matrix matrix, enum limen_metric metric, size_t k) {
  struct limen_error error = {0};
  struct limen_knn knn = brute_knn(&matrix, metric, k);
  set->matrix = matrix;
  limen_vectors_lend(&set->vectors, &set->matrix);
  if (limen_neighbours_take(&knn, metric, &set->vectors, matrix.rows, NULL, &set->neighbours,
                            &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  limen_knn_clear(&knn);
}

void set_clear(struct set *set) {
  limen_neighbours_clear(&set->neighbours);
  limen_vectors_close(&set->vectors);
  limen_matrix_clear(&set->matrix);
}

struct limen_matrix set_dataset(const char *name, const char *n, const char *set) {
  struct limen_data data;
  struct limen_matrix out;
  const char *sets[] = {n, "queries=1", set};
  assert_int_equal(limen_dataset_make(limen_dataset_find(limen_datasets, name), sets, set ? 3 : 2,
                                      5, &data, NULL),
                   LIMEN_OK);
  out = data.base;
  data.base = (struct limen_matrix){0};
  limen_data_clear(&data);
  return out;
}

struct limen_estimate estimate_of(const char *name, const struct limen_neighbours *neighbours,
                                  size_t k) {
  struct limen_dimension_settings settings = limen_dimension_defaults;
  struct limen_estimate estimate;
  struct limen_error error = {0};
  settings.k = k;
  settings.resamples = 200;
  const struct limen_estimator *estimator = limen_estimator_find(name);
  if (!estimator) fail_msg("no estimator %s", name);
  if (limen_estimator_run(estimator, neighbours, &settings, &estimate, &error) != LIMEN_OK)
    fail_msg("%s: %s", name, error.text);
  return estimate;
}

void expect_near(const char *what, double value, double wanted, double relative) {
  if (!(fabs(value - wanted) <= relative * fabs(wanted)))
    fail_msg("%s: %.17g in place of %.17g", what, value, wanted);
}

const struct limen_estimator *any_estimator(size_t i) {
  size_t first = 0;
  while (limen_estimator_at(first)) first++;
  return i < first ? limen_estimator_at(i) : limen_hardness_at(i - first);
}
