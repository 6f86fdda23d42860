/* Check values marked (30 digits) were computed from the definitions in 30-digit arithmetic. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/interval.h"

static void near(double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance))
    fail_msg("%.17g is farther than %g from %.17g", got, tolerance, expected);
}

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

static void test_wilson(void **state) {
  (void)state;
  const struct {
    size_t successes, trials;
    double confidence, lower, upper; /* (30 digits) */
  } cases[] = {{8, 10, 0.95, 0.490162471536642, 0.943317848545625},
               {23, 37, 0.9, 0.486465033692468, 0.740203567642888},
               {0, 7, 0.95, 0, 0.354330435066687},
               {7, 7, 0.95, 0.645669564933313, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_interval got;
    assert_int_equal(LIMEN_OK, limen_interval_wilson(cases[i].successes, cases[i].trials,
                                                     cases[i].confidence, &got, NULL));
    near(got.estimate, (double)cases[i].successes / (double)cases[i].trials, 1e-15);
    near(got.lower, cases[i].lower, 1e-13);
    near(got.upper, cases[i].upper, 1e-13);
    near(got.coverage, cases[i].confidence, 0);
    assert_true(got.lower >= 0 && got.upper <= 1);
  }
}

/* With the standard error of independent trials it is Wilson's interval of as many. */
static void test_share(void **state) {
  (void)state;
  static const size_t cases[][2] = {{1, 9}, {7, 11}, {997, 1000}, {41233, 41234}};
  const double z = 1.959963984540054;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_interval wilson;
    double n = (double)cases[i][1], p = (double)cases[i][0] / n, lower, upper;
    assert_int_equal(LIMEN_OK,
                     limen_interval_wilson(cases[i][0], cases[i][1], 0.95, &wilson, NULL));
    limen_interval_share(p, z * sqrt(p * (1 - p) / n), &lower, &upper);
    assert_true(fabs(lower - wilson.lower) < 1e-14 && fabs(upper - wilson.upper) < 1e-14);
  }
  double lower, upper;
  limen_interval_share(0.57, 1e-5, &lower, &upper);
  assert_true(fabs(lower - 0.56999) < 1e-9 && fabs(upper - 0.57001) < 1e-9);
  limen_interval_share(0.0011, 3, &lower, &upper); /* knows nothing */
  assert_true(lower >= 0 && lower < 1e-6 && upper <= 1 && upper > 0.99);
}

static void test_clopper_pearson(void **state) {
  (void)state;
  const struct {
    size_t successes, trials;
    double confidence, lower, upper; /* (30 digits), the first known from tables: .4439, .9748 */
  } cases[] = {{8, 10, 0.95, 0.443904537692358, 0.974789273673167},
               {23, 37, 0.9, 0.47319662549024, 0.754726842252065},
               {3, 1000, 0.99, 0.000338144529066493, 0.0109337774204052},
               {0, 7, 0.95, 0, 0.409616397225003}};
  struct limen_interval got, mirror;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t s = cases[i].successes, n = cases[i].trials;
    assert_int_equal(LIMEN_OK,
                     limen_interval_clopper_pearson(s, n, cases[i].confidence, &got, NULL));
    near(got.lower, cases[i].lower, 1e-13);
    near(got.upper, cases[i].upper, 1e-13);
    assert_int_equal(LIMEN_OK,
                     limen_interval_clopper_pearson(n - s, n, cases[i].confidence, &mirror, NULL));
    near(mirror.lower, 1 - got.upper, 1e-13);
    near(mirror.upper, 1 - got.lower, 1e-13);
  }
}

/* GSL's own inverse returns NaN here. Between large counts both intervals are close to normal. */
static void test_clopper_pearson_of_many(void **state) {
  (void)state;
  const size_t cases[][2] = {
      {1000, 1000000}, {100000, 1000000}, {100000, 200001}, {9900000, 10000000}};
  for (size_t i = 0; i < 4; i++) {
    struct limen_interval exact, score;
    assert_int_equal(LIMEN_OK,
                     limen_interval_clopper_pearson(cases[i][0], cases[i][1], 0.95, &exact, NULL));
    assert_int_equal(LIMEN_OK, limen_interval_wilson(cases[i][0], cases[i][1], 0.95, &score, NULL));
    double width = score.upper - score.lower;
    near(exact.lower, score.lower, 0.02 * width);
    near(exact.upper, score.upper, 0.02 * width);
    assert_true(exact.upper - exact.lower > width);
  }
}

