/* What a run leaves: every file of a run folder, the same bytes every time, as often as it is made.
 */
#include <ctype.h>
#include <jansson.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "experiments/kinds/kinds.h"
#include "support/folder.h"
#include "support/program.h"
#include "support/store.h"

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* `limen run NAME --smoke --out OUT`, plus up to three options. */
static void smoke(const char *name, const char *out, const char *a, const char *b, const char *c) {
  expect_run(&home, LIMEN_OK, WORDS("run", name, "--smoke", "--quiet", "--out", out, a, b, c),
             NULL);
}

/* ---- what the files hold ---- */

static void expect_files(const char *out) {
  static const char *const names[] = {"index.html",  "report.md",     "results.csv", "summary.json",
                                      "timings.csv", "manifest.json", "plots",       "run.db"};
  static const char *const endings[] = {".svg", ".png", ".gp", ".dat"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!is_there(out, names[i])) fail_msg("%s has no %s", out, names[i]);
  struct snapshot all = snapshot_take(out, false);
  for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
    size_t count = 0;
    for (size_t i = 0; i < all.count; i++) {
      const char *name = all.file[i].name, *dot = strrchr(name, '.');
      count += strncmp(name, "plots/", 6) == 0 && dot && strcmp(dot, endings[e]) == 0;
    }
    if (count == 0) fail_msg("%s/plots has no *%s", out, endings[e]);
  }
  snapshot_clear(&all);
}

