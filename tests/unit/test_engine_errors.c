/* What is refused before an engine sees it, by every engine of the table, and in which words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/engine_data.h"

enum { ROWS = 60, COLUMNS = 5 };

static struct limen_matrix base;
static size_t *order;

static int setup(void **state) {
  (void)state;
  base = clusters(ROWS, COLUMNS, "base");
  order = order_of(ROWS, 1);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  limen_matrix_clear(&base);
  limen_free(order);
  return 0;
}

/* Every engine refuses the build, and leaves nothing behind. */
static void expect_no_build(const struct limen_matrix *matrix,
                            const struct limen_index_settings *settings, int wanted,
                            const char *words) {
  for (size_t e = 0; limen_engine_at(e); e++) {
    struct limen_error error = {0};
    struct limen_index index;
    int status = limen_index_build(limen_engine_at(e), matrix, order, settings, &index, &error);
    expect_error(status, &error, wanted, words);
    assert_null(index.engine);
    assert_null(index.unit.values);
    assert_null(index.query);
    assert_int_equal(limen_index_build(limen_engine_at(e), matrix, order, settings, &index, NULL),
                     wanted);
  }
}

static void test_settings(void **state) {
  (void)state;
  struct limen_index_settings settings = limen_index_defaults;
  settings.M = 1;
  expect_no_build(&base, &settings, LIMEN_USAGE,
                  "M is 1; an index has 2 to 1000 links a node, since one link makes chains");
  settings.M = 1001;
  expect_no_build(&base, &settings, LIMEN_USAGE, "M is 1001; an index has 2 to 1000 links a node");
  settings = limen_index_defaults;
  settings.ef_construction = 0;
  expect_no_build(&base, &settings, LIMEN_USAGE, "ef_construction is 0; it goes from 1 to 1000000");
  settings.ef_construction = 1000001;
  expect_no_build(&base, &settings, LIMEN_USAGE, "ef_construction is 1000001");
  settings = limen_index_defaults;
  settings.threads = 0;
  expect_no_build(&base, &settings, LIMEN_USAGE,
                  "0 threads were asked for; a build takes 1 to 4096");
  settings = limen_index_defaults;
  settings.metric = (enum limen_metric)3;
  expect_no_build(&base, &settings, LIMEN_USAGE, "metric number 3: there are l2, ip and cosine");
  settings = limen_index_defaults;
  settings.levels = (enum limen_levels)2;
  expect_no_build(&base, &settings, LIMEN_USAGE, "levels number 2: there are by_label and library");
}

static void test_base(void **state) {
  (void)state;
  struct limen_index_settings settings = limen_index_defaults;
  struct limen_matrix none = {0, COLUMNS, base.values}, narrow = {ROWS, 0, base.values};
  struct limen_matrix many = {(size_t)INT32_MAX + 1, COLUMNS, base.values};
  expect_no_build(&none, &settings, LIMEN_INPUT, "the base is empty: 0 rows of 5 values");
  expect_no_build(&narrow, &settings, LIMEN_INPUT, "the base is empty: 60 rows of 0 values");
  expect_no_build(&many, &settings, LIMEN_INPUT,
                  "the base has 2147483648 rows; the libraries number 2147483647 at most");
  const float bad[] = {NAN, INFINITY, -INFINITY};
  const char *const words[] = {"base row 8, column 2 is ", "base row 8, column 2 is inf",
                               "base row 8, column 2 is -inf"};
  const float kept = base.values[8 * COLUMNS + 2];
  for (size_t i = 0; i < 3; i++) {
    base.values[8 * COLUMNS + 2] = bad[i];
    expect_no_build(&base, &settings, LIMEN_INPUT, words[i]);
  }
  base.values[8 * COLUMNS + 2] = kept;
}

static void test_zero_rows(void **state) {
  (void)state;
  float kept[COLUMNS], *row = base.values + 33 * COLUMNS;
  struct limen_index_settings settings = settings_of(LIMEN_COSINE);
  memcpy(kept, row, sizeof kept);
  memset(row, 0, sizeof kept);
  row[1] = -0.0f;
  expect_no_build(&base, &settings, LIMEN_INPUT,
                  "base row 33 (counted from 0) is all zeros and has no cosine with anything");
  /* Elsewhere zeros are vectors like others. */
  for (size_t e = 0; limen_engine_at(e); e++)
    for (int metric = LIMEN_L2; metric <= LIMEN_IP; metric++) {
      settings = settings_of((enum limen_metric)metric);
      struct limen_index index = index_of(limen_engine_at(e), &base, 0, &settings);
      limen_index_clear(&index);
    }
  memcpy(row, kept, sizeof kept);
}

