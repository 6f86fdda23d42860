/* `limen eval` as its users see it, on numbers that are worked out here. */
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
#include "base/text.h"
#include "support/program.h"
#include "unit/scratch.h"

static struct program_setup here;

static void put(const char *name, const char *content) {
  put_file(at(name), content, strlen(content));
}

/* The case of test_evaluation.c: q1 comes out as b x a c e d with grades 0, none, 2, 1, below 0, 3;
 * p is second of q20; q5 has nothing relevant; q3 is missing and q4 nobody judged. */
static const char qrels[] =
    "q5 0 b 0\nq1 0 a 2\nq1 0 b 0\nq1 0 c 1\nq1 0 d 3\nq1 0 e -1\nq1 0 f 1\nq20 0 p 1\n"
    "q3 0 m 1\nq3 0 n 2\n";
static const char run[] =
    "q20 Q0 p 1 0.7 old\nq20 Q0 z 2 0.8 old\nq20 Q0 y 3 0.6 old\nq4 Q0 a 1 1 old\n"
    "q1 Q0 d 1 0.11 old\nq1 Q0 a 2 0.57 old\nq1 Q0 e 3 0.11 old\nq1 Q0 b 4 0.9 old\n"
    "q1 Q0 x 5 0.57 old\nq1 Q0 c 6 0.32 old\nq5 Q0 b 1 0.32 my-system\n";

static int prepare(void **state) {
  if (scratch_setup(state) != 0) return -1;
  here.folder = scratch;
  put("qrels", qrels);
  put("run", run);
  return 0;
}

static void expect_whole_output(const char *const *arguments, const char *expected) {
  struct program_result result = program_run(&here, arguments);
  if (result.status != LIMEN_OK) fail_msg("%s", result.err);
  assert_string_equal(result.out, expected);
  program_result_clear(&result);
}

/* map: (1/3 + 1/2 + 0) / 3. gm_map: the cube root of 1/3 1/2 .00001. bpref: 0, 1, 0. */
static void test_official(void **state) {
  (void)state;
  expect_whole_output(WORDS("eval", "qrels", "run"),
                      "runid                 \tall\tmy-system\n"
                      "num_q                 \tall\t3\n"
                      "num_ret               \tall\t10\n"
                      "num_rel               \tall\t5\n"
                      "num_rel_ret           \tall\t4\n"
                      "map                   \tall\t0.2778\n"
                      "gm_map                \tall\t0.0119\n"
                      "Rprec                 \tall\t0.1667\n"
                      "bpref                 \tall\t0.3333\n"
                      "recip_rank            \tall\t0.2778\n"
                      "iprec_at_recall_0.00  \tall\t0.3333\n"
                      "iprec_at_recall_0.10  \tall\t0.3333\n"
                      "iprec_at_recall_0.20  \tall\t0.3333\n"
                      "iprec_at_recall_0.30  \tall\t0.3333\n"
                      "iprec_at_recall_0.40  \tall\t0.3333\n"
                      "iprec_at_recall_0.50  \tall\t0.3333\n"
                      "iprec_at_recall_0.60  \tall\t0.3333\n"
                      "iprec_at_recall_0.70  \tall\t0.3333\n"
                      "iprec_at_recall_0.80  \tall\t0.1667\n"
                      "iprec_at_recall_0.90  \tall\t0.1667\n"
                      "iprec_at_recall_1.00  \tall\t0.1667\n"
                      "P_5                   \tall\t0.2000\n"
                      "P_10                  \tall\t0.1333\n"
                      "P_15                  \tall\t0.0889\n"
                      "P_20                  \tall\t0.0667\n"
                      "P_30                  \tall\t0.0444\n"
                      "P_100                 \tall\t0.0133\n"
                      "P_200                 \tall\t0.0067\n"
                      "P_500                 \tall\t0.0027\n"
                      "P_1000                \tall\t0.0013\n");
  expect_run(&here, LIMEN_OK, WORDS("eval", "qrels", "run"),
             WORDS("run: 1 query with judgements is not in the run and left out; -c counts with 0",
                   "run: 1 query of the run has no judgements and is left out"));
}

/* ndcg_cut_5 of q1: (2/2 + 1/log2 5) / (3 + 2/log2 3 + 1/2 + 1/log2 5) = 1.430677 / 5.192537; of
 * q20: 1/log2 3. */
