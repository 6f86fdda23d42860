/* Variance components and crossed intervals. Check values marked (40 digits) were computed from the
 * definitions in 40-digit arithmetic. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "stats/components.h"
#include "stats/crossed.h"
#include "stats/distributions.h"

static void near(double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance))
    fail_msg("%.17g is farther than %g from %.17g", got, tolerance, expected);
}

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

/* Little between rows, much between rows, and less between rows than error would make. */
static const double little[] = {0.91, 0.32, 0.57, 0.78, 0.88, 0.41,
                                0.63, 0.85, 0.95, 0.29, 0.49, 0.81};
static const double much[] = {0.91, 0.32, 0.57, 0.78, 0.98, 0.41,
                              0.69, 0.87, 0.85, 0.29, 0.49, 0.71};
static const double less[] = {0.84, 0.37, 0.51, 0.80, 0.79, 0.26, 0.60, 0.69};

static void expect_component(const struct limen_component *got, double variance, double lower,
                             double upper) {
  near(got->variance, variance, 1e-14);
  near(got->lower, lower, 1e-13);
  near(got->upper, upper, 1e-12);
}

/* ---- components ---- */

static void test_two_way(void **state) { /* (40 digits) */
  (void)state;
  struct limen_two_way got;
  assert_int_equal(LIMEN_OK, limen_components_two_way(much, 3, 4, 0.9, &got, NULL));
  near(got.mean, 0.65583333333333333, 1e-15);
  expect_component(&got.row, 0.0058111111111111111, 0.001894245268739382, 0.11496062954018271);
  expect_component(&got.column, 0.062688888888888889, 0.024022651005964811, 0.53541263565651383);
  expect_component(&got.residual, 0.00036388888888888889, 0.00017339619629114697,
                   0.0013350594169144822);
  near(got.row.p, 8.633348832670158e-5, 1e-15);
  near(got.column.p, 1.2440575263625304e-7, 1e-15);
  assert_true(isnan(got.residual.p) && !got.row.truncated && !got.column.truncated);
  near(got.coverage, 0.9, 0);

  assert_int_equal(LIMEN_OK, limen_components_two_way(little, 3, 4, 0.9, &got, NULL));
  expect_component(&got.row, 0.00031666666666666667, 0, 0.017679685672282893);
  near(got.row.p, 0.29531409942982763, 1e-14);
  assert_false(got.row.truncated);

  assert_int_equal(LIMEN_OK, limen_components_two_way(less, 2, 4, 0.9, &got, NULL));
  near(got.row.variance, 0, 0); /* mean squares 0.00405 and 0.00445 */
  near(got.residual.variance, 0.00445, 1e-15);
  assert_true(got.row.truncated && !got.column.truncated && got.row.upper > 0);
}

/* Turned over, rows are columns. */
static void test_transposed(void **state) {
  (void)state;
  double turned[12];
  struct limen_two_way one, two;
  for (size_t r = 0; r < 3; r++)
    for (size_t c = 0; c < 4; c++) turned[c * 3 + r] = much[r * 4 + c];
  assert_int_equal(LIMEN_OK, limen_components_two_way(much, 3, 4, 0.95, &one, NULL));
  assert_int_equal(LIMEN_OK, limen_components_two_way(turned, 4, 3, 0.95, &two, NULL));
  expect_component(&two.row, one.column.variance, one.column.lower, one.column.upper);
  expect_component(&two.column, one.row.variance, one.row.lower, one.row.upper);
  expect_component(&two.residual, one.residual.variance, one.residual.lower, one.residual.upper);
}

static void test_one_way(void **state) { /* (40 digits) */
  (void)state;
  const double values[] = {0.11, 0.32, 0.57, 0.48, 0.71, 0.93, 0.15, 0.29, 0.36, 0.62, 0.55, 0.86};
  struct limen_one_way got;
  assert_int_equal(LIMEN_OK, limen_components_one_way(values, 4, 3, 0.95, &got, NULL));
  near(got.mean, 0.49583333333333333, 1e-15);
  expect_component(&got.between, 0.040230555555555556, 0, 0.71005482896851741);
  near(got.between.p, 0.041411844221136178, 1e-14);
  expect_component(&got.within, 0.035383333333333333, 0.016143370031645776, 0.12986313425336876);
}

