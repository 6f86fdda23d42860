/* Check values marked (30 digits) solve the normal equations in 30-digit arithmetic. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limits/published.h"
#include "stats/curve.h"

static void near(double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance))
    fail_msg("%.17g is farther than %g from %.17g", got, tolerance, expected);
}

static void close_to(double got, double expected, double relative) {
  near(got, expected, relative * fabs(expected));
}

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

static void fit_named(const char *name, const double *x, const double *y, size_t n,
                      struct limen_curve_fit *out) {
  struct limen_error error;
  const struct limen_curve *curve = limen_curve_find(name);
  assert_non_null(curve);
  if (limen_curve_fit_points(curve, x, y, n, out, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

static double value_at(const struct limen_curve_fit *fit, double x) {
  struct limen_curve_prediction prediction;
  limen_curve_predict(fit, x, &prediction);
  return prediction.value;
}

enum { AWKWARD = 8 };
static const double awkward_x[] = {0.11, 0.32, 0.57, 0.93, 1.4, 2.2, 3.1, 3.7};
static const double awkward_y[] = {1.7, 0.9, 2.3, 3.1, 5.9, 11.2, 24.6, 31.5};

static const struct {
  const char *name;
  double parameters[5], standard_errors[5];
  double rss, r_squared, aicc;
  double value, curve_se, point_se; /* at x = 5.3 */
  double weight;
} expected[] = {
    /* (30 digits) */
    {"quadratic",
     {1.2625807455204, -0.0084041621440638, 2.26730025363},
     {0.78192403744489, 1.1600649638797, 0.30065246970679},
     4.7781640336278,
     0.99498134186872,
     17.210252034593,
     64.906502810624,
     3.2245291471224,
     3.3694541141508,
     0.076322602861197},
    {"cubic",
     {1.8096263308481, -2.0609791366737, 3.713058499671, -0.25797207970713},
     {1.0726874020106, 2.8859532295423, 1.8725494583996, 0.32942522807117},
     4.1429990577101,
     0.99564847590779,
     34.735827151792,
     56.78014085168,
     10.906678157524,
     10.954057613333,
     1.1940510368921e-5},
    {"quartic",
     {0.73021410817333, 4.2233578491421, -4.2623913702683, 3.1069456654534, -0.44684063693842},
     {1.243244133405, 5.2364042810587, 6.0080752656183, 2.4506624462837, 0.32303061888569},
     2.5295847019152,
     0.99734309648148,
     86.78890878516,
     13.357431374445,
     32.89754263314,
     32.910355607314,
     5.9407302157726e-17},
    {"power",
     {3.1865398225536, 1.7604617518751},
     {0.49298646557371, 0.12895611818951},
     8.4099500648915,
     0.99116676112838,
     12.399791957601,
     60.031516775262,
     4.1390404180113,
     4.3050335569052,
     0.84572916264191},
    {"shifted_power",
     {1.1959437561106, 2.3460599731646, 1.9730670418862},
     {0.59634286244486, 0.52418122816636, 0.16980310788977},
     4.7532363591934,
     0.99500752420049,
     17.16840679844,
     64.202240964515,
     4.6433448137981,
     4.7446072895093,
     0.077936293986528},
};
enum { EXPECTED = sizeof expected / sizeof *expected };

