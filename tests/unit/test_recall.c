/* The three recalls of one answer, worked out by hand and against a slow definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "measures/recall.h"

/* Distances by row; a row that must not be asked for has NaN, which fails the test. */
static double look_up(const void *context, size_t id) {
  const double r = ((const double *)context)[id];
  assert_true(!isnan(r));
  return r;
}

static struct limen_recall_query judge(const struct limen_recall_settings *settings, size_t rows,
                                       const double *distances, const int64_t *truth,
                                       const int64_t *ids, size_t count) {
  struct limen_recall_query query;
  double truth_distances[16];
  for (size_t i = 0; i < settings->k && i < rows; i++) truth_distances[i] = distances[truth[i]];
  limen_recall_judge(settings, rows, truth, truth_distances, ids, count, look_up, distances,
                     &query);
  return query;
}

static void expect_counts(const struct limen_recall_query *query, uint32_t by_id, uint32_t ties,
                          uint32_t epsilon) {
  assert_int_equal(query->by_id, by_id);
  assert_int_equal(query->ties, ties);
  assert_int_equal(query->epsilon, epsilon);
}

/* Squared distances of rows 0 .. 7; the third place is tied between rows 2, 5 and 6. */
static const double squares[] = {0.11, 4.41, 1.21, 0.32, 9.61, 1.21, 1.2100001, 1.4641};
static const int64_t nearest[] = {0, 3, 2};

static void test_by_hand(void **state) {
  (void)state;
  struct limen_recall_settings settings = {.k = 3, .metric = LIMEN_L2, .tie = 1e-6, .epsilon = 0.1};
  struct limen_recall_query query;
  /* Row 5 is as near as row 2. */
  query = judge(&settings, 8, squares, nearest, (int64_t[]){3, 0, 5}, 3);
  assert_int_equal(query.places, 3);
  expect_counts(&query, 2, 3, 3);
  /* Row 6 is 4e-8 further away, in the distance itself; without tolerance that is further. */
  query = judge(&settings, 8, squares, nearest, (int64_t[]){3, 6, 5}, 3);
  expect_counts(&query, 1, 3, 3);
  settings.tie = 0;
  query = judge(&settings, 8, squares, nearest, (int64_t[]){3, 6, 5}, 3);
  expect_counts(&query, 1, 2, 3);
  /* Distance 1.21 against 1.1: just at the end of epsilon = 0.1, and row 1 at 2.1 is beyond. */
  settings.epsilon = 0.1 + 1e-12;
  query = judge(&settings, 8, squares, nearest, (int64_t[]){7, 1, -1}, 3);
  expect_counts(&query, 0, 0, 1);
  assert_int_equal(query.returned, 2);
  settings.epsilon = 0.1 - 1e-12;
  query = judge(&settings, 8, squares, nearest, (int64_t[]){7, 1, -1}, 3);
  expect_counts(&query, 0, 0, 0);
  assert_true(limen_recall_of(&query, LIMEN_RECALL_EPSILON) == 0);
}

static void test_strange_answers(void **state) {
  (void)state;
  struct limen_recall_settings settings = {.k = 3, .metric = LIMEN_L2, .tie = 1e-6, .epsilon = 0.1};
  struct limen_recall_query query;
  /* Twice the same id counts once; what is no row is said; the fourth is not looked at. */
  query = judge(&settings, 8, squares, nearest, (int64_t[]){3, 3, 3, 0}, 4);
  expect_counts(&query, 1, 1, 1);
  assert_int_equal(query.returned, 1);
  assert_int_equal(query.duplicates, 2);
  query = judge(&settings, 8, squares, nearest, (int64_t[]){8, -2, 0}, 3);
  expect_counts(&query, 1, 1, 1);
  assert_int_equal(query.invalid, 2);
  assert_int_equal(query.duplicates, 0);
  query = judge(&settings, 8, squares, nearest, (int64_t[]){INT64_MAX, INT64_MIN, -1}, 3);
  expect_counts(&query, 0, 0, 0);
  assert_int_equal(query.invalid, 2);
  assert_int_equal(query.returned, 0);
  /* A short answer is judged by what was asked for, -1 in the middle is nothing. */
  query = judge(&settings, 8, squares, nearest, (int64_t[]){-1, 2}, 2);
  expect_counts(&query, 1, 1, 1);
  assert_true(fabs(limen_recall_of(&query, LIMEN_RECALL_BY_ID) - 1.0 / 3) < 1e-15);
  query = judge(&settings, 8, squares, nearest, NULL, 0);
  expect_counts(&query, 0, 0, 0);
  assert_int_equal(query.places, 3);

  /* More neighbours than rows: all rows are the answer. */
  settings.k = 7;
  query = judge(&settings, 2, squares, (int64_t[]){0, 1}, (int64_t[]){1, 0, -1, -1, -1, -1, 5}, 7);
  assert_int_equal(query.places, 2);
  expect_counts(&query, 2, 2, 2);
  assert_int_equal(query.invalid, 1);
  assert_true(limen_recall_of(&query, LIMEN_RECALL_TIES) == 1);
}

