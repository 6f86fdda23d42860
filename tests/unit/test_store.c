/* The run database: what is put is found again, and damage is told from data. */
#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/toy_store.h"

/* ---- opening ---- */

static void test_open_and_close(void **state) {
  (void)state;
  limen_store_close(NULL);
  refuse_to_open(LIMEN_STORE_READ, LIMEN_INPUT,
                 "/run: there is no run here (no run.db); `limen run` makes one");
  assert_false(limen_file_exists(at("run")));
  make_run(3);
  /* A finished run is one file. */
  assert_true(limen_file_exists(at("run/run.db")));
  assert_false(limen_file_exists(at("run/run.db-wal")));
  assert_false(limen_file_exists(at("run/run.db-shm")));
  struct limen_store *store = open_store(LIMEN_STORE_READ);
  assert_string_equal(limen_store_folder(store), at("run"));
  assert_true(has_cell(store, 2, 100));
  assert_false(has_cell(store, 3, 100));
  limen_store_close(store);
  store = open_store(LIMEN_STORE_WRITE);
  assert_true(has_cell(store, 0, 100));
  limen_store_close(store);
}

static void test_fresh_keeps_notes(void **state) {
  (void)state;
  make_run(3);
  put_file(at("run/index.html"), "old", 3);
  put_file(at("run/notes.txt"), "mine", 4);
  assert_int_equal(mkdir(at("run/plots"), 0777), 0);
  put_file(at("run/plots/a.svg"), "old", 3);
  struct limen_store *store = open_store(LIMEN_STORE_FRESH);
  assert_false(has_cell(store, 0, 100));
  limen_store_close(store);
  assert_false(limen_file_exists(at("run/index.html")));
  assert_false(limen_file_exists(at("run/plots")));
  expect_file(at("run/notes.txt"), "mine");
}

/* A folder that never was a run keeps what is in it, in both modes, and gets nothing. */
static void test_folders_of_others(void **state) {
  (void)state;
  static const char *const theirs[] = {"index.html",   "report.md",   "results.csv",
                                       "summary.json", "timings.csv", "manifest.json",
                                       "plots",        "certificates"};
  assert_int_equal(mkdir(at("run"), 0777), 0);
  put_file(at("run/notes.txt"), "mine", 4);
  for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
    char words[160], name[64];
    snprintf(name, sizeof name, "run/%s", theirs[i]);
    put_file(at(name), "mine", 4);
    snprintf(words, sizeof words,
             "/run holds %s but no run (no run.db), so it is not this program's to overwrite; "
             "choose another folder with --out",
             theirs[i]);
    refuse_to_open(LIMEN_STORE_WRITE, LIMEN_FAILED, words);
    refuse_to_open(LIMEN_STORE_FRESH, LIMEN_FAILED, words);
    expect_file(at(name), "mine");
    assert_false(limen_file_exists(at("run/.lock")));
    assert_false(limen_file_exists(at("run/run.db")));
    assert_int_equal(unlink(at(name)), 0);
  }
  limen_store_close(open_store(LIMEN_STORE_FRESH)); /* notes alone are fine */
  expect_file(at("run/notes.txt"), "mine");
}

static void test_other_schema(void **state) {
  (void)state;
  static const char words[] =
      "/run/run.db has schema 7, this program reads schema 2: read it with "
      "the version that wrote it, or start over with --fresh";
  make_run(1);
  change("PRAGMA user_version=7");
  refuse_to_open(LIMEN_STORE_READ, LIMEN_INPUT, words);
  refuse_to_open(LIMEN_STORE_WRITE, LIMEN_INPUT, words);
  limen_store_close(open_store(LIMEN_STORE_FRESH));
}

static void test_garbage(void **state) {
  (void)state;
  static const char words[] = "/run/run.db: cannot ", advice[] = "start over with --fresh";
  char garbage[5000];
  for (size_t i = 0; i < sizeof garbage; i++) garbage[i] = (char)(i * 37 + i / 100);
  assert_int_equal(mkdir(at("run"), 0777), 0);
  put_file(at("run/run.db"), garbage, sizeof garbage);
  for (int i = 0; i < 2; i++) {
    enum limen_store_mode mode = i ? LIMEN_STORE_READ : LIMEN_STORE_WRITE;
    refuse_to_open(mode, LIMEN_INPUT, words);
    refuse_to_open(mode, LIMEN_INPUT, advice);
  }
  limen_store_close(open_store(LIMEN_STORE_FRESH));
}