static void test_against_normal_equations(void **state) {
  (void)state;
  struct limen_curve_fit fits[EXPECTED];
  double weights[EXPECTED];
  for (size_t i = 0; i < EXPECTED; i++) {
    fit_named(expected[i].name, awkward_x, awkward_y, AWKWARD, &fits[i]);
    const struct limen_curve_fit *fit = &fits[i];
    double p = (double)fit->curve->parameters;
    assert_true(fit->converged);
    for (size_t j = 0; j < fit->curve->parameters; j++) {
      near(fit->parameters[j], expected[i].parameters[j], 1e-6);
      close_to(fit->standard_errors[j], expected[i].standard_errors[j], 1e-6);
    }
    close_to(fit->rss, expected[i].rss, 1e-10);
    close_to(fit->rmse, sqrt(expected[i].rss / AWKWARD), 1e-10);
    close_to(fit->residual_se, sqrt(expected[i].rss / (AWKWARD - p)), 1e-10);
    near(fit->r_squared, expected[i].r_squared, 1e-12);
    close_to(fit->aicc, expected[i].aicc, 1e-10);
    struct limen_curve_prediction prediction;
    limen_curve_predict(fit, 5.3, &prediction);
    close_to(prediction.value, expected[i].value, 1e-6);
    close_to(prediction.curve_se, expected[i].curve_se, 1e-6);
    close_to(prediction.point_se, expected[i].point_se, 1e-6);
  }
  assert_int_equal(LIMEN_OK, limen_curve_weights(fits, EXPECTED, weights, NULL));
  for (size_t i = 0; i < EXPECTED; i++) close_to(weights[i], expected[i].weight, 1e-8);
}

/* Every model of the registry has a line in `expected`, so a new one needs its own check values. */
static void test_registry(void **state) {
  (void)state;
  size_t count = 0;
  for (; limen_curve_at(count); count++) {
    const struct limen_curve *curve = limen_curve_at(count);
    assert_ptr_equal(curve, limen_curve_find(curve->name));
    assert_string_equal(curve->name, limen_curve_name(count));
    assert_true(curve->parameters >= 1 && curve->parameters <= LIMEN_CURVE_PARAMETERS_MAX);
    assert_int_equal(curve->parameters + 2, limen_curve_points_min(curve));
    for (size_t j = 0; j < curve->parameters; j++)
      assert_non_null(strstr(curve->formula, curve->parameter_names[j]));
    size_t lines = 0;
    for (size_t i = 0; i < EXPECTED; i++) lines += strcmp(expected[i].name, curve->name) == 0;
    assert_int_equal(1, lines);
  }
  assert_int_equal(EXPECTED, count);
  assert_null(limen_curve_name(count));
  assert_null(limen_curve_find("quintic"));
}

/* Derivatives by the parameters, and those of the way back to original units. */
static void test_derivatives(void **state) {
  (void)state;
  const double step = 1e-6;
  const struct limen_curve_frame frame = {.x_centre = 0, .x_scale = 1.7, .y_scale = 31.5};
  for (size_t c = 0; limen_curve_at(c); c++) {
    const struct limen_curve *curve = limen_curve_at(c);
    size_t p = curve->parameters;
    double gradient[LIMEN_CURVE_PARAMETERS_MAX], jacobian[25] = {0}, unused[25] = {0},
                                                 back[5] = {0};
    const double w[] = {0.32, 0.57, 1.13, -0.29, 0.41};
    curve->value(curve, w, 0.86, gradient);
    curve->original(curve, &frame, w, back, jacobian);
    for (size_t j = 0; j < p; j++) {
      double low[5], high[5], low_back[5] = {0}, high_back[5] = {0};
      memcpy(low, w, sizeof low);
      memcpy(high, w, sizeof high);
      low[j] -= step;
      high[j] += step;
      near(gradient[j],
           (curve->value(curve, high, 0.86, NULL) - curve->value(curve, low, 0.86, NULL)) /
               (2 * step),
           1e-8);
      curve->original(curve, &frame, low, low_back, unused);
      curve->original(curve, &frame, high, high_back, unused);
      for (size_t i = 0; i < p; i++)
        near(jacobian[i * p + j], (high_back[i] - low_back[i]) / (2 * step), 1e-6);
    }
  }
}

static void load(const char *name, double *x, double *y, size_t *n) {
  const struct limen_published *table = limen_published_find(name);
  assert_non_null(table);
  *n = table->count;
  for (size_t i = 0; i < table->count; i++) {
    x[i] = table->points[i].d;
    y[i] = table->points[i].n;
  }
}

