/* Every reason for a miss, on an engine of the test's own whose answers are written down here. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above first. */
#include <cmocka.h>

#include "base/threads.h"
#include "unit/graphs.h"
#include "unit/missed.h"

/* ---- an engine that reads its answers off a list ---- */

struct script {
  size_t nodes;
  const bool *links; /* nodes x nodes; NULL: the engine has no graph */
  struct {
    size_t ef; /* answers a search of this width */
    int64_t ids[24];
  } answers[4];
  uint32_t seen[8];
  size_t n_seen, searches;
  int status; /* of a search */
};

static int read_off(void *state, const float *query, size_t k, size_t ef, int64_t *ids,
                    size_t *found, struct limen_error *error) {
  struct script *script = state;
  (void)query;
  script->searches++;
  if (script->status != LIMEN_OK) return LIMEN_FAIL(error, script->status, "the engine is out");
  for (size_t a = 0; a < 4; a++) {
    if (script->answers[a].ef != ef) continue;
    *found = 0;
    while (*found < k && *found < 24 && script->answers[a].ids[*found] >= 0) {
      ids[*found] = script->answers[a].ids[*found];
      ++*found;
    }
    for (size_t i = *found; i < k; i++) ids[i] = -1;
    return LIMEN_OK;
  }
  fail_msg("nobody wrote down a search of ef %zu", ef);
  return LIMEN_FAILED;
}

static int read_trace(void *state, const float *query, size_t k, size_t ef, int64_t *ids,
                      size_t *found, struct limen_trace *trace, struct limen_error *error) {
  struct script *script = state;
  trace->found = trace->distances = script->n_seen;
  memcpy(trace->row, script->seen, script->n_seen * sizeof *trace->row);
  return read_off(state, query, k, ef, ids, found, error);
}

static int read_graph(void *state, struct limen_graph *out, struct limen_error *error) {
  const struct script *script = state;
  (void)error;
  *out = graph_of_matrix(script->nodes, script->links);
  return LIMEN_OK;
}

static const struct limen_engine with_graph = {
    .name = "script", .search = read_off, .trace = read_trace, .graph = read_graph};
static const struct limen_engine without_graph = {
    .name = "plain script", .search = read_off, .trace = read_trace};

static struct fixture fixture_of(const struct limen_engine *engine, struct script *script,
                                 size_t rows, size_t columns, const float *values, size_t k) {
  struct fixture f = {0};
  assert_int_equal(limen_matrix_init(&f.base, rows, columns, NULL), LIMEN_OK);
  assert_int_equal(limen_matrix_init(&f.queries, 1, columns, NULL), LIMEN_OK); /* at 0 */
  memcpy(f.base.values, values, rows * columns * sizeof *values);
  f.index = (struct limen_index){
      .engine = engine, .state = script, .rows = rows, .columns = columns, .base = &f.base};
  f.index.settings = limen_index_defaults;
  knn_of(&f, k);
  return f;
}

static void expect_record(const struct limen_miss_record *record, uint32_t row, size_t rank,
                          enum limen_miss reason, uint32_t bottleneck) {
  assert_int_equal(record->query, 0);
  assert_int_equal(record->row, row);
  assert_int_equal(record->rank, rank);
  assert_string_equal(limen_miss_name(record->reason), limen_miss_name(reason));
  assert_int_equal(record->bottleneck, bottleneck);
}

/* ---- reasons of the graph and the search ---- */

/* Rows on a line, row i the (i + 1)-th nearest. Searches see row 0 and no other; ef is 5, so that
 * the wider ones have 20 and all 22. */