/* Whatever is left of a database: its cells or LIMEN_INPUT, never anything else. */
static void test_truncated(void **state) {
  (void)state;
  size_t count = 0, whole = 0, refused = 0;
  make_run(40);
  char *bytes = get_file(at("run/run.db"), &count);
  assert_true(count > 8 * 4096);
  assert_int_equal(unlink(at("run/.run.db.sha256")), 0); /* as a run that was killed leaves it */
  for (size_t length = 0; length < count; length += 1500) {
    struct limen_store *store = NULL;
    struct limen_error error = {0};
    put_file(at("run/run.db"), bytes, length);
    int status = limen_store_open(at("run"), LIMEN_STORE_READ, &store, &error);
    for (size_t i = 0; i < 40 && status == LIMEN_OK; i++) {
      struct limen_answer answer;
      bool found;
      char key[32];
      snprintf(key, sizeof key, "key %zu", i);
      status = limen_store_find(store, key, names, 2, &answer, &found, &error);
      limen_answer_clear(&answer);
    }
    if (status == LIMEN_OK) whole++;
    if (status == LIMEN_INPUT) refused++;
    if (status != LIMEN_OK) {
      assert_int_equal(status, LIMEN_INPUT);
      assert_non_null(strstr(error.text, "start over with --fresh"));
    }
    limen_store_close(store);
  }
  assert_true(refused > 0);
  print_message("%zu truncations refused, %zu harmless\n", refused, whole);
  limen_free(bytes);
}

static void test_tables_that_lie(void **state) {
  (void)state;
  static const char *const rows[] = {"0", "-1", "9223372036854775807", "'many'"};
  struct limen_answer answer;
  struct limen_error error = {0};
  bool found = true;
  make_run(2);
  for (size_t i = 0; i < 4; i++) {
    char statement[128];
    snprintf(statement, sizeof statement, "UPDATE cells SET rows = %s", rows[i]);
    change(statement);
    struct limen_store *store = open_store(LIMEN_STORE_READ);
    assert_int_equal(limen_store_find(store, "key 0", names, 2, &answer, &found, &error),
                     LIMEN_INPUT);
    assert_false(found);
    assert_non_null(strstr(error.text, " rows: start over with --fresh"));
    limen_store_close(store);
  }
  /* Rows and measures that nobody asked for are passed over. */
  change(
      "UPDATE cells SET rows = 2; INSERT INTO measures VALUES('key 0', 2, 'recall', 0.5),"
      " ('key 0', -1, 'recall', 0.5), ('key 0', 0, 'other', 0.5)");
  struct limen_store *store = open_store(LIMEN_STORE_READ);
  assert_true(has_cell(store, 0, 100));
  limen_store_close(store);
  change("DROP TABLE measures");
  store = open_store(LIMEN_STORE_READ);
  error = (struct limen_error){0};
  assert_int_equal(limen_store_find(store, "key 0", names, 2, &answer, &found, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text, "no such table: measures; the file is damaged"));
  limen_store_close(store);
}

static int note_text(void *context, const char *text, struct limen_error *error) {
  (void)error;
  char *all = context;
  strcat(strcat(all, text), ";");
  return LIMEN_OK;
}

/* What SQLite gives without complaint, and cannot be. */
static void test_values_that_are_missing(void **state) {
  (void)state;
  struct limen_error error = {0};
  char *value = NULL;
  make_run(2);
  change(
      "DROP TABLE meta; CREATE TABLE meta(name, value); INSERT INTO meta VALUES('size', NULL);"
      "CREATE TABLE c AS SELECT id, key, NULL AS text, code, rows, seconds, grp, rank FROM cells;"
      "DROP TABLE cells; ALTER TABLE c RENAME TO cells");
  struct limen_store *store = open_store(LIMEN_STORE_READ);
  assert_int_equal(limen_store_get(store, "size", &value, &error), LIMEN_INPUT);
  assert_null(value);
  assert_non_null(strstr(error.text,
                         "/run.db: cannot read: a value is missing; the file is damaged: start "
                         "over with --fresh"));
  assert_int_equal(limen_store_each(store, note_text, NULL, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "cannot list its cells: a value is missing; the file"));
  limen_store_close(store);
}

