/* Insertion orders against random ones, worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_order.h"
#include "stats/distributions.h"

enum { DRAWS = 4, BUILDS = 2, EFS = 3, ARMS = 3 };

static void expect_near(double a, double b) {
  if (!(fabs(a - b) <= 1e-9 * fmax(1, fabs(b)))) fail_msg("%.12g is not %.12g", a, b);
}

/* Two builds a random order, three values of ef. Every search takes 100, 200 and 400 evaluations.
 * Means over builds at the first ef: .57, .61, .55, .59; mean .58, deviation .0258199. */
static double random_recall[DRAWS * BUILDS * EFS] = {
    .55, .72, .81, .59, .74, .83, /* */ .60, .75, .84, .62, .77, .86,
    .53, .70, .79, .57, .72, .81, /* */ .58, .73, .82, .60, .75, .84};
static double random_work[DRAWS * BUILDS * EFS];

/* One order that has no variants, and takes twice the work. */
static double slow_recall[BUILDS * EFS] = {.70, .80, .90, .74, .84, .94};
static double slow_work[BUILDS * EFS];

/* Two of many variants; the work of random orders. */
static double sampled_recall[2 * BUILDS * EFS] = {.36, .56, .66, .40, .58, .68,
                                                  .44, .62, .72, .48, .64, .74};
static double sampled_work[2 * BUILDS * EFS];

