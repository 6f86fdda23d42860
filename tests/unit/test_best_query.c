/* The best query for a set: against the enumeration of all supports, under motions of space, and
 * what it says where there is none. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/best_query.h"

enum { D_MOST = 6, N_MOST = 8, PAIRS_MOST = 16 };

static bool is_in(const uint32_t *set, size_t k, size_t v) {
  for (size_t i = 0; i < k; i++)
    if (set[i] == v) return true;
  return false;
}

/* ---- brute force: the shortest point of every face that could hold it ---- */

/* Gaussian elimination; false when there is no clear solution. */
static bool solve(size_t m, double *a, double *b) {
  for (size_t c = 0; c < m; c++) {
    size_t best = c;
    for (size_t r = c; r < m; r++)
      if (fabs(a[r * m + c]) > fabs(a[best * m + c])) best = r;
    if (fabs(a[best * m + c]) < 1e-12) return false;
    for (size_t j = 0; j < m; j++) {
      double kept = a[c * m + j];
      a[c * m + j] = a[best * m + j];
      a[best * m + j] = kept;
    }
    double kept = b[c];
    b[c] = b[best];
    b[best] = kept;
    for (size_t r = 0; r < m; r++) {
      double factor = a[r * m + c] / a[c * m + c];
      if (r == c) continue;
      for (size_t j = c; j < m; j++) a[r * m + j] -= factor * a[c * m + j];
      b[r] -= factor * b[c];
    }
  }
  for (size_t c = 0; c < m; c++) b[c] /= a[c * m + c];
  return true;
}

/* Length of the shortest point of the simplex of the given differences, when that point is inside
 * it: stationary for w^T G w with the sum of w kept at 1. */
static double shortest(size_t d, double point[][D_MOST], const size_t *chosen, size_t m) {
  double a[(D_MOST + 2) * (D_MOST + 2)] = {0}, b[D_MOST + 2] = {0};
  size_t size = m + 1;
  for (size_t r = 0; r < m; r++) {
    for (size_t c = 0; c < m; c++)
      for (size_t i = 0; i < d; i++) a[r * size + c] += point[chosen[r]][i] * point[chosen[c]][i];
    a[r * size + m] = a[m * size + r] = 1;
  }
  b[m] = 1;
  if (!solve(size, a, b)) return INFINITY;
  double x[D_MOST] = {0}, square = 0;
  for (size_t r = 0; r < m; r++) {
    if (b[r] < 0) return INFINITY;
    for (size_t i = 0; i < d; i++) x[i] += b[r] * point[chosen[r]][i];
  }
  for (size_t i = 0; i < d; i++) square += x[i] * x[i];
  return sqrt(square);
}

static double brute_gap(size_t n, size_t d, const float *documents, const uint32_t *set, size_t k) {
  double point[PAIRS_MOST][D_MOST], best = INFINITY;
  size_t pairs = 0;
  for (size_t v = 0; v < n; v++)
    for (size_t w = 0; w < n; w++) {
      if (!is_in(set, k, v) || is_in(set, k, w)) continue;
      for (size_t i = 0; i < d; i++)
        point[pairs][i] = (double)documents[v * d + i] - (double)documents[w * d + i];
      pairs++;
    }
  assert_true(pairs <= PAIRS_MOST);
  for (unsigned mask = 1; mask < 1u << pairs; mask++) {
    size_t chosen[PAIRS_MOST], m = 0;
    for (size_t p = 0; p < pairs; p++)
      if (mask >> p & 1) chosen[m++] = p;
    if (m > d + 1) continue;
    double length = shortest(d, point, chosen, m);
    if (length < best) best = length;
  }
  return best;
}

/* ---- what every answer keeps to ---- */

static struct limen_best_solver *alloc(size_t n, size_t d, const float *documents) {
  struct limen_error error = {0};
  struct limen_best_solver *solver = limen_best_solver_alloc(n, d, documents, &error);
  assert_string_equal(error.text, "");
  assert_non_null(solver);
  return solver;
}

