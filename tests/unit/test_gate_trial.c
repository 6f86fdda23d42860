/* The gate tried on populations that are made here: the truth is known, and a gate that forgot
 * about builds would be found out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/threads.h"
#include "gate/trial.h"
#include "gate_world.h"

enum { BUILDS = 60, QUERIES = 800 };
#define CELLS (BUILDS * QUERIES)

static double old_table[CELLS], new_table[CELLS];

/* Shares of ten, builds that differ, and a loss with every query. Gives the true loss. */
static double populate(double build_sd, double loss) {
  gsl_rng *rng = limen_rng_alloc(1, "test/trial", NULL);
  double query[QUERIES], sum = 0;
  for (size_t q = 0; q < QUERIES; q++) query[q] = 0.75 + 0.15 * gsl_rng_uniform(rng);
  for (size_t b = 0; b < BUILDS; b++) {
    const double build = gsl_ran_gaussian(rng, build_sd);
    for (size_t q = 0; q < QUERIES; q++) {
      const double p = fmin(0.999, query[q] + build);
      old_table[b * QUERIES + q] = gsl_ran_binomial(rng, p, 10) / 10.0;
      new_table[b * QUERIES + q] = gsl_ran_binomial(rng, p - loss, 10) / 10.0;
      sum += old_table[b * QUERIES + q] - new_table[b * QUERIES + q];
    }
  }
  limen_rng_free(rng);
  return sum / CELLS;
}

static const struct limen_population population = {old_table, new_table, BUILDS, QUERIES};

static struct limen_trial trial_with(double tolerance) {
  return (struct limen_trial){.settings = {0.01, tolerance, 0.05},
                              .builds = 6,
                              .queries = 300,
                              .comparisons = 400,
                              .seed = 7};
}

/* At a loss of just the tolerance the rule that looks at one build alarms half of the time, and the
 * gate no more often than it promises. */
static void just_the_tolerance(void **state) {
  (void)state;
  const double loss = populate(0.01, 0.02);
  const struct limen_trial trial = trial_with(loss);
  struct limen_trial_tally tally;
  assert_int_equal(limen_trial_run(&population, &trial, &tally, NULL), LIMEN_OK);
  assert_int_equal(tally.comparisons, 400);
  assert_true(tally.alarms <= limen_trial_allowed(400, 0.01, 0.99));
  assert_true(tally.passes <= limen_trial_allowed(400, 0.01, 0.99));
  assert_true(tally.rule[0] > 150 && tally.rule[0] < 250);
}

/* A gate that took all values for independent draws would alarm far too often here: builds differ
 * by more than queries can tell. That the trial sees such a gate is what makes it a trial. */
static void a_gate_that_forgets_builds(void **state) {
  (void)state;
  const double loss = populate(0.03, 0.02);
  const struct limen_trial trial = trial_with(loss);
  struct limen_trial_tally tally;
  assert_int_equal(limen_trial_run(&population, &trial, &tally, NULL), LIMEN_OK);
  assert_true(tally.alarms <= limen_trial_allowed(400, 0.01, 0.99));
  /* The same draws, with the standard error over queries alone: a z test of paired differences. */
  gsl_rng *rng = limen_rng_alloc(9, "test/trial/naive", NULL);
  size_t alarms = 0;
  for (size_t i = 0; i < 400; i++) {
    double sum = 0, squares = 0;
    size_t a[6], b[6];
    for (size_t k = 0; k < 6; k++) {
      a[k] = gsl_rng_uniform_int(rng, BUILDS);
      b[k] = gsl_rng_uniform_int(rng, BUILDS);
    }
    for (size_t j = 0; j < 300; j++) {
      const size_t q = gsl_rng_uniform_int(rng, QUERIES);
      double d = 0;
      for (size_t k = 0; k < 6; k++)
        d += (new_table[b[k] * QUERIES + q] - old_table[a[k] * QUERIES + q]) / 6;
      sum += d;
      squares += d * d;
    }
    const double mean = sum / 300, se = sqrt((squares / 300 - mean * mean) / 300);
    alarms += (mean + loss) / se < -2.326;
  }
  limen_rng_free(rng);
  assert_true(alarms > 5 * limen_trial_allowed(400, 0.01, 0.99));
}

