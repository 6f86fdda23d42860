/* The studies sweep, defaults and noise, run small: what their reports and headline numbers say is
 * worked out again here from results.csv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/kinds/recall/report_vendors.h"
#include "support/folder.h"
#include "support/program.h"

enum { COLUMNS_MOST = 128 };

/* A run of an experiment with --smoke, and its results.csv. */
struct run {
  char *home, *folder, *text;
  char **lines;
  size_t rows;
  char *head[COLUMNS_MOST];
  size_t columns;
};

static size_t split(char *line, char **cells) {
  size_t count = 0;
  for (char *at = line; at && count < COLUMNS_MOST; count++) {
    cells[count] = at;
    if ((at = strchr(at, ','))) *at++ = '\0';
  }
  return count;
}

static struct run run_experiment(const char *name) {
  struct run run = {.home = folder_make()};
  run.folder = path_of(run.home, "run");
  expect_run(NULL, 0, WORDS("run", name, "--smoke", "--quiet", "--out", run.folder), WORDS(""));
  char *path = path_of(run.folder, "results.csv");
  run.text = read_whole(path, NULL);
  free(path);
  size_t lines = 0;
  for (const char *at = run.text; *at; at++) lines += *at == '\n';
  run.lines = calloc(lines + 1, sizeof *run.lines);
  assert_non_null(run.lines);
  char *line = strtok(run.text, "\r\n");
  run.columns = split(line, run.head);
  while ((line = strtok(NULL, "\r\n"))) run.lines[run.rows++] = line;
  return run;
}

static void run_clear(struct run *run) {
  free(run->lines);
  free(run->text);
  free(run->folder);
  folder_remove(run->home);
}

static char *report_of(const struct run *run, const char *name) {
  char *path = path_of(run->folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* A cell as text; lent until the next call. */
static const char *text_at(const struct run *run, size_t row, const char *column) {
  static char line[4096];
  char *cells[COLUMNS_MOST];
  snprintf(line, sizeof line, "%s", run->lines[row]);
  split(line, cells);
  for (size_t i = 0; i < run->columns; i++)
    if (strcmp(run->head[i], column) == 0) return cells[i];
  fail_msg("results.csv has no column %s", column);
  return "";
}

static double number_at(const struct run *run, size_t row, const char *column) {
  return strtod(text_at(run, row, column), NULL);
}

/* A headline number by the beginning of its name and a part of the rest. */
static double headline(const struct run *run, const char *begin, const char *part) {
  char *text = report_of(run, "summary.json");
  json_t *root = json_loads(text, 0, NULL), *metrics = json_object_get(root, "metrics");
  double value = NAN;
  for (size_t i = 0; i < json_array_size(metrics); i++) {
    json_t *metric = json_array_get(metrics, i);
    const char *name = json_string_value(json_object_get(metric, "name"));
    if (strncmp(name, begin, strlen(begin)) == 0 && strstr(name, part))
      value = json_number_value(json_object_get(metric, "value"));
  }
  json_decref(root);
  free(text);
  if (isnan(value)) fail_msg("no headline number %s...%s", begin, part);
  return value;
}

static void expect_no_word(const char *text, const char *word) {
  if (strstr(text, word)) fail_msg("\"%s\" stands in:\n%s", word, text);
}

/* ---- sweep ---- */

static double mean_recall(const struct run *run, const char *engine, double M, double ef) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < run->rows; i++)
    if (strcmp(text_at(run, i, "engine"), engine) == 0 && number_at(run, i, "M") == M &&
        number_at(run, i, "ef") == ef) {
      sum += number_at(run, i, "recall");
      count++;
    }
  assert_int_equal(count, 2); /* builds */
  return sum / (double)count;
}

static void a_sweep_averages_builds_and_keeps_time_apart(void **state) {
  struct run run = run_experiment("ef_sweep");
  char *report = report_of(&run, "report.md"), *page = report_of(&run, "index.html");
  (void)state;
  assert_true(fabs(headline(&run, "recall/",
                            "engine=hnswlib/batch=0/levels=library/order=random/"
                            "M=4/ef_construction=128/ef=20/") -
                   mean_recall(&run, "hnswlib", 4, 20)) < 1e-12);
  expect_word(report, "The Pareto line");
  expect_word(report, "What a recall costs");
  expect_word(page, "Microseconds a query");
  expect_word(page, "Cells ran");
  expect_no_word(report, "Microseconds a query");
  expect_no_word(report, "Seconds to build");
  assert_true(is_there(run.folder, "plots/recall_by_work.svg"));
  assert_true(is_there(run.folder, "plots/timed/recall_by_time.svg"));
  assert_false(is_there(run.folder, "plots/recall_by_time.svg"));
  free(report);
  free(page);
  run_clear(&run);
}

/* ---- defaults ---- */

