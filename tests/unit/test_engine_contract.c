/* What every engine of the table keeps: answers, their order, the same again, traces, graphs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "knn/distance.h"
#include "knn/knn.h"
#include "support/engine_data.h"

enum { ROWS = 2000, QUERIES = 50, COLUMNS = 8, K = 10, EF = 64, METRICS = 3 };

static struct limen_matrix base, queries;

static int setup(void **state) {
  (void)state;
  base = clusters(ROWS, COLUMNS, "base");
  queries = clusters(QUERIES, COLUMNS, "queries");
  return 0;
}

static int teardown(void **state) {
  (void)state;
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
  return 0;
}

static const float *query_at(size_t q) { return queries.values + q * COLUMNS; }
static const float *row_at(int64_t id) { return base.values + (size_t)id * COLUMNS; }

/* What float32 arithmetic may be off by: a rounding for each term and each sum, each at most as
 * large as all terms together; twice, since two distances are compared. */
static double slack(enum limen_metric metric, const float *x, const float *y) {
  double terms = limen_product(x, x, COLUMNS) + limen_product(y, y, COLUMNS);
  if (metric == LIMEN_L2) terms *= 2;
  if (metric == LIMEN_COSINE) terms = 2;
  return 2 * (2 * COLUMNS + 4) * 0x1p-24 * (terms + 1);
}

/* ---- answers ---- */

static void expect_answer(enum limen_metric metric, const float *query, size_t k, size_t found,
                          const int64_t *ids) {
  bool seen[ROWS] = {0};
  double last = -INFINITY;
  assert_true(found <= k);
  for (size_t i = 0; i < found; i++) {
    assert_in_range(ids[i], 0, ROWS - 1);
    assert_false(seen[ids[i]]);
    seen[ids[i]] = true;
    double distance = limen_distance(metric, query, row_at(ids[i]), COLUMNS);
    assert_true(distance >= last - slack(metric, query, row_at(ids[i])));
    last = distance;
  }
  for (size_t i = found; i < k; i++) assert_int_equal(ids[i], -1);
}

/* Easy data: eight dimensions, M 16, where graphs reach 0.99 (inner products, the hardest) to 1.
 * The floor leaves a point below that for other libraries; the data are fixed, so nothing is
 * chance. */
static void expect_answers(const struct limen_engine *engine, enum limen_metric metric,
                           uint64_t order_seed) {
  struct limen_index_settings settings = settings_of(metric);
  struct limen_index index = index_of(engine, &base, order_seed, &settings);
  size_t hits = 0;
  for (size_t q = 0; q < QUERIES; q++) {
    int64_t ids[K];
    size_t found;
    struct ranked *truth = rank_all(&base, metric, query_at(q));
    assert_int_equal(limen_index_search(&index, query_at(q), K, EF, ids, &found, NULL), LIMEN_OK);
    expect_answer(metric, query_at(q), K, found, ids);
    assert_int_equal(found, K);
    hits += common(ids, truth, K);
    limen_free(truth);
  }
  const double recall = (double)hits / (QUERIES * K);
  if (!(recall >= 0.98))
    fail_msg("%s, %s: recall %g", engine->name, limen_metric_name((size_t)metric), recall);
  limen_index_clear(&index);
}

static void test_answers(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++)
    for (size_t m = 0; m < METRICS; m++)
      for (uint64_t order = 0; order < 2; order++)
        expect_answers(limen_engine_at(e), (enum limen_metric)m, order);
}

static void test_exact_is_exact(void **state) {
  (void)state;
  for (size_t m = 0; m < METRICS; m++) {
    const enum limen_metric metric = (enum limen_metric)m;
    struct limen_index_settings settings = settings_of(metric);
    struct limen_index index = index_of(limen_engine_find("exact"), &base, 1, &settings);
    int64_t *ids = limen_alloc(ROWS, sizeof *ids, NULL);
    for (size_t q = 0; q < QUERIES; q++) {
      size_t found;
      struct ranked *truth = rank_all(&base, metric, query_at(q));
      assert_int_equal(limen_index_search(&index, query_at(q), ROWS, 1, ids, &found, NULL),
                       LIMEN_OK);
      assert_int_equal(found, ROWS);
      for (size_t i = 0; i < ROWS; i++) assert_int_equal(ids[i], truth[i].id);
      limen_free(truth);
    }
    limen_free(ids);
    limen_index_clear(&index);
  }
}

/* Cosines that agree to the last bits, of rows of all lengths: rounded to unit length in float32
 * many of them would be one row. */
