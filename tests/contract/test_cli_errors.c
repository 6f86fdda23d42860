/* What the program says and returns when it is told something wrong: the value, what is valid, and
 * the next step, with the exit status of the table in DESIGN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"

static const struct program_setup home = {.folder = LIMEN_SOURCE_DIR};

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* Runs the definition `text`, which must be refused with `status` and with the words, each of which
 * may hold one %s for the definition's path. */
static void refuse_definition(const char *folder, const char *text, int status,
                              const char *const *words) {
  char *path = path_of(folder, "own.yml"), *out = path_of(folder, "out");
  char wanted[512];
  write_whole(path, text);
  struct program_result result = program_run(&home, WORDS("run", path, "--out", out));
  for (size_t i = 0; words[i]; i++) {
    const char *mark = strstr(words[i], "%s");
    snprintf(wanted, sizeof wanted, "%.*s%s%s", mark ? (int)(mark - words[i]) : 0, words[i],
             mark ? path : "", mark ? mark + 2 : words[i]);
    expect_word(result.err, wanted);
  }
  assert_int_equal(result.status, status);
  assert_false(is_there(folder, "out")); /* nothing is made before all is understood */
  program_result_clear(&result);
  free(path);
  free(out);
}

/* ---- the command line ---- */

static void commands(void **state) {
  (void)state;
  expect_run(NULL, LIMEN_USAGE, WORDS(NULL), WORDS("a command is missing", "limen run limit_k2"));
  expect_run(NULL, LIMEN_USAGE, WORDS("frobnicate"),
             WORDS("unknown command frobnicate", "`limen --help` lists them"));
  expect_run(NULL, LIMEN_USAGE, WORDS("reprot", "x"), WORDS("reprot", "did you mean `report`?"));
  expect_run(NULL, LIMEN_USAGE, WORDS("frobnicate", "--help"), WORDS("unknown command"));
  expect_run(&home, LIMEN_USAGE, WORDS("run", "limit_k9"),
             WORDS("unknown experiment limit_k9", "nearest: limit_k", "limit_k2, limit_k3",
                   "by its path"));
  expect_run(
      &home, LIMEN_USAGE, WORDS("describe", "infonec"),
      WORDS("infonec is no kind, loss, pattern, ", " or importer", "`limen list`", "limit_k2"));
  expect_run(&home, LIMEN_USAGE, WORDS("list", "losess"),
             WORDS("losess", "nearest: losses", "experiments, kinds, losses, patterns"));
  expect_run(NULL, LIMEN_USAGE, WORDS("import", "limit_json", "x"),
             WORDS("unknown format limit_json", "nearest: limit-json"));
  expect_run(NULL, LIMEN_USAGE, WORDS("bench", "exact"),
             WORDS("unknown bench exact", "free-embedding"));
}