static void test_by_measurement(void **state) {
  (void)state;
  enum { N = 22, K = 5 };
  float line[N];
  static bool links[N * N];
  memset(links, 0, sizeof links);
  for (size_t i = 0; i < N; i++) line[i] = 0.11f + 0.32f * (float)i;
  /* 1 lies behind 5; 2 behind 9, and behind 7 and 8; nothing leads to 3; 4 behind the last. */
  static const size_t from_to[][2] = {{0, 5}, {5, 1}, {0, 9},  {9, 2},  {0, 7},
                                      {7, 8}, {8, 2}, {0, 21}, {21, 4}, {3, 0}};
  for (size_t i = 0; i < sizeof from_to / sizeof *from_to; i++)
    links[from_to[i][0] * N + from_to[i][1]] = true;
  struct script script = {.nodes = N,
                          .links = links,
                          .answers = {{.ef = 5, .ids = {0, 5, -1}},
                                      {.ef = 20, .ids = {0, 1, 5, 7, -1}},
                                      {.ef = 22, .ids = {5, 7, 9, 1, 0, 8, 2, -1}}},
                          .seen = {0},
                          .n_seen = 1};
  struct fixture f = fixture_of(&with_graph, &script, N, 1, line, K);
  struct limen_miss_record out[K];
  attribute(&f, 5, 1e-6, (int64_t[K]){0, 5, -1, -1, -1}, out);
  expect_record(&out[0], 0, 1, LIMEN_MISS_NONE, 0);
  expect_record(&out[1], 1, 2, LIMEN_MISS_BUDGET, 6);
  expect_record(&out[2], 2, 3, LIMEN_MISS_INTERMEDIATE, 9);
  expect_record(&out[3], 3, 4, LIMEN_MISS_UNREACHABLE, 0);
  expect_record(&out[4], 4, 5, LIMEN_MISS_TRAPPED, 22);
  assert_int_equal(script.searches, 3);

  /* ef below k is k, as for the search. Ids that are no rows are nothing. */
  attribute(&f, 2, 1e-6, (int64_t[K]){0, 22, -7, INT64_MAX, -1}, out);
  expect_record(&out[1], 1, 2, LIMEN_MISS_BUDGET, 6);
  expect_record(&out[4], 4, 5, LIMEN_MISS_TRAPPED, 22);

  /* Nothing is missing: no search. All is found with 4 ef: no further one. */
  script.searches = 0;
  attribute(&f, 5, 1e-6, (int64_t[K]){4, 3, 2, 1, 0}, out);
  for (size_t i = 0; i < K; i++) expect_record(&out[i], (uint32_t)i, i + 1, LIMEN_MISS_NONE, 0);
  assert_int_equal(script.searches, 0);
  attribute(&f, 5, 1e-6, (int64_t[K]){4, 3, 2, -1, 0}, out);
  expect_record(&out[1], 1, 2, LIMEN_MISS_BUDGET, 6);
  assert_int_equal(script.searches, 2);

  /* Without a graph nothing is unreachable and nothing has a bottleneck. */
  f.index.engine = &without_graph;
  attribute(&f, 5, 1e-6, (int64_t[K]){0, 5, -1, -1, -1}, out);
  expect_record(&out[1], 1, 2, LIMEN_MISS_BUDGET, 0);
  expect_record(&out[3], 3, 4, LIMEN_MISS_TRAPPED, 0);
  fixture_clear(&f);
}

/* ---- reasons of the answer ---- */

/* Row 3 is a copy of row 2, rows 4 and 5 are as far away with other vectors. */
static const float plane[] = {0.11f, 0, 0.32f, 0, 0.57f, 0, 0.57f, 0, -0.57f, 0, 0, 0.57f, 0.9f, 0};

/* `reasons`: a letter each, None, Tie, Duplicate, Budget. */
static void expect_reasons(size_t k, const int64_t *answer, const char *reasons) {
  struct script script = {.nodes = 7, .answers = {{.ef = 7, .ids = {0, 1, 2, 3, 4, 5, 6, -1}}}};
  struct fixture f = fixture_of(&without_graph, &script, 7, 2, plane, k);
  struct limen_miss_record out[8];
  attribute(&f, 4, 1e-6, answer, out);
  for (size_t i = 0; i < k; i++)
    expect_record(&out[i], (uint32_t)i, i + 1,
                  reasons[i] == 'N'   ? LIMEN_MISS_NONE
                  : reasons[i] == 'T' ? LIMEN_MISS_TIE
                  : reasons[i] == 'D' ? LIMEN_MISS_DUPLICATE
                                      : LIMEN_MISS_BUDGET,
                  0);
  fixture_clear(&f);
}

