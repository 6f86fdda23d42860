/* Folders: damaged, used by several at once, read-only, on a disk that is really full; and a clock
 * that is set back. */
#include <jansson.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/rng.h"
#include "faults/inside.h"
#include "faults/tiny.h"

static const struct tiny_case small_run = {
    .words = {"run", "limit_k2", "--set", "d=2..3", "--set", "seeds=1", "--threads", "1", "--quiet",
              "--out", "@/run"},
    .writes = TINY_RUN};

struct fixture {
  char *folder, *out, *database, *sum;
  const char **words; /* of small_run */
  struct snapshot wanted;
};

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = inside_install();
  tiny_make(fixture->folder);
  tiny_clear(fixture->folder);
  fixture->out = path_of(fixture->folder, "run");
  fixture->database = path_of(fixture->out, "run.db");
  fixture->sum = path_of(fixture->out, ".run.db.sha256");
  fixture->words = tiny_words(&small_run, fixture->folder);
  inside_run_well(fixture->words);
  fixture->wanted = tiny_written(&small_run, fixture->folder);
  *state = fixture;
  return 0;
}

static int unmake(void **state) {
  struct fixture *fixture = *state;
  snapshot_clear(&fixture->wanted);
  tiny_free(fixture->words);
  folder_remove(fixture->folder);
  free(fixture->out);
  free(fixture->database);
  free(fixture->sum);
  free(fixture);
  return 0;
}

static void expect_wanted(const struct fixture *fixture) {
  struct snapshot found = tiny_written(&small_run, fixture->folder);
  expect_same(&found, &fixture->wanted);
  snapshot_clear(&found);
}

/* ---- a damaged store ---- */

enum { DAMAGES_SHORT = 6, DAMAGES_LONG = 120, DAMAGES_SEED = 11 };

static void write_bytes(const char *path, const char *bytes, size_t count) {
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(bytes, 1, count, stream), count);
  assert_int_equal(fclose(stream), 0);
}

/* Both commands say that it is damaged and leave everything as it was. */
static void expect_refused(const struct fixture *fixture) {
  const char *const commands[][4] = {{"report", fixture->out, NULL},
                                     {"verify", fixture->out, NULL}};
  for (size_t i = 0; i < 3; i++) {
    struct program_result result = inside_run(NULL, i < 2 ? commands[i] : fixture->words);
    if (result.status != LIMEN_INPUT) fail_msg("%d: %s", result.status, result.err);
    expect_word(result.err, "run.db");
    expect_word(result.err, "damaged");
    expect_word(result.err, "start over with --fresh");
    program_result_clear(&result);
    expect_wanted(fixture);
  }
}

static void run_fresh(const struct fixture *fixture) {
  const char *words[16] = {0};
  size_t count = 0;
  for (; fixture->words[count]; count++) words[count] = fixture->words[count];
  words[count] = "--fresh";
  inside_run_well(words);
  expect_wanted(fixture);
}

/* One bit, or the end of the file, at places all over it. */
static void a_damaged_store(void **state) {
  const struct fixture *fixture = *state;
  const size_t damages = faults_long() ? DAMAGES_LONG : DAMAGES_SHORT;
  gsl_rng *rng = limen_rng_alloc(DAMAGES_SEED, "damages", NULL);
  for (size_t i = 0; i < damages; i++) {
    size_t count = 0;
    char *bytes = read_whole(fixture->database, &count);
    size_t at = gsl_rng_uniform_int(rng, count);
    bytes[at] = (char)(bytes[at] ^ (1 << gsl_rng_uniform_int(rng, 8)));
    write_bytes(fixture->database, bytes, i % 4 == 3 ? at : count);
    expect_refused(fixture);
    free(bytes);
    run_fresh(fixture);
  }
  limen_rng_free(rng);
}

/* Without its sum, as a kill leaves it, the store is SQLite's to judge: refused, or read whole. A
 * number that became another one cannot be told then; a file that was cut short can. */
static void a_store_cut_short_without_its_sum(void **state) {
  const struct fixture *fixture = *state;
  size_t count = 0;
  char *bytes = read_whole(fixture->database, &count);
  const char *const report[] = {"report", fixture->out, NULL};
  for (size_t length = count / 9; length < count; length += count / 9) {
    write_bytes(fixture->database, bytes, length);
    unlink(fixture->sum);
    struct program_result result = inside_run(NULL, report);
    if (result.status != LIMEN_OK && result.status != LIMEN_INPUT)
      fail_msg("%zu bytes: %d %s", length, result.status, result.err);
    if (result.status == LIMEN_INPUT) expect_word(result.err, "--fresh");
    program_result_clear(&result);
    expect_wanted(fixture);
    run_fresh(fixture);
  }
  free(bytes);
}

/* ---- several at once ---- */

static void runs_at_once(void **state) {
  enum { RUNS = 4 };
  const struct fixture *fixture = *state;
  static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};
  struct program program[RUNS];
  size_t done = 0;
  tiny_clear(fixture->folder);
  for (size_t i = 0; i < RUNS; i++) program[i] = program_start(&home, fixture->words);
  for (size_t i = 0; i < RUNS; i++) {
    struct program_result result = program_wait(&program[i]);
    done += result.status == LIMEN_OK;
    if (result.status != LIMEN_OK) {
      assert_int_equal(result.status, LIMEN_FAILED);
      expect_word(result.err, "is in use by ");
      expect_word(result.err, "; wait for it to end, or choose another folder with --out");
    }
    program_result_clear(&result);
  }
  assert_true(done > 0);
  expect_wanted(fixture);
}

/* ---- folders that nobody may write into ---- */

