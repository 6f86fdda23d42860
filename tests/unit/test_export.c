/* What a run writes for other programs: CSV, summary.json, manifest.json. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/build_info.h"
#include "store/csv.h"
#include "store/manifest.h"
#include "store/summary.h"
#include "unit/toy_plan.h"

/* ---- fields ---- */

static void expect_field(const char *field, const char *wanted) {
  struct limen_text out = {0};
  limen_csv_text(&out, true, field);
  assert_string_equal(limen_text_string(&out), wanted);
  limen_text_clear(&out);
}

static void test_text_fields(void **state) {
  (void)state;
  expect_field("infonce", "infonce");
  expect_field("", "");
  expect_field("two words", "two words");
  expect_field("a,b", "\"a,b\"");
  expect_field("say \"no\"", "\"say \"\"no\"\"\"");
  expect_field("a\nb", "\"a\nb\"");
  expect_field("a\rb", "\"a\rb\"");
  expect_field("\"", "\"\"\"\"");
  expect_field("M\xc3\xbcller", "M\xc3\xbcller");
}

/* No cell of a spreadsheet starts with what it would run. */
static void test_formulas(void **state) {
  (void)state;
  expect_field("=1+1", "\"'=1+1\"");
  expect_field("+1", "\"'+1\"");
  expect_field("-cmd|'/c calc'!A0", "\"'-cmd|'/c calc'!A0\"");
  expect_field("@SUM(A1)", "\"'@SUM(A1)\"");
  expect_field("\t=1", "\"'\t=1\"");
  expect_field("\r=1", "\"'\r=1\"");
  expect_field("\n=1", "\"'\n=1\"");
  expect_field("\uFF1D1", "\"'\uFF1D1\"");
  expect_field("\uFF0B1", "\"'\uFF0B1\"");
  expect_field("\uFF0D1", "\"'\uFF0D1\"");
  expect_field("\uFF201", "\"'\uFF201\"");
  expect_field("\uFF1E1", "\uFF1E1");
  expect_field("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
  expect_field("a=b", "a=b");
  expect_field("1-2", "1-2");
}

static void test_numbers(void **state) {
  (void)state;
  struct limen_text out = {0};
  const double values[] = {0.1, -3, NAN, 1e-5, INFINITY, 1e15, 123456789, 1.0 / 3};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    limen_csv_number(&out, i == 0, values[i]);
  limen_csv_text(&out, false, "end");
  assert_string_equal(limen_text_string(&out),
                      "0.1,-3,,1e-05,inf,1e+15,123456789,0.3333333333333333,end");
  limen_text_clear(&out);
}

/* ---- results.csv and timings.csv ---- */

static const struct limen_parameter parameters[] = {
    {.name = "source",
     .about = "",
     .type = LIMEN_STRING,
     .role = LIMEN_SETTING,
     .fallback = "=a, \"b\""},
    {.name = "ef",
     .about = "",
     .type = LIMEN_INTEGER,
     .role = LIMEN_INNER,
     .fallback = "10,40",
     .min = 1,
     .max = 100},
    {.name = "secret",
     .about = "",
     .type = LIMEN_INTEGER,
     .role = LIMEN_PLANNING,
     .fallback = "3",
     .max = 10},
    {.name = "n", .about = "", .type = LIMEN_INTEGER, .role = LIMEN_COORDINATE},
    {0}};

static int plan_one(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  limen_plan_ask(plan, 0, (const int64_t[]){1000000000000000});
  return LIMEN_OK;
}

static int run_one(const struct limen_cell *cell, struct limen_answer *answer,
                   struct limen_error *error) {
  (void)cell, (void)error;
  answer->values[0] = -INFINITY;
  answer->values[1] = 0.57;
  answer->values[2] = 0.1 + 0.2;
  answer->values[3] = 0.32;
  return LIMEN_OK;
}

static const struct limen_kind kind = {
    .name = "one",
    .parameters = parameters,
    .measures =
        (const struct limen_measure_column[]){
            {"share, right", "", "", false}, {"took", "", "s", true}, {0}},
    .plan = plan_one,
    .run = run_one,
};

static void test_tables(void **state) {
  (void)state;
  struct toy_run run = toy_run_well(&kind, NULL, "run", 1);
  assert_string_equal(run.csv,
                      "source,ef,n,\"share, right\"\n"
                      "\"'=a, \"\"b\"\"\",10,1e+15,-inf\n"
                      "\"'=a, \"\"b\"\"\",40,1e+15,0.30000000000000004\n");
  limen_free(run.csv);
  struct limen_store *store = toy_store("run", LIMEN_STORE_READ);
  struct limen_plan plan;
  toy_plan(&plan, &kind, NULL, store);
  assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  plan.cells[0]->answer.seconds = 0.25;
  assert_int_equal(limen_export_timings(&plan, at("timings.csv"), NULL), LIMEN_OK);
  expect_file(at("timings.csv"),
              "source,ef,n,seconds,took\n"
              "\"'=a, \"\"b\"\"\",10,1e+15,0.25,0.57\n"
              "\"'=a, \"\"b\"\"\",40,1e+15,0.25,0.32\n");
  struct limen_error error = {0};
  assert_int_equal(limen_export_results(&plan, at("none/results.csv"), &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "none/results.csv: No such file or directory"));
  limen_plan_clear(&plan);
  limen_store_close(store);
}

/* ---- summary.json ---- */

static struct limen_summary make_summary(void) {
  struct limen_summary summary = {0};
  char name[] = "recall/M=16/ef=40";
  const struct limen_headline metrics[] = {
      {name, 0.912, 0.904, 0.919, "share", true, 1000},
      {(char *)"misses/source=\"x\"", 17, NAN, INFINITY, "queries", false, 0},
      {(char *)"nothing", NAN, -INFINITY, 1e300, "", true, 3}};
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(limen_summary_add(&summary, &metrics[i], NULL), LIMEN_OK);
  memset(name, 'x', strlen(name)); /* a copy was taken */
  return summary;
}

static void expect_number(const json_t *metric, const char *key, double wanted) {
  const json_t *value = json_object_get(metric, key);
  assert_non_null(value);
  if (isfinite(wanted))
    assert_true(fabs(json_number_value(value) - wanted) <= 1e-12 * fabs(wanted));
  else
    assert_true(json_is_null(value));
}

static void test_summary(void **state) {
  (void)state;
  struct limen_summary summary = make_summary();
  assert_int_equal(limen_summary_write(&summary, "limit_k2", at("summary.json"), NULL), LIMEN_OK);
  json_t *root = json_load_file(at("summary.json"), JSON_REJECT_DUPLICATES, NULL);
  assert_int_equal(json_object_size(root), 3);
  assert_int_equal(json_integer_value(json_object_get(root, "schema")), 1);
  assert_string_equal(json_string_value(json_object_get(root, "experiment")), "limit_k2");
  json_t *metrics = json_object_get(root, "metrics");
  assert_int_equal(json_array_size(metrics), 3);
  static const char *const names[] = {"recall/M=16/ef=40", "misses/source=\"x\"", "nothing"};
  static const char *const units[] = {"share", "queries", ""};
  static const char *const better[] = {"higher", "lower", "higher"};
  static const int counts[] = {1000, 0, 3};
  static const double numbers[][3] = {{0.912, 0.904, 0.919}, {17, NAN, NAN}, {NAN, NAN, 1e300}};
  for (size_t i = 0; i < 3; i++) {
    json_t *metric = json_array_get(metrics, i);
    assert_int_equal(json_object_size(metric), 7);
    assert_string_equal(json_string_value(json_object_get(metric, "name")), names[i]);
    assert_string_equal(json_string_value(json_object_get(metric, "unit")), units[i]);
    assert_string_equal(json_string_value(json_object_get(metric, "better")), better[i]);
    assert_int_equal(json_integer_value(json_object_get(metric, "n")), counts[i]);
    expect_number(metric, "value", numbers[i][0]);
    expect_number(metric, "lower", numbers[i][1]);
    expect_number(metric, "upper", numbers[i][2]);
  }
  json_decref(root);
  limen_summary_clear(&summary);
}

static void test_the_same_bytes_again(void **state) {
  (void)state;
  size_t count = 0;
  struct limen_summary summary = make_summary();
  assert_int_equal(limen_summary_write(&summary, "x", at("a.json"), NULL), LIMEN_OK);
  limen_summary_clear(&summary);
  summary = make_summary();
  assert_int_equal(limen_summary_write(&summary, "x", at("b.json"), NULL), LIMEN_OK);
  limen_summary_clear(&summary);
  char *first = get_file(at("a.json"), &count);
  expect_file(at("b.json"), first);
  limen_free(first);
  assert_int_equal(limen_summary_write(&summary, "x", at("c.json"), NULL), LIMEN_OK);
  expect_file(at("c.json"), "{\n  \"schema\": 1,\n  \"experiment\": \"x\",\n  \"metrics\": []\n}");
}

/* ---- manifest.json ---- */

static json_t *manifest_of(const struct limen_manifest *manifest) {
  struct limen_error error = {0};
  char *text = limen_manifest_text(manifest, &error);
  assert_string_equal(error.text, "");
  assert_non_null(text);
  json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(root);
  limen_free(text);
  return root;
}

static void expect_text(const json_t *object, const char *key, const char *wanted) {
  const char *value = json_string_value(json_object_get(object, key));
  assert_non_null(value);
  if (wanted)
    assert_string_equal(value, wanted);
  else
    assert_true(*value != '\0');
}

static const char *const sets[] = {"d=4..8", "tau=0.1"};

static struct limen_manifest example(void) {
  return (struct limen_manifest){.experiment = "limit_k2",
                                 .kind = "critical_n",
                                 .size = "smoke",
                                 .command = "limen run limit_k2 --set 'd=4..8'",
                                 .definition_path = "experiments/limit_k2.yml",
                                 .definition_text = "abc",
                                 .sets = sets,
                                 .n_sets = 2,
                                 .code = "c0de",
                                 .threads = 3,
                                 .cells_run = 17,
                                 .cells_reused = 5,
                                 .start = "2026-01-31T12:00:00Z",
                                 .duration_s = 0.5};
}

static void test_manifest(void **state) {
  (void)state;
  const struct limen_manifest manifest = example();
  json_t *root = manifest_of(&manifest);
  assert_int_equal(json_integer_value(json_object_get(root, "schema")), 1);
  expect_text(root, "experiment", "limit_k2");
  expect_text(root, "kind", "critical_n");
  expect_text(root, "command", "limen run limit_k2 --set 'd=4..8'");
  expect_text(root, "start", "2026-01-31T12:00:00Z");
  expect_text(root, "code_sha256", "c0de");
  assert_int_equal(json_integer_value(json_object_get(root, "threads")), 3);
  assert_int_equal(json_integer_value(json_object_get(root, "cells_run")), 17);
  assert_int_equal(json_integer_value(json_object_get(root, "cells_reused")), 5);
  assert_true(json_real_value(json_object_get(root, "duration_s")) == 0.5);
  assert_null(json_object_get(root, "imported_from"));
  json_t *definition = json_object_get(root, "definition");
  expect_text(definition, "path", "experiments/limit_k2.yml");
  expect_text(definition, "size", "smoke");
  expect_text(definition, "text", "abc");
  /* SHA-256 of "abc", the example of FIPS 180. */
  expect_text(definition, "sha256",
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  json_t *list = json_object_get(definition, "sets");
  assert_int_equal(json_array_size(list), 2);
  assert_string_equal(json_string_value(json_array_get(list, 1)), "tau=0.1");
  json_t *build = json_object_get(root, "build");
  expect_text(build, "version", limen_version);
  expect_text(build, "commit", limen_commit);
  expect_text(build, "compiler", limen_compiler);
  expect_text(build, "flags", limen_compiler_flags);
  assert_true(json_is_boolean(json_object_get(build, "dirty")));
  expect_text(json_object_get(build, "libraries"), "openblas", NULL);
  expect_text(json_object_get(build, "libraries"), "sqlite", NULL);
  json_t *machine = json_object_get(root, "machine");
  expect_text(machine, "cpu", NULL);
  expect_text(machine, "blas_kernel", NULL);
  assert_true(json_integer_value(json_object_get(machine, "cores")) > 0);
  assert_true(json_real_value(json_object_get(machine, "memory_bytes")) > 1e6);
  json_decref(root);
}

/* Before its end a run does not know how long it takes and how many cells it has. */
static void test_manifest_of_a_run_under_way(void **state) {
  (void)state;
  struct limen_manifest manifest = example();
  manifest.duration_s = -1;
  json_t *root = manifest_of(&manifest);
  assert_null(json_object_get(root, "duration_s"));
  assert_null(json_object_get(root, "cells_run"));
  assert_null(json_object_get(root, "cells_reused"));
  assert_int_equal(json_integer_value(json_object_get(root, "threads")), 3);
  expect_text(root, "command", "limen run limit_k2 --set 'd=4..8'");
  expect_text(root, "start", "2026-01-31T12:00:00Z");
  json_decref(root);
}

/* A path is bytes, JSON is UTF-8. */
static void test_odd_paths(void **state) {
  (void)state;
  static const char *const odd_sets[] = {"source=\xff"};
  struct limen_manifest manifest = example();
  manifest.command = "limen run '\xe9t\xe9.yml'";
  manifest.definition_path = "\xc3\xa9t\xc3\xa9.yml";
  manifest.imported = "d\xe9j\xe0.json";
  manifest.sets = odd_sets;
  manifest.n_sets = 1;
  json_t *root = manifest_of(&manifest);
  expect_text(root, "command", "limen run '?t?.yml'");
  expect_text(root, "imported_from", "d?j?.json");
  json_t *definition = json_object_get(root, "definition");
  expect_text(definition, "path", "\xc3\xa9t\xc3\xa9.yml");
  assert_string_equal(json_string_value(json_array_get(json_object_get(definition, "sets"), 0)),
                      "source=?");
  json_decref(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_text_fields), TEST(test_formulas),
      TEST(test_numbers),     TEST(test_tables),
      TEST(test_summary),     TEST(test_the_same_bytes_again),
      TEST(test_manifest),    TEST(test_manifest_of_a_run_under_way),
      TEST(test_odd_paths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
