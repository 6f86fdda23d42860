/* Changes by hand: paired, unpaired, from intervals, without spread; what noise needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "gate/change.h"
#include "gate/design.h"
#include "stats/distributions.h"
#include "stats/skewed.h"
#include "unit/gate_world.h"

static const double more[] = {0.57, 0.32, 0.71, 0.64}, less[] = {0.50, 0.37, 0.65, 0.66};
static const struct limen_table first = {more, 1, 4}, second = {less, 1, 4};

/* ---- skewed t ---- */

static void test_skew(void **state) {
  (void)state;
  near(limen_skew_correct(1.7, 0), 1.7, 0);
  /* 1.7 + .3 2.89 / 3 + .09 4.913 / 27 + .05 */
  near(limen_skew_correct(1.7, 0.3), 2.0553766666666667, 1e-14);
  for (double t = -4; t <= 4; t += 0.32) {
    near(limen_skew_undo(limen_skew_correct(t, 0.57), 0.57), t, 1e-12);
    near(limen_skew_undo(limen_skew_correct(t, -0.11), -0.11), t, 1e-12);
    near(limen_skew_correct(-t, -0.32), -limen_skew_correct(t, 0.32), 1e-14);
  }
  /* A single loss among many: skewness 1, and a 99% bound beyond six of it (Poisson: 6.64). */
  near(limen_skew_undo(2.3263478740408408, -1), 6.41, 0.02);
}

/* ---- changes ---- */

/* Gains .07 -.05 .06 -.02: mean .015, variance .0035, third cumulant of the mean -2.5e-6. */
static void test_paired(void **state) {
  (void)state;
  struct limen_change change;
  double lower, upper;
  assert_int_equal(limen_change_paired(&second, &first, 1, true, &change, NULL), LIMEN_OK);
  near(change.gain, 0.015, 1e-15);
  near(change.se, sqrt(0.000875), 1e-15);
  near(change.df, 3, 1e-12);
  near(change.skewness, -0.09658905768325905, 1e-12);
  near(change.noise.change, 0.0035, 1e-15);
  assert_int_equal(change.queries, 4);
  limen_change_bounds(&change, 0.05, &lower, &upper);
  near(lower, -0.0612414191145475, 1e-9);
  near(upper, 0.07950271558845211, 1e-9);
  near(limen_change_p_more(&change, lower), 0.05, 1e-9);
  near(limen_change_p_less(&change, upper), 0.05, 1e-9);
  near(limen_change_p_more(&change, 0) + limen_change_p_less(&change, 0), 1, 1e-12);

  /* Where less is better the same is a loss; and from the other side it is one too. */
  struct limen_change turned;
  assert_int_equal(limen_change_paired(&second, &first, -1, true, &turned, NULL), LIMEN_OK);
  near(turned.gain, -0.015, 1e-15);
  near(turned.skewness, -change.skewness, 1e-12);
  near(limen_change_p_less(&turned, -0.01), limen_change_p_more(&change, 0.01), 1e-12);
  assert_int_equal(limen_change_paired(&first, &second, 1, true, &turned, NULL), LIMEN_OK);
  near(limen_change_p_less(&turned, -0.01), limen_change_p_more(&change, 0.01), 1e-12);
}

/* Welch's test of two samples of four. */
static void test_unpaired(void **state) {
  (void)state;
  struct limen_change change;
  assert_int_equal(limen_change_unpaired(&second, &first, 1, true, &change, NULL), LIMEN_OK);
  double variance[2] = {0, 0};
  for (int q = 0; q < 4; q++) {
    variance[0] += pow(more[q] - 0.56, 2) / 3;
    variance[1] += pow(less[q] - 0.545, 2) / 3;
  }
  near(change.gain, 0.015, 1e-15);
  near(change.se, sqrt((variance[0] + variance[1]) / 4), 1e-15);
  /* Welch's degrees of freedom. */
  near(change.df,
       pow(variance[0] + variance[1], 2) / (pow(variance[0], 2) / 3 + pow(variance[1], 2) / 3),
       1e-12);
  near(change.noise.change, variance[0] + variance[1], 1e-15);
}

