/* `limen recall` as its users see it, on numbers that are worked out here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "data/format.h"
#include "support/program.h"
#include "unit/scratch.h"

static void put_vectors(const char *name, size_t rows, const float *values) {
  struct limen_matrix matrix = {.rows = rows, .columns = 2, .values = (float *)(uintptr_t)values};
  struct limen_vectors vectors;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at(name), &vectors, NULL), LIMEN_OK);
}

static void put_ids(const char *name, size_t rows, size_t columns, const int32_t *ids,
                    const float *distances) {
  const struct limen_ids out = {.rows = rows,
                                .columns = columns,
                                .ids = (int32_t *)(uintptr_t)ids,
                                .distances = (float *)(uintptr_t)distances};
  assert_int_equal(limen_ids_write(at(name), &out, NULL), LIMEN_OK);
}

/* Distances from the first query (0, 0): .5, .75, .75, .75, 1.25, .8; from the second (0, 2):
 * 2.062, 1.25, 2.136, 2.75, .75, 1.2. */
static const float base[] = {0.5f, 0, 0, 0.75f, -0.75f, 0, 0, -0.75f, 0, 1.25f, 0, 0.8f};
static const float queries[] = {0, 0, 0, 2};

static int prepare(void **state) {
  if (scratch_setup(state) != 0) return -1;
  put_vectors("base.fvecs", 6, base);
  put_vectors("query.fvecs", 2, queries);
  /* Three nearest; the first query's third place is a tie of rows 2 and 3. */
  static const int32_t truth[] = {0, 1, 2, 4, 5, 1};
  static const float distances[] = {0.5f, 0.75f, 0.75f, 0.75f, 1.2f, 1.25f};
  put_ids("truth.ivecs", 2, 3, truth, NULL);
  put_ids("truth.ibin", 2, 3, truth, distances);
  put_ids("truth.hdf5", 2, 3, truth, distances);
  return 0;
}

static json_t *rows_of(const char *path) {
  size_t count = 0;
  char *text = get_file(path, &count);
  json_t *root = json_loads(text, 0, NULL);
  limen_free(text);
  assert_non_null(root);
  return root;
}

/* The value of a row; -1: there is no such row. */
static double value_in(json_t *root, const char *name, const char *key) {
  json_t *rows = json_object_get(root, "recalls");
  for (size_t i = 0; i < json_array_size(rows); i++) {
    json_t *row = json_array_get(rows, i);
    if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0)
      return json_number_value(json_object_get(row, key));
  }
  return -1;
}

static void expect_values(const char *name, double by_id, double ties, double epsilon) {
  json_t *root = rows_of(at(name));
  const char *const names[] = {"recall", "recall_ties", "recall_epsilon"};
  const double expected[] = {by_id, ties, epsilon};
  for (size_t i = 0; i < 3; i++)
    if (!(fabs(value_in(root, names[i], "value") - expected[i]) < 1e-12))
      fail_msg("%s is %g in place of %g", names[i], value_in(root, names[i], "value"), expected[i]);
  json_decref(root);
}

/* First query: 0, 3, 5: one id is right, 3 is a tie, 5 at .8 is within 10% of .75. Second: 4, 1, 0:
 * two are right, 0 at 2.06 is nothing. */
static const int32_t answers[] = {0, 3, 5, 4, 1, 0};
static const float their_distances[] = {0.5f, 0.75f, 0.8f, 0.75f, 1.25f, 2.0615528f};

#define FROM_BASE "--base", "base.fvecs", "--queries", "query.fvecs", "--metric", "l2"

static struct program_setup here;