/* The published curve is the cubic through all 42 published points, to every printed digit. */
static void test_published_cubic_is_reproduced(void **state) {
  (void)state;
  double x[64], y[64];
  size_t n;
  struct limen_curve_fit fit;
  load("weller2025", x, y, &n);
  fit_named("cubic", x, y, n, &fit);
  for (size_t j = 0; j < 4; j++)
    near(fit.parameters[j], limen_published_cubic.coefficients[j], 5e-5);
  near(fit.rmse, 6.7, 0.05);
  near(fit.r_squared, limen_published_cubic.r_squared, 0.0005);
  close_to(value_at(&fit, 4096), 253e6, 0.01);
}

/* What the same points say at d = 4096 depends on the model by four orders of magnitude. */
static void test_published_extrapolations_disagree(void **state) {
  (void)state;
  double x[64], y[64];
  size_t n;
  struct limen_curve_fit fit;
  load("weller2025", x, y, &n);
  fit_named("quadratic", x, y, n, &fit);
  close_to(value_at(&fit, 4096), 5.4e6, 0.01);
  fit_named("quartic", x, y, n, &fit);
  close_to(value_at(&fit, 4096), 8.0e10, 0.02);
  fit_named("power", x, y, n, &fit);
  close_to(value_at(&fit, 4096), 5.4e6, 0.01);

  /* Without d >= 40 a quadratic suffices, and the cubic term is slightly negative. */
  size_t below_40 = 0;
  while (below_40 < n && x[below_40] < 40) below_40++;
  assert_int_equal(36, below_40);
  fit_named("quadratic", x, y, below_40, &fit);
  near(fit.rmse, 0.92, 0.01);
  close_to(value_at(&fit, 4096), 4.7e6, 0.01);
  fit_named("cubic", x, y, below_40, &fit);
  near(fit.parameters[3], -0.00026, 0.00001);
  fit_named("power", x, y, below_40, &fit);
  close_to(value_at(&fit, 4096), 3.0e6, 0.01);
}

/* The six points left out are missed by 30 times what the fit claims for its own. */
static void test_leave_tail(void **state) {
  (void)state;
  double x[64], y[64];
  size_t n;
  struct limen_curve_tail tail;
  struct limen_curve_fit fit;
  load("weller2025", x, y, &n);
  assert_int_equal(LIMEN_OK,
                   limen_curve_leave_tail(limen_curve_find("quadratic"), x, y, n, 6, &tail, NULL));
  fit_named("quadratic", x, y, n - 6, &fit);
  assert_int_equal(6, tail.left_out);
  assert_int_equal(36, tail.fit.points);
  near(tail.fit.rmse, fit.rmse, 0);
  double sum = 0;
  for (size_t i = n - 6; i < n; i++) sum += pow(y[i] - value_at(&fit, x[i]), 2);
  close_to(tail.tail_rmse, sqrt(sum / 6), 1e-12);
  near(tail.tail_rmse / tail.fit.rmse, 33.7, 0.1);
  near(tail.last_error, value_at(&fit, 45) - 626, 1e-9);
  assert_true(tail.last_z < -30);

  struct limen_error error;
  const struct limen_curve *cubic = limen_curve_find("cubic");
  assert_int_equal(LIMEN_INPUT, limen_curve_leave_tail(cubic, x, y, n, 37, &tail, &error));
  says(&error, "without the last 37 points: a cubic needs at least 6 points, 5 were given");
  assert_int_equal(LIMEN_INPUT, limen_curve_leave_tail(cubic, x, y, n, 0, &tail, &error));
  says(&error, "a tail of 0 points cannot be left out of 42");
  assert_int_equal(LIMEN_INPUT, limen_curve_leave_tail(cubic, x, y, n, 43, &tail, &error));
  says(&error, "a tail of 43 points cannot be left out of 42");
  x[7] = 4.5;
  assert_int_equal(LIMEN_INPUT, limen_curve_leave_tail(cubic, x, y, n, 6, &tail, &error));
  says(&error, "point 8 (x = 4.5) follows x = 10");
}