static void test_chosen(void **state) {
  (void)state;
  expect_whole_output(WORDS("eval", "qrels", "run", "-q", "-c", "-m", "ndcg_cut.5", "-m", "num_rel",
                            "-m", "map", "-m", "num_q", "-m", "gm_map", "--json", "out.json"),
                      "num_rel               \tq1\t4\n"
                      "map                   \tq1\t0.3333\n"
                      "ndcg_cut_5            \tq1\t0.2755\n"
                      "num_rel               \tq20\t1\n"
                      "map                   \tq20\t0.5000\n"
                      "ndcg_cut_5            \tq20\t0.6309\n"
                      "num_rel               \tq3\t2\n"
                      "map                   \tq3\t0.0000\n"
                      "ndcg_cut_5            \tq3\t0.0000\n"
                      "num_rel               \tq5\t0\n"
                      "map                   \tq5\t0.0000\n"
                      "ndcg_cut_5            \tq5\t0.0000\n"
                      "num_q                 \tall\t4\n"
                      "num_rel               \tall\t7\n"
                      "map                   \tall\t0.2083\n"
                      "gm_map                \tall\t0.0020\n"
                      "ndcg_cut_5            \tall\t0.2266\n");
  expect_whole_output(WORDS("eval", "qrels", "run", "-m", "recip_rank", "-l", "3"),
                      "recip_rank            \tall\t0.0556\n");
  expect_whole_output(WORDS("eval", "qrels", "run", "-m", "runid"),
                      "runid                 \tall\tmy-system\n");

  size_t count = 0;
  char *text = get_file(at("out.json"), &count);
  json_t *root = json_loads(text, 0, NULL), *rows = json_object_get(root, "measures");
  limen_free(text);
  assert_int_equal(json_array_size(rows), 17);
  json_t *second = json_array_get(rows, 1), *first = json_array_get(rows, 0);
  assert_string_equal(json_string_value(json_object_get(second, "name")), "map");
  assert_string_equal(json_string_value(json_object_get(second, "query")), "q1");
  assert_true(fabs(json_real_value(json_object_get(second, "value")) - 1.0 / 3) < 1e-12);
  assert_int_equal(json_integer_value(json_object_get(first, "value")), 4);
  json_decref(root);
}

/* The same judgements in other forms, with spaces in ids. */
static void test_ids_with_spaces(void **state) {
  (void)state;
  put("q.jsonl", "{\"query-id\": \"q 1\", \"corpus-id\": \"Ada Ng\", \"score\": 1}\n");
  put("tabs.run", "q 1\tQ0\tBo Li\t1\t2\tx\nq 1\tQ0\tAda Ng\t2\t1\tx\n");
  expect_whole_output(WORDS("eval", "q.jsonl", "tabs.run", "-m", "map"),
                      "map                   \tall\t0.5000\n");
  put("spaces.run", "q_1 Q0 Ada Ng 1 2 x\n");
  expect_run(&here, LIMEN_INPUT, WORDS("eval", "q.jsonl", "spaces.run"),
             WORDS("spaces.run:1: 7 columns in place of 6", "part the columns by tabs"));
  put("spaces.run", "q_1 Q0 Ada_Ng 1 2 x\n");
  expect_run(&here, LIMEN_INPUT, WORDS("eval", "q.jsonl", "spaces.run"),
             WORDS("q.jsonl, spaces.run: no query is in both", "`q 1`", "`q_1`"));
  put("spaces.run", "q 1\tQ0\tAda_Ng\t1\t2\tx\n");
  expect_run(&here, LIMEN_OK, WORDS("eval", "q.jsonl", "spaces.run"),
             WORDS("spaces.run: none of its documents is judged; are ids written alike in both "
                   "files, spaces included?"));
}

/* ---- two runs ---- */

/* `count` queries with one relevant document, at rank `first` in one run, at `second` in the
 * other. */
static void put_runs(size_t count, size_t first, size_t second) {
  struct limen_text text[3] = {0};
  for (size_t q = 0; q < count; q++) {
    limen_text_print(&text[0], "%zu 0 yes 1\n", q);
    for (size_t r = 0; r < 2; r++)
      for (size_t rank = 1; rank <= 5; rank++) {
        limen_text_print(&text[1 + r], "%zu Q0 ", q);
        if (rank == (r ? second : first))
          limen_text_add(&text[1 + r], "yes");
        else
          limen_text_print(&text[1 + r], "no%zu", rank);
        limen_text_print(&text[1 + r], " 0 %zu x\n", 10 - rank);
      }
  }
  const char *const names[] = {"pair.qrels", "a.run", "b.run"};
  for (size_t i = 0; i < 3; i++) {
    put(names[i], limen_text_string(&text[i]));
    limen_text_clear(&text[i]);
  }
}

#define AGAINST "eval", "pair.qrels", "a.run", "--against", "b.run"