/* The number that one query on the store gives. */
static int64_t ask(const char *out, const char *query) {
  sqlite3 *database = NULL;
  sqlite3_stmt *statement = NULL;
  char *path = path_of(out, "run.db");
  assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(database, query, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  int64_t value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  free(path);
  return value;
}

static json_t *read_json(const char *out, const char *name) {
  json_error_t reason;
  char *path = path_of(out, name);
  json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
  if (!root) fail_msg("%s:%d: %s", path, reason.line, reason.text);
  free(path);
  return root;
}

/* The kind of the experiment that a run folder holds. */
static const struct limen_kind *kind_of(const char *out) {
  json_t *manifest = read_json(out, "manifest.json");
  const struct limen_kind *kind =
      limen_kind_find(limen_kinds, json_string_value(json_object_get(manifest, "kind")));
  assert_non_null(kind);
  json_decref(manifest);
  return kind;
}

/* A kind that proves something leaves certificates, and `limen verify` proves them again. Others
 * have their answers judged again. */
static void expect_proofs(const char *out) {
  assert_int_equal(is_there(out, "certificates/SHA256SUMS"), kind_of(out)->certify != NULL);
  expect_run(&home, LIMEN_OK, WORDS("verify", out), NULL);
}

/* Changes a byte in the middle of a file. */
static void alter_file(const char *out, const char *name) {
  char *path = path_of(out, name);
  size_t count = 0;
  char *text = read_whole(path, &count);
  text[count / 2] = text[count / 2] == '7' ? '8' : '7';
  assert_int_equal(limen_file_write(path, text, count, NULL), LIMEN_OK);
  free(text);
  free(path);
}

static void altered_recalls_are_named(void **state) {
  char *out = path_of(*state, "run");
  smoke("hnsw_dimension", out, NULL, NULL, NULL);
  expect_output(&home, WORDS("verify", out), WORDS("every recall holds"));
  alter_file(out, "summary.json");
  expect_run(&home, LIMEN_NO, WORDS("verify", out), WORDS("summary.json does not say"));
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  alter_file(out, "results.csv");
  expect_run(&home, LIMEN_NO, WORDS("verify", out), WORDS("results.csv does not say"));
  expect_run(&home, LIMEN_OK, WORDS("report", out), NULL);
  expect_run(&home, LIMEN_OK, WORDS("verify", out), NULL);
  assert_true(store_change(out,
                           "UPDATE answers SET bytes = zeroblob(size)"
                           " WHERE name = 'hits' AND row = 0") > 0);
  expect_run(&home, LIMEN_NO, WORDS("verify", out), WORDS("the hits of a query", "ef = 10"));
  free(out);
}

/* A line of timings a cell, or a row where the kind times measures. */
static int64_t timed_lines(const char *out) {
  const struct limen_kind *kind = kind_of(out);
  bool timed = false;
  for (size_t i = 0; kind->measures[i].name; i++) timed = timed || kind->measures[i].timed;
  return ask(out, timed ? "SELECT sum(rows) FROM cells" : "SELECT count(*) FROM cells");
}

static int64_t count_lines(const char *out, const char *name) {
  char *path = path_of(out, name), *text = read_whole(path, NULL);
  int64_t lines = 0;
  for (const char *at = text; *at; at++) lines += *at == '\n';
  free(text);
  free(path);
  return lines;
}

/* Two columns of one name would be one too many for every reader. */
static void expect_distinct_columns(const char *out) {
  char *path = path_of(out, "results.csv"), *text = read_whole(path, NULL), *rest = text;
  const char *names[256];
  size_t count = 0;
  text[strcspn(text, "\n")] = '\0';
  for (char *name; (name = strsep(&rest, ",")) && count < 256;) {
    for (size_t i = 0; i < count; i++)
      if (strcmp(names[i], name) == 0) fail_msg("two columns are named %s", name);
    names[count++] = name;
  }
  assert_true(count > 8);
  free(text);
  free(path);
}

/* "measure/axis=value/...": all axes of the kind, in its order. */
static void expect_name(const char *name, const struct limen_kind *kind) {
  char copy[512], *rest = copy;
  snprintf(copy, sizeof copy, "%s", name);
  assert_true(strlen(strsep(&rest, "/")) > 0);
  for (size_t i = 0; kind->parameters[i].name; i++) {
    enum limen_role role = kind->parameters[i].role;
    if (role != LIMEN_AXIS && role != LIMEN_INNER) continue;
    const char *part = strsep(&rest, "/"), *wanted = kind->parameters[i].name;
    if (!part || strncmp(part, wanted, strlen(wanted)) != 0 || part[strlen(wanted)] != '=' ||
        part[strlen(wanted) + 1] == '\0')
      fail_msg("%s lacks the axis %s", name, wanted);
  }
  if (rest) fail_msg("%s goes on after the last axis", name);
}

static void expect_summary(const char *out, const char *experiment) {
  json_t *root = read_json(out, "summary.json"), *manifest = read_json(out, "manifest.json");
  const struct limen_kind *kind =
      limen_kind_find(limen_kinds, json_string_value(json_object_get(manifest, "kind")));
  json_t *metrics = json_object_get(root, "metrics"), *metric;
  size_t i;
  assert_non_null(kind);
  assert_int_equal(json_integer_value(json_object_get(root, "schema")), 1);
  assert_string_equal(json_string_value(json_object_get(root, "experiment")), experiment);
  assert_true(json_array_size(metrics) > 0);
  json_array_foreach(metrics, i, metric) {
    const char *better = json_string_value(json_object_get(metric, "better"));
    expect_name(json_string_value(json_object_get(metric, "name")), kind);
    assert_true(json_is_number(json_object_get(metric, "value")));
    assert_true(json_integer_value(json_object_get(metric, "n")) > 0);
    assert_true(better && (strcmp(better, "higher") == 0 || strcmp(better, "lower") == 0));
    assert_true(strlen(json_string_value(json_object_get(metric, "unit"))) > 0);
    for (size_t j = 0; j < i; j++)
      assert_string_not_equal(
          json_string_value(json_object_get(metric, "name")),
          json_string_value(json_object_get(json_array_get(metrics, j), "name")));
  }
  json_decref(root);
  json_decref(manifest);
}

static bool has_letter(const char *word, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (isalpha((unsigned char)word[i])) return true;
  return false;
}

/* A report answers in one or two sentences: what takes more stands further down. Returns how many
 * numbers the answer has. */
static size_t expect_short_answer(const char *out) {
  enum { SENTENCES_MOST = 2, WORDS_MOST = 60 };
  static const char start[] = "> **Answer.** ";
  char *path = path_of(out, "report.md"), *report = read_whole(path, NULL);
  char *answer = strstr(report, start), *rest = answer ? answer + strlen(start) : NULL;
  size_t sentences = 0, words = 0, numbers = 0;
  if (!answer) fail_msg("%s has no answer", path);
  answer[strcspn(answer, "\n")] = '\0';
  char *copy = strdup(rest);
  assert_non_null(copy);
  for (char *word; (word = strsep(&rest, " "));) {
    const size_t length = strlen(word);
    if (length == 0) continue;
    /* Numbers hold their point inside, and authors' names may go on after theirs. */
    sentences += word[length - 1] == '.' && strcmp(word, "al.") != 0;
    words += has_letter(word, length);
    numbers += strcspn(word, "0123456789") < length;
  }
  if (sentences < 1 || sentences > SENTENCES_MOST || words > WORDS_MOST)
    fail_msg("%s answers in %zu sentences and %zu words: %s", path, sentences, words, copy);
  free(copy);
  free(report);
  free(path);
  return numbers;
}

/* Everything shown is made of the store: without it, `limen report` makes it all again. */
static void expect_made_again(const char *out) {
  struct snapshot before = snapshot_take(out, true), again;
  for (size_t i = 0; i < before.count; i++) {
    char *path = path_of(out, before.file[i].name);
    assert_int_equal(unlink(path), 0);
    free(path);
  }
  expect_output(&home, WORDS("report", out), WORDS(out, "/index.html\n"));
  again = snapshot_take(out, true);
  expect_same(&before, &again);
  snapshot_clear(&before);
  snapshot_clear(&again);
}

/* Every shipped definition, at its smallest. */
static void every_experiment(void **state) {
  char **names = NULL;
  size_t count = 0, ran = 0;
  assert_int_equal(limen_folder_list(LIMEN_SOURCE_DIR "/experiments", &names, &count, NULL),
                   LIMEN_OK);
  for (size_t i = 0; i < count; i++) {
    char *dot = strrchr(names[i], '.');
    if (!dot || strcmp(dot, ".yml") != 0) continue;
    *dot = '\0';
    char *out = path_of(*state, names[i]);
    smoke(names[i], out, NULL, NULL, NULL);
    expect_files(out);
    expect_summary(out, names[i]);
    expect_distinct_columns(out);
    assert_true(expect_short_answer(out) > 0);
    assert_int_equal(count_lines(out, "results.csv"), 1 + ask(out, "SELECT sum(rows) FROM cells"));
    assert_int_equal(count_lines(out, "timings.csv"), 1 + timed_lines(out));
    expect_made_again(out);
    expect_proofs(out);
    free(out);
    ran++;
  }
  limen_folder_list_free(names, count);
  assert_true(ran >= 2);
}

/* Axes of more values, or of one alone, make no longer answers. */
static void answers_stay_short(void **state) {
  static const struct {
    const char *name, *a, *b, *c;
  } runs[] = {{"limit_k2", "--set=tau=0.1,0.2", "--set=d=4", NULL},
              {"ef_sweep", "--set=r=2,4,6,8", "--set=M=4", "--set=builds=1"},
              {"limit_dataset", "--set=d=own,8", "--set=set=small,full", "--set=documents=120"},
              {"model_audit", "--set=d=4", NULL, NULL},
              {"limit_patterns", "--set=representation=bm25", "--set=pattern=dense", NULL},
              {"drowning", "--set=documents=500", NULL, NULL}};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    char *out = path_of(*state, runs[i].name);
    smoke(runs[i].name, out, runs[i].a, runs[i].b, runs[i].c);
    expect_short_answer(out);
    free(out);
  }
}