/* The lower bound leaves 0 where the F test begins to reject at (1 - 0.9) / 2. Two groups of two:
 * MS_within is (0.2^2 + 0.3^2) / 4, MS_between the square of the groups' distance. */
static void test_bound_at_the_critical_value(void **state) {
  (void)state;
  const double critical = limen_f_quantile(0.05, 1, 2);
  for (int side = -1; side <= 1; side += 2) {
    double distance = sqrt(critical * (1 + 1e-6 * side) * 0.0325);
    const double values[] = {0.57, 0.77, 0.67 + distance - 0.15, 0.67 + distance + 0.15};
    struct limen_one_way got;
    assert_int_equal(LIMEN_OK, limen_components_one_way(values, 2, 2, 0.9, &got, NULL));
    near(got.within.variance, 0.0325, 1e-15);
    near(got.between.p, 0.05, 1e-7);
    assert_true((got.between.lower > 0) == (side > 0));
  }
}

static void test_no_spread(void **state) {
  (void)state;
  const double same[] = {0.57, 0.57, 0.57, 0.57};
  const double rows[] = {0.25, 0.25, 0.5, 0.5};
  struct limen_two_way got;
  assert_int_equal(LIMEN_OK, limen_components_two_way(same, 2, 2, 0.95, &got, NULL));
  expect_component(&got.row, 0, 0, 0);
  expect_component(&got.residual, 0, 0, 0);
  assert_true(isnan(got.row.p) && isnan(got.column.p) && !got.row.truncated);
  /* Without error what remains is a sample of two row means, chi-square with 1 df. */
  assert_int_equal(LIMEN_OK, limen_components_two_way(rows, 2, 2, 0.95, &got, NULL));
  near(got.row.variance, 0.03125, 1e-16);
  near(got.row.lower, 0.03125 / gsl_cdf_chisq_Qinv(0.025, 1), 1e-14);
  near(got.row.upper, 0.03125 / gsl_cdf_chisq_Pinv(0.025, 1), 1e-9);
  near(got.row.p, 0, 0);
}

static void test_component_errors(void **state) {
  (void)state;
  struct limen_two_way two;
  struct limen_one_way one;
  struct limen_error error;
  const double bad[] = {0.11, 0.32, NAN, 0.57};
  assert_int_equal(LIMEN_INPUT, limen_components_two_way(much, 1, 12, 0.9, &two, &error));
  says(&error, "components need a table of at least 2 x 2 values; 1 x 12 were given");
  assert_int_equal(LIMEN_INPUT, limen_components_one_way(much, 12, 1, 0.9, &one, &error));
  says(&error, "12 x 1 were given");
  assert_int_equal(LIMEN_INPUT, limen_components_one_way(bad, 2, 2, 0.9, &one, &error));
  says(&error, "components: value 3 of 4 is nan, not finite");
  assert_int_equal(LIMEN_INPUT, limen_components_two_way(much, 3, 4, 1, &two, &error));
  says(&error, "a confidence lies between 0 and 1, both excluded; 1 was given");
  assert_int_equal(LIMEN_INPUT, limen_components_two_way(much, SIZE_MAX, 4, 0.9, &two, &error));
  says(&error, "more than a machine can address");
}

/* ---- crossed ---- */

static void test_crossed(void **state) { /* (40 digits) */
  (void)state;
  struct limen_crossed got;
  assert_int_equal(LIMEN_OK, limen_crossed(much, 3, 4, 0.95, &got, NULL));
  near(got.mean, 0.65583333333333333, 1e-15);
  near(got.build, 0.0058111111111111111, 1e-15);
  near(got.query, 0.062688888888888889, 1e-15);
  near(got.residual, 0.00036388888888888889, 1e-15);
  near(got.se, 0.13281409312769987, 1e-14);
  near(got.df, 3.6987035923982121, 1e-12);
  near(got.lower, 0.27492818528207301, 1e-12);
  near(got.upper, 1.0367384813845937, 1e-12);
  assert_true(!got.one_build && !got.build_truncated && !got.query_truncated);

  /* No build component: the queries' mean square alone, MS_q / (B Q), with Q - 1 df. */
  assert_int_equal(LIMEN_OK, limen_crossed(less, 2, 4, 0.95, &got, NULL));
  near(got.build, 0, 0);
  near(got.se, sqrt(got.query / 4 + got.residual / 8), 1e-15);
  near(got.df, 3, 1e-12);
  assert_true(got.build_truncated);
}

