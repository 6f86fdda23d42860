/* What hnswlib does otherwise than one would think: each trap, and that nobody falls into it. */
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/sanitizer.h"
#include "base/threads.h"
#include "knn/distance.h"
#include "support/brute_knn.h"
#include "support/engine_data.h"

enum { ROWS = 1000, QUERIES = 20, COLUMNS = 7, K = 10 };

static const struct limen_engine *engine;
static struct limen_matrix base, queries;

static int setup(void **state) {
  (void)state;
  engine = limen_engine_find("hnswlib");
  base = clusters(ROWS, COLUMNS, "base");
  queries = clusters(QUERIES, COLUMNS, "queries");
  return engine ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
  return 0;
}

/* ---- answers ---- */

/* A search leaves its ef in the index; the next one must not use it. */
static void test_ef_is_not_kept(void **state) {
  (void)state;
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  settings.M = 3;
  struct limen_index fresh = index_of(engine, &base, 1, &settings);
  struct limen_index used = index_of(engine, &base, 1, &settings);
  int64_t ids[2 * K];
  size_t differ = 0;
  for (size_t q = 0; q < QUERIES; q++) {
    const float *query = queries.values + q * COLUMNS;
    size_t found;
    assert_int_equal(limen_index_search(&used, query, K, 500, ids, &found, NULL), LIMEN_OK);
    assert_int_equal(limen_index_search(&used, query, K, 10, ids + K, &found, NULL), LIMEN_OK);
    differ += memcmp(ids, ids + K, K * sizeof *ids) != 0;
    assert_int_equal(limen_index_search(&fresh, query, K, 10, ids, &found, NULL), LIMEN_OK);
    assert_memory_equal(ids, ids + K, K * sizeof *ids);
  }
  assert_true(differ > 0); /* so ef matters here */
  limen_index_clear(&fresh);
  limen_index_clear(&used);
}

/* Copies of one vector link to each other only, and cut the graph in two. */
static void test_fewer_than_k(void **state) {
  (void)state;
  struct limen_matrix copies = clusters(ROWS, COLUMNS, "base");
  for (size_t i = 0; i < 600; i++)
    memcpy(copies.values + i * COLUMNS, copies.values, COLUMNS * sizeof(float));
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  struct limen_index index = index_of(engine, &copies, 1, &settings);
  static int64_t ids[ROWS];
  size_t found = 0;
  struct limen_trace trace = {0};
  assert_int_equal(limen_index_search(&index, queries.values, ROWS, 1, ids, &found, NULL),
                   LIMEN_OK);
  assert_true(found > 0 && found < ROWS);
  for (size_t i = 0; i < ROWS; i++) assert_int_equal(ids[i] >= 0, i < found);
  assert_int_equal(limen_index_trace(&index, queries.values, ROWS, 1, ids, &found, &trace, NULL),
                   LIMEN_OK);
  assert_int_equal(trace.found, found); /* it looked at no more than it gave */
  limen_index_clear(&index);
  limen_matrix_clear(&copies);
}

static void test_ties_by_id(void **state) {
  (void)state;
  struct limen_matrix copies = clusters(ROWS, COLUMNS, "base");
  static const size_t equal[] = {17, 230, 231, 500, 999};
  for (size_t i = 0; i < 5; i++)
    memcpy(copies.values + equal[i] * COLUMNS, base.values + 17 * COLUMNS, COLUMNS * sizeof(float));
  for (uint64_t order = 0; order < 4; order++) {
    struct limen_index_settings settings = settings_of(LIMEN_L2);
    struct limen_index index = index_of(engine, &copies, order, &settings);
    int64_t ids[K];
    size_t found;
    assert_int_equal(
        limen_index_search(&index, base.values + 17 * COLUMNS, K, 100, ids, &found, NULL),
        LIMEN_OK);
    for (size_t i = 0; i < 5; i++) assert_int_equal(ids[i], equal[i]);
    limen_index_clear(&index);
  }
  limen_matrix_clear(&copies);
}

/* ---- levels ---- */

