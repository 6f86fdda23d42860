/* limen check --self: the gate on a small population, and what it says when it cannot hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
/* cmocka needs those above first. */
#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"

static int make_folder(void **state) {
  *state = folder_make();
  return 0;
}

static int remove_folder(void **state) {
  folder_remove(*state);
  return 0;
}

static void the_gate_on_itself(void **state) {
  const struct program_setup here = {.folder = *state};
  struct program_result result =
      program_run(&here, WORDS("check", "--self", "--smoke", "--out", "g"));
  assert_int_equal(result.status, LIMEN_OK);
  expect_word(result.out, "g/index.html");
  expect_word(result.out, "true loss     alarms    lower    upper  comparisons");
  expect_word(result.out, "    2.00pp    1.000");
  expect_word(result.out, "20 comparisons alarm where just the tolerance is lost; 2 are within");
  program_result_clear(&result);
  char *path = path_of(*state, "g/report.md"), *report = read_whole(path, NULL);
  expect_word(report, "Where recall really fell by just the 0.50 points that are put up with, ");
  expect_word(report, "(plots/operating_curve.svg)");
  expect_word(report, "**alert at 200%:** ");
  free(report);
  free(path);
  /* Comparisons are made of what is stored: no cell is run again. */
  result = program_run(
      &here, WORDS("check", "--self", "--smoke", "--out", "g", "--set", "comparisons=40"));
  expect_word(result.out, "40 comparisons alarm");
  expect_word(result.err, "0 cells run, 8 taken from earlier runs");
  program_result_clear(&result);
}

static void what_cannot_be_held(void **state) {
  const struct program_setup here = {.folder = *state};
  /* A tolerance so large that no ef loses three of them. */
  expect_run(&here, LIMEN_CANNOT_TELL,
             WORDS("check", "--self", "--smoke", "--out", "g", "--set", "tolerance=10"),
             WORDS("the values of ef do not reach a loss of 30 points; give smaller ones"));
  /* So few queries that hardly anything is caught. */
  expect_run(&here, LIMEN_NO,
             WORDS("check", "--self", "--smoke", "--out", "g", "--set", "gate_queries=4"),
             WORDS("the gate misses too much: a loss of 1.5 points is caught in "));
  expect_run(&here, LIMEN_USAGE, WORDS("check", "--self", "--baseline", "b.json"),
             WORDS("--baseline"));
  expect_run(&here, LIMEN_USAGE,
             WORDS("check", "--self", "--smoke", "--out", "g", "--set", "gate_builds=4"),
             WORDS("gate_builds"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(the_gate_on_itself), TEST(what_cannot_be_held)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
