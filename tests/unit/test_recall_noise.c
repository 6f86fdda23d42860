/* Components of the spread of recall, on a table worked out by hand and on many of known spread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/rng.h"
#include "experiments/kinds/recall/report_noise.h"
#include "stats/distributions.h"

/* Two orders, three seeds, two queries. */
static const double first[] = {.57, .32, .61, .11, .83, .29, .44, .37, .58, .05, .71, .46};
static const double second[] = {.51, .30, .66, .20, .80, .21, .40, .31, .60, .15, .77, .38};

static void expect_near(double value, double expected) {
  if (!(fabs(value - expected) < 1e-12)) fail_msg("%.15g in place of %.15g", value, expected);
}

/* Means over queries: .445 .36 .56 and .405 .315 .585. Their mean squares: order .0006, seed
 * .0282125, residual .0007625, so that the component of order is below 0. */
static void a_table_splits_into_its_components(void **state) {
  struct recall_noise noise = {0};
  (void)state;
  assert_int_equal(recall_noise_of(first, 2, 3, 2, &noise, NULL), LIMEN_OK);
  expect_near(noise.recall, .445);
  expect_near(noise.order.variance, 0);
  assert_true(noise.order.truncated);
  expect_near(noise.seed.variance, .013725);
  expect_near(noise.residual.variance, .0007625);
  expect_near(noise.query.variance, 0.030226666666666666);
  /* What a build varies by keeps the negative part: .013725 + .0007625 - .0000541667. */
  expect_near(noise.build, 0.014433333333333333);
  expect_near(noise.interaction, 0.022783333333333333);
  expect_near(noise.own, 0.0030416666666666667);
}

static void engines_are_compared_over_queries_and_builds(void **state) {
  struct limen_reported number;
  double per_query;
  (void)state;
  assert_int_equal(recall_noise_difference(first, second, 2, 3, 2, &number, &per_query, NULL),
                   LIMEN_OK);
  expect_near(number.value, .025 / 6);
  expect_near(per_query, 3.4722222222222222e-05);
  double half = limen_t_half_width(.95, 1.8298535999018444, 0.034054694569504246);
  assert_true(fabs(number.upper - number.value - half) < 1e-9);
  assert_true(fabs(number.value - number.lower - half) < 1e-9);
}

static void what_never_varies_has_no_spread(void **state) {
  const double same[] = {.7, .9, .7, .9, .7, .9, .7, .9};
  struct recall_noise noise = {0};
  struct limen_reported number;
  double per_query;
  (void)state;
  assert_int_equal(recall_noise_of(same, 2, 2, 2, &noise, NULL), LIMEN_OK);
  expect_near(noise.order.variance + noise.seed.variance + noise.residual.variance, 0);
  expect_near(noise.build + noise.own + noise.interaction, 0);
  expect_near(noise.query.variance, .01); /* variance .02 over two queries */
  assert_int_equal(recall_noise_difference(same, same, 2, 2, 2, &number, &per_query, NULL),
                   LIMEN_OK);
  expect_near(number.lower, 0);
  expect_near(number.upper, 0);
}

/* 6 orders, 5 seeds, 20 queries; spreads .3, .2, .1, and .5 of builds on single queries. */
static void known_spreads_are_found_on_average(void **state) {
  enum { ORDERS = 6, SEEDS = 5, QUERIES = 20, TABLES = 400 };
  static double values[ORDERS * SEEDS * QUERIES];
  gsl_rng *rng = limen_rng_alloc(7, "test/noise", NULL);
  double build = 0, own = 0, interaction = 0, query = 0;
  (void)state;
  assert_non_null(rng);
  for (int t = 0; t < TABLES; t++) {
    double order[ORDERS], seed[SEEDS], ask[QUERIES];
    for (int i = 0; i < ORDERS; i++) order[i] = .3 * gsl_ran_gaussian(rng, 1);
    for (int i = 0; i < SEEDS; i++) seed[i] = .2 * gsl_ran_gaussian(rng, 1);
    for (int i = 0; i < QUERIES; i++) ask[i] = .8 * gsl_ran_gaussian(rng, 1);
    for (int o = 0; o < ORDERS; o++)
      for (int s = 0; s < SEEDS; s++) {
        double both = .1 * gsl_ran_gaussian(rng, 1);
        for (int q = 0; q < QUERIES; q++)
          values[(o * SEEDS + s) * QUERIES + q] =
              order[o] + seed[s] + both + ask[q] + .5 * gsl_ran_gaussian(rng, 1);
      }
    struct recall_noise noise = {0};
    assert_int_equal(recall_noise_of(values, ORDERS, SEEDS, QUERIES, &noise, NULL), LIMEN_OK);
    build += noise.build / TABLES;
    own += noise.own / TABLES;
    interaction += noise.interaction / TABLES;
    query += noise.query.variance / TABLES;
  }
  limen_rng_free(rng);
  /* Four standard errors over 400 tables: a variance of .09 from 6 orders has an SD of .057. */
  assert_true(fabs(own - .14) < .014);
  assert_true(fabs(build - (.14 + .25 / QUERIES)) < .014);
  assert_true(fabs(interaction - .25) < .004);
  assert_true(fabs(query - .64 / QUERIES) < .0023);
}

/* own .0001, interaction .02: at 8 builds a side, 2 own / 8 = .000025 is all that .005^2 allows. */
static void builds_can_be_too_few_for_any_queries(void **state) {
  const struct recall_noise noise = {.own = .0001, .interaction = .02};
  (void)state;
  assert_true(isinf(recall_queries_needed(&noise, 0, 1, .005)));
  assert_true(isinf(recall_queries_needed(&noise, 0, 7, .005)));
  /* (.03 + .002) / (.000025 - .00001) and (.002) / .000015, rounded up */
  expect_near(recall_queries_needed(&noise, .03, 20, .005), 2134);
  expect_near(recall_queries_needed(&noise, 0, 20, .005), 134);
}

static void words_fit_the_size_of_a_spread(void **state) {
  struct limen_text text = {0};
  (void)state;
  recall_print_sd(.0026 * .0026, .0019 * .0019, .0041 * .0041, &text);
  limen_text_add(&text, "; ");
  recall_print_sd(0, 0, .0004 * .0004, &text);
  limen_text_add(&text, "; ");
  recall_print_sd(.0123 * .0123, NAN, NAN, &text);
  assert_string_equal(limen_text_string(&text), "0.26 [0.19, 0.41]; 0.000 [0.000, 0.040]; 1.23");
  limen_text_clear(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_table_splits_into_its_components),
      cmocka_unit_test(engines_are_compared_over_queries_and_builds),
      cmocka_unit_test(what_never_varies_has_no_spread),
      cmocka_unit_test(known_spreads_are_found_on_average),
      cmocka_unit_test(builds_can_be_too_few_for_any_queries),
      cmocka_unit_test(words_fit_the_size_of_a_spread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
