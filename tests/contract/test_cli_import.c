/* Others' results in a run folder of ours: told as reported, never as proved. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"
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

/* One result, as the published program writes it. */
static void add_result(struct limen_text *out, int d, int n, int seed, const char *metrics) {
  limen_text_print(out,
                   "%s{\"parameters\": {\"n\": %d, \"d\": %d, \"k\": 2, \"q\": null, \"seed\": %d, "
                   "\"temperature\": 0.1, \"learning_rate\": 0.01, \"num_iterations\": 57000},\n"
                   " \"metrics\": {%s}}",
                   out->length ? ",\n" : "[", n, d, seed, metrics);
}

/* A search as that program makes it: gallop, bisect, sweep, up to n = `critical`. */
static void add_search(struct limen_text *out, int d, int critical, int seed) {
  char metrics[160];
  const int tried[] = {2 * d + 3,    critical + 4, critical + 2, critical + 1, critical,
                       critical - 1, critical - 2, critical - 3, critical - 4};
  for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
    double right = tried[i] <= critical ? 1 : 1 - 0.0032 * (tried[i] - critical);
    snprintf(metrics, sizeof metrics,
             "\"max_accuracy_observed\": %.4f, \"final_accuracy\": %.4f, \"final_loss\": 0.9%d",
             right, right - 0.0011, tried[i]);
    bool before = false; /* of two tries at one n the program keeps one */
    for (size_t j = 0; j < i; j++) before = before || tried[j] == tried[i];
    if (!before) add_result(out, d, tried[i], seed, metrics);
  }
}

static char *write_file(const char *folder, const char *name, const char *text) {
  char *path = path_of(folder, name);
  write_whole(path, text);
  return path;
}

/* The value of a headline number of summary.json. */
static double headline(const char *out, const char *name) {
  json_error_t reason;
  char *path = path_of(out, "summary.json");
  json_t *root = json_load_file(path, 0, &reason), *metrics = json_object_get(root, "metrics"),
         *one;
  double value = NAN;
  size_t i;
  assert_non_null(root);
  json_array_foreach(metrics, i, one) {
    const char *is = json_string_value(json_object_get(one, "name"));
    if (strncmp(is, "reported_", strlen("reported_")) != 0) fail_msg("%s is not reported_*", is);
    if (strcmp(is, name) == 0) value = json_number_value(json_object_get(one, "value"));
  }
  json_decref(root);
  free(path);
  return value;
}

static void expect_text(const char *out, const char *name, const char *const *words) {
  char *path = path_of(out, name), *text = read_whole(path, NULL);
  for (size_t i = 0; words[i]; i++) expect_word(text, words[i]);
  free(text);
  free(path);
}

