/* limit_geometry and limit_k as a user runs them: proved numbers follow from certificates, grow
 * with dimensions, and what was altered is noticed. */
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
#include "support/folder.h"
#include "support/program.h"

struct fixture {
  char *folder, *run;
};

static void run_smoke(const char *name, const char *out, const char *threads) {
  expect_run(NULL, 0, WORDS("run", name, "--smoke", "--quiet", "--out", out, "--threads", threads),
             WORDS(""));
}

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = folder_make();
  fixture->run = path_of(fixture->folder, "run");
  run_smoke("limit_geometry", fixture->run, "1");
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

static char *read_in(const char *folder, const char *name) {
  char *path = path_of(folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* The value of a headline number, 0 when there is none of that name. */
static double headline(const char *summary, const char *name) {
  char quoted[128];
  snprintf(quoted, sizeof quoted, "\"%s\"", name);
  const char *at = strstr(summary, quoted);
  const char *value = at ? strstr(at, "\"value\":") : NULL;
  return value ? strtod(value + strlen("\"value\":"), NULL) : 0;
}

/* At most two sentences of 60 words. */
static void expect_short_answer(const char *report) {
  const char *at = strstr(report, "> **Answer.** "), *end = at ? strchr(at, '\n') : NULL;
  size_t words = 1, sentences = 0;
  assert_non_null(end);
  for (at += strlen("> **Answer.** "); at < end; at++) {
    words += *at == ' ';
    sentences += *at == '.' && (at + 1 == end || at[1] == ' ');
  }
  if (words > 60 || sentences > 2) fail_msg("%zu words, %zu sentences", words, sentences);
}

static void what_is_proved(void **state) {
  const struct fixture *fixture = *state;
  char *summary = read_in(fixture->run, "summary.json");
  char *report = read_in(fixture->run, "report.md");
  static const struct {
    const char *name;
    double least, most;
  } wanted[] = {
      {"n_proved/k=2/format=float32/d=4", 100, 300}, {"n_proved/k=2/format=int8/d=4", 10, 300},
      {"n_proved/k=2/format=int8/d=64", 20000, 4e6}, {"n_trained/k=2/format=float32/d=4", 4, 12},
      {"n_trained/k=2/format=float32/d=6", 6, 12},   {"n_trained/k=2/format=int8/d=4", 0, 0},
      {"n_proved/k=2/format=bit1/d=4", 0, 0},        {"n_proved/k=2/format=bit1/d=64", 20000, 4e6},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const double n = headline(summary, wanted[i].name);
    if (!(n >= wanted[i].least && n <= wanted[i].most)) fail_msg("%s is %g", wanted[i].name, n);
  }
  /* More dimensions never serve fewer. */
  assert_true(headline(summary, "n_proved/k=2/format=int8/d=6") >=
              headline(summary, "n_proved/k=2/format=int8/d=4"));
  /* Nor does a format that holds the numbers of another. */
  assert_true(headline(summary, "n_proved/k=2/format=int8/d=64") >=
              headline(summary, "n_proved/k=2/format=bit1/d=64"));
  assert_true(headline(summary, "n_proved/k=2/format=float32/d=64") >=
              headline(summary, "n_proved/k=2/format=bit1/d=64"));
  expect_short_answer(report);
  assert_non_null(strstr(report, "What to do with this when you choose d"));
  assert_null(strstr(report, "nan"));
  free(summary);
  free(report);
}

static void the_same_with_threads(void **state) {
  const struct fixture *fixture = *state;
  char *again = path_of(fixture->folder, "again");
  run_smoke("limit_geometry", again, "2");
  expect_same_folders(fixture->run, again);
  free(again);
}

static void proved_again(void **state) {
  const struct fixture *fixture = *state;
  expect_output(NULL, WORDS("verify", fixture->run),
                WORDS("format=bit1_d=64: proved: every 2-subset of", "claims proved",
                      "numbers of documents, one a format and dimension, each have their "
                      "certificate"));
}

/* A certificate that is altered, then one that is taken away with its lines in the list. */
static void what_was_altered(void **state) {
  const struct fixture *fixture = *state;
  char *claim = path_of(fixture->run, "certificates/format=bit1_d=64/claim.json");
  char *text = read_whole(claim, NULL), *at = strstr(text, "\"documents\": ");
  assert_non_null(at);
  at[strlen("\"documents\": ")] ^= 8; /* another digit, or a sign that is none */
  write_whole(claim, text);
  expect_run(NULL, LIMEN_NO, WORDS("verify", fixture->run), WORDS("format=bit1_d=64/claim.json"));
  free(text);
  free(claim);
}

static void how_dimensions_grow_with_k(void **state) {
  const struct fixture *fixture = *state;
  char *run = path_of(fixture->folder, "k");
  run_smoke("limit_k", run, "1");
  char *summary = read_in(run, "summary.json"), *report = read_in(run, "report.md");
  expect_short_answer(report);
  assert_non_null(strstr(report, "For 1000 documents and k = 1, 2, 3, d = "));
  assert_non_null(strstr(report, "growth_with_k.svg"));
  const double one = headline(summary, "smallest_d/family=code/n=1000/k=1"),
               two = headline(summary, "smallest_d/family=code/n=1000/k=2"),
               three = headline(summary, "smallest_d/family=code/n=1000/k=3");
  assert_true(one >= 10 && one < two && two < three);
  expect_output(NULL, WORDS("verify", run), WORDS("claims proved"));
  free(summary);
  free(report);
  free(run);
}

static void what_is_refused(void **state) {
  const struct fixture *fixture = *state;
  expect_run(NULL, LIMEN_USAGE,
             WORDS("run", "limit_geometry", "--smoke", "--out", fixture->run, "--set", "k=3"),
             WORDS("`k`", "3"));
  expect_run(
      NULL, LIMEN_USAGE,
      WORDS("run", "limit_geometry", "--smoke", "--out", fixture->run, "--set", "format=float8"),
      WORDS("`format` cannot be `float8`", "bit1"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("run", "limit_geometry", "--smoke", "--out", fixture->run, "--set", "d=1"),
             WORDS("`d`", "2"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_proved),  cmocka_unit_test(the_same_with_threads),
      cmocka_unit_test(proved_again),    cmocka_unit_test(how_dimensions_grow_with_k),
      cmocka_unit_test(what_is_refused), cmocka_unit_test(what_was_altered),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
