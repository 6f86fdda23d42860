/* Measures over queries: by hand, and every entry of the table on sets of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "measures/search_set.h"

static void near(double found, double expected, double tolerance) {
  if (!(fabs(found - expected) <= tolerance))
    fail_msg("%.17g is farther than %g from %.17g", found, tolerance, expected);
}

static struct limen_interval value_of(const char *name, const struct limen_search_set *set,
                                      const struct limen_search_settings *settings) {
  const struct limen_search_measure *measure = limen_search_measure_find(name);
  struct limen_interval out;
  struct limen_error error = {0};
  assert_non_null(measure);
  int status = limen_search_measure_run(measure, set, settings, &out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return out;
}

/* Seven queries for ten neighbours each. */
static const struct limen_recall_query seven[] = {
    {.places = 10, .by_id = 9, .ties = 10, .epsilon = 10, .returned = 10},
    {.places = 10, .by_id = 0, .ties = 1, .epsilon = 4, .returned = 6},
    {.places = 10, .by_id = 10, .ties = 10, .epsilon = 10, .returned = 10},
    {.places = 10, .by_id = 7, .ties = 7, .epsilon = 9, .returned = 9, .duplicates = 1},
    {.places = 10, .by_id = 3, .ties = 6, .epsilon = 8, .returned = 8, .invalid = 2},
    {.places = 10, .by_id = 10, .ties = 10, .epsilon = 10, .returned = 10},
    {.places = 10, .by_id = 8, .ties = 8, .epsilon = 10, .returned = 10},
};
static const size_t work[] = {311, 297, 402, 355, 290, 333, 318};

static void test_by_hand(void **state) {
  (void)state;
  const struct limen_search_set set = {.count = 7, .queries = seven, .distances = work};
  struct limen_interval found = value_of("recall", &set, &limen_search_defaults);
  /* Sum 4.7, squares 4.03; t(6) at 97.5% is 2.446911851144969. */
  const double s = sqrt((4.03 - 4.7 * 4.7 / 7) / 6);
  near(found.estimate, 4.7 / 7, 1e-15);
  near(found.upper, 1, 0); /* 1.02 is no recall */
  near(found.lower, 4.7 / 7 - 2.446911851144969 * s / sqrt(7), 1e-12);
  near(found.coverage, 0.95, 0);
  near(value_of("recall_ties", &set, &limen_search_defaults).estimate, 5.2 / 7, 1e-15);
  found = value_of("recall_epsilon", &set, &limen_search_defaults);
  near(found.estimate, 6.1 / 7, 1e-15);
  near(found.upper, 1, 0);

  /* The lowest ceil(0.35) = 1 query, of any recall that is asked for. */
  struct limen_search_settings settings = limen_search_defaults;
  near(value_of("worst_5", &set, &settings).estimate, 0, 0);
  settings.tails = LIMEN_RECALL_TIES;
  found = value_of("worst_1", &set, &settings);
  near(found.estimate, 0.1, 1e-15);
  assert_true(isnan(found.lower) && isnan(found.upper)); /* one query tells no interval */
  near(value_of("zero_share", &set, &settings).estimate, 0, 0);
  found = value_of("zero_share", &set, &limen_search_defaults);
  near(found.estimate, 1.0 / 7, 1e-15);
  /* Wilson, by its formula with z = 1.959963984540054. */
  const double z2 = 1.959963984540054 * 1.959963984540054;
  const double centre = (1.0 / 7 + z2 / 14) / (1 + z2 / 7);
  const double half = 1.959963984540054 / (1 + z2 / 7) * sqrt(6.0 / 343 + z2 / 196);
  near(found.lower, centre - half, 1e-12);
  near(found.upper, centre + half, 1e-12);

  near(value_of("short_answers", &set, &settings).estimate, 3.0 / 7, 1e-15);
  near(value_of("duplicate_ids", &set, &settings).estimate, 1.0 / 7, 1e-15);
  near(value_of("invalid_ids", &set, &settings).estimate, 1.0 / 7, 1e-15);
  found = value_of("distances", &set, &settings);
  near(found.estimate, 2306 / 7.0, 1e-12);
  assert_true(found.lower < 300 && found.upper > 350);
  assert_true(isnan(value_of("hops", &set, &settings).estimate));
}

