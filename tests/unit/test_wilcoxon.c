/* Wilcoxon's signed-rank test: by hand, against all ways to sign the ranks, and where the normal
 * distribution takes over. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "stats/wilcoxon.h"

static void near(double got, double wanted, double tolerance) {
  if (!(fabs(got - wanted) <= tolerance)) fail_msg("%.15g in place of %.15g", got, wanted);
}

static struct limen_wilcoxon test_of(const double *differences, size_t n) {
  struct limen_wilcoxon out;
  struct limen_error error = {0};
  assert_int_equal(limen_wilcoxon_test(differences, n, &out, &error), LIMEN_OK);
  return out;
}

static void test_by_hand(void **state) {
  (void)state;
  /* Ranks 1, 2, 3, all positive: of 8 ways to sign them this and the opposite are as far out. */
  const double three[] = {0.32, 0.11, 0.57};
  struct limen_wilcoxon got = test_of(three, 3);
  assert_int_equal(got.n, 3);
  assert_true(got.exact);
  near(got.positive, 6, 0);
  near(got.p, 2.0 / 8, 0);

  /* Ranks 1.5, 1.5, 3, 4 and a difference of 0; the negative sum is 1.5, and {}, {1.5}, {1.5} of 16
   * are no larger. */
  const double tied[] = {0.11, 0, 0.57, -0.11, 0.32};
  got = test_of(tied, 5);
  assert_int_equal(got.n, 4);
  near(got.positive, 8.5, 0);
  near(got.p, 6.0 / 16, 0);

  /* Ranks 1, 2 of opposite signs: 1 against 2, and every way is as far out. */
  const double even[] = {0.11, -0.32};
  near(test_of(even, 2).p, 1, 0);

  /* Five of one sign cannot be told from chance at 5%, six can. */
  const double six[] = {-1.1, -2.3, -0.7, -0.9, -5.1, -0.2};
  near(test_of(six, 5).p, 0.0625, 0);
  near(test_of(six, 6).p, 0.03125, 0);
  near(test_of(six, 6).positive, 0, 0);

  const double none[] = {0, -0.0, 0};
  got = test_of(none, 3);
  assert_int_equal(got.n, 0);
  near(got.p, 1, 0);
  near(test_of(none, 0).p, 1, 0);
}

static uint32_t draw(uint32_t below) {
  static uint32_t random = 314159;
  random = random * 1664525 + 1013904223;
  return (random >> 8) % below;
}

/* The share of all 2^n signs whose positive sum is at least as far from the middle. */
static double by_all_signs(const double *d, size_t n, double positive) {
  double rank[16], total = 0;
  size_t extreme = 0;
  for (size_t i = 0; i < n; i++) {
    double below = 0, same = 0;
    for (size_t j = 0; j < n; j++) {
      below += fabs(d[j]) < fabs(d[i]);
      same += fabs(d[j]) == fabs(d[i]);
    }
    total += rank[i] = below + (same + 1) / 2;
  }
  for (size_t signs = 0; signs < (size_t)1 << n; signs++) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
      if (signs >> i & 1) sum += rank[i];
    extreme += fabs(sum - total / 2) >= fabs(positive - total / 2);
  }
  return (double)extreme / (double)((size_t)1 << n);
}

static void test_against_all_signs(void **state) {
  (void)state;
  for (size_t turn = 0; turn < 300; turn++) {
    double d[12];
    const size_t n = 1 + draw(12);
    const uint32_t values = 1 + draw(20); /* few: many ties */
    for (size_t i = 0; i < n; i++) d[i] = (1 + draw(values)) * (draw(3) ? 0.25 : -0.25);
    const struct limen_wilcoxon got = test_of(d, n);
    assert_true(got.exact);
    near(got.p, by_all_signs(d, n, got.positive), 1e-15);
  }
}

/* 60 differences 1 .. 60, the ones divisible by 3 negative: n = 60, positive 1200, mean 915,
 * variance 60 * 61 * 121 / 24 = 18452.5, z = 284.5 / 135.84. */
static void test_many(void **state) {
  (void)state;
  double d[60];
  for (size_t i = 0; i < 60; i++) d[i] = (i + 1) % 3 == 0 ? -(double)(i + 1) : (double)(i + 1);
  struct limen_wilcoxon got = test_of(d, 60);
  assert_false(got.exact);
  near(got.positive, 1830 - 630, 0);
  near(got.p, erfc(284.5 / sqrt(2 * 18452.5)), 1e-15);

  /* All of one size: ranks 30.5; ties take (60^3 - 60) / 48 off the variance. */
  for (size_t i = 0; i < 60; i++) d[i] = i < 40 ? 0.5 : -0.5;
  got = test_of(d, 60);
  near(got.positive, 40 * 30.5, 0);
  near(got.p, erfc((305 - 0.5) / sqrt(2 * (18452.5 - (216000.0 - 60) / 48))), 1e-15);
}

/* The last exact one, worked out from plain sums of ranks elsewhere, and what the normal
 * distribution would have said, which is .0025 off. */
static void test_border(void **state) {
  (void)state;
  double d[LIMEN_WILCOXON_EXACT_MOST + 1];
  for (size_t i = 0; i <= LIMEN_WILCOXON_EXACT_MOST; i++)
    d[i] = (i * 7 + 3) % 5 < 2 ? -(double)(i + 1) : (double)(i + 1);
  const double n = LIMEN_WILCOXON_EXACT_MOST;
  const struct limen_wilcoxon exact = test_of(d, LIMEN_WILCOXON_EXACT_MOST),
                              normal = test_of(d, LIMEN_WILCOXON_EXACT_MOST + 1);
  assert_true(exact.exact);
  assert_false(normal.exact);
  near(exact.positive, 755, 0);
  near(exact.p, 0.26120880915335754, 1e-14);
  const double away = fabs(exact.positive - n * (n + 1) / 4) - 0.5;
  near(erfc(away / sqrt(n * (n + 1) * (2 * n + 1) / 12)), 0.2587149633810971, 1e-14);
}

static void test_not_finite(void **state) {
  (void)state;
  struct limen_wilcoxon out;
  struct limen_error error = {0};
  const double d[] = {0.11, INFINITY};
  assert_int_equal(limen_wilcoxon_test(d, 2, &out, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "difference 2 of 2 is inf; only finite ones rank");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),    cmocka_unit_test(test_against_all_signs),
      cmocka_unit_test(test_many),       cmocka_unit_test(test_border),
      cmocka_unit_test(test_not_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
