/* Estimators: values worked by hand (by independent arithmetic from the published formulas), and
 * sets where nothing can be estimated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/brute_knn.h"
#include "support/neighbour_set.h"

/* ---- by hand ---- */

static void test_formulas_of_distances(void **state) {
  (void)state;
  static const double r[] = {0.11, 0.32, 0.57};
  expect_near("mle", limen_estimator_find("mle")->from_distances(r, 3), 1.3498486657232591, 1e-14);
  expect_near("lb", limen_estimator_find("levina_bickel")->from_distances(r, 3), 0.8998991104821726,
              1e-14);
  expect_near("mom", limen_estimator_find("mom")->from_distances(r, 3), 1.4084507042253522, 1e-14);
  static const double list[] = {0.11, 0.32, 0.3207, 0.57};
  expect_near("expansion", limen_estimator_find("expansion")->from_list(list, 2, LIMEN_L2), 1.78125,
              1e-14);
  expect_near("margin", limen_estimator_find("margin")->from_list(list, 2, LIMEN_L2), 0.0021875,
              1e-10);
  expect_near("all_wrong", limen_estimator_find("all_wrong")->from_list(list, 2, LIMEN_L2), 0.5, 0);
  /* 1 - cosine is r^2 / 2: 0.0512 + 0.001 reaches to r = 0.32311. */
  static const double angles[] = {0.11, 0.32, 0.3231, 0.3232};
  expect_near("cosine", limen_estimator_find("all_wrong")->from_list(angles, 2, LIMEN_COSINE), 0.5,
              0);
  expect_near("l2", limen_estimator_find("all_wrong")->from_list(angles, 2, LIMEN_L2), 0, 0);
}

/* Inner products of (.11 0 .07), (-.13 .19 .05), (.23 -.29 .17), (-.31 -.37 .02), nearest first.
 * The wanted values come from the formulas as they are published: distances, special case at the
 * radius, cross products. */
static void test_formulas_of_inner_products(void **state) {
  (void)state;
  static const double x[4][3] = {
      {.11, .0, .07}, {-.13, .19, .05}, {.23, -.29, .17}, {-.31, -.37, .02}};
  double gram[16], scratch[4];
  for (size_t i = 0; i < 4; i++)
    for (size_t j = 0; j < 4; j++)
      gram[4 * i + j] = x[i][0] * x[j][0] + x[i][1] * x[j][1] + x[i][2] * x[j][2];
  expect_near("tle", limen_estimator_find("tle")->from_gram(gram, 4, scratch), 2.287453532226595,
              1e-12);
  expect_near("ess", limen_estimator_find("ess")->from_gram(gram, 4, scratch), 3.007985524488653,
              1e-10);
  /* Two neighbours opposite their mean span nothing: a line. */
  const double pair[4] = {gram[0], gram[1], gram[4], gram[5]};
  expect_near("ess of two", limen_estimator_find("ess")->from_gram(pair, 2, scratch), 1, 1e-6);
}

/* The expected skewness is 2/pi in the plane: neighbours all round at right angles and in line, in
 * equal measure, would be in between; a regular polygon gives its own mean of |sin|. */
static void test_skewness_of_a_polygon(void **state) {
  (void)state;
  enum { N = 360 };
  static double gram[N * N], scratch[N];
  for (size_t i = 0; i < N; i++)
    for (size_t j = 0; j < N; j++)
      gram[i * N + j] = 0.32 * 0.32 * cos(2 * M_PI * ((double)i - (double)j) / N);
  /* Mean of |sin| over i != j, (2/N) cot(pi/N) N/(N-1) / 2..., is just above or below 2/pi. */
  double skewness = 0;
  for (size_t i = 1; i < N; i++) skewness += fabs(sin(2 * M_PI * (double)i / N)) / (N - 1);
  double wanted = skewness <= 2 / M_PI ? 1 + skewness * M_PI / 2
                                       : 2 + (skewness - 2 / M_PI) / (M_PI / 4 - 2 / M_PI);
  expect_near("ess", limen_estimator_find("ess")->from_gram(gram, N, scratch), wanted, 1e-9);
  assert_true(fabs(wanted - 2) < 0.02);
}

