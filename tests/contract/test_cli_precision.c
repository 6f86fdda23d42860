/* The experiment limit_precision as its users meet it: run small, reported, proved again, and
 * caught when something was altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/folder.h"
#include "support/program.h"

static char *home, *folder;

static int start(void **state) {
  (void)state;
  home = folder_make();
  folder = path_of(home, "run");
  expect_run(NULL, 0,
             WORDS("run", LIMEN_SOURCE_DIR "/experiments/limit_precision.yml", "--smoke", "--quiet",
                   "--out", folder),
             WORDS(""));
  return 0;
}

static int end(void **state) {
  (void)state;
  free(folder);
  folder_remove(home);
  return 0;
}

static char *file_of(const char *name) {
  char *path = path_of(folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* The value of a headline number. */
static double headline(const char *name) {
  char *text = file_of("summary.json"), quoted[128];
  snprintf(quoted, sizeof quoted, "\"%s\"", name);
  const char *found = strstr(text, quoted);
  if (!found) fail_msg("summary.json lacks %s", name);
  const char *value = strstr(found, "\"value\":");
  assert_non_null(value);
  const double number = strtod(value + strlen("\"value\":"), NULL);
  free(text);
  return number;
}

static void headline_numbers_name_all_axes(void **state) {
  (void)state;
  /* Even the small run goes beyond what training is published to reach, 10 and 19. */
  assert_true(headline("n_star/k=2/d=4/arithmetic=float16/construction=best") >= 26);
  assert_true(headline("n_star/k=2/d=4/arithmetic=float32/construction=best") >= 200);
  assert_true(headline("n_star/k=2/d=6/arithmetic=float16/construction=best") >= 60);
  assert_true(headline("n_star/k=2/d=6/arithmetic=int8/construction=best") >=
              headline("n_star/k=2/d=4/arithmetic=int8/construction=best"));
}

static void the_report_answers(void **state) {
  (void)state;
  char *report = file_of("report.md");
  expect_word(report, "In d = 4 dimensions every pair of n documents is served, proved for n = ");
  expect_word(report, "(training is published to reach 10)");
  expect_word(report, "| d | published | float32 | float16 | int8 |");
  expect_word(report, "by classes");
  expect_word(report, "pair by pair");
  expect_word(report, "| 4 | int8 | 64 | ");
  expect_word(report, "## Margin");
  free(report);
}

static void every_claim_is_proved_again(void **state) {
  (void)state;
  expect_output(NULL, WORDS("verify", folder),
                WORDS("k=2_d=6_arithmetic=float32: n = ", "classes, d = 6, float32: proved",
                      "stored in int8: proved",
                      "6 numbers of documents, one a dimension and arithmetic, each have their "
                      "certificate"));
}

static void threads_and_repetition_change_nothing(void **state) {
  (void)state;
  char *other = path_of(home, "other");
  expect_run(NULL, 0,
             WORDS("run", LIMEN_SOURCE_DIR "/experiments/limit_precision.yml", "--smoke", "--quiet",
                   "--threads", "1", "--out", other),
             WORDS(""));
  expect_same_folders(folder, other);
  free(other);
}

/* A claim that is gone, with its lines in the list, leaves a folder in which all hashes hold. */
static void a_missing_certificate_is_noticed(void **state) {
  (void)state;
  static const char name[] = "k=2_d=4_arithmetic=int8";
  char *certificates = path_of(folder, "certificates"), *sums = path_of(certificates, "SHA256SUMS");
  char *claim = path_of(certificates, name), *aside = path_of(home, "aside");
  char *list = read_whole(sums, NULL), *kept = calloc(strlen(list) + 1, 1);
  assert_non_null(kept);
  for (const char *line = list; *line;) {
    const char *next = strchr(line, '\n') + 1;
    if (!memmem(line, (size_t)(next - line), name, strlen(name)))
      strncat(kept, line, (size_t)(next - line));
    line = next;
  }
  write_whole(sums, kept);
  assert_int_equal(rename(claim, aside), 0);
  expect_run(NULL, 1, WORDS("verify", folder),
             WORDS("k=2_d=4_arithmetic=int8/claim.json is missing: the run proved that claim; "
                   "`limen report "));
  assert_int_equal(rename(aside, claim), 0);
  write_whole(sums, list);
  expect_run(NULL, 0, WORDS("verify", folder), WORDS(""));
  free(list);
  free(kept);
  free(aside);
  free(claim);
  free(sums);
  free(certificates);
}

static void an_altered_certificate_is_noticed(void **state) {
  (void)state;
  char *classes = path_of(folder, "certificates/k=2_d=6_arithmetic=float32/classes.npy");
  flip_byte(classes);
  expect_run(NULL, 1, WORDS("verify", folder), WORDS("classes.npy"));
  flip_byte(classes);
  free(classes);
}

static void what_cannot_be_asked_is_refused(void **state) {
  (void)state;
  char *other = path_of(home, "refused");
  expect_run(NULL, 2,
             WORDS("run", "limit_precision", "--smoke", "--quiet", "--out", other, "--set",
                   "arithmetic=float8"),
             WORDS("float8", "float64", "bit1"));
  expect_run(NULL, 2,
             WORDS("run", "limit_precision", "--smoke", "--quiet", "--out", other, "--set", "d=1"),
             WORDS("2", "64"));
  expect_run(NULL, 2,
             WORDS("run", "limit_precision", "--smoke", "--quiet", "--out", other, "--set",
                   "construction=cube"),
             WORDS("cube", "harmonic", "simplex"));
  free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(headline_numbers_name_all_axes),
      cmocka_unit_test(the_report_answers),
      cmocka_unit_test(every_claim_is_proved_again),
      cmocka_unit_test(threads_and_repetition_change_nothing),
      cmocka_unit_test(a_missing_certificate_is_noticed),
      cmocka_unit_test(an_altered_certificate_is_noticed),
      cmocka_unit_test(what_cannot_be_asked_is_refused),
  };
  return cmocka_run_group_tests(tests, start, end);
}