/* Far from 0 on a narrow range, powers of x as they stand have all digits alike. */
static void test_far_from_zero(void **state) {
  (void)state;
  double x[AWKWARD];
  struct limen_curve_fit fit, far;
  for (size_t i = 0; i < AWKWARD; i++) x[i] = 1048576 + awkward_x[i];
  fit_named("cubic", awkward_x, awkward_y, AWKWARD, &fit);
  fit_named("cubic", x, awkward_y, AWKWARD, &far);
  struct limen_curve_prediction here, there;
  limen_curve_predict(&fit, 5.3, &here);
  limen_curve_predict(&far, 1048576 + 5.3, &there);
  close_to(there.value, here.value, 1e-7);
  close_to(there.point_se, here.point_se, 1e-7);
  close_to(far.parameters[3], fit.parameters[3], 1e-6);
  close_to(far.standard_errors[3], fit.standard_errors[3], 1e-6);
}

/* Units scale results and leave AICc differences alone; the order of points does not matter. */
static void test_units_and_order(void **state) {
  (void)state;
  double x[AWKWARD], y[AWKWARD];
  for (size_t i = 0; i < AWKWARD; i++) {
    x[i] = 1e4 * awkward_x[(3 * i) % AWKWARD];
    y[i] = 1e-9 * awkward_y[(3 * i) % AWKWARD];
  }
  for (size_t c = 0; limen_curve_at(c); c++) {
    struct limen_curve_fit fit, scaled;
    fit_named(limen_curve_name(c), awkward_x, awkward_y, AWKWARD, &fit);
    fit_named(limen_curve_name(c), x, y, AWKWARD, &scaled);
    assert_true(scaled.converged);
    close_to(value_at(&scaled, 5.3e4), 1e-9 * value_at(&fit, 5.3), 1e-6);
    close_to(scaled.rmse, 1e-9 * fit.rmse, 1e-9);
    near(scaled.aicc - fit.aicc, 2 * AWKWARD * log(1e-9), 1e-6);
  }
}

/* An exact law is found exactly, and the model with fewest parameters that holds it is preferred.
 */
static void test_exact_points(void **state) {
  (void)state;
  double y[AWKWARD], weights[3];
  struct limen_curve_fit fits[3];
  for (size_t i = 0; i < AWKWARD; i++) y[i] = 0.57 * pow(awkward_x[i], 2.32);
  fit_named("power", awkward_x, y, AWKWARD, &fits[0]);
  fit_named("shifted_power", awkward_x, y, AWKWARD, &fits[1]);
  fit_named("cubic", awkward_x, y, AWKWARD, &fits[2]);
  assert_true(fits[0].converged && fits[1].converged);
  close_to(fits[0].parameters[0], 0.57, 1e-12);
  close_to(fits[0].parameters[1], 2.32, 1e-12);
  near(fits[1].parameters[0], 0, 1e-12);
  assert_int_equal(LIMEN_OK, limen_curve_weights(fits, 3, weights, NULL));
  assert_true(weights[0] > 0.99 && weights[1] < 0.01 && weights[1] > weights[2]);
  near(weights[0] + weights[1] + weights[2], 1, 1e-15);

  for (size_t i = 0; i < AWKWARD; i++) y[i] = 0.32;
  fit_named("quadratic", awkward_x, y, AWKWARD, &fits[0]);
  near(fits[0].parameters[0], 0.32, 1e-14);
  near(fits[0].parameters[2], 0, 1e-14);
  assert_true(isnan(fits[0].r_squared));
  for (size_t i = 0; i < AWKWARD; i++) y[i] = 0;
  fit_named("quadratic", awkward_x, y, AWKWARD, &fits[0]);
  near(value_at(&fits[0], 5.3), 0, 0);
}