static void test_proportion_errors(void **state) {
  (void)state;
  struct limen_interval got;
  struct limen_error error;
  assert_int_equal(LIMEN_INPUT, limen_interval_wilson(0, 0, 0.95, &got, &error));
  says(&error, "a proportion of no trials has no interval");
  assert_int_equal(LIMEN_INPUT, limen_interval_clopper_pearson(12, 11, 0.95, &got, &error));
  says(&error, "12 successes are more than the 11 trials");
  assert_int_equal(LIMEN_INPUT, limen_interval_wilson(3, 11, 95, &got, &error));
  says(&error, "a confidence lies between 0 and 1, both excluded; 95 was given");
  assert_int_equal(LIMEN_INPUT, limen_interval_wilson(3, 11, NAN, &got, &error));
  says(&error, "nan was given");
  assert_int_equal(LIMEN_INPUT,
                   limen_interval_clopper_pearson(5000000, 10000000, 0.95, &got, &error));
  says(&error, "5000000 successes and 5000000 failures are too many");
  says(&error, "take Wilson's");
}

static const double unsorted[] = {0.57, 0.11, 0.93, 0.32, 0.48, 0.71, 0.15, 0.86, 0.29};

static void test_quantile(void **state) {
  (void)state;
  double got;
  assert_int_equal(LIMEN_OK, limen_quantile(unsorted, 9, 0.5, &got, NULL));
  near(got, 0.48, 0);
  assert_int_equal(LIMEN_OK, limen_quantile(unsorted, 4, 0.5, &got, NULL)); /* .11 .32 .57 .93 */
  near(got, 0.445, 1e-15);
  assert_int_equal(LIMEN_OK, limen_quantile(unsorted, 4, 0.9, &got, NULL)); /* at 1 + 2.7 */
  near(got, 0.57 + 0.7 * 0.36, 1e-15);
  assert_int_equal(LIMEN_OK, limen_quantile(unsorted, 9, 0, &got, NULL));
  near(got, 0.11, 0);
  assert_int_equal(LIMEN_OK, limen_quantile(unsorted, 9, 1, &got, NULL));
  near(got, 0.93, 0);
  const double wide[] = {-1.7e308, 1.7e308};
  assert_int_equal(LIMEN_OK, limen_quantile(wide, 2, 0.25, &got, NULL));
  near(got / 1e308, -0.85, 1e-12);
  near(unsorted[0], 0.57, 0); /* the caller's order stands */

  struct limen_error error;
  const double holed[] = {0.11, NAN, 0.57};
  assert_int_equal(LIMEN_INPUT, limen_quantile(unsorted, 0, 0.5, &got, &error));
  says(&error, "no values were given");
  assert_int_equal(LIMEN_INPUT, limen_quantile(holed, 3, 0.5, &got, &error));
  says(&error, "value 2 of 3 is nan");
  assert_int_equal(LIMEN_INPUT, limen_quantile(unsorted, 9, 1.5, &got, &error));
  says(&error, "a quantile's share lies in [0, 1]; 1.5 was given");
}