/* Of `much` the plain interval goes beyond 1. Each bound p of the other one lies t standard errors
 * from the mean, those that p itself would have: p (1 - p) over what se is worth in trials. */
static void test_shares_stay_within_their_bounds(void **state) {
  (void)state;
  struct limen_crossed plain, got;
  assert_int_equal(LIMEN_OK, limen_crossed(much, 3, 4, 0.95, &plain, NULL));
  assert_int_equal(LIMEN_OK, limen_crossed_share(much, 3, 4, 0.95, &got, NULL));
  assert_true(plain.upper > 1 && got.upper < 1 && got.lower > 0);
  near(got.mean, plain.mean, 0);
  const double t = (plain.upper - plain.mean) / plain.se;
  const double trials = got.mean * (1 - got.mean) / (got.se * got.se);
  const double bounds[] = {got.lower, got.upper};
  for (size_t i = 0; i < 2; i++)
    near(fabs(bounds[i] - got.mean), t * sqrt(bounds[i] * (1 - bounds[i]) / trials), 1e-12);
}

/* Wilson's lower bound of Q in Q is Q / (Q + z^2). */
static void test_equal_shares_are_no_certainty(void **state) {
  (void)state;
  const double same[] = {0.32, 0.32, 0.32, 0.32, 0.32, 0.32};
  const double z = gsl_cdf_ugaussian_Pinv(0.975), least = 3 / (3 + z * z);
  struct limen_crossed got;
  assert_int_equal(LIMEN_OK, limen_crossed_share(same, 2, 3, 0.95, &got, NULL));
  near(got.lower, 0.32 * least, 1e-12);
  near(got.upper, 0.32 + 0.68 * (1 - least), 1e-12);
}

/* One build: the mean of Q values, and a flag. */
static void test_one_build(void **state) {
  (void)state;
  struct limen_crossed got;
  assert_int_equal(LIMEN_OK, limen_crossed(much, 1, 4, 0.95, &got, NULL));
  near(got.mean, 0.645, 1e-15);
  near(got.query, 0.1997 / 3, 1e-15); /* .265^2 + .325^2 + .075^2 + .135^2 = .1997 */
  near(got.se, sqrt(0.1997 / 12), 1e-15);
  near(got.df, 3, 1e-12);
  near(got.upper - got.mean, 3.18244630528371 * sqrt(0.1997 / 12), 1e-12); /* tables: t_3 3.182 */
  assert_true(got.one_build && isnan(got.build) && isnan(got.residual));
  assert_false(got.build_truncated || got.query_truncated);
}

static void test_difference(void **state) { /* (40 digits) */
  (void)state;
  struct limen_crossed_difference got, turned;
  assert_int_equal(LIMEN_OK, limen_crossed_difference(much, 3, less, 2, 4, 0.95, &got, NULL));
  near(got.first, 0.65583333333333333, 1e-15);
  near(got.second, 0.6075, 1e-15);
  near(got.difference, 0.048333333333333333, 1e-15);
  near(got.se, 0.047199340861687653, 1e-14);
  near(got.df, 2.5275168599134086, 1e-11);
  near(got.lower, -0.11908105026703922, 1e-12);
  near(got.upper, 0.21574771693370588, 1e-12);
  near(got.p, 0.39367345915646912, 1e-12);
  assert_false(got.one_build);
  assert_int_equal(LIMEN_OK, limen_crossed_difference(less, 2, much, 3, 4, 0.95, &turned, NULL));
  near(turned.lower, -got.upper, 1e-15);
  near(turned.p, got.p, 1e-15);
}

