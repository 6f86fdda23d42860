/* Means, nulls, families of tests, and ratios of variances. Check values marked (40 digits) were
 * computed from the definitions in 40-digit arithmetic. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "stats/distributions.h"
#include "stats/holm.h"
#include "stats/mean.h"
#include "stats/null.h"
#include "stats/variance_ratio.h"

static void near(double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance))
    fail_msg("%.17g is farther than %g from %.17g", got, tolerance, expected);
}

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

static const double five[] = {0.11, 0.32, 0.57, 0.93, 0.48};
static const double six[] = {0.22, 0.95, 0.41, 0.03, 0.77, 0.64};
static const double alike[] = {0.32, 0.32, 0.32};
static const double broken[] = {0.11, NAN, 0.57};

/* ---- distributions ---- */

static void test_f_quantiles(void **state) { /* (40 digits); GSL's inverse has none of 1, 3, 5 */
  (void)state;
  const struct {
    double tail, above, below, quantile;
  } cases[] = {{0.025, 1, 999, 5.039066447213993},
               {0.05, 4, 36, 2.6335320942137543},
               {0.975, 9, 39996, 0.300027151799712},
               {0.0005, 1.5, 2.5, 559.12867787984141},
               {0.5, 999, 1, 2.1965090382223053}};
  for (size_t i = 0; i < 5; i++)
    near(limen_f_quantile(cases[i].tail, cases[i].above, cases[i].below) / cases[i].quantile, 1,
         1e-10);
  /* The square of t; chi-square over its degrees where the other is infinite. */
  for (double df = 1; df < 2e5; df = 3 * df + 1) {
    near(limen_f_quantile(0.05, 1, df) / pow(gsl_cdf_tdist_Qinv(0.025, df), 2), 1, 1e-8);
    near(limen_f_quantile(0.3, df, HUGE_VAL) * df / gsl_cdf_chisq_Qinv(0.3, df), 1, 1e-12);
    for (double other = 2; other < 2e5; other *= 13)
      near(gsl_cdf_fdist_Q(limen_f_quantile(0.05, df, other), df, other), 0.05, 1e-9);
  }
}

static void test_t(void **state) {
  (void)state;
  near(limen_t_two_sided(-2.7764451051977987, 4), 0.05, 1e-14); /* tables: t_4 2.776 */
  near(limen_t_two_sided(0, 7), 1, 0);
  assert_true(isnan(limen_t_two_sided(NAN, 7)));
  near(limen_t_half_width(0.95, 4, 0.11), 2.7764451051977987 * 0.11, 1e-14);
}

/* ---- means ---- */

static void test_mean(void **state) { /* (40 digits) */
  (void)state;
  struct limen_mean got;
  assert_int_equal(LIMEN_OK, limen_mean_of(five, 5, 0.95, &got, NULL));
  assert_int_equal(got.n, 5);
  near(got.mean, 0.482, 1e-15);
  near(got.sd, 0.30540137524248315, 1e-15);
  near(got.se, 0.13657964709282273, 1e-15);
  near(got.sd_lower, 0.18297608464491261, 1e-14);
  near(got.sd_upper, 0.87758784248327382, 1e-13);
  near(got.lower, 0.10279410735949017, 1e-13);
  near(got.upper, 0.86120589264050983, 1e-13);
  near(got.coverage, 0.95, 0);
  assert_int_equal(LIMEN_OK, limen_mean_of(five, 5, 0.99, &got, NULL));
  near(got.lower, -0.14682565271085714, 1e-13);
}

static void test_mean_of_one(void **state) {
  (void)state;
  struct limen_mean got;
  assert_int_equal(LIMEN_OK, limen_mean_of(five, 1, 0.95, &got, NULL));
  near(got.mean, 0.11, 0);
  assert_true(isnan(got.sd) && isnan(got.se) && isnan(got.lower) && isnan(got.upper));
  assert_true(isnan(got.sd_lower) && isnan(got.sd_upper));
  assert_int_equal(LIMEN_OK, limen_mean_of(alike, 3, 0.95, &got, NULL));
  near(got.sd, 0, 0);
  near(got.sd_upper, 0, 0);
  near(got.lower, 0.32, 0);
}

static void test_mean_errors(void **state) {
  (void)state;
  struct limen_mean got;
  struct limen_error error;
  assert_int_equal(LIMEN_INPUT, limen_mean_of(five, 0, 0.95, &got, &error));
  says(&error, "a mean: 0 values were given, at least 1 is needed");
  assert_int_equal(LIMEN_INPUT, limen_mean_of(broken, 3, 0.95, &got, &error));
  says(&error, "a mean: value 2 of 3 is nan, not finite");
  assert_int_equal(LIMEN_INPUT, limen_mean_of(five, 5, 95, &got, &error));
  says(&error, "95 was given");
}