/* Six queries, all higher by 1/2 - 1/4: p = 2/64; together with another measure Holm doubles it. */
static void test_against(void **state) {
  (void)state;
  put_runs(6, 2, 4);
  expect_whole_output(
      WORDS(AGAINST, "-m", "recip_rank", "--json", "pair.json"),
      "first:  a.run\n"
      "second: b.run\n"
      "6 queries, paired; 95% intervals by the bootstrap over queries;\n"
      "p by Wilcoxon's signed-rank test, adjusted after Holm over 1 measure\n"
      "\n"
      "                          first   second difference     lower     upper   differ        p\n"
      "recip_rank               0.5000   0.2500     0.2500   +0.2500   +0.2500        6   0.0312  "
      "the first is higher\n");
  expect_output(
      &here, WORDS(AGAINST, "-m", "recip_rank", "-m", "recall_5,3"),
      WORDS("after Holm over 3 measures",
            "recip_rank               0.5000   0.2500     0.2500   +0.2500   +0.2500      "
            "  6   0.0938  noise",
            "recall_3                 1.0000   0.0000     1.0000   +1.0000   +1.0000      "
            "  6   0.0938  noise",
            "recall_5                 1.0000   1.0000     0.0000   +0.0000   +0.0000      "
            "  0   1.0000  equal"));
  size_t count = 0;
  char *text = get_file(at("pair.json"), &count);
  json_t *root = json_loads(text, 0, NULL);
  json_t *row = json_array_get(json_object_get(root, "comparisons"), 0);
  limen_free(text);
  assert_true(json_real_value(json_object_get(row, "p")) == 0.03125);
  assert_int_equal(json_integer_value(json_object_get(row, "queries_higher")), 6);
  assert_int_equal(json_integer_value(json_object_get(row, "queries")), 6);
  assert_string_equal(json_string_value(json_object_get(row, "verdict")), "the first is higher");
  json_decref(root);

  put_runs(100, 3, 1);
  expect_output(
      &here, WORDS(AGAINST),
      WORDS("100 queries, paired", "adjusted after Holm over 5 measures",
            "recip_rank               0.3333   1.0000    -0.6667   -0.6667   -0.6667      "
            "100 < 0.0001  the second is higher",
            "ndcg_cut_10 ", "recall_100               1.0000   1.0000"));
}

static void test_too_few_queries(void **state) {
  (void)state;
  put_runs(5, 1, 2);
  expect_run(&here, LIMEN_OK, WORDS(AGAINST, "-m", "map"),
             WORDS("the runs differ on 5 queries at most; p cannot be below 0.062 then, so no "
                   "difference can be told from noise"));
  put_runs(1, 1, 2);
  expect_output(
      &here, WORDS(AGAINST, "-m", "map"),
      WORDS("1 query, paired",
            "map                      1.0000   0.5000     0.5000         -         -      "
            "  1   1.0000  noise"));
}

/* ---- errors ---- */

static void test_errors(void **state) {
  (void)state;
  put("bad.run", "q1 Q0 a 1 0.5 x\nq1 Q0 b 1 high x\n");
  put("bad.qrels", "q1 0 a 1\nq1 0 a 2\n");
  const struct {
    int status;
    const char *const *arguments, *words;
  } cases[] = {
      {LIMEN_USAGE, WORDS("eval", "qrels"), "limen eval:"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "-m", "mapp"),
       "unknown measure `mapp`; nearest: map"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "-m", "map.5"), "it is map_cut_K that has"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "-l", "-1"), "-l"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "-x"),
       "unknown option -x; valid ones are -m, -q"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "-q", "--against", "run"),
       "-q shows the queries of one run; leave it or --against out"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "--against", "run", "-m", "num_ret"),
       "num_ret is no mean over queries; compare by others, such as map"},
      {LIMEN_USAGE, WORDS("eval", "qrels", "run", "--against", "run", "-m", "runid"),
       "--against needs a measure"},
      {LIMEN_INPUT, WORDS("eval", "nowhere", "run"), "nowhere: cannot be read: No such file"},
      {LIMEN_INPUT, WORDS("eval", "qrels", "bad.run"),
       "bad.run:2: the score is `high`, which is no number"},
      {LIMEN_INPUT, WORDS("eval", "bad.qrels", "run"),
       "bad.qrels:2: query `q1` has document `a` judged already on line 1; keep one of them"},
      {LIMEN_INPUT, WORDS("eval", "qrels", "qrels"), "qrels:1: 4 columns in place of 6"},
      {LIMEN_FAILED, WORDS("eval", "qrels", "run", "--json", "no/where.json"), "no/where.json"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_run(&here, cases[i].status, cases[i].arguments, WORDS(cases[i].words));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_official),        cmocka_unit_test(test_chosen),
      cmocka_unit_test(test_ids_with_spaces), cmocka_unit_test(test_against),
      cmocka_unit_test(test_too_few_queries), cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, prepare, scratch_teardown);
}
