/* Reading curves between their points, and the points that no other beats. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/interpolate.h"
#include "stats/pareto.h"

static void near(double got, double expected) {
  if (!(fabs(got - expected) <= 1e-15)) fail_msg("%.17g is not %.17g", got, expected);
}

/* Recall over work, with a dip and two points of the same work. */
static const double x[] = {0.11, 0.32, 0.57, 0.57, 0.93};
static const double y[] = {0.4, 0.7, 0.6, 0.8, 0.95};

static void test_interpolate(void **state) {
  (void)state;
  near(limen_interpolate(x, y, 5, 0.11), 0.4);
  near(limen_interpolate(x, y, 5, 0.18), 0.5); /* a third of the way */
  near(limen_interpolate(x, y, 5, 0.32), 0.7);
  near(limen_interpolate(x, y, 5, 0.42), 0.66); /* two fifths */
  near(limen_interpolate(x, y, 5, 0.57), 0.8);  /* the last of the two */
  near(limen_interpolate(x, y, 5, 0.66), 0.8375);
  near(limen_interpolate(x, y, 5, 0.93), 0.95);
  near(limen_interpolate(x, y, 1, 0.11), 0.4);
  assert_true(isnan(limen_interpolate(x, y, 5, 0.1099999)));
  assert_true(isnan(limen_interpolate(x, y, 5, 0.9300001)));
  assert_true(isnan(limen_interpolate(x, y, 5, NAN)));
  assert_true(isnan(limen_interpolate(x, y, 1, 0.12)));
  assert_true(isnan(limen_interpolate(x, y, 0, 0.11)));
}

static void test_reach(void **state) {
  (void)state;
  near(limen_interpolate_reach(x, y, 5, 0.4), 0.11);
  near(limen_interpolate_reach(x, y, 5, 0.5), 0.18);
  near(limen_interpolate_reach(x, y, 5, 0.65), 0.285); /* and again after the dip */
  near(limen_interpolate_reach(x, y, 5, 0.7), 0.32);
  near(limen_interpolate_reach(x, y, 5, 0.75), 0.57); /* straight up */
  near(limen_interpolate_reach(x, y, 5, 0.875), 0.75);
  near(limen_interpolate_reach(x, y, 5, 0.95), 0.93);
  assert_true(isnan(limen_interpolate_reach(x, y, 5, 0.96)));
  assert_true(isnan(limen_interpolate_reach(x, y, 5, 0.39))); /* before the first point */
  assert_true(isnan(limen_interpolate_reach(x, y, 5, NAN)));
  assert_true(isnan(limen_interpolate_reach(x, y, 0, 0.5)));
}

static void test_pareto(void **state) {
  (void)state;
  /* 0 beats 3 (same work), 4 beats 1 (same recall), 0 and 6 are equal, 7 has no recall, 8 no work.
   */
  const double work[] = {32, 95, 11, 32, 57, 99, 32, 5, NAN};
  const double recall[] = {0.7, 0.8, 0.4, 0.6, 0.8, 0.79, 0.7, NAN, 0.99};
  size_t front[9];
  assert_int_equal(limen_pareto(work, recall, 9, front), 4);
  const size_t expected[] = {2, 0, 6, 4};
  assert_memory_equal(front, expected, sizeof expected);
  assert_int_equal(limen_pareto(work, recall, 1, front), 1);
  assert_int_equal(limen_pareto(work, recall, 0, front), 0);
  assert_int_equal(limen_pareto(work + 7, recall + 7, 2, front), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_interpolate),
      cmocka_unit_test(test_reach),
      cmocka_unit_test(test_pareto),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