static bool is_built_by_someone(int64_t M, int64_t ef_construction) {
  for (const struct recall_vendor *vendor = recall_vendors; vendor->name; vendor++)
    if (vendor->M == M && vendor->ef_construction == ef_construction) return true;
  return false;
}

static void only_graphs_of_systems_are_built(void **state) {
  struct run run = run_experiment("vendor_defaults");
  char *report = report_of(&run, "report.md");
  (void)state;
  for (size_t i = 0; i < run.rows; i++) {
    int64_t M = (int64_t)number_at(&run, i, "M");
    int64_t ef_construction = (int64_t)number_at(&run, i, "ef_construction");
    assert_true(is_built_by_someone(M, ef_construction));
    if (strcmp(text_at(&run, i, "engine"), "faiss") == 0)
      assert_true(M == 32 && ef_construction == 40);
  }
  /* 3 graphs in hnswlib and, where there is FAISS, 1 there; 3 sets of data, 2 builds, 3 ef. */
  size_t graphs = run.rows / (3 * 2 * 3);
  assert_true(run.rows == graphs * 18 && (graphs == 3 || graphs == 4));
  expect_word(report, "this compares parameters, not systems");
  expect_word(report, "Not run, as the lists of M, ef_construction and ef do not hold");
  expect_word(report, "Marqo (M = 16, ef_construction = 512, ef = 2000)");
  expect_word(report, "| subspace, r = 16 | Chroma | 16/100/10 |");
  expect_no_word(report, "clusters_mixed, r");
  free(report);
  run_clear(&run);
}

/* ---- noise ---- */

/* Recalls of hnswlib at an ef, [order][seed]. */
static void read_table(const struct run *run, double ef, double table[3][3]) {
  size_t found = 0;
  for (size_t i = 0; i < run->rows; i++) {
    if (strcmp(text_at(run, i, "engine"), "hnswlib") != 0 || number_at(run, i, "ef") != ef)
      continue;
    size_t order = (size_t)number_at(run, i, "variant");
    size_t seed = (size_t)number_at(run, i, "build");
    assert_true(order < 3 && seed < 3);
    table[order][seed] = number_at(run, i, "recall");
    found++;
  }
  assert_int_equal(found, 9);
}

/* Component of rows, from sums of squares. */
static double component(double table[3][3], bool of_rows) {
  double all = 0, rows[3] = {0}, columns[3] = {0}, effect = 0, rest = 0;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      all += table[i][j] / 9;
      rows[i] += table[i][j] / 3;
      columns[j] += table[i][j] / 3;
    }
  for (int i = 0; i < 3; i++) {
    effect += 3 * pow((of_rows ? rows : columns)[i] - all, 2) / 2;
    for (int j = 0; j < 3; j++) rest += pow(table[i][j] - rows[i] - columns[j] + all, 2) / 4;
  }
  return fmax(0, (effect - rest) / 3);
}

static void noise_is_split_as_the_results_say(void **state) {
  struct run run = run_experiment("build_noise");
  char *report = report_of(&run, "report.md"), *page = report_of(&run, "index.html");
  char *summary = report_of(&run, "summary.json");
  const char *const at =
      "engine=hnswlib/batch=0/levels=by_label/order=random/M=16/"
      "ef_construction=128/ef=10/";
  double table[3][3];
  (void)state;
  read_table(&run, 10, table);
  assert_true(fabs(headline(&run, "sd_order/", at) - sqrt(component(table, true))) < 1e-9);
  assert_true(fabs(headline(&run, "sd_levels/", at) - sqrt(component(table, false))) < 1e-9);
  expect_word(report, "nothing: same order and seed, one thread");
  expect_word(page, "several threads");
  expect_no_word(report, "several threads");
  expect_no_word(summary, "thread");
  assert_false(is_there(run.folder, "plots/noise_with_threads_1.svg"));
  free(report);
  free(page);
  free(summary);
  run_clear(&run);
}

/* Without crossing there are no components, and the report says what to give. */
static void noise_asks_for_crossed_builds(void **state) {
  char *home = folder_make(), *folder = path_of(home, "run");
  (void)state;
  expect_run(NULL, 0,
             WORDS("run", "build_noise", "--smoke", "--quiet", "--out", folder, "--set", "draws=1",
                   "--set", "engine=hnswlib", "--set", "parallel=0"),
             WORDS(""));
  char *path = path_of(folder, "report.md"), *report = read_whole(path, NULL);
  expect_word(report, "Give draws and builds of 2 or more");
  expect_word(report, "No set of builds is finished in which every order meets every seed");
  free(report);
  free(path);
  free(folder);
  folder_remove(home);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sweep_averages_builds_and_keeps_time_apart),
      cmocka_unit_test(only_graphs_of_systems_are_built),
      cmocka_unit_test(noise_is_split_as_the_results_say),
      cmocka_unit_test(noise_asks_for_crossed_builds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