static void expect_no_permission(const struct tiny_case *tiny, const char *folder) {
  const char **words = tiny_words(tiny, folder);
  struct program_result result = inside_run_as_nobody(words);
  if (result.status == PROGRAM_NOT_STARTED) skip(); /* its sources are closed to others */
  if (result.status != LIMEN_FAILED)
    fail_msg("limen %s %s: %d %s", words[0], words[1], result.status, result.err);
  expect_word(result.err, "Permission denied");
  expect_word(result.err, "choose a");
  program_result_clear(&result);
  tiny_free(words);
}

/* Every command that writes, into a folder where it may not. */
static void read_only_folders(void **state) {
  const struct fixture *fixture = *state;
  char *made = path_of(fixture->folder, "made");
  tiny_clear(fixture->folder);
  assert_int_equal(chmod(made, 0555), 0);
  assert_int_equal(mkdir(fixture->out, 0555), 0);
  for (size_t i = 0; tiny_cases[i].words[0]; i++)
    if (tiny_cases[i].writes != TINY_NOTHING && !tiny_cases[i].slow)
      expect_no_permission(&tiny_cases[i], fixture->folder);
  struct snapshot run = snapshot_take(fixture->out, false), files = snapshot_take(made, false);
  assert_int_equal(run.count, 0);
  assert_int_equal(files.count, 0);
  snapshot_clear(&run);
  snapshot_clear(&files);
  free(made);
}

/* A finished run of somebody else can be looked at, and is left alone. */
static void a_run_of_somebody_else(void **state) {
  const struct fixture *fixture = *state;
  const char *const verify[] = {"verify", fixture->out, NULL};
  const char *const report[] = {"report", fixture->out, NULL};
  tiny_clear(fixture->folder);
  inside_run_well(fixture->words);
  assert_int_equal(chmod(fixture->out, 0555), 0);
  struct program_result result = inside_run_as_nobody(verify);
  if (result.status == PROGRAM_NOT_STARTED) skip();
  if (result.status != LIMEN_OK) fail_msg("%s", result.err);
  program_result_clear(&result);
  if (geteuid() == 0) { /* else the files are one's own */
    result = inside_run_as_nobody(report);
    assert_int_equal(result.status, LIMEN_FAILED);
    expect_word(result.err, "Permission denied");
    program_result_clear(&result);
  }
  expect_wanted(fixture);
}

/* ---- a small disk ---- */

static void remount(const char *folder, const char *size) {
  assert_int_equal(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, size), 0);
}

/* The disk is full sooner or later; with more room the same command ends as if nothing had been. */
static void a_small_disk(void **state) {
  static const char *const sizes[] = {"size=16k", "size=64k", "size=160k", "size=260k"};
  const struct fixture *fixture = *state;
  size_t full = 0;
  /* What is mounted here is seen by this test and its children alone. */
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) skip();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    tiny_clear(fixture->folder);
    assert_int_equal(mkdir(fixture->out, 0755), 0);
    if (mount("tmpfs", fixture->out, "tmpfs", 0, sizes[i]) != 0) skip();
    struct program_result result = inside_run(NULL, fixture->words);
    full += result.status == LIMEN_FAILED;
    if (result.status != LIMEN_OK && result.status != LIMEN_FAILED)
      fail_msg("%s: %d %s", sizes[i], result.status, result.err);
    if (result.status == LIMEN_FAILED) expect_word(result.err, "disk");
    program_result_clear(&result);
    remount(fixture->out, "size=16m");
    inside_run_well(fixture->words);
    expect_wanted(fixture);
    assert_int_equal(umount(fixture->out), 0);
  }
  assert_true(full > 1);
}

/* ---- a clock that is set back ---- */

static void expect_duration(const struct fixture *fixture) {
  char *path = path_of(fixture->out, "manifest.json");
  json_t *manifest = json_load_file(path, 0, NULL), *duration;
  assert_non_null(manifest);
  assert_non_null(duration = json_object_get(manifest, "duration_s"));
  assert_true(json_number_value(duration) >= 0);
  json_decref(manifest);
  free(path);
  path = path_of(fixture->out, "timings.csv");
  char *timings = read_whole(path, NULL);
  if (strstr(timings, ",-")) fail_msg("times below zero:\n%s", timings);
  free(timings);
  free(path);
}

static void a_clock_set_back(void **state) {
  const struct fixture *fixture = *state;
  const struct fault none = {.place = FAULT_CLOCK};
  tiny_clear(fixture->folder);
  struct program_result result = inside_run(&none, fixture->words);
  const size_t looks = fault_tally().passed[FAULT_CLOCK];
  program_result_clear(&result);
  assert_true(looks > 10);
  for (size_t at = 1; at <= looks; at += faults_long() ? 1 : looks / 5) {
    const struct fault fault = {.place = FAULT_CLOCK, .at = at, .lasting = true};
    tiny_clear(fixture->folder);
    result = inside_run(&fault, fixture->words);
    if (result.status != LIMEN_OK) fail_msg("look %zu: %d %s", at, result.status, result.err);
    program_result_clear(&result);
    expect_wanted(fixture);
    expect_duration(fixture);
  }
}

int main(int count, char **arguments) {
  if (count > 1) return limen_main(count, arguments);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_damaged_store),        cmocka_unit_test(a_store_cut_short_without_its_sum),
      cmocka_unit_test(runs_at_once),           cmocka_unit_test(read_only_folders),
      cmocka_unit_test(a_run_of_somebody_else), cmocka_unit_test(a_clock_set_back),
      cmocka_unit_test(a_small_disk), /* last: it leaves the others' mounts behind */
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
