/* Patterns of relevance: hand-worked cases, what holds for every pattern, and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/pattern.h"
#include "data/relevance.h"

static void expect(const char *name, size_t n, size_t k, size_t queries, size_t count,
                   const uint32_t *wanted) {
  struct limen_relevance made;
  struct limen_error error;
  assert_int_equal(limen_pattern_find(name)->make(n, k, queries, 7, &made, &error), LIMEN_OK);
  assert_int_equal(made.documents, n);
  assert_int_equal(made.k, k);
  assert_int_equal(made.queries, count);
  assert_memory_equal(made.relevant, wanted, count * k * sizeof *wanted);
  limen_relevance_clear(&made);
  assert_null(made.relevant);
}

static void test_by_hand(void **state) {
  (void)state;
  expect("all", 4, 2, 0, 6, (uint32_t[]){0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3});
  expect("all", 4, 3, 4, 4, (uint32_t[]){0, 1, 2, 0, 1, 3, 0, 2, 3, 1, 2, 3});
  expect("all", 3, 3, 0, 1, (uint32_t[]){0, 1, 2});
  expect("all", 3, 1, 0, 3, (uint32_t[]){0, 1, 2});
  expect("dense", 5, 3, 7, 7,
         (uint32_t[]){0, 1, 2, 0, 1, 3, 0, 1, 4, 0, 2, 3, 0, 2, 4, 0, 3, 4, 1, 2, 3});
  expect("cycle", 5, 3, 0, 5, (uint32_t[]){0, 1, 2, 1, 2, 3, 2, 3, 4, 0, 3, 4, 0, 1, 4});
  expect("cycle", 3, 3, 2, 2, (uint32_t[]){0, 1, 2, 0, 1, 2});
  expect("disjoint", 8, 3, 0, 2, (uint32_t[]){0, 1, 2, 3, 4, 5});
}

/* Weller et al. 2025: of the 46 documents 37 are wanted 45 times, 2 38 times and 7 37 times. */
static void test_limit_degrees(void **state) {
  (void)state;
  struct limen_relevance limit;
  assert_int_equal(limen_pattern_find("dense")->make(46, 2, 1000, 0, &limit, NULL), LIMEN_OK);
  size_t degree[46] = {0}, with[46] = {0};
  for (size_t i = 0; i < 2000; i++) degree[limit.relevant[i]]++;
  for (size_t i = 0; i < 46; i++) with[degree[i]]++;
  assert_int_equal(with[45], 37);
  assert_int_equal(with[38], 2);
  assert_int_equal(with[37], 7);
  limen_relevance_clear(&limit);
}

static void check_queries(const struct limen_relevance *made) {
  for (size_t q = 0; q < made->queries; q++)
    for (size_t r = 0; r < made->k; r++) {
      const uint32_t *wanted = made->relevant + q * made->k;
      assert_true(wanted[r] < made->documents);
      if (r > 0) assert_true(wanted[r] > wanted[r - 1]);
    }
}

static void test_every_pattern(void **state) {
  (void)state;
  for (size_t i = 0; limen_pattern_name(i); i++) {
    const struct limen_pattern *pattern = limen_pattern_at(i);
    struct limen_relevance a, b;
    struct limen_error error;
    assert_ptr_equal(limen_pattern_find(limen_pattern_name(i)), pattern);
    assert_true(strlen(pattern->about) > 10);
    for (size_t k = 1; k <= 11; k += 5) {
      assert_int_equal(pattern->make(11, k, 0, 5, &a, &error), LIMEN_OK);
      assert_int_equal(pattern->make(11, k, 0, 5, &b, &error), LIMEN_OK);
      assert_int_equal(a.queries, b.queries);
      assert_memory_equal(a.relevant, b.relevant, a.queries * k * sizeof *a.relevant);
      check_queries(&a);
      limen_relevance_clear(&a);
      limen_relevance_clear(&b);
    }
  }
  assert_null(limen_pattern_find("none"));
}

static int by_query(const void *a, const void *b) { return memcmp(a, b, 3 * sizeof(uint32_t)); }

/* Distinct, and different for another seed; few of many subsets, more than half of them, and all.
 */
