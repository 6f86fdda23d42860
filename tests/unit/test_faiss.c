/* The engine faiss: whose levels it takes, which orders survive it, what its searches looked at,
 * and what it says to what it cannot do. Without FAISS the tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "engines/engine.h"
#include "unit/scratch.h"

enum { D = 7, EF_CONSTRUCTION = 40 };

static const struct limen_engine *faiss(void) {
  const struct limen_engine *engine = limen_engine_find("faiss");
  if (!engine) {
    print_message("skipped: this program was built without FAISS\n");
    skip();
  }
  return engine;
}

static struct limen_matrix gaussian(size_t rows, uint64_t seed) {
  struct limen_matrix matrix;
  gsl_rng *rng = limen_rng_alloc(seed, "test/faiss", NULL);
  assert_int_equal(limen_matrix_init(&matrix, rows, D, NULL), LIMEN_OK);
  for (size_t i = 0; i < rows * D; i++) matrix.values[i] = (float)gsl_ran_gaussian(rng, 1);
  limen_rng_free(rng);
  return matrix;
}

/* Every row once: multiples of a number that shares no factor with n. */
static size_t *strided(size_t n, size_t stride) {
  size_t *order = limen_alloc(n, sizeof *order, NULL);
  for (size_t i = 0; i < n; i++) order[i] = i * stride % n;
  return order;
}

static struct limen_index_settings with(size_t M, size_t batch) {
  struct limen_index_settings settings = limen_index_defaults;
  settings.M = M;
  settings.ef_construction = EF_CONSTRUCTION;
  settings.batch = batch;
  return settings;
}

