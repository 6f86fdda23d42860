/* What must hold of the reasons for misses on real searches, whichever rows they miss. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_rng.h>

#include "base/rng.h"
#include "knn/distance.h"
#include "measures/bottleneck.h"
#include "measures/recall.h"
#include "unit/missed.h"

/* Whole numbers whose squared distances float32 holds exactly, so that the library and the harness
 * agree on every order. */
static struct limen_matrix whole_numbers(size_t rows, size_t columns, size_t below,
                                         const char *stream) {
  struct limen_matrix matrix;
  gsl_rng *rng = limen_rng_alloc(17, stream, NULL);
  assert_int_equal(limen_matrix_init(&matrix, rows, columns, NULL), LIMEN_OK);
  for (size_t i = 0; i < rows * columns; i++)
    matrix.values[i] = (float)gsl_rng_uniform_int(rng, below);
  limen_rng_free(rng);
  return matrix;
}

static int64_t *search_all(struct fixture *f, size_t ef) {
  const size_t k = f->truth.k;
  int64_t *answers = limen_alloc(f->queries.rows * k, sizeof *answers, NULL);
  for (size_t q = 0; q < f->queries.rows; q++) {
    size_t found;
    assert_int_equal(limen_index_search(&f->index, f->queries.values + q * f->base.columns, k, ef,
                                        answers + q * k, &found, NULL),
                     LIMEN_OK);
  }
  return answers;
}

static struct fixture real_index(size_t rows, size_t columns, size_t below, size_t queries,
                                 size_t M, size_t k) {
  const struct limen_engine *engine = limen_engine_find("hnswlib");
  struct limen_index_settings settings = limen_index_defaults;
  struct fixture f = {.base = whole_numbers(rows, columns, below, "test/base"),
                      .queries = whole_numbers(queries, columns, below, "test/queries")};
  assert_non_null(engine);
  settings.M = M;
  settings.ef_construction = 20;
  size_t *order = order_of(rows, 5);
  assert_int_equal(limen_index_build(engine, &f.base, order, &settings, &f.index, NULL), LIMEN_OK);
  limen_free(order);
  knn_of(&f, k);
  return f;
}

/* If a search discovers a row of rank <= ef on a path of ranks <= B to t, and ef >= B, it finds t.
 * So what was missed has B > ef, and what a search of 4 or 16 ef misses, which discovers no less,
 * has B > 4 ef or 16 ef. One counterexample refutes it, or one of the three that measure. */
static void expect_bound(const struct limen_miss_record *record, size_t ef) {
  const uint32_t B = record->bottleneck;
  switch ((enum limen_miss)record->reason) {
    case LIMEN_MISS_NONE: /* not computed */
    case LIMEN_MISS_UNREACHABLE:
      assert_int_equal(B, 0);
      break;
    case LIMEN_MISS_BUDGET: /* found at last, so there is a path */
      assert_true(B > ef);
      break;
    case LIMEN_MISS_INTERMEDIATE:
      assert_true(B > 4 * ef);
      break;
    case LIMEN_MISS_TRAPPED:
      assert_true(B == 0 || B > 16 * ef);
      break;
    default: /* no ties among whole numbers without ties */
      fail_msg("query %u, row %u: %s", record->query, record->row, limen_miss_name(record->reason));
  }
}

static void check_records(size_t columns, size_t below, size_t M, size_t counts[LIMEN_MISSES]) {
  enum { ROWS = 3000, QUERIES = 200, K = 10, EF = 10 };
  struct fixture f = real_index(ROWS, columns, below, QUERIES, M, K);
  struct limen_miss_record *out = limen_alloc(QUERIES * K, sizeof *out, NULL);
  int64_t *answers = search_all(&f, EF);
  attribute(&f, EF, 0, answers, out);
  for (size_t q = 0; q < QUERIES; q++) {
    for (size_t i = 0; i < K; i++) {
      const struct limen_miss_record *record = &out[q * K + i];
      assert_int_equal(record->query, q);
      assert_int_equal(record->row, f.truth.ids[q * (K + 1) + i]);
      assert_int_equal(record->rank, i + 1);
      expect_bound(record, EF);
      counts[record->reason]++;
    }
  }
  limen_free(out);
  limen_free(answers);
  limen_index_clear(&f.index);
  fixture_clear(&f);
}

static void test_misses_have_high_bottlenecks(void **state) {
  (void)state;
  size_t counts[LIMEN_MISSES] = {0};
  check_records(32, 512, 3, counts);
  check_records(8, 1400, 2, counts);
  check_records(16, 1000, 6, counts);
  for (size_t r = 0; r < LIMEN_MISSES; r++) {
    print_message("%zu %s\n", counts[r], limen_miss_name(r));
    if (r != LIMEN_MISS_TIE && r != LIMEN_MISS_DUPLICATE) assert_true(counts[r] > 100);
  }
}