static void test_views_and_triggers(void **state) {
  (void)state;
  static const char *const altered[] = {
      "ALTER TABLE cells RENAME TO c; CREATE VIEW cells AS SELECT * FROM c",
      "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM cells; END"};
  for (size_t i = 0; i < 2; i++) {
    make_run(2);
    change(altered[i]);
    refuse_to_open(LIMEN_STORE_READ, LIMEN_INPUT,
                   "/run.db holds views or triggers, which no run has; the file was altered: start "
                   "over with --fresh");
    assert_int_equal(limen_folder_remove(at("run"), NULL), LIMEN_OK);
  }
}

/* ---- what is kept ---- */

static void test_numbers_come_back(void **state) {
  (void)state;
  const double odd[] = {NAN, INFINITY, -INFINITY,        5e-324, 1.7976931348623157e308,
                        0.1, 1.0 / 3,  9007199254740994, -1e22,  42};
  enum { ODD = sizeof odd / sizeof *odd };
  struct limen_answer answer, again;
  bool found = false;
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  assert_int_equal(limen_answer_init(&answer, ODD / 2, 2, NULL), LIMEN_OK);
  assert_true(isnan(answer.values[0]));
  memcpy(answer.values, odd, sizeof odd);
  answer.seconds = 0.32;
  assert_int_equal(limen_store_put(store, "k", "t", "c", names, &answer, false, NULL), LIMEN_OK);
  limen_store_close(store);
  store = open_store(LIMEN_STORE_READ);
  assert_int_equal(limen_store_find(store, "k", names, 2, &again, &found, NULL), LIMEN_OK);
  assert_true(found);
  assert_true(isnan(again.values[0]));
  assert_memory_equal(again.values + 1, odd + 1, sizeof odd - sizeof *odd);
  assert_true(again.seconds == 0.32);
  assert_null(again.group);
  limen_answer_clear(&again);
  limen_answer_clear(&answer);
  limen_store_close(store);
}

static void test_named_texts_and_events(void **state) {
  (void)state;
  char *value = NULL;
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  assert_int_equal(limen_store_get(store, "size", &value, NULL), LIMEN_OK);
  assert_null(value);
  assert_int_equal(limen_store_set(store, "size", "smoke", NULL), LIMEN_OK);
  assert_int_equal(limen_store_set(store, "size", "full '); DROP TABLE meta; --", NULL), LIMEN_OK);
  assert_int_equal(limen_store_event(store, "started", NULL), LIMEN_OK);
  assert_int_equal(limen_store_event(store, "finished", NULL), LIMEN_OK);
  limen_store_close(store);
  store = open_store(LIMEN_STORE_READ);
  assert_int_equal(limen_store_get(store, "size", &value, NULL), LIMEN_OK);
  assert_string_equal(value, "full '); DROP TABLE meta; --");
  limen_free(value);
  limen_store_close(store);
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_open(at("run/run.db"), &database), SQLITE_OK);
  sqlite3_prepare_v2(database, "SELECT group_concat(text, '+'), min(time) FROM events", -1,
                     &statement, NULL);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  assert_string_equal(sqlite3_column_text(statement, 0), "started+finished");
  assert_int_equal(strlen((const char *)sqlite3_column_text(statement, 1)), 20);
  sqlite3_finalize(statement);
  sqlite3_close(database);
}