/* ---- nulls ---- */

static void test_null(void **state) { /* (40 digits) */
  (void)state;
  struct limen_null_test got;
  assert_int_equal(LIMEN_OK, limen_null_compare(five, 5, 0.66, 0.9, &got, NULL));
  near(got.mean, 0.482, 1e-15);
  near(got.sd, 0.30540137524248315, 1e-15);
  near(got.t, 0.53205728122273305, 1e-14);
  near(got.p, 0.62286547657410567, 1e-14);
  near(got.lower, -0.23121029024182878, 1e-13);
  near(got.upper, 1.1952102902418288, 1e-13);
  /* All six average 0.51167: .148 away, as the arm is, or more are .11, .32 and .93. */
  assert_int_equal(got.as_extreme, 3);
  near(got.p_rank, 4.0 / 6, 1e-15);

  assert_int_equal(LIMEN_OK, limen_null_compare(five, 5, 0.99, 0.9, &got, NULL));
  near(got.t, 1.5184556115794853, 1e-14);
  near(got.p, 0.20351426112748837, 1e-14);
  assert_int_equal(got.as_extreme, 1); /* .11 is .457 below 0.567, the arm .423 above it */
  assert_int_equal(LIMEN_OK, limen_null_compare(five, 5, 57, 0.9, &got, NULL));
  near(got.p_rank, got.p_floor, 0);
  near(got.p_floor, 1.0 / 6, 0);
  assert_int_equal(LIMEN_OK, limen_null_compare(five, 5, -57, 0.9, &got, NULL));
  near(got.p_rank, got.p_floor, 0);
}

static void test_null_without_spread(void **state) {
  (void)state;
  struct limen_null_test got;
  assert_int_equal(LIMEN_OK, limen_null_compare(alike, 3, 0.32, 0.9, &got, NULL));
  assert_true(isnan(got.t) && isnan(got.p));
  near(got.p_rank, 1, 0);
  assert_int_equal(LIMEN_OK, limen_null_compare(alike, 3, 0.57, 0.9, &got, NULL));
  assert_true(isnan(got.t) && isnan(got.p));
  near(got.p_rank, 0.25, 0);
}

static void test_null_errors(void **state) {
  (void)state;
  struct limen_null_test got;
  struct limen_error error;
  assert_int_equal(LIMEN_INPUT, limen_null_compare(five, 1, 0.5, 0.9, &got, &error));
  says(&error, "a null distribution: 1 value was given, at least 2 are needed");
  assert_int_equal(LIMEN_INPUT, limen_null_compare(broken, 3, 0.5, 0.9, &got, &error));
  says(&error, "a null distribution: value 2 of 3 is nan");
  assert_int_equal(LIMEN_INPUT, limen_null_compare(five, 5, NAN, 0.9, &got, &error));
  says(&error, "the value against the null: value 1 of 1 is nan");
  assert_int_equal(LIMEN_INPUT, limen_null_compare(five, 5, 0.5, -1, &got, &error));
  says(&error, "-1 was given");
}

/* One more value of the same kind: t and the prediction interval are right for normal values, the
 * rank is for any. 4000 runs know 5% to +-0.34 points; four deviations. */
static void test_null_holds_its_level(void **state) {
  (void)state;
  enum { RUNS = 4000, NULLS = 19 };
  size_t by_t = 0, outside = 0, by_rank = 0, by_rank_skewed = 0;
  double null[NULLS];
  struct limen_null_test got;
  gsl_rng *rng = limen_rng_alloc(1, "null", NULL);
  for (size_t run = 0; run < RUNS; run++) {
    for (size_t i = 0; i < NULLS; i++) null[i] = 0.9 + gsl_ran_gaussian(rng, 0.0026);
    double arm = 0.9 + gsl_ran_gaussian(rng, 0.0026);
    assert_int_equal(LIMEN_OK, limen_null_compare(null, NULLS, arm, 0.95, &got, NULL));
    by_t += got.p <= 0.05;
    outside += arm < got.lower || arm > got.upper;
    by_rank += got.p_rank <= 0.1;
    for (size_t i = 0; i < NULLS; i++) null[i] = gsl_ran_exponential(rng, 0.57);
    arm = gsl_ran_exponential(rng, 0.57);
    assert_int_equal(LIMEN_OK, limen_null_compare(null, NULLS, arm, 0.95, &got, NULL));
    by_rank_skewed += got.p_rank <= 0.1;
  }
  limen_rng_free(rng);
  near((double)by_t / RUNS, 0.05, 0.0138);
  assert_int_equal(by_t, outside);
  near((double)by_rank / RUNS, 0.1, 0.019);
  near((double)by_rank_skewed / RUNS, 0.1, 0.019);
}

