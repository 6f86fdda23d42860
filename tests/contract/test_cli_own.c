/* Definitions of one's own: where they lie, what counts when a parameter is given twice, and words
 * that mean something elsewhere. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* The values of a column of results.csv, each once, in order, with a blank after each. */
static void column(const char *out, const char *name, char *values, size_t size) {
  char *path = path_of(out, "results.csv"), *text = read_whole(path, NULL), *rest = text;
  size_t at = 0, used = 0;
  char *header = strsep(&rest, "\n");
  for (const char *field; (field = strsep(&header, ",")) && strcmp(field, name) != 0;) at++;
  values[0] = '\0';
  for (char *row; (row = strsep(&rest, "\n")) && *row;) {
    char *field = NULL, word[64];
    for (size_t i = 0; i <= at; i++) field = strsep(&row, ",");
    snprintf(word, sizeof word, "%s ", field);
    if (!strstr(values, word)) used += (size_t)snprintf(values + used, size - used, "%s", word);
  }
  free(text);
  free(path);
}

static void what_is_set_last_counts(void **state) {
  char *own = path_of(*state, "own.yml"), *out = path_of(*state, "out"), values[256];
  write_whole(own,
              "name: mine\nkind: critical_n\nquestion: q\nparams: { d: 4, seeds: 2, k: 2 }\n"
              "smoke: { d: 3, seeds: 1, max_steps: 32 }\nfull: { d: 5 }\n");
  expect_run(NULL, LIMEN_OK, WORDS("run", own, "--out", out, "--set", "max_steps=57"), NULL);
  column(out, "d", values, sizeof values);
  assert_string_equal(values, "4 ");
  column(out, "seed", values, sizeof values);
  assert_string_equal(values, "1 2 ");
  expect_run(NULL, LIMEN_OK, WORDS("run", own, "--smoke", "--out", out), NULL);
  column(out, "d", values, sizeof values);
  assert_string_equal(values, "3 ");
  column(out, "max_steps", values, sizeof values);
  assert_string_equal(values, "32 ");
  expect_run(
      NULL, LIMEN_OK,
      WORDS("run", own, "--smoke", "--out", out, "--set", "d=7", "--set", "d=2,6", "--seed", "11"),
      NULL);
  column(out, "d", values, sizeof values);
  assert_string_equal(values, "2 6 ");
  column(out, "seed", values, sizeof values);
  assert_string_equal(values, "11 ");
  expect_run(NULL, LIMEN_OK, WORDS("run", own, "--full", "--out", out, "--set", "max_steps=32"),
             NULL);
  column(out, "d", values, sizeof values);
  assert_string_equal(values, "5 ");
  free(own);
  free(out);
}

/* Without --out the report lies in reports/NAME of the working folder. */
static void the_folder_by_default(void **state) {
  char *own = path_of(*state, "own.yml");
  const struct program_setup here = {.folder = *state};
  write_whole(own, "name: mine\nkind: critical_n\nquestion: q\nparams: { d: 3, seeds: 1 }\n");
  expect_output(&here, WORDS("run", "own.yml"), WORDS("reports/mine/index.html\n"));
  assert_true(is_there(*state, "reports/mine/run.db"));
  free(own);
}

/* Beside a project's experiments/ of its own, the shipped ones are still there. */
static void a_folder_of_experiments_of_ones_own(void **state) {
  char *folder = path_of(*state, "experiments"), *own = path_of(folder, "own.yml");
  const struct program_setup here = {.folder = *state};
  assert_int_equal(mkdir(folder, 0755), 0);
  write_whole(own, "name: own\nkind: critical_n\nquestion: Mine?\nparams: { d: 3, seeds: 1 }\n");
  expect_output(&here, WORDS("list", "experiments"), WORDS("own", "Mine?", "limit_k2"));
  expect_output(&here, WORDS("run", "own"), WORDS("reports/own/index.html"));
  expect_output(&here, WORDS("run", "limit_k2", "--smoke"), WORDS("reports/limit_k2/index.html"));
  free(folder);
  free(own);
}

/* ---- words that mean something elsewhere ---- */

static char *read_in(const char *out, const char *name) {
  char *path = path_of(out, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

static void hostile_words_stay_words(void **state) {
  static const char name[] =
      "<script>alert(11)<b> $(touch PWNED) `touch PWNED` 'q' \"r\"\n```\n# b";
  char *folder = path_of(*state, name), *own = path_of(folder, "own.yml");
  char *out = path_of(*state, "out");
  const struct program_setup here = {.folder = *state};
  assert_int_equal(mkdir(folder, 0755), 0);
  write_whole(own,
              "name: mine\nkind: critical_n\n"
              "question: \"<script>alert(57)</script> $(touch PWNED) `touch PWNED` 'a' \\\"b\\\" & "
              "<img src=x onerror=y> [x](javascript:1) ' ; touch PWNED\\n# heading\"\n"
              "params: { d: 3, seeds: 1 }\n");
  expect_run(&here, LIMEN_OK, WORDS("run", own, "--out", out), NULL);
  expect_run(&here, LIMEN_OK, WORDS("report", out), NULL);
  assert_false(is_there(*state, "PWNED"));
  assert_false(is_there(out, "PWNED"));
  assert_false(is_there(out, "plots/PWNED"));
  char *html = read_in(out, "index.html"), *markdown = read_in(out, "report.md");
  assert_null(strstr(html, "<script>alert"));
  assert_null(strstr(html, "<img src=x"));
  expect_word(html, "&lt;script&gt;alert(57)&lt;/script&gt;");
  expect_word(html, "&lt;script&gt;alert(11)");
  assert_null(strstr(markdown, "\n# heading"));
  assert_null(strstr(markdown, "[x](javascript:1)"));
  /* The command is code in a fence that no line of it can close. */
  const char *fence = strstr(markdown, "````sh\nlimen run '");
  assert_non_null(fence);
  expect_word(fence, "$(touch PWNED) `touch PWNED` '\\''q'\\'' \"r\"\n```\n# b/own.yml'\n````\n");
  char *manifest = read_in(out, "manifest.json");
  json_t *root = json_loads(manifest, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(root);
  json_decref(root);
  free(manifest);
  free(html);
  free(markdown);
  free(folder);
  free(own);
  free(out);
}

static void a_path_that_no_manifest_can_hold(void **state) {
  char *own = path_of(*state, "\xff.yml");
  write_whole(own, "name: mine\nkind: critical_n\nquestion: q\nparams: { d: 3 }\n");
  expect_run(NULL, LIMEN_USAGE, WORDS("run", own), WORDS("not UTF-8", "rename"));
  expect_run(NULL, LIMEN_USAGE, WORDS("import", "limit-json", own), WORDS("not UTF-8"));
  free(own);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_is_set_last_counts, make, unmake),
      cmocka_unit_test_setup_teardown(the_folder_by_default, make, unmake),
      cmocka_unit_test_setup_teardown(a_folder_of_experiments_of_ones_own, make, unmake),
      cmocka_unit_test_setup_teardown(hostile_words_stay_words, make, unmake),
      cmocka_unit_test_setup_teardown(a_path_that_no_manifest_can_hold, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