/* One build each: a paired t test over queries. A system beside itself: nothing is left. */
static void test_difference_of_one_build(void **state) {
  (void)state;
  struct limen_crossed_difference got;
  /* Differences .07, -.05, .06, -.02: mean .015, variance .0105 / 3. */
  assert_int_equal(LIMEN_OK, limen_crossed_difference(much, 1, less, 1, 4, 0.95, &got, NULL));
  near(got.difference, 0.015, 1e-15);
  near(got.se, sqrt(0.0105 / 12), 1e-15);
  near(got.df, 3, 1e-12);
  assert_true(got.one_build);
  assert_int_equal(LIMEN_OK, limen_crossed_difference(much, 3, much, 1, 4, 0.95, &got, NULL));
  assert_true(got.one_build);
  assert_int_equal(LIMEN_OK, limen_crossed_difference(less, 2, less, 2, 4, 0.95, &got, NULL));
  near(got.lower, 0, 0);
  near(got.upper, 0, 0);
  assert_true(isnan(got.p));
}

static void test_crossed_errors(void **state) {
  (void)state;
  struct limen_crossed one;
  struct limen_crossed_difference two;
  struct limen_error error;
  const double bad[] = {0.11, HUGE_VAL};
  assert_int_equal(LIMEN_INPUT, limen_crossed(much, 0, 4, 0.9, &one, &error));
  says(&error, "at least 1 build and 2 queries are needed; 0 and 4 were given");
  assert_int_equal(LIMEN_INPUT, limen_crossed(bad, 1, 2, 0.9, &one, &error));
  says(&error, "builds x queries: value 2 of 2 is inf, not finite");
  assert_int_equal(LIMEN_INPUT, limen_crossed(much, 1, 2, 0, &one, &error));
  says(&error, "0 was given");
  assert_int_equal(LIMEN_INPUT, limen_crossed(much, SIZE_MAX, 4, 0.9, &one, &error));
  says(&error, "more than a machine can address");
  assert_int_equal(LIMEN_INPUT, limen_crossed_difference(much, 3, bad, 1, 2, 0.9, &two, &error));
  says(&error, "value 2 of 2 is inf");
  assert_int_equal(LIMEN_INPUT, limen_crossed_difference(much, 3, less, 2, 1, 0.9, &two, &error));
  says(&error, "3 and 1 were given");
}

/* ---- coverage, by simulation ---- */

enum { RUNS = 2000, B = 5, Q = 60 };

/* Standard deviations of builds, queries, and what a build does to one query. */
struct world {
  double build, query, residual;
};

static void draw(gsl_rng *rng, const struct world *world, double mean, const double *queries,
                 size_t builds, double *out) {
  for (size_t b = 0; b < builds; b++) {
    double effect = mean + gsl_ran_gaussian(rng, world->build);
    for (size_t q = 0; q < Q; q++)
      out[b * Q + q] = effect + queries[q] + gsl_ran_gaussian(rng, world->residual);
  }
}

static void draw_queries(gsl_rng *rng, const struct world *world, double *queries) {
  for (size_t q = 0; q < Q; q++) queries[q] = gsl_ran_gaussian(rng, world->query);
}

/* 95% of 2000 is known to +-0.5 points; the approximation itself is off by up to 1.5 points, to the
 * safe side, where components vanish. */
static void expect_coverage(const char *what, size_t covered) {
  double share = (double)covered / RUNS;
  if (!(share > 0.935 && share < 0.98)) fail_msg("%s: covers with %g", what, share);
}

static const struct world worlds[] = {
    {0.03, 0.15, 0.1}, {0, 0.15, 0.1}, {0.08, 0.15, 0.1}, {0.02, 0, 0.1}};