static void test_twonn_by_hand(void **state) {
  (void)state;
  static const double r[][2] = {{.11, .32}, {.23, .29}, {0, .31},
                                {.41, .57}, {.13, .83}, {.37, .44}};
  double distances[12];
  size_t points[6] = {0};
  for (size_t i = 0; i < 12; i++) distances[i] = r[i / 2][i % 2];
  const struct limen_neighbours neighbours = {
      .count = 6, .k = 2, .rows = 7, .points = points, .distances = distances};
  struct limen_estimate estimate = estimate_of("twonn", &neighbours, 2);
  expect_near("twonn", estimate.value, 1.6341020517959841, 1e-13);
  assert_int_equal(estimate.used, 5); /* not the point with a copy */
  struct limen_dimension_settings settings = limen_dimension_defaults;
  settings.discard = 0.4;
  assert_int_equal(
      limen_estimator_run(limen_estimator_find("twonn"), &neighbours, &settings, &estimate, NULL),
      LIMEN_OK);
  expect_near("twonn", estimate.value, 2.3866129655638826, 1e-13);
  /* Nothing to be left out: the largest is all the same, its logarithm is infinite. */
  settings.discard = 0;
  assert_int_equal(
      limen_estimator_run(limen_estimator_find("twonn"), &neighbours, &settings, &estimate, NULL),
      LIMEN_OK);
  expect_near("twonn", estimate.value, 1.6341020517959841, 1e-13);
}

/* Seven points of a line, 0 .11 .32 .57 1.13 1.31 2, k = 3: counted with pencil and paper. */
static void test_sets_by_hand(void **state) {
  (void)state;
  static const double line[] = {0, .11, .32, .57, 1.13, 1.31, 2};
  struct set set;
  set_init(&set, matrix_of_values(7, 1, line), LIMEN_L2, 6);
  const struct limen_neighbours *known = &set.neighbours;
  /* Radii .46 and .57 hold 12 and 16 of the ordered pairs. float32 coordinates move them. */
  expect_near("corrdim", estimate_of("corrdim", known, 3).value, 1.3417389350897482, 1e-6);
  expect_near("hub_skewness", estimate_of("hub_skewness", known, 3).value, 0.7441175562369162,
              1e-12);
  expect_near("expansion", estimate_of("expansion", known, 3).value, 2.8549960582623766, 1e-6);
  expect_near("margin", estimate_of("margin", known, 3).value, 0.6193845248989902, 1e-6);
  expect_near("contrast", estimate_of("relative_contrast", known, 3).value, 3.5491329479768785,
              1e-6);
  /* Nearest of each: 1 0 1 2 5 4 5; nobody's: 3 and 6. */
  struct limen_estimate never = estimate_of("never_found", known, 1);
  expect_near("never_found", never.value, 2.0 / 7, 1e-15);
  assert_true(never.lower > 0.05 && never.upper < 0.65);
  assert_true(estimate_of("never_found", known, 3).value == 0);
  set_clear(&set);
}

/* Points +-a, +-b, +-c on three axes: variances a^2, b^2, c^2 by three. */
static void test_variances_by_hand(void **state) {
  (void)state;
  static const double axes[] = {.57, 0,    0, -.57, 0, 0,   0, .32, 0,
                                0,   -.32, 0, 0,    0, .11, 0, 0,   -.11};
  static const double squares[] = {.57 * .57, .32 * .32, .11 * .11};
  struct set set;
  set_init(&set, matrix_of_values(6, 3, axes), LIMEN_L2, 1);
  double sum = squares[0] + squares[1] + squares[2];
  double fourth = squares[0] * squares[0] + squares[1] * squares[1] + squares[2] * squares[2];
  struct limen_estimate ratio = estimate_of("participation", &set.neighbours, 1);
  expect_near("participation", ratio.value, sum * sum / fourth, 1e-6);
  assert_true(isnan(ratio.lower)); /* six rows: too few for the jackknife */
  const double shares[] = {squares[0] / sum, (squares[0] + squares[1]) / sum};
  const struct {
    double theta, wanted;
  } cases[] = {
      {shares[0] - 1e-4, 1}, {shares[0] + 1e-4, 2}, {shares[1] - 1e-4, 2}, {shares[1] + 1e-4, 3}};
  for (size_t i = 0; i < 4; i++) {
    struct limen_dimension_settings settings = limen_dimension_defaults;
    struct limen_estimate estimate;
    settings.theta = cases[i].theta;
    assert_int_equal(limen_estimator_run(limen_estimator_find("pca"), &set.neighbours, &settings,
                                         &estimate, NULL),
                     LIMEN_OK);
    expect_near("pca", estimate.value, cases[i].wanted, 0);
  }
  set_clear(&set);
}