static void test_exact_tells_near_cosines(void **state) {
  (void)state;
  enum { NEAR = 200 };
  struct limen_matrix near;
  struct limen_knn truth;
  const struct limen_knn_settings wanted = {.k = NEAR, .metric = LIMEN_COSINE};
  struct limen_index_settings settings = settings_of(LIMEN_COSINE);
  int64_t ids[NEAR];
  size_t found = 0;
  assert_int_equal(limen_matrix_init(&near, NEAR, COLUMNS, NULL), LIMEN_OK);
  for (size_t i = 0; i < NEAR; i++)
    for (size_t c = 0; c < COLUMNS; c++) {
      const float off = (float)((i * 37 + c * 11) % 5) - 2;
      near.values[i * COLUMNS + c] = (float)(1 + i % 7) * (row_at(0)[c] + off * 0x1p-23f);
    }
  const struct limen_matrix one = {1, COLUMNS, queries.values};
  struct limen_vectors rows, query;
  limen_vectors_lend(&rows, &near);
  limen_vectors_lend(&query, &one);
  assert_int_equal(limen_knn_search(&rows, &query, &wanted, &truth, NULL), LIMEN_OK);
  struct limen_index index = index_of(limen_engine_find("exact"), &near, 1, &settings);
  assert_null(index.unit.values);
  assert_int_equal(limen_index_search(&index, query_at(0), NEAR, 1, ids, &found, NULL), LIMEN_OK);
  assert_int_equal(found, NEAR);
  assert_memory_equal(ids, truth.ids, sizeof ids);
  limen_index_clear(&index);
  limen_knn_clear(&truth);
  limen_matrix_clear(&near);
}

static void test_every_k(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++) {
    struct limen_index_settings settings = settings_of(LIMEN_L2);
    struct limen_index index = index_of(limen_engine_at(e), &base, 0, &settings);
    static int64_t ids[ROWS];
    const size_t ks[] = {1, 7, 300, ROWS}; /* ef is 5: it has to grow with k */
    for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) {
      size_t found = 0;
      assert_int_equal(limen_index_search(&index, query_at(i), ks[i], 5, ids, &found, NULL),
                       LIMEN_OK);
      expect_answer(LIMEN_L2, query_at(i), ks[i], found, ids);
      assert_true(found >= (ks[i] < ROWS ? ks[i] : ROWS - ROWS / 50));
    }
    assert_true(limen_index_bytes(&index) >= ROWS * COLUMNS * sizeof(float));
    limen_index_clear(&index);
  }
}

static void test_one_row(void **state) {
  (void)state;
  struct limen_matrix one = {1, COLUMNS, base.values};
  for (size_t e = 0; limen_engine_at(e); e++)
    for (size_t m = 0; m < METRICS; m++) {
      struct limen_index_settings settings = settings_of((enum limen_metric)m);
      struct limen_index index = index_of(limen_engine_at(e), &one, 0, &settings);
      int64_t id;
      size_t found;
      assert_int_equal(limen_index_search(&index, query_at(3), 1, 1, &id, &found, NULL), LIMEN_OK);
      assert_int_equal(found, 1);
      assert_int_equal(id, 0);
      limen_index_clear(&index);
    }
}

/* Two builds, and levels of both kinds; an index in another order is another index. */
static void test_same_again(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++)
    for (int levels = LIMEN_LEVELS_BY_LABEL; levels <= LIMEN_LEVELS_LIBRARY; levels++) {
      struct limen_index_settings settings = settings_of(LIMEN_L2);
      settings.levels = (enum limen_levels)levels;
      struct limen_index a = index_of(limen_engine_at(e), &base, 5, &settings);
      struct limen_index b = index_of(limen_engine_at(e), &base, 5, &settings);
      expect_same_answers(&a, &b, &queries, K, 12);
      expect_same_answers(&a, &b, &queries, K, 12); /* searching has not changed them */
      limen_index_clear(&a);
      limen_index_clear(&b);
    }
}

/* ---- traces ---- */

static void expect_trace(struct limen_index *index, const float *query, const uint32_t *row,
                         const struct limen_trace *trace, const int64_t *ids, size_t found) {
  bool seen[ROWS] = {0};
  int64_t again[K];
  size_t found_again;
  assert_int_equal(limen_index_search(index, query, K, 30, again, &found_again, NULL), LIMEN_OK);
  assert_int_equal(found, found_again);
  assert_memory_equal(ids, again, sizeof again);
  assert_true(trace->found >= found && trace->found <= ROWS);
  assert_true(trace->distances >= trace->found);
  for (size_t i = 0; i < trace->found; i++) {
    assert_in_range(row[i], 0, ROWS - 1);
    assert_false(seen[row[i]]);
    seen[row[i]] = true;
  }
  for (size_t i = 0; i < found; i++) assert_true(seen[ids[i]]);
  if (!index->engine->graph) return;
  assert_true(trace->distances < ROWS); /* so the graph was used */
  assert_true(trace->hops > 0);
}

static void test_trace(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++)
    for (size_t m = 0; m < METRICS; m++) {
      struct limen_index_settings settings = settings_of((enum limen_metric)m);
      struct limen_index index = index_of(limen_engine_at(e), &base, 1, &settings);
      for (size_t q = 0; q < QUERIES; q++) {
        uint32_t row[ROWS];
        int64_t ids[K];
        size_t found;
        struct limen_trace trace = {.row = row}, counts = {0};
        assert_int_equal(limen_index_trace(&index, query_at(q), K, 30, ids, &found, &trace, NULL),
                         LIMEN_OK);
        expect_trace(&index, query_at(q), row, &trace, ids, found);
        assert_int_equal(limen_index_trace(&index, query_at(q), K, 30, ids, &found, &counts, NULL),
                         LIMEN_OK);
        assert_int_equal(counts.distances, trace.distances);
        assert_int_equal(counts.found, trace.found);
        assert_int_equal(counts.hops, trace.hops);
      }
      limen_index_clear(&index);
    }
}

