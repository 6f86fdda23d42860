/* What a run folder withstands: artifacts that are gone, files of a user's own, runs of another
 * sort, a command that was cut short. */
#include <setjmp.h>
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

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

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

static void change_store(const char *out, const char *statement) {
  sqlite3 *database = NULL;
  char *path = path_of(out, "run.db");
  assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, statement, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
  free(path);
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
  change_store(out, "DELETE FROM artifacts");
  /* The plan is complete, so the run itself would have put them back. */
  expect_run(&home, LIMEN_INPUT, WORDS("report", out),
             WORDS("the store lacks the vectors behind cell ", "run the same command again"));
  change_store(out, "DELETE FROM cells WHERE id = (SELECT max(id) FROM cells WHERE grp IS NULL)");
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(lost_vectors, make, unmake),
      cmocka_unit_test_setup_teardown(leftovers_of_a_kill, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