static struct limen_index built(const struct limen_matrix *base, const size_t *order,
                                const struct limen_index_settings *settings) {
  struct limen_index index;
  struct limen_error error = {0};
  int status = limen_index_build(faiss(), base, order, settings, &index, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return index;
}

static struct limen_graph graph_of(struct limen_index *index) {
  struct limen_graph graph;
  struct limen_error error = {0};
  int status = limen_index_graph(index, &graph, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return graph;
}

/* Same links in the same sequence; only the insertion may differ. */
static bool same_links(const struct limen_graph *a, const struct limen_graph *b) {
  if (a->nodes != b->nodes || a->levels != b->levels || a->entry != b->entry || a->M != b->M ||
      a->most_links != b->most_links || memcmp(a->top, b->top, a->nodes) != 0)
    return false;
  for (size_t l = 0; l < a->levels; l++) {
    const struct limen_graph_level *x = &a->level[l], *y = &b->level[l];
    if (memcmp(x->offsets, y->offsets, (a->nodes + 1) * sizeof *x->offsets) != 0 ||
        memcmp(x->links, y->links, x->offsets[a->nodes] * sizeof *x->links) != 0)
      return false;
  }
  return true;
}

/* ---- levels ---- */

static void expect_levels(const struct limen_graph *graph, uint64_t seed, size_t M) {
  assert_int_equal(graph->M, M);
  assert_int_equal(graph->most_links, 2 * M);
  for (size_t row = 0; row < graph->nodes; row++)
    if (graph->top[row] != limen_level_by_label(seed, row, M))
      fail_msg("row %zu is on level %d, not %u", row, graph->top[row],
               limen_level_by_label(seed, row, M));
}

static void test_levels_by_label(void **state) {
  (void)state;
  static const size_t strides[] = {1, 199, 37};
  static const char *const factories[] = {NULL, "HNSW5,Flat", "PCA3,HNSW5,Flat", "HNSW5,SQ8"};
  struct limen_matrix base = gaussian(311, 1);
  for (size_t i = 0; i < 3; i++)
    for (size_t f = 0; f < 4; f++) {
      size_t *order = strided(base.rows, strides[i]);
      struct limen_index_settings settings = with(f == 0 ? 3 : 16, i == 2 ? 50 : i);
      settings.level_seed = 20 + i;
      settings.factory = factories[f];
      struct limen_index index = built(&base, order, &settings);
      struct limen_graph graph = graph_of(&index);
      assert_true(graph.levels > 2);
      expect_levels(&graph, 20 + i, f == 0 ? 3 : 5); /* the factory's M counts */
      limen_graph_clear(&graph);
      limen_index_clear(&index);
      limen_free(order);
    }
  limen_matrix_clear(&base);
}

/* FAISS has tables for levels with a probability above 1e-9, 7 of them at M = 16; this seed gives
 * row 11 the highest there is. */
static void test_levels_beyond_the_tables(void **state) {
  (void)state;
  const uint64_t seed = 15390064480873446722u;
  struct limen_matrix base = gaussian(60, 2);
  size_t *order = strided(60, 7);
  struct limen_index_settings settings = with(16, 0);
  settings.level_seed = seed;
  assert_true(limen_level_by_label(seed, 11, 16) > 9);
  struct limen_index index = built(&base, order, &settings);
  struct limen_graph graph = graph_of(&index);
  expect_levels(&graph, seed, 16);
  assert_int_equal(graph.entry, 11);
  limen_graph_clear(&graph);
  limen_index_clear(&index);
  limen_free(order);
  limen_matrix_clear(&base);
}

static void test_levels_of_the_library(void **state) {
  (void)state;
  struct limen_matrix base = gaussian(400, 3);
  size_t *order = strided(400, 1);
  struct limen_graph graphs[3];
  static const uint64_t seeds[] = {5, 5, 6};
  for (size_t i = 0; i < 3; i++) {
    struct limen_index_settings settings = with(4, 0);
    settings.levels = LIMEN_LEVELS_LIBRARY;
    settings.level_seed = seeds[i];
    struct limen_index index = built(&base, order, &settings);
    graphs[i] = graph_of(&index);
    limen_index_clear(&index);
  }
  assert_true(same_links(&graphs[0], &graphs[1]));
  assert_memory_not_equal(graphs[0].top, graphs[2].top, 400);
  for (size_t i = 0; i < 3; i++) limen_graph_clear(&graphs[i]);
  limen_free(order);
  limen_matrix_clear(&base);
}

/* ---- orders ---- */

/* With one row a call the order is kept. With all rows in one call it is gone, and what the graph
 * tells of the sequence is true: fed row by row in that sequence, the library makes the same links.
 */
static void test_orders(void **state) {
  (void)state;
  enum { N = 700 };
  static const size_t batches[] = {0, 1, 64};
  struct limen_matrix base = gaussian(N, 4);
  size_t *order = strided(N, 107), *sequence = limen_alloc(N, sizeof *sequence, NULL);
  for (size_t b = 0; b < 3; b++) {
    struct limen_index_settings settings = with(6, batches[b]);
    struct limen_index index = built(&base, order, &settings);
    struct limen_graph graph = graph_of(&index);
    size_t kept = 0, within = 0;
    for (size_t i = 0; i < N; i++) {
      const size_t turn = graph.inserted[order[i]];
      kept += turn == i;
      within += turn / 64 == i / 64;
      sequence[turn] = order[i];
    }
    limen_index_clear(&index);
    if (batches[b] == 1) assert_int_equal(kept, N);
    if (batches[b] == 0) assert_true(kept < N / 50);
    if (batches[b] == 0) assert_true(within < N / 2);
    if (batches[b] == 64) assert_true(kept < N / 10 && within == N);

    settings.batch = 1;
    struct limen_index again = built(&base, sequence, &settings);
    struct limen_graph one_by_one = graph_of(&again);
    assert_true(same_links(&graph, &one_by_one));
    assert_memory_equal(graph.inserted, one_by_one.inserted, N * sizeof *graph.inserted);
    limen_graph_clear(&one_by_one);
    limen_index_clear(&again);

    struct limen_index other = built(&base, order, &settings); /* row by row in the given order */
    one_by_one = graph_of(&other);
    assert_true(same_links(&graph, &one_by_one) == (batches[b] == 1));
    limen_graph_clear(&one_by_one);
    limen_index_clear(&other);
    limen_graph_clear(&graph);
  }
  limen_free(order);
  limen_free(sequence);
  limen_matrix_clear(&base);
}

static void test_several_threads_tell_no_sequence(void **state) {
  (void)state;
  struct limen_matrix base = gaussian(500, 5);
  size_t *order = strided(500, 3);
  struct limen_index_settings settings = with(6, 0);
  settings.threads = 2;
  struct limen_index index = built(&base, order, &settings);
  struct limen_graph graph = graph_of(&index);
  assert_null(graph.inserted);
  expect_levels(&graph, settings.level_seed, 6);
  limen_graph_clear(&graph);
  limen_index_clear(&index);
  limen_free(order);
  limen_matrix_clear(&base);
}

/* ---- answers ---- */

/* How many of the k are those of the exact engine, over 20 queries; every row at most once, and the
 * trace answers alike, from rows that it saw. */
static size_t hits(const struct limen_matrix *base, const struct limen_index_settings *settings,
                   size_t k, size_t ef, size_t *distances) {
  enum { QUERIES = 20, K_MOST = 10 };
  struct limen_matrix queries = gaussian(QUERIES, 99);
  size_t *order = strided(base->rows, 1), count = 0;
  uint32_t *row = limen_alloc(base->rows, sizeof *row, NULL);
  bool *seen = limen_alloc(base->rows, sizeof *seen, NULL);
  struct limen_index_settings plain = *settings;
  struct limen_index exact, index = built(base, order, settings);
  plain.factory = NULL;
  assert_int_equal(limen_index_build(limen_engine_find("exact"), base, order, &plain, &exact, NULL),
                   LIMEN_OK);
  *distances = 0;
  for (size_t q = 0; q < QUERIES; q++) {
    const float *query = queries.values + q * D;
    int64_t truth[K_MOST], ids[K_MOST], again[K_MOST];
    size_t found = 0;
    struct limen_trace trace = {.row = row};
    assert_int_equal(limen_index_search(&exact, query, k, k, truth, &found, NULL), LIMEN_OK);
    assert_int_equal(limen_index_search(&index, query, k, ef, ids, &found, NULL), LIMEN_OK);
    assert_int_equal(found, k);
    assert_int_equal(limen_index_trace(&index, query, k, ef, again, &found, &trace, NULL),
                     LIMEN_OK);
    assert_memory_equal(ids, again, k * sizeof *ids);
    memset(seen, 0, base->rows);
    assert_true(trace.found <= base->rows && trace.distances >= trace.found);
    for (size_t i = 0; i < trace.found; i++) {
      assert_false(seen[row[i]]);
      seen[row[i]] = true;
    }
    for (size_t i = 0; i < k; i++) {
      assert_true(seen[ids[i]]);
      for (size_t j = 0; j < k; j++) count += ids[i] == truth[j];
    }
    *distances += trace.distances;
  }
  limen_index_clear(&index);
  limen_index_clear(&exact);
  limen_matrix_clear(&queries);
  limen_free(order);
  limen_free(row);
  limen_free(seen);
  return count;
}

/* All metrics, all factories that a trace knows: with enough ef the answer is the exact one. */
static void test_answers(void **state) {
  (void)state;
  enum { N = 600, ALL = 20 * 10 };
  static const char *const factories[] = {NULL, "HNSW7", "Flat", "IVF9,Flat"};
  struct limen_matrix base = gaussian(N, 6);
  faiss();
  for (size_t m = 0; limen_metric_name(m); m++)
    for (size_t f = 0; f < 4; f++) {
      size_t all = 0, few = 0;
      struct limen_index_settings settings = with(12, 0);
      settings.metric = (enum limen_metric)m;
      settings.factory = factories[f];
      const size_t exact = hits(&base, &settings, 10, N, &all);
      /* An inner product is no distance: HNSW leaves nodes behind that no link leads to. */
      if (exact < (m == LIMEN_IP && f < 2 ? ALL * 8 / 10 : ALL))
        fail_msg("%s, %s: %zu of %d", limen_metric_name(m), factories[f], exact, ALL);
      assert_true(all >= exact);
      const size_t some = hits(&base, &settings, 3, 3, &few);
      assert_true(some > 20);
      if (f == 2) assert_true(all == 20 * N && few == 20 * N && some == 60);
      if (f == 3) assert_true(all == 20 * N);
      if (f != 2) assert_true(few < 20 * N * 2 / 3); /* the index was used */
    }
  limen_matrix_clear(&base);
}

/* With ef as large as the base a search follows the links of every node that it comes to. */
static void test_hops(void **state) {
  (void)state;
  enum { N = 150 };
  struct limen_matrix base = gaussian(N, 7);
  size_t *order = strided(N, 1);
  struct limen_index_settings settings = with(30, 1);
  struct limen_trace trace = {0}, less = {0};
  int64_t id;
  size_t found, level_seed = 1;
  for (bool flat = false; !flat; level_seed++) { /* levels that are all 0 */
    flat = true;
    for (size_t i = 0; i < N; i++) flat = flat && limen_level_by_label(level_seed, i, 30) == 0;
    settings.level_seed = level_seed;
  }
  struct limen_index index = built(&base, order, &settings);
  assert_int_equal(limen_index_trace(&index, base.values, 1, N, &id, &found, &trace, NULL),
                   LIMEN_OK);
  assert_int_equal(id, 0);
  assert_int_equal(trace.found, N);
  assert_int_equal(trace.distances, N);
  assert_int_equal(trace.hops, N);
  assert_int_equal(limen_index_trace(&index, base.values, 1, 5, &id, &found, &less, NULL),
                   LIMEN_OK);
  assert_true(less.hops >= 5 && less.hops < N && less.found <= N);
  limen_index_clear(&index);

  base.rows = 1; /* a graph of one node, whose empty list is looked at */
  index = built(&base, order, &settings);
  assert_int_equal(limen_index_trace(&index, base.values, 1, 1, &id, &found, &trace, NULL),
                   LIMEN_OK);
  assert_int_equal(trace.distances, 1);
  assert_int_equal(trace.found, 1);
  assert_int_equal(trace.hops, 1);
  limen_index_clear(&index);
  base.rows = N;
  limen_matrix_clear(&base);
  limen_free(order);
}

/* On upper levels too: one node up there, from which a search goes down. Its list up there is
 * empty and followed once; its distance is carried down and not evaluated again. */
static void test_hops_from_above(void **state) {
  (void)state;
  enum { N = 60 };
  struct limen_matrix base = gaussian(N, 8);
  size_t *order = strided(N, 1), found = 0, above = 0;
  struct limen_index_settings settings = with(30, 1);
  struct limen_trace trace = {0};
  int64_t id;
  for (settings.level_seed = 0; above != 1;) {
    settings.level_seed++;
    above = 0;
    for (size_t i = 0; i < N; i++) above += limen_level_by_label(settings.level_seed, i, 30);
  }
  struct limen_index index = built(&base, order, &settings);
  assert_int_equal(limen_index_trace(&index, base.values, 1, N, &id, &found, &trace, NULL),
                   LIMEN_OK);
  assert_int_equal(trace.found, N);
  assert_int_equal(trace.distances, N);
  assert_int_equal(trace.hops, N + 1);
  limen_index_clear(&index);
  limen_matrix_clear(&base);
  limen_free(order);
}

static void test_fewer_than_k(void **state) {
  (void)state;
  struct limen_matrix base = gaussian(40, 9);
  size_t *order = strided(40, 1), found = 99;
  struct limen_index_settings settings = with(4, 0);
  struct limen_trace trace = {0};
  int64_t ids[30];
  settings.factory = "IVF8,Flat";
  struct limen_index index = built(&base, order, &settings);
  /* One list of eight cannot hold 30 of 40 rows here; the engine itself is asked, which does not
   * raise ef to k. */
  assert_int_equal(index.engine->trace(index.state, base.values, 30, 1, ids, &found, &trace, NULL),
                   LIMEN_OK);
  assert_true(found > 0 && found < 30);
  assert_int_equal(found, trace.found);
  assert_int_equal(trace.distances, trace.found);
  assert_true(trace.hops == SIZE_MAX);
  assert_int_equal(ids[0], 0);
  for (size_t i = found; i < 30; i++) assert_int_equal(ids[i], -1);
  limen_index_clear(&index);
  limen_matrix_clear(&base);
  limen_free(order);
}

/* ---- files ---- */

static void test_files(void **state) {
  (void)state;
  static const char *const factories[] = {NULL, "HNSW9,Flat", "Flat"};
  struct limen_matrix base = gaussian(300, 10);
  size_t *order = strided(300, 77);
  for (size_t m = 0; limen_metric_name(m); m++)
    for (size_t f = 0; f < 3; f++) {
      struct limen_index_settings settings = with(5, 20);
      struct limen_error error = {0};
      settings.metric = (enum limen_metric)m;
      settings.factory = factories[f];
      struct limen_index index = built(&base, order, &settings), loaded;
      assert_true(limen_index_bytes(&index) > 300 * D * sizeof(float));
      int status = limen_index_save(&index, at("a.index"), &error);
      if (status == LIMEN_OK) status = limen_index_load(at("a.index"), &base, &loaded, &error);
      assert_string_equal(error.text, "");
      assert_int_equal(status, LIMEN_OK);
      assert_int_equal(limen_index_bytes(&index), limen_index_bytes(&loaded));
      for (size_t q = 0; q < 10; q++) {
        int64_t a[5], b[5];
        size_t found;
        const float *query = base.values + q * D;
        assert_int_equal(limen_index_search(&index, query, 5, 7, a, &found, NULL), LIMEN_OK);
        assert_int_equal(limen_index_search(&loaded, query, 5, 7, b, &found, NULL), LIMEN_OK);
        assert_memory_equal(a, b, sizeof a);
      }
      if (f < 2) {
        struct limen_graph a = graph_of(&index), b = graph_of(&loaded);
        assert_true(same_links(&a, &b));
        assert_memory_equal(a.inserted, b.inserted, 300 * sizeof *a.inserted);
        limen_graph_clear(&a);
        limen_graph_clear(&b);
      }
      limen_index_clear(&index);
      limen_index_clear(&loaded);
    }
  limen_matrix_clear(&base);
  limen_free(order);
}

/* ---- refusals ---- */

static void expect_text(const struct limen_error *error, int status, const char *text) {
  if (error->status != status || !strstr(error->text, text))
    fail_msg("status %d, \"%s\"; expected %d, \"%s\"", error->status, error->text, status, text);
}

static void test_refused_factories(void **state) {
  (void)state;
  static const struct {
    const char *factory, *text;
    int status;
  } cases[] = {
      {"Bogus", "factory Bogus: FAISS says: could not parse index string Bogus", LIMEN_USAGE},
      {"HNSW1,Flat", "factory HNSW1,Flat: M is 1; 2 to 1000 are possible", LIMEN_USAGE},
      {"HNSW0", "M is 0; 2 to 1000 are possible", LIMEN_USAGE},
      {"PCA2,HNSW99999999999999999999,Flat", "M is 99999999999999999999; 2", LIMEN_USAGE},
      {"IVF4_HNSW1001,Flat", "M is 1001; 2 to 1000", LIMEN_USAGE},
      {"IVF51,Flat", "factory IVF51,Flat: 51 lists need as many rows; there are 50", LIMEN_USAGE},
      {"PQ3", "factory PQ3: FAISS says: ", LIMEN_USAGE},    /* 7 columns are not cut by 3 */
      {"IVF4,PQ7", "building: FAISS says: ", LIMEN_FAILED}, /* 256 codes from 50 rows */
  };
  struct limen_matrix base = gaussian(50, 11);
  size_t *order = strided(50, 1);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_index_settings settings = with(4, 0);
    struct limen_index index;
    struct limen_error error = {0};
    settings.factory = cases[i].factory;
    assert_int_equal(limen_index_build(faiss(), &base, order, &settings, &index, &error),
                     cases[i].status);
    expect_text(&error, cases[i].status, cases[i].text);
    assert_null(index.engine);
  }
  limen_matrix_clear(&base);
  limen_free(order);
}

static void test_refused_uses(void **state) {
  (void)state;
  struct limen_matrix base = gaussian(50, 12);
  size_t *order = strided(50, 1), found;
  struct limen_index_settings settings = with(4, 0);
  struct limen_error error = {0};
  struct limen_graph graph;
  struct limen_trace trace = {0};
  int64_t id;
  settings.factory = "IVF4,Flat";
  struct limen_index index = built(&base, order, &settings);
  assert_int_equal(limen_index_graph(&index, &graph, &error), LIMEN_USAGE);
  expect_text(&error, LIMEN_USAGE, "FAISS's IVF4,Flat has no graph that is read; HNSW4,Flat has");
  assert_int_equal(limen_index_save(&index, at("ivf.index"), &error), LIMEN_USAGE);
  expect_text(&error, LIMEN_USAGE, "FAISS's IVF4,Flat is not saved: only HNSW over flat vectors");
  assert_false(limen_file_exists(at("ivf.index")));
  limen_index_clear(&index);

  settings.factory = "PCA2,HNSW4,Flat";
  index = built(&base, order, &settings);
  assert_int_equal(limen_index_search(&index, base.values, 1, 20, &id, &found, NULL), LIMEN_OK);
  assert_int_equal(found, 1);
  assert_int_equal(limen_index_trace(&index, base.values, 1, 20, &id, &found, &trace, &error),
                   LIMEN_USAGE);
  expect_text(&error, LIMEN_USAGE,
              "searches of FAISS's PCA2,HNSW4,Flat cannot be traced; those of HNSW, IVF and flat");
  assert_int_equal(limen_index_save(&index, at("pca.index"), &error), LIMEN_USAGE);
  limen_index_clear(&index);

  settings.factory = NULL;
  index = built(&base, order, &settings);
  assert_int_equal(index.engine->save(index.state, "/nowhere/a.index", &error), LIMEN_FAILED);
  expect_text(&error, LIMEN_FAILED, "/nowhere/a.index cannot be written: No such file");
  limen_index_clear(&index);
  limen_matrix_clear(&base);
  limen_free(order);
}

static void test_interruption(void **state) {
  (void)state;
  struct limen_matrix base = gaussian(50, 13);
  size_t *order = strided(50, 1);
  struct limen_index_settings settings = with(4, 1);
  struct limen_index index;
  const struct limen_engine *engine = faiss();
  limen_interrupt_set(true);
  int status = limen_index_build(engine, &base, order, &settings, &index, NULL);
  limen_interrupt_set(false);
  assert_int_equal(status, LIMEN_INTERRUPTED);
  limen_matrix_clear(&base);
  limen_free(order);
}

int main(void) {
  limen_threads_set(2);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_levels_by_label),
      cmocka_unit_test(test_levels_beyond_the_tables),
      cmocka_unit_test(test_levels_of_the_library),
      cmocka_unit_test(test_orders),
      cmocka_unit_test(test_several_threads_tell_no_sequence),
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_hops),
      cmocka_unit_test(test_hops_from_above),
      cmocka_unit_test(test_fewer_than_k),
      cmocka_unit_test_setup_teardown(test_files, scratch_setup, scratch_teardown),
      cmocka_unit_test(test_refused_factories),
      cmocka_unit_test_setup_teardown(test_refused_uses, scratch_setup, scratch_teardown),
      cmocka_unit_test(test_interruption),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
