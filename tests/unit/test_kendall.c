/* Kendall's tau by hand and against another way to count. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "stats/kendall.h"

static struct limen_kendall tau_of(const double *first, const double *second, size_t n) {
  struct limen_kendall out;
  struct limen_error error = {0};
  assert_int_equal(limen_kendall(first, second, n, &out, &error), LIMEN_OK);
  return out;
}

static void near(double got, double wanted) {
  if (!(fabs(got - wanted) <= 1e-15)) fail_msg("%.17g in place of %.17g", got, wanted);
}

/* Of six pairs the second turns round those of its first three; the third only .32 and .57. */
static void test_by_hand(void **state) {
  const double first[] = {.11, .32, .57, .83}, second[] = {.42, .35, .29, .61};
  (void)state;
  struct limen_kendall got = tau_of(first, second, 4);
  assert_int_equal(got.concordant, 3);
  assert_int_equal(got.discordant, 3);
  near(got.tau, 0);
  const double third[] = {.29, .42, .35, .61};
  got = tau_of(first, third, 4);
  assert_int_equal(got.discordant, 1);
  near(got.tau, 4.0 / 6);
}

/* Ten pairs. The first ties things 0, 1; the second 1, 2 and 3, 4. In the same order: 0-2, 0-3,
 * 0-4, 1-3, 1-4; 2-3 and 2-4 are turned round. */
static void test_ties(void **state) {
  const double first[] = {.11, .11, .32, .21, .19}, second[] = {.05, .23, .23, .7, .7};
  (void)state;
  struct limen_kendall got = tau_of(first, second, 5);
  assert_int_equal(got.concordant, 5);
  assert_int_equal(got.discordant, 2);
  assert_int_equal(got.tied_first, 1);
  assert_int_equal(got.tied_second, 2);
  assert_int_equal(got.tied_both, 0);
  near(got.tau, 3 / sqrt(9.0 * 8));

  /* A pair tied on both sides counts nowhere; equal rankings with ties give 1 itself. */
  const double same[] = {.3, .1, .3, .7, .1, .2, .9};
  got = tau_of(same, same, 7);
  assert_int_equal(got.tied_both, 2);
  assert_true(got.tau == 1);
  const double turned[] = {-.3, -.1, -.3, -.7, -.1, -.2, -.9};
  assert_true(tau_of(same, turned, 7).tau == -1);
}

static void test_all_ties_have_no_tau(void **state) {
  const double flat[] = {.5, .5, .5}, some[] = {.1, .2, .4};
  (void)state;
  struct limen_kendall got = tau_of(flat, some, 3);
  assert_int_equal(got.tied_first, 3);
  assert_true(isnan(got.tau));
  assert_true(isnan(tau_of(some, flat, 3).tau));
  assert_true(isnan(tau_of(flat, flat, 3).tau));
}

static uint32_t draw(uint32_t below) {
  static uint32_t random = 271828;
  random = random * 1664525 + 1013904223;
  return (random >> 8) % below;
}

static int sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

/* tau-b is the correlation of the signs over all ordered pairs. */
static void test_correlation_of_signs(void **state) {
  (void)state;
  for (size_t round = 0; round < 200; round++) {
    double first[12], second[12], xy = 0, xx = 0, yy = 0;
    const size_t n = 2 + draw(11);
    for (size_t i = 0; i < n; i++) first[i] = draw(6), second[i] = draw(9) * .1;
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++) {
        const int x = sign(first[i] - first[j]), y = sign(second[i] - second[j]);
        xy += x * y;
        xx += x * x;
        yy += y * y;
      }
    const struct limen_kendall got = tau_of(first, second, n);
    assert_int_equal(
        got.concordant + got.discordant + got.tied_first + got.tied_second + got.tied_both,
        n * (n - 1) / 2);
    if (xx == 0 || yy == 0)
      assert_true(isnan(got.tau));
    else
      near(got.tau, xy / sqrt(xx * yy));
  }
}

static void test_errors(void **state) {
  const double some[] = {.1, NAN}, good[] = {.1, .2};
  struct limen_kendall out;
  struct limen_error error = {0};
  (void)state;
  assert_int_equal(limen_kendall(good, good, 1, &out, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "the first ranking"));
  assert_int_equal(limen_kendall(good, some, 2, &out, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "the second ranking"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_ties),
      cmocka_unit_test(test_all_ties_have_no_tau),
      cmocka_unit_test(test_correlation_of_signs),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
