/* What every estimator of the tables keeps: known dimensions, the same with any number of threads,
 * intervals, points, metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "datasets/datasets.h"
#include "support/neighbour_set.h"

/* Sets of true dimension 3 for two kinds of estimator: a closed surface without edges for those
 * that look at neighbours, a flat for those that look at variances. With n = 2000 and k = 20 the
 * statistical error is 3 / sqrt(2000 20) = 0.5%, twonn's 3 / sqrt(2000) = 2.2%. What remains is
 * bias: mle and mom divide by k where k - 1 measure (+5%), tle measures chords, curvature does the
 * rest: 10%. Variances of 2000 normal numbers are 3% off, which moves the ratio by less than 1%. */
static void test_known_dimension(void **state) {
  (void)state;
  struct set sphere, flat;
  set_init(&sphere, set_dataset("sphere", "n=2000", "d=3"), LIMEN_L2, 20);
  set_init(&flat, set_dataset("subspace", "n=2000", "rank=3"), LIMEN_L2, 20);
  for (size_t i = 0; limen_estimator_at(i); i++) {
    const struct limen_estimator *estimator = limen_estimator_at(i);
    const bool local = estimator->times_k + estimator->plus > 0;
    struct limen_estimate estimate =
        estimate_of(estimator->name, local ? &sphere.neighbours : &flat.neighbours, 20);
    expect_near(estimator->name, estimate.value, 3, local ? 0.1 : 0.01);
    assert_true(estimate.lower <= estimate.value && estimate.value <= estimate.upper);
    assert_true(estimate.upper - estimate.lower < 0.5);
    assert_true(estimate.used >= 1000 && !estimate.undefined);
  }
  set_clear(&sphere);
  set_clear(&flat);
}

static void test_threads_and_intervals(void **state) {
  (void)state;
  struct set set;
  set_init(&set, set_dataset("gaussian", "n=600", "d=6"), LIMEN_L2, 16);
  for (size_t i = 0; any_estimator(i); i++) {
    const char *name = any_estimator(i)->name;
    limen_threads_set(1);
    struct limen_estimate one = estimate_of(name, &set.neighbours, 8);
    limen_threads_set(2);
    struct limen_estimate two = estimate_of(name, &set.neighbours, 8);
    if (memcmp(&one, &two, sizeof one) != 0) fail_msg("%s differs between threads", name);
    if (!(one.lower <= one.value && one.value <= one.upper)) fail_msg("%s: interval", name);
    assert_ptr_equal(limen_estimator_find(name), any_estimator(i));
    assert_true(strlen(any_estimator(i)->about) > 0);
  }
  set_clear(&set);
}

/* The bootstrap of a harmonic mean of n values is about 1.96 standard errors wide on either side,
 * those of the reciprocals, carried over. */
static void test_width_of_an_interval(void **state) {
  (void)state;
  enum { N = 1500 };
  static double values[N];
  struct set set;
  set_init(&set, set_dataset("gaussian", "n=1500", "d=5"), LIMEN_L2, 10);
  assert_int_equal(
      limen_estimator_pointwise(limen_estimator_find("mle"), &set.neighbours, 10, values, NULL),
      LIMEN_OK);
  double mean = 0, square = 0;
  for (size_t i = 0; i < N; i++) mean += 1 / values[i] / N;
  for (size_t i = 0; i < N; i++) square += (1 / values[i] - mean) * (1 / values[i] - mean) / N;
  double half = 1.96 * sqrt(square / N) / (mean * mean);
  struct limen_estimate estimate = estimate_of("mle", &set.neighbours, 10);
  expect_near("value", estimate.value, 1 / mean, 1e-12);
  expect_near("width", estimate.upper - estimate.lower, 2 * half, 0.25);
  set_clear(&set);
}

/* ---- pointwise ---- */

/* Pointwise estimates tell clusters of different dimension apart, which one number cannot. */
static void test_pointwise(void **state) {
  (void)state;
  enum { N = 1500, K = 20 };
  static double values[N];
  static const char *const names[] = {"mle", "levina_bickel", "mom", "tle", "ess"};
  struct limen_data data;
  const char *const sets[] = {"n=1500", "queries=1", "clusters=3", "lowest=2", "highest=12"};
  assert_int_equal(limen_dataset_make(limen_dataset_find(limen_datasets, "clusters_mixed"), sets, 5,
                                      3, &data, NULL),
                   LIMEN_OK);
  struct set set;
  set_init(&set, data.base, LIMEN_L2, K);
  data.base = (struct limen_matrix){0};
  for (size_t e = 0; e < 5; e++) {
    double inverse[3] = {0};
    const struct limen_estimator *estimator = limen_estimator_find(names[e]);
    assert_int_equal(limen_estimator_pointwise(estimator, &set.neighbours, K, values, NULL),
                     LIMEN_OK);
    for (size_t i = 0; i < N; i++) inverse[i % 3] += 1 / values[i] / (N / 3);
    /* 2, 7 and 12: the order is clear, high ones are underestimated with 500 vectors. */
    expect_near(names[e], 1 / inverse[0], 2, 0.15);
    assert_true(1 / inverse[1] > 4.5 && 1 / inverse[1] < 7.7);
    assert_true(1 / inverse[2] > 1.2 / inverse[1] && 1 / inverse[2] < 12.6);
  }
  set_clear(&set);
  limen_data_clear(&data);
}

/* Cosine distances are those of the vectors scaled to unit length. */
static void test_cosine(void **state) {
  (void)state;
  struct set angles, lengths;
  struct limen_matrix raw = set_dataset("subspace", "n=400", "rank=5");
  struct limen_matrix scaled;
  assert_int_equal(limen_matrix_init(&scaled, 400, 5, NULL), LIMEN_OK);
  for (size_t r = 0; r < 400; r++) {
    double square = 0;
    for (size_t c = 0; c < 5; c++)
      square += (double)raw.values[5 * r + c] * (double)raw.values[5 * r + c];
    for (size_t c = 0; c < 5; c++)
      scaled.values[5 * r + c] = (float)((double)raw.values[5 * r + c] / sqrt(square));
  }
  set_init(&angles, raw, LIMEN_COSINE, 20);
  set_init(&lengths, scaled, LIMEN_L2, 20);
  for (size_t i = 0; any_estimator(i); i++) {
    if (strcmp(any_estimator(i)->name, "all_wrong") == 0)
      continue; /* has its own unit, tested above */
    double a = estimate_of(any_estimator(i)->name, &angles.neighbours, 10).value;
    double b = estimate_of(any_estimator(i)->name, &lengths.neighbours, 10).value;
    expect_near(any_estimator(i)->name, a, b, 1e-4);
  }
  set_clear(&angles);
  set_clear(&lengths);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_dimension),
      cmocka_unit_test(test_threads_and_intervals),
      cmocka_unit_test(test_width_of_an_interval),
      cmocka_unit_test(test_pointwise),
      cmocka_unit_test(test_cosine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