static void what_is_lost_is_caught(void **state) {
  (void)state;
  populate(0.002, 0.03);
  struct limen_trial trial = trial_with(0.005);
  struct limen_trial_tally tally, again;
  assert_int_equal(limen_trial_run(&population, &trial, &tally, NULL), LIMEN_OK);
  assert_true(tally.alarms >= 380 && tally.passes == 0);
  assert_true(tally.rule[1] > 300);   /* 2 points */
  assert_int_equal(tally.rule[2], 0); /* misses are far from doubled */
  /* Threads do not show, seeds do. */
  const int threads = limen_threads();
  limen_threads_set(1);
  assert_int_equal(limen_trial_run(&population, &trial, &again, NULL), LIMEN_OK);
  limen_threads_set(threads);
  assert_memory_equal(&tally, &again, sizeof tally);
  trial.seed++;
  assert_int_equal(limen_trial_run(&population, &trial, &again, NULL), LIMEN_OK);
  assert_true(memcmp(&tally, &again, sizeof tally) != 0);
}

static void rules_of_others(void **state) {
  (void)state;
  static const struct {
    double old, new;
    bool alarms[LIMEN_TRIAL_RULES];
  } cases[] = {{0.9, 0.9, {false, false, false}},    {0.9, 0.894, {true, false, false}},
               {0.9, 0.8796, {true, true, false}},   {0.9, 0.799, {true, true, true}},
               {0.995, 0.9895, {true, false, true}}, {0.8, 0.9, {false, false, false}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t r = 0; r < LIMEN_TRIAL_RULES; r++)
      assert_int_equal(limen_trial_rule_at(r)->alarms(cases[i].old, cases[i].new, 0.005),
                       cases[i].alarms[r]);
  assert_null(limen_trial_rule_at(LIMEN_TRIAL_RULES));
}

static void between(void **state) {
  (void)state;
  const double loss = populate(0.002, 0.03);
  double *mixed = malloc(CELLS * sizeof *mixed), high = 0, sum = 0, reached;
  for (size_t i = 0; i < CELLS; i++) high += old_table[i] / CELLS;
  for (double part = 0; part <= 1; part += 0.25) {
    assert_int_equal(limen_trial_between(old_table, new_table, BUILDS, QUERIES, high - part * loss,
                                         3, mixed, &reached, NULL),
                     LIMEN_OK);
    near(reached, high - part * loss, 0.0005);
    sum = 0;
    size_t lower = 0;
    for (size_t i = 0; i < CELLS; i++) sum += mixed[i] / CELLS;
    near(sum, reached, 1e-9);
    for (size_t q = 0; q < QUERIES; q++) { /* whole queries, of one system or the other */
      bool as_old = true, as_new = true;
      for (size_t b = 0; b < BUILDS; b++) {
        as_old = as_old && mixed[b * QUERIES + q] == old_table[b * QUERIES + q];
        as_new = as_new && mixed[b * QUERIES + q] == new_table[b * QUERIES + q];
      }
      assert_true(as_old || as_new);
      lower += as_new;
    }
    near((double)lower / QUERIES, part, 0.06);
  }
  free(mixed);
}

static void bounds_and_refusals(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_trial trial = trial_with(0.005);
  struct limen_trial_tally tally;
  char name[LIMEN_TRIAL_NAME];
  /* Summed in whole binomial coefficients, elsewhere. */
  assert_int_equal(limen_trial_allowed(300, 0.01, 0.99), 8);
  assert_int_equal(limen_trial_allowed(100, 0.05, 0.99), 11);
  assert_int_equal(limen_trial_allowed(20, 0.01, 0.99), 2);
  assert_int_equal(limen_trial_allowed(0, 0.01, 0.99), 0);
  assert_string_equal(limen_trial_measure("alarm", 0.005, name), "alarm@0.5pp");
  assert_string_equal(limen_trial_measure("pass", 0, name), "pass@0pp");
  trial.builds = 4;
  assert_int_equal(limen_trial_run(&population, &trial, &tally, &error), LIMEN_USAGE);
  says(&error, "4 builds a side and 300 queries: at least 5 and 2 are needed");
  trial.builds = 5;
  trial.queries = 1;
  assert_int_equal(limen_trial_run(&population, &trial, &tally, &error), LIMEN_USAGE);
}

int main(void) {
  gsl_set_error_handler_off();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(just_the_tolerance),
      cmocka_unit_test(a_gate_that_forgets_builds),
      cmocka_unit_test(what_is_lost_is_caught),
      cmocka_unit_test(rules_of_others),
      cmocka_unit_test(between),
      cmocka_unit_test(bounds_and_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