/* ---- Holm ---- */

static void test_holm(void **state) {
  (void)state;
  struct limen_error error;
  double p[] = {0.011, 0.047, NAN, 0.032, 0.0057};
  assert_int_equal(LIMEN_OK, limen_holm(p, 5, NULL));
  near(p[4], 4 * 0.0057, 1e-17);
  near(p[0], 3 * 0.011, 1e-17);
  near(p[3], 2 * 0.032, 1e-17);
  near(p[1], 2 * 0.032, 0); /* 0.047 alone would be less than the one before it */
  assert_true(isnan(p[2]));
  double high[] = {0.57, 0.32, 0.32, 0, 1};
  assert_int_equal(LIMEN_OK, limen_holm(high, 5, NULL));
  near(high[0], 1, 0);
  near(high[1], 1, 0); /* 4 x 0.32 */
  near(high[3], 0, 0);
  double one = 0.11, wrong[] = {0.32, 1.1}, below[] = {-0.11};
  assert_int_equal(LIMEN_OK, limen_holm(&one, 1, NULL));
  near(one, 0.11, 0);
  assert_int_equal(LIMEN_OK, limen_holm(NULL, 0, NULL));
  assert_int_equal(LIMEN_INPUT, limen_holm(wrong, 2, &error));
  says(&error, "p value 2 of 2 is 1.1, outside [0, 1]");
  near(wrong[0], 0.32, 0);
  assert_int_equal(LIMEN_INPUT, limen_holm(below, 1, &error));
  says(&error, "p value 1 of 1 is -0.11");
}

/* Against the procedure itself: step down while p_(i) <= alpha / (m - i + 1), stop at the first
 * that is not. */
static void test_holm_rejects_as_the_procedure_does(void **state) {
  (void)state;
  enum { TESTS = 9 };
  gsl_rng *rng = limen_rng_alloc(1, "holm", NULL);
  for (size_t run = 0; run < 500; run++) {
    double p[TESTS], adjusted[TESTS];
    bool rejected[TESTS] = {0};
    for (size_t i = 0; i < TESTS; i++) p[i] = adjusted[i] = pow(gsl_rng_uniform(rng), 3);
    assert_int_equal(LIMEN_OK, limen_holm(adjusted, TESTS, NULL));
    for (size_t left = TESTS; left > 0; left--) {
      size_t smallest = TESTS;
      for (size_t i = 0; i < TESTS; i++)
        if (!rejected[i] && (smallest == TESTS || p[i] < p[smallest])) smallest = i;
      if (p[smallest] > 0.05 / (double)left) break;
      rejected[smallest] = true;
    }
    for (size_t i = 0; i < TESTS; i++) assert_true((adjusted[i] <= 0.05) == rejected[i]);
  }
  limen_rng_free(rng);
}

/* ---- ratios of variances ---- */

static void test_variance_ratio(void **state) { /* (40 digits) */
  (void)state;
  struct limen_variance_ratio got, turned;
  assert_int_equal(LIMEN_OK, limen_variance_ratio(six, 6, five, 5, 0.9, &got, NULL));
  near(got.sd, 0.34708308323320321, 1e-15);
  near(got.null_sd, 0.30540137524248315, 1e-15);
  near(got.ratio, 1.29159072227583, 1e-14);
  near(got.lower, 0.20645445286974391, 1e-12);
  near(got.upper, 6.7061557238531086, 1e-11);
  near(got.p, 0.82762648418996617, 1e-12);
  near(got.p_brown_forsythe, 0.52332188028256488, 1e-12);
  assert_int_equal(LIMEN_OK, limen_variance_ratio(five, 5, six, 6, 0.9, &turned, NULL));
  near(turned.ratio, 1 / got.ratio, 1e-14);
  near(turned.lower, 1 / got.upper, 1e-12);
  near(turned.p, got.p, 1e-12);
  near(turned.p_brown_forsythe, got.p_brown_forsythe, 1e-14);
}

