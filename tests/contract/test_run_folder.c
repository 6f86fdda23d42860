/* What a run folder withstands: artifacts that are gone, files of a user's own, runs of another
 * sort, a command that was cut short. */
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"
#include "support/store.h"

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

#define THEIR_RESULT(n, share)                        \
  "{\"parameters\": {\"n\": " #n                      \
  ", \"d\": 3, \"k\": 2, \"seed\": 7}, \"metrics\": " \
  "{\"max_accuracy_observed\": " #share "}}"
#define THEIR_RESULTS "[" THEIR_RESULT(7, 1.0) ", " THEIR_RESULT(9, 0.57) "]"

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

static void smoke(const char *out) {
  expect_run(&home, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--quiet", "--out", out), NULL);
}

static char *read_in(const char *out, const char *name) {
  char *path = path_of(out, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* ---- artifacts that another plan displaced ---- */

static void lost_vectors(void **state) {
  char *out = path_of(*state, "out");
  smoke(out);
  struct snapshot before = snapshot_take(out, true);
  store_change(out, "DELETE FROM artifacts");
  /* The plan is complete, so the run itself would have put them back. */
  expect_run(&home, LIMEN_INPUT, WORDS("report", out),
             WORDS("the store lacks the vectors behind cell ", "run the same command again"));
  store_change(out, "DELETE FROM cells WHERE id = (SELECT max(id) FROM cells WHERE grp IS NULL)");
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  char *sums = read_in(out, "certificates/SHA256SUMS");
  assert_string_equal(sums, "");
  free(sums);
  smoke(out); /* the advice is good */
  struct snapshot after = snapshot_take(out, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(out);
}

/* ---- files of a user's own ---- */

static void a_folder_that_is_someone_elses(void **state) {
  char *out = path_of(*state, "site"), *page = path_of(out, "index.html"),
       *json = path_of(*state, "theirs.json");
  static const char *const ways[] = {"--quiet", "--fresh"};
  assert_int_equal(mkdir(out, 0755), 0);
  write_whole(page, "mine\n");
  write_whole(json, THEIR_RESULTS);
  struct snapshot before = snapshot_take(out, false);
  for (size_t i = 0; i < 2; i++)
    expect_run(&home, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", ways[i], "--out", out),
               WORDS(out, "holds index.html but no run", "--out"));
  expect_run(NULL, LIMEN_FAILED, WORDS("import", "limit-json", json, "--out", out),
             WORDS(out, "holds index.html but no run", "--out"));
  struct snapshot after = snapshot_take(out, false);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(out);
  free(page);
  free(json);
}

static void an_import_over_a_run(void **state) {
  char *out = path_of(*state, "out"), *json = path_of(*state, "theirs.json"),
       *other = path_of(*state, "other"), *store = path_of(out, "run.db");
  write_whole(json, THEIR_RESULTS);
  smoke(out);
  struct snapshot before = snapshot_take(out, false);
  expect_run(NULL, LIMEN_FAILED, WORDS("import", "limit-json", json, "--out", out),
             WORDS(out, "not known to be an import", "--out"));
  struct snapshot after = snapshot_take(out, false);
  expect_same(&before, &after);
  write_whole(store, "damaged");
  expect_run(NULL, LIMEN_FAILED, WORDS("import", "limit-json", json, "--out", out),
             WORDS("not known to be an import"));
  /* An import over an import starts afresh. */
  expect_run(NULL, LIMEN_OK, WORDS("import", "limit-json", json, "--out", other), NULL);
  expect_run(NULL, LIMEN_OK, WORDS("import", "limit-json", json, "--out", other), NULL);
  /* And no run of our own goes on where others' results are. */
  expect_run(&home, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", "--out", other),
             WORDS(other, "holds imported results", "--out", "--fresh"));
  expect_run(&home, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--fresh", "--out", other), NULL);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(out);
  free(json);
  free(other);
  free(store);
}

/* Pictures that no report drew stay; those that an earlier one drew go with it. */
static void plots_of_a_user(void **state) {
  char *out = path_of(*state, "out"), *mine = path_of(out, "plots/mine.png"),
       *stale = path_of(out, "plots/stale_one.svg");
  smoke(out);
  write_whole(mine, "mine");
  write_whole(stale, "drawn by an earlier report");
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  assert_true(is_there(out, "plots/stale_one.svg"));
  store_change(
      out, "UPDATE meta SET value = value || 'plots/stale_one' || char(10) WHERE name = 'plots'");
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  assert_false(is_there(out, "plots/stale_one.svg"));
  assert_true(is_there(out, "plots/mine.png"));
  assert_true(is_there(out, "plots/critical_n.png"));
  free(out);
  free(mine);
  free(stale);
}

/* ---- claims taken away ---- */

/* The folder of the largest claim goes, and its lines in SHA256SUMS: the rest still holds. */
static void a_claim_taken_away(void **state) {
  char *out = path_of(*state, "out"), *sums = path_of(out, "certificates/SHA256SUMS"),
       *summary = path_of(out, "summary.json"), kept[4096] = "";
  smoke(out);
  expect_output(&home, WORDS("verify", out), WORDS("certified numbers in summary.json"));
  char *all = read_in(out, "certificates/SHA256SUMS"), *rest = all;
  for (char *line; (line = strsep(&rest, "\n")) && *line;)
    if (!strstr(line, "_d=4_")) strcat(strcat(kept, line), "\n");
  assert_true(strlen(kept) > 0);
  struct snapshot files = snapshot_take(out, false);
  for (size_t i = 0; i < files.count; i++) {
    char *path = path_of(out, files.file[i].name), *slash = strrchr(path, '/');
    if (strstr(path, "certificates/") && strstr(path, "_d=4_")) {
      unlink(path);
      *slash = '\0';
      rmdir(path);
    }
    free(path);
  }
  write_whole(sums, kept);
  expect_run(&home, LIMEN_NO, WORDS("verify", out),
             WORDS("summary.json says certified_n/k=2/", "d=4 = ", "no certificate here proves"));
  assert_int_equal(unlink(summary), 0);
  expect_run(&home, LIMEN_OK, WORDS("verify", out), WORDS("note: there is no", "summary.json"));
  snapshot_clear(&files);
  free(all);
  free(sums);
  free(summary);
  free(out);
}

/* ---- what a kill leaves ---- */

/* Certificates that were being made, or that were being taken away, go with the next report. */
static void leftovers_of_a_kill(void **state) {
  char *out = path_of(*state, "out");
  smoke(out);
  struct snapshot before = snapshot_take(out, true);
  static const char *const left[] = {"certificates.57-0.new", "certificates.57-1.new/half"};
  for (size_t i = 0; i < 2; i++) {
    char *path = path_of(out, left[i]), *slash = strrchr(path, '/');
    if (i == 1) *slash = '\0';
    assert_int_equal(mkdir(path, 0755), 0);
    if (i == 1) *slash = '/', write_whole(path, "x");
    free(path);
  }
  char *own = path_of(out, "certificates.old"); /* a copy that a user made */
  assert_int_equal(mkdir(own, 0755), 0);
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  assert_false(is_there(out, "certificates.57-0.new"));
  assert_false(is_there(out, "certificates.57-1.new"));
  assert_true(is_there(out, "certificates.old"));
  struct snapshot after = snapshot_take(out, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(own);
  free(out);
}

/* ---- a run that was cut short ---- */

/* How many cells of `d` the store holds by now. */
static int cells_of(const char *out, const char *d) {
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;
  char query[96], *path = path_of(out, "run.db");
  int count = 0;
  snprintf(query, sizeof query, "SELECT count(*) FROM cells WHERE text LIKE '%% d=%s %%'", d);
  if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
      sqlite3_prepare_v2(database, query, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    count = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  free(path);
  return count;
}

/* Its report shows its own command, not that of the run before. */
static void a_second_run_that_is_killed(void **state) {
  char *out = path_of(*state, "out");
  expect_run(&home, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--seed", "57", "--out", out),
             NULL);
  struct program second =
      program_start(&home, WORDS("run", "limit_k2", "--set", "d=9", "--set", "seeds=997",
                                 "--threads", "1", "--quiet", "--out", out));
  for (int i = 0; i < 2000 && cells_of(out, "9") == 0; i++) usleep(10000);
  assert_true(cells_of(out, "9") > 0);
  assert_int_equal(kill(second.id, SIGKILL), 0);
  struct program_result result = program_wait(&second);
  assert_int_equal(result.status, 128 + SIGKILL);
  program_result_clear(&result);
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  char *markdown = read_in(out, "report.md"), *manifest = read_in(out, "manifest.json");
  expect_word(markdown, "limen run limit_k2 --set d=9 --set seeds=997");
  expect_word(manifest, "limen run limit_k2 --set d=9 --set seeds=997");
  assert_null(strstr(markdown, "first_seed=57"));
  assert_null(strstr(manifest, "first_seed=57"));
  assert_null(strstr(manifest, "duration_s")); /* nobody knows */
  free(markdown);
  free(manifest);
  free(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(lost_vectors, make, unmake),
      cmocka_unit_test_setup_teardown(a_folder_that_is_someone_elses, make, unmake),
      cmocka_unit_test_setup_teardown(an_import_over_a_run, make, unmake),
      cmocka_unit_test_setup_teardown(plots_of_a_user, make, unmake),
      cmocka_unit_test_setup_teardown(a_claim_taken_away, make, unmake),
      cmocka_unit_test_setup_teardown(leftovers_of_a_kill, make, unmake),
      cmocka_unit_test_setup_teardown(a_second_run_that_is_killed, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