static void test_worst_queries(void **state) {
  (void)state;
  enum { Q = 2001 };
  static struct limen_recall_query queries[Q];
  /* 2001 queries: the lowest 1% are 21, 5% are 101. Recall by id 0.1 for 13 of them, 0.3 for 40,
   * 0.9 for the others, spread over the set. */
  for (size_t q = 0; q < Q; q++) {
    const size_t at = q * 613 % Q; /* 613 and 2001 have no common divisor */
    queries[at] = (struct limen_recall_query){.places = 10, .by_id = q < 13 ? 1 : q < 53 ? 3 : 9};
  }
  const struct limen_search_set set = {.count = Q, .queries = queries};
  struct limen_interval found = value_of("worst_1", &set, &limen_search_defaults);
  near(found.estimate, (13 * 0.1 + 8 * 0.3) / 21, 1e-14);
  assert_true(found.lower < found.estimate && found.estimate < found.upper);
  assert_true(found.lower >= 0.1 && found.upper <= 0.3);
  found = value_of("worst_5", &set, &limen_search_defaults);
  near(found.estimate, (13 * 0.1 + 40 * 0.3 + 48 * 0.9) / 101, 1e-14);
  assert_true(found.lower < found.estimate && found.estimate < found.upper);
  /* Exactly whole percentages are not rounded up: of 700 queries 1% are 7. */
  const struct limen_search_set fewer = {.count = 700, .queries = queries};
  size_t low = 0, next = 0;
  for (size_t q = 0; q < 700; q++) low += queries[q].by_id == 1, next += queries[q].by_id == 3;
  assert_true(low < 7 && low + next >= 8);
  near(value_of("worst_1", &fewer, &limen_search_defaults).estimate,
       ((double)low * 0.1 + (double)(7 - low) * 0.3) / 7, 1e-14);

  /* The same seed gives the same interval, another one another. */
  struct limen_search_settings settings = limen_search_defaults;
  struct limen_interval again = value_of("worst_5", &set, &settings);
  near(again.lower, found.lower, 0);
  near(again.upper, found.upper, 0);
  settings.seed = 5;
  again = value_of("worst_5", &set, &settings);
  assert_true(again.lower != found.lower || again.upper != found.upper);
}

/* A perfect score of Q queries is not a perfect index. */
static void test_without_spread(void **state) {
  (void)state;
  struct limen_recall_query queries[57];
  size_t counts[57];
  for (size_t q = 0; q < 57; q++) {
    queries[q] = (struct limen_recall_query){.places = 10, .by_id = 10, .ties = 10, .epsilon = 7};
    counts[q] = 311;
  }
  const struct limen_search_set set = {.count = 57, .queries = queries, .distances = counts};
  const double z2 = 1.959963984540054 * 1.959963984540054, others = z2 / (57 + z2);
  struct limen_interval found = value_of("recall", &set, &limen_search_defaults);
  near(found.estimate, 1, 0);
  near(found.lower, 1 - others, 1e-12); /* Wilson's lower bound of n in n: n / (n + z^2) */
  near(found.upper, 1, 0);
  found = value_of("recall_epsilon", &set, &limen_search_defaults);
  near(found.estimate, 0.7, 0);
  near(found.lower, 0.7 * (1 - others), 1e-12);
  near(found.upper, 0.7 * (1 - others) + others, 1e-12);
  /* Up to 6.3% others are more than 5%, and could be all of the worst. */
  found = value_of("worst_5", &set, &limen_search_defaults);
  near(found.estimate, 1, 0);
  near(found.lower, 0, 0);
  near(found.upper, 1, 0);
  /* A number of evaluations has no other end to be at: it has no spread. */
  found = value_of("distances", &set, &limen_search_defaults);
  near(found.lower, 311, 0);
  near(found.upper, 311, 0);
}

/* The share of 95% intervals that hold the true mean: binomial, so 4 standard errors around. */
static void test_coverage(void **state) {
  (void)state;
  enum { SETS = 2000, Q = 60 };
  gsl_rng *rng = limen_rng_alloc(3, "test/coverage", NULL);
  struct limen_recall_query queries[Q];
  const struct limen_search_set set = {.count = Q, .queries = queries};
  size_t covered = 0;
  for (size_t s = 0; s < SETS; s++) {
    for (size_t q = 0; q < Q; q++) {
      /* Hits within a query correlate: each has a chance of its own, 0.75 in the mean. */
      const double chance = gsl_ran_beta(rng, 3, 1);
      queries[q] = (struct limen_recall_query){
          .places = 10, .by_id = (uint32_t)gsl_ran_binomial(rng, chance, 10)};
    }
    struct limen_interval found = value_of("recall", &set, &limen_search_defaults);
    covered += found.lower <= 0.75 && 0.75 <= found.upper;
  }
  limen_rng_free(rng);
  near((double)covered / SETS, 0.95, 4 * sqrt(0.95 * 0.05 / SETS));
}

