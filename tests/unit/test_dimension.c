/* The whole way from vectors to numbers, with the real search, against plain loops over all pairs;
 * and the curve of estimates on known sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "datasets/datasets.h"
#include "dimension/bias.h"
#include "support/brute_knn.h"

enum { N = 10000, D = 20 };

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static struct limen_data gaussian(void) {
  struct limen_data data;
  const char *const sets[] = {"n=10000", "d=20", "queries=1"};
  assert_int_equal(
      limen_dataset_make(limen_dataset_find(limen_datasets, "gaussian"), sets, 3, 20, &data, NULL),
      LIMEN_OK);
  assert_int_equal(data.base.rows, N);
  assert_int_equal(data.base.columns, D);
  return data;
}

/* The squares of the distances to the two nearest others of every row. */
static void two_nearest(const struct limen_matrix *m, double *first, double *second) {
  for (size_t i = 0; i < N; i++) first[i] = second[i] = INFINITY;
  for (size_t i = 0; i < N; i++)
    for (size_t j = 0; j < i; j++) {
      double square = 0;
      for (size_t c = 0; c < D; c++) {
        double off = (double)m->values[i * D + c] - (double)m->values[j * D + c];
        square += off * off;
      }
      const size_t ends[] = {i, j};
      for (size_t e = 0; e < 2; e++) {
        size_t at = ends[e];
        if (square < first[at]) {
          second[at] = first[at];
          first[at] = square;
        } else if (square < second[at]) {
          second[at] = square;
        }
      }
    }
}

static double estimate(const char *name, const struct limen_neighbours *neighbours, size_t k) {
  struct limen_dimension_settings settings = limen_dimension_defaults;
  struct limen_estimate out;
  settings.k = k;
  settings.resamples = 100;
  assert_int_equal(
      limen_estimator_run(limen_estimator_find(name), neighbours, &settings, &out, NULL), LIMEN_OK);
  return out.value;
}

/* TwoNN and MLE (k = 2) of 10,000 points of a Gaussian in 20 dimensions agree with brute force. */
static void test_against_brute_force(void **state) {
  (void)state;
  struct limen_data data = gaussian();
  struct limen_vectors vectors;
  struct limen_neighbours neighbours;
  const struct limen_neighbours_settings search = {.k = 2};
  double *first = limen_alloc(N, sizeof *first, NULL),
         *second = limen_alloc(N, sizeof *first, NULL);
  double *ratios = limen_alloc(N, sizeof *ratios, NULL), sum = 0, xy = 0, xx = 0;
  limen_vectors_lend(&vectors, &data.base);
  assert_int_equal(limen_neighbours_find(&vectors, &search, &neighbours, NULL), LIMEN_OK);
  two_nearest(&data.base, first, second);
  for (size_t i = 0; i < N; i++) {
    ratios[i] = log(sqrt(second[i]) / sqrt(first[i]));
    sum += 0.5 * ratios[i]; /* one over the estimate of a point: -(1/2) ln(r_1 / r_2) */
  }
  qsort(ratios, N, sizeof *ratios, ascending);
  for (size_t i = 1; i <= N * 9 / 10; i++) {
    double y = -log(1 - (double)i / N);
    xy += ratios[i - 1] * y;
    xx += ratios[i - 1] * ratios[i - 1];
  }
  double twonn = estimate("twonn", &neighbours, 2), mle = estimate("mle", &neighbours, 2);
  if (!(fabs(twonn - xy / xx) < 1e-9)) fail_msg("twonn %.15g, %.15g", twonn, xy / xx);
  if (!(fabs(mle - N / sum) < 1e-9)) fail_msg("mle %.15g, %.15g", mle, N / sum);
  assert_true(twonn > 17 && twonn < 20); /* 20 dimensions, underestimated */
  limen_free(first);
  limen_free(second);
  limen_free(ratios);
  limen_neighbours_clear(&neighbours);
  limen_data_clear(&data);
}

/* A sample of points has the neighbours that all points have, itself left out, and copies of a
 * point beyond what was asked for do no harm. */
static void test_sample_of_points(void **state) {
  (void)state;
  enum { ROWS = 700, K = 9, SAMPLE = 60 };
  static const char *const sets[] = {"n=700", "d=5", "queries=1", "copied=3", "copies=20"};
  static const enum limen_metric metrics[] = {LIMEN_L2, LIMEN_COSINE};
  for (size_t m = 0; m < 2; m++) {
    struct limen_data data;
    struct limen_vectors vectors;
    struct limen_neighbours sample, again, all;
    struct limen_neighbours_settings search = {.k = K, .points = SAMPLE, .metric = metrics[m]};
    assert_int_equal(limen_dataset_make(limen_dataset_find(limen_datasets, "duplicates"), sets, 5,
                                        1, &data, NULL),
                     LIMEN_OK);
    limen_vectors_lend(&vectors, &data.base);
    assert_int_equal(limen_neighbours_find(&vectors, &search, &sample, NULL), LIMEN_OK);
    assert_int_equal(limen_neighbours_find(&vectors, &search, &again, NULL), LIMEN_OK);
    search.points = ROWS;
    assert_int_equal(limen_neighbours_find(&vectors, &search, &all, NULL), LIMEN_OK);
    assert_int_equal(sample.count, SAMPLE);
    assert_int_equal(all.count, ROWS);
    assert_memory_equal(sample.points, again.points, SAMPLE * sizeof *sample.points);
    size_t copies = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
      const size_t row = sample.points[i];
      if (i > 0) assert_true(row > sample.points[i - 1]);
      for (size_t j = 0; j < K; j++) {
        assert_true(sample.ids[i * K + j] != (int64_t)row);
        double a = sample.distances[i * K + j], b = all.distances[row * K + j];
        if (!(fabs(a - b) <= 1e-12)) fail_msg("point %zu: %.17g, %.17g", row, a, b);
        copies += a == 0;
      }
    }
    assert_true(copies > 0 && copies % K == 0); /* a point has no copies or 19 */
    limen_neighbours_clear(&sample);
    limen_neighbours_clear(&again);
    limen_neighbours_clear(&all);
    limen_data_clear(&data);
  }
}

