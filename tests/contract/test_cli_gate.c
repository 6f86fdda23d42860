/* limen accept, limen check and limen plan as their users meet them: runs and CSVs against
 * baselines, exit statuses, and what is wrong with a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <jansson.h>
#include <math.h>
#include <sqlite3.h>

#include "base/text.h"
#include "contract/recall_world.h"

/* Less than the world's own definition asks for, as every test here runs it. */
static int make_small(void **state) {
  static const char small[] =
      "name: mine\n"
      "kind: recall\n"
      "question: What does it find?\n"
      "params: { study: sweep, data: vectors.fvecs, queries: more/queries.fvecs, n: all, k: 5, M: "
      "3,\n"
      "          ef_construction: 6, ef: [1, 12], order: random, builds: 2 }\n";
  int status = make(state);
  put_text(*state, "mine.yml", small);
  return status;
}

/* ---- what is asked of the program ---- */

/* The command in the world's folder, with up to eight words; gives what it printed. */
static char *ask(const struct world *world, int status, const char *err_words,
                 const char *const *arguments) {
  const struct program_setup here = {.folder = world->folder};
  struct program_result result = program_run(&here, arguments);
  if (result.status != status)
    fail_msg("exit status %d, not %d: %s%s", result.status, status, result.out, result.err);
  if (err_words) expect_word(result.err, err_words);
  free(result.err);
  return result.out;
}

static void expect_said(const struct world *world, int status, const char *out_words,
                        const char *err_words, const char *const *arguments) {
  char *out = ask(world, status, err_words, arguments);
  if (out_words) expect_word(out, out_words);
  free(out);
}