static struct limen_graph graph_of(const struct limen_index_settings *settings, uint64_t order) {
  struct limen_graph graph;
  struct limen_error error = {0};
  struct limen_index index = index_of(engine, &base, order, settings);
  if (limen_index_graph(&index, &graph, &error) != LIMEN_OK) fail_msg("%s", error.text);
  limen_index_clear(&index);
  return graph;
}

/* The library deals levels in the order of insertion: the i-th row gets the i-th level. */
static void test_levels_of_the_library(void **state) {
  (void)state;
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  settings.levels = LIMEN_LEVELS_LIBRARY;
  struct limen_graph plain = graph_of(&settings, 0), shuffled = graph_of(&settings, 1);
  size_t *order = order_of(ROWS, 1), differ = 0;
  for (size_t i = 0; i < ROWS; i++) {
    assert_int_equal(plain.inserted[i], i);
    assert_int_equal(shuffled.inserted[order[i]], i);
    assert_int_equal(shuffled.top[order[i]], plain.top[i]);
    differ += shuffled.top[i] != plain.top[i];
  }
  assert_true(differ > 50);
  limen_graph_clear(&shuffled);
  settings.level_seed = 2;
  shuffled = graph_of(&settings, 0);
  assert_memory_not_equal(shuffled.top, plain.top, ROWS);
  limen_graph_clear(&shuffled);
  limen_graph_clear(&plain);
  limen_free(order);
}

/* ---- traces, worked by hand ---- */

/* A seed that gives the first rows these levels at M 2. */
static uint64_t seed_for(const unsigned *levels, size_t rows) {
  for (uint64_t seed = 0; seed < 100000; seed++) {
    size_t i = 0;
    while (i < rows && limen_level_by_label(seed, i, 2) == levels[i]) i++;
    if (i == rows) return seed;
  }
  fail_msg("there is no such seed");
  return 0;
}

static struct limen_trace trace_line(const unsigned *levels, size_t rows, float query) {
  const double values[] = {0.11, 0.32, 0.57, 0.91};
  struct limen_matrix line = matrix_of_values(rows, 1, values);
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  settings.M = 2;
  settings.level_seed = seed_for(levels, rows);
  struct limen_index index = index_of(engine, &line, 0, &settings);
  struct limen_trace trace = {0};
  int64_t ids[4];
  size_t found;
  assert_int_equal(limen_index_trace(&index, &query, rows, rows, ids, &found, &trace, NULL),
                   LIMEN_OK);
  assert_int_equal(found, rows);
  limen_index_clear(&index);
  limen_matrix_clear(&line);
  return trace;
}

static void expect_counts(struct limen_trace trace, size_t distances, size_t hops, size_t found) {
  assert_int_equal(trace.distances, distances);
  assert_int_equal(trace.hops, hops);
  assert_int_equal(trace.found, found);
}

/* The entry is evaluated when it is entered and once more on level 0, where every row is evaluated
 * once and, with ef = n, followed once. */
static void test_counts_by_hand(void **state) {
  (void)state;
  expect_counts(trace_line((unsigned[]){0}, 1, 0.3f), 2, 1, 1);
  expect_counts(trace_line((unsigned[]){0, 0}, 2, 0.3f), 1 + 2, 2, 2);
  /* Row 1 is alone on level 1: a list without links is followed. */
  expect_counts(trace_line((unsigned[]){0, 1, 0}, 3, 0.3f), 1 + 3, 1 + 3, 3);
  /* Rows 0 and 2 are on level 1, row 0 is the entry: near it, its list is followed. */
  expect_counts(trace_line((unsigned[]){1, 0, 1}, 3, 0.1f), 1 + 1 + 3, 1 + 3, 3);
  /* Near row 2, that one's list is followed after it. */
  expect_counts(trace_line((unsigned[]){1, 0, 1}, 3, 0.6f), 1 + 1 + 1 + 3, 2 + 3, 3);
  /* The same below a level 2 that row 0 has alone. */
  expect_counts(trace_line((unsigned[]){2, 0, 1}, 3, 0.6f), 1 + 1 + 1 + 3, 1 + 2 + 3, 3);
}

/* ---- threads ---- */

