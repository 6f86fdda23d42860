/* The fit against closed forms, and against a maximisation of the penalised likelihood that shares
 * nothing with it: golden sections in long double, in the units of x as given. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/logistic.h"

static void near(double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance))
    fail_msg("%.17g is farther than %g from %.17g", got, tolerance, expected);
}

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

struct sample {
  const struct limen_trials *groups;
  size_t count;
  double x_centre; /* near the middle of x, so that golden sections know where to look */
  double held;     /* half point of a profile */
};

static long double penalised(const struct sample *sample, long double b0, long double b1) {
  long double sum = 0, i00 = 0, i01 = 0, i11 = 0;
  for (size_t i = 0; i < sample->count; i++) {
    const struct limen_trials *g = &sample->groups[i];
    long double x = g->x, p = 1 / (1 + expl(-(b0 + b1 * x))), m = g->trials, s = g->successes;
    if (s > 0) sum += s * logl(p);
    if (s < m) sum -= (m - s) * logl(1 + expl(b0 + b1 * x));
    i00 += m * p * (1 - p);
    i01 += m * p * (1 - p) * x;
    i11 += m * p * (1 - p) * x * x;
  }
  return sum + logl(i00 * i11 - i01 * i01) / 2;
}

/* The highest value of f over [low, high]; `where` may be NULL. */
static long double golden(long double (*f)(const struct sample *, long double, long double),
                          const struct sample *sample, long double other, long double low,
                          long double high, long double *where) {
  const long double share = (sqrtl(5) - 1) / 2;
  long double a = high - share * (high - low), b = low + share * (high - low);
  long double fa = f(sample, a, other), fb = f(sample, b, other);
  for (int i = 0; i < 90; i++) {
    if (fa > fb) {
      high = b, b = a, fb = fa;
      a = high - share * (high - low);
      fa = f(sample, a, other);
    } else {
      low = a, a = b, fa = fb;
      b = low + share * (high - low);
      fb = f(sample, b, other);
    }
  }
  if (where) *where = (low + high) / 2;
  return fmaxl(fa, fb);
}

/* l* with the logit at x_centre as its first argument. */
static long double at_centre(const struct sample *sample, long double logit, long double slope) {
  return penalised(sample, logit - slope * (long double)sample->x_centre, slope);
}

static long double best_for_slope(const struct sample *sample, long double slope,
                                  long double unused) {
  (void)unused;
  return golden(at_centre, sample, slope, -20, 20, NULL);
}

static long double with_half_held(const struct sample *sample, long double slope,
                                  long double unused) {
  (void)unused;
  return penalised(sample, -slope * (long double)sample->held, slope);
}

static const struct limen_trials mixed[] = {{28, 3, 3},   {26, 3, 3}, {29, 3, 1}, {27.5, 3, 2},
                                            {31.3, 4, 1}, {33, 3, 0}, {28, 1, 0}, {30, 0, 0}};
static const struct limen_trials rising[] = {
    {0.11, 5, 1}, {0.32, 7, 2}, {0.57, 6, 5}, {0.93, 4, 4}};
static const struct limen_trials separated[] = {{44, 1, 1}, {46, 2, 2}, {49, 1, 0}, {52.5, 2, 0}};

static void check_against_brute_force(const struct limen_trials *groups, size_t count,
                                      double centre, double low, double high) {
  struct sample sample = {.groups = groups, .count = count, .x_centre = centre};
  struct limen_logistic fit;
  struct limen_logistic_settings settings = limen_logistic_defaults;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(groups, count, &settings, &fit, NULL));
  assert_true(fit.fitted && fit.converged);

  long double slope, logit;
  long double best = golden(best_for_slope, &sample, 0, low, high, &slope);
  golden(at_centre, &sample, slope, -20, 20, &logit);
  near(fit.slope, (double)slope, 1e-6 * fabs((double)slope));
  near(fit.intercept + fit.slope * centre, (double)logit, 1e-6);
  near(fit.penalised, (double)best, 1e-12 * fabs((double)best));
  near(fit.half.estimate, centre - (double)(logit / slope), 1e-5);

  /* Both ends of the interval cost what the chi-squared quantile allows. */
  double allowed = gsl_cdf_chisq_Pinv(settings.confidence, 1);
  const double ends[] = {fit.half.lower, fit.half.upper};
  assert_true(fit.half.lower < fit.half.estimate && fit.half.estimate < fit.half.upper);
  for (size_t i = 0; i < 2; i++) {
    sample.held = ends[i];
    near((double)(2 * (best - golden(with_half_held, &sample, 0, low, high, NULL))), allowed, 1e-6);
  }
}