/* Replaces text in a file, once. */
static void edit(const struct world *world, const char *name, const char *from, const char *to) {
  char *path = path_of(world->folder, name), *text = read_whole(path, NULL);
  char *place = strstr(text, from);
  assert_non_null(place);
  char *changed = malloc(strlen(text) + strlen(to) + 1);
  sprintf(changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
  write_whole(path, changed);
  free(changed);
  free(text);
  free(path);
}

static json_t *json_of(const struct world *world, const char *name) {
  char *path = path_of(world->folder, name);
  json_t *root = json_load_file(path, 0, NULL);
  assert_non_null(root);
  free(path);
  return root;
}

static const char *word_of(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

/* ---- runs ---- */

static void a_run_is_its_own_baseline(void **state) {
  const struct world *world = *state;
  run_well(world, "out", NULL, NULL, NULL);
  expect_said(world, LIMEN_OK, "b.json: 8 numbers of out",
              "8 of 8 numbers rest on fewer than 5 builds (2)",
              WORDS("accept", "out", "--baseline", "b.json"));
  expect_said(world, LIMEN_OK, "every answer is the same as the baseline's, bit for bit", NULL,
              WORDS("check", "out", "--baseline", "b.json", "--json", "o.json"));
  json_t *root = json_of(world, "o.json"), *findings = json_object_get(root, "findings");
  assert_string_equal(word_of(root, "experiment"), "mine");
  assert_string_equal(word_of(root, "status"), "pass");
  assert_true(json_is_true(json_object_get(root, "identical")));
  assert_true(json_is_null(json_object_get(root, "changed")));
  assert_int_equal(json_array_size(findings), 8);
  assert_string_equal(word_of(json_array_get(findings, 0), "verdict"), "pass");
  assert_string_equal(word_of(json_array_get(findings, 0), "basis"), "identical answers");
  assert_true(json_is_null(json_object_get(json_array_get(findings, 0), "p_regression")));
  json_decref(root);
  /* A few of them: those that are not asked for are neither kept nor missed. */
  expect_said(
      world, LIMEN_OK, "few.json: 4 numbers of out", NULL,
      WORDS("accept", "out", "--baseline", "few.json", "--only", "recall", "--only", "distances"));
  expect_said(world, LIMEN_OK, "8 numbers: 4 new, 4 pass", NULL,
              WORDS("check", "out", "--baseline", "few.json"));
  expect_said(world, LIMEN_OK, "2 numbers: 2 pass", NULL,
              WORDS("check", "out", "--baseline", "b.json", "--only", "recall"));
  expect_said(world, LIMEN_USAGE, NULL, "--only missed: b.json has no number of this measure",
              WORDS("check", "out", "--baseline", "b.json", "--only", "missed"));
  /* Another one takes a reason. */
  expect_said(world, LIMEN_USAGE, NULL, "few.json is there already; say with --reason why",
              WORDS("accept", "out", "--baseline", "few.json"));
  expect_said(world, LIMEN_OK, "few.json: 8 numbers", NULL,
              WORDS("accept", "out", "--baseline", "few.json", "--reason", "all of them"));
}

/* Other levels: 40 queries and two builds show nothing. Another k is another question. */
static void other_runs(void **state) {
  const struct world *world = *state;
  run_well(world, "out", NULL, NULL, NULL);
  expect_said(world, LIMEN_OK, NULL, NULL, WORDS("accept", "out", "--baseline", "b.json"));
  run_well(world, "luck", "--set", "first_seed=2", NULL);
  char *out = ask(world, LIMEN_CANNOT_TELL, "cannot tell about ",
                  WORDS("check", "luck", "--baseline", "b.json", "--only", "recall"));
  expect_word(out, "the answers are not the same as the baseline's");
  expect_word(out, "the definition has changed: first_seed: 1 -> 2");
  expect_word(out, "with 2 and 2 builds: how much builds differ is not known");
  free(out);
  run_well(world, "five", "--set", "builds=5", "--fresh");
  expect_said(world, LIMEN_OK, "five.json: 2 numbers", NULL,
              WORDS("accept", "five", "--baseline", "five.json", "--only", "recall"));
  char *said = run(world, "lucky", LIMEN_OK, "--set", "builds=5", "--set=first_seed=2");
  free(said);
  expect_said(world, LIMEN_CANNOT_TELL, "(98% interval, paired, 40 queries, 5 and 5 builds)",
              "is neither shown nor ruled out; the smallest loss that this would have caught is",
              WORDS("check", "lucky", "--baseline", "five.json", "--only", "recall"));
  run_well(world, "other", "--set", "k=4", NULL);
  out = ask(world, LIMEN_NO, "2 of 2 numbers fail: ",
            WORDS("check", "other", "--baseline", "b.json", "--only", "recall"));
  expect_word(out, "other data");
  expect_word(out, "k: 5 -> 4");
  free(out);
  run_well(world, "fewer", "--set", "ef=1", NULL);
  expect_said(world, LIMEN_NO, "1 missing, 1 pass", "is not among what was measured",
              WORDS("check", "fewer", "--baseline", "b.json", "--only", "recall"));
}

static void a_run_that_is_not_finished(void **state) {
  const struct world *world = *state;
  run_well(world, "out", NULL, NULL, NULL);
  expect_said(world, LIMEN_OK, NULL, NULL, WORDS("accept", "out", "--baseline", "b.json"));
  char *folder = path_of(world->folder, "out"), *path = path_of(folder, "run.db");
  sqlite3 *store = NULL;
  assert_int_equal(sqlite3_open(path, &store), SQLITE_OK);
  assert_int_equal(
      sqlite3_exec(store, "DELETE FROM cells WHERE text LIKE '%order=random%build=1 %'", NULL, NULL,
                   NULL),
      SQLITE_OK);
  assert_int_equal(sqlite3_changes(store), 1);
  sqlite3_close(store);
  char *sum = path_of(folder, ".run.db.sha256"); /* or the store is refused as another one */
  assert_int_equal(remove(sum), 0);
  free(sum);
  free(path);
  free(folder);
  expect_said(world, LIMEN_INPUT, NULL, "out: a run that is not finished is no baseline",
              WORDS("accept", "out", "--baseline", "c.json"));
  expect_said(world, LIMEN_NO, "missing",
              "note: out is not finished: 1 cells wait; `limen run` goes on with them",
              WORDS("check", "out", "--baseline", "b.json", "--only", "recall"));
}

/* A number of a baseline that was changed by hand is found out, and so is a file that is none. */
static void baselines_that_are_none(void **state) {
  const struct world *world = *state;
  run_well(world, "out", NULL, NULL, NULL);
  expect_said(world, LIMEN_OK, NULL, NULL,
              WORDS("accept", "out", "--baseline", "b.json", "--only", "recall"));
  edit(world, "b.json", "\"value\": 0.", "\"value\": 0.00");
  expect_said(world, LIMEN_INPUT, NULL,
              "b.json: numbers[0]: ", WORDS("check", "out", "--baseline", "b.json"));
  expect_said(world, LIMEN_INPUT, NULL,
              "mine.yml:1:4: ", WORDS("check", "out", "--baseline", "mine.yml"));
  expect_said(world, LIMEN_INPUT, NULL, "no baseline is written over a file that is none",
              WORDS("accept", "out", "--baseline", "mine.yml", "--reason", "by mistake"));
  expect_said(world, LIMEN_INPUT, NULL, "none.json",
              WORDS("check", "out", "--baseline", "none.json"));
  expect_said(world, LIMEN_INPUT, NULL, "nowhere",
              WORDS("accept", "nowhere", "--baseline", "n.json"));
}

/* ---- proofs ---- */

static void proved_numbers_are_proved_again(void **state) {
  const struct world *world = *state;
  put_text(
      world, "proved.yml",
      "name: proved\nkind: critical_n\nquestion: How many?\nparams: { k: 2, d: 3, seeds: 1 }\n");
  expect_said(world, LIMEN_OK, NULL, NULL, WORDS("run", "proved.yml", "--out", "p", "--quiet"));
  expect_said(world, LIMEN_OK, NULL, NULL, WORDS("accept", "p", "--baseline", "p.json"));
  expect_said(world, LIMEN_OK, "bit for bit", NULL, WORDS("check", "p", "--baseline", "p.json"));
  move(world, "p/certificates", "p/elsewhere");
  char *out = ask(world, LIMEN_NO, "is not proved: ", WORDS("check", "p", "--baseline", "p.json"));
  expect_word(out, "unproved");
  free(out);
  move(world, "p/elsewhere", "p/certificates");
  edit(world, "p/summary.json", "\"n\": 1", "\"n\": 2");
  expect_said(world, LIMEN_NO, NULL,
              "is not proved: ", WORDS("check", "p", "--baseline", "p.json"));
}

/* ---- results of any system ---- */

/* Recalls of ten around 0.85, each build a little different, less by `loss`. */
static void put_results(const struct world *world, const char *name, uint64_t seed, size_t builds,
                        size_t queries, double loss) {
  struct limen_text text = {0};
  char *path = path_of(world->folder, name);
  gsl_rng *common = limen_rng_alloc(1, "test/results", NULL);
  gsl_rng *own = limen_rng_alloc(seed, "test/results/own", NULL);
  double *p = malloc(queries * sizeof *p);
  for (size_t q = 0; q < queries; q++) p[q] = 0.75 + 0.2 * gsl_rng_uniform(common);
  limen_text_add(&text, "build,query,value\n");
  for (size_t b = 0; b < builds; b++)
    for (size_t q = 0; q < queries; q++)
      limen_text_print(&text, "%zu,q%zu,%.1f\n", b, q,
                       gsl_ran_binomial(own, p[q] - loss, 10) / 10.0);
  write_whole(path, limen_text_string(&text));
  free(p);
  limen_rng_free(common);
  limen_rng_free(own);
  limen_text_clear(&text);
  free(path);
}

static void results_of_any_system(void **state) {
  const struct world *world = *state;
  for (const char *const *name = WORDS("old", "same", "worse", "better", "few", "one"); *name;
       name++) {
    char *path = path_of(world->folder, *name);
    assert_int_equal(limen_folder_make(path, NULL), LIMEN_OK);
    free(path);
  }
  put_results(world, "old/recall.csv", 1, 6, 2000, 0);
  put_results(world, "same/recall.csv", 2, 6, 2000, 0);
  put_results(world, "worse/recall.csv", 3, 6, 2000, 0.02);
  put_results(world, "better/recall.csv", 4, 6, 2000, -0.02);
  put_results(world, "few/recall.csv", 5, 6, 50, 0);
  put_results(world, "one/recall.csv", 6, 1, 2000, 0.3);
  expect_said(world, LIMEN_OK, "b.json: 1 numbers of old/recall.csv", NULL,
              WORDS("accept", "--results", "old/recall.csv", "--baseline", "b.json"));
  expect_said(world, LIMEN_OK, "bit for bit", NULL,
              WORDS("check", "--results", "old/recall.csv", "--baseline", "b.json"));
  expect_said(world, LIMEN_OK, "1 number: 1 pass", NULL,
              WORDS("check", "--results", "same/recall.csv", "--baseline", "b.json"));
  expect_said(
      world, LIMEN_NO, "1 number: 1 regression", "limen: 1 of 1 numbers fail: recall fell from 0.8",
      WORDS("check", "--results", "worse/recall.csv", "--baseline", "b.json", "--json", "o.json"));
  expect_said(world, LIMEN_OK, "`limen accept` would hold on to it", NULL,
              WORDS("check", "--results=better/recall.csv", "--baseline", "b.json"));
  expect_said(world, LIMEN_CANNOT_TELL, "other queries, unpaired, 50 queries",
              "queries would let an unchanged system pass 95 times in 100",
              WORDS("check", "--results", "few/recall.csv", "--baseline", "b.json"));
  expect_said(world, LIMEN_CANNOT_TELL, "cannot tell", "with 6 and 1 builds",
              WORDS("check", "--results", "one/recall.csv", "--baseline", "b.json"));
  /* What is put up with and how sure to be are the user's. */
  expect_said(world, LIMEN_OK, "a loss of 4 points of a share", NULL,
              WORDS("check", "--results", "worse/recall.csv", "--baseline", "b.json", "--tolerance",
                    "4pp"));
  /* Where less is better the same results are an improvement. */
  expect_said(
      world, LIMEN_OK, NULL, NULL,
      WORDS("accept", "--results", "old/recall.csv", "--lower", "recall", "--baseline", "l.json"));
  expect_said(
      world, LIMEN_OK, "1 number: 1 improvement", NULL,
      WORDS("check", "--results", "worse/recall.csv", "--lower", "recall", "--baseline", "l.json"));
  json_t *root = json_of(world, "o.json");
  const json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
  assert_string_equal(word_of(root, "status"), "fail");
  assert_string_equal(word_of(finding, "verdict"), "regression");
  assert_true(json_number_value(json_object_get(finding, "upper")) < -0.005);
  assert_true(json_number_value(json_object_get(finding, "p_regression")) <= 0.01);
  assert_int_equal(json_integer_value(json_object_get(finding, "queries")), 2000);
  json_decref(root);
}

/* One build of a system in which nothing is drawn is enough; nothing new is nothing compared. */
static void deterministic_results(void **state) {
  const struct world *world = *state;
  put_results(world, "a.csv", 1, 1, 1500, 0);
  put_results(world, "c.csv", 2, 1, 1500, 0.1);
  expect_said(world, LIMEN_OK, NULL, NULL,
              WORDS("accept", "--results", "a.csv", "--deterministic", "--baseline", "b.json"));
  edit(world, "b.json", "\"a\"", "\"c\"");
  expect_said(world, LIMEN_NO, "1 regression", NULL,
              WORDS("check", "--results", "c.csv", "--deterministic", "--baseline", "b.json"));
  edit(world, "b.json", "\"c\"", "\"d\"");
  expect_said(world, LIMEN_NO, "1 missing, 1 new", NULL,
              WORDS("check", "--results", "c.csv", "--deterministic", "--baseline", "b.json"));
}

/* ---- plans ---- */

static void plans(void **state) {
  const struct world *world = *state;
  char *out = ask(world, LIMEN_OK, NULL,
                  WORDS("plan", "--detect", "1pp", "--numbers", "20", "--json", "p.json"));
  expect_word(out, "a false regression among 20 numbers");
  expect_word(out, "assumed: recall@10 near 0.9");
  expect_word(out, "SD over queries 0.15");
  expect_word(out, "no number");
  free(out);
  json_t *root = json_of(world, "p.json");
  const json_t *row = json_array_get(json_object_get(root, "plan"), 0),
               *needs = json_object_get(row, "needs");
  double last = HUGE_VAL;
  assert_true(json_array_size(needs) >= 5);
  for (size_t i = 2; i < json_array_size(needs); i++) { /* more builds, fewer queries */
    const double queries =
        json_number_value(json_object_get(json_array_get(needs, i), "queries_to_catch"));
    assert_true(queries > 0 && queries < last);
    last = queries;
  }
  json_decref(root);
  put_results(world, "recall.csv", 1, 6, 2000, 0);
  expect_said(world, LIMEN_OK, "with its 6 builds and 2000 queries a loss of", NULL,
              WORDS("plan", "--detect", "2pp", "--results", "recall.csv"));
  expect_said(world, LIMEN_OK, NULL, NULL,
              WORDS("accept", "--results", "recall.csv", "--baseline", "b.json"));
  expect_said(world, LIMEN_OK, "among 1 number has a chance of 0.05", NULL,
              WORDS("plan", "--detect", "2pp", "--baseline", "b.json", "--alpha", "0.05"));
  expect_said(world, LIMEN_OK, "SD over builds 0", NULL,
              WORDS("plan", "--detect", "1pp", "--sd", "0.2,0"));
  expect_said(world, LIMEN_INPUT, NULL,
              "b.json has no number other than shares with per-query values: nothing follows for "
              "10%",
              WORDS("plan", "--detect", "10%", "--baseline", "b.json"));
}

/* ---- command lines ---- */

static void command_lines(void **state) {
  const struct world *world = *state;
  static const struct {
    const char *words[10], *says;
  } cases[] = {
      {{"check", "--results", "a.csv"},
       "limen check: --baseline FILE is missing; `limen accept` writes one"},
      {{"check", "out", "--baseline", "b.json", "--junit", "b.json"},
       "limen check: --junit would replace the baseline b.json"},
      {{"check", "out", "--baseline", "b.json", "--json", "o", "--markdown", "o"},
       "limen check: --json and --markdown both name o; each needs a file of its own"},
      {{"check", "--baseline", "b.json"},
       "limen check: a run folder or --results FILE.csv is missing"},
      {{"check", "out", "--results", "a.csv", "--baseline", "b.json"},
       "limen check: out and --results are both given; one of the two is meant"},
      {{"check", "out", "--baseline", "b.json", "--lower", "x"},
       "limen check: --lower is for --results; a run folder knows that by itself"},
      {{"accept", "out", "--baseline", "b.json", "--deterministic"},
       "limen accept: --deterministic is for --results"},
      {{"accept", "out"}, "limen accept: --baseline FILE, to write, is missing"},
      {{"accept", "--baseline", "b.json"}, "limen accept: a run folder or --results"},
      {{"check", "out", "--baseline", "b.json", "--tolerance", "0.5"},
       "--tolerance 0.5: points of a share such as 0.5pp, or a part of a number such as 5%, is "
       "needed, above 0 and below 100"},
      {{"check", "out", "--baseline", "b.json", "--tolerance", "0pp"}, "--tolerance 0pp: "},
      {{"check", "out", "--baseline", "b.json", "--tolerance", "pp"}, "--tolerance pp: "},
      {{"check", "out", "--baseline", "b.json", "--tolerance", "nan%"}, "--tolerance nan%: "},
      {{"check", "out", "--baseline", "b.json", "--tolerance", "1pp", "--tolerance", "2pp"},
       "--tolerance 2pp: another one is given already"},
      {{"check", "out", "--baseline", "b.json", "--alpha", "0.5"},
       "--alpha 0.5: the chance of a false alarm from 0.000001 to 0.25 is needed"},
      {{"check", "out", "--baseline", "b.json", "--alpha", "x"}, "--alpha x: "},
      {{"plan"}, "limen plan: --detect is missing, such as --detect 1pp"},
      {{"plan", "--detect", "1"}, "--detect 1: points of a share"},
      {{"plan", "--detect", "0.5pp"},
       "--detect 0.5pp: a loss of 0.5pp is put up with, and only a larger one can be told from it"},
      {{"plan", "--detect", "10%"}, "limen plan: parts of a number need a number"},
      {{"plan", "--detect", "1pp", "--numbers", "0"}, "--numbers"},
      {{"plan", "--detect", "1pp", "--sd", "0,1"},
       "--sd 0,1: QUERY[,BUILD[,SHARED]] is needed, numbers from 0 to 1, QUERY above 0"},
      {{"plan", "--detect", "1pp", "--sd", "0.1,"}, "--sd 0.1,: "},
      {{"plan", "--detect", "1pp", "--sd", "0.1,0,0,0"}, "--sd 0.1,0,0,0: "},
      {{"plan", "--detect", "1pp", "--sd", "0.1", "--baseline", "b.json"},
       "limen plan: --sd, --baseline and --results each say how much numbers spread"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_said(world, LIMEN_USAGE, NULL, cases[i].says, cases[i].words);
  put_text(world, "a.csv", "build,query,value\n1,x,0.5\n1,y,0.25\n");
  expect_said(world, LIMEN_USAGE, NULL,
              "--lower recall: the results have no such metric; they have "
              "a",
              WORDS("accept", "--results", "a.csv", "--lower", "recall", "--baseline", "b.json"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_small, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_run_is_its_own_baseline),
      TEST(other_runs),
      TEST(a_run_that_is_not_finished),
      TEST(baselines_that_are_none),
      TEST(proved_numbers_are_proved_again),
      TEST(results_of_any_system),
      TEST(deterministic_results),
      TEST(plans),
      TEST(command_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
