/* What limen check writes for CI systems: JUnit, Markdown, Bencher's and github-action-benchmark's
 * JSON, with one number of every verdict and with names from somebody who means harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka needs those above first. */
#include <cmocka.h>
#include <jansson.h>

#include "base/error.h"
#include "base/text.h"
#include "gate/outcome_writer.h"
#include "support/folder.h"
#include "support/program.h"

/* Quotes, marks, markup, commands, a mention, what a spreadsheet takes for a formula. */
#define HOSTILE "=cmd|'/c calc'!A0/<script>alert(1)</script>/`$(id)`/@root/*x*[y](z)/\"&]]>"
#define SAME "same/axis=1/other=2"
#define WORSE "worse/axis=1/other=3"

static int make_folder(void **state) {
  *state = folder_make();
  return 0;
}

static int remove_folder(void **state) {
  folder_remove(*state);
  return 0;
}

static void put(const char *folder, const char *name, const char *text) {
  char *path = path_of(folder, name);
  write_whole(path, text);
  free(path);
}

static char *get(const char *folder, const char *name) {
  char *path = path_of(folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* A share near `value` for 5 builds and 400 queries, that moves a little from build to build. */
static void add_metric(struct limen_text *out, const char *metric, double value, size_t queries) {
  for (size_t b = 0; b < 5; b++)
    for (size_t q = 0; q < queries; q++)
      limen_text_print(out, "%zu,%zu,%.4f,%s\n", b, q,
                       value + 0.01 * (double)((q * 7 + b * 3) % 5) - 0.02, metric);
}

static void put_results(const char *folder, const char *name, bool old) {
  struct limen_text text = {0};
  limen_text_add(&text, "build,query,value,metric\n");
  add_metric(&text, SAME, 0.9, 1200);
  add_metric(&text, WORSE, old ? 0.9 : 0.8, 1200);
  add_metric(&text, HOSTILE, old ? 0.9 : 0.8, 1200);
  add_metric(&text, "few", old ? 0.9 : 0.899, 8);
  add_metric(&text, "cost", old ? 30 : 31, 1200);
  add_metric(&text, old ? "gone" : "new", 0.5, 1200);
  put(folder, name, limen_text_string(&text));
  limen_text_clear(&text);
}

/* Every verdict but other data, and every file. */
static void check(const char *folder) {
  const struct program_setup here = {.folder = folder};
  put_results(folder, "old.csv", true);
  put_results(folder, "new.csv", false);
  expect_run(&here, LIMEN_OK,
             WORDS("accept", "--results", "old.csv", "--lower", "cost", "--baseline", "b.json"),
             WORDS(""));
  expect_run(&here, LIMEN_NO,
             WORDS("check", "--results", "new.csv", "--lower", "cost", "--baseline", "b.json",
                   "--json", "o.json", "--junit", "j.xml", "--markdown", "m.md", "--bencher",
                   "bencher.json", "--benchmark-action", "action.json"),
             WORDS("3 of 7 numbers fail: "));
}

/* ---- JUnit ---- */

static size_t count_of(const char *text, const char *word) {
  size_t count = 0;
  for (const char *at = text; (at = strstr(at, word)); at += strlen(word)) count++;
  return count;
}

static void junit(void **state) {
  const char *folder = *state;
  check(folder);
  char *text = get(folder, "j.xml");
  expect_word(text, " tests=\"7\" failures=\"3\" errors=\"0\" skipped=\"1\"");
  assert_int_equal(count_of(text, "<testcase "), 7);
  assert_int_equal(count_of(text, "<failure type=\"regression\" message="), 2);
  assert_int_equal(count_of(text, "<failure type=\"missing\" message=\"gone "), 1);
  assert_int_equal(count_of(text, "<skipped type=\"cannot tell\" message=\"few fell from"), 1);
  assert_int_equal(count_of(text, "<system-out>"), 3);
  expect_word(text, "name=\"" WORSE "\" classname=\"limen.results.worse\"");
  assert_null(strstr(text, "<script>"));
  expect_word(text, "&lt;script&gt;alert(1)&lt;/script&gt;/`$(id)`");
  free(text);
  static const char xmllint[] = "/usr/bin/xmllint";
  if (access(xmllint, X_OK) != 0) {
    print_message("%s is missing: the schema is not looked at\n", xmllint);
    return;
  }
  const struct program_setup validator = {.program = xmllint, .folder = folder};
  expect_run(&validator, 0,
             WORDS("--noout", "--schema", LIMEN_SOURCE_DIR "/tests/contract/junit.xsd", "j.xml"),
             WORDS("j.xml validates"));
}

/* ---- JSON ---- */

static json_t *json_of(const char *folder, const char *name) {
  char *path = path_of(folder, name);
  json_error_t reason;
  json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
  if (!root) fail_msg("%s: %s", name, reason.text);
  free(path);
  return root;
}

static double value_of(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/* Every number that there is now has a value; one that is not there any more has none. */
static void bencher(void **state) {
  const char *folder = *state;
  check(folder);
  json_t *root = json_of(folder, "bencher.json");
  assert_int_equal(json_object_size(root), 4); /* measures without axes stand together */
  const json_t *worse = json_object_get(json_object_get(root, "results/axis=1/other=3"), "worse");
  const json_t *plain = json_object_get(root, "results");
  assert_true(value_of(worse, "value") < 0.81 && value_of(worse, "value") > 0.79);
  assert_true(value_of(worse, "lower_value") < value_of(worse, "value"));
  assert_true(value_of(worse, "upper_value") > value_of(worse, "value"));
  assert_int_equal(json_object_size(plain), 3);
  assert_non_null(json_object_get(plain, "cost"));
  assert_null(json_object_get(plain, "gone"));
  json_decref(root);
}

/* Of shares what is missing to 1. */
static void benchmark_action(void **state) {
  const char *folder = *state;
  check(folder);
  json_t *root = json_of(folder, "action.json");
  assert_int_equal(json_array_size(root), 6);
  const json_t *worse = json_array_get(root, 1), *cost = NULL;
  assert_string_equal(json_string_value(json_object_get(worse, "name")), "1 - " WORSE);
  assert_true(value_of(worse, "value") > 0.19 && value_of(worse, "value") < 0.21);
  expect_word(json_string_value(json_object_get(worse, "extra")), " fell from 0.9");
  expect_word(json_string_value(json_object_get(worse, "range")), "0.19");
  for (size_t i = 0; i < 6; i++)
    if (strcmp(json_string_value(json_object_get(json_array_get(root, i), "name")), "cost") == 0)
      cost = json_array_get(root, i);
  assert_true(value_of(cost, "value") > 30);
  json_decref(root);
  /* A number of which more is better and that is no share has no place. */
  const struct program_setup here = {.folder = folder};
  put(folder, "speed.csv", "build,query,value\na,x,100\na,y,101\n");
  expect_run(&here, LIMEN_OK,
             WORDS("accept", "--results", "speed.csv", "--deterministic", "--baseline", "s.json"),
             WORDS(""));
  expect_run(&here, LIMEN_OK,
             WORDS("check", "--results", "speed.csv", "--deterministic", "--baseline", "s.json",
                   "--benchmark-action", "speed.json"),
             WORDS("note: speed.json has no place for 1 of 1 numbers"));
  root = json_of(folder, "speed.json");
  assert_int_equal(json_array_size(root), 0);
  json_decref(root);
}

/* ---- Markdown ---- */

static void markdown(void **state) {
  const char *folder = *state;
  check(folder);
  char *text = get(folder, "m.md");
  expect_word(text, "### Failed: `results`\n\n7 numbers: 1 missing, 2 regression, 1 cannot tell, ");
  expect_word(text, "| regression | `" WORSE "` | 0.9");
  expect_word(text, "\n- `" WORSE "` fell from 0.9");
  expect_word(text, "<details><summary>3 numbers passed, or are new</summary>\n\n| verdict |");
  expect_word(text, "`limen accept new.csv --baseline b.json --reason \"why\"`");
  /* In code, and with bars that do not end a cell. */
  expect_word(text,
              "| regression | `` =cmd\\|'/c calc'!A0/<script>alert(1)</script>/`$(id)`/@root/");
  assert_int_equal(count_of(text, "<script>"), count_of(text, "`` =cmd"));
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    if (line[0] != '|') continue;
    size_t cells = 0;
    for (const char *at = line; *at; at++) cells += *at == '|' && (at == line || at[-1] != '\\');
    assert_int_equal(cells, 7);
  }
  free(text);
}

/* ---- all of them ---- */

/* A folder that is not there: nothing is written, and the run says so before it says anything about
 * numbers. What help lists is what there is. */
static void every_writer(void **state) {
  const char *folder = *state;
  const struct program_setup here = {.folder = folder};
  check(folder);
  struct program_result help = program_run(&here, WORDS("check", "--help"));
  for (size_t w = 0; limen_gate_writer_at(w); w++) {
    const char *option = limen_gate_writer_at(w)->option;
    expect_word(help.out, option);
    expect_run(&here, LIMEN_FAILED,
               WORDS("check", "--results", "old.csv", "--baseline", "b.json", option, "no/file"),
               WORDS("no/file"));
  }
  program_result_clear(&help);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(junit), TEST(bencher), TEST(benchmark_action), TEST(markdown), TEST(every_writer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
