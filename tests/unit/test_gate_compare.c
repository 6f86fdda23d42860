/* Verdicts on numbers of every sort, and the sentences about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "gate/words.h"
#include "unit/gate_world.h"

enum { BUILDS = 6, QUERIES = 2000 };

/* Two measurements and what is said of them. */
struct both {
  struct limen_measured old, new;
  struct limen_gate_outcome outcome;
  double values[BUILDS * QUERIES], queries[QUERIES];
  gsl_rng *rng;
};

static const struct world calm = {0.9, 0.05, 0.0005, 0.05};

static int make(void **state) {
  struct both *both = calloc(1, sizeof *both);
  *state = both;
  start(&both->old, "old.json");
  start(&both->new, "new");
  both->rng = limen_rng_alloc(32, "gate/compare", NULL);
  draw_queries(both->rng, &calm, both->queries, QUERIES);
  return 0;
}

static int unmake(void **state) {
  struct both *both = *state;
  limen_gate_clear(&both->outcome);
  limen_measured_clear(&both->old);
  limen_measured_clear(&both->new);
  limen_rng_free(both->rng);
  free(both);
  return 0;
}

/* A number of both sides, the new one less by `loss`. */
static void put_both(struct both *both, const char *name, double loss, size_t old_builds,
                     size_t new_builds) {
  draw_builds(both->rng, &calm, both->queries, 0, old_builds, QUERIES, both->values);
  put_sample(&both->old, name, both->values, old_builds, QUERIES, true);
  draw_builds(both->rng, &calm, both->queries, loss, new_builds, QUERIES, both->values);
  put_sample(&both->new, name, both->values, new_builds, QUERIES, true);
}

static const struct limen_gate_finding *compare(struct both *both, const char *name) {
  limen_gate_clear(&both->outcome);
  assert_int_equal(limen_gate_compare(&both->old, &both->new, &strict, &both->outcome, NULL),
                   LIMEN_OK);
  return finding_of(&both->outcome, name);
}

static void expect(struct both *both, const char *name, enum limen_gate_verdict verdict,
                   enum limen_gate_basis basis, const char *words) {
  const struct limen_gate_finding *finding = compare(both, name);
  if (finding->verdict != verdict || finding->basis != basis)
    fail_msg("%s, %s: %s", limen_gate_verdict_name(finding->verdict),
             limen_gate_basis_name(finding->basis), finding->words);
  if (!strstr(finding->words, words)) fail_msg("\"%s\" lacks \"%s\"", finding->words, words);
}

/* ---- builds and queries ---- */

static void test_paired(void **state) {
  struct both *both = *state;
  put_both(both, "same", 0, BUILDS, BUILDS);
  put_both(both, "worse", 0.02, BUILDS, BUILDS - 1);
  put_both(both, "better", -0.02, BUILDS, BUILDS);
  put_both(both, "near", 0.005, BUILDS, BUILDS);
  expect(both, "same", LIMEN_GATE_PASS, LIMEN_GATE_BY_PAIRED,
         "(98% interval, paired, 2000 queries, 6 and 6 builds): a loss of 0.50 points is ruled "
         "out");
  expect(both, "worse", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_PAIRED, "worse fell from 0.90");
  expect(both, "worse", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_PAIRED,
         "paired, 2000 queries, 6 and 5 builds): more than the 0.50 points that are put up with, p "
         "< 0.0001 after Holm over 4 numbers");
  expect(both, "better", LIMEN_GATE_IMPROVEMENT, LIMEN_GATE_BY_PAIRED,
         "better beyond noise; `limen accept` would hold on to it");
  expect(both, "near", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PAIRED,
         "a loss of 0.50 points is neither shown nor ruled out; the smallest loss that this would "
         "have caught is ");
  const struct limen_gate_finding *near_one = compare(both, "near");
  assert_true(near_one->smallest_drop > 0.005 && near_one->smallest_drop < 0.02);
  assert_true(near_one->needed_queries > 900 && near_one->needed_builds > 1);
  const struct limen_gate_finding *worse = compare(both, "worse");
  near(worse->difference, worse->new_value - worse->old_value, 0);
  assert_true(worse->lower < worse->difference && worse->difference < worse->upper);
  assert_true(worse->upper < -0.005 && worse->coverage == 0.98);
  assert_true(worse->old_builds == 6 && worse->new_builds == 5 && worse->queries == 2000);
  assert_int_equal(both->outcome.family, 4);
  assert_int_equal(limen_gate_status(&both->outcome), LIMEN_NO);
  struct limen_text headline = {0};
  limen_gate_headline(&both->outcome, &headline);
  assert_string_equal(limen_text_string(&headline),
                      "4 numbers: 1 regression, 1 cannot tell, 1 improvement, 1 pass");
  limen_text_clear(&headline);
}

