/* Bounds on the dimension that judgements need: by hand, and against vectors whose dimension is
 * known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "data/relevance.h"
#include "limits/dimension_bounds.h"

/* ---- judgements ---- */

static void want(struct limen_qrels *qrels, size_t query, size_t document, int32_t grade) {
  char q[24], d[24];
  snprintf(q, sizeof q, "q%zu", query);
  snprintf(d, sizeof d, "d%zu", document);
  assert_int_equal(limen_qrels_add(qrels, q, d, grade, NULL), LIMEN_OK);
}

static struct limen_relevance_matrix matrix_of(struct limen_qrels *qrels, size_t documents) {
  struct limen_relevance_matrix matrix;
  struct limen_error error = {0};
  if (limen_relevance_matrix_make(qrels, 1, documents, &matrix, &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  limen_qrels_clear(qrels);
  return matrix;
}

/* A pattern's sets, its documents taken in steps of `stride`, which shares no factor with n. */
static struct limen_relevance_matrix pattern(const char *name, size_t n, size_t k, size_t queries,
                                             size_t stride, size_t documents) {
  struct limen_relevance relevance;
  struct limen_qrels qrels = {0};
  assert_int_equal(limen_pattern_find(name)->make(n, k, queries, 3, &relevance, NULL), LIMEN_OK);
  for (size_t d = 0; d < n; d++) want(&qrels, relevance.queries, d * stride % n, 0);
  for (size_t q = 0; q < relevance.queries; q++)
    for (size_t i = 0; i < k; i++) want(&qrels, q, relevance.relevant[q * k + i], 1);
  limen_relevance_clear(&relevance);
  return matrix_of(&qrels, documents);
}

struct found {
  struct limen_bound_value value[LIMEN_DIMENSION_BOUNDS_MOST];
  struct limen_dimension_range range;
};

static struct found find(struct limen_relevance_matrix *matrix) {
  struct found out = {0};
  struct limen_error error = {0};
  if (limen_dimension_bounds_find(matrix, out.value, &out.range, &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  assert_true(out.range.lower <= out.range.upper);
  assert_true(out.range.lower_unit <= out.range.upper_unit);
  limen_relevance_matrix_clear(matrix);
  return out;
}

static const struct limen_bound_value *value_of(const struct found *found, const char *name) {
  for (size_t i = 0; limen_dimension_bound_at(i); i++)
    if (strcmp(limen_dimension_bound_name(i), name) == 0) return &found->value[i];
  fail_msg("no bound is called %s", name);
  return NULL;
}

static void expect_range(struct limen_relevance_matrix matrix, size_t lower, size_t upper,
                         size_t lower_unit, size_t upper_unit) {
  const struct limen_dimension_range got = find(&matrix).range;
  if (got.lower != lower || got.upper != upper || got.lower_unit != lower_unit ||
      got.upper_unit != upper_unit)
    fail_msg("%zu .. %zu, unit %zu .. %zu in place of %zu .. %zu, unit %zu .. %zu", got.lower,
             got.upper, got.lower_unit, got.upper_unit, lower, upper, lower_unit, upper_unit);
}

/* ---- the matrix ---- */

/* d1 and d4 are wanted by the same queries, q0 and q3 want the same, d2 and d5 are not wanted, q4
 * wants nothing, q5 everything: two rows, {d1 d4, d0} and {d0}, and three columns. */
static void test_equal_ones_are_one(void **state) {
  struct limen_qrels qrels = {0};
  (void)state;
  want(&qrels, 0, 1, 1);
  want(&qrels, 0, 4, 2);
  want(&qrels, 0, 0, 1);
  want(&qrels, 0, 2, 0);
  want(&qrels, 1, 0, 1);
  want(&qrels, 1, 5, -1);
  want(&qrels, 3, 0, 1);
  want(&qrels, 3, 4, 1);
  want(&qrels, 3, 1, 1);
  want(&qrels, 4, 2, 0);
  for (size_t d = 0; d < 6; d++) want(&qrels, 5, d, 1);
  want(&qrels, 1, 3, 0);
  struct limen_relevance_matrix matrix = matrix_of(&qrels, 0);
  assert_int_equal(matrix.queries, 5);
  assert_int_equal(matrix.documents, 6);
  assert_int_equal(matrix.wanted, 3);
  assert_int_equal(matrix.rows, 2);
  assert_int_equal(matrix.columns, 3);
  assert_int_equal(matrix.least, 1);
  assert_int_equal(matrix.most, 2);
  /* {d0} inside {d0, d1}: beginnings of one order. */
  expect_range(matrix, 1, 1, 1, 2);
}

/* Grades below the level are not wanted. */
static void test_level(void **state) {
  struct limen_qrels qrels = {0};
  struct limen_relevance_matrix matrix;
  (void)state;
  want(&qrels, 0, 0, 1);
  want(&qrels, 0, 1, 3);
  want(&qrels, 1, 0, 2);
  assert_int_equal(limen_relevance_matrix_make(&qrels, 2, 0, &matrix, NULL), LIMEN_OK);
  assert_int_equal(matrix.rows, 2);
  assert_int_equal(matrix.most, 1);
  limen_relevance_matrix_clear(&matrix);
  assert_int_equal(limen_relevance_matrix_make(&qrels, 4, 0, &matrix, NULL), LIMEN_OK);
  assert_int_equal(matrix.rows, 0);
  limen_relevance_matrix_clear(&matrix);
  limen_qrels_clear(&qrels);
}

static void test_refusals(void **state) {
  struct limen_qrels qrels = {0};
  struct limen_relevance_matrix matrix;
  struct limen_error error = {0};
  (void)state;
  want(&qrels, 0, 0, 1);
  want(&qrels, 0, 1, 1);
  assert_int_equal(limen_relevance_matrix_make(&qrels, 1, 1, &matrix, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "2 documents are judged, more than the 1 there are");
  limen_relevance_matrix_clear(&matrix);
  want(&qrels, 0, 1, 1);
  assert_int_equal(limen_relevance_matrix_make(&qrels, 1, 0, &matrix, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "query \"q0\": a document is judged twice");
  limen_relevance_matrix_clear(&matrix);
  limen_qrels_clear(&qrels);
}

static void test_nothing_is_asked(void **state) {
  struct limen_qrels qrels = {0};
  (void)state;
  want(&qrels, 0, 0, 1);
  expect_range(matrix_of(&qrels, 0), 0, 0, 0, 0);
  assert_int_equal(limen_qrels_add(&qrels, "q", "d", 0, NULL), LIMEN_OK);
  expect_range(matrix_of(&qrels, 9), 0, 0, 0, 0);
}

/* ---- by hand ---- */

/* Unit vectors in the plane serve all pairs of 3 documents, in space of 4, and of no more; 4
 * dimensions serve the pairs of any number. */
static void test_all_pairs(void **state) {
  (void)state;
  expect_range(pattern("all", 3, 2, 0, 1, 0), 2, 2, 2, 2);
  expect_range(pattern("all", 4, 2, 0, 1, 0), 2, 3, 3, 3);
  expect_range(pattern("all", 5, 2, 0, 1, 0), 3, 4, 4, 4);
  expect_range(pattern("all", 30, 2, 0, 7, 0), 3, 4, 4, 4);
  /* Of triples: 6 = 2 k, in any order. */
  struct limen_relevance_matrix matrix = pattern("all", 12, 3, 0, 5, 0);
  struct found found = find(&matrix);
  assert_int_equal(found.range.upper_unit, 6);
}

/* The judgements of LIMIT: 4 dimensions, exactly. */
static void test_limit(void **state) {
  (void)state;
  expect_range(pattern("dense", 46, 2, 1000, 1, 0), 3, 4, 4, 4);
  expect_range(pattern("dense", 46, 2, 1000, 1, 50000), 3, 4, 4, 4);
}

/* A ring in a wrong order is found again: 2 changes. Blocks likewise, of which more than two do not
 * fit a line. */
static void test_orders_are_found(void **state) {
  (void)state;
  expect_range(pattern("cycle", 23, 3, 0, 10, 0), 2, 2, 2, 2);
  expect_range(pattern("disjoint", 24, 2, 0, 5, 0), 2, 2, 2, 2);
  expect_range(pattern("cycle", 101, 5, 0, 37, 0), 2, 2, 2, 2);
}

/* Hadamard's matrix of order 64, entry (-1)^(bits in common): no fewer than 8 ranks. Its first row
 * and column are all of one sign, so a column is lost to the row that wants all. */
static void test_forster(void **state) {
  struct limen_qrels qrels = {0};
  (void)state;
  for (size_t r = 0; r < 64; r++)
    for (size_t c = 0; c < 64; c++) want(&qrels, r, c, __builtin_popcountll(r & c) % 2 == 0);
  struct limen_relevance_matrix matrix = matrix_of(&qrels, 0);
  assert_int_equal(matrix.rows, 63);
  assert_int_equal(matrix.columns, 64);
  struct found found = find(&matrix);
  /* sqrt(63 * 64) / 8 = 7.94: of the rows that are left, still 8 ranks. */
  assert_int_equal(value_of(&found, "forster")->any, 7);
  assert_string_equal(value_of(&found, "forster")->words, "ranks are at least 7.94");
}

/* 5 queries whose 32 columns are all different: 5 dimensions, as 4 hyperplanes' worth leave 31. */
static void test_dichotomies(void **state) {
  struct limen_qrels qrels = {0};
  (void)state;
  for (size_t c = 0; c < 32; c++)
    for (size_t r = 0; r < 5; r++) want(&qrels, r, c, (int32_t)(c >> r & 1));
  struct limen_relevance_matrix matrix = matrix_of(&qrels, 0);
  struct found found = find(&matrix);
  assert_int_equal(value_of(&found, "dichotomies")->any, 5);
  assert_int_equal(found.range.upper, 5); /* a query each */
  assert_int_equal(found.range.lower, 5);
}

/* ---- against vectors ---- */

static void random_row(gsl_rng *rng, size_t d, bool unit, double *out) {
  double sum = 0;
  for (size_t i = 0; i < d; i++) {
    out[i] = gsl_ran_ugaussian(rng);
    sum += out[i] * out[i];
  }
  for (size_t i = 0; unit && i < d; i++) out[i] /= sqrt(sum);
}

enum { POINTS = 40, CUTS = 400, DIMENSIONS = 5 };

/* What vectors of d dimensions serve needs no more than d, whatever a lower bound says. */
static void test_lower_bounds_bind_no_vectors(void **state) {
  gsl_rng *rng = limen_rng_alloc(11, "cuts", NULL);
  (void)state;
  for (size_t d = 1; d <= DIMENSIONS; d++)
    for (int unit = 0; unit < 2; unit++) {
      double point[POINTS][DIMENSIONS], normal[DIMENSIONS];
      struct limen_qrels qrels = {0};
      for (size_t p = 0; p < POINTS; p++) {
        random_row(rng, d, unit && d > 1, point[p]);
        want(&qrels, CUTS, p, 0);
      }
      for (size_t q = 0; q < CUTS; q++) {
        random_row(rng, d, true, normal);
        /* Half of the cuts are far out, where few points are. */
        const double from = q % 2 ? gsl_ran_flat(rng, .5, .99) : gsl_ran_flat(rng, -1, 1);
        for (size_t p = 0; p < POINTS; p++) {
          double score = 0;
          for (size_t i = 0; i < d; i++) score += normal[i] * point[p][i];
          if (score > from) want(&qrels, q, p, 1);
        }
      }
      struct limen_relevance_matrix matrix = matrix_of(&qrels, 0);
      const struct limen_dimension_range range = find(&matrix).range;
      if (range.lower > d || (unit && d > 1 && range.lower_unit > d))
        fail_msg("%zu dimensions do, %zu are asked for (unit %zu)", d, range.lower,
                 range.lower_unit);
    }
  limen_rng_free(rng);
}

/* The same twice, and no bound says nothing to everything. */
static void test_contract(void **state) {
  (void)state;
  for (size_t i = 0; limen_dimension_bound_at(i); i++) {
    const struct limen_dimension_bound *bound = limen_dimension_bound_at(i);
    struct limen_bound_value first = {LIMEN_BOUND_NONE, LIMEN_BOUND_NONE, ""}, second = first;
    struct limen_relevance_matrix matrix = pattern("random", 60, 2, 300, 1, 0);
    assert_true(strlen(bound->name) <= 14 && strlen(bound->about) > 10);
    assert_int_equal(bound->find(&matrix, &first, NULL), LIMEN_OK);
    assert_int_equal(bound->find(&matrix, &second, NULL), LIMEN_OK);
    assert_int_equal(first.any, second.any);
    assert_int_equal(first.unit, second.unit);
    assert_string_equal(first.words, second.words);
    assert_true(first.any != LIMEN_BOUND_NONE || first.unit != LIMEN_BOUND_NONE);
    limen_relevance_matrix_clear(&matrix);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_ones_are_one),
      cmocka_unit_test(test_level),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_nothing_is_asked),
      cmocka_unit_test(test_all_pairs),
      cmocka_unit_test(test_limit),
      cmocka_unit_test(test_orders_are_found),
      cmocka_unit_test(test_forster),
      cmocka_unit_test(test_dichotomies),
      cmocka_unit_test(test_lower_bounds_bind_no_vectors),
      cmocka_unit_test(test_contract),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