static void test_from_the_base(void **state) {
  (void)state;
  put_ids("answers.ivecs", 2, 3, answers, NULL);
  /* Both queries have ties 2/3: Wilson's lower bound of 2 in 2 is 2 / (2 + 1.96^2) = .3424, and
   * 2/3 of it .2283. Recall by id 1/3 and 2/3, too few for bounds inside 0 to 1. */
  expect_output(
      &here, WORDS("recall", "truth.ivecs", "answers.ivecs", FROM_BASE),
      WORDS("answers.ivecs against truth.ivecs: 2 queries, k = 3, intervals of 95%",
            "tie 1e-06, epsilon 0.1", "recall              0.5000    0.0000    1.0000  ",
            "recall_ties         0.6667    0.2283    0.8859  ",
            "recall_epsilon      0.8333    0.0000    1.0000  ",
            "worst_1             0.3333         -         -  ",
            "zero_share          0.0000    0.0000    0.6576  ", "short_answers       0.0000",
            "duplicate_ids       0.0000", "invalid_ids         0.0000"));
  expect_run(&here, LIMEN_OK,
             WORDS("recall", "truth.ivecs", "answers.ivecs", FROM_BASE, "--json", "a.json"),
             WORDS("distances are worked out from base.fvecs"));
  expect_values("a.json", 0.5, 2.0 / 3, 2.5 / 3);
  json_t *root = rows_of(at("a.json"));
  assert_int_equal(json_array_size(json_object_get(root, "recalls")), 9);
  assert_true(value_in(root, "recall_ties", "n") == 2);
  assert_true(value_in(root, "recall_ties", "k") == 3);
  assert_true(value_in(root, "recall_ties", "tolerance") == 1e-6);
  assert_true(fabs(value_in(root, "recall_ties", "lower") - 2.0 / 3 * 0.342380227) < 1e-8);
  assert_true(value_in(root, "distances", "value") == -1); /* nobody counted them */
  json_decref(root);

  /* Row 5 is 6.67% further than the third. */
  expect_run(&here, LIMEN_OK,
             WORDS("recall", "truth.ivecs", "answers.ivecs", FROM_BASE, "--epsilon", "0.0666",
                   "--tie=0", "--json", "a.json"),
             WORDS("worked out"));
  expect_values("a.json", 0.5, 2.0 / 3, 2.0 / 3);
  expect_run(&here, LIMEN_OK,
             WORDS("recall", "truth.ivecs", "answers.ivecs", FROM_BASE, "--epsilon", "0.0667",
                   "--json", "a.json"),
             WORDS("worked out"));
  expect_values("a.json", 0.5, 2.0 / 3, 2.5 / 3);

  /* By the cosine all rows lie in one of four directions; the first query has none. */
  expect_run(&here, LIMEN_INPUT,
             WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "base.fvecs", "--queries",
                   "query.fvecs", "--metric", "cosine"),
             WORDS("query.fvecs: query 0 is all zeros"));
  expect_run(&here, LIMEN_INPUT,
             WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "query.fvecs", "--queries",
                   "query.fvecs", "--metric", "l2"),
             WORDS("truth.ivecs, query 1: neighbour 4 is no row of query.fvecs, which has 2"));
}

/* A base of fewer rows than k: all of them are the answer. */
static void test_more_than_there_is(void **state) {
  (void)state;
  static const int32_t all[] = {1, 0, 0, 1}, some[] = {0, 1, -1, 0, 5, -1};
  put_vectors("two.fvecs", 2, base);
  put_ids("all.ivecs", 2, 2, all, NULL);
  put_ids("some.npy", 2, 3, some, NULL);
  expect_run(&here, LIMEN_OK,
             WORDS("recall", "all.ivecs", "some.npy", "-k", "3", "--base", "two.fvecs", "--queries",
                   "query.fvecs", "--metric", "ip", "--json", "b.json"),
             WORDS("some.npy: 1 query got fewer than min(k, rows) different rows, the first is "
                   "query 1 with 1",
                   "some.npy: 1 query got ids that are no rows, the first is query 1 with 1"));
  expect_values("b.json", 0.75, 0.75, 0.75);
}

static void test_own_distances(void **state) {
  (void)state;
  static const char *const files[] = {"own.ibin", "own.hdf5"};
  static const char *const truths[] = {"truth.hdf5", "truth.ibin"};
  for (size_t i = 0; i < 2; i++) {
    put_ids(files[i], 2, 3, answers, their_distances);
    expect_run(&here, LIMEN_OK, WORDS("recall", truths[i], files[i], "--json", "c.json"),
               WORDS("the files' own, taken as plain, not squared"));
    expect_values("c.json", 0.5, 2.0 / 3, 2.5 / 3);
  }
  /* Taken as squares, .8 is 3.3% further than .75. */
  expect_run(&here, LIMEN_OK,
             WORDS("recall", "truth.ibin", "own.ibin", "--metric", "l2", "--epsilon", "0.04",
                   "--json", "c.json"),
             WORDS("taken as squared (--metric l2)"));
  expect_values("c.json", 0.5, 2.0 / 3, 2.5 / 3);
  expect_run(&here, LIMEN_OK,
             WORDS("recall", "truth.ibin", "own.ibin", "--epsilon", "0.04", "--json", "c.json"),
             WORDS("not squared"));
  expect_values("c.json", 0.5, 2.0 / 3, 2.0 / 3);
}