/* The shortest vectors there are still have a direction. */
static void test_tiny_rows(void **state) {
  (void)state;
  struct limen_matrix tiny = clusters(ROWS, COLUMNS, "base");
  struct limen_index_settings settings = settings_of(LIMEN_COSINE);
  for (size_t i = 0; i < ROWS * COLUMNS; i++) tiny.values[i] *= i % 2 ? 0x1p-140f : 0x1p-100f;
  for (size_t e = 0; limen_engine_at(e); e++) {
    struct limen_index index = index_of(limen_engine_at(e), &tiny, 0, &settings);
    int64_t id = -1;
    size_t found = 0;
    assert_int_equal(
        limen_index_search(&index, tiny.values + 7 * COLUMNS, 1, 60, &id, &found, NULL), LIMEN_OK);
    assert_int_equal(id, 7);
    limen_index_clear(&index);
  }
  limen_matrix_clear(&tiny);
}

/* Squared distances of float32 end at 2^128; those of the engine exact do not. */
static void test_long_rows(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++)
    for (size_t m = 0; limen_metric_name(m); m++) {
      const struct limen_engine *engine = limen_engine_at(e);
      struct limen_index_settings settings = settings_of((enum limen_metric)m);
      struct limen_matrix matrix = clusters(ROWS, COLUMNS, "base");
      struct limen_error error = {0};
      struct limen_index index;
      int64_t id = -1;
      size_t found = 0;
      float *row = matrix.values + 33 * COLUMNS, query[COLUMNS] = {-1e30f, 1, 1, 1, 1};
      const bool refuses = !engine->float64 && m != LIMEN_COSINE;
      row[0] = 0x1p62f, row[1] = -0x1.fcp61f; /* together 0.996 times as long as may be */
      index = index_of(engine, &matrix, 1, &settings);
      int status = limen_index_search(&index, row, 1, 60, &id, &found, &error);
      assert_int_equal(status, LIMEN_OK);
      assert_int_equal(id, 33);
      status = limen_index_search(&index, query, 1, 60, &id, &found, &error);
      if (refuses)
        expect_error(status, &error, LIMEN_INPUT,
                     "the query has the length 1e+30; beyond 6.52e+18 distances overflow float32");
      else
        assert_int_equal(status, LIMEN_OK);
      limen_index_clear(&index);
      row[1] = -0x1p62f;
      row[2] = 0x1p55f;
      status = limen_index_build(engine, &matrix, order, &settings, &index, &error);
      if (refuses)
        expect_error(
            status, &error, LIMEN_INPUT,
            "base row 33 (counted from 0) has the length 6.52e+18; beyond 6.52e+18 "
            "distances overflow float32: scale all vectors down, or take the engine exact");
      else
        assert_int_equal(status, LIMEN_OK);
      limen_index_clear(&index);
      limen_matrix_clear(&matrix);
    }
}

static void test_order(void **state) {
  (void)state;
  struct limen_index_settings settings = limen_index_defaults;
  const size_t kept = order[40];
  order[40] = ROWS;
  expect_no_build(&base, &settings, LIMEN_INPUT,
                  "the order's entry 40 is row 60; the base has rows 0 to 59");
  order[40] = order[2];
  char words[96];
  snprintf(words, sizeof words, "the order's entry 40 is row %zu, which was there before",
           order[2]);
  expect_no_build(&base, &settings, LIMEN_INPUT, words);
  order[40] = kept;
}

static void expect_no_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                             int wanted, const char *words) {
  struct limen_error error = {0}, traced = {0};
  struct limen_trace trace = {0};
  int64_t ids[ROWS + 1];
  size_t found;
  int status = limen_index_search(index, query, k, ef, ids, &found, &error);
  expect_error(status, &error, wanted, words);
  status = limen_index_trace(index, query, k, ef, ids, &found, &trace, &traced);
  expect_error(status, &traced, wanted, words);
}

static void test_searches(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++) {
    struct limen_index_settings settings = settings_of(LIMEN_COSINE);
    struct limen_index index = index_of(limen_engine_at(e), &base, 0, &settings);
    float query[COLUMNS] = {0.11f, 0.32f, 0.57f, -1, 2};
    expect_no_search(&index, query, 0, 10, LIMEN_USAGE, "k is 0; the index has 60 rows");
    expect_no_search(&index, query, ROWS + 1, 10, LIMEN_USAGE, "k is 61; the index has 60 rows");
    expect_no_search(&index, query, 3, 0, LIMEN_USAGE, "ef is 0; it goes from 1 to 1000000");
    expect_no_search(&index, query, 3, 1000001, LIMEN_USAGE, "ef is 1000001");
    query[4] = INFINITY;
    expect_no_search(&index, query, 3, 10, LIMEN_INPUT,
                     "the query's column 4 (counted from 0) is inf");
    query[1] = -INFINITY;
    expect_no_search(&index, query, 3, 10, LIMEN_INPUT,
                     "the query's column 1 (counted from 0) is -inf");
    memset(query, 0, sizeof query);
    expect_no_search(&index, query, 3, 10, LIMEN_INPUT,
                     "the query is all zeros and has no cosine with anything");
    limen_index_clear(&index);
  }
}