static void test_against_brute_force(void **state) {
  (void)state;
  check_against_brute_force(mixed, 8, 29, -8, 0);
  check_against_brute_force(rising, 4, 0.4, 0, 40);
  check_against_brute_force(separated, 4, 47.5, -8, 0);
}

/* Two x make the model saturated: Firth's estimate is (s + 1/2)/(m + 1) at each of them. */
static void test_two_points_in_closed_form(void **state) {
  (void)state;
  const struct limen_trials data[] = {{0.32, 9, 7}, {0.57, 11, 2}};
  struct limen_logistic fit;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(data, 2, &limen_logistic_defaults, &fit, NULL));
  double p = 7.5 / 10, q = 2.5 / 12, lp = log(p / (1 - p)), lq = log(q / (1 - q));
  double slope = (lq - lp) / 0.25, intercept = lp - slope * 0.32;
  near(fit.slope, slope, 1e-7);
  near(fit.intercept, intercept, 1e-7);
  near(fit.half.estimate, 0.32 + 0.25 * lp / (lp - lq), 1e-8);
  double vp = 1 / (9 * p * (1 - p)), vq = 1 / (11 * q * (1 - q));
  near(fit.slope_variance, (vp + vq) / 0.0625, 1e-6);
  /* intercept = (lp .57 - lq .32) / .25 */
  near(fit.intercept_variance, (vp * 0.57 * 0.57 + vq * 0.32 * 0.32) / 0.0625, 1e-6);
  near(fit.covariance, -(vp * 0.57 + vq * 0.32) / 0.0625, 1e-6);
  near(limen_logistic_chance(&fit, 0.32), p, 1e-8);
  near(limen_logistic_chance(&fit, 0.57), q, 1e-8);
  assert_int_equal(LIMEN_MIXED, fit.outcome);
  assert_int_equal(20, fit.trials);
  assert_int_equal(9, fit.successes);
}

/* Single 0/1 outcomes, in any order, are the same data as groups. */
static void test_single_trials_are_groups(void **state) {
  (void)state;
  struct limen_trials single[22];
  size_t count = 0;
  for (size_t g = 4; g-- > 0;)
    for (size_t t = 0; t < rising[g].trials; t++)
      single[count++] = (struct limen_trials){rising[g].x, 1, t < rising[g].successes};
  assert_int_equal(22, count);
  struct limen_logistic grouped, one_by_one;
  assert_int_equal(LIMEN_OK,
                   limen_logistic_fit(rising, 4, &limen_logistic_defaults, &grouped, NULL));
  assert_int_equal(LIMEN_OK,
                   limen_logistic_fit(single, 22, &limen_logistic_defaults, &one_by_one, NULL));
  near(one_by_one.slope, grouped.slope, 1e-7);
  near(one_by_one.intercept, grouped.intercept, 1e-7);
  near(one_by_one.half.upper, grouped.half.upper, 1e-7);
}

/* Units of x change nothing but units: here tau in place of n, with an offset that cancels badly.
 */
static void test_units_of_x(void **state) {
  (void)state;
  struct limen_trials moved[8];
  for (size_t i = 0; i < 8; i++) {
    moved[i] = mixed[i];
    moved[i].x = 1e6 + 1e-3 * mixed[i].x;
  }
  struct limen_logistic fit, far;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(mixed, 8, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_OK, limen_logistic_fit(moved, 8, &limen_logistic_defaults, &far, NULL));
  near(far.slope, 1e3 * fit.slope, 1e-3);
  near((far.half.estimate - 1e6) * 1e3, fit.half.estimate, 1e-5);
  near((far.half.lower - 1e6) * 1e3, fit.half.lower, 1e-5);
  near((far.half.upper - 1e6) * 1e3, fit.half.upper, 1e-5);
}