static void test_median_interval(void **state) {
  (void)state;
  struct limen_interval got;
  /* n = 9: .11 .15 .29 .32 .48 .57 .71 .86 .93; coverages by hand from Binomial(9, 1/2). */
  assert_int_equal(LIMEN_OK, limen_interval_median(unsorted, 9, 0.95, &got, NULL));
  near(got.estimate, 0.48, 0);
  near(got.lower, 0.15, 0);
  near(got.upper, 0.86, 0);
  near(got.coverage, 1 - 2 * (1 + 9) / 512.0, 1e-14);
  assert_int_equal(LIMEN_OK, limen_interval_median(unsorted, 9, 0.5, &got, NULL));
  near(got.lower, 0.29, 0);
  near(got.upper, 0.71, 0);
  near(got.coverage, 1 - 2 * (1 + 9 + 36) / 512.0, 1e-14);
  assert_int_equal(LIMEN_OK, limen_interval_median(unsorted, 9, 0.2, &got, NULL));
  near(got.lower, 0.32, 0);
  near(got.upper, 0.57, 0);
  near(got.coverage, 1 - 2 * (1 + 9 + 36 + 84) / 512.0, 1e-14);

  /* Too few: min .. max, and what that is worth. */
  assert_int_equal(LIMEN_OK, limen_interval_median(unsorted, 5, 0.95, &got, NULL));
  near(got.lower, 0.11, 0);
  near(got.upper, 0.93, 0);
  near(got.coverage, 0.9375, 0);
  assert_int_equal(LIMEN_OK, limen_interval_median(unsorted, 1, 0.95, &got, NULL));
  near(got.lower, 0.57, 0);
  near(got.upper, 0.57, 0);
  near(got.coverage, 0, 0);
  assert_int_equal(LIMEN_OK, limen_interval_median(unsorted, 1, 1e-9, &got, NULL));
  near(got.coverage, 0, 0);
}

/* Past n = 1074 the mass 2^-n is no double any more. */
static void test_median_interval_of_many(void **state) {
  (void)state;
  static double values[1200];
  for (size_t i = 0; i < 1200; i++) values[i] = (double)((i * 77) % 1200);
  struct limen_interval got;
  assert_int_equal(LIMEN_OK, limen_interval_median(values, 1200, 0.95, &got, NULL));
  near(got.estimate, 599.5, 0);
  near(got.lower, 565, 0); /* rank 566 (30 digits) */
  near(got.upper, 634, 0);
  near(got.coverage, 0.953658479964078, 1e-11);
}

static void test_median_errors(void **state) {
  (void)state;
  struct limen_interval got;
  struct limen_error error;
  const double holed[] = {0.11, 0.32, INFINITY};
  assert_int_equal(LIMEN_INPUT, limen_interval_median(unsorted, 0, 0.95, &got, &error));
  says(&error, "no values were given, at least 1 is needed");
  assert_int_equal(LIMEN_INPUT, limen_interval_median(holed, 3, 0.95, &got, &error));
  says(&error, "value 3 of 3 is inf; only finite values have ranks");
  assert_int_equal(LIMEN_INPUT, limen_interval_median(unsorted, 9, 1, &got, &error));
  says(&error, "1 was given");
}

/* The share of rows whose value is below another column's: pairs must stay pairs. */
static double share_below(const size_t *rows, size_t n, const void *data) {
  const double(*pairs)[2] = data;
  size_t below = 0;
  for (size_t i = 0; i < n; i++) below += pairs[rows[i]][0] < pairs[rows[i]][1];
  return (double)below / (double)n;
}

static double variance(const size_t *rows, size_t n, const void *data) {
  const double *values = data;
  double mean = limen_statistic_mean(rows, n, data), sum = 0;
  for (size_t i = 0; i < n; i++) sum += (values[rows[i]] - mean) * (values[rows[i]] - mean);
  return sum > 0 ? sum / (double)(n - 1) : NAN;
}

/* A resampled share of m in n is Binomial(n, m/n)/n, whose quantiles are known. */
static void test_bootstrap_of_a_share(void **state) {
  (void)state;
  double pairs[40][2];
  for (size_t i = 0; i < 40; i++) {
    pairs[i][0] = 0.32 + (double)i;
    pairs[i][1] = (i % 10 < 3 ? 0.57 : 0.11) + (double)i;
  }
  const struct limen_bootstrap settings = {
      .resamples = 20000, .confidence = 0.9, .seed = 7, .stream = "test/share"};
  struct limen_interval got;
  assert_int_equal(LIMEN_OK,
                   limen_interval_bootstrap(share_below, pairs, 40, &settings, &got, NULL));
  near(got.estimate, 0.3, 1e-15);
  /* Binomial(40, .3): P(X <= 6) = .0238, P(X <= 7) = .0553; P(X <= 16) = .9367, P(X <= 17) = .9680.
   */
  near(got.lower, 7 / 40.0, 1e-15);
  near(got.upper, 17 / 40.0, 1e-15);
  near(got.coverage, 0.9, 0);
}