static void test_reach(void **state) {
  (void)state;
  assert_true(fabs(limen_recall_reach(LIMEN_L2, 1.21, 0.1) - 1.1 * 1.1 * 1.1 * 1.1) < 1e-15);
  assert_true(fabs(limen_recall_reach(LIMEN_COSINE, 0.32, 0.1) - 0.352) < 1e-15);
  assert_true(limen_recall_reach(LIMEN_COSINE, 0.32, 0) == 0.32);
  /* 1 - product: further is upwards for negative ones, too. */
  assert_true(fabs(limen_recall_reach(LIMEN_IP, -0.57, 0.1) + 0.513) < 1e-15);
  /* Nothing is a little further than nothing. */
  assert_true(limen_recall_reach(LIMEN_L2, 0, 0.1) == 0);

  const double products[] = {-3.1, -0.57, -0.52, -0.5};
  const struct limen_recall_settings settings = {
      .k = 2, .metric = LIMEN_IP, .tie = 0, .epsilon = 0.1};
  const struct limen_recall_query query =
      judge(&settings, 4, products, (int64_t[]){0, 1}, (int64_t[]){2, 3}, 2);
  expect_counts(&query, 0, 0, 1);
}

/* Answers of any kind to truths with many ties, counted by the definitions. */
static void test_random_answers(void **state) {
  (void)state;
  enum { ROWS = 9 };
  gsl_rng *rng = limen_rng_alloc(7, "test/recall", NULL);
  for (size_t round = 0; round < 5000; round++) {
    const struct limen_recall_settings settings = {.k = 1 + gsl_rng_uniform_int(rng, 12),
                                                   .metric = LIMEN_COSINE,
                                                   .tie = round % 2 ? 0.02 : 0,
                                                   .epsilon = 0.4};
    const size_t places = settings.k < ROWS ? settings.k : ROWS;
    double r[ROWS], sorted[ROWS];
    int64_t truth[ROWS], ids[12];
    size_t by_id = 0, ties = 0, epsilon = 0, returned = 0, copies = 0, invalid = 0;
    for (size_t i = 0; i < ROWS; i++) r[i] = 0.13 + 0.11 * (double)gsl_rng_uniform_int(rng, 5);
    for (size_t i = 0; i < ROWS; i++) { /* insertion by (distance, id) */
      size_t to = i;
      for (; to > 0 && r[truth[to - 1]] > r[i]; to--) truth[to] = truth[to - 1];
      truth[to] = (int64_t)i;
    }
    for (size_t i = 0; i < ROWS; i++) sorted[i] = r[truth[i]];
    for (size_t i = 0; i < settings.k; i++) ids[i] = (int64_t)gsl_rng_uniform_int(rng, 12) - 2;
    for (int64_t id = -2; id < 12; id++) {
      size_t times = 0, rank = 0;
      for (size_t i = 0; i < settings.k; i++) times += ids[i] == id;
      if (id == -1 || times == 0) continue;
      if (id < 0 || id >= ROWS) {
        invalid += times;
        continue;
      }
      while (truth[rank] != id) rank++;
      returned++;
      copies += times - 1;
      by_id += rank < places;
      ties += r[id] <= sorted[places - 1] * (1 + settings.tie);
      epsilon += r[id] <= sorted[places - 1] * 1.4;
    }
    struct limen_recall_query query = judge(&settings, ROWS, r, truth, ids, settings.k);
    assert_int_equal(query.places, places);
    expect_counts(&query, (uint32_t)by_id, (uint32_t)ties, (uint32_t)epsilon);
    assert_int_equal(query.returned, returned);
    assert_int_equal(query.duplicates, copies);
    assert_int_equal(query.invalid, invalid);
    assert_true(query.by_id <= query.ties && query.ties <= query.epsilon);
  }
  limen_rng_free(rng);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(limen_recall_name(LIMEN_RECALL_BY_ID), "recall");
  assert_string_equal(limen_recall_name(LIMEN_RECALL_TIES), "recall_ties");
  assert_string_equal(limen_recall_name(LIMEN_RECALL_EPSILON), "recall_epsilon");
  assert_null(limen_recall_name(3));
  const struct limen_recall_query query = {.places = 8, .by_id = 3, .ties = 5, .epsilon = 7};
  assert_true(limen_recall_of(&query, LIMEN_RECALL_BY_ID) == 0.375);
  assert_true(limen_recall_of(&query, LIMEN_RECALL_TIES) == 0.625);
  assert_true(limen_recall_of(&query, LIMEN_RECALL_EPSILON) == 0.875);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand), cmocka_unit_test(test_strange_answers),
      cmocka_unit_test(test_reach),   cmocka_unit_test(test_random_answers),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
