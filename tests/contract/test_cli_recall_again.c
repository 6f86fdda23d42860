/* Runs of the kind recall come to the same bytes however they went: with any number of threads,
 * struck down and started again, told anew from the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "contract/recall_world.h"

static void expect_same_runs(const struct world *world, const char *one, const char *other) {
  char *a = path_of(world->folder, one), *b = path_of(world->folder, other);
  expect_same_folders(a, b);
  free(a);
  free(b);
}

static void threads_do_not_show(void **state) {
  run_well(*state, "one", "--threads", "1", NULL);
  run_well(*state, "two", "--threads", "2", NULL);
  run_well(*state, "five", "--threads", "5", NULL);
  expect_same_runs(*state, "one", "two");
  expect_same_runs(*state, "one", "five");
}

static void a_report_needs_no_data(void **state) {
  const struct world *world = *state;
  run_well(world, "out", NULL, NULL, NULL);
  char *folder = path_of(world->folder, "out");
  struct snapshot before = snapshot_take(folder, true), after;
  move(world, "vectors.fvecs", "gone.fvecs");
  move(world, "more/queries.fvecs", "gone.queries");
  move(world, "names.txt", "gone.txt");
  for (size_t i = 0; i < before.count; i++) {
    char *path = path_of(folder, before.file[i].name);
    assert_int_equal(unlink(path), 0);
    free(path);
  }
  expect_output(NULL, WORDS("report", folder), WORDS("index.html"));
  after = snapshot_take(folder, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(folder);
}

static void wait_s(double seconds) {
  const struct timespec time = {(time_t)seconds, (long)(1e9 * (seconds - floor(seconds)))};
  nanosleep(&time, NULL);
}

static struct program start(const char *path, const char *out) {
  return program_start(NULL,
                       WORDS("run", path, "--out", out, "--set", "builds=12", "--threads", "2"));
}

static bool is_stopped(struct program *program, double after_s, int number, int wanted) {
  wait_s(after_s);
  assert_int_equal(kill(program->id, number), 0); /* a child of ours until it is waited for */
  struct program_result result = program_wait(program);
  if (result.status != wanted && result.status != LIMEN_OK)
    fail_msg("exit status %d: %s", result.status, result.err);
  const bool stopped = result.status == wanted;
  program_result_clear(&result);
  return stopped;
}

/* Every start goes on where the last was struck down. */
static void killed_and_interrupted_it_goes_on(void **state) {
  enum { STOPS = 6, STARTS = 30 };
  const struct world *world = *state;
  char *path = path_of(world->folder, "mine.yml"), *reference = path_of(world->folder, "whole");
  char *out = path_of(world->folder, "out");
  double begin = limen_clock_s();
  run_well(world, "whole", "--set", "builds=12", NULL);
  const double seconds = limen_clock_s() - begin;
  gsl_rng *rng = limen_rng_alloc(5, "moments", NULL);
  size_t stops = 0;
  for (size_t i = 0; stops < STOPS && i < STARTS; i++) {
    const bool killed = i % 2 == 0;
    struct program program = start(path, out);
    if (is_stopped(&program, gsl_rng_uniform(rng) * 0.5 * seconds, killed ? SIGKILL : SIGINT,
                   killed ? 128 + SIGKILL : LIMEN_INTERRUPTED)) {
      stops++;
      continue;
    }
    expect_same_folders(reference, out); /* it was done before its time: once more from the start */
    folder_remove(strdup(out));
  }
  assert_int_equal(stops, STOPS);
  run_well(world, "out", "--set", "builds=12", NULL);
  expect_same_folders(reference, out);
  limen_rng_free(rng);
  free(path);
  free(reference);
  free(out);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(threads_do_not_show),
      TEST(a_report_needs_no_data),
      TEST(killed_and_interrupted_it_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
