/* The studies patterns and drowning, run small: what their reports say is worked
 * out again here from results.csv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/folder.h"
#include "support/program.h"

enum { COLUMNS_MOST = 64 };

/* A run of an experiment with --smoke, its results.csv and its report. */
struct run {
  char *home, *folder, *text, *report;
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

static char *file_of(const struct run *run, const char *name) {
  char *path = path_of(run->folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

static struct run run_smoke(const char *name) {
  struct run run = {.home = folder_make()};
  run.folder = path_of(run.home, "run");
  expect_run(NULL, 0, WORDS("run", name, "--smoke", "--quiet", "--out", run.folder), WORDS(""));
  run.text = file_of(&run, "results.csv");
  run.report = file_of(&run, "report.md");
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
  free(run->report);
  free(run->folder);
  folder_remove(run->home);
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

static bool is_at(const struct run *run, size_t row, const char *column, const char *value) {
  return strcmp(text_at(run, row, column), value) == 0;
}

/* The report's first line that starts with `start`, expected to hold `part`. */
static void expect_in_line(const struct run *run, const char *start, const char *part) {
  const char *line = strstr(run->report, start), *end = line ? strchr(line + 1, '\n') : NULL;
  if (!line) fail_msg("no line starts with %s", start);
  const char *found = strstr(line, part);
  if (!found || found > end) fail_msg("%s does not stand in:%.*s", part, (int)(end - line), line);
}

static void near(double got, double wanted, double tolerance) {
  if (!(fabs(got - wanted) <= tolerance)) fail_msg("%.15g in place of %.15g", got, wanted);
}

/* ---- patterns ---- */

enum { INSTANCES = 2 };

static const char *const names[] = {"random", "cycle", "disjoint", "dense"};

/* Rows of a comparison and a representation at an instance. */
static bool is_row(const struct run *run, size_t row, const char *pattern, const char *queries,
                   const char *pool, const char *representation, int instance) {
  return is_at(run, row, "pattern", pattern) && is_at(run, row, "queries", queries) &&
         is_at(run, row, "pool", pool) && is_at(run, row, "representation", representation) &&
         number_at(run, row, "instance") == instance;
}

/* The fewest d with every query right, by instance, against the report's table; more d than needed
 * by the slower instance were not tried. */
static void check_critical(const struct run *run, const char *pattern, const char *queries,
                           const char *pool) {
  double least[INSTANCES] = {INFINITY, INFINITY}, most = 0, asked = 0;
  char start[128], number[64];
  for (size_t row = 0; row < run->rows; row++)
    for (int i = 0; i < INSTANCES; i++) {
      if (!is_row(run, row, pattern, queries, pool, "free", i)) continue;
      const double d = number_at(run, row, "d");
      if (number_at(run, row, "recall_2") == 1) least[i] = fmin(least[i], d);
      most = fmax(most, d);
      asked = number_at(run, row, "n_queries");
    }
  near(most, fmax(least[0], least[1]), 0);
  snprintf(start, sizeof start, "\n| %s%s%s%s | %s | %.0f | ", *queries == '0' ? "" : queries,
           *queries == '0' ? "" : " queries", *queries == '0' || *pool == '0' ? "" : " on ",
           *pool == '0' ? "" : "12 documents", pattern, asked);
  if (least[0] == least[1])
    snprintf(number, sizeof number, " | %g | ", least[0]);
  else
    snprintf(number, sizeof number, " | %g \\[%g, %g\\] | ", (least[0] + least[1]) / 2,
             fmin(least[0], least[1]), fmax(least[0], least[1]));
  expect_in_line(run, start, number);
}

static void test_critical_dimensions(const struct run *run) {
  for (size_t p = 0; p < 4; p++) {
    check_critical(run, names[p], "60", "0");
    check_critical(run, names[p], "0", "12");
  }
  /* Both numbers equal: 12 documents have 66 pairs, but neither 60 neighbours nor 60 blocks. */
  check_critical(run, "random", "60", "12");
  check_critical(run, "dense", "60", "12");
}

/* What was held equal is equal, and only what can be compared was run. */
static void test_what_is_equal(const struct run *run) {
  static const double natural[] = {12, 12, 6, 66};
  for (size_t row = 0; row < run->rows; row++) {
    const double queries = number_at(run, row, "queries"), pool = number_at(run, row, "pool");
    size_t p = 0;
    assert_true(queries + pool > 0);
    while (!is_at(run, row, "pattern", names[p])) p++;
    if (queries > 0) near(number_at(run, row, "n_queries"), 60, 0);
    if (queries == 0) near(number_at(run, row, "n_queries"), natural[p], 0);
    if (pool > 0 && p > 0) near(number_at(run, row, "n_wanted"), 12, 0);
    if (pool > 0 && queries > 0) assert_true(p == 0 || p == 3);
    if (pool == 0 && p == 1) near(number_at(run, row, "n_wanted"), 60, 0);
    if (pool == 0 && p == 2) near(number_at(run, row, "n_wanted"), 120, 0);
    /* Texts from least_d on; the construction at its own d alone. */
    if (is_at(run, row, "representation", "random_word")) near(number_at(run, row, "d"), 64, 0);
    if (is_at(run, row, "representation", "moment_curve")) near(number_at(run, row, "d"), 0, 0);
  }
}

/* The mean of an instance's difference, in the table of differences. */
static void test_differences(const struct run *run) {
  double sum = 0;
  char number[32];
  for (size_t row = 0; row < run->rows; row++)
    for (int i = 0; i < INSTANCES; i++) {
      if (is_row(run, row, "cycle", "60", "0", "bm25", i)) sum += number_at(run, row, "recall_2");
      if (is_row(run, row, "dense", "60", "0", "bm25", i)) sum -= number_at(run, row, "recall_2");
    }
  snprintf(number, sizeof number, "| \\%+.1f \\[", 100 * sum / INSTANCES);
  expect_in_line(run, "\n| 60 queries | bm25 | ", number);
}

/* The deviation between two instances is their distance over sqrt 2. */
static void test_spread(const struct run *run) {
  double value[INSTANCES] = {NAN, NAN};
  char number[32];
  for (size_t row = 0; row < run->rows; row++)
    for (int i = 0; i < INSTANCES; i++)
      if (is_row(run, row, "random", "0", "12", "random_phrase", i))
        value[i] = number_at(run, row, "recall_2");
  snprintf(number, sizeof number, "| %.4f \\[", fabs(value[0] - value[1]) / sqrt(2));
  expect_in_line(run, "\n| 12 documents | random | random_phrase, d = 64 | ", number);
}

static void test_patterns(void **state) {
  struct run run = run_smoke("limit_patterns");
  (void)state;
  test_what_is_equal(&run);
  test_critical_dimensions(&run);
  test_differences(&run);
  test_spread(&run);
  expect_word(run.report, "A failure of training proves nothing");
  expect_word(run.report, "first version alone");
  run_clear(&run);
}

/* ---- drowning ---- */

/* Where the straight line over log documents meets half, for one instance of three sizes. */
static double half_by_hand(const double *documents, const double *recall) {
  const double half = recall[0] / 2;
  for (size_t i = 1; i < 3; i++)
    if (recall[i] <= half)
      return exp(log(documents[i - 1]) + (recall[i - 1] - half) / (recall[i - 1] - recall[i]) *
                                             log(documents[i] / documents[i - 1]));
  return INFINITY;
}

static void check_half(const struct run *run, const char *representation, const char *d,
                       const char *near_misses) {
  static const double documents[] = {46, 150, 500};
  double recall[INSTANCES][3] = {{NAN, NAN, NAN}, {NAN, NAN, NAN}}, logs = 0;
  char start[128], number[64];
  for (size_t row = 0; row < run->rows; row++)
    for (int i = 0; i < INSTANCES; i++)
      for (size_t s = 0; s < 3; s++)
        if (is_at(run, row, "representation", representation) &&
            number_at(run, row, "dimensions") == strtod(d, NULL) &&
            is_at(run, row, "near_misses", near_misses) &&
            number_at(run, row, "documents") == documents[s] &&
            number_at(run, row, "instance") == i) {
          recall[i][s] = number_at(run, row, "recall_2");
          near(number_at(run, row, "n_wanted"), 46, 0);
        }
  for (int i = 0; i < INSTANCES; i++) logs += log(half_by_hand(documents, recall[i]));
  snprintf(start, sizeof start, "\n| near_misses = %s | %s, d = %s | ", near_misses, representation,
           d);
  if (isinf(logs))
    snprintf(number, sizeof number, " | more than 454 |");
  else
    snprintf(number, sizeof number, " | %.0f \\[", exp(logs / INSTANCES) - 46);
  expect_in_line(run, start, number);
}

static void test_drowning(void **state) {
  static const char *const misses[] = {"0", "20"};
  struct run run = run_smoke("drowning");
  (void)state;
  for (size_t m = 0; m < 2; m++) {
    check_half(&run, "random_phrase", "16", misses[m]);
    check_half(&run, "random_phrase", "64", misses[m]);
    check_half(&run, "random_word", "16", misses[m]);
    check_half(&run, "random_word", "64", misses[m]);
    check_half(&run, "moment_curve", "4", misses[m]);
  }
  expect_word(run.report, "more than 454");
  /* Without others there are no near misses to tell apart. */
  for (size_t row = 0; row < run.rows; row++)
    if (is_at(&run, row, "representation", "moment_curve"))
      near(number_at(&run, row, "recall_2"), 1, 0);
  run_clear(&run);
}

/* ---- errors ---- */

static void test_errors(void **state) {
  char *home = folder_make(), *out = path_of(home, "run");
  (void)state;
  expect_run(NULL, 2,
             WORDS("run", "limit_patterns", "--smoke", "--quiet", "--out", out, "--set",
                   "queries=natural", "--set", "pool=fewest"),
             WORDS("nothing to run: the study patterns wants", "a number of queries or a pool"));
  expect_run(
      NULL, 2,
      WORDS("run", "limit_dataset", "--smoke", "--quiet", "--out", out, "--set", "queries=natural"),
      WORDS("queries=natural", "set pool or documents"));
  free(out);
  folder_remove(home);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_patterns),
      cmocka_unit_test(test_drowning),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests_name("limit studies", tests, NULL, NULL);
}