/* .90 [.88, .91] became .87 [.84, .89]. */
static void test_intervals(void **state) {
  (void)state;
  const struct limen_bounded old = {0.90, 0.88, 0.91}, new = {0.87, 0.84, 0.89};
  struct limen_change change;
  double lower, upper;
  limen_change_of_intervals(&old, &new, 1, 0.95, &change);
  near(change.gain, -0.03, 1e-15);
  near(change.se, 0.01613436616750115, 1e-9);
  near(change.se_above, 0.01443101580976213, 1e-9);
  limen_change_bounds(&change, 0.025, &lower, &upper);
  near(lower, -0.03 - hypot(0.03, 0.01), 1e-9);
  near(upper, -0.03 + hypot(0.02, 0.02), 1e-9);
  limen_change_of_intervals(&old, &new, -1, 0.95, &change);
  near(change.gain, 0.03, 1e-15);
  near(change.se, 0.01443101580976213, 1e-9);
  /* Whole numbers are known to half of one. */
  const struct limen_bounded nine = {9, 9, 9}, eight = {8, 8, 9};
  limen_change_of_intervals(&nine, &eight, 1, 0.95, &change);
  near(change.se, hypot(0.5, 0.5) / 1.959963984540054, 1e-9);
  near(change.se_above, hypot(1, 0.5) / 1.959963984540054, 1e-9);
}

/* Everything changed alike: a share r of other queries goes unmet with (1 - r)^Q. */
static void test_no_spread(void **state) {
  (void)state;
  static double ones[1000], nines[1000];
  const struct limen_table all = {ones, 1, 1000}, fewer = {nines, 1, 1000};
  struct limen_change change;
  double lower, upper;
  for (size_t i = 0; i < 1000; i++) ones[i] = 1, nines[i] = 0.89;
  assert_int_equal(limen_change_paired(&all, &all, 1, true, &change, NULL), LIMEN_OK);
  near(change.se, 0, 0);
  near(limen_change_p_more(&change, -0.005), pow(0.995, 1000), 1e-12);
  limen_change_bounds(&change, 0.01, &lower, &upper);
  near(lower, -(1 - pow(0.01, 0.001)), 1e-12);
  near(upper, 1 - pow(0.01, 0.001), 1e-12);
  near(limen_change_p_more(&change, 0), 1, 0);
  assert_int_equal(limen_change_paired(&all, &fewer, 1, true, &change, NULL), LIMEN_OK);
  /* The mean change -.11 over .995 of all, and at best 1 over the rest, comes to -.005 or more from
   * r = .105 / 1.11 on. */
  if (change.se == 0)
    near(limen_change_p_less(&change, -0.005), pow(1 - 0.105 / 1.11, 1000), 1e-12);
  assert_true(limen_change_p_less(&change, -0.005) < 1e-9);
  assert_true(limen_change_p_more(&change, -0.005) > 0.999);
  /* What is no share and does not vary is known. */
  assert_int_equal(limen_change_paired(&all, &all, 1, false, &change, NULL), LIMEN_OK);
  near(limen_change_p_more(&change, -0.005), 0, 0);
  near(limen_change_p_less(&change, -0.005), 1, 0);
  near(limen_change_smallest_drop(&change, 0.05, 0.01, 0.95), 0.05, 0);
}

static void test_refused(void **state) {
  (void)state;
  const struct limen_table one = {more, 4, 1};
  struct limen_change change;
  struct limen_error error;
  assert_int_equal(limen_change_paired(&one, &one, 1, true, &change, &error), LIMEN_INPUT);
  says(&error, "at least 1 build and 2 queries are needed; 4 and 1 were given");
  assert_int_equal(limen_change_unpaired(&one, &first, 1, true, &change, &error), LIMEN_INPUT);
}

/* ---- noise ---- */

static void test_noise(void **state) {
  (void)state;
  const struct limen_noise noise = {
      .change = 0.001, .side = {{0.0018 * 0.0018, 0.0135, 5}, {0, 0.02, 10}}, .queries = 1000};
  double df;
  /* (.001 + .0135 / 5 + .02 / 10) / 1000 + .00000324 / 5 */
  near(limen_noise_se(&noise, &df), sqrt(5.7e-6 + 6.48e-7), 1e-12);
  const double squares[2] = {(3.24e-6 + 1.35e-5) / 5, 2e-5 / 10};
  near(df,
       pow(6.348e-6, 2) / (pow(squares[0], 2) / 4 + pow(squares[1], 2) / 9 + pow(1e-6, 2) / 999),
       1e-6);
  near(limen_noise_reach(1e9, 0.01, 0.95), 2.3263478740408408 + 1.6448536269514722, 1e-6);
  assert_int_equal(limen_noise_least_queries(0.005, 0.01), 919); /* ln .01 / ln .995 = 918.7 */
  assert_int_equal(limen_noise_least_queries(0.5, 0.01), 7);
  assert_int_equal(limen_noise_least_queries(1, 0.01), 1);
  assert_int_equal(limen_noise_least_queries(0, 0.01), 1000000000);
}