/* The third order is the second, as if those two variants were all there are. */
static void make(struct recall_order_family *family, struct recall_order_arm *arms) {
  static const double usual[EFS] = {100, 200, 400};
  for (size_t i = 0; i < DRAWS * BUILDS * EFS; i++) random_work[i] = log(usual[i % EFS]);
  for (size_t i = 0; i < BUILDS * EFS; i++) slow_work[i] = log(2 * usual[i % EFS]);
  for (size_t i = 0; i < 2 * BUILDS * EFS; i++) sampled_work[i] = log(usual[i % EFS]);
  arms[0] = (struct recall_order_arm){.variants = 1,
                                      .builds = BUILDS,
                                      .complete = true,
                                      .available = 1,
                                      .recall = slow_recall,
                                      .work = slow_work};
  arms[1] = (struct recall_order_arm){.variants = 2,
                                      .builds = BUILDS,
                                      .complete = true,
                                      .available = INFINITY,
                                      .recall = sampled_recall,
                                      .work = sampled_work};
  arms[2] = arms[1];
  arms[2].available = 2;
  *family = (struct recall_order_family){.random = {.variants = DRAWS,
                                                    .builds = BUILDS,
                                                    .complete = true,
                                                    .available = INFINITY,
                                                    .recall = random_recall,
                                                    .work = random_work},
                                         .arm = arms,
                                         .n_arms = ARMS};
  struct limen_error error = {0};
  if (recall_order_test_family(family, EFS, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

static const struct recall_order_test *test_at(const struct recall_order_family *family, size_t arm,
                                               size_t ef, enum recall_order_measure measure) {
  return &family->effect[arm * EFS + ef].test[measure];
}

/* t of 3 degrees of freedom is 3.182446; sd .0258199 sqrt(1 + 1/4). */
static const double half = 3.182446305284263 * 0.025819888974716113 * 1.118033988749895;

static void an_effect_is_held_against_one_more_random_order(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  make(&family, arms);
  const struct recall_order_test *test = test_at(&family, 0, 0, RECALL_ORDER_AT_EF);
  struct limen_reported number = recall_order_number(test);
  assert_true(test->made);
  expect_near(test->null.mean, .58);
  expect_near(test->null.sd, 0.025819888974716113);
  expect_near(number.value, .14);
  expect_near(number.lower, .14 - half);
  expect_near(number.upper, .14 + half);
  expect_near(test->null.p_rank, .2); /* 1 of 5 is the least there can be */
  expect_near(family.effect[0].work, 2);
  assert_int_equal(family.effect[0].spread.n, 0);
  limen_free(family.effect);
}

/* The mean over a sample of variants is itself not known: .38 and .46 have a variance of .0032. All
 * variants there are leave nothing open. */
static void sampled_variants_widen_the_interval(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  make(&family, arms);
  const struct recall_order_test *test = test_at(&family, 1, 0, RECALL_ORDER_AT_EF);
  struct limen_reported sampled = recall_order_number(test);
  struct limen_reported all = recall_order_number(test_at(&family, 2, 0, RECALL_ORDER_AT_EF));
  expect_near(sampled.value, -.16);
  expect_near(all.value, -.16);
  expect_near(all.upper - all.value, half);
  /* .002 / 3 (1 + 1/4) of the null with 3 degrees of freedom, .0032 / 2 of the two with 1. */
  const double null = .0025 / 3, two = .0016, whole = null + two;
  const double df = whole * whole / (null * null / 3 + two * two);
  expect_near(sampled.upper - sampled.value, limen_t_half_width(.95, df, sqrt(whole)));
  expect_near(test->p, limen_t_two_sided(.16 / sqrt(whole), df));
  /* What one order in all its variants does is more than noise; what two of many do may not be. */
  assert_true(recall_order_matters(test_at(&family, 2, 0, RECALL_ORDER_AT_EF)));
  assert_false(recall_order_matters(test));
  /* Their deviations: .0565685 against .0258199. */
  expect_near(family.effect[EFS].spread.ratio, .0032 / (.002 / 3));
  limen_free(family.effect);
}

/* Adjusted over the three orders at one ef, and nothing else. */
static void p_values_are_adjusted_over_the_orders(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  make(&family, arms);
  /* The third order is the least, then the first, then the second. */
  const double p0 = test_at(&family, 0, 0, RECALL_ORDER_AT_EF)->p;
  const double p1 = test_at(&family, 1, 0, RECALL_ORDER_AT_EF)->p;
  const double p2 = test_at(&family, 2, 0, RECALL_ORDER_AT_EF)->p;
  assert_true(p2 < p0 && p0 < p1);
  expect_near(p2, test_at(&family, 2, 0, RECALL_ORDER_AT_EF)->null.p);
  expect_near(test_at(&family, 2, 0, RECALL_ORDER_AT_EF)->holm, 3 * p2);
  expect_near(test_at(&family, 0, 0, RECALL_ORDER_AT_EF)->holm, fmax(3 * p2, 2 * p0));
  expect_near(test_at(&family, 1, 0, RECALL_ORDER_AT_EF)->holm, fmax(fmax(3 * p2, 2 * p0), p1));
  limen_free(family.effect);
}

/* Random orders do 200 evaluations at the second ef. The slow order did as many at its first: .70
 * and .74 there, against .735. What lies beyond the grid is not guessed. */
static void equal_work_is_read_off_between_the_values_of_ef(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  make(&family, arms);
  struct limen_reported middle = recall_order_number(test_at(&family, 0, 1, RECALL_ORDER_AT_WORK));
  expect_near(middle.value, .72 - .735);
  assert_false(test_at(&family, 0, 0, RECALL_ORDER_AT_WORK)->made);
  assert_true(isnan(recall_order_number(test_at(&family, 0, 0, RECALL_ORDER_AT_WORK)).value));
  assert_false(recall_order_matters(test_at(&family, 0, 0, RECALL_ORDER_AT_WORK)));
  /* Where the work is the same, so is the effect. */
  expect_near(recall_order_number(test_at(&family, 2, 1, RECALL_ORDER_AT_WORK)).value,
              recall_order_number(test_at(&family, 2, 1, RECALL_ORDER_AT_EF)).value);
  /* Random orders have .735 there; the second build has more than that from the start, and how
   * little work it needs is not known. */
  assert_false(test_at(&family, 0, 1, RECALL_ORDER_AT_RECALL)->made);
  limen_free(family.effect);
}

/* The slow order with .1 less: .735 lies inside what both of its builds do. */
static void work_at_equal_recall_is_a_ratio(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  for (size_t i = 0; i < BUILDS * EFS; i++) slow_recall[i] -= .1;
  make(&family, arms);
  for (size_t i = 0; i < BUILDS * EFS; i++) slow_recall[i] += .1;
  /* Builds .60 .70 .80 and .64 .74 .84 at 200 400 800 evaluations: .735 comes .35 of a doubling
   * after 400, and .95 of one after 200. */
  double random = 0;
  for (size_t i = 0; i < DRAWS * BUILDS; i++) {
    const double first = random_recall[i * EFS], second = random_recall[i * EFS + 1],
                 third = random_recall[i * EFS + 2];
    random += second < .735 ? log(200) + log(2) * (.735 - second) / (third - second)
                            : log(100) + log(2) * (.735 - first) / (second - first);
  }
  random /= DRAWS * BUILDS;
  const double ours = (log(400) + .35 * log(2) + log(200) + .95 * log(2)) / 2;
  struct limen_reported ratio = recall_order_ratio(test_at(&family, 0, 1, RECALL_ORDER_AT_RECALL));
  expect_near(ratio.value, exp(ours - random));
  assert_true(ratio.lower < ratio.value && ratio.value < ratio.upper);
  limen_free(family.effect);
}

/* Work that falls while ef grows is no curve. */
static void a_curve_that_turns_back_is_not_read(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  make(&family, arms);
  limen_free(family.effect);
  sampled_work[2] = log(150);
  assert_int_equal(recall_order_test_family(&family, EFS, NULL), LIMEN_OK);
  assert_false(test_at(&family, 1, 1, RECALL_ORDER_AT_WORK)->made);
  assert_true(test_at(&family, 1, 1, RECALL_ORDER_AT_EF)->made);
  limen_free(family.effect);
}

/* Random orders that all do the same leave no p, and nothing is called more than noise. */
static void a_null_without_spread_tells_nothing(void **state) {
  (void)state;
  struct recall_order_family family;
  struct recall_order_arm arms[ARMS];
  double kept[DRAWS * BUILDS * EFS];
  for (size_t i = 0; i < DRAWS * BUILDS * EFS; i++) {
    kept[i] = random_recall[i];
    random_recall[i] = 1;
  }
  make(&family, arms);
  for (size_t i = 0; i < DRAWS * BUILDS * EFS; i++) random_recall[i] = kept[i];
  const struct recall_order_test *test = test_at(&family, 0, 0, RECALL_ORDER_AT_EF);
  assert_true(test->made && isnan(test->holm));
  expect_near(recall_order_number(test).value, -.28);
  assert_false(recall_order_matters(test));
  struct limen_text text = {0};
  recall_order_print_p(test->holm, &text);
  assert_string_equal(text.data, "none");
  limen_text_clear(&text);
  limen_free(family.effect);
}

/* The second family is the first, .01 n lower for the nth random order, and .2 for the first arm:
 * differences of random orders are 0, .01, .02, .03, that of the arm .2. */
static void a_difference_is_held_against_that_of_every_random_order(void **state) {
  (void)state;
  struct recall_order_family first, second;
  struct recall_order_arm arms[ARMS], others[ARMS];
  double recall[DRAWS * BUILDS * EFS], arm[BUILDS * EFS];
  const struct recall_orders orders = {.efs = EFS};
  struct recall_order_test test;
  make(&first, arms);
  make(&second, others);
  for (size_t i = 0; i < DRAWS * BUILDS * EFS; i++)
    recall[i] = random_recall[i] - .01 * (double)(i / (BUILDS * EFS));
  for (size_t i = 0; i < BUILDS * EFS; i++) arm[i] = slow_recall[i] - .2;
  second.random.recall = recall;
  others[0].recall = arm;
  assert_int_equal(recall_order_difference(&orders, &first, 0, &second, 0, 0, &test, NULL),
                   LIMEN_OK);
  struct limen_reported number = recall_order_number(&test);
  expect_near(test.null.mean, .015);
  expect_near(test.null.sd, 0.012909944487358056);
  expect_near(number.value, .185);
  expect_near(number.upper - number.value, half / 2);
  /* Which random orders are the same in two unfinished families is not known. */
  second.random.complete = false;
  assert_int_equal(recall_order_difference(&orders, &first, 0, &second, 0, 0, &test, NULL),
                   LIMEN_OK);
  assert_false(test.made);
  limen_free(first.effect);
  limen_free(second.effect);
}

static void small_p_values_are_not_spelled_out(void **state) {
  static const struct {
    double p;
    const char *text;
  } cases[] = {{.57, "0.57"}, {.0321, "0.032"}, {.00032, "3e-04"}, {1.1e-9, "< 1e-6"}, {1, "1"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_text text = {0};
    recall_order_print_p(cases[i].p, &text);
    assert_string_equal(text.data, cases[i].text);
    limen_text_clear(&text);
  }
}

static void the_second_ef_is_four_times_the_first(void **state) {
  (void)state;
  int64_t many[] = {10, 20, 30, 40, 80}, two[] = {11, 19}, one[] = {32};
  assert_int_equal(recall_order_second_ef(&(struct recall_orders){.efs = 5, .ef = many}), 3);
  assert_int_equal(recall_order_second_ef(&(struct recall_orders){.efs = 2, .ef = two}), 1);
  assert_int_equal(recall_order_second_ef(&(struct recall_orders){.efs = 1, .ef = one}), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_effect_is_held_against_one_more_random_order),
      cmocka_unit_test(sampled_variants_widen_the_interval),
      cmocka_unit_test(p_values_are_adjusted_over_the_orders),
      cmocka_unit_test(equal_work_is_read_off_between_the_values_of_ef),
      cmocka_unit_test(work_at_equal_recall_is_a_ratio),
      cmocka_unit_test(a_curve_that_turns_back_is_not_read),
      cmocka_unit_test(a_null_without_spread_tells_nothing),
      cmocka_unit_test(a_difference_is_held_against_that_of_every_random_order),
      cmocka_unit_test(small_p_values_are_not_spelled_out),
      cmocka_unit_test(the_second_ef_is_four_times_the_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