/* Where less is better the same change is the other thing. */
static void test_lower_is_better(void **state) {
  struct both *both = *state;
  put_both(both, "misses", 0.02, BUILDS, BUILDS);
  put_both(both, "errors", -0.02, BUILDS, BUILDS);
  for (size_t i = 0; i < 2; i++)
    both->old.number[i].higher_is_better = both->new.number[i].higher_is_better = false;
  expect(both, "misses", LIMEN_GATE_IMPROVEMENT, LIMEN_GATE_BY_PAIRED, "misses fell from");
  expect(both, "errors", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_PAIRED, "errors rose from");
  const struct limen_gate_finding *errors = compare(both, "errors");
  assert_true(errors->difference > 0 && errors->lower > 0.005);
}

static void test_unpaired(void **state) {
  struct both *both = *state;
  put_both(both, "a", 0.02, BUILDS, BUILDS);
  both->new.number[0].sample.asked[0] = 'b';
  expect(both, "a", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_UNPAIRED,
         "other queries, unpaired, 2000 queries");
  /* Queries that are not known to be the same are other queries. */
  both->new.number[0].sample.asked[0] = both->old.number[0].sample.asked[0] = '\0';
  expect(both, "a", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_UNPAIRED, "unpaired");
}

/* What four builds show may be luck, on either side. */
static void test_too_few_builds(void **state) {
  struct both *both = *state;
  put_both(both, "a", 0.3, 4, BUILDS);
  put_both(both, "b", 0, BUILDS, 1);
  expect(both, "a", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PAIRED,
         "with 4 and 6 builds: how much builds differ is not known from fewer than 5 a side, so "
         "this may be a build's luck; run and accept 5 or more");
  expect(both, "b", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PAIRED, "with 6 and 1 builds");
  const struct limen_gate_finding *one = compare(both, "a");
  assert_true(isnan(one->lower) && isnan(one->p_regression) && isnan(one->smallest_drop));
  assert_int_equal(one->needed_builds, 5);
  assert_int_equal(both->outcome.family, 0);
  assert_int_equal(limen_gate_status(&both->outcome), LIMEN_CANNOT_TELL);
  /* Unless there is no luck in building. */
  for (size_t i = 0; i < 2; i++)
    both->old.number[i].sample.drawn = both->new.number[i].sample.drawn = false;
  expect(both, "a", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_PAIRED, "a fell");
  /* Or the answers are the same. */
  both->old.number[1].sample.drawn = both->new.number[1].sample.drawn = true;
  strcpy(both->old.number[1].sample.answers, "1c");
  strcpy(both->new.number[1].sample.answers, "1c");
  both->new.number[1].value = both->old.number[1].value;
  expect(both, "b", LIMEN_GATE_PASS, LIMEN_GATE_BY_IDENTICAL, "from the same answers bit for bit");
  assert_false(both->outcome.identical);
  assert_int_equal(both->outcome.family, 1);
  /* The same ids that are worth something else are not the same. */
  both->new.number[1].value -= 0.001;
  expect(both, "b", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PAIRED, "b fell");
}