static void test_what_exact_has_not(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_graph graph;
  struct limen_index_settings settings = limen_index_defaults;
  struct limen_index index = index_of(limen_engine_find("exact"), &base, 0, &settings);
  int status = limen_index_graph(&index, &graph, &error);
  expect_error(status, &error, LIMEN_USAGE, "the engine exact has no graph");
  limen_graph_clear(&graph);
  status = limen_index_save(&index, "/tmp/never", &error);
  expect_error(status, &error, LIMEN_USAGE, "indexes of the engine exact cannot be saved");
  limen_index_clear(&index);
  limen_index_clear(&index); /* twice is fine */
  static const char *const names[] = {"exact", "hnswlib"};
  settings.factory = "HNSW16,Flat";
  for (size_t i = 0; i < 2; i++) {
    char words[64];
    status =
        limen_index_build(limen_engine_find(names[i]), &base, order, &settings, &index, &error);
    snprintf(words, sizeof words, "the engine %s has no factory", names[i]);
    expect_error(status, &error, LIMEN_USAGE, words);
  }
}

/* ---- graphs ---- */

/* Three nodes; node 1 reaches level 1 and is the entry. */
static void test_graph_check(void **state) {
  (void)state;
  size_t first[] = {0, 2, 4, 5}, second[] = {0, 0, 0, 0};
  uint32_t links[] = {1, 2, 0, 2, 1}, none[1], inserted[] = {2, 0, 1};
  uint8_t top[] = {0, 1, 0};
  struct limen_graph_level level[] = {{first, links}, {second, none}};
  struct limen_graph graph = {.nodes = 3,
                              .M = 1,
                              .most_links = 2,
                              .entry = 1,
                              .top = top,
                              .inserted = inserted,
                              .levels = 2,
                              .level = level};
  struct limen_error error = {0};
#define EXPECT_BROKEN(what, broken, whole, words)                                \
  do {                                                                           \
    what = broken;                                                               \
    expect_error(limen_graph_check(&graph, &error), &error, LIMEN_INPUT, words); \
    what = whole;                                                                \
    assert_int_equal(limen_graph_check(&graph, NULL), LIMEN_OK);                 \
  } while (0)
  assert_int_equal(limen_graph_check(&graph, &error), LIMEN_OK);
  EXPECT_BROKEN(links[3], 3, 2, "level 0, node 1 links to node 3; there are 3 nodes");
  EXPECT_BROKEN(links[3], 1, 2, "level 0, node 1 links to itself");
  EXPECT_BROKEN(graph.most_links, 1, 2, "level 0, node 0 has 2 links; the most is 1");
  EXPECT_BROKEN(first[1], 5, 2, "level 0, node 0 has 5 links; the most is 2");
  EXPECT_BROKEN(first[2], 1, 4, "level 0, node 1: its links end before they start");
  EXPECT_BROKEN(first[0], 1, 0, "level 0: the first link is number 1, not 0");
  EXPECT_BROKEN(graph.entry, 3, 1, "searches start at node 3; there are 3 nodes");
  EXPECT_BROKEN(graph.entry, 2, 1, "searches start at node 2, whose highest level is 0 of 2");
  EXPECT_BROKEN(top[2], 2, 0, "node 2 is on level 2; there are 2 levels");
  EXPECT_BROKEN(inserted[0], 3, 2, "node 0 was inserted as number 3 of 3");
  EXPECT_BROKEN(graph.nodes, 0, 3, "the graph has 0 nodes on 2 levels");
  second[3] = 1; /* node 2 has a link on level 1 */
  none[0] = 1;
  expect_error(limen_graph_check(&graph, &error), &error, LIMEN_INPUT,
               "level 1, node 2 has links there, and its highest level is 0");
  second[2] = 1; /* now it is node 1 */
  none[0] = 0;
  expect_error(limen_graph_check(&graph, &error), &error, LIMEN_INPUT,
               "level 1, node 1 links to node 0, whose highest level is 0");
#undef EXPECT_BROKEN
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_settings),    cmocka_unit_test(test_base),
      cmocka_unit_test(test_zero_rows),   cmocka_unit_test(test_tiny_rows),
      cmocka_unit_test(test_long_rows),   cmocka_unit_test(test_order),
      cmocka_unit_test(test_searches),    cmocka_unit_test(test_what_exact_has_not),
      cmocka_unit_test(test_graph_check),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
