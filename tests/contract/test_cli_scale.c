/* limit_scale as a user runs it: what it certifies follows from its own rows, comes out the same
 * with any number of threads, and is proved again; what was altered is noticed. */
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

static const char definition[] =
    "name: small\n"
    "kind: scale\n"
    "question: how few?\n"
    "params: { family: [code, harmonic], n: [500, 3000], k: [1, 2, 3], d_most: 96, tries: 200, "
    "sets: 8, provoked: 100 }\n";

struct fixture {
  char *folder;
  struct program_setup home;
};

static void run(const struct fixture *fixture, const char *out, const char *threads) {
  expect_output(&fixture->home,
                WORDS("run", "small.yml", "--quiet", "--out", out, "--threads", threads),
                WORDS("index.html"));
}

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = folder_make();
  fixture->home.folder = fixture->folder;
  char *path = path_of(fixture->folder, "small.yml");
  write_whole(path, definition);
  free(path);
  run(fixture, "out", "1");
  *state = fixture;
  return 0;
}

static int unmake(void **state) {
  struct fixture *fixture = *state;
  folder_remove(fixture->folder);
  free(fixture);
  return 0;
}

static char *read_in(const struct fixture *fixture, const char *name) {
  char *path = path_of(fixture->folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* Puts `new` in place of the first `old`, which is there. */
static void replace(const struct fixture *fixture, const char *name, const char *old,
                    const char *new) {
  char *path = path_of(fixture->folder, name), *text = read_whole(path, NULL);
  char *found = strstr(text, old);
  assert_non_null(found);
  char *altered = malloc(strlen(text) + strlen(new) + 1);
  assert_non_null(altered);
  sprintf(altered, "%.*s%s%s", (int)(found - text), text, new, found + strlen(old));
  write_whole(path, altered);
  free(altered);
  free(text);
  free(path);
}

/* The value of a headline number, 0 when there is none of that name. */
static double headline(const char *summary, const char *name) {
  const char *at = strstr(summary, name);
  const char *value = at ? strstr(at, "\"value\":") : NULL;
  return value ? strtod(value + strlen("\"value\":"), NULL) : 0;
}

static void what_is_certified(void **state) {
  const struct fixture *fixture = *state;
  char *summary = read_in(fixture, "out/summary.json"), *report = read_in(fixture, "out/report.md");
  static const struct {
    const char *name;
    double least, most;
  } wanted[] = {
      {"smallest_d/family=code/n=500/k=1", 9, 9},
      {"smallest_d/family=code/n=3000/k=1", 12, 12},
      {"smallest_d/family=code/n=500/k=2", 27, 40},
      {"smallest_d/family=code/n=3000/k=2", 35, 63},
      {"smallest_d/family=harmonic/n=500/k=2", 16, 40},
      {"smallest_d/family=harmonic/n=3000/k=2", 30, 60},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const double d = headline(summary, wanted[i].name);
    if (!(d >= wanted[i].least && d <= wanted[i].most)) fail_msg("%s is %g", wanted[i].name, d);
  }
  /* Three members in 96 dimensions: there is no frame of 3000, and the page says so. */
  assert_true(headline(summary, "smallest_d/family=harmonic/n=3000/k=3") == 0);
  assert_non_null(strstr(report, "points nothing was certified"));
  assert_non_null(strstr(
      report, "Every set of 2 of 3000 documents is certified to be some query's top 2 in d = "));
  assert_non_null(strstr(report, ", n = 3001), where the published fit"));
  assert_non_null(strstr(report, "0 were not on top of the documents they were compared with"));
  assert_null(strstr(report, "nan"));
  free(summary);
  free(report);
}

static void the_same_with_threads(void **state) {
  const struct fixture *fixture = *state;
  char *one = path_of(fixture->folder, "out"), *two = path_of(fixture->folder, "again");
  run(fixture, "again", "2");
  expect_same_folders(one, two);
  free(one);
  free(two);
}

static void proved_again(void **state) {
  const struct fixture *fixture = *state;
  expect_output(
      &fixture->home, WORDS("verify", "out"),
      WORDS("code_n=3000_k=2: proved: every 2-subset of 3000 documents, separating code",
            "harmonic_n=3000_k=2: proved: every 2-subset of 3001 documents, harmonic frame",
            "certified numbers in summary.json, each proved by one of these claims",
            "claims proved"));
}

static void expect_no(const struct fixture *fixture, const char *words) {
  expect_run(&fixture->home, LIMEN_NO, WORDS("verify", "out"), WORDS(words));
}

static void what_was_altered(void **state) {
  const struct fixture *fixture = *state;
  char *kept = read_in(fixture, "out/summary.json");
  replace(fixture, "out/summary.json", "/n=3000/", "/n=30000/");
  expect_no(fixture, "which no certificate here proves");
  char *path = path_of(fixture->folder, "out/summary.json");
  write_whole(path, kept);
  free(path);
  free(kept);
  replace(fixture, "out/certificates/code_n=3000_k=2/claim.json", "\"k\": 2", "\"k\": 3");
  expect_no(fixture, "code_n=3000_k=2/claim.json");
}

static void what_is_refused(void **state) {
  const struct fixture *fixture = *state;
  expect_run(&fixture->home, LIMEN_USAGE, WORDS("run", "small.yml", "--set", "family=moment"),
             WORDS("`family` cannot be `moment`", "code, harmonic"));
  expect_run(&fixture->home, LIMEN_USAGE, WORDS("run", "small.yml", "--set", "k=17"),
             WORDS("`k`", "17", "16"));
  expect_run(&fixture->home, LIMEN_USAGE, WORDS("run", "small.yml", "--set", "n=2"),
             WORDS("`n`", "20"));
  expect_output(&fixture->home, WORDS("describe", "harmonic"),
                WORDS("harmonic frame; serves sets of up to 16", "limen run limit_scale"));
  expect_output(&fixture->home, WORDS("list", "constructions"), WORDS("code", "harmonic"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_certified), cmocka_unit_test(the_same_with_threads),
      cmocka_unit_test(proved_again),      cmocka_unit_test(what_is_refused),
      cmocka_unit_test(what_was_altered),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