static void solve_set(struct limen_best_solver *solver, const uint32_t *set, size_t k,
                      const float *start, struct limen_best_query *out) {
  struct limen_error error = {0};
  assert_int_equal(limen_best_query_solve(solver, set, k, start, &limen_best_defaults, out, &error),
                   LIMEN_OK);
  assert_string_equal(error.text, "");
}

/* The pairs are pairs, their weights are weights, and they make up a point as short as is said. */
static void check_pairs(size_t d, const float *documents, const uint32_t *set, size_t k,
                        const struct limen_best_query *found) {
  double sum = 0, square = 0, *x = limen_alloc(d, sizeof *x, NULL);
  assert_in_range(found->count, 1, d + 1);
  for (size_t p = 0; p < found->count; p++) {
    const struct limen_pair *pair = &found->pair[p];
    assert_true(is_in(set, k, pair->inside) && !is_in(set, k, pair->outside));
    assert_true(pair->weight > 0);
    sum += pair->weight;
    for (size_t i = 0; i < d; i++)
      x[i] += pair->weight *
              ((double)documents[pair->inside * d + i] - (double)documents[pair->outside * d + i]);
  }
  for (size_t i = 0; i < d; i++) square += x[i] * x[i];
  assert_true(fabs(sum - 1) < 1e-12);
  assert_true(sqrt(square) >= found->lower && sqrt(square) - found->upper < 1e-9);
  limen_free(x);
}

static float *gaussian(size_t count, const char *stream, uint64_t seed) {
  gsl_rng *rng = limen_rng_alloc(seed, stream, NULL);
  float *out = limen_alloc(count, sizeof *out, NULL);
  for (size_t i = 0; i < count; i++) out[i] = (float)gsl_ran_gaussian(rng, 1);
  limen_rng_free(rng);
  return out;
}

/* ---- tests ---- */

static void test_by_hand(void **state) {
  (void)state;
  /* The set is (0.32, 0.57); the others lie on the line x = 0.11 on either side of it, so the
   * nearest point is (0.11, 0.57): (0.57 - -0.2) / (1.0 - -0.2) of the way up. */
  const float documents[] = {0.11f, -0.2f, 0.32f, 0.57f, 0.11f, 1.0f};
  const uint32_t set[] = {1};
  struct limen_best_solver *solver = alloc(3, 2, documents);
  struct limen_best_query found;
  solve_set(solver, set, 1, NULL, &found);
  assert_true(found.converged && !found.closed);
  assert_true(fabs(found.lower - 0.21) < 1e-7 && found.lower <= found.upper);
  assert_true(fabs(found.point[0] - 0.21) < 1e-7 && fabs(found.point[1]) < 1e-12);
  check_pairs(2, documents, set, 1, &found);
  assert_int_equal(found.count, 2);
  for (size_t p = 0; p < 2; p++) {
    double expected = found.pair[p].outside == 2 ? 0.77 / 1.2 : 0.43 / 1.2;
    assert_true(fabs(found.pair[p].weight - expected) < 1e-7);
  }
  limen_best_solver_free(solver);
}

static void test_against_brute_force(void **state) {
  (void)state;
  const struct {
    size_t n, d, k;
  } shapes[] = {{5, 2, 1}, {6, 2, 2}, {6, 3, 2}, {7, 3, 2}, {5, 4, 2}, {8, 5, 1}, {7, 1, 2}};
  size_t closed = 0, open = 0;
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (uint64_t seed = 0; seed < 12; seed++) {
      size_t n = shapes[s].n, d = shapes[s].d, k = shapes[s].k;
      float *documents = gaussian(n * d, "test/best_query", 100 * s + seed);
      const uint32_t set[] = {(uint32_t)(seed % 2), 3};
      const uint32_t *wanted = set + 2 - k;
      struct limen_best_solver *solver = alloc(n, d, documents);
      struct limen_best_query found;
      solve_set(solver, wanted, k, NULL, &found);
      double expected = brute_gap(n, d, documents, wanted, k);
      assert_true(found.converged);
      check_pairs(d, documents, wanted, k, &found);
      if (found.closed) {
        assert_true(expected < 1e-9);
        closed++;
      } else {
        assert_true(fabs(found.lower - expected) < 1e-8 && found.upper >= expected - 1e-12);
        assert_true(found.upper - found.lower < 1e-8);
        open++;
      }
      limen_best_solver_free(solver);
      limen_free(documents);
    }
  assert_true(closed > 15 && open > 30);
}