/* ---- graphs ---- */

static void expect_graph(struct limen_index *index) {
  struct limen_graph graph;
  struct limen_error error = {0};
  if (limen_index_graph(index, &graph, &error) != LIMEN_OK) fail_msg("%s", error.text);
  assert_int_equal(graph.nodes, ROWS);
  assert_int_equal(graph.M, index->settings.M);
  assert_int_equal(graph.most_links, 2 * index->settings.M);
  assert_true(graph.levels > 1);
  for (size_t i = 0; index->settings.levels == LIMEN_LEVELS_BY_LABEL && i < ROWS; i++)
    assert_int_equal(graph.top[i], limen_level_by_label(index->settings.level_seed, i, graph.M));
  bool seen[ROWS] = {0};
  for (size_t i = 0; graph.inserted && i < ROWS; i++) {
    assert_false(seen[graph.inserted[i]]);
    seen[graph.inserted[i]] = true;
  }
  assert_true(graph.level[0].offsets[ROWS] >= ROWS * index->settings.M / 4);
  limen_graph_clear(&graph);
  limen_graph_clear(&graph); /* twice is fine */
}

static void test_graph(void **state) {
  (void)state;
  for (size_t e = 0; limen_engine_at(e); e++)
    for (uint64_t order = 0; order < 2 && limen_engine_at(e)->graph; order++)
      for (int levels = LIMEN_LEVELS_BY_LABEL; levels <= LIMEN_LEVELS_LIBRARY; levels++) {
        struct limen_index_settings settings = settings_of(LIMEN_COSINE);
        settings.levels = (enum limen_levels)levels;
        settings.level_seed = 17;
        settings.M = 5;
        struct limen_index index = index_of(limen_engine_at(e), &base, order, &settings);
        expect_graph(&index);
        limen_index_clear(&index);
      }
}

/* ---- levels ---- */

/* Shares of M^-l, within five standard deviations of a count. */
static void test_levels_by_label(void **state) {
  (void)state;
  enum { DRAWS = 200000 };
  const size_t Ms[] = {2, 16, 1000};
  for (size_t i = 0; i < 3; i++) {
    size_t reach[LIMEN_LEVEL_MOST + 2] = {0};
    for (size_t row = 0; row < DRAWS; row++)
      for (unsigned l = 0; l <= limen_level_by_label(3, row, Ms[i]); l++) reach[l]++;
    assert_int_equal(reach[LIMEN_LEVEL_MOST + 1], 0);
    for (int l = 0; l <= LIMEN_LEVEL_MOST; l++) {
      const double p = pow((double)Ms[i], -l), wanted = DRAWS * p;
      assert_true(fabs((double)reach[l] - wanted) <= 5 * sqrt(wanted * (1 - p)) + 1);
    }
  }
  size_t differ = 0, shifted = 0;
  for (size_t row = 0; row < 10000; row++) {
    assert_int_equal(limen_level_by_label(9, row, 4), limen_level_by_label(9, row, 4));
    differ += limen_level_by_label(9, row, 4) != limen_level_by_label(10, row, 4);
    shifted += limen_level_by_label(9, row + 1, 4) !=
               limen_level_by_label(9 + 0x9e3779b97f4a7c15u, row, 4);
  }
  /* Two independent levels at M 4 differ with probability 1 - sum (3/4 4^-l)^2 = 0.4. */
  assert_in_range(differ, 3700, 4300);
  assert_in_range(shifted, 3700, 4300);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(limen_levels_name(LIMEN_LEVELS_BY_LABEL), "by_label");
  assert_string_equal(limen_levels_name(LIMEN_LEVELS_LIBRARY), "library");
  assert_null(limen_levels_name(2));
  assert_null(limen_engine_find("nothing"));
  assert_null(limen_engine_at(1000));
  assert_null(limen_engine_name(1000));
  for (size_t e = 0; limen_engine_at(e); e++) {
    assert_ptr_equal(limen_engine_find(limen_engine_name(e)), limen_engine_at(e));
    assert_true(strlen(limen_engine_at(e)->about) > 10);
    assert_int_equal(limen_engine_at(e)->save != NULL, limen_engine_at(e)->load != NULL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_exact_is_exact),
      cmocka_unit_test(test_exact_tells_near_cosines),
      cmocka_unit_test(test_every_k),
      cmocka_unit_test(test_one_row),
      cmocka_unit_test(test_same_again),
      cmocka_unit_test(test_trace),
      cmocka_unit_test(test_graph),
      cmocka_unit_test(test_levels_by_label),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