/* Nothing lost on few queries does not show that no kind of query lost everything. */
static void test_too_few_queries(void **state) {
  struct both *both = *state;
  static double ones[919];
  for (size_t i = 0; i < 919; i++) ones[i] = 1;
  put_sample(&both->old, "few", ones, 1, 918, false);
  put_sample(&both->new, "few", ones, 1, 918, false);
  put_sample(&both->old, "enough", ones, 1, 919, false);
  put_sample(&both->new, "enough", ones, 1, 919, false);
  expect(both, "few", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PAIRED,
         "few stayed at 1.0000, by 0.00 points");
  expect(both, "few", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PAIRED,
         "919 queries would let an unchanged system pass 95 times in 100");
  expect(both, "enough", LIMEN_GATE_PASS, LIMEN_GATE_BY_PAIRED, "is ruled out");
  /* A few queries that are each the mean of many are another matter. */
  both->old.number[0].sample.within = both->new.number[0].sample.within = 2;
  expect(both, "few", LIMEN_GATE_PASS, LIMEN_GATE_BY_PAIRED, "is ruled out");
}

/* ---- intervals, units, proofs ---- */

static void test_intervals(void **state) {
  struct both *both = *state;
  put_number(&both->old, "critical_n/d=4", "documents", 100, 99, 101);
  put_number(&both->new, "critical_n/d=4", "documents", 90, 89, 91);
  put_number(&both->old, "half_n/d=4", "documents", 100, 99, 101);
  put_number(&both->new, "half_n/d=4", "documents", 99, 98.5, 99.5);
  put_number(&both->old, "n_99/d=4", "documents", 100, NAN, NAN);
  put_number(&both->new, "n_99/d=4", "documents", 100, 99, 101);
  put_number(&both->old, "effect/d=4", "points", 1.2, 1.1, 1.3);
  put_number(&both->new, "effect/d=4", "points", 1.1, 1.0, 1.2);
  expect(both, "critical_n/d=4", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_INTERVALS,
         "fell from 100 to 90, by 10 documents [8.32");
  expect(both, "critical_n/d=4", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_INTERVALS,
         "(98% interval, of the two intervals alone, as if errors were normal): more than the 5 "
         "documents that are put up with, p < 0.0001 after Holm over 3 numbers");
  expect(both, "half_n/d=4", LIMEN_GATE_PASS, LIMEN_GATE_BY_INTERVALS,
         "a loss of 5 documents is ruled out");
  expect(both, "n_99/d=4", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_INTERVALS,
         "n_99/d=4 stayed at 100, and one of the two has no interval: nobody knows how much is "
         "noise");
  expect(both, "effect/d=4", LIMEN_GATE_PASS, LIMEN_GATE_BY_INTERVALS, "by 0.10 points");
  near(compare(both, "effect/d=4")->tolerance, 0.5, 0);
  near(compare(both, "critical_n/d=4")->tolerance, 5, 0);
}

static void test_proofs(void **state) {
  struct both *both = *state;
  put_number(&both->old, "certified_n/d=4", "documents", 9, 9, NAN);
  put_number(&both->new, "certified_n/d=4", "documents", 11, 11, NAN);
  expect(both, "certified_n/d=4", LIMEN_GATE_PASS, LIMEN_GATE_BY_PROOF,
         "rose from 9 to 11, proved");
  both->new.number[0].value = 7;
  expect(both, "certified_n/d=4", LIMEN_GATE_CANNOT_TELL, LIMEN_GATE_BY_PROOF,
         "fell from 9 to 7, proved; how much of that is the search's luck is not known, as "
         "critical_n has no interval with so few seeds");
  put_number(&both->old, "critical_n/d=4", "documents", 8, 7, 9);
  put_number(&both->new, "critical_n/d=4", "documents", 8, 7, 9);
  expect(both, "certified_n/d=4", LIMEN_GATE_PASS, LIMEN_GATE_BY_PROOF,
         "proved; no less than what one search found, 8 [7, 9]");
  both->new.number[0].value = 6;
  expect(both, "certified_n/d=4", LIMEN_GATE_REGRESSION, LIMEN_GATE_BY_PROOF,
         "less than what one search found, 8 [7, 9]");
  /* A proof that does not hold is worse than any comparison. */
  assert_int_equal(limen_gate_unprove(&both->outcome, "a file was altered", NULL), LIMEN_OK);
  const struct limen_gate_finding *finding = finding_of(&both->outcome, "certified_n/d=4");
  assert_int_equal(finding->verdict, LIMEN_GATE_UNPROVED);
  assert_string_equal(finding->words, "certified_n/d=4 is not proved: a file was altered");
  assert_int_equal(both->outcome.count[LIMEN_GATE_REGRESSION], 0);
  assert_int_equal(both->outcome.count[LIMEN_GATE_UNPROVED], 1);
}