static void searches_become_a_report(void **state) {
  struct limen_text text = {0};
  add_search(&text, 4, 11, 42);
  add_search(&text, 4, 9, 43);
  add_search(&text, 4, 10, 44);
  add_search(&text, 7, 26, 42);
  add_result(&text, 7, 57, 42, "\"error\": \"out of memory\"");
  add_result(&text, 7, 26, 42, "\"max_accuracy_observed\": 0.32"); /* again: the first counts */
  add_result(&text, 7, 58, 42, "\"max_accuracy_observed\": NaN, \"final_loss\": -Infinity");
  limen_text_add(&text, "]\n");
  char *file = write_file(*state, "d=4 \"NaN\".json", text.data), *out = path_of(*state, "out");
  expect_run(NULL, LIMEN_OK, WORDS("import", "limit-json", file, "--out", out),
             WORDS("33 results read", "1 repeated", "2 without an answer left out"));
  assert_true(headline(out,
                       "reported_critical_n/k=2/loss=infonce/query_rule=free/schedule=constant/"
                       "optimizer=adam/start=random/tau=0.1/pattern=all/d=4") == 10);
  assert_true(headline(out,
                       "reported_critical_n/k=2/loss=infonce/query_rule=free/schedule=constant/"
                       "optimizer=adam/start=random/tau=0.1/pattern=all/d=7") == 26);
  /* An accuracy of .9936 at n = 28 counts documents: at least .9872 of the queries are right. */
  assert_true(headline(out,
                       "reported_n_99/k=2/loss=infonce/query_rule=free/schedule=constant/"
                       "optimizer=adam/start=random/tau=0.1/pattern=all/d=7") == 27);
  expect_text(out, "report.md", WORDS("nothing here is proved", "reported", "SHA-256", file));
  expect_text(out, "index.html", WORDS("nothing here is proved"));
  expect_text(out, "results.csv", WORDS(",57000,", ",1e-05,50,4000,26,42,0,325,0,1,1,"));
  expect_text(out, "manifest.json",
              WORDS("\"imported_from\"", "SHA-256", "limen import limit-json '"));
  /* Nothing is certified, and that is said. */
  struct snapshot all = snapshot_take(out, false);
  for (size_t i = 0; i < all.count; i++) assert_null(strstr(all.file[i].name, "claim.json"));
  snapshot_clear(&all);
  expect_output(NULL, WORDS("verify", out), WORDS("nothing was proved"));
  /* The report comes out of the store alone, with the file gone. */
  struct snapshot before = snapshot_take(out, true);
  folder_remove(file);
  expect_output(NULL, WORDS("report", out), WORDS("index.html"));
  struct snapshot after = snapshot_take(out, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  limen_text_clear(&text);
  free(out);
}

/* The folder is named after the file, in letters that any system takes. */
static void a_name_for_the_run(void **state) {
  const struct program_setup here = {.folder = *state};
  struct limen_text text = {0};
  add_search(&text, 5, 14, 1);
  limen_text_add(&text, "]");
  char *file = write_file(*state, "d=5 k=2.json", text.data);
  expect_output(&here, WORDS("import", "limit-json", "d=5 k=2.json"),
                WORDS("reports/imported_d_5_k_2/index.html\n"));
  limen_text_clear(&text);
  free(file);
}

/* ---- files that are not what they should be ---- */

static void refuse(const char *folder, const char *text, const char *const *words) {
  char *file = write_file(folder, "x.json", text), *out = path_of(folder, "refused");
  expect_run(NULL, LIMEN_INPUT, WORDS("import", "limit-json", file, "--out", out), words);
  expect_run(NULL, LIMEN_INPUT, WORDS("import", "limit-json", file, "--out", out), WORDS(file));
  assert_false(is_there(folder, "refused"));
  free(file);
  free(out);
}

/* A file of one good result whose parameters end with `parameters`. */
static void refuse_parameter(const char *folder, const char *parameters, const char *const *words) {
  char text[512];
  snprintf(
      text, sizeof text,
      "[{\"parameters\": {\"n\": 5, \"d\": 4, \"k\": 2, \"seed\": 1}, \"metrics\": "
      "{\"final_accuracy\": 1}},\n {\"parameters\": {%s}, \"metrics\": {\"final_accuracy\": 1}}]",
      parameters);
  refuse(folder, text, words);
}

static void files_of_another_kind(void **state) {
  refuse(*state, "garbage", WORDS("x.json:1:7:"));
  refuse(*state, "", WORDS("x.json:1:0:"));
  refuse(*state, "[\n {\"parameters\": {},\n  \"metrics\": }]", WORDS("x.json:3:"));
  refuse(*state, "{\"parameters\": {}}", WORDS("a list of results is needed"));
  refuse(*state, "[]", WORDS("no usable result"));
  refuse(
      *state, "[57]",
      WORDS("result 1 lacks the objects parameters and metrics", "free_embedding_experiment.py"));
  refuse(*state, "[{\"parameters\": {}, \"metrics\": []}]", WORDS("result 1 lacks"));
  char *missing = path_of(*state, "missing.json");
  expect_run(NULL, LIMEN_INPUT, WORDS("import", "limit-json", missing),
             WORDS(missing, "No such file"));
  expect_run(NULL, LIMEN_INPUT, WORDS("import", "limit-json", *state), WORDS("it is a folder"));
  free(missing);
}

static void numbers_out_of_range(void **state) {
  static const char good[] = "\"n\": 5, \"d\": 4, \"k\": 2, \"seed\": 1, ";
  static const struct {
    const char *parameters, *words[2];
    bool alone; /* else after good ones */
  } cases[] = {
      {"\"d\": 4, \"k\": 2, \"seed\": 1", {"result 2: parameters.n is missing", "from 2"}, true},
      {"\"n\": 1, \"d\": 4, \"k\": 2, \"seed\": 1",
       {"parameters.n is 1", "from 2 to 999999"},
       true},
      {"\"n\": 5, \"d\": 0, \"k\": 2, \"seed\": 1", {"parameters.d is 0", "from 1 to 4096"}, true},
      {"\"n\": 5, \"d\": 4.5, \"k\": 2, \"seed\": 1", {"parameters.d is 4.5", "whole"}, true},
      {"\"n\": 5, \"d\": 4, \"k\": \"2\", \"seed\": 1", {"parameters.k is \"2\"", "1 to 64"}, true},
      {"\"n\": 5, \"d\": 4, \"k\": 2, \"seed\": -1", {"parameters.seed is -1", "from 0"}, true},
      {"\"n\": 5, \"d\": 4, \"k\": 2, \"seed\": 10001",
       {"seeds run from 1 to 10001", "split"},
       true},
      {"\"temperature\": 0", {"parameters.temperature is 0", "above 0"}, false},
      {"\"temperature\": \"hot\"", {"parameters.temperature is \"hot\"", "above 0"}, false},
      {"\"temperature\": NaN", {"parameters.temperature is \"\"", "above 0"}, false},
      {"\"learning_rate\": -0.11", {"parameters.learning_rate is -0.11", "above 0"}, false},
      {"\"learning_rate\": 0.32", {"result 2 has other settings", "result 1; split"}, false},
      {"\"num_iterations\": 0", {"parameters.num_iterations is 0", "from 1"}, false},
      {"\"early_stopping_patience\": 1e3", {"early_stopping_patience is 1000.0", "whole"}, false},
      {"\"log_interval\": null", {"parameters.log_interval is null", "whole"}, false},
      {"\"q\": 9", {"result 2 used 9 of 10 subsets", "over all subsets"}, false},
      {"\"q\": 0", {"parameters.q is 0", "from 1"}, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char parameters[256];
    const char *const words[] = {cases[i].words[0], cases[i].words[1], NULL};
    snprintf(parameters, sizeof parameters, "%s%s", cases[i].alone ? "" : good,
             cases[i].parameters);
    refuse_parameter(*state, parameters, words);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(searches_become_a_report, make, unmake),
      cmocka_unit_test_setup_teardown(a_name_for_the_run, make, unmake),
      cmocka_unit_test_setup_teardown(files_of_another_kind, make, unmake),
      cmocka_unit_test_setup_teardown(numbers_out_of_range, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
