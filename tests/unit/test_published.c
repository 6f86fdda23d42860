/* The sums were added up from the source, apart from the tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limits/loss.h"
#include "limits/published.h"
#include "limits/query_rule.h"

static void test_tables(void **state) {
  (void)state;
  const struct {
    const char *name;
    size_t count;
    double first_d, last_d, sum_n, sum_dn;
  } expected[] = {{"weller2025", 42, 4, 45, 9276, 314706},
                  {"reproduction", 22, 9, 30, 2610, 59695}};
  for (size_t t = 0; t < 2; t++) {
    const struct limen_published *table = limen_published_find(expected[t].name);
    assert_non_null(table);
    assert_ptr_equal(table, limen_published_at(t));
    assert_int_equal(expected[t].count, table->count);
    assert_int_equal(2, table->k);
    assert_true(strlen(table->source) > 0 && strlen(table->label) > 0);
    double sum_n = 0, sum_dn = 0;
    for (size_t i = 0; i < table->count; i++) {
      assert_true(table->points[i].d == expected[t].first_d + (double)i);
      if (i > 0) assert_true(table->points[i].n > table->points[i - 1].n);
      sum_n += table->points[i].n;
      sum_dn += table->points[i].n * table->points[i].d;
    }
    assert_true(table->points[table->count - 1].d == expected[t].last_d);
    assert_true(sum_n == expected[t].sum_n && sum_dn == expected[t].sum_dn);
  }
  assert_null(limen_published_find("nobody"));
}

/* Tables of other trainings: the sums, and names that our registries know. */
static void test_other_trainings(void **state) {
  (void)state;
  const struct {
    const char *name;
    size_t count;
    double sum_d, sum_n;
  } expected[] = {{"sigmoid2026", 4, 30, 420}, {"centroid2026", 7, 92, 1270}};
  size_t all = 2;
  for (size_t t = 0; t < 2; t++) {
    const struct limen_published *table = limen_published_at(all++);
    assert_non_null(table);
    assert_string_equal(table->name, expected[t].name);
    assert_int_equal(table->count, expected[t].count);
    double sum_d = 0, sum_n = 0;
    for (size_t i = 0; i < table->count; i++) {
      if (i > 0) assert_true(table->points[i].d > table->points[i - 1].d);
      sum_d += table->points[i].d;
      sum_n += table->points[i].n;
    }
    assert_true(sum_d == expected[t].sum_d && sum_n == expected[t].sum_n);
    assert_non_null(limen_loss_find(table->loss));
    if (table->query_rule) assert_non_null(limen_query_rule_find(table->query_rule));
  }
  assert_null(limen_published_at(all));
}

/* The paper's own extrapolations, as rounded there: 500k, 1.7M, 4M, 107M, 250M. */
static void test_cubic(void **state) {
  (void)state;
  const struct {
    double d, n, rounded_by;
  } printed[] = {{512, 500e3, 0.03},
                 {768, 1.7e6, 0.01},
                 {1024, 4e6, 0.01},
                 {3072, 107e6, 0.01},
                 {4096, 250e6, 0.03}};
  assert_int_equal(limen_published_extrapolated.count, 5);
  for (size_t i = 0; i < 5; i++)
    assert_true(limen_published_n(&limen_published_extrapolated, printed[i].d) == printed[i].n);
  for (size_t i = 0; i < 5; i++)
    assert_true(fabs(limen_published_cubic_at(printed[i].d) / printed[i].n - 1) <
                printed[i].rounded_by);
  for (double n = 1; n < 1e12; n *= 57)
    assert_true(fabs(limen_published_cubic_at(limen_published_cubic_d(n)) / n - 1) < 1e-6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tables),
      cmocka_unit_test(test_other_trainings),
      cmocka_unit_test(test_cubic),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