/* The fewest: one less is not enough. */
static void test_needs(void **state) {
  (void)state;
  const double margin = 0.005;
  for (size_t builds = 7; builds <= 50; builds += 13) {
    struct limen_noise noise = limen_spread_noise(&limen_spread_typical, builds, 2);
    const size_t queries = limen_noise_queries(&noise, margin, 0.01, 0.95);
    double df, se;
    assert_true(queries > 100);
    noise.queries = queries;
    se = limen_noise_se(&noise, &df);
    assert_true(se * limen_noise_reach(df, 0.01, 0.95) <= margin);
    noise.queries = queries - 1;
    se = limen_noise_se(&noise, &df);
    assert_true(se * limen_noise_reach(df, 0.01, 0.95) > margin);
  }
  struct limen_noise noise = limen_spread_noise(&limen_spread_typical, 5, 4000);
  const size_t builds = limen_noise_builds(&noise, margin, 0.01, 0.95);
  assert_true(builds > 5 && builds < 15);
  /* Builds that differ too much: no number of queries helps; and nothing helps beside nothing. */
  noise.side[0].build = 0.01;
  assert_int_equal(limen_noise_queries(&noise, margin, 0.01, 0.95), 0);
  noise.change = 1;
  noise.queries = 100;
  assert_int_equal(limen_noise_builds(&noise, margin, 0.01, 0.95), 0);
  assert_int_equal(limen_noise_queries(&noise, 0, 0.01, 0.95), 0);
}

static void test_design(void **state) {
  (void)state;
  const struct limen_aim aim = {0.01, 0.005, 0.01, 1, 0.95}, many = {0.01, 0.005, 0.01, 20, 0.95};
  const struct limen_need one = limen_design_need(&limen_spread_typical, true, &aim, 10);
  const struct limen_need twenty = limen_design_need(&limen_spread_typical, true, &many, 10);
  assert_int_equal(one.builds, 10);
  assert_int_equal(one.to_catch, one.to_pass); /* both are half a point away */
  assert_true(one.to_catch > 3000 && one.to_catch < 5000);
  assert_true(twenty.to_catch > 2 * one.to_catch && twenty.to_pass == one.to_pass);
  near(limen_design_smallest_drop(&limen_spread_typical, &aim, 10, one.to_catch), 0.01, 1e-5);
  /* Rare kinds of queries want some hundreds of queries whatever the spread. */
  const struct limen_spread calm = {0.001, 0, 0.4};
  assert_int_equal(limen_design_need(&calm, true, &aim, 10).to_pass, 919);
  assert_int_equal(limen_design_need(&calm, false, &aim, 10).to_pass, 30);
  assert_int_equal(limen_design_need(&calm, true, &aim, 10).to_catch, 30);
}

static void test_spread(void **state) {
  (void)state;
  static const double two[] = {0.57, 0.32, 0.71, 0.64, 0.50, 0.37, 0.65, 0.66};
  struct limen_measured measured;
  struct limen_spread spread;
  struct limen_error error;
  bool assumed;
  start(&measured, "here");
  const struct limen_number *number = put_sample(&measured, "a", two, 2, 4, true);
  assert_int_equal(limen_spread_of(number, &spread, &assumed, NULL), LIMEN_OK);
  assert_false(assumed);
  /* Residual: half the variance of the differences .07 -.05 .06 -.02. */
  near(spread.query_sd * spread.query_sd * (1 - spread.shared), 0.0035 / 2, 1e-12);
  number = put_sample(&measured, "b", two, 1, 4, true);
  assert_int_equal(limen_spread_of(number, &spread, &assumed, NULL), LIMEN_OK);
  assert_true(assumed && spread.build_sd == limen_spread_typical.build_sd);
  number = put_sample(&measured, "c", two, 1, 4, false);
  assert_int_equal(limen_spread_of(number, &spread, &assumed, NULL), LIMEN_OK);
  assert_true(assumed && spread.build_sd == 0);
  number = put_number(&measured, "d", "documents", 9, 8, 10);
  assert_int_equal(limen_spread_of(number, &spread, &assumed, &error), LIMEN_INPUT);
  says(&error, "d has nothing but an interval, from which no number of queries follows");
  number = put_sample(&measured, "e", two, 2, 1, true);
  assert_int_equal(limen_spread_of(number, &spread, &assumed, &error), LIMEN_INPUT);
  says(&error, "e: at least 1 build and 2 queries are needed");
  limen_measured_clear(&measured);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_skew),      cmocka_unit_test(test_paired),
      cmocka_unit_test(test_unpaired),  cmocka_unit_test(test_intervals),
      cmocka_unit_test(test_no_spread), cmocka_unit_test(test_refused),
      cmocka_unit_test(test_noise),     cmocka_unit_test(test_needs),
      cmocka_unit_test(test_design),    cmocka_unit_test(test_spread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
