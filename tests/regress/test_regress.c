/* The regression set with engines that are worse than they say: the gate names the number, what it
 * was, what it is, and how sure that is. With too few queries it says that it cannot tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above first. */
#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"

#define DEFINITION LIMEN_SOURCE_DIR "/tests/regress/hnsw.yml"
#define BASELINE LIMEN_SOURCE_DIR "/tests/baselines/hnsw.json"

static int make_folder(void **state) {
  *state = folder_make();
  return 0;
}

static int remove_folder(void **state) {
  folder_remove(*state);
  return 0;
}

/* Runs the definition with engines that look at so many candidates fewer. */
static void run_worse_by(const char *folder, const char *by, const char *const *words) {
  const char *const environment[] = {by, NULL};
  const struct program_setup worse = {
      .program = LIMEN_WORSE, .folder = folder, .environment = environment};
  expect_run(&worse, LIMEN_OK, words, WORDS(""));
}

/* As `make regress` checks, by the program as it is. */
static struct program_result check(const char *folder, const char *run, const char *baseline,
                                   const char *tolerance) {
  const struct program_setup here = {.folder = folder};
  return program_run(&here, WORDS("check", run, "--baseline", baseline, "--only", "recall",
                                  "--tolerance", tolerance));
}

static void nothing_is_lost(void **state) {
  run_worse_by(*state, "LIMEN_WORSE_BY=0",
               WORDS("run", DEFINITION, "--set", "data=subspace", "--out", "same"));
  struct program_result result = check(*state, "same", BASELINE, "2pp");
  /* Two of three datasets were not run: that is a failure of its own, and no regression. */
  assert_int_equal(result.status, LIMEN_NO);
  expect_word(result.out, "12 numbers: 8 missing, 4 pass");
  program_result_clear(&result);
}

static void a_worse_engine_is_seen(void **state) {
  run_worse_by(*state, "LIMEN_WORSE_BY=9", WORDS("run", DEFINITION, "--out", "worse"));
  struct program_result result = check(*state, "worse", BASELINE, "2pp");
  assert_int_equal(result.status, LIMEN_NO);
  expect_word(result.err, "numbers fail: ");
  double old, new, difference, lower, upper, confidence;
  const char *sentence = strstr(result.err, "recall/data=subspace");
  assert_non_null(sentence);
  expect_word(sentence, "engine=hnswlib");
  const char *from = strstr(sentence, " fell from ");
  assert_non_null(from);
  assert_int_equal(sscanf(from, " fell from %lf to %lf, by %lf points [%lf, %lf] (%lf%% interval",
                          &old, &new, &difference, &lower, &upper, &confidence),
                   6);
  assert_true(old > 0.85 && new < old - 0.02 && confidence == 98);
  assert_true(2 < lower && lower < difference && difference < upper);
  expect_word(from, "more than the 2.00 points that are put up with, p < 0.0001 after Holm over");
  program_result_clear(&result);
}

static void too_few_queries_cannot_tell(void **state) {
  run_worse_by(*state, "LIMEN_WORSE_BY=0",
               WORDS("run", DEFINITION, "--set", "nq=20", "--set", "builds=5", "--out", "few"));
  const struct program_setup here = {.folder = *state};
  expect_run(&here, LIMEN_OK, WORDS("accept", "few", "--baseline", "few.json", "--only", "recall"),
             WORDS(""));
  run_worse_by(*state, "LIMEN_WORSE_BY=1",
               WORDS("run", DEFINITION, "--set", "nq=20", "--set", "builds=5", "--out", "fewer"));
  struct program_result result = check(*state, "fewer", "few.json", "0.5pp");
  assert_int_equal(result.status, LIMEN_CANNOT_TELL);
  expect_word(result.err, "cannot tell about ");
  program_result_clear(&result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(nothing_is_lost, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_worse_engine_is_seen, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(too_few_queries_cannot_tell, make_folder, remove_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