/* The jackknife against covariances formed anew without every group, means and all. */
static void test_jackknife(void **state) {
  (void)state;
  enum { N = 47, D = 3, GROUPS = 10 };
  struct limen_matrix m = set_dataset("subspace", "n=47", "rank=3");
  double values[GROUPS], mean = 0, square = 0;
  for (size_t g = 0; g < GROUPS; g++) {
    double centre[D] = {0}, trace = 0, squares = 0, left = 0;
    for (size_t r = 0; r < N; r++) left += r % GROUPS != g;
    for (size_t r = 0; r < N; r++)
      for (size_t c = 0; c < D && r % GROUPS != g; c++)
        centre[c] += (double)m.values[r * D + c] / left;
    for (size_t i = 0; i < D; i++)
      for (size_t j = 0; j < D; j++) {
        double sum = 0;
        for (size_t r = 0; r < N; r++)
          if (r % GROUPS != g)
            sum += ((double)m.values[r * D + i] - centre[i]) *
                   ((double)m.values[r * D + j] - centre[j]) / left;
        if (i == j) trace += sum;
        squares += sum * sum;
      }
    values[g] = trace * trace / squares;
    mean += values[g] / GROUPS;
  }
  for (size_t g = 0; g < GROUPS; g++) square += (values[g] - mean) * (values[g] - mean);
  double half = gsl_cdf_tdist_Pinv(0.975, 9) * sqrt(0.9 * square);
  struct set set;
  set_init(&set, m, LIMEN_L2, 1);
  struct limen_estimate estimate = estimate_of("participation", &set.neighbours, 1);
  expect_near("lower", estimate.lower, estimate.value - half, 1e-9);
  expect_near("upper", estimate.upper, estimate.value + half, 1e-9);
  set_clear(&set);
}

/* ---- where nothing can be said ---- */

static void expect_undefined(const char *name, const struct limen_neighbours *neighbours, size_t k,
                             const char *why) {
  struct limen_estimate estimate = estimate_of(name, neighbours, k);
  if (!isnan(estimate.value)) fail_msg("%s is %g, not undefined", name, estimate.value);
  assert_true(isnan(estimate.lower) && isnan(estimate.upper));
  assert_non_null(estimate.undefined);
  if (!strstr(estimate.undefined, why)) fail_msg("%s: %s", name, estimate.undefined);
  assert_int_equal(estimate.used, 0);
}

static void test_all_equal(void **state) {
  (void)state;
  static const double same[40 * 2] = {0};
  struct set set;
  set_init(&set, matrix_of_values(40, 2, same), LIMEN_L2, 10);
  static const char *const local[] = {"mle", "levina_bickel", "mom",   "tle",
                                      "ess", "expansion",     "margin"};
  for (size_t i = 0; i < 7; i++)
    expect_undefined(local[i], &set.neighbours, 5, "too few, all equal or zero");
  expect_undefined("twonn", &set.neighbours, 5, "no two nearest distances differ");
  expect_undefined("corrdim", &set.neighbours, 5, "radii are equal, or one is zero");
  expect_undefined("pca", &set.neighbours, 5, "all vectors are equal");
  expect_undefined("participation", &set.neighbours, 5, "all vectors are equal");
  expect_undefined("relative_contrast", &set.neighbours, 5, "every point has a copy");
  /* An answer without a true id is as near as the true one: the score is 1, and meaningless. */
  expect_near("all_wrong", estimate_of("all_wrong", &set.neighbours, 5).value, 1, 0);
  set_clear(&set);
}