/* ---- the same bytes ---- */

static void threads_do_not_show(void **state) {
  char *one = path_of(*state, "one"), *two = path_of(*state, "two"),
       *five = path_of(*state, "five");
  smoke("limit_k3", one, "--threads", "1", NULL);
  smoke("limit_k3", two, "--threads=2", NULL, NULL);
  smoke("limit_k3", five, "--threads", "5", NULL);
  expect_same_folders(one, two);
  expect_same_folders(one, five);
  free(one);
  free(two);
  free(five);
}

static void starting_over_changes_nothing(void **state) {
  char *out = path_of(*state, "out");
  smoke("limit_k2", out, NULL, NULL, NULL);
  struct snapshot first = snapshot_take(out, true);
  char *notes = path_of(out, "notes.txt");
  write_whole(notes, "mine\n");
  int64_t cells = ask(out, "SELECT count(*) FROM cells");
  /* A run that is complete takes every cell from its store, */
  struct program_result result =
      program_run(&home, WORDS("run", "limit_k2", "--smoke", "--out", out));
  assert_int_equal(result.status, LIMEN_OK);
  char words[64];
  snprintf(words, sizeof words, "0 cells run, %d taken", (int)cells);
  expect_word(result.err, words);
  program_result_clear(&result);
  struct snapshot second = snapshot_take(out, true);
  expect_same(&first, &second);
  /* and --fresh takes none, and leaves what is not ours. */
  result = program_run(&home, WORDS("run", "limit_k2", "--smoke", "--fresh", "--out", out));
  assert_int_equal(result.status, LIMEN_OK);
  snprintf(words, sizeof words, "%d cells run, 0 taken", (int)cells);
  expect_word(result.err, words);
  program_result_clear(&result);
  struct snapshot third = snapshot_take(out, true);
  expect_same(&first, &third);
  assert_true(is_there(out, "notes.txt"));
  snapshot_clear(&first);
  snapshot_clear(&second);
  snapshot_clear(&third);
  free(notes);
  free(out);
}