/* The same the other way round, from the one row in which the search enters level 0: every true
 * neighbour whose bottleneck from there is at most ef is found. */
static void test_low_bottlenecks_are_found(void **state) {
  (void)state;
  enum { ROWS = 3000, QUERIES = 200, K = 10 };
  static const size_t widths[] = {10, 20, 40, 80, 160};
  static uint32_t seen[ROWS];
  struct fixture f = real_index(ROWS, 8, 1400, QUERIES, 4, K);
  struct limen_graph graph;
  struct limen_bottleneck finder;
  size_t promised[5] = {0}, missed[5] = {0};
  assert_int_equal(limen_index_graph(&f.index, &graph, NULL), LIMEN_OK);
  assert_int_equal(limen_bottleneck_init(&finder, &graph, &f.base, LIMEN_L2, NULL), LIMEN_OK);
  for (size_t q = 0; q < QUERIES; q++) {
    const float *query = f.queries.values + q * f.base.columns;
    uint32_t to[K], bottleneck[K];
    for (size_t i = 0; i < K; i++) to[i] = (uint32_t)f.truth.ids[q * (K + 1) + i];
    for (size_t w = 0; w < 5; w++) {
      int64_t ids[160]; /* the whole beam: which of several tied rows are among the K is open */
      size_t found;
      struct limen_trace trace = {.row = seen};
      assert_int_equal(
          limen_index_trace(&f.index, query, widths[w], widths[w], ids, &found, &trace, NULL),
          LIMEN_OK);
      limen_bottleneck_find(&finder, query, seen, 1, to, K, bottleneck);
      for (size_t i = 0; i < K; i++) {
        bool holds = false;
        for (size_t j = 0; j < found; j++) holds = holds || ids[j] == (int64_t)to[i];
        if (bottleneck[i] > 0 && bottleneck[i] <= widths[w]) {
          promised[w]++;
          if (!holds)
            fail_msg("query %zu, row %u: B = %u, ef = %zu", q, to[i], bottleneck[i], widths[w]);
        } else {
          missed[w] += !holds;
        }
      }
    }
  }
  for (size_t w = 0; w < 5; w++) {
    print_message("ef %zu: %zu promised, %zu missed\n", widths[w], promised[w], missed[w]);
    assert_true(promised[w] > 400);
  }
  assert_true(missed[0] > 300 && missed[1] > 100); /* the bound parts them: it is not empty */
  limen_bottleneck_clear(&finder);
  limen_graph_clear(&graph);
  limen_index_clear(&f.index);
  fixture_clear(&f);
}

struct place {
  const struct fixture *f;
  size_t query;
};

static double place_distance(const void *context, size_t id) {
  const struct place *place = context;
  const size_t d = place->f->base.columns;
  return limen_distance(LIMEN_L2, place->f->queries.values + place->query * d,
                        place->f->base.values + id * d, d);
}

/* On data full of ties and copies: ties and duplicates are just what the tie-aware recall forgives,
 * and whatever is not found has one reason. */
static void test_forgiven_by_ties(void **state) {
  (void)state;
  enum { ROWS = 1500, QUERIES = 150, K = 12, EF = 12 };
  struct fixture f = real_index(ROWS, 5, 4, QUERIES, 2, K);
  struct limen_miss_record *out = limen_alloc(QUERIES * K, sizeof *out, NULL);
  int64_t *answers = search_all(&f, EF);
  const struct limen_recall_settings settings = {.k = K, .metric = LIMEN_L2, .tie = 1e-6};
  size_t counts[LIMEN_MISSES] = {0};
  attribute(&f, EF, 1e-6, answers, out);
  for (size_t q = 0; q < QUERIES; q++) {
    struct limen_recall_query query;
    const struct place place = {&f, q};
    size_t here[LIMEN_MISSES] = {0};
    limen_recall_judge(&settings, ROWS, f.truth.ids + q * (K + 1), f.truth.distances + q * (K + 1),
                       answers + q * K, K, place_distance, &place, &query);
    for (size_t i = 0; i < K; i++) {
      here[out[q * K + i].reason]++;
      counts[out[q * K + i].reason]++;
    }
    assert_int_equal(here[LIMEN_MISS_NONE], query.by_id);
    assert_int_equal(here[LIMEN_MISS_TIE] + here[LIMEN_MISS_DUPLICATE], query.ties - query.by_id);
  }
  for (size_t r = 0; r < LIMEN_MISSES; r++)
    print_message("%zu %s\n", counts[r], limen_miss_name(r));
  assert_true(counts[LIMEN_MISS_TIE] > 100 && counts[LIMEN_MISS_DUPLICATE] > 20);
  limen_free(out);
  limen_free(answers);
  limen_index_clear(&f.index);
  fixture_clear(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_misses_have_high_bottlenecks),
      cmocka_unit_test(test_low_bottlenecks_are_found),
      cmocka_unit_test(test_forgiven_by_ties),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