/* Turns all documents by a random product of plane rotations, in float64. */
static void rotate(size_t n, size_t d, const float *from, float *to) {
  gsl_rng *rng = limen_rng_alloc(7, "test/best_query/rotation", NULL);
  double *wide = limen_alloc(n * d, sizeof *wide, NULL);
  for (size_t i = 0; i < n * d; i++) wide[i] = from[i];
  for (size_t a = 0; a < d; a++)
    for (size_t b = 0; b < a; b++) {
      double angle = 6.2831853 * gsl_rng_uniform(rng), c = cos(angle), s = sin(angle);
      for (size_t v = 0; v < n; v++) {
        double x = wide[v * d + a], y = wide[v * d + b];
        wide[v * d + a] = c * x - s * y;
        wide[v * d + b] = s * x + c * y;
      }
    }
  for (size_t i = 0; i < n * d; i++) to[i] = (float)wide[i];
  limen_free(wide);
  limen_rng_free(rng);
}

/* Turned, the gap stays; made 3 times as large, it is 3 times as large; moved, it stays. Float32
 * rounds what is turned or moved, so the gaps agree to about 1e-6. */
static void test_motions(void **state) {
  (void)state;
  enum { N = 90, D = 17 };
  float *documents = gaussian(N * D, "test/best_query/motions", 3);
  float *moved = limen_alloc(N * D, sizeof *moved, NULL);
  const uint32_t set[] = {11, 32, 57};
  struct limen_best_query found;
  struct limen_best_solver *solver = alloc(N, D, documents);
  solve_set(solver, set, 3, NULL, &found);
  assert_true(found.converged && !found.closed);
  double gap = found.lower;
  limen_best_solver_free(solver);
  for (int motion = 0; motion < 3; motion++) {
    if (motion == 0) rotate(N, D, documents, moved);
    for (size_t i = 0; i < N * D && motion == 1; i++) moved[i] = 3 * documents[i];
    for (size_t i = 0; i < N * D && motion == 2; i++)
      moved[i] = documents[i] + (float)(i % D) - 4.25f;
    solver = alloc(N, D, moved);
    solve_set(solver, set, 3, NULL, &found);
    assert_true(found.converged);
    assert_true(fabs(found.lower / (motion == 1 ? 3 : 1) - gap) < 2e-6);
    limen_best_solver_free(solver);
  }
  limen_free(moved);
  limen_free(documents);
}

/* The solution is one: wherever the search starts, it ends there. More documents than the short
 * list holds, more dimensions than there are documents, and many pairs. */
static void test_larger(void **state) {
  (void)state;
  const struct {
    size_t n, d;
    bool closed;
  } shapes[] = {{2000, 48, false}, {60, 100, false}, {900, 9, true}, {3000, 24, true}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    size_t n = shapes[s].n, d = shapes[s].d;
    float *documents = gaussian(n * d, "test/best_query/larger", s);
    if (s == 3) /* two documents well inside the cloud */
      for (size_t i = 0; i < 2 * d; i++) documents[i] /= 64;
    const uint32_t set[] = {0, 1};
    struct limen_best_solver *solver = alloc(n, d, documents);
    struct limen_best_query found, again;
    solve_set(solver, set, 2, NULL, &found);
    assert_true(found.converged);
    assert_int_equal(found.closed, shapes[s].closed);
    check_pairs(d, documents, set, 2, &found);
    struct limen_gap gap;
    if (!found.closed) {
      assert_int_equal(limen_best_query_gap(solver, set, 2, found.point, &gap, NULL), LIMEN_OK);
      assert_true(gap.lower == found.lower && gap.upper < found.upper + 1e-9);
    }
    solve_set(solver, set, 2, documents + 5 * d, &again);
    assert_true(again.converged && again.closed == found.closed);
    if (!found.closed) assert_true(fabs(again.lower - found.lower) < 1e-8);
    limen_best_solver_free(solver);
    limen_free(documents);
  }
}