/* p + 2 points are fitted but cannot be judged: AICc has no finite value there. */
static void test_fewest_points(void **state) {
  (void)state;
  struct limen_curve_fit fits[2];
  double weights[2];
  fit_named("quartic", awkward_x, awkward_y, 7, &fits[0]);
  fit_named("quadratic", awkward_x, awkward_y, 7, &fits[1]);
  assert_true(isinf(fits[0].aicc) && fits[0].aicc > 0 && isfinite(fits[1].aicc));
  assert_int_equal(LIMEN_OK, limen_curve_weights(fits, 2, weights, NULL));
  near(weights[0], 0, 0);
  near(weights[1], 1, 0);

  struct limen_error error;
  assert_int_equal(LIMEN_INPUT, limen_curve_weights(fits, 1, weights, &error));
  says(&error, "none of 1 fits has points enough to be judged by AICc");
  fit_named("cubic", awkward_x, awkward_y, 8, &fits[0]);
  assert_int_equal(LIMEN_INPUT, limen_curve_weights(fits, 2, weights, &error));
  says(&error, "the cubic has 8, the quadratic 7");
}

/* Points on a logarithm draw a shifted power law to exponent 0, where c and a run to infinity. The
 * fit describes the points, and says that its parameters are no solution. */
static void test_not_converged_is_an_answer(void **state) {
  (void)state;
  double y[AWKWARD];
  struct limen_curve_fit fit;
  for (size_t i = 0; i < AWKWARD; i++) y[i] = 3.2 + log(awkward_x[i]) + (i % 2 ? 0.03 : -0.03);
  fit_named("shifted_power", awkward_x, y, AWKWARD, &fit);
  assert_false(fit.converged);
  assert_true(fit.iterations > 0 && fit.rmse < 0.05);
}

static void test_errors(void **state) {
  (void)state;
  struct limen_curve_fit fit;
  struct limen_error error;
  const struct limen_curve *cubic = limen_curve_find("cubic"), *power = limen_curve_find("power"),
                           *shifted = limen_curve_find("shifted_power");
  double x[AWKWARD], y[AWKWARD];
  memcpy(x, awkward_x, sizeof x);
  memcpy(y, awkward_y, sizeof y);
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(cubic, x, y, 4, &fit, &error));
  says(&error, "a cubic needs at least 6 points, 4 were given");
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(power, x, y, 1, &fit, &error));
  says(&error, "a power law needs at least 4 points, 1 was given");
  x[2] = x[3] = x[4] = x[5] = x[1];
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(cubic, x, y, 7, &fit, &error));
  says(&error, "a cubic needs at least 4 different x, 3 were given");
  memcpy(x, awkward_x, sizeof x);
  y[4] = NAN;
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(cubic, x, y, AWKWARD, &fit, &error));
  says(&error, "point 5 (x = 1.4, y = nan) is not finite");
  memcpy(y, awkward_y, sizeof y);
  x[2] = -0.57;
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(shifted, x, y, AWKWARD, &fit, &error));
  says(&error, "a shifted power law needs x above 0, point 3 has x = -0.57");
  memcpy(x, awkward_x, sizeof x);
  for (size_t i = 1; i < AWKWARD; i++) y[i] = -y[i];
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(power, x, y, AWKWARD, &fit, &error));
  says(&error, "a power law starts from points with y above 0 at two different x at least");
  for (size_t i = 0; i < AWKWARD; i++) x[i] *= 1e-150;
  assert_int_equal(LIMEN_INPUT, limen_curve_fit_points(cubic, x, y, AWKWARD, &fit, &error));
  says(&error, "a cubic through these points leaves the range of doubles; rescale x or y");

  fit_named("power", awkward_x, awkward_y, AWKWARD, &fit);
  struct limen_curve_prediction outside;
  limen_curve_predict(&fit, -1.3, &outside);
  assert_true(isnan(outside.value) && isnan(outside.curve_se) && isnan(outside.point_se));
}

int main(void) {
  gsl_set_error_handler_off();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_normal_equations),
      cmocka_unit_test(test_registry),
      cmocka_unit_test(test_derivatives),
      cmocka_unit_test(test_published_cubic_is_reproduced),
      cmocka_unit_test(test_published_extrapolations_disagree),
      cmocka_unit_test(test_leave_tail),
      cmocka_unit_test(test_far_from_zero),
      cmocka_unit_test(test_units_and_order),
      cmocka_unit_test(test_exact_points),
      cmocka_unit_test(test_fewest_points),
      cmocka_unit_test(test_not_converged_is_an_answer),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