static void options(void **state) {
  (void)state;
  expect_run(NULL, LIMEN_USAGE, WORDS("run"), WORDS("missing", "`limen run --help`"));
  expect_run(NULL, LIMEN_USAGE, WORDS("verify", "a", "b"), WORDS("b is one word too many"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--ful"),
             WORDS("unknown option --ful", "--smoke, --full"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--smoke", "--full"),
             WORDS("--smoke and --full"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--smoke=yes"),
             WORDS("--smoke takes no value"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--threads", "0"),
             WORDS("--threads 0", "from 1 to 4096"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--threads=two"), WORDS("--threads two"));
  expect_run(NULL, LIMEN_USAGE, WORDS("bench", "--threads", "0"), WORDS("--threads 0"));
  expect_run(&home, LIMEN_USAGE, WORDS("run", "limit_k2", "--seed", "-3"), WORDS("--seed -3"));
  expect_run(&home, LIMEN_USAGE, WORDS("run", "limit_k2", "--seed", "2000000000000000"),
             WORDS("first_seed=2000000000000000", "from 0 to 1e+15"));
}

/* An unset variable of a script must neither be a folder nor the root of all. */
static void missing_values(void **state) {
  (void)state;
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--out"), WORDS("--out needs a value"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--set"), WORDS("--set needs a value"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--out", "--fresh"),
             WORDS("--out needs a value"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--smoke", "--out", ""),
             WORDS("--out needs a value", "empty"));
  expect_run(NULL, LIMEN_USAGE, WORDS("run", "limit_k2", "--smoke", "--out="), WORDS("empty"));
  expect_run(NULL, LIMEN_USAGE, WORDS("report", ""), WORDS("empty", "`limen report --help`"));
  expect_run(NULL, LIMEN_USAGE, WORDS("bench", "--json="), WORDS("--json needs a value"));
  expect_run(NULL, LIMEN_USAGE, WORDS("import", "limit-json"), WORDS("missing"));
}

static void parameters(void **state) {
  (void)state;
  static const struct {
    const char *set, *words[3];
  } cases[] = {
      {"tua=0.1", {"--set tua=0.1", "did you mean `tau`?", "valid: k, loss, query_rule"}},
      {"d", {"--set d:", "--set d=4..8"}},
      {"d=9..4", {"--set d=9..4", "runs backwards", "write 4..9"}},
      {"d=0", {"`d` cannot be `0`", "from 1 to 4096"}},
      {"d=4.5", {"`d` cannot be `4.5`", "from 1 to 4096"}},
      {"d=4,4", {"`d` holds `4` twice"}},
      {"k=0", {"`k` cannot be `0`", "from 1 to 64"}},
      {"tau=0", {"`tau` cannot be `0`", "above 0"}},
      {"tau=-0.32", {"`tau` cannot be `-0.32`", "above 0"}},
      {"tau=nan", {"not a number"}},
      {"loss=infonc", {"`loss` cannot be `infonc`", "did you mean `infonce`?"}},
      {"pattern=som", {"`pattern` cannot be `som`", "all, random, cycle"}},
      {"n=7", {"`n` is chosen by the search"}},
      {"seeds=1,2", {"`seeds` takes one value"}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const words[] = {cases[i].words[0], cases[i].words[1], cases[i].words[2], NULL};
    expect_run(&home, LIMEN_USAGE, WORDS("run", "limit_k2", "--set", cases[i].set), words);
  }
  expect_run(&home, LIMEN_USAGE, WORDS("run", "limit_k2", "--set", "k=8", "--set", "n_most=8"),
             WORDS("k = 8", "n_most = 8", "raise n_most or lower k"));
  expect_run(&home, LIMEN_USAGE,
             WORDS("run", "limit_k2", "--set", "d=1..4096", "--set", "tau=0.001..1+0.001", "--out",
                   "/nowhere"),
             WORDS("more than 1000000 points", "1000 of `tau` x 4096 of `d`", "shorten"));
}

/* ---- definitions ---- */

static void definitions(void **state) {
  refuse_definition(*state, "name: x\nkind: critcal_n\nquestion: q\nparams: { d: 4 }\n",
                    LIMEN_USAGE, WORDS("%s:2:7: unknown kind critcal_n", "nearest: critical_n"));
  refuse_definition(*state, "name: x\nkind: critical_n\nquestion: q\nparams:\n  d: 4\n  sedes: 2\n",
                    LIMEN_USAGE, WORDS("%s:6:3: unknown key `sedes`", "did you mean `seeds`?"));
  refuse_definition(*state, "name: x\nkind: critical_n\nquestion: q\nparams:\n  d: 12..4\n",
                    LIMEN_USAGE, WORDS("%s:5:6: `d` cannot be `12..4`", "write 4..12"));
  refuse_definition(*state, "name: x\nkind: critical_n\nquestion: q\nparams:\n  d: [4, 0]\n",
                    LIMEN_USAGE, WORDS("%s:5:10: `d` cannot be `0`"));
  refuse_definition(*state, "name: x\nkind: critical_n\nquestion: q\nparams: { d: 4 }\nsmok: {}\n",
                    LIMEN_USAGE, WORDS("%s:5:1: unknown key `smok`", "smoke"));
  refuse_definition(*state, "name: ../x\nkind: critical_n\nquestion: q\nparams: { d: 4 }\n",
                    LIMEN_USAGE, WORDS("%s:1:7:", "../x"));
  refuse_definition(*state, "kind: critical_n\nquestion: q\nparams: { d: 4 }\n", LIMEN_USAGE,
                    WORDS("%s:1:1: `name` is missing"));
  refuse_definition(*state, "name: x\nkind: \"critical\n", LIMEN_USAGE,
                    WORDS("%s:3:1: this is not YAML"));
  refuse_definition(*state, "", LIMEN_USAGE, WORDS("%s:"));
  /* The sections that are not asked for are checked as well. */
  refuse_definition(*state,
                    "name: x\nkind: critical_n\nquestion: q\nparams: { d: 4 }\nfull: { d: 0 }\n",
                    LIMEN_USAGE, WORDS("%s:5:12: `d` cannot be `0`"));
}

static void definitions_that_cannot_be_read(void **state) {
  char *missing = path_of(*state, "missing.yml");
  expect_run(NULL, LIMEN_INPUT, WORDS("run", missing),
             WORDS(missing, "No such file", "`limen list experiments`"));
  expect_run(NULL, LIMEN_INPUT, WORDS("run", *state), WORDS(*state, "it is a folder"));
  free(missing);
}

static void a_definition_without_permission(void **state) {
  char *path = path_of(*state, "secret.yml");
  struct program_setup setup = {.unprivileged = geteuid() == 0};
  write_whole(path, "name: x\n");
  assert_int_equal(chmod(path, 0), 0);
  struct program_result result = program_run(&setup, WORDS("run", path));
  free(path);
  if (result.status == PROGRAM_NOT_STARTED) skip(); /* the build folder is closed to others */
  expect_word(result.err, "Permission denied");
  assert_int_equal(result.status, LIMEN_INPUT);
  program_result_clear(&result);
}

/* ---- standard output ---- */

static void output_that_cannot_be_written(void **state) {
  char *out = path_of(*state, "full"), *lock = path_of(*state, "full/.lock");
  struct program_setup full = {.folder = LIMEN_SOURCE_DIR, .output = "/dev/full"};
  struct program_setup closed = {.folder = LIMEN_SOURCE_DIR, .output_closed = true};
  expect_run(&full, LIMEN_FAILED, WORDS("list"), WORDS("standard output", "No space left"));
  expect_run(&full, LIMEN_FAILED, WORDS("--help"), WORDS("standard output"));
  expect_run(&full, LIMEN_FAILED, WORDS("run", "--help"), WORDS("standard output"));
  expect_run(&closed, LIMEN_FAILED, WORDS("list"), WORDS("standard output", "Bad file descriptor"));
  /* The run itself is done, and what was meant for standard output is in no other file. */
  expect_run(&closed, LIMEN_FAILED, WORDS("run", "limit_k2", "--smoke", "--out", out),
             WORDS("standard output"));
  char *text = read_whole(lock, NULL);
  assert_null(strstr(text, "index.html"));
  assert_true(is_there(out, "index.html"));
  free(text);
  expect_run(&full, LIMEN_FAILED, WORDS("report", out), WORDS("standard output"));
  free(out);
  free(lock);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(commands),
      cmocka_unit_test(options),
      cmocka_unit_test(missing_values),
      cmocka_unit_test(parameters),
      cmocka_unit_test_setup_teardown(definitions, make, unmake),
      cmocka_unit_test_setup_teardown(definitions_that_cannot_be_read, make, unmake),
      cmocka_unit_test_setup_teardown(a_definition_without_permission, make, unmake),
      cmocka_unit_test_setup_teardown(output_that_cannot_be_written, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