static void test_blobs(void **state) {
  (void)state;
  const uint8_t zeros[] = {0, 1, 0, 255, 0};
  struct limen_answer answer;
  void *bytes = NULL;
  size_t count = 77;
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  assert_int_equal(limen_answer_init(&answer, 2, 2, NULL), LIMEN_OK);
  limen_blobs_add(&answer.answers, "ids", 0, zeros, 5, NULL);
  limen_blobs_add(&answer.answers, "ids", 1, zeros, 2, NULL);
  limen_blobs_add(&answer.answers, "none", 0, NULL, 0, NULL);
  assert_int_equal(limen_store_put(store, "k", "t", "c", names, &answer, false, NULL), LIMEN_OK);
  limen_answer_clear(&answer);
  assert_int_equal(limen_store_answer(store, "k", 0, "ids", &bytes, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 5);
  assert_memory_equal(bytes, zeros, 5);
  limen_free(bytes);
  assert_int_equal(limen_store_answer(store, "k", 1, "ids", &bytes, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 2);
  limen_free(bytes);
  assert_int_equal(limen_store_answer(store, "k", 0, "none", &bytes, &count, NULL), LIMEN_OK);
  assert_non_null(bytes);
  assert_int_equal(count, 0);
  limen_free(bytes);
  assert_int_equal(limen_store_answer(store, "k", 2, "ids", &bytes, &count, NULL), LIMEN_OK);
  assert_null(bytes);
  assert_int_equal(limen_store_answer(store, "other", 0, "ids", &bytes, &count, NULL), LIMEN_OK);
  assert_null(bytes);
  limen_store_close(store);
}

/* ---- artifacts ---- */

static void put_artifact(struct limen_store *store, const char *key, double rank, bool force) {
  struct limen_answer answer;
  assert_int_equal(limen_answer_init(&answer, 1, 2, NULL), LIMEN_OK);
  answer.group = limen_copy_text("group", NULL);
  answer.rank = rank;
  limen_blobs_add(&answer.artifacts, "vectors", 0, key, strlen(key), NULL);
  assert_int_equal(limen_store_put(store, key, key, "code A", names, &answer, force, NULL),
                   LIMEN_OK);
  limen_answer_clear(&answer);
}

/* The group's artifact is that of `key`, and of no other. */
static void expect_kept(struct limen_store *store, const char *key) {
  static const char *const keys[] = {"a", "b", "c", "d"};
  for (size_t i = 0; i < 4; i++) {
    bool kept = false, wanted = strcmp(keys[i], key) == 0;
    void *bytes = NULL;
    size_t count = 0;
    assert_int_equal(limen_store_keeps(store, keys[i], &kept, NULL), LIMEN_OK);
    assert_int_equal(kept, wanted);
    assert_int_equal(limen_store_artifact(store, keys[i], "vectors", &bytes, &count, NULL),
                     LIMEN_OK);
    assert_int_equal(bytes != NULL, wanted);
    if (bytes) assert_memory_equal(bytes, key, count);
    limen_free(bytes);
  }
}

static void test_best_artifact_of_a_group(void **state) {
  (void)state;
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  put_artifact(store, "b", 11, false);
  expect_kept(store, "b");
  put_artifact(store, "c", 32, false);
  expect_kept(store, "c");
  put_artifact(store, "d", 17, false);
  expect_kept(store, "c");
  /* Of equal ranks the earlier key, whichever came first. */
  put_artifact(store, "d", 32, false);
  expect_kept(store, "c");
  put_artifact(store, "a", 32, false);
  expect_kept(store, "a");
  put_artifact(store, "c", 32, false);
  expect_kept(store, "a");
  put_artifact(store, "d", 5, true);
  expect_kept(store, "d");
  limen_store_close(store);
}

/* ---- walking and pruning ---- */

static int stop_at_second(void *context, const char *text, struct limen_error *error) {
  int *seen = context;
  return ++*seen == 2 ? LIMEN_FAIL(error, LIMEN_NO, "enough at %s", text) : LIMEN_OK;
}

static void test_walk_and_prune(void **state) {
  (void)state;
  char all[256] = "";
  int seen = 0;
  struct limen_error error = {0};
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  for (size_t i = 3; i > 0; i--) assert_int_equal(put_cell(store, i, 10, NULL), LIMEN_OK);
  put_artifact(store, "a", 11, false);
  assert_int_equal(limen_store_each(store, note_text, all, NULL), LIMEN_OK);
  assert_string_equal(all, "kind=toy n=3;kind=toy n=2;kind=toy n=1;a;");
  assert_int_equal(limen_store_each(store, stop_at_second, &seen, &error), LIMEN_NO);
  assert_string_equal(error.text, "enough at kind=toy n=2");
  assert_int_equal(limen_store_prune(store, "code A", NULL), LIMEN_OK);
  expect_kept(store, "a");
  assert_true(has_cell(store, 1, 10));
  assert_int_equal(limen_store_prune(store, "code B", NULL), LIMEN_OK);
  expect_kept(store, "");
  for (size_t i = 1; i <= 3; i++) assert_false(has_cell(store, i, 10));
  void *bytes = NULL;
  size_t count = 0;
  assert_int_equal(limen_store_answer(store, "key 1", 1, "ids", &bytes, &count, NULL), LIMEN_OK);
  assert_null(bytes);
  limen_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_open_and_close),
      TEST(test_fresh_keeps_notes),
      TEST(test_folders_of_others),
      TEST(test_other_schema),
      TEST(test_garbage),
      TEST(test_truncated),
      TEST(test_tables_that_lie),
      TEST(test_values_that_are_missing),
      TEST(test_views_and_triggers),
      TEST(test_numbers_come_back),
      TEST(test_named_texts_and_events),
      TEST(test_blobs),
      TEST(test_best_artifact_of_a_group),
      TEST(test_walk_and_prune),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
