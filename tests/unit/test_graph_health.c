/* Graph health: a graph worked out by hand, small random ones against slow definitions, long ones
 * against the stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "measures/graph_health.h"
#include "unit/graphs.h"

static struct limen_graph_health measure(const struct limen_graph *graph) {
  struct limen_graph_health health;
  struct limen_error error = {0};
  int status = limen_graph_health_measure(graph, &health, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return health;
}

static void expect_double(double found, double expected) {
  if (isnan(expected) ? !isnan(found) : !(fabs(found - expected) <= 1e-12 * fabs(expected) + 1e-14))
    fail_msg("%.17g in place of %.17g", found, expected);
}

/* 0, 1 and 2 all know each other; 2 leads on to the pair 3, 4; the pair 5, 6 and the node 7 lead in
 * and nobody leads to them. */
static struct limen_graph by_hand(void) {
  static const uint32_t links[] = {1, 2, 0, 2, 0, 1, 3, 4, 3, 6, 0, 5, 3};
  static const size_t offsets[] = {0, 2, 4, 7, 8, 9, 11, 12, 13};
  static const uint32_t inserted[] = {6, 0, 3, 1, 7, 2, 5, 4};
  struct limen_graph graph = graph_of_nodes(8);
  limen_free(graph.level[0].links);
  graph.level[0].links = limen_copy(links, 13, sizeof *links, NULL);
  memcpy(graph.level[0].offsets, offsets, sizeof offsets);
  graph.inserted = limen_copy(inserted, 8, sizeof *inserted, NULL);
  graph.most_links = 3;
  return graph;
}

static void test_by_hand(void **state) {
  (void)state;
  struct limen_graph graph = by_hand();
  struct limen_graph_health health = measure(&graph);
  assert_int_equal(health.nodes, 8);
  assert_int_equal(health.links, 13);
  assert_int_equal(health.unreachable, 3);
  assert_int_equal(health.components, 4);
  assert_int_equal(health.largest_component, 3);
  /* In-degrees 3 2 2 3 1 1 1 0; sum i x_(i) = 76. */
  assert_int_equal(health.no_in_links, 1);
  expect_double(health.in_degree_gini, 2 * 76 / (8 * 13.0) - 9 / 8.0);
  /* Mid-ranks 7.5 5.5 5.5 7.5 3 3 3 1 against 7 1 4 2 8 3 6 5. */
  expect_double(health.in_degree_rank_correlation, -11 / sqrt(39 * 42.0));
  expect_double(health.reciprocity, 10 / 13.0);
  expect_double(health.saturated, 1 / 8.0);
  expect_double(health.mean_out_degree, 13 / 8.0);
  assert_int_equal(health.levels, 1);
  assert_int_equal(health.on_level[0], 8);
  expect_double(health.expected_on_level[0], 4);
  expect_double(health.expected_on_level[3], 0.5);
  assert_true(isnan(health.levels_p)); /* 4 are expected above level 0: fewer than 5 */

  /* A node of an upper level is come to from above; the levels between it and level 0 as well. */
  bool reachable[8];
  const bool expected[8] = {1, 1, 1, 1, 1, 1, 1, 0};
  graph.top[6] = 3;
  assert_int_equal(limen_graph_reachable(&graph, reachable, NULL), LIMEN_OK);
  assert_memory_equal(reachable, expected, sizeof expected);
  graph.top[6] = 0;
  graph.entry = 4;
  const bool from_pair[8] = {0, 0, 0, 1, 1, 0, 0, 0};
  assert_int_equal(limen_graph_reachable(&graph, reachable, NULL), LIMEN_OK);
  assert_memory_equal(reachable, from_pair, sizeof from_pair);

  limen_free(graph.inserted);
  graph.inserted = NULL;
  assert_true(isnan(measure(&graph).in_degree_rank_correlation));
  graph_free(&graph);
}