static void test_random(void **state) {
  (void)state;
  const size_t queries[] = {0, 150, 280, 286};
  for (size_t i = 0; i < 4; i++) {
    struct limen_relevance a, b;
    assert_int_equal(limen_pattern_find("random")->make(13, 3, queries[i], 3, &a, NULL), LIMEN_OK);
    assert_int_equal(limen_pattern_find("random")->make(13, 3, queries[i], 4, &b, NULL), LIMEN_OK);
    assert_int_equal(a.queries, queries[i] ? queries[i] : 13);
    assert_memory_not_equal(a.relevant, b.relevant, a.queries * 3 * sizeof *a.relevant);
    check_queries(&a);
    qsort(a.relevant, a.queries, 3 * sizeof *a.relevant, by_query);
    for (size_t q = 1; q < a.queries; q++)
      assert_memory_not_equal(a.relevant + q * 3, a.relevant + q * 3 - 3, 3 * sizeof *a.relevant);
    limen_relevance_clear(&a);
    limen_relevance_clear(&b);
  }
}

/* Each of the 10 pairs of 5 documents is one of 3 queries with probability 3/10, by either method;
 * over 3000 seeds a count of 900 has a standard deviation of 25. */
static void test_random_is_even(void **state) {
  (void)state;
  for (size_t queries = 3; queries <= 7; queries += 4) {
    size_t count[5][5] = {{0}};
    for (uint64_t seed = 0; seed < 3000; seed++) {
      struct limen_relevance made;
      assert_int_equal(limen_pattern_find("random")->make(5, 2, queries, seed, &made, NULL), 0);
      for (size_t q = 0; q < queries; q++) count[made.relevant[2 * q]][made.relevant[2 * q + 1]]++;
      limen_relevance_clear(&made);
    }
    for (size_t i = 0; i < 5; i++)
      for (size_t j = i + 1; j < 5; j++)
        assert_in_range(count[i][j], 300 * queries - 125, 300 * queries + 125);
  }
}

static void test_binomial(void **state) {
  (void)state;
  assert_int_equal(limen_binomial(46, 2), 1035);
  assert_int_equal(limen_binomial(333, 2), 55278);
  assert_int_equal(limen_binomial(7, 7), 1);
  assert_int_equal(limen_binomial(7, 0), 1);
  assert_int_equal(limen_binomial(7, 8), 0);
  assert_int_equal(limen_binomial(67, 33), 14226520737620288370u);
  assert_true(limen_binomial(68, 34) == SIZE_MAX);
  assert_true(limen_binomial(SIZE_MAX, 2) == SIZE_MAX);
}

static void refuse(const char *name, size_t n, size_t k, size_t queries, const char *text) {
  struct limen_relevance made;
  struct limen_error error = {0};
  assert_int_equal(limen_pattern_find(name)->make(n, k, queries, 7, &made, &error), LIMEN_USAGE);
  assert_non_null(strstr(error.text, text));
  assert_null(made.relevant);
}

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; limen_pattern_name(i); i++) {
    refuse(limen_pattern_name(i), 5, 0, 0, "k is 0, but a query of 5 documents wants 1 to 5");
    refuse(limen_pattern_name(i), 5, 6, 0, "k is 6, but a query of 5 documents wants 1 to 5");
    refuse(limen_pattern_name(i), 0, 1, 0, "k is 1");
  }
  refuse("all", 5, 2, 9, "9 queries were asked for, but it has one for each of the 10 subsets");
  refuse("dense", 5, 2, 11, "pattern dense: 11 queries were asked for, but n = 5 and k = 2 give");
  refuse("random", 5, 2, 11, "1 to 10");
  refuse("cycle", 5, 2, 6, "1 to 5");
  refuse("disjoint", 5, 2, 3, "1 to 2");
  refuse("all", 100000, 2, 0, "4999950000 queries with 2 relevant documents each are beyond");
  refuse("all", 1000, 500, 0, "more queries with 500 relevant documents each are beyond");
  refuse("random", 100000, 2, (size_t)1 << 31, "the limit of 2147483648");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),        cmocka_unit_test(test_limit_degrees),
      cmocka_unit_test(test_every_pattern),  cmocka_unit_test(test_random),
      cmocka_unit_test(test_random_is_even), cmocka_unit_test(test_binomial),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