/* ---- what cannot be compared ---- */

static void test_strangers(void **state) {
  struct both *both = *state;
  put_both(both, "data", 0, BUILDS, BUILDS);
  put_both(both, "unit", 0, BUILDS, BUILDS);
  put_both(both, "known", 0, BUILDS, BUILDS);
  memset(both->old.number[0].sample.data, '1', LIMEN_HASH_SIZE - 1);
  memset(both->new.number[0].sample.data, '2', LIMEN_HASH_SIZE - 1);
  memset(both->new.number[2].sample.data, '2', LIMEN_HASH_SIZE - 1); /* the old one is not known */
  both->new.number[1].higher_is_better = false;
  put_number(&both->old, "gone", "share", 0.57, 0.5, 0.6);
  put_number(&both->new, "here", "value", 32, 11, 57);
  expect(both, "data", LIMEN_GATE_OTHER_DATA, LIMEN_GATE_BY_NONE,
         "data was measured on other data, or in another unit, than the baseline's");
  expect(both, "unit", LIMEN_GATE_OTHER_DATA, LIMEN_GATE_BY_NONE, "cannot be compared");
  expect(both, "known", LIMEN_GATE_PASS, LIMEN_GATE_BY_PAIRED, "is ruled out");
  expect(both, "gone", LIMEN_GATE_MISSING, LIMEN_GATE_BY_NONE,
         "gone was 0.5700, and is not among what was measured");
  expect(both, "here", LIMEN_GATE_NEW, LIMEN_GATE_BY_NONE,
         "here is 32, and the baseline does not have it; `limen accept` adds it");
  assert_int_equal(limen_gate_status(&both->outcome), LIMEN_NO);
}

/* Nothing but new numbers is no pass; and each verdict has its status. */
static void test_never_a_silent_pass(void **state) {
  struct both *both = *state;
  put_number(&both->new, "here", "value", 32, 11, 57);
  expect(both, "here", LIMEN_GATE_NEW, LIMEN_GATE_BY_NONE, "here");
  assert_int_equal(limen_gate_status(&both->outcome), LIMEN_CANNOT_TELL);
  static const int statuses[LIMEN_GATE_VERDICTS] = {LIMEN_OK, LIMEN_OK, LIMEN_OK, LIMEN_CANNOT_TELL,
                                                    LIMEN_NO, LIMEN_NO, LIMEN_NO, LIMEN_NO};
  for (int v = 0; v < LIMEN_GATE_VERDICTS; v++) {
    struct limen_gate_outcome one = {.n = 2};
    one.count[v]++;
    one.count[LIMEN_GATE_PASS]++;
    assert_int_equal(limen_gate_status_of((enum limen_gate_verdict)v), statuses[v]);
    assert_int_equal(limen_gate_status(&one), statuses[v]);
    one.count[LIMEN_GATE_CANNOT_TELL]++; /* a failure wins */
    one.n++;
    assert_int_equal(limen_gate_status(&one),
                     statuses[v] == LIMEN_NO ? LIMEN_NO : LIMEN_CANNOT_TELL);
    assert_non_null(limen_gate_verdict_name((enum limen_gate_verdict)v));
  }
  for (int b = 0; b < LIMEN_GATE_BASES; b++)
    assert_non_null(limen_gate_basis_name((enum limen_gate_basis)b));
  struct limen_gate_outcome none = {0};
  assert_int_equal(limen_gate_status(&none), LIMEN_CANNOT_TELL);
}