static void test_nothing_to_correlate(void **state) {
  (void)state;
  struct limen_graph graph = graph_of_nodes(1);
  struct limen_graph_health health = measure(&graph);
  assert_int_equal(health.links, 0);
  assert_int_equal(health.unreachable, 0);
  assert_int_equal(health.components, 1);
  assert_int_equal(health.no_in_links, 1);
  expect_double(health.in_degree_gini, 0);
  assert_true(isnan(health.reciprocity));
  graph_free(&graph);

  /* A ring: all in-degrees are 1. */
  bool ring[25] = {0};
  for (size_t i = 0; i < 5; i++) ring[i * 5 + (i + 2) % 5] = true;
  graph = graph_of_matrix(5, ring);
  graph.inserted = limen_alloc(5, sizeof(uint32_t), NULL);
  for (uint32_t i = 0; i < 5; i++) graph.inserted[i] = (3 * i) % 5;
  health = measure(&graph);
  expect_double(health.in_degree_gini, 0);
  assert_true(isnan(health.in_degree_rank_correlation));
  expect_double(health.reciprocity, 0);
  assert_int_equal(health.largest_component, 5);
  graph_free(&graph);
}

/* ---- levels ---- */

static void test_levels(void **state) {
  (void)state;
  static const size_t counts[] = {731, 204, 44, 15, 6};
  struct limen_graph graph = graph_of_nodes(1000);
  size_t node = 0;
  for (size_t l = 0; l < 5; l++)
    for (size_t i = 0; i < counts[l]; i++) graph.top[node++] = (uint8_t)l;
  graph.M = 4;
  struct limen_graph_health health = measure(&graph);
  for (size_t l = 0; l < 5; l++) assert_int_equal(health.on_level[l], counts[l]);
  expect_double(health.expected_on_level[0], 750);
  expect_double(health.expected_on_level[2], 46.875);
  /* Cells 750, 187.5, 46.875 and, from level 3 on, 15.625: from level 4 on it would be 3.9. */
  const double x =
      361 / 750.0 + 16.5 * 16.5 / 187.5 + 2.875 * 2.875 / 46.875 + 5.375 * 5.375 / 15.625;
  /* The chi-square tail of 3 degrees of freedom in closed form. */
  const double tail = erfc(sqrt(x / 2)) + sqrt(2 * x / acos(-1)) * exp(-x / 2);
  assert_true(fabs(health.levels_p - tail) < 1e-10);
  assert_true(tail > 0.26 && tail < 0.27);

  /* All on level 0, as when a library was told no levels. */
  memset(graph.top, 0, 1000);
  health = measure(&graph);
  assert_true(health.levels_p < 1e-50);
  graph_free(&graph);
}

/* ---- against the definitions ---- */

enum { SMALL = 11 };

static double slow_gini(const double *x, size_t n) {
  double differences = 0, sum = 0;
  for (size_t i = 0; i < n; i++) {
    sum += x[i];
    for (size_t j = 0; j < n; j++) differences += fabs(x[i] - x[j]);
  }
  return sum > 0 ? differences / (2 * (double)n * sum) : 0;
}

static double mid_rank(const double *x, size_t n, size_t i) {
  double below = 0, same = 0;
  for (size_t j = 0; j < n; j++) {
    below += x[j] < x[i];
    same += x[j] == x[i];
  }
  return below + (same + 1) / 2;
}

static double slow_spearman(const double *x, const double *y, size_t n) {
  const double mean = (double)(n + 1) / 2;
  double xx = 0, xy = 0, yy = 0;
  for (size_t i = 0; i < n; i++) {
    const double a = mid_rank(x, n, i) - mean, b = mid_rank(y, n, i) - mean;
    xx += a * a;
    xy += a * b;
    yy += b * b;
  }
  return xx > 0 ? xy / sqrt(xx * yy) : NAN;
}

/* Who reaches whom (Warshall 1962). */
static void close_paths(size_t n, const bool *links, bool *reach) {
  for (size_t i = 0; i < n * n; i++) reach[i] = links[i] || i / n == i % n;
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        if (reach[i * n + k] && reach[k * n + j]) reach[i * n + j] = true;
}

