/* Signals at any moment: while it plans, while cells run, while the report is written. The program
 * ends with 130 and says what to do; what is run again ends as if nothing had happened. One that
 * comes when the last page is on its way finds nothing left to stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "faults/inside.h"
#include "faults/tiny.h"

static const struct tiny_case commands[] = {
    {.words = {"run", "limit_k2", "--set", "d=2..3", "--set", "seeds=1", "--threads", "1",
               "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"run", "@/recall.yml", "--threads", "2", "--quiet", "--out", "@/run"},
     .writes = TINY_RUN},
    {.words = {"import", "limit-json", "@/limit.json", "--out", "@/run"}, .writes = TINY_RUN}};

/* Moments, evenly over a command's allocations and over its writes: the former are many while cells
 * run, the latter while the report is written. */
static size_t moments(void) {
#if defined(__SANITIZE_ADDRESS__)
  return faults_long() ? 40 : 4;
#else
  return faults_long() ? 150 : 8;
#endif
}

static int make(void **state) {
  *state = inside_install();
  tiny_make(*state);
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* How often each was said. */
struct sayings {
  size_t cells, report, nothing;
};

static void expect_same_written(const struct tiny_case *tiny, const char *folder,
                                const struct snapshot *wanted) {
  struct snapshot found = tiny_written(tiny, folder);
  expect_same(&found, wanted);
  snapshot_clear(&found);
}

static void strike(const struct tiny_case *tiny, const char *const *words, const char *folder,
                   const struct fault *fault, const struct snapshot *wanted,
                   struct sayings *sayings) {
  tiny_clear(folder);
  struct program_result result = inside_run(fault, words);
  if (result.status == LIMEN_OK) {
    sayings->nothing++;
    expect_same_written(tiny, folder, wanted);
  } else if (result.status == LIMEN_INTERRUPTED) {
    sayings->cells += strstr(result.err, "cells are stored; run the same command again") != NULL;
    sayings->report += strstr(result.err, "`limen report ") != NULL;
    expect_word(result.err, "interrupted");
  } else {
    fail_msg("limen %s, a signal at %zu: exit status %d: %s", words[0], fault->at, result.status,
             result.err);
  }
  program_result_clear(&result);
  inside_run_well(words);
  expect_same_written(tiny, folder, wanted);
}

static struct sayings strike_everywhere(const struct tiny_case *tiny, const char *folder) {
  const struct fault none = {.place = FAULT_DISK};
  const char **words = tiny_words(tiny, folder);
  struct sayings sayings = {0};
  tiny_clear(folder);
  struct program_result result = inside_run(&none, words);
  const struct fault_tally tally = fault_tally();
  assert_int_equal(result.status, LIMEN_OK);
  program_result_clear(&result);
  struct snapshot wanted = tiny_written(tiny, folder);
  for (enum fault_place place = FAULT_MEMORY; place <= FAULT_DISK; place++)
    for (size_t i = 0; i < moments(); i++) {
      const struct fault fault = {.place = place,
                                  .effect = i % 2 ? FAULT_INTERRUPT : FAULT_TERMINATE,
                                  .at = 1 + i * tally.passed[place] / moments()};
      strike(tiny, words, folder, &fault, &wanted, &sayings);
    }
  print_message("limen %s %s: %zu in cells or before, %zu in the report, %zu too late\n", words[0],
                words[1], sayings.cells, sayings.report, sayings.nothing);
  snapshot_clear(&wanted);
  tiny_free(words);
  return sayings;
}

static void in_every_phase_of_a_run(void **state) {
  for (size_t i = 0; i < 2; i++) {
    const struct sayings sayings = strike_everywhere(&commands[i], *state);
    assert_true(sayings.cells > 0 && sayings.report > 0);
    /* Hardly anything is left to do for a page that is on its way. */
    assert_true(sayings.nothing < sayings.cells + sayings.report);
  }
}

static void in_every_phase_of_an_import(void **state) {
  const struct sayings sayings = strike_everywhere(&commands[2], *state);
  assert_true(sayings.report > 0);
}

int main(int count, char **arguments) {
  if (count > 1) return limen_main(count, arguments);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_every_phase_of_a_run),
      cmocka_unit_test(in_every_phase_of_an_import),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