static void test_threads(void **state) {
  (void)state;
  for (size_t threads = 2; threads <= 5; threads++) {
    struct limen_index_settings settings = settings_of(LIMEN_L2);
    settings.threads = threads;
    struct limen_graph graph = graph_of(&settings, threads); /* checked there */
    size_t *order = order_of(ROWS, threads);
    assert_int_equal(graph.inserted[order[0]], 0);
    for (size_t i = 0; i < ROWS; i++)
      assert_int_equal(graph.top[i], limen_level_by_label(settings.level_seed, i, settings.M));
    limen_graph_clear(&graph);
    limen_free(order);
    struct limen_index index = index_of(engine, &base, threads, &settings);
    size_t hits = 0;
    for (size_t q = 0; q < QUERIES; q++) {
      struct ranked *truth = rank_all(&base, LIMEN_L2, queries.values + q * COLUMNS);
      int64_t ids[K];
      size_t found;
      assert_int_equal(
          limen_index_search(&index, queries.values + q * COLUMNS, K, 100, ids, &found, NULL),
          LIMEN_OK);
      hits += common(ids, truth, K);
      limen_free(truth);
    }
    assert_true(hits >= QUERIES * K * 95 / 100);
    limen_index_clear(&index);
  }
}

static void test_interrupted(void **state) {
  (void)state;
  size_t *order = order_of(ROWS, 0);
  limen_interrupt_set(true);
  for (size_t threads = 1; threads <= 2; threads++) {
    struct limen_error error = {0};
    struct limen_index index;
    struct limen_index_settings settings = settings_of(LIMEN_L2);
    settings.threads = threads;
    int status = limen_index_build(engine, &base, order, &settings, &index, &error);
    expect_error(status, &error, LIMEN_INTERRUPTED, "interrupted after 1 of 1000 rows");
    assert_null(index.engine);
  }
  limen_interrupt_set(false);
  limen_free(order);
}

/* ---- memory ---- */

/* In a process that may grow a little more each time: the first builds fail before a row is in,
 * most in the middle of one, since every row takes memory of its own. 0 when all failed in words.
 */
static int build_in_little_memory(size_t threads) {
  enum { MANY = 50000, STEP = 1 << 18, STEPS = 400 };
  struct limen_matrix many = clusters(MANY, 2, "base");
  size_t *order = order_of(MANY, 0), failed = 0;
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  settings.ef_construction = settings.M = 2;
  settings.threads = threads;
  mallopt(M_ARENA_MAX, 1); /* or threads have room of their own */
  malloc_trim(0);
  FILE *about = fopen("/proc/self/statm", "r");
  unsigned long pages = 0;
  if (!about || fscanf(about, "%lu", &pages) != 1) return 1;
  fclose(about);
  for (size_t step = 0; step < STEPS; step++) {
    const rlim_t most = pages * (rlim_t)sysconf(_SC_PAGESIZE) + step * STEP;
    const struct rlimit limit = {most, RLIM_INFINITY};
    struct limen_error error = {0};
    struct limen_index index;
    if (setrlimit(RLIMIT_AS, &limit) != 0) return 2;
    int status = limen_index_build(engine, &many, order, &settings, &index, &error);
    if (status == LIMEN_OK) limen_index_clear(&index);
    malloc_trim(0);
    if (status == LIMEN_OK) return failed > 20 ? 0 : 3;
    if (status != LIMEN_FAILED || !strstr(error.text, "out of memory")) return 4;
    failed++;
  }
  return 5;
}

static void test_no_memory(void **state) {
  (void)state;
#ifdef LIMEN_ADDRESS_SANITIZER
  skip(); /* the sanitizer wants terabytes of address space for itself */
#endif
  for (size_t threads = 1; threads <= 2; threads++) {
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(build_in_little_memory(threads));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_memory), /* first: threads leave address space behind */
      cmocka_unit_test(test_ef_is_not_kept), cmocka_unit_test(test_fewer_than_k),
      cmocka_unit_test(test_ties_by_id),     cmocka_unit_test(test_levels_of_the_library),
      cmocka_unit_test(test_counts_by_hand), cmocka_unit_test(test_threads),
      cmocka_unit_test(test_interrupted),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
