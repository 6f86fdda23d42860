/* Killed at any moment and started again, a run ends as if nothing had happened. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/rng.h"
#include "faults/inside.h"
#include "support/folder.h"
#include "support/program.h"

enum { KILLS_SHORT = 8, KILLS_LONG = 100, KILLS_SEED = 32 };

/* Kills come within this share of an undisturbed run: about what a run needs that finds its cells
 * in the store, so that most starts are struck down and some come to their end. */
static const double REACH = 0.6;

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

/* A run that nobody disturbed, and how long it took. */
struct fixture {
  char *folder, *reference, *out;
  double seconds;
};

static struct program start(const char *out, const char *d, const char *seeds) {
  return program_start(&home, WORDS("run", "limit_k2", "--set", d, "--set", seeds, "--threads", "2",
                                    "--quiet", "--out", out));
}

static int run_to_its_end(const char *out) {
  struct program program = start(out, "d=4..7", "seeds=3");
  struct program_result result = program_wait(&program);
  int status = result.status;
  if (status != LIMEN_OK) print_error("%s", result.err);
  program_result_clear(&result);
  return status;
}

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = folder_make();
  fixture->reference = path_of(fixture->folder, "reference");
  fixture->out = path_of(fixture->folder, "out");
  double begin = limen_clock_s();
  int status = run_to_its_end(fixture->reference);
  fixture->seconds = limen_clock_s() - begin;
  *state = fixture;
  return status;
}

static int unmake(void **state) {
  struct fixture *fixture = *state;
  folder_remove(fixture->folder);
  free(fixture->reference);
  free(fixture->out);
  free(fixture);
  return 0;
}

static int clear_out(void **state) {
  const struct fixture *fixture = *state;
  folder_remove(strdup(fixture->out));
  return 0;
}

static void wait_s(double seconds) {
  const struct timespec time = {(time_t)seconds, (long)(1e9 * (seconds - (double)(time_t)seconds))};
  nanosleep(&time, NULL);
}

/* Sends `number` after a while and gives what became of the run. */
static struct program_result strike(struct program *program, double after_s, int number) {
  wait_s(after_s);
  assert_int_equal(kill(program->id, number), 0); /* it is a child of ours until it is waited for */
  return program_wait(program);
}

/* Nothing that a killed program was still writing lies about once the run is complete. */
static void expect_complete(const struct fixture *fixture) {
  struct snapshot all = snapshot_take(fixture->out, false);
  for (size_t i = 0; i < all.count; i++)
    if (strstr(all.file[i].name, ".new")) fail_msg("%s was left behind", all.file[i].name);
  snapshot_clear(&all);
  expect_same_folders(fixture->reference, fixture->out);
  expect_run(&home, LIMEN_OK, WORDS("verify", fixture->out), NULL);
}

/* Each start goes on where the last one was struck down, so the kills reach every part of a run;
 * one that came to its end before its time starts over. */
static void killed_many_times(void **state) {
  const struct fixture *fixture = *state;
  const size_t kills = faults_long() ? KILLS_LONG : KILLS_SHORT;
  size_t killed = 0;
  gsl_rng *rng = limen_rng_alloc(KILLS_SEED, "moments", NULL);
  assert_non_null(rng);
  for (size_t i = 0; killed < kills && i < 5 * kills; i++) {
    struct program program = start(fixture->out, "d=4..7", "seeds=3");
    struct program_result result =
        strike(&program, gsl_rng_uniform(rng) * REACH * fixture->seconds, SIGKILL);
    if (result.status != 128 + SIGKILL && result.status != LIMEN_OK)
      fail_msg("exit status %d: %s", result.status, result.err);
    if (result.status == LIMEN_OK) {
      expect_complete(fixture);
      clear_out(state);
    }
    killed += result.status == 128 + SIGKILL;
    program_result_clear(&result);
  }
  limen_rng_free(rng);
  assert_int_equal(killed, kills);
  assert_int_equal(run_to_its_end(fixture->out), LIMEN_OK);
  expect_complete(fixture);
}

/* A larger run is stopped by `number`, says so, and is no burden for a smaller one after it. */
static void expect_interrupted(const struct fixture *fixture, int number) {
  struct program program = start(fixture->out, "d=4..9", "seeds=200");
  struct program_result result = strike(&program, fixture->seconds / 2, number);
  assert_int_equal(result.status, LIMEN_INTERRUPTED);
  expect_word(result.err, "interrupted");
  expect_word(result.err, "cells are stored; run the same command again to go on");
  program_result_clear(&result);
  assert_false(is_there(fixture->out, "index.html"));
  /* What there is can be looked at. */
  expect_output(&home, WORDS("report", fixture->out), WORDS("index.html"));
  assert_int_equal(run_to_its_end(fixture->out), LIMEN_OK);
  expect_complete(fixture);
}

static void stopped_by_the_keyboard(void **state) { expect_interrupted(*state, SIGINT); }

static void stopped_by_the_system(void **state) { expect_interrupted(*state, SIGTERM); }

/* Who cannot wait for the cells in flight says it twice. */
static void stopped_twice(void **state) {
  const struct fixture *fixture = *state;
  struct program program = start(fixture->out, "d=60", "seeds=3");
  wait_s(fixture->seconds / 2);
  kill(program.id, SIGTERM);
  struct program_result result = strike(&program, 0.01, SIGTERM);
  assert_true(result.status == LIMEN_INTERRUPTED || result.status == 128 + SIGTERM);
  program_result_clear(&result);
  assert_int_equal(run_to_its_end(fixture->out), LIMEN_OK);
  expect_complete(fixture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(killed_many_times, clear_out),
      cmocka_unit_test_setup(stopped_by_the_keyboard, clear_out),
      cmocka_unit_test_setup(stopped_by_the_system, clear_out),
      cmocka_unit_test_setup(stopped_twice, clear_out),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