/* ---- the curve ---- */

static void test_bias_curve(void **state) {
  (void)state;
  enum { DIMENSIONS = 4, ESTIMATORS = 2 };
  static const size_t dimensions[DIMENSIONS] = {2, 4, 8, 32};
  const struct limen_estimator *const estimators[ESTIMATORS] = {limen_estimator_find("mle"),
                                                                limen_estimator_find("pca")};
  const struct limen_bias_settings bias = {
      .rows = 1000, .dimensions = dimensions, .count = DIMENSIONS, .seed = 3};
  struct limen_dimension_settings settings = limen_dimension_defaults;
  struct limen_estimate curve[DIMENSIONS * ESTIMATORS];
  double mle[DIMENSIONS];
  settings.resamples = 100;
  assert_int_equal(limen_bias_curve(estimators, ESTIMATORS, &bias, &settings, curve, NULL),
                   LIMEN_OK);
  for (size_t i = 0; i < DIMENSIONS; i++) {
    mle[i] = curve[i * ESTIMATORS].value;
    /* 99% of the variance of d equal ones. */
    assert_true(curve[i * ESTIMATORS + 1].value == (double)dimensions[i]);
    if (i > 0) assert_true(mle[i] > mle[i - 1]);
  }
  assert_true(fabs(mle[0] - 2) < 0.3);
  assert_true(mle[3] < 24); /* a thousand points of 32 dimensions look like far fewer */
  /* Read backwards, the curve gives the dimension back. */
  assert_true(limen_bias_match(dimensions, mle, DIMENSIONS, mle[2]) == 8);
  double half = limen_bias_match(dimensions, mle, DIMENSIONS, mle[2] + (mle[3] - mle[2]) / 4);
  assert_true(fabs(half - 14) < 1e-9);
  assert_true(isnan(limen_bias_match(dimensions, mle, DIMENSIONS, mle[3] + 0.1)));
  assert_true(isnan(limen_bias_match(dimensions, mle, DIMENSIONS, mle[0] - 0.1)));
  assert_true(isnan(limen_bias_match(dimensions, mle, DIMENSIONS, NAN)));
}

/* Known sets of the caller's own: spheres, which have no edges, are closer to the truth. */
static int make_sphere(void *context, size_t d, size_t rows, uint64_t seed,
                       struct limen_matrix *out, struct limen_error *error) {
  struct limen_data data;
  char n[32], dimension[32];
  const char *const sets[] = {n, dimension, "queries=1"};
  ++*(size_t *)context;
  snprintf(n, sizeof n, "n=%zu", rows);
  snprintf(dimension, sizeof dimension, "d=%zu", d);
  int status =
      limen_dataset_make(limen_dataset_find(limen_datasets, "sphere"), sets, 3, seed, &data, error);
  if (status != LIMEN_OK) return status;
  *out = data.base;
  data.base = (struct limen_matrix){0};
  limen_data_clear(&data);
  return LIMEN_OK;
}

static void test_bias_of_own_sets(void **state) {
  (void)state;
  static const size_t dimensions[] = {3, 6};
  const struct limen_estimator *const estimators[] = {limen_estimator_find("levina_bickel")};
  size_t calls = 0;
  struct limen_bias_settings bias = {
      .rows = 1000, .dimensions = dimensions, .count = 2, .make = make_sphere, .context = &calls};
  struct limen_dimension_settings settings = limen_dimension_defaults;
  struct limen_estimate curve[2];
  struct limen_error error;
  settings.resamples = 100;
  assert_int_equal(limen_bias_curve(estimators, 1, &bias, &settings, curve, NULL), LIMEN_OK);
  assert_int_equal(calls, 2);
  assert_true(fabs(curve[0].value - 3) < 0.2);
  assert_true(fabs(curve[1].value - 6) < 0.8);
  settings.theta = 0;
  assert_int_equal(limen_bias_curve(estimators, 1, &bias, &settings, curve, &error), LIMEN_INPUT);
}

int main(void) {
  limen_threads_set(2);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_brute_force),
      cmocka_unit_test(test_sample_of_points),
      cmocka_unit_test(test_bias_curve),
      cmocka_unit_test(test_bias_of_own_sets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
