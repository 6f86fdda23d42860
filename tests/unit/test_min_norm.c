/* The nearest point of a hull: against brute force over all supports, at scales that squares would
 * drown, and what it says where the hull holds the origin. */
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
#include "limits/min_norm.h"

enum { D = 3, N = 7 };

static const struct limen_min_norm_settings settings = {
    .enough = 0, .aim = INFINITY, .tolerance = 1e-10, .rounds = 500};

static double product(const double *points, size_t l, const double *x) {
  double sum = 0;
  for (size_t i = 0; i < D; i++) sum += points[i * N + l] * x[i];
  return sum;
}

static double length_of(const double *x) { return sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]); }

/* The largest gap of any direction that is equidistant from one, two or three of the points: the
 * best direction is one of these. Directions with the same product for the points of a support and
 * within their span: for one the point, for two the foot of the line, for three the plane's normal.
 */
static double brute(const double *points) {
  double best = -INFINITY;
  for (size_t a = 0; a < N; a++)
    for (size_t b = a; b < N; b++)
      for (size_t c = b; c < N; c++) {
        double p[3][D], x[D];
        const size_t chosen[] = {a, b, c};
        for (size_t s = 0; s < 3; s++)
          for (size_t i = 0; i < D; i++) p[s][i] = points[i * N + chosen[s]];
        if (a == c) {
          memcpy(x, p[0], sizeof x);
        } else if (b == c || a == b) {
          double along[D], square = 0, part = 0;
          for (size_t i = 0; i < D; i++) {
            along[i] = p[2][i] - p[0][i];
            square += along[i] * along[i];
            part += along[i] * p[0][i];
          }
          for (size_t i = 0; i < D; i++) x[i] = p[0][i] - part / square * along[i];
        } else {
          double u[D], v[D];
          for (size_t i = 0; i < D; i++) u[i] = p[1][i] - p[0][i], v[i] = p[2][i] - p[0][i];
          for (size_t i = 0; i < D; i++)
            x[i] = u[(i + 1) % D] * v[(i + 2) % D] - u[(i + 2) % D] * v[(i + 1) % D];
          if (x[0] * p[0][0] + x[1] * p[0][1] + x[2] * p[0][2] < 0)
            for (size_t i = 0; i < D; i++) x[i] = -x[i];
        }
        double lowest = INFINITY;
        for (size_t l = 0; l < N; l++) lowest = fmin(lowest, product(points, l, x));
        best = fmax(best, lowest / length_of(x));
      }
  return best;
}

static void fill(gsl_rng *rng, double shift, double scale, double *points) {
  for (size_t l = 0; l < N; l++)
    for (size_t i = 0; i < D; i++)
      points[i * N + l] = scale * ((i == 0 ? shift : 0) + gsl_ran_gaussian(rng, 1));
}

static void the_gap_is_that_of_brute_force(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(11, "test/min_norm", NULL);
  struct limen_min_norm *solver = limen_min_norm_alloc(D, NULL);
  size_t positive = 0, none = 0;
  for (size_t turn = 0; turn < 300; turn++) {
    double points[D * N];
    struct limen_min_norm_answer answer;
    const double scale = pow(10, -(double)(turn % 9) * 3);
    fill(rng, (double)(turn % 4) * 0.8, scale, points);
    limen_min_norm_solve(solver, N, N, points, &settings, &answer);
    const double gap = brute(points);
    assert_true(answer.converged);
    if (gap > 0) {
      positive++;
      assert_true(fabs(answer.lower - gap) <= 1e-9 * gap && answer.upper >= gap * (1 - 1e-9));
      double lowest = INFINITY;
      for (size_t l = 0; l < N; l++) lowest = fmin(lowest, product(points, l, answer.direction));
      assert_true(fabs(lowest / length_of(answer.direction) - gap) <= 1e-9 * gap);
    } else {
      none++;
      assert_true(answer.lower <= 1e-12 * scale && answer.upper <= 1e-9 * scale);
    }
  }
  assert_true(positive > 50 && none > 50);
  limen_min_norm_free(solver);
  limen_rng_free(rng);
}

/* Two points almost opposite and far closer to each other's line than they are long: squares of
 * 1e-8 lie below what is added up here. */
static void tiny_gaps_keep_their_digits(void **state) {
  (void)state;
  struct limen_min_norm *solver = limen_min_norm_alloc(2, NULL);
  const double points[] = {0.57e-7, -0.32e-7, 0.11, /* */ 1.1e-15, 1.1e-15, 0.9};
  struct limen_min_norm_answer answer;
  limen_min_norm_solve(solver, 3, 3, points, &settings, &answer);
  assert_true(answer.converged);
  assert_true(fabs(answer.lower - 1.1e-15) <= 1e-24);
  limen_min_norm_free(solver);
}

static void it_stops_where_it_may(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(12, "test/min_norm", NULL);
  struct limen_min_norm *solver = limen_min_norm_alloc(D, NULL);
  double points[D * N];
  struct limen_min_norm_answer full, less;
  do {
    fill(rng, 2.2, 1, points);
    limen_min_norm_solve(solver, N, N, points, &settings, &full);
  } while (!(full.lower > 0) || full.rounds < 3);
  const double gap = full.lower;
  struct limen_min_norm_settings some = settings;
  some.enough = 1.01 * gap; /* no more than that is left to hope for */
  limen_min_norm_solve(solver, N, N, points, &some, &less);
  assert_true(less.converged && less.upper <= some.enough);
  some = settings;
  some.aim = 0.2 * gap;
  limen_min_norm_solve(solver, N, N, points, &some, &less);
  assert_true(less.converged && less.lower > some.aim);
  some = settings;
  some.rounds = 1;
  limen_min_norm_solve(solver, N, N, points, &some, &less);
  assert_true(!less.converged && less.lower <= gap && less.upper >= gap);
  limen_min_norm_free(solver);
  limen_rng_free(rng);
}

static void a_hull_with_the_origin_has_no_gap(void **state) {
  (void)state;
  struct limen_min_norm *solver = limen_min_norm_alloc(2, NULL);
  const double around[] = {0.57, -0.32, -0.11, /* */ 0.11, 0.32, -0.57};
  const double itself[] = {0, 0};
  const double opposite[] = {0.3, -0.7, /* */ 0.1, -0.7 / 3};
  struct limen_min_norm_answer answer;
  limen_min_norm_solve(solver, 3, 3, around, &settings, &answer);
  assert_true(answer.converged && answer.upper == 0 && answer.lower <= 0);
  assert_true(answer.direction[0] == 0 && answer.direction[1] == 0);
  limen_min_norm_solve(solver, 1, 1, itself, &settings, &answer);
  assert_true(answer.converged && answer.upper == 0);
  limen_min_norm_solve(solver, 2, 2, opposite, &settings, &answer);
  assert_true(answer.upper <= 1e-12);
  limen_min_norm_free(solver);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_gap_is_that_of_brute_force),
      cmocka_unit_test(tiny_gaps_keep_their_digits),
      cmocka_unit_test(it_stops_where_it_may),
      cmocka_unit_test(a_hull_with_the_origin_has_no_gap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