static void test_bootstrap_of_means(void **state) {
  (void)state;
  enum { Q = 400 };
  gsl_rng *rng = limen_rng_alloc(4, "test/bootstrap", NULL);
  struct limen_recall_query queries[Q];
  for (size_t q = 0; q < Q; q++)
    queries[q] = (struct limen_recall_query){.places = 10,
                                             .by_id = (uint32_t)gsl_ran_binomial(rng, 0.83, 10)};
  limen_rng_free(rng);
  const struct limen_search_set set = {.count = Q, .queries = queries};
  struct limen_search_settings settings = limen_search_defaults;
  struct limen_interval t = value_of("recall", &set, &settings);
  settings.bootstrap = true;
  struct limen_interval b = value_of("recall", &set, &settings);
  near(b.estimate, t.estimate, 1e-14);
  assert_true(b.lower != t.lower);
  near(b.lower, t.lower, 0.1 * (t.upper - t.lower)); /* both are near normal here */
  near(b.upper, t.upper, 0.1 * (t.upper - t.lower));
}

/* Every entry, on sets of one query and of some. */
static void test_every_measure(void **state) {
  (void)state;
  const size_t hops[] = {17, 13, 21, 19, 12, 16, 15}, unknown[] = {17, SIZE_MAX, 21, 1, 2, 3, 4};
  size_t count = 0;
  for (; limen_search_measure_at(count); count++) {
    const struct limen_search_measure *measure = limen_search_measure_at(count);
    assert_ptr_equal(limen_search_measure_find(measure->name), measure);
    assert_string_equal(limen_search_measure_name(count), measure->name);
    assert_true(strlen(measure->about) > 10 && measure->unit && measure->value);
    for (size_t n = 1; n <= 7; n += 6) {
      const struct limen_search_set set = {
          .count = n, .queries = seven, .distances = work, .hops = hops};
      struct limen_interval found = value_of(measure->name, &set, &limen_search_defaults);
      assert_true(!isnan(found.estimate));
      if (!isnan(found.lower))
        assert_true(found.lower <= found.estimate && found.estimate <= found.upper);
      if (*measure->unit == '\0') {
        assert_true(found.estimate >= 0 && found.estimate <= 1);
        assert_true(!(found.lower < 0) && !(found.upper > 1));
      }
    }
  }
  assert_int_equal(count, 11);
  assert_null(limen_search_measure_name(count));
  assert_null(limen_search_measure_find("precall"));
  const struct limen_search_set set = {.count = 7, .queries = seven, .hops = unknown};
  assert_true(isnan(value_of("hops", &set, &limen_search_defaults).estimate));
}

static void expect_refusal(const struct limen_search_set *set,
                           const struct limen_search_settings *settings, const char *words) {
  struct limen_interval out;
  struct limen_error error = {0};
  assert_int_equal(
      limen_search_measure_run(limen_search_measure_find("worst_1"), set, settings, &out, &error),
      LIMEN_INPUT);
  if (!strstr(error.text, words)) fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_recall_query queries[2] = {{.places = 10}, {.places = 0}};
  struct limen_search_set set = {.count = 0, .queries = queries};
  struct limen_search_settings settings = limen_search_defaults;
  expect_refusal(&set, &settings, "worst_1: there are no queries");
  set.count = 2;
  expect_refusal(&set, &settings, "query 1 was asked for no neighbours");
  queries[1] = (struct limen_recall_query){.places = 10, .by_id = 3};
  settings.resamples = 7;
  expect_refusal(&set, &settings, "worst_1: a bootstrap takes 100");
  settings.confidence = 1;
  expect_refusal(&set, &settings, "the confidence is 1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_worst_queries),
      cmocka_unit_test(test_without_spread),
      cmocka_unit_test(test_coverage),
      cmocka_unit_test(test_bootstrap_of_means),
      cmocka_unit_test(test_every_measure),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
