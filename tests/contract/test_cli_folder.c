/* Run folders that cannot be used: not there, not ours, closed, in use, of another version,
 * damaged, on a disk that is full. Whatever happens, a file is absent or whole. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"
#include "support/store.h"

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

/* A finished run to start from; every test gets a folder of its own beside it. */
struct fixture {
  char *folder, *reference, *out;
};

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = folder_make();
  fixture->reference = path_of(fixture->folder, "reference");
  fixture->out = path_of(fixture->folder, "out");
  expect_run(&home, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--out", fixture->reference),
             NULL);
  *state = fixture;
  return 0;
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

static void run_into(const struct fixture *fixture) {
  expect_run(&home, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--out", fixture->out), NULL);
}

/* ---- folders that hold no run ---- */

static void folders_without_a_run(void **state) {
  const struct fixture *fixture = *state;
  expect_run(NULL, LIMEN_INPUT, WORDS("report", fixture->out),
             WORDS(fixture->out, "no run here", "`limen run`"));
  expect_run(NULL, LIMEN_INPUT, WORDS("verify", fixture->out),
             WORDS(fixture->out, "no run here", "`limen run`"));
  assert_false(is_there(fixture->folder, "out")); /* looking makes nothing */
  assert_int_equal(mkdir(fixture->out, 0755), 0);
  expect_run(NULL, LIMEN_INPUT, WORDS("report", fixture->out), WORDS("no run here"));
  assert_false(is_there(fixture->out, "run.db"));
}

static void a_file_in_the_way(void **state) {
  const struct fixture *fixture = *state;
  char *below = path_of(fixture->out, "deeper");
  write_whole(fixture->out, "in the way\n");
  expect_run(&home, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", "--out", fixture->out),
             WORDS(fixture->out, "Not a directory", "--out"));
  expect_run(&home, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", "--out", below),
             WORDS(fixture->out, "Not a directory"));
  expect_run(NULL, LIMEN_INPUT, WORDS("report", fixture->out), WORDS("no run here"));
  free(below);
}

static void a_folder_without_permission(void **state) {
  const struct fixture *fixture = *state;
  const struct program_setup other = {.folder = LIMEN_SOURCE_DIR, .unprivileged = geteuid() == 0};
  assert_int_equal(mkdir(fixture->out, 0555), 0);
  struct program_result result =
      program_run(&other, WORDS("run", "limit_k2", "--smoke", "--out", fixture->out));
  if (result.status == PROGRAM_NOT_STARTED) skip(); /* the build folder is closed to others */
  expect_word(result.err, "Permission denied");
  expect_word(result.err, fixture->out);
  expect_word(result.err, "--out");
  assert_int_equal(result.status, LIMEN_FAILED);
  program_result_clear(&result);
  /* The reference belongs to the user of this test. */
  if (geteuid() == 0)
    expect_run(&other, LIMEN_FAILED, WORDS("report", fixture->reference),
               WORDS("Permission denied"));
}

/* ---- two at a time ---- */

/* The words in the lock once `program` holds it. */
static void wait_for_lock(const char *folder, const struct program *program) {
  char holder[64], *path = path_of(folder, ".lock");
  snprintf(holder, sizeof holder, "process %ld,", (long)program->id);
  for (int i = 0; i < 1000; i++) {
    if (is_there(folder, ".lock")) {
      char *text = read_whole(path, NULL);
      bool held = strstr(text, holder) != NULL;
      free(text);
      if (held) {
        free(path);
        return;
      }
    }
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  fail_msg("the run in the background never took its lock");
}

static void the_second_of_two_runs(void **state) {
  const struct fixture *fixture = *state;
  char holder[64];
  struct program first =
      program_start(&home, WORDS("run", "limit_k2", "--set", "d=20..40", "--set", "seeds=50",
                                 "--threads", "1", "--quiet", "--out", fixture->out));
  snprintf(holder, sizeof holder, "in use by process %ld", (long)first.id);
  wait_for_lock(fixture->out, &first);
  expect_run(&home, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", "--out", fixture->out),
             WORDS(fixture->out, holder, "--out"));
  expect_run(&home, LIMEN_FAILED,
             WORDS("run", "limit_k2", "--smoke", "--fresh", "--out", fixture->out), WORDS(holder));
  assert_int_equal(kill(first.id, SIGKILL), 0);
  struct program_result result = program_wait(&first);
  assert_int_equal(result.status, 128 + SIGKILL);
  program_result_clear(&result);
  run_into(fixture); /* the lock died with its process */
  expect_same_folders(fixture->reference, fixture->out);
}

/* ---- stores that cannot be read ---- */

/* Both commands refuse the store, and --fresh makes a run of it that is none the worse. */
static void expect_refused(const struct fixture *fixture, const char *const *words) {
  struct snapshot before = snapshot_take(fixture->out, true);
  expect_run(&home, LIMEN_INPUT, WORDS("run", "limit_k2", "--smoke", "--out", fixture->out), words);
  expect_run(&home, LIMEN_INPUT, WORDS("report", fixture->out), words);
  struct snapshot after = snapshot_take(fixture->out, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  expect_run(&home, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--fresh", "--out", fixture->out),
             NULL);
  expect_same_folders(fixture->reference, fixture->out);
}

static void a_store_of_another_version(void **state) {
  const struct fixture *fixture = *state;
  run_into(fixture);
  store_change(fixture->out, "PRAGMA user_version=57");
  expect_refused(fixture, WORDS("run.db", "schema 57", "schema 2", "--fresh"));
}

static void a_damaged_store(void **state) {
  const struct fixture *fixture = *state;
  char *path = path_of(fixture->out, "run.db");
  run_into(fixture);
  write_whole(path,
              "this was a database once, and it is long enough for a header of one: "
              "................................................................");
  expect_refused(fixture, WORDS("run.db", "damaged", "--fresh"));
  assert_int_equal(truncate(path, 40000), 0);
  expect_refused(fixture, WORDS("run.db", "damaged", "--fresh"));
  free(path);
}

static void a_store_without_its_description(void **state) {
  const struct fixture *fixture = *state;
  run_into(fixture);
  store_change(fixture->out, "UPDATE meta SET value='[' WHERE name='sets'");
  expect_run(&home, LIMEN_INPUT, WORDS("report", fixture->out), WORDS("damaged", "again"));
  store_change(fixture->out, "DELETE FROM meta");
  expect_run(&home, LIMEN_INPUT, WORDS("report", fixture->out), WORDS("no run", "again"));
  run_into(fixture);
  expect_same_folders(fixture->reference, fixture->out);
}

/* ---- disks that are full ---- */

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* How a whole file of that name ends, for those whose bytes vary. */
static void expect_whole(const char *path, const char *name) {
  size_t length = 0;
  char *text = read_whole(path, &length);
  const char *end = ends_with(name, ".html") ? "</html>\n" : ends_with(name, ".json") ? "}" : "\n";
  if (ends_with(name, ".png")) {
    if (length < 8 || memcmp(text + length - 8, "IEND\xae\x42\x60\x82", 8) != 0)
      fail_msg("%s is not whole", name);
  } else if (!ends_with(text, end)) {
    fail_msg("%s is not whole", name);
  }
  free(text);
}

/* Every file that is there is whole, and nothing lies about that was never finished. */
static void expect_all_whole(const struct fixture *fixture) {
  struct snapshot is = snapshot_take(fixture->out, false),
                  reference = snapshot_take(fixture->reference, true);
  for (size_t i = 0; i < is.count; i++) {
    const char *name = is.file[i].name;
    bool repeats = false;
    for (size_t j = 0; j < reference.count; j++) {
      if (strcmp(reference.file[j].name, name) != 0) continue;
      repeats = true;
      if (differ_in(&is, &reference, name)) fail_msg("%s is not whole", name);
    }
    if (strstr(name, ".new")) fail_msg("%s was left behind", name);
    if (repeats || strncmp(name, "run.db", strlen("run.db")) == 0) continue;
    char *path = path_of(fixture->out, name);
    expect_whole(path, name);
    free(path);
  }
  snapshot_clear(&is);
  snapshot_clear(&reference);
}

static void a_disk_that_is_full_during_a_run(void **state) {
  const struct fixture *fixture = *state;
  static const size_t most[] = {1000, 9000, 41000, 97000, 311000};
  for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
    const struct program_setup full = {.folder = LIMEN_SOURCE_DIR, .file_bytes_most = most[i]};
    expect_run(&full, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", "--out", fixture->out),
               WORDS("run.db", "is the disk full?", "run again"));
    expect_all_whole(fixture);
  }
  run_into(fixture); /* goes on with what five attempts have stored */
  expect_same_folders(fixture->reference, fixture->out);
}

/* The store is whole already; what fails is one file of the report or another. */
static void a_disk_that_is_full_during_a_report(void **state) {
  const struct fixture *fixture = *state;
  static const size_t most[] = {4000, 30000, 60000, 100000, 150000};
  size_t pictures = 0, pages = 0;
  run_into(fixture);
  for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
    const struct program_setup full = {.folder = LIMEN_SOURCE_DIR, .file_bytes_most = most[i]};
    struct program_result result = program_run(&full, WORDS("report", fixture->out));
    if (result.status != LIMEN_FAILED) fail_msg("%zu: %d %s", most[i], result.status, result.err);
    pictures += strstr(result.err, "unfinished; is the disk full?") != NULL;
    pages += strstr(result.err, "index.html: File too large") != NULL;
    program_result_clear(&result);
    expect_all_whole(fixture);
    expect_same_folders(fixture->reference, fixture->out);
  }
  assert_true(pictures > 0 && pages > 0); /* so it was not always the store that failed */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(folders_without_a_run, clear_out),
      cmocka_unit_test_setup(a_file_in_the_way, clear_out),
      cmocka_unit_test_setup(a_folder_without_permission, clear_out),
      cmocka_unit_test_setup(the_second_of_two_runs, clear_out),
      cmocka_unit_test_setup(a_store_of_another_version, clear_out),
      cmocka_unit_test_setup(a_damaged_store, clear_out),
      cmocka_unit_test_setup(a_store_without_its_description, clear_out),
      cmocka_unit_test_setup(a_disk_that_is_full_during_a_run, clear_out),
      cmocka_unit_test_setup(a_disk_that_is_full_during_a_report, clear_out),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