static void expect_only_by_id(const char *truth, const char *results, const char *why) {
  expect_run(&here, LIMEN_OK, WORDS("recall", truth, results, "--json", "d.json"),
             WORDS("only recall by id: ", why, "--base"));
  json_t *root = rows_of(at("d.json"));
  assert_true(value_in(root, "recall", "value") == 0.5);
  assert_true(value_in(root, "recall_ties", "value") == -1);
  assert_true(value_in(root, "recall_epsilon", "value") == -1);
  json_decref(root);
}

static void test_without_distances(void **state) {
  (void)state;
  float others[6], falling[6];
  static const int32_t truth[] = {0, 1, 2, 4, 5, 1};
  for (size_t i = 0; i < 6; i++) {
    others[i] = their_distances[i] * their_distances[i];
    falling[i] = 7 - (float)i;
  }
  put_ids("answers.ivecs", 2, 3, answers, NULL);
  put_ids("own.ibin", 2, 3, answers, their_distances);
  put_ids("squared.ibin", 2, 3, answers, others);
  put_ids("falling.ibin", 2, 3, truth, falling);
  expect_only_by_id("truth.ivecs", "own.ibin", "truth.ivecs holds no distances");
  expect_only_by_id("truth.ibin", "answers.ivecs", "answers.ivecs holds no distances");
  expect_only_by_id("truth.ibin", "squared.ibin",
                    "query 0, row 0: its distance is 0.5 in truth.ibin and 0.25 in squared.ibin");
  expect_only_by_id("falling.ibin", "own.ibin", "query 0: its distances do not ascend");
  expect_output(&here, WORDS("recall", "truth.ivecs", "answers.ivecs", "-k", "1"),
                WORDS("2 queries, k = 1", "recall              1.0000    0.3424    1.0000"));
}

static void test_faulty_answers(void **state) {
  (void)state;
  static const int32_t faulty[] = {4, 5, 1, 0, 0, 0}, wide[] = {0, 1, 2, 3, 4, 5, 1, 0};
  static const int32_t truth[] = {4, 5, 1, 0, 5, 1};
  put_ids("faulty.ivecs", 2, 3, faulty, NULL);
  put_ids("truth2.ivecs", 2, 3, truth, NULL);
  put_ids("wide.ibin", 2, 4, wide, NULL);
  expect_run(&here, LIMEN_OK, WORDS("recall", "truth2.ivecs", "faulty.ivecs", "--json", "e.json"),
             WORDS("faulty.ivecs: 1 query got fewer than min(k, rows) different rows, the first is "
                   "query 1 with 1",
                   "faulty.ivecs: 1 query got a row twice, which counts once, the first is query 1 "
                   "with 2"));
  json_t *root = rows_of(at("e.json"));
  assert_true(fabs(value_in(root, "recall", "value") - (1 + 1.0 / 3) / 2) < 1e-12);
  assert_true(value_in(root, "duplicate_ids", "value") == 0.5);
  assert_true(value_in(root, "short_answers", "value") == 0.5);
  assert_string_equal(json_string_value(json_object_get(
                          json_array_get(json_object_get(root, "recalls"), 0), "better")),
                      "higher");
  json_decref(root);
  /* A wider answer is looked at as far as the truth goes, a narrower one is short. */
  expect_output(&here, WORDS("recall", "truth.ivecs", "wide.ibin"),
                WORDS("k = 3", "recall              1.0000"));
  expect_output(&here, WORDS("recall", "wide.ibin", "faulty.ivecs", "-k", "4"),
                WORDS("k = 4", "short_answers       1.0000"));
}