/* Corners of a regular simplex: all distances are sqrt 2. */
static void test_equal_distances(void **state) {
  (void)state;
  double corners[12 * 12] = {0};
  for (size_t i = 0; i < 12; i++) corners[13 * i] = 1;
  struct set set;
  set_init(&set, matrix_of_values(12, 12, corners), LIMEN_L2, 10);
  static const char *const local[] = {"mle", "levina_bickel", "mom"};
  for (size_t i = 0; i < 3; i++)
    expect_undefined(local[i], &set.neighbours, 5, "too few, all equal or zero");
  expect_undefined("twonn", &set.neighbours, 5, "no two nearest distances differ");
  expect_near("margin", estimate_of("margin", &set.neighbours, 5).value, 0, 0);
  expect_near("expansion", estimate_of("expansion", &set.neighbours, 5).value, 1, 0);
  set_clear(&set);
}

/* Copies are left out of a neighbourhood; under cosine their distances are rounding errors. */
static void test_copies_do_not_count(void **state) {
  (void)state;
  static const double points[] = {1, .11, 1, .11, .32, 1, -.57, .83, -.4, -1.1, .9, -.7, -.2, -.9};
  static const enum limen_metric metrics[] = {LIMEN_L2, LIMEN_COSINE};
  for (size_t m = 0; m < 2; m++) {
    struct set set;
    set_init(&set, matrix_of_values(7, 2, points), metrics[m], 4);
    double values[7];
    const double *r = set.neighbours.distances; /* of point 0, whose copy is point 1 */
    assert_true(r[0] == 0 && r[1] > 0);
    assert_int_equal(set.neighbours.ids[0], 1);
    assert_int_equal(
        limen_estimator_pointwise(limen_estimator_find("mle"), &set.neighbours, 4, values, NULL),
        LIMEN_OK);
    expect_near("mle", values[0], -3 / (log(r[1] / r[3]) + log(r[2] / r[3])), 1e-13);
    set_clear(&set);
  }
}

/* True distances out of those of the search; a cosine of 1 - 3e-16 is a copy. */
static void test_true_distances(void **state) {
  (void)state;
  int64_t ids[] = {1, 2, 0, 2, 1, 0};
  double distances[] = {3e-16, 0.0512, 0, 0.1024, 2e-14, 0.1024};
  size_t found[] = {2, 2, 2};
  const struct limen_knn knn = {
      .queries = 3, .k = 2, .width = 2, .ids = ids, .distances = distances, .found = found};
  struct limen_neighbours neighbours;
  assert_int_equal(limen_neighbours_take(&knn, LIMEN_COSINE, NULL, 3, NULL, &neighbours, NULL),
                   LIMEN_OK);
  assert_true(neighbours.distances[0] == 0);
  expect_near("cosine", neighbours.distances[1], 0.32, 1e-14);
  expect_near("cosine", neighbours.distances[4], 2e-7, 1e-14);
  limen_neighbours_clear(&neighbours);
  assert_int_equal(limen_neighbours_take(&knn, LIMEN_L2, NULL, 3, NULL, &neighbours, NULL),
                   LIMEN_OK);
  expect_near("l2", neighbours.distances[3], 0.32, 1e-14);
  assert_true(neighbours.distances[0] > 0);
  limen_neighbours_clear(&neighbours);
}

static void test_too_little_is_known(void **state) {
  (void)state;
  static const double few[] = {.11, .32, .57};
  struct set set;
  set_init(&set, matrix_of_values(3, 1, few), LIMEN_L2, 2);
  for (size_t i = 0; any_estimator(i); i++) {
    if (any_estimator(i)->times_k > 0)
      expect_undefined(any_estimator(i)->name, &set.neighbours, 3, "too few neighbours for this k");
    (void)estimate_of(any_estimator(i)->name, &set.neighbours, 1); /* an answer of some kind */
    (void)estimate_of(any_estimator(i)->name, &set.neighbours, SIZE_MAX / 2);
  }
  set.neighbours.base = NULL;
  static const char *const need[] = {"tle", "ess",           "corrdim",
                                     "pca", "participation", "relative_contrast"};
  for (size_t i = 0; i < 6; i++)
    expect_undefined(need[i], &set.neighbours, 2, "the vectors themselves are needed");
  set.neighbours.count = 2; /* a sample */
  expect_undefined("hub_skewness", &set.neighbours, 2, "every vector must be an evaluation point");
  expect_undefined("never_found", &set.neighbours, 2, "every vector must be an evaluation point");
  set_clear(&set);
}