static void a_seed_changes_the_results(void **state) {
  char *one = path_of(*state, "one"), *other = path_of(*state, "other"),
       *set = path_of(*state, "set");
  smoke("limit_k2", one, NULL, NULL, NULL);
  smoke("limit_k2", other, "--seed", "57", NULL);
  smoke("limit_k2", set, "--set", "first_seed=57", NULL);
  struct snapshot a = snapshot_take(one, true), b = snapshot_take(other, true);
  assert_true(differ_in(&a, &b, "results.csv"));
  expect_same_folders(other, set); /* --seed is short for it */
  snapshot_clear(&a);
  snapshot_clear(&b);
  free(one);
  free(other);
  free(set);
}

/* ---- certificates ---- */

/* Alters one file of the certificates, which must be found, and puts it right again. */
static void alter(const char *out, const char *name) {
  char *path = path_of(out, name);
  expect_run(&home, LIMEN_OK, WORDS("verify", out), NULL);
  flip_byte(path);
  const char *shown = strstr(name, "SHA256SUMS") ? "was altered" : name;
  expect_run(&home, LIMEN_NO, WORDS("verify", out), WORDS(shown));
  flip_byte(path);
  free(path);
}

static void an_altered_certificate_is_named(void **state) {
  char *out = path_of(*state, "out");
  smoke("limit_k2", out, NULL, NULL, NULL);
  expect_output(&home, WORDS("verify", out), WORDS("4 claims proved", "files unaltered", "margin"));
  struct snapshot all = snapshot_take(out, true);
  size_t altered = 0;
  for (size_t i = 0; i < all.count; i++) {
    if (strncmp(all.file[i].name, "certificates/", strlen("certificates/")) != 0) continue;
    alter(out, all.file[i].name);
    altered++;
  }
  assert_true(altered > 12); /* four claims of some files each, and the sums */
  snapshot_clear(&all);
  free(out);
}

/* Nothing was proved: that is said, and is no failure. */
static void a_run_that_proves_nothing(void **state) {
  char *out = path_of(*state, "out");
  expect_run(
      &home, LIMEN_OK,
      WORDS("run", "limit_k2", "--smoke", "--set", "max_steps=1", "--set", "d=1", "--out", out),
      NULL);
  expect_output(&home, WORDS("verify", out), WORDS("nothing was proved"));
  free(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_experiment, make, unmake),
      cmocka_unit_test_setup_teardown(answers_stay_short, make, unmake),
      cmocka_unit_test_setup_teardown(threads_do_not_show, make, unmake),
      cmocka_unit_test_setup_teardown(starting_over_changes_nothing, make, unmake),
      cmocka_unit_test_setup_teardown(a_seed_changes_the_results, make, unmake),
      cmocka_unit_test_setup_teardown(an_altered_certificate_is_named, make, unmake),
      cmocka_unit_test_setup_teardown(altered_recalls_are_named, make, unmake),
      cmocka_unit_test_setup_teardown(a_run_that_proves_nothing, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