static void test_in_its_place(void **state) {
  (void)state;
#define ANSWER(...) ((const int64_t[]){__VA_ARGS__})
  expect_reasons(3, ANSWER(0, 1, 2), "NNN");
  expect_reasons(3, ANSWER(0, 1, 3), "NND");
  expect_reasons(3, ANSWER(0, 1, 4), "NNT");
  expect_reasons(3, ANSWER(0, 1, 6), "NNB"); /* too far away for anything */
  /* Two fill-ins: the copy for what it copies, the tie for what is left, though that is nearer. */
  expect_reasons(3, ANSWER(4, 3, 0), "NTD");
  expect_reasons(3, ANSWER(3, 4, 0), "NTD");
  /* Ties go to the farthest first, and there are no more than fill-ins. */
  expect_reasons(3, ANSWER(5, -1, -1), "BBT");
  expect_reasons(3, ANSWER(5, 4, -1), "BTT");
  expect_reasons(3, ANSWER(5, 5, 5), "BBT"); /* an id fills one place once */
  expect_reasons(3, ANSWER(3, 3, 4), "BTD");
  expect_reasons(3, ANSWER(5, 4, 3), "TTD");
  /* The copy is a neighbour of its own: it takes nobody's place. */
  expect_reasons(4, ANSWER(0, 1, 2, 6), "NNNB");
  expect_reasons(4, ANSWER(0, 1, 2, 4), "NNNT");
  expect_reasons(1, ANSWER(1), "B");
}

/* The tolerance is of the distance, also where it is squared. */
static void test_tolerance(void **state) {
  (void)state;
  struct script script = {.nodes = 3, .answers = {{.ef = 3, .ids = {0, 1, 2, -1}}}};
  const float line[] = {1.1f, 1.21f, 1.3f};
  struct fixture f = fixture_of(&without_graph, &script, 3, 1, line, 1);
  struct limen_miss_record out[1];
  attribute(&f, 1, 0.1001, (int64_t[]){1}, out);
  expect_record(&out[0], 0, 1, LIMEN_MISS_TIE, 0);
  attribute(&f, 1, 0.0999, (int64_t[]){1}, out);
  expect_record(&out[0], 0, 1, LIMEN_MISS_BUDGET, 0);
  fixture_clear(&f);
}

/* ---- names and refusals ---- */

static void test_names(void **state) {
  (void)state;
  static const char *const names[] = {"found",  "tie",          "duplicate", "unreachable",
                                      "budget", "intermediate", "trapped"};
  for (size_t i = 0; i < LIMEN_MISSES; i++) assert_string_equal(limen_miss_name(i), names[i]);
  assert_null(limen_miss_name(LIMEN_MISSES));
  assert_int_equal(sizeof(struct limen_miss_record), 16);
}

static void expect_refusal(struct fixture *f, size_t ef, double tie, int status,
                           const char *words) {
  struct limen_miss_record out[3];
  struct limen_error error = {0};
  const int64_t answers[] = {6, -1, -1};
  assert_int_equal(limen_missed_attribute(&f->index, &f->base, &f->queries, &f->truth, ef, tie,
                                          answers, out, &error),
                   status);
  if (!strstr(error.text, words)) fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void test_refusals(void **state) {
  (void)state;
  struct script script = {.nodes = 7, .status = LIMEN_FAILED};
  struct fixture f = fixture_of(&without_graph, &script, 7, 2, plane, 3);
  expect_refusal(&f, 0, 0, LIMEN_USAGE, "ef is 0; it goes from 1 to 1000000");
  expect_refusal(&f, 4, 2, LIMEN_USAGE, "the tolerance of ties is 2");
  expect_refusal(&f, 4, NAN, LIMEN_USAGE, "the tolerance of ties is");
  expect_refusal(&f, 4, 0, LIMEN_FAILED, "query 0: the engine is out");
  script.status = LIMEN_OK;
  script.answers[0].ef = 7;
  script.answers[0].ids[0] = -1;
  limen_interrupt_set(true);
  expect_refusal(&f, 7, 0, LIMEN_INTERRUPTED, "interrupted");
  limen_interrupt_set(false);
  f.truth.ids[1] = 7;
  expect_refusal(&f, 4, 0, LIMEN_INPUT, "the truth of query 0 names row 7; the base has 7 rows");
  f.truth.k = 0;
  expect_refusal(&f, 4, 0, LIMEN_INPUT, "the truth has k = 0; the base has 7 rows");
  f.truth.queries = 2;
  expect_refusal(&f, 4, 0, LIMEN_INPUT, "the truth is of 2 queries, and there are 1");
  f.queries.columns = 1;
  expect_refusal(&f, 4, 0, LIMEN_INPUT, "the queries have 1 dimensions and the base has 2");
  f.index.rows = 8;
  expect_refusal(&f, 4, 0, LIMEN_INPUT, "the base is 7 x 2 and the index was built of 8 x 2");
  fixture_clear(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_measurement), cmocka_unit_test(test_in_its_place),
      cmocka_unit_test(test_tolerance),      cmocka_unit_test(test_names),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