/* ---- what is refused ---- */

static void test_refusals(void **state) {
  (void)state;
  static const double few[] = {.11, .32, .57};
  static const struct {
    struct limen_dimension_settings settings;
    const char *words;
  } cases[] = {
      {{0, .9, .1, .95, 200, 0}, "k is 0"},
      {{2, 0, .1, .95, 200, 0}, "theta is 0"},
      {{2, 1.1, .1, .95, 200, 0}, "theta is 1.1; a share of the variance lies in (0, 1]"},
      {{2, .9, 1, .95, 200, 0}, "discard is 1; the share left out lies in [0, 1)"},
      {{2, .9, .1, 1, 200, 0}, "the confidence is 1"},
      {{2, .9, .1, .95, 99, 0}, "99 resamples were asked for; 100 to 1000000"},
  };
  struct set set;
  struct limen_estimate estimate;
  struct limen_error error;
  double values[3];
  set_init(&set, matrix_of_values(3, 1, few), LIMEN_L2, 2);
  const struct limen_estimator *mle = limen_estimator_find("mle");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(
        limen_estimator_run(mle, &set.neighbours, &cases[i].settings, &estimate, &error),
        LIMEN_INPUT);
    if (!strstr(error.text, cases[i].words)) fail_msg("%s", error.text);
  }
  assert_int_equal(limen_estimator_pointwise(mle, &set.neighbours, 3, values, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "mle at k = 3 does not go with 2 known neighbours");
  assert_int_equal(
      limen_estimator_pointwise(limen_estimator_find("pca"), &set.neighbours, 2, values, &error),
      LIMEN_INPUT);
  assert_string_equal(error.text, "pca speaks of a whole set, not of its points");
  assert_null(limen_estimator_find("mlee"));
  set_clear(&set);
}

static void test_refused_neighbours(void **state) {
  (void)state;
  static const double few[] = {.11, .32, .57};
  struct limen_matrix matrix = matrix_of_values(3, 1, few);
  struct limen_vectors vectors;
  struct limen_neighbours neighbours;
  struct limen_error error = {0};
  limen_vectors_lend(&vectors, &matrix);
  struct limen_knn knn = brute_knn(&matrix, LIMEN_L2, 2);
  assert_int_equal(limen_neighbours_take(&knn, LIMEN_IP, &vectors, 3, NULL, &neighbours, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text, "the inner product has no distances"));
  knn.ids[1] = -1;
  assert_int_equal(limen_neighbours_take(&knn, LIMEN_L2, &vectors, 3, NULL, &neighbours, &error),
                   LIMEN_INPUT);
  assert_string_equal(error.text, "point 0 has 1 usable neighbours, 2 are needed");
  knn.ids[1] = 3; /* no such row */
  assert_int_equal(limen_neighbours_take(&knn, LIMEN_L2, &vectors, 3, NULL, &neighbours, &error),
                   LIMEN_INPUT);
  const struct limen_neighbours_settings search = {.k = 2};
  vectors.rows = 1;
  assert_int_equal(limen_neighbours_find(&vectors, &search, &neighbours, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "a dimension needs at least 2 vectors, there is 1");
  limen_knn_clear(&knn);
  limen_matrix_clear(&matrix);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_formulas_of_distances),
      cmocka_unit_test(test_formulas_of_inner_products),
      cmocka_unit_test(test_skewness_of_a_polygon),
      cmocka_unit_test(test_twonn_by_hand),
      cmocka_unit_test(test_sets_by_hand),
      cmocka_unit_test(test_variances_by_hand),
      cmocka_unit_test(test_jackknife),
      cmocka_unit_test(test_all_equal),
      cmocka_unit_test(test_equal_distances),
      cmocka_unit_test(test_copies_do_not_count),
      cmocka_unit_test(test_true_distances),
      cmocka_unit_test(test_too_little_is_known),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_refused_neighbours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
