/* limit_margin as a user runs it: margins keep to their bounds, reach the simplex where there is
 * one, are proved again, and what was altered is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs some of those above. */
#include <cmocka.h>

#include "base/error.h"
#include "experiments/kinds/margin/margin.h"
#include "limits/margin_bounds.h"
#include "support/folder.h"
#include "support/program.h"

struct fixture {
  char *folder, *run;
};

static void run_smoke(const char *out, const char *threads) {
  expect_run(NULL, 0,
             WORDS("run", "limit_margin", "--smoke", "--quiet", "--out", out, "--threads", threads),
             WORDS(""));
}

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = folder_make();
  fixture->run = path_of(fixture->folder, "run");
  run_smoke(fixture->run, "1");
  *state = fixture;
  return 0;
}

static int unmake(void **state) {
  struct fixture *fixture = *state;
  folder_remove(fixture->folder);
  free(fixture->run);
  free(fixture);
  return 0;
}

static char *read_in(const struct fixture *fixture, const char *name) {
  char *path = path_of(fixture->run, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* The value of a headline number, 0 when there is none of that name. */
static double headline(const char *summary, int n, int d) {
  char quoted[128];
  snprintf(quoted, sizeof quoted, "\"margin/k=2/n=%d/d=%d\"", n, d);
  const char *at = strstr(summary, quoted);
  const char *value = at ? strstr(at, "\"value\":") : NULL;
  return value ? strtod(value + strlen("\"value\":"), NULL) : 0;
}

static void margins_and_bounds(void **state) {
  char *summary = read_in(*state, "summary.json"), *report = read_in(*state, "report.md");
  static const int ns[] = {5, 9, 16}, ds[] = {4, 8};
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 2; j++) {
      const double margin = headline(summary, ns[i], ds[j]);
      assert_true(margin > 1e-3);
      assert_true(margin <= limen_margin_ceiling(ns[i], 2));
      assert_true(margin <= limen_margin_packing(ns[i], 2, ds[j]));
    }
  /* Where the simplex fits nothing is wider, and float32 has it to six digits. */
  assert_float_equal(headline(summary, 5, 4), limen_margin_ceiling(5, 2), 1e-6);
  assert_float_equal(headline(summary, 9, 8), limen_margin_ceiling(9, 2), 1e-6);
  /* More documents are no easier, more dimensions no harder. */
  assert_true(headline(summary, 16, 8) < headline(summary, 9, 8));
  assert_true(headline(summary, 16, 8) > headline(summary, 16, 4));
  assert_null(strstr(report, "nan"));
  const char *answer = strstr(report, "> **Answer.** ");
  assert_non_null(answer);
  size_t words = 0;
  for (; *answer && *answer != '\n'; answer++) words += *answer == ' ';
  assert_true(words <= 62); /* the first two are no words of it */
  free(summary);
  free(report);
}

static void every_candidate(void **state) {
  char *report = read_in(*state, "report.md");
  size_t count = 0;
  for (; margin_candidate_name(count); count++) expect_word(report, margin_candidate_name(count));
  assert_true(count > 3);
  assert_string_equal(margin_candidate_name(count - 2), "training");
  assert_string_equal(margin_candidate_name(count - 1), "trained_on");
  free(report);
}

static void the_same_with_threads(void **state) {
  const struct fixture *fixture = *state;
  char *again = path_of(fixture->folder, "again");
  run_smoke(again, "2");
  expect_same_folders(fixture->run, again);
  free(again);
}

static void what_is_refused(void **state) {
  const struct fixture *fixture = *state;
  expect_run(NULL, LIMEN_USAGE,
             WORDS("run", "limit_margin", "--out", fixture->run, "--set", "n=3", "--set", "k=4"),
             WORDS("k = 4 of n = 3 documents: queries want fewer than there are"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("run", "limit_margin", "--out", fixture->run, "--set", "n=900"),
             WORDS("n = 900, k = 2: there are more than 200000 sets"));
}

/* A certificate that is taken away with its lines in the list, then one whose queries differ. */
static void what_was_altered(void **state) {
  const struct fixture *fixture = *state;
  expect_output(NULL, WORDS("verify", fixture->run),
                WORDS("k=2_n=5_d=4: n = 5 documents", "6 margins each follow from a certificate"));
  char *sums = path_of(fixture->run, "certificates/SHA256SUMS"), *list = read_whole(sums, NULL);
  char *home = path_of(fixture->run, "certificates/k=2_n=9_d=4");
  char *away = path_of(fixture->folder, "away"), *shorter = calloc(1, strlen(list) + 1);
  for (const char *at = list, *end; (end = strchr(at, '\n')); at = end + 1) {
    const char *found = strstr(at, "k=2_n=9_d=4/");
    if (!found || found > end) strncat(shorter, at, (size_t)(end - at) + 1);
  }
  write_whole(sums, shorter);
  assert_int_equal(rename(home, away), 0);
  expect_run(NULL, LIMEN_NO, WORDS("verify", fixture->run),
             WORDS("k=2_n=9_d=4/claim.json is missing"));
  assert_int_equal(rename(away, home), 0);
  write_whole(sums, list);
  free(sums);
  free(list);
  free(home);
  free(away);
  free(shorter);

  char *path = path_of(fixture->run, "certificates/k=2_n=16_d=8/queries.npy");
  size_t length = 0;
  char *bytes = read_whole(path, &length);
  bytes[length - 1] ^= 64;
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  fclose(file);
  expect_run(NULL, LIMEN_NO, WORDS("verify", fixture->run), WORDS("k=2_n=16_d=8/queries.npy"));
  free(bytes);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(margins_and_bounds),    cmocka_unit_test(every_candidate),
      cmocka_unit_test(the_same_with_threads), cmocka_unit_test(what_is_refused),
      cmocka_unit_test(what_was_altered),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