static void test_changes(void **state) {
  struct both *both = *state;
  assert_int_equal(limen_settings_add(&both->old.definition, "k", "10", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&both->old.definition, "n", "57", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&both->old.definition, "old", "yes", NULL), LIMEN_OK);
  put_both(both, "a", 0, BUILDS, BUILDS);
  compare(both, "a");
  assert_null(both->outcome.changed); /* of a CSV nothing is known */
  assert_int_equal(limen_settings_add(&both->new.definition, "k", "20", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&both->new.definition, "n", "57", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&both->new.definition, "new", "1", NULL), LIMEN_OK);
  compare(both, "a");
  assert_string_equal(both->outcome.changed, "k: 10 -> 20; old: yes -> none; new: none -> 1");
  assert_null(both->outcome.machine);
  assert_int_equal(limen_settings_add(&both->old.machine, "cpu", "one", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&both->new.machine, "cpu", "two", NULL), LIMEN_OK);
  compare(both, "a");
  assert_string_equal(both->outcome.machine, "cpu: one -> two");
}

static void test_keep(void **state) {
  struct both *both = *state;
  struct limen_error error;
  static const char *const two[] = {"recall", "distances"}, *const none[] = {"recal"};
  put_number(&both->old, "recall/ef=1", "share", 0.5, 0.4, 0.6);
  put_number(&both->old, "recall_ties/ef=1", "share", 0.5, 0.4, 0.6);
  put_number(&both->old, "distances/ef=1", "evaluations", 5, 4, 6);
  put_number(&both->old, "recall", "share", 0.5, 0.4, 0.6);
  assert_int_equal(limen_measured_has(&both->old, none, 1, &error), LIMEN_USAGE);
  says(&error,
       "--only recal: old.json has no number of this measure, which is what stands before the "
       "first slash of a name, as in recall/ef=1");
  limen_measured_keep(&both->old, NULL, 0);
  assert_int_equal(both->old.count, 4);
  assert_int_equal(limen_measured_has(&both->old, two, 2, NULL), LIMEN_OK);
  limen_measured_keep(&both->old, two, 2);
  assert_int_equal(both->old.count, 3);
  assert_string_equal(both->old.number[1].name, "distances/ef=1");
  assert_non_null(limen_measured_find(&both->old, "recall"));
  assert_null(limen_measured_find(&both->old, "recall_ties/ef=1"));
}

static void test_amounts(void **state) {
  char text[LIMEN_GATE_TEXT];
  (void)state;
  assert_string_equal(limen_gate_value("share", 0.57, text), "0.5700");
  assert_string_equal(limen_gate_value("documents", 41, text), "41");
  assert_string_equal(limen_gate_amount("share", 0.0057, text), "0.57 points");
  assert_string_equal(limen_gate_amount("points", 0.57, text), "0.57 points");
  assert_string_equal(limen_gate_amount("documents", 3.2, text), "3.2 documents");
  assert_string_equal(limen_gate_amount("value", 3.2, text), "3.2");
  assert_string_equal(limen_gate_signed("share", -0.0032, text), "-0.32");
  assert_string_equal(limen_gate_signed("share", -1e-9, text), "+0.00");
  assert_string_equal(limen_gate_signed("value", 3.2, text), "+3.2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_paired),
      TEST(test_lower_is_better),
      TEST(test_unpaired),
      TEST(test_too_few_builds),
      TEST(test_too_few_queries),
      TEST(test_intervals),
      TEST(test_proofs),
      TEST(test_strangers),
      TEST(test_changes),
      TEST(test_never_a_silent_pass),
      TEST(test_keep),
      TEST(test_amounts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