static void test_bootstrap_is_a_function_of_its_seed(void **state) {
  (void)state;
  struct limen_bootstrap settings = {
      .resamples = LIMEN_BOOTSTRAP_DEFAULT, .confidence = 0.95, .seed = 11, .stream = "test/mean"};
  struct limen_interval first, again, other;
  assert_int_equal(LIMEN_OK, limen_interval_bootstrap(limen_statistic_mean, unsorted, 9, &settings,
                                                      &first, NULL));
  assert_int_equal(LIMEN_OK, limen_interval_bootstrap(limen_statistic_mean, unsorted, 9, &settings,
                                                      &again, NULL));
  settings.seed = 12;
  assert_int_equal(LIMEN_OK, limen_interval_bootstrap(limen_statistic_mean, unsorted, 9, &settings,
                                                      &other, NULL));
  assert_memory_equal(&first, &again, sizeof first);
  assert_true(first.lower != other.lower);
  /* Sum 4.42; the resampled mean has the standard error s/sqrt n with s^2 the mean square, .0880.
   */
  double error = 0;
  for (size_t i = 0; i < 9; i++) error += (unsorted[i] - 4.42 / 9) * (unsorted[i] - 4.42 / 9);
  error = sqrt(error) / 9;
  near(first.estimate, 4.42 / 9, 1e-15);
  near(first.lower, 4.42 / 9 - 1.96 * error, 0.15 * error);
  near(first.upper, 4.42 / 9 + 1.96 * error, 0.15 * error);
}

static void test_bootstrap_errors(void **state) {
  (void)state;
  struct limen_bootstrap settings = {
      .resamples = 100, .confidence = 0.95, .seed = 1, .stream = "test/errors"};
  struct limen_interval got;
  struct limen_error error;
  assert_int_equal(LIMEN_INPUT, limen_interval_bootstrap(limen_statistic_mean, unsorted, 1,
                                                         &settings, &got, &error));
  says(&error, "a bootstrap needs at least 2 rows, 1 was given");
  const double same[] = {0.11, 0.11, 0.11};
  assert_int_equal(LIMEN_INPUT,
                   limen_interval_bootstrap(variance, same, 3, &settings, &got, &error));
  says(&error, "the statistic is undefined on these 3 rows");
  assert_int_equal(LIMEN_INPUT,
                   limen_interval_bootstrap(variance, unsorted, 2, &settings, &got, &error));
  says(&error, "the statistic is undefined on resample ");
  settings.resamples = 99;
  assert_int_equal(LIMEN_INPUT, limen_interval_bootstrap(limen_statistic_mean, unsorted, 9,
                                                         &settings, &got, &error));
  says(&error, "a bootstrap takes 100 to 1000000 resamples; 99 were asked for");
  settings.resamples = 100;
  settings.confidence = 0;
  assert_int_equal(LIMEN_INPUT, limen_interval_bootstrap(limen_statistic_mean, unsorted, 9,
                                                         &settings, &got, &error));
  says(&error, "0 was given");
}

int main(void) {
  gsl_set_error_handler_off();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_wilson),
      cmocka_unit_test(test_share),
      cmocka_unit_test(test_clopper_pearson),
      cmocka_unit_test(test_clopper_pearson_of_many),
      cmocka_unit_test(test_proportion_errors),
      cmocka_unit_test(test_quantile),
      cmocka_unit_test(test_median_interval),
      cmocka_unit_test(test_median_interval_of_many),
      cmocka_unit_test(test_median_errors),
      cmocka_unit_test(test_bootstrap_of_a_share),
      cmocka_unit_test(test_bootstrap_is_a_function_of_its_seed),
      cmocka_unit_test(test_bootstrap_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