static void test_refusals(void **state) {
  (void)state;
  static const int32_t three[] = {0, 1, 2, 4, 5, 1, 3, 2, 0}, gap[] = {0, 1, -1, 4, 5, 1};
  static const int32_t twice[] = {0, 1, 2, 4, 5, 4}, none[] = {0, -1};
  const float zero[] = {0.5f, 0, 0, 0.75f, -0.75f, 0, 0, -0.75f, 0, 0, 0, 0.8f};
  const float asked[] = {0.11f, 0.32f, 0, 2};
  put_ids("three.ivecs", 3, 3, three, NULL);
  put_ids("gap.ivecs", 2, 3, gap, NULL);
  put_ids("twice.ivecs", 2, 3, twice, NULL);
  put_ids("none.ivecs", 2, 1, none, NULL);
  put_ids("answers.ivecs", 2, 3, answers, NULL);
  put_vectors("zero.fvecs", 6, zero);
  put_vectors("asked.fvecs", 2, asked);
  put_vectors("flat.fvecs", 3, base);
  const struct {
    int status;
    const char *const *words, *say;
  } cases[] = {
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs"), "`limen recall --help`"},
      {LIMEN_INPUT, WORDS("recall", "truth.ivecs", "nowhere.ivecs"), "nowhere.ivecs: cannot be"},
      {LIMEN_INPUT, WORDS("recall", "base.fvecs", "answers.ivecs"), "ids are whole numbers"},
      {LIMEN_INPUT, WORDS("recall", "truth.ivecs", "three.ivecs"),
       "truth.ivecs holds the neighbours of 2 queries and three.ivecs the answers to 3"},
      {LIMEN_INPUT, WORDS("recall", "truth.ivecs", "answers.ivecs", "-k", "10"),
       "truth.ivecs holds 3 neighbours a query, fewer than k = 10; find more with `limen truth -k "
       "10`, or take -k 3"},
      {LIMEN_INPUT, WORDS("recall", "gap.ivecs", "answers.ivecs", "-k", "3"),
       "gap.ivecs, query 0: there are 2 neighbours, fewer than k = 3"},
      {LIMEN_INPUT, WORDS("recall", "none.ivecs", "answers.ivecs"),
       "none.ivecs, query 1: there is no neighbour"},
      {LIMEN_INPUT, WORDS("recall", "twice.ivecs", "answers.ivecs"),
       "twice.ivecs, query 1: neighbour 4 stands there twice"},
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs", "answers.ivecs", "-k", "0"), "-k 0"},
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs", "answers.ivecs", "--tie", "x"),
       "--tie x: a relative distance from 0 to 10"},
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs", "answers.ivecs", "--epsilon", "-1"),
       "--epsilon -1"},
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs", "answers.ivecs", "--metric", "l1"),
       "--metric l1: l2, ip or cosine"},
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "base.fvecs"),
       "--queries is missing"},
      {LIMEN_USAGE, WORDS("recall", "truth.ivecs", "answers.ivecs", "--queries", "query.fvecs"),
       "--base is missing"},
      {LIMEN_USAGE,
       WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "base.fvecs", "--queries",
             "query.fvecs"),
       "--base needs --metric"},
      {LIMEN_INPUT,
       WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "base.fvecs", "--queries",
             "flat.fvecs", "--metric", "l2"),
       "flat.fvecs holds 3 queries and truth.ivecs the neighbours of 2"},
      {LIMEN_INPUT,
       WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "zero.fvecs", "--queries",
             "asked.fvecs", "--metric", "cosine"),
       "zero.fvecs: row 4 is all zeros"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_run(&here, cases[i].status, cases[i].words, WORDS(cases[i].say));
  struct limen_matrix odd = {.rows = 2, .columns = 3, .values = (float[]){1, 2, 3, 4, 5, 7}};
  struct limen_vectors vectors;
  limen_vectors_lend(&vectors, &odd);
  assert_int_equal(limen_vectors_write(at("odd.fvecs"), &vectors, NULL), LIMEN_OK);
  expect_run(&here, LIMEN_INPUT,
             WORDS("recall", "truth.ivecs", "answers.ivecs", "--base", "base.fvecs", "--queries",
                   "odd.fvecs", "--metric", "l2"),
             WORDS("base.fvecs has 2 dimensions and odd.fvecs has 3"));
}

/* The files of `limen truth` are what `limen recall` reads: an exact answer is right. */
static void test_with_truth(void **state) {
  (void)state;
  char cache[300];
  snprintf(cache, sizeof cache, "LIMEN_CACHE=%s/cache", scratch);
  const struct program_setup setup = {.folder = scratch, .environment = WORDS(cache)};
  expect_run(&setup, LIMEN_OK,
             WORDS("truth", FROM_BASE, "-k", "3", "--ties", "0", "--out", "found.ibin"),
             WORDS("3 nearest of 6 for 2 queries", "1 queries have ties beyond k"));
  /* Four columns, of which the second query fills three. */
  expect_output(&here, WORDS("recall", "found.ibin", "found.ibin", "--metric", "l2"),
                WORDS("k = 3", "recall              1.0000", "recall_ties         1.0000",
                      "recall_epsilon      1.0000"));
  expect_output(&here, WORDS("recall", "found.ibin", "truth.ivecs", FROM_BASE),
                WORDS("k = 3", "recall              1.0000"));
}

static int prepare_all(void **state) {
  int status = prepare(state);
  here.folder = scratch;
  return status;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_from_the_base),  cmocka_unit_test(test_more_than_there_is),
      cmocka_unit_test(test_own_distances),  cmocka_unit_test(test_without_distances),
      cmocka_unit_test(test_faulty_answers), cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_with_truth),
  };
  return cmocka_run_group_tests(tests, prepare_all, scratch_teardown);
}