static void test_coverage_of_the_mean(void **state) {
  (void)state;
  static double values[B * Q], queries[Q];
  gsl_rng *rng = limen_rng_alloc(1, "coverage/mean", NULL);
  for (size_t w = 0; w < 4; w++) {
    size_t covered = 0, alone = 0;
    for (size_t run = 0; run < RUNS; run++) {
      struct limen_crossed got;
      draw_queries(rng, &worlds[w], queries);
      draw(rng, &worlds[w], 0.9, queries, B, values);
      assert_int_equal(LIMEN_OK, limen_crossed(values, B, Q, 0.95, &got, NULL));
      covered += got.lower <= 0.9 && 0.9 <= got.upper;
      assert_int_equal(LIMEN_OK, limen_crossed(values, 1, Q, 0.95, &got, NULL));
      alone += got.lower <= 0.9 && 0.9 <= got.upper;
    }
    expect_coverage("mean", covered);
    /* Why one build is flagged: its interval knows nothing of the others. */
    if (w == 2) assert_true((double)alone / RUNS < 0.6);
    if (w == 1) expect_coverage("one build where builds are alike", alone);
  }
  limen_rng_free(rng);
}

/* The second system is 0.03 worse, and on some queries more than on others. */
static void test_coverage_of_a_difference(void **state) {
  (void)state;
  enum { FEWER = 3 };
  static double first[B * Q], second[FEWER * Q], queries[Q];
  gsl_rng *rng = limen_rng_alloc(1, "coverage/difference", NULL);
  for (size_t w = 0; w < 4; w++) {
    size_t covered = 0;
    for (size_t run = 0; run < RUNS; run++) {
      struct limen_crossed_difference got;
      draw_queries(rng, &worlds[w], queries);
      draw(rng, &worlds[w], 0.9, queries, B, first);
      for (size_t q = 0; q < Q; q++) queries[q] += gsl_ran_gaussian(rng, 0.05);
      draw(rng, &worlds[w], 0.87, queries, FEWER, second);
      assert_int_equal(LIMEN_OK,
                       limen_crossed_difference(first, B, second, FEWER, Q, 0.95, &got, NULL));
      covered += got.lower <= 0.03 && 0.03 <= got.upper;
    }
    expect_coverage("difference", covered);
  }
  limen_rng_free(rng);
}

static void test_coverage_of_components(void **state) {
  (void)state;
  static double values[B * Q], queries[Q];
  gsl_rng *rng = limen_rng_alloc(1, "coverage/components", NULL);
  for (size_t w = 0; w < 3; w++) {
    size_t rows = 0, columns = 0, residuals = 0, rejected = 0;
    const double build = pow(worlds[w].build, 2), query = pow(worlds[w].query, 2);
    const double residual = pow(worlds[w].residual, 2);
    for (size_t run = 0; run < RUNS; run++) {
      struct limen_two_way got;
      draw_queries(rng, &worlds[w], queries);
      draw(rng, &worlds[w], 0.9, queries, B, values);
      assert_int_equal(LIMEN_OK, limen_components_two_way(values, B, Q, 0.95, &got, NULL));
      rows += got.row.lower <= build && build <= got.row.upper;
      columns += got.column.lower <= query && query <= got.column.upper;
      residuals += got.residual.lower <= residual && residual <= got.residual.upper;
      rejected += got.row.p <= 0.05;
    }
    expect_coverage("rows", rows); /* 97.5% where they are alike: only the lower bound can miss */
    expect_coverage("columns", columns);
    expect_coverage("residual", residuals);
    if (w == 1) near((double)rejected / RUNS, 0.05, 0.02);
  }
  limen_rng_free(rng);
}

static int quiet(void **state) {
  (void)state;
  gsl_set_error_handler_off();
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_way),
      cmocka_unit_test(test_transposed),
      cmocka_unit_test(test_one_way),
      cmocka_unit_test(test_bound_at_the_critical_value),
      cmocka_unit_test(test_no_spread),
      cmocka_unit_test(test_component_errors),
      cmocka_unit_test(test_crossed),
      cmocka_unit_test(test_shares_stay_within_their_bounds),
      cmocka_unit_test(test_equal_shares_are_no_certainty),
      cmocka_unit_test(test_one_build),
      cmocka_unit_test(test_difference),
      cmocka_unit_test(test_difference_of_one_build),
      cmocka_unit_test(test_crossed_errors),
      cmocka_unit_test(test_coverage_of_the_mean),
      cmocka_unit_test(test_coverage_of_a_difference),
      cmocka_unit_test(test_coverage_of_components),
  };
  return cmocka_run_group_tests(tests, quiet, NULL);
}
