/* Bottleneck ranks against their definition: the smallest B for which the rows of rank B or less
 * lead to the target. */
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
#include "unit/graphs.h"

enum { MOST = 24 };

/* Of equally far rows all have the last rank. */
static size_t rank_of(const double *distance, size_t n, size_t row) {
  size_t rank = 0;
  for (size_t i = 0; i < n; i++) rank += distance[i] <= distance[row];
  return rank;
}

static uint32_t slow_bottleneck(size_t n, const bool *links, const double *distance,
                                const uint32_t *from, size_t count, size_t to) {
  size_t rank[MOST];
  for (size_t i = 0; i < n; i++) rank[i] = rank_of(distance, n, i);
  for (size_t most = 1; most <= n; most++) {
    bool reached[MOST] = {0};
    for (size_t i = 0; i < count; i++) reached[from[i]] = rank[from[i]] <= most;
    for (size_t round = 0; round < n; round++)
      for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
          if (reached[i] && links[i * n + j] && rank[j] <= most) reached[j] = true;
    if (reached[to]) return (uint32_t)most;
  }
  return 0;
}

/* Rows on a line at 0.11, -0.32, 0.57, ...: row i has rank i + 1 from 0. */
static void test_by_hand(void **state) {
  (void)state;
  enum { N = 8 };
  static const float line[N] = {0.11f, -0.32f, 0.57f, -0.83f, 1.1f, -1.3f, 1.7f, -1.9f};
  float values[N];
  for (size_t i = 0; i < N; i++) values[i] = line[i];
  struct limen_matrix base = {.rows = N, .columns = 1, .values = values};
  bool links[N * N] = {0};
  /* Two roads from 6 to 0, over 7 and over 5, 3; and one from 3 to 1. */
  links[6 * N + 7] = links[7 * N + 0] = links[6 * N + 5] = links[5 * N + 3] = links[3 * N + 0] =
      links[3 * N + 1] = true;
  struct limen_graph graph = graph_of_matrix(N, links);
  struct limen_bottleneck finder;
  uint32_t out[5];
  assert_int_equal(limen_bottleneck_init(&finder, &graph, &base, LIMEN_L2, NULL), LIMEN_OK);
  limen_bottleneck_find(&finder, (float[]){0}, (uint32_t[]){6}, 1, (uint32_t[]){0, 1, 6, 2, 7}, 5,
                        out);
  assert_int_equal(out[0], 7); /* 6, 5, 3, 0: the start counts, the road over 7 would be 8 */
  assert_int_equal(out[1], 7);
  assert_int_equal(out[2], 7);
  assert_int_equal(out[3], 0);
  assert_int_equal(out[4], 8);
  /* From nearer rows it is less, and asking twice for a row is fine. */
  limen_bottleneck_find(&finder, (float[]){0}, (uint32_t[]){7, 3, 7, 6}, 4,
                        (uint32_t[]){0, 0, 3, 5}, 4, out);
  assert_int_equal(out[0], 4);
  assert_int_equal(out[1], 4);
  assert_int_equal(out[2], 4);
  assert_int_equal(out[3], 7);
  /* Seen from -2 the ranks are others: 7 5 3 1 0 2 4 6. */
  limen_bottleneck_find(&finder, (float[]){-2}, (uint32_t[]){6}, 1, (uint32_t[]){0, 3}, 2, out);
  assert_int_equal(out[0], 8);
  limen_bottleneck_find(&finder, (float[]){-2}, (uint32_t[]){7, 5}, 2, (uint32_t[]){0, 3}, 2, out);
  assert_int_equal(out[0], 5);
  assert_int_equal(out[1], 3);
  limen_bottleneck_find(&finder, (float[]){0}, NULL, 0, (uint32_t[]){0}, 1, out);
  assert_int_equal(out[0], 0);
  limen_bottleneck_clear(&finder);
  graph_free(&graph);
}

static void test_random_graphs(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(11, "test/bottleneck", NULL);
  size_t paths = 0, none = 0;
  for (size_t round = 0; round < 1500; round++) {
    const size_t n = 1 + gsl_rng_uniform_int(rng, MOST);
    const double density = 3 * gsl_rng_uniform(rng) / (double)n;
    const enum limen_metric metric = (enum limen_metric)(round % 3);
    bool links[MOST * MOST] = {0};
    float values[2 * MOST], query[2] = {0.57f, -0.11f};
    double distance[MOST];
    uint32_t from[MOST], to[MOST], out[MOST];
    const size_t count = gsl_rng_uniform_int(rng, 4), targets = 1 + gsl_rng_uniform_int(rng, n);
    for (size_t i = 0; i < n * n; i++) links[i] = i / n != i % n && gsl_rng_uniform(rng) < density;
    /* A coarse grid: many rows are as far away as others. */
    for (size_t i = 0; i < 2 * n; i++)
      values[i] = 0.25f + 0.5f * (float)gsl_rng_uniform_int(rng, 4) - 1;
    for (size_t i = 0; i < n; i++) distance[i] = limen_distance(metric, query, values + 2 * i, 2);
    for (size_t i = 0; i < count; i++) from[i] = (uint32_t)gsl_rng_uniform_int(rng, n);
    for (size_t i = 0; i < targets; i++) to[i] = (uint32_t)gsl_rng_uniform_int(rng, n);
    struct limen_matrix base = {.rows = n, .columns = 2, .values = values};
    struct limen_graph graph = graph_of_matrix(n, links);
    struct limen_bottleneck finder;
    assert_int_equal(limen_bottleneck_init(&finder, &graph, &base, metric, NULL), LIMEN_OK);
    limen_bottleneck_find(&finder, query, from, count, to, targets, out);
    for (size_t i = 0; i < targets; i++) {
      assert_int_equal(out[i], slow_bottleneck(n, links, distance, from, count, to[i]));
      paths += out[i] > 0;
      none += out[i] == 0;
    }
    limen_bottleneck_clear(&finder);
    graph_free(&graph);
  }
  assert_true(paths > 3000 && none > 3000);
  limen_rng_free(rng);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_random_graphs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