static void expect_as_defined(const struct limen_graph *graph, const bool *links) {
  const size_t n = graph->nodes;
  const struct limen_graph_health health = measure(graph);
  bool reach[SMALL * SMALL], reachable[SMALL];
  double in[SMALL] = {0}, inserted[SMALL];
  size_t unreachable = 0, components = 0, largest = 0, count = 0, answered = 0, full = 0, none = 0;
  close_paths(n, links, reach);
  assert_int_equal(limen_graph_reachable(graph, reachable, NULL), LIMEN_OK);
  for (size_t i = 0; i < n; i++) {
    bool found = reach[graph->entry * n + i], first = true;
    size_t together = 0, out = 0;
    for (size_t j = 0; j < n; j++) {
      found = found || (graph->top[j] >= 1 && reach[j * n + i]);
      if (reach[i * n + j] && reach[j * n + i]) {
        together++;
        if (j < i) first = false;
      }
      out += links[i * n + j];
      in[i] += links[j * n + i];
      answered += links[i * n + j] && links[j * n + i];
    }
    assert_true(found == reachable[i]);
    unreachable += !found;
    components += first;
    largest = together > largest ? together : largest;
    count += out;
    full += out >= graph->most_links;
    none += in[i] < 1;
    inserted[i] = (double)graph->inserted[i];
  }
  assert_int_equal(health.links, count);
  assert_int_equal(health.unreachable, unreachable);
  assert_int_equal(health.components, components);
  assert_int_equal(health.largest_component, largest);
  assert_int_equal(health.no_in_links, none);
  expect_double(health.in_degree_gini, slow_gini(in, n));
  expect_double(health.in_degree_rank_correlation, slow_spearman(in, inserted, n));
  expect_double(health.reciprocity, count ? (double)answered / (double)count : NAN);
  expect_double(health.saturated, (double)full / (double)n);
}

static void test_random_graphs(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(29, "test/graphs", NULL);
  for (size_t round = 0; round < 3000; round++) {
    const size_t n = 2 + gsl_rng_uniform_int(rng, SMALL - 1);
    const double density = gsl_rng_uniform(rng) * 0.5;
    bool links[SMALL * SMALL] = {0};
    for (size_t i = 0; i < n * n; i++) links[i] = i / n != i % n && gsl_rng_uniform(rng) < density;
    struct limen_graph graph = graph_of_matrix(n, links);
    graph.inserted = limen_alloc(n, sizeof(uint32_t), NULL);
    for (size_t i = 0; i < n; i++) graph.inserted[i] = (uint32_t)i;
    for (size_t i = n - 1; i > 0; i--) {
      const size_t j = gsl_rng_uniform_int(rng, i + 1);
      const uint32_t other = graph.inserted[j];
      graph.inserted[j] = graph.inserted[i];
      graph.inserted[i] = other;
    }
    graph.entry = (uint32_t)gsl_rng_uniform_int(rng, n);
    if (round % 3 == 0) graph.top[gsl_rng_uniform_int(rng, n)] = 1;
    graph.most_links = 3;
    expect_as_defined(&graph, links);
    graph_free(&graph);
  }
  limen_rng_free(rng);
}

/* As deep as it is long: recursion would end the program. */
static void test_a_long_chain(void **state) {
  (void)state;
  enum { N = 1000003 };
  struct limen_graph graph = graph_of_nodes(N);
  limen_free(graph.level[0].links);
  graph.level[0].links = limen_alloc(N, sizeof(uint32_t), NULL);
  for (size_t i = 0; i < N; i++) {
    graph.level[0].links[i] = (uint32_t)(i + 1) % N;
    graph.level[0].offsets[i + 1] = i + 1;
  }
  struct limen_graph_health health = measure(&graph);
  assert_int_equal(health.components, 1);
  assert_int_equal(health.largest_component, N);
  assert_int_equal(health.unreachable, 0);
  graph.level[0].offsets[N] = N - 1; /* the ring is cut: the last node leads nowhere */
  graph.entry = 17;
  health = measure(&graph);
  assert_int_equal(health.components, N);
  assert_int_equal(health.largest_component, 1);
  assert_int_equal(health.unreachable, 17);
  graph_free(&graph);
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_graph_health health;
  struct limen_error error = {0};
  struct limen_graph graph = graph_of_nodes(3);
  graph.M = 1;
  assert_int_equal(limen_graph_health_measure(&graph, &health, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "M = 1"));
  graph.M = 2;
  graph.top[2] = 64;
  assert_int_equal(limen_graph_health_measure(&graph, &health, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "node 2 is on level 64"));
  graph.nodes = 0;
  assert_int_equal(limen_graph_health_measure(&graph, &health, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "no nodes"));
  graph_free(&graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),      cmocka_unit_test(test_nothing_to_correlate),
      cmocka_unit_test(test_levels),       cmocka_unit_test(test_random_graphs),
      cmocka_unit_test(test_a_long_chain), cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