static void test_separation(void **state) {
  (void)state;
  struct limen_logistic fit;
  assert_int_equal(LIMEN_OK,
                   limen_logistic_fit(separated, 4, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_SEPARATED, fit.outcome);
  assert_false(fit.rising);
  near(fit.separated_low, 46, 0);
  near(fit.separated_high, 49, 0);
  assert_true(fit.slope < 0 && isfinite(fit.slope));
  assert_true(fit.half.estimate > 46 && fit.half.estimate < 49);
  assert_true(fit.half.lower < 46 && fit.half.upper > 49);

  /* The other way round, with the gap's edges given first and last. */
  const struct limen_trials up[] = {{0.57, 2, 2}, {0.11, 3, 0}, {0.93, 1, 1}, {0.32, 1, 0}};
  assert_int_equal(LIMEN_OK, limen_logistic_fit(up, 4, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_SEPARATED, fit.outcome);
  assert_true(fit.rising && fit.slope > 0);
  near(fit.separated_low, 0.32, 0);
  near(fit.separated_high, 0.57, 0);

  /* Meeting at one x is no gap, though maximum likelihood would diverge here as well. */
  const struct limen_trials touching[] = {{11, 3, 3}, {13, 4, 2}, {17, 3, 0}};
  assert_int_equal(LIMEN_OK, limen_logistic_fit(touching, 3, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_MIXED, fit.outcome);
  assert_true(isnan(fit.separated_low) && isnan(fit.separated_high));
  assert_true(fit.converged && fit.half.estimate > 12 && fit.half.estimate < 15);
}

/* Two trials are the least that a line can be put through; mirror images share a half point. */
static void test_two_trials(void **state) {
  (void)state;
  const struct limen_trials data[] = {{11, 1, 1}, {18, 1, 0}};
  struct limen_logistic fit;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(data, 2, &limen_logistic_defaults, &fit, NULL));
  assert_true(fit.converged && fit.iterations < 20);
  near(fit.slope, -2 * log(3) / 7, 1e-8); /* chances 3/4 and 1/4 */
  near(fit.half.estimate, 14.5, 1e-7);
  /* Two trials exclude no slope. */
  assert_true(fit.half.lower == -INFINITY && fit.half.upper == INFINITY);
}

static void test_no_half_point(void **state) {
  (void)state;
  struct limen_logistic fit;
  const struct limen_trials good[] = {{11, 3, 3}, {13, 4, 4}}, bad[] = {{11, 3, 0}, {13, 4, 0}};
  assert_int_equal(LIMEN_OK, limen_logistic_fit(good, 2, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_ALL_SUCCESSES, fit.outcome);
  assert_true(fit.fitted && fit.converged);
  near(limen_logistic_chance(&fit, 11), 3.5 / 4, 1e-8);
  assert_true(isnan(fit.half.estimate) && isnan(fit.half.lower) && isnan(fit.half.upper));
  assert_int_equal(LIMEN_OK, limen_logistic_fit(bad, 2, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_ALL_FAILURES, fit.outcome);
  near(limen_logistic_chance(&fit, 13), 0.5 / 5, 1e-8);
  assert_true(isnan(fit.half.estimate));

  /* One x carries no slope; 0.1 + 0.2 style rounding of its mean must not invent one. */
  const struct limen_trials one[] = {{0.1, 3, 2}, {0.1, 7, 1}, {0.7, 0, 0}};
  assert_int_equal(LIMEN_OK, limen_logistic_fit(one, 3, &limen_logistic_defaults, &fit, NULL));
  assert_int_equal(LIMEN_MIXED, fit.outcome);
  assert_false(fit.fitted);
  assert_true(isnan(fit.slope) && isnan(fit.half.estimate));
  assert_true(isnan(limen_logistic_chance(&fit, 0.1)));
  assert_int_equal(10, fit.trials);

  /* A slope of exactly 0. */
  const struct limen_trials flat[] = {{11, 4, 3}, {13, 4, 3}};
  assert_int_equal(LIMEN_OK, limen_logistic_fit(flat, 2, &limen_logistic_defaults, &fit, NULL));
  assert_true(fit.converged && isnan(fit.half.estimate));
  near(fit.slope, 0, 1e-8);
}

/* A weak slope does not exclude 0: the half point may lie anywhere, and the interval says so. */
static void test_unbounded_half_point(void **state) {
  (void)state;
  const struct limen_trials weak[] = {{11, 9, 5}, {13, 9, 4}, {17, 9, 4}};
  struct limen_logistic fit;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(weak, 3, &limen_logistic_defaults, &fit, NULL));
  assert_true(fit.converged && isfinite(fit.half.estimate));
  assert_true(fit.half.lower == -INFINITY && fit.half.upper == INFINITY);
}

static void test_many_trials(void **state) {
  (void)state;
  struct limen_trials data[200];
  for (size_t i = 0; i < 200; i++) {
    double x = 300 + (double)i, p = 1 / (1 + exp((x - 411.32) / 5.7));
    data[i] = (struct limen_trials){x, 1000000, (size_t)(1e6 * p + 0.5)};
  }
  struct limen_logistic fit;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(data, 200, &limen_logistic_defaults, &fit, NULL));
  assert_true(fit.converged);
  near(fit.slope, -1 / 5.7, 1e-5);
  near(fit.half.estimate, 411.32, 1e-4);
  /* The bias correction is negligible here: the interval is the normal one. */
  double c = fit.half.estimate, error = sqrt(fit.intercept_variance + 2 * c * fit.covariance +
                                             c * c * fit.slope_variance) /
                                        fabs(fit.slope);
  near(fit.half.upper - c, 1.959964 * error, 1e-2 * error);
  near(c - fit.half.lower, 1.959964 * error, 1e-2 * error);
}

/* Most groups lie where the chance is 0 or 1 to all digits: their part of l* must not drown in
 * rounding what the few at the gap say. */
static void test_wide_separated_sample(void **state) {
  (void)state;
  static struct limen_trials data[1000];
  for (size_t i = 0; i < 1000; i++) data[i] = (struct limen_trials){(double)i, 3, i < 500 ? 3 : 0};
  struct limen_logistic fit, middle;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(data, 1000, &limen_logistic_defaults, &fit, NULL));
  assert_true(fit.converged && fit.iterations < 200);
  near(fit.half.estimate, 499.5, 1e-6);
  near(fit.half.upper - 499.5, 499.5 - fit.half.lower, 1e-6);
  /* The far groups add next to nothing. */
  assert_int_equal(LIMEN_OK,
                   limen_logistic_fit(data + 460, 80, &limen_logistic_defaults, &middle, NULL));
  near(fit.slope, middle.slope, 1e-6);
  near(fit.half.upper, middle.half.upper, 1e-6);
}

static void test_errors(void **state) {
  (void)state;
  struct limen_logistic fit;
  struct limen_error error;
  struct limen_logistic_settings settings = limen_logistic_defaults;
  const struct limen_trials over[] = {{11, 3, 3}, {46, 4, 5}},
                            nowhere[] = {{11, 3, 3}, {NAN, 1, 1}}, none[] = {{11, 0, 0}},
                            many[] = {{11, SIZE_MAX, 3}, {12, 1, 1}},
                            vast[] = {{-1e300, 1, 0}, {1e300, 1, 1}};
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(over, 2, &settings, &fit, &error));
  says(&error, "group 2 (x = 46) has 5 successes in only 4 trials");
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(nowhere, 2, &settings, &fit, &error));
  says(&error, "group 2 lies at x = nan, which is not finite");
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(none, 1, &settings, &fit, &error));
  says(&error, "no trials were given");
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(many, 2, &settings, &fit, &error));
  says(&error, "too many to count");
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(vast, 2, &settings, &fit, &error));
  says(&error, "rescale it");
  settings.confidence = 1.5;
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(mixed, 8, &settings, &fit, &error));
  says(&error, "a confidence lies between 0 and 1, both excluded; 1.5 was given");
  settings = limen_logistic_defaults;
  settings.tolerance = 0;
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(mixed, 8, &settings, &fit, &error));
  says(&error, "at most 0.1 standard errors; 0 was given");
  settings = limen_logistic_defaults;
  settings.max_iterations = 0;
  assert_int_equal(LIMEN_INPUT, limen_logistic_fit(mixed, 8, &settings, &fit, &error));
  says(&error, "at least 1 iteration; 0 were allowed");

  /* Running out of iterations is an answer. */
  settings.max_iterations = 1;
  assert_int_equal(LIMEN_OK, limen_logistic_fit(mixed, 8, &settings, &fit, &error));
  assert_true(fit.fitted && !fit.converged);
  assert_int_equal(1, fit.iterations);
  const struct limen_trials good[] = {{11, 3, 3}, {13, 4, 4}, {17, 1, 1}};
  assert_int_equal(LIMEN_OK, limen_logistic_fit(good, 3, &settings, &fit, &error));
  assert_true(fit.fitted && !fit.converged);
}

int main(void) {
  gsl_set_error_handler_off();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_brute_force),
      cmocka_unit_test(test_two_points_in_closed_form),
      cmocka_unit_test(test_single_trials_are_groups),
      cmocka_unit_test(test_units_of_x),
      cmocka_unit_test(test_separation),
      cmocka_unit_test(test_two_trials),
      cmocka_unit_test(test_no_half_point),
      cmocka_unit_test(test_unbounded_half_point),
      cmocka_unit_test(test_many_trials),
      cmocka_unit_test(test_wide_separated_sample),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