static void test_variance_ratio_without_spread(void **state) {
  (void)state;
  struct limen_variance_ratio got;
  assert_int_equal(LIMEN_OK, limen_variance_ratio(six, 6, alike, 3, 0.9, &got, NULL));
  assert_true(isnan(got.ratio) && isnan(got.lower) && isnan(got.upper) && isnan(got.p));
  assert_true(got.p_brown_forsythe < 0.1);
  assert_int_equal(LIMEN_OK, limen_variance_ratio(alike, 3, six, 6, 0.9, &got, NULL));
  near(got.ratio, 0, 0);
  near(got.p, 0, 0);
  assert_int_equal(LIMEN_OK, limen_variance_ratio(alike, 3, alike, 3, 0.9, &got, NULL));
  assert_true(isnan(got.p_brown_forsythe));
}

static void test_variance_ratio_errors(void **state) {
  (void)state;
  struct limen_variance_ratio got;
  struct limen_error error;
  assert_int_equal(LIMEN_INPUT, limen_variance_ratio(six, 1, five, 5, 0.9, &got, &error));
  says(&error, "a variance: 1 value was given, at least 2 are needed");
  assert_int_equal(LIMEN_INPUT, limen_variance_ratio(six, 6, broken, 3, 0.9, &got, &error));
  says(&error, "the null's variance: value 2 of 3 is nan");
  assert_int_equal(LIMEN_INPUT, limen_variance_ratio(six, 6, five, 5, 1, &got, &error));
  says(&error, "1 was given");
}

/* With normal values both hold 5% (4000 runs, four deviations) and the interval covers; with
 * Student's t of 3 degrees F calls every fifth pair different, Brown and Forsythe do not. */
static void test_variance_ratio_holds_its_level(void **state) {
  (void)state;
  enum { RUNS = 4000, ARMS = 24, NULLS = 40 };
  double arms[ARMS], null[NULLS];
  size_t by_f[2] = {0}, robust[2] = {0}, covered = 0, found = 0;
  struct limen_variance_ratio got;
  gsl_rng *rng = limen_rng_alloc(1, "variance_ratio", NULL);
  for (size_t run = 0; run < RUNS; run++)
    for (size_t heavy = 0; heavy < 2; heavy++) {
      for (size_t i = 0; i < ARMS; i++)
        arms[i] = heavy ? gsl_ran_tdist(rng, 3) : gsl_ran_gaussian(rng, 0.32);
      for (size_t i = 0; i < NULLS; i++)
        null[i] = heavy ? gsl_ran_tdist(rng, 3) : gsl_ran_gaussian(rng, 0.32);
      assert_int_equal(LIMEN_OK, limen_variance_ratio(arms, ARMS, null, NULLS, 0.95, &got, NULL));
      by_f[heavy] += got.p <= 0.05;
      robust[heavy] += got.p_brown_forsythe <= 0.05;
      if (heavy) continue;
      covered += got.lower <= 1 && 1 <= got.upper;
      for (size_t i = 0; i < ARMS; i++) arms[i] *= 2.5;
      assert_int_equal(LIMEN_OK, limen_variance_ratio(arms, ARMS, null, NULLS, 0.95, &got, NULL));
      found += got.p_brown_forsythe <= 0.05;
    }
  limen_rng_free(rng);
  near((double)by_f[0] / RUNS, 0.05, 0.0138);
  near((double)covered / RUNS, 0.95, 0.0138);
  assert_true((double)robust[0] / RUNS < 0.0638 && (double)robust[1] / RUNS < 0.0638);
  assert_true((double)by_f[1] / RUNS > 0.15);
  assert_true((double)found / RUNS > 0.95);
}

static int quiet(void **state) {
  (void)state;
  gsl_set_error_handler_off();
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_f_quantiles),
      cmocka_unit_test(test_t),
      cmocka_unit_test(test_mean),
      cmocka_unit_test(test_mean_of_one),
      cmocka_unit_test(test_mean_errors),
      cmocka_unit_test(test_null),
      cmocka_unit_test(test_null_without_spread),
      cmocka_unit_test(test_null_errors),
      cmocka_unit_test(test_null_holds_its_level),
      cmocka_unit_test(test_holm),
      cmocka_unit_test(test_holm_rejects_as_the_procedure_does),
      cmocka_unit_test(test_variance_ratio),
      cmocka_unit_test(test_variance_ratio_without_spread),
      cmocka_unit_test(test_variance_ratio_errors),
      cmocka_unit_test(test_variance_ratio_holds_its_level),
  };
  return cmocka_run_group_tests(tests, quiet, NULL);
}