static void test_hulls_that_touch(void **state) {
  (void)state;
  struct limen_best_query found;
  /* A document and its copy outside; a document on an edge of the others; and all of them equal. */
  const float copies[] = {0.11f, 0.32f, 0.57f, 0.2f, 0.11f, 0.32f};
  const float edge[] = {0.25f, 0.5f, 0.0f, 0.25f, 0.5f, 0.75f, 3.0f, -1.0f};
  const float same[] = {0.57f, 0.32f, 0.57f, 0.32f, 0.57f, 0.32f, 0.57f, 0.32f};
  const uint32_t first[] = {0};
  const struct {
    const float *documents;
    size_t n, count;
  } cases[] = {{copies, 3, 1}, {edge, 4, 2}, {same, 4, 1}};
  for (size_t c = 0; c < 3; c++) {
    struct limen_best_solver *solver = alloc(cases[c].n, 2, cases[c].documents);
    solve_set(solver, first, 1, NULL, &found);
    assert_true(found.converged && found.closed && found.lower <= 0 && found.upper < 1e-13);
    assert_int_equal(found.count, cases[c].count);
    check_pairs(2, cases[c].documents, first, 1, &found);
    limen_best_solver_free(solver);
  }
}

/* Too few rounds: the bounds are wide and hold all the same. */
static void test_not_converged(void **state) {
  (void)state;
  enum { N = 400, D = 30 };
  float *documents = gaussian(N * D, "test/best_query/rounds", 1);
  const uint32_t set[] = {17, 203};
  struct limen_best_solver *solver = alloc(N, D, documents);
  struct limen_best_query found;
  solve_set(solver, set, 2, NULL, &found);
  double gap = found.lower;
  assert_true(found.converged && gap > 0);
  struct limen_best_settings few = limen_best_defaults;
  double width = INFINITY;
  for (few.rounds = 0; few.rounds < 3; few.rounds++) {
    assert_int_equal(limen_best_query_solve(solver, set, 2, NULL, &few, &found, NULL), LIMEN_OK);
    assert_false(found.converged);
    assert_true(found.lower < gap && found.upper > gap);
    assert_true(found.upper - found.lower <= width);
    width = found.upper - found.lower;
    check_pairs(D, documents, set, 2, &found);
  }
  limen_best_solver_free(solver);
  limen_free(documents);
}

static void test_errors(void **state) {
  (void)state;
  float documents[] = {0.11f, 0.32f, 0.57f, 0.2f, NAN, 0.32f};
  struct limen_error error = {0};
  struct limen_best_query found;
  struct limen_gap gap;
  const double x[] = {1, 0};
  assert_null(limen_best_solver_alloc(3, 2, documents, &error));
  assert_int_equal(error.status, LIMEN_INPUT);
  assert_string_equal(error.text, "document 2 holds nan in dimension 0");
  documents[4] = 0.46f;
  struct limen_best_solver *solver = alloc(3, 2, documents);
  const struct {
    uint32_t set[3];
    size_t k;
    const char *words;
  } cases[] = {{{0}, 0, "a set of 0 of 3 documents has no gap; it takes 1 to n - 1 of them"},
               {{0, 1, 2}, 3, "a set of 3 of 3 documents has no gap; it takes 1 to n - 1 of them"},
               {{1, 1}, 2, "document 1 of a set stands out of order or is not below 3"},
               {{1, 3}, 2, "document 3 of a set stands out of order or is not below 3"}};
  for (size_t c = 0; c < 4; c++) {
    assert_int_equal(limen_best_query_solve(solver, cases[c].set, cases[c].k, NULL,
                                            &limen_best_defaults, &found, &error),
                     LIMEN_INPUT);
    assert_string_equal(error.text, cases[c].words);
    assert_int_equal(limen_best_query_gap(solver, cases[c].set, cases[c].k, x, &gap, &error),
                     LIMEN_INPUT);
  }
  limen_best_solver_free(solver);
  limen_best_solver_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),          cmocka_unit_test(test_against_brute_force),
      cmocka_unit_test(test_motions),          cmocka_unit_test(test_larger),
      cmocka_unit_test(test_hulls_that_touch), cmocka_unit_test(test_not_converged),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
