/* The gap law on points made to follow it, and on points made to break it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>

#include "experiments/kinds/critical_n/gap_law.h"

enum { DIMENSIONS = 3, TEMPERATURES = 4, POINTS = DIMENSIONS * TEMPERATURES };

static const double temperatures[TEMPERATURES] = {0.11, 0.057, 0.032, 0.0091};

/* Geometry of our own: G_d(n) = d^2.3 n^-1.7. Training stops where G = factor(d) tau. */
static struct critical_gap_law made(struct critical_gap *gaps, const double *factors) {
  struct critical_gap_law law = {.gaps = gaps, .count = POINTS, .methods = 1};
  for (size_t i = 0; i < POINTS; i++) {
    const double d = 4 + (double)(i / TEMPERATURES), tau = temperatures[i % TEMPERATURES];
    const double gap = factors[i / TEMPERATURES] * tau;
    gaps[i] = (struct critical_gap){.d = d,
                                    .tau = tau,
                                    .gap = gap,
                                    .n = pow(gap / pow(d, 2.3), -1 / 1.7),
                                    .by_one = NAN,
                                    .by_each = NAN};
  }
  return law;
}

static void test_a_law(void **state) {
  (void)state;
  struct critical_gap gaps[POINTS];
  double room[POINTS];
  struct critical_gap_factors range;
  const double factors[] = {1.2, 1.2, 1.2};
  struct critical_gap_law law = made(gaps, factors);
  critical_gap_predict(&law, room);
  for (size_t i = 0; i < POINTS; i++) {
    assert_true(fabs(gaps[i].by_one / gaps[i].n - 1) < 1e-9);
    assert_true(fabs(gaps[i].by_each / gaps[i].n - 1) < 1e-9);
    /* The largest and the least temperature lie beyond the others. */
    assert_int_equal(gaps[i].extrapolated, i % TEMPERATURES == 0 || i % TEMPERATURES == 3);
  }
  assert_int_equal(critical_gap_factors(&law, 0, &range, NULL), LIMEN_OK);
  assert_true(fabs(range.low - 1.2) < 1e-9 && fabs(range.high - 1.2) < 1e-9);
  struct critical_gap_score score;
  assert_int_equal(critical_gap_score(&law, 0, false, &score, NULL), LIMEN_OK);
  assert_int_equal(score.predicted, POINTS);
  assert_int_equal(score.within, POINTS);
  assert_true(score.median < 1e-9);
}

/* Each d has a factor of its own: 0.6, 1.2, 2.4. The median factor is 1.2, so n is right at the
 * middle d and off by 2^(1 / 1.7) = 1.503 either way at the others. */
static void test_another_factor_for_each_d(void **state) {
  (void)state;
  struct critical_gap gaps[POINTS];
  double room[POINTS];
  const double factors[] = {0.6, 1.2, 2.4};
  struct critical_gap_law law = made(gaps, factors);
  critical_gap_predict(&law, room);
  struct critical_gap_score one, each;
  assert_int_equal(critical_gap_score(&law, 0, false, &one, NULL), LIMEN_OK);
  assert_int_equal(critical_gap_score(&law, 0, true, &each, NULL), LIMEN_OK);
  assert_int_equal(each.within, POINTS);
  struct critical_gap_factors range;
  assert_int_equal(critical_gap_factors(&law, 0, &range, NULL), LIMEN_OK);
  assert_true(fabs(range.low - 0.6) < 1e-9 && fabs(range.high - 2.4) < 1e-9);
  assert_true(fabs(range.median - 1.2) < 1e-9);
  assert_int_equal(one.predicted, POINTS);
  assert_int_equal(one.within, TEMPERATURES);
  assert_true(fabs(one.worst - (pow(2, 1 / 1.7) - 1)) < 1e-6);
  assert_true(fabs(gaps[0].by_one / gaps[0].n - pow(2, -1 / 1.7)) < 1e-6);
}

/* Too few others: nothing is predicted, and nothing is divided by. */
static void test_too_few(void **state) {
  (void)state;
  struct critical_gap gaps[POINTS];
  double room[POINTS];
  const double factors[] = {1.2, 1.2, 1.2};
  struct critical_gap_law law = made(gaps, factors);
  law.count = 2;
  critical_gap_predict(&law, room);
  struct critical_gap_score score;
  assert_int_equal(critical_gap_score(&law, 0, false, &score, NULL), LIMEN_OK);
  assert_int_equal(score.predicted, 0);
  assert_true(isnan(score.worst) && isnan(score.median));
  assert_true(isnan(gaps[0].by_one) && isnan(gaps[1].by_each));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_law),
      cmocka_unit_test(test_another_factor_for_each_d),
      cmocka_unit_test(test_too_few),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
