/* Every dataset of the table keeps the contract; then what single datasets promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "datasets/datasets.h"
#include "datasets/rows.h"
#include "support/brute_knn.h"

static struct limen_data make(const char *name, uint64_t seed, size_t n_sets,
                              const char *const *sets) {
  struct limen_data data;
  struct limen_error error = {0};
  const struct limen_dataset *dataset = limen_dataset_find(limen_datasets, name);
  if (!dataset) fail_msg("no dataset %s", name);
  if (limen_dataset_make(dataset, sets, n_sets, seed, &data, &error) != LIMEN_OK)
    fail_msg("%s: %s", name, error.text);
  return data;
}

#define SETS(...)                                                                            \
  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), (const char *const[]) { \
    __VA_ARGS__                                                                              \
  }

static bool same_matrix(const struct limen_matrix *a, const struct limen_matrix *b) {
  return a->rows == b->rows && a->columns == b->columns &&
         memcmp(a->values, b->values, a->rows * a->columns * sizeof(float)) == 0;
}

/* ---- the contract ---- */

static void expect_finite(const char *name, const struct limen_matrix *matrix) {
  for (size_t i = 0; i < matrix->rows * matrix->columns; i++)
    if (!isfinite(matrix->values[i])) fail_msg("%s: value %zu is not finite", name, i);
}

static void expect_labels(const char *name, const struct limen_data *data) {
  if (data->labels.rows == 0) return;
  assert_int_equal(data->labels.rows, data->base.rows);
  for (size_t i = 0; i < data->labels.rows; i++)
    if (data->labels.label[i] >= data->labels.count) fail_msg("%s: label of row %zu", name, i);
  for (size_t i = 0; i < data->labels.count; i++) {
    assert_non_null(data->labels.names[i]);
    for (size_t j = 0; j < i; j++)
      assert_string_not_equal(data->labels.names[i], data->labels.names[j]);
  }
}

static void test_shapes_and_repeats(void **state) {
  (void)state;
  for (size_t i = 0; limen_datasets[i]; i++) {
    const char *name = limen_datasets[i]->name;
    struct limen_data a = make(name, 7, SETS("n=301", "queries=57"));
    assert_int_equal(a.base.rows, 301);
    assert_int_equal(a.queries.rows, 57);
    assert_int_equal(a.base.columns, a.queries.columns);
    expect_finite(name, &a.base);
    expect_finite(name, &a.queries);
    expect_labels(name, &a);
    assert_true(isnan(a.dimension) || (a.dimension >= 1 && a.dimension <= (double)a.base.columns));
    /* The queries are vectors of their own. */
    assert_memory_not_equal(a.base.values, a.queries.values, a.base.columns * sizeof(float));

    limen_threads_set(1);
    struct limen_data b = make(name, 7, SETS("n=301", "queries=57"));
    limen_threads_set(2);
    struct limen_data other = make(name, 8, SETS("n=301", "queries=57"));
    if (!same_matrix(&a.base, &b.base) || !same_matrix(&a.queries, &b.queries))
      fail_msg("%s differs between one thread and two", name);
    if (same_matrix(&a.base, &other.base) || same_matrix(&a.queries, &other.queries))
      fail_msg("%s does not look at its seed", name);
    limen_data_clear(&a);
    limen_data_clear(&b);
    limen_data_clear(&other);
  }
}

/* Every dataset gives its queries the law they are asked for, and only them. */
static void test_every_query_law(void **state) {
  (void)state;
  static const char *const laws[] = {"query_law=shifted", "query_law=gaussian"};
  for (size_t i = 0; limen_datasets[i]; i++)
    for (size_t l = 0; l < 2; l++) {
      const char *name = limen_datasets[i]->name;
      struct limen_data own = make(name, 7, SETS("n=301", "queries=57"));
      struct limen_data other = make(name, 7, SETS("n=301", "queries=57", laws[l]));
      if (!same_matrix(&own.base, &other.base)) fail_msg("%s, %s: the base", name, laws[l]);
      if (same_matrix(&own.queries, &other.queries)) fail_msg("%s ignores %s", name, laws[l]);
      expect_finite(name, &other.queries);
      limen_data_clear(&own);
      limen_data_clear(&other);
    }
}

static void test_about_and_parameters(void **state) {
  (void)state;
  for (size_t i = 0; limen_datasets[i]; i++) {
    const struct limen_dataset *dataset = limen_datasets[i];
    assert_true(strlen(dataset->about) > 0);
    assert_ptr_equal(limen_dataset_find(limen_datasets, dataset->name), dataset);
    assert_string_equal(dataset->parameters[0].name, "n");
    assert_string_equal(dataset->parameters[1].name, "queries");
    assert_string_equal(dataset->parameters[2].name, "query_law");
    for (size_t p = 0; dataset->parameters[p].name; p++)
      assert_int_equal(dataset->parameters[p].role, LIMEN_SETTING);
  }
  assert_null(limen_dataset_find(limen_datasets, "subspac"));
}

/* Blocks have streams of their own: a larger set begins with the smaller one. */
static void test_more_rows_keep_the_first(void **state) {
  (void)state;
  struct limen_data small = make("gaussian", 3, SETS("n=300", "d=7", "queries=1"));
  struct limen_data large = make("gaussian", 3, SETS("n=700", "d=7", "queries=600"));
  assert_memory_equal(small.base.values, large.base.values, 300 * 7 * sizeof(float));
  assert_memory_equal(small.queries.values, large.queries.values, 7 * sizeof(float));
  limen_data_clear(&small);
  limen_data_clear(&large);
}

/* ---- laws ---- */

static double mean_of(const struct limen_matrix *m, size_t column) {
  double sum = 0;
  for (size_t r = 0; r < m->rows; r++) sum += (double)m->values[r * m->columns + column];
  return sum / (double)m->rows;
}

static double deviation_of(const struct limen_matrix *m, size_t column) {
  double mean = mean_of(m, column), sum = 0;
  for (size_t r = 0; r < m->rows; r++) {
    double off = (double)m->values[r * m->columns + column] - mean;
    sum += off * off;
  }
  return sqrt(sum / (double)m->rows);
}

/* Within four standard errors of a mean and of a deviation. */
static void expect_moments(const struct limen_matrix *m, size_t column, double mean, double sd) {
  double error = sd / sqrt((double)m->rows);
  if (fabs(mean_of(m, column) - mean) > 4 * error) fail_msg("mean %g", mean_of(m, column));
  if (fabs(deviation_of(m, column) - sd) > 4 * error) fail_msg("sd %g", deviation_of(m, column));
}

static void test_coefficients(void **state) {
  (void)state;
  static const struct {
    const char *set;
    double mean, sd;
  } laws[] = {{"coefficients=normal", 0, 1},
              {"coefficients=uniform", 0, 0.57735026918962573},
              {"coefficients=nonnegative", 0.5, 0.28867513459481287}};
  for (size_t i = 0; i < 3; i++) {
    struct limen_data data =
        make("subspace", 5, SETS("n=20000", "rank=3", "queries=20000", laws[i].set));
    for (size_t c = 0; c < 3; c++) {
      expect_moments(&data.base, c, laws[i].mean, laws[i].sd);
      expect_moments(&data.queries, c, laws[i].mean, laws[i].sd);
    }
    assert_true(data.dimension == 3);
    limen_data_clear(&data);
  }
}

static void test_unit_length(void **state) {
  (void)state;
  struct limen_data data =
      make("subspace", 5, SETS("n=99", "rank=5", "ambient=11", "unit=1", "queries=9"));
  for (size_t r = 0; r < 99; r++) {
    double square = 0;
    for (size_t c = 0; c < 11; c++) {
      double x = (double)data.base.values[r * 11 + c];
      square += x * x;
    }
    assert_true(fabs(sqrt(square) - 1) < 1e-6);
  }
  assert_true(data.dimension == 4);
  limen_data_clear(&data);
}

/* The metamorphic test: an orthonormal basis keeps distances, so rank dimensions and 1024 have the
 * same neighbours, to what float32 leaves of 1024 numbers. */
static void test_ambient_keeps_neighbours(void **state) {
  (void)state;
  enum { N = 500, K = 10 };
  static const char *const laws[] = {"coefficients=normal", "coefficients=nonnegative"};
  for (size_t l = 0; l < 2; l++) {
    struct limen_data thin = make("subspace", 9, SETS("n=500", "rank=16", laws[l]));
    struct limen_data wide = make("subspace", 9, SETS("n=500", "rank=16", "ambient=1024", laws[l]));
    assert_int_equal(thin.base.columns, 16);
    assert_int_equal(wide.base.columns, 1024);
    struct limen_knn a = brute_knn(&thin.base, LIMEN_L2, K), b = brute_knn(&wide.base, LIMEN_L2, K);
    size_t same = 0;
    for (size_t i = 0; i < N * K; i++) {
      double x = sqrt(a.distances[i]), y = sqrt(b.distances[i]);
      if (fabs(x - y) > 1e-5 * x) fail_msg("distance %zu: %.9g and %.9g", i, x, y);
      same += a.ids[i] == b.ids[i];
    }
    /* Two neighbours change places only where their distances agree to 1e-5. */
    assert_true(same > N * K - 20);
    limen_knn_clear(&a);
    limen_knn_clear(&b);
    limen_data_clear(&thin);
    limen_data_clear(&wide);
  }
}

static void test_basis(void **state) {
  (void)state;
  enum { R = 200, C = 200 }; /* the last ones lie almost within the others */
  double *basis = limen_rows_basis(R, C, 2, "basis", NULL);
  for (size_t i = 0; i < R; i++)
    for (size_t j = 0; j <= i; j++) {
      double dot = 0;
      for (size_t c = 0; c < C; c++) dot += basis[i * C + c] * basis[j * C + c];
      assert_true(fabs(dot - (i == j)) < 1e-14);
    }
  limen_free(basis);
}

static void test_query_laws(void **state) {
  (void)state;
  struct limen_data same = make("affine", 4, SETS("n=5000", "queries=5000"));
  struct limen_data shifted =
      make("affine", 4, SETS("n=5000", "queries=5000", "query_law=shifted"));
  struct limen_data gaussian =
      make("affine", 4, SETS("n=5000", "queries=5000", "query_law=gaussian"));
  assert_true(same_matrix(&same.base, &shifted.base));
  assert_true(same_matrix(&same.base, &gaussian.base));
  double moved = 0, spread = 0;
  for (size_t c = 0; c < 5; c++) {
    double by = (double)shifted.queries.values[c] - (double)same.queries.values[c];
    moved += by * by;
    spread += deviation_of(&same.base, c) * deviation_of(&same.base, c);
    /* All by the same vector. */
    double last =
        (double)shifted.queries.values[4999 * 5 + c] - (double)same.queries.values[4999 * 5 + c];
    assert_true(fabs(last - by) < 1e-5);
    expect_moments(&gaussian.queries, c, mean_of(&same.base, c), deviation_of(&same.base, c));
  }
  assert_true(fabs(sqrt(moved / spread) - 1) < 1e-5);
  limen_data_clear(&same);
  limen_data_clear(&shifted);
  limen_data_clear(&gaussian);
}

/* ---- single datasets ---- */

static double at(const struct limen_matrix *m, size_t row, size_t column) {
  return (double)m->values[row * m->columns + column];
}

static void test_manifolds_lie_where_they_should(void **state) {
  (void)state;
  struct limen_data sphere = make("sphere", 1, SETS("n=200", "d=4"));
  struct limen_data helix = make("helix", 1, SETS("n=200"));
  struct limen_data cube = make("cube_faces", 1, SETS("n=2000", "d=3"));
  struct limen_data circles = make("nonlinear", 1, SETS("n=200", "d=4", "copies=2"));
  struct limen_data bowl = make("paraboloid", 1, SETS("n=200", "d=3"));
  struct limen_data bent = make("s_curve", 1, SETS("n=200"));
  struct limen_data roll = make("swiss_roll", 1, SETS("n=200"));
  size_t faces[8] = {0};
  for (size_t r = 0; r < 200; r++) {
    double square = 0, up = 0;
    for (size_t c = 0; c < 5; c++) square += at(&sphere.base, r, c) * at(&sphere.base, r, c);
    assert_true(fabs(square - 1) < 1e-6);
    /* On the tube of radius 1 round the circle of radius 2. */
    double ring = hypot(at(&helix.base, r, 0), at(&helix.base, r, 1)) - 2;
    assert_true(fabs(hypot(ring, at(&helix.base, r, 2)) - 1) < 1e-6);
    /* The radius of circle i is the angle of circle i + 1, in turns. */
    for (size_t i = 0; i < 4; i++) {
      double radius = hypot(at(&circles.base, r, 2 * i), at(&circles.base, r, 2 * i + 1));
      size_t next = 2 * ((i + 1) % 4);
      double turn = atan2(at(&circles.base, r, next + 1), at(&circles.base, r, next)) / (2 * M_PI);
      double off = fabs(radius - (turn < 0 ? turn + 1 : turn));
      assert_true(fmin(off, 1 - off) < 1e-4);
      assert_true(at(&circles.base, r, 8 + i) == at(&circles.base, r, i));
    }
    for (size_t c = 0; c < 3; c++) up += at(&bowl.base, r, c) * at(&bowl.base, r, c);
    assert_true(fabs(up - at(&bowl.base, r, 3)) < 1e-6);
    assert_true(fabs(sin(up) - at(&bowl.base, r, 7)) < 1e-6);
    assert_true(fabs(up * up - at(&bowl.base, r, 11)) < 1e-6);
    /* Two arcs of circles about (0, -1) and (0, 1). */
    double centre = at(&bent.base, r, 2) < 0 ? -1 : 1;
    assert_true(fabs(hypot(at(&bent.base, r, 0), at(&bent.base, r, 2) - centre) - 1) < 1e-5);
    double t = hypot(at(&roll.base, r, 0), at(&roll.base, r, 2));
    assert_true(fabs(t * cos(t) - at(&roll.base, r, 0)) < 1e-4);
  }
  for (size_t r = 0; r < 2000; r++)
    for (size_t c = 0; c < 4; c++) {
      double x = at(&cube.base, r, c);
      if (x == 0 || x == 1) faces[2 * c + (x == 1)]++;
    }
  /* 2000 over 8 faces: 250 each, deviation 15. */
  for (size_t f = 0; f < 8; f++) assert_in_range(faces[f], 190, 310);
  limen_data_clear(&sphere);
  limen_data_clear(&helix);
  limen_data_clear(&cube);
  limen_data_clear(&circles);
  limen_data_clear(&bowl);
  limen_data_clear(&bent);
  limen_data_clear(&roll);
}

/* (x, y, z) of affine, moebius and m3 satisfy their equations. */
static void test_equations(void **state) {
  (void)state;
  struct limen_data flat = make("affine", 1, SETS("n=100"));
  struct limen_data band = make("moebius", 1, SETS("n=100"));
  struct limen_data m3 = make("m3", 1, SETS("n=100"));
  gsl_rng *rng = limen_rng_alloc(1, "base/0", NULL);
  for (size_t r = 0; r < 100; r++) {
    /* x0 - 3 = 1.2 a - .5 b, x1 + 1 = .5 a + .9 b give a, b; they give x3 + .1 c and x4. */
    double x = at(&flat.base, r, 0) - 3, y = at(&flat.base, r, 1) + 1;
    double a = (0.9 * x + 0.5 * y) / 1.33, b = (1.2 * y - 0.5 * x) / 1.33;
    double c = at(&flat.base, r, 2) + 0.5 * a + 0.2 * b;
    assert_true(fabs(at(&flat.base, r, 3) - (0.4 * a - 0.9 * b - 0.1 * c)) < 1e-5);
    assert_true(fabs(at(&flat.base, r, 4) - (8 + 1.1 * a - 0.3 * b)) < 1e-5);
    assert_true(a > -1e-5 && a < 4.00001 && c > -1e-5 && c < 4.00001);
    double angle = atan2(at(&band.base, r, 1), at(&band.base, r, 0));
    double out = hypot(at(&band.base, r, 0), at(&band.base, r, 1)) - 1;
    assert_true(fabs(out * sin(5 * angle) - at(&band.base, r, 2) * cos(5 * angle)) < 1e-5);
    assert_true(hypot(out, at(&band.base, r, 2)) <= 0.50001);
    /* All six as published, from the same four numbers. */
    double p[4];
    for (size_t i = 0; i < 4; i++) p[i] = gsl_rng_uniform(rng);
    const double wanted[6] = {p[1] * p[1] * cos(2 * M_PI * p[0]),
                              p[2] * p[2] * sin(2 * M_PI * p[0]),
                              p[1] + p[2] + pow(p[1] - p[3], 2),
                              p[1] - 2 * p[2] + pow(p[0] - p[3], 2),
                              -p[1] - 2 * p[2] + pow(p[2] - p[3], 2),
                              pow(p[0], 2) - pow(p[1], 2) + pow(p[2], 2) - pow(p[3], 2)};
    for (size_t i = 0; i < 6; i++) assert_true(fabs(at(&m3.base, r, i) - wanted[i]) < 1e-6);
  }
  limen_data_clear(&flat);
  limen_data_clear(&band);
  limen_data_clear(&m3);
  limen_rng_free(rng);
}

static void test_clusters(void **state) {
  (void)state;
  struct limen_data far = make("clusters_separated", 2, SETS("n=600", "clusters=20", "d=8"));
  struct limen_knn knn = brute_knn(&far.base, LIMEN_L2, 5);
  assert_int_equal(far.labels.count, 20);
  assert_string_equal(far.labels.names[3], "cluster03");
  for (size_t i = 0; i < 600; i++)
    for (size_t j = 0; j < 5; j++)
      assert_int_equal(far.labels.label[knn.ids[i * 5 + j]], far.labels.label[i]);
  limen_knn_clear(&knn);
  limen_data_clear(&far);

  struct limen_data mixed =
      make("clusters_mixed", 2, SETS("n=900", "clusters=3", "lowest=2", "highest=9", "ambient=12"));
  assert_true(isnan(mixed.dimension));
  assert_true(mixed.label_dimensions[0] == 2 && mixed.label_dimensions[1] == 5 &&
              mixed.label_dimensions[2] == 9);
  assert_string_equal(mixed.labels.names[1], "c1_d5");
  for (size_t c = 0; c < 3; c++) { /* centres 8 from the origin, root mean square width 1 */
    double centre[12] = {0}, square = 0, width = 0;
    for (size_t r = c; r < 900; r += 3)
      for (size_t i = 0; i < 12; i++) centre[i] += at(&mixed.base, r, i) / 300;
    for (size_t i = 0; i < 12; i++) square += centre[i] * centre[i];
    for (size_t r = c; r < 900; r += 3)
      for (size_t i = 0; i < 12; i++)
        width += (at(&mixed.base, r, i) - centre[i]) * (at(&mixed.base, r, i) - centre[i]) / 300;
    assert_true(fabs(sqrt(square) - 8) < 0.3);
    assert_true(fabs(sqrt(width) - 1) < 0.15);
  }
  limen_data_clear(&mixed);
}

static void test_hubs_are_found_by_everybody(void **state) {
  (void)state;
  enum { N = 400, K = 10 };
  struct limen_data data = make("hubs", 2, SETS("n=400", "hubs=4", "d=64"));
  struct limen_knn knn = brute_knn(&data.base, LIMEN_L2, K);
  size_t found[N] = {0}, hubs = 0;
  for (size_t i = 0; i < N * K; i++) found[knn.ids[i]]++;
  for (size_t i = 0; i < N; i++)
    if (data.labels.label[i] == 1) {
      hubs++;
      assert_true(found[i] == N - 1);
    } else {
      assert_true(found[i] < N / 4);
    }
  assert_int_equal(hubs, 4);
  limen_knn_clear(&knn);
  limen_data_clear(&data);
}

static void test_duplicates(void **state) {
  (void)state;
  enum { N = 100 };
  struct limen_data data = make("duplicates", 2, SETS("n=100", "d=3", "copied=4", "copies=7"));
  size_t copied = 0, in_order = 0;
  for (size_t i = 0; i < N; i++) {
    size_t same = 0;
    for (size_t j = 0; j < N; j++)
      same += memcmp(data.base.values + 3 * i, data.base.values + 3 * j, 3 * sizeof(float)) == 0;
    assert_int_equal(same, data.labels.label[i] == 1 ? 7 : 1);
    copied += data.labels.label[i];
    in_order += i < 28 && data.labels.label[i] == 1;
  }
  assert_int_equal(copied, 28);
  assert_true(in_order < 20);
  assert_string_equal(data.labels.names[1], "copied");
  limen_data_clear(&data);
}

/* ---- what is refused ---- */

static void refuse(const char *name, size_t n_sets, const char *const *sets, const char *words) {
  struct limen_data data;
  struct limen_error error = {0};
  int status =
      limen_dataset_make(limen_dataset_find(limen_datasets, name), sets, n_sets, 1, &data, &error);
  assert_int_equal(status, LIMEN_USAGE);
  if (!strstr(error.text, words)) fail_msg("\"%s\" does not stand in: %s", words, error.text);
  assert_null(data.base.values);
}

static void test_refusals(void **state) {
  (void)state;
  refuse("subspace", SETS("rank=65", "ambient=64"),
         "a subspace of rank 65 does not fit into 64 dimensions; raise `ambient` or lower `rank`");
  refuse("clusters_mixed", SETS("lowest=9", "highest=8"), "clusters from dimension 9 to 8");
  refuse("clusters_mixed", SETS("highest=65"), "lowest <= highest <= ambient");
  refuse("hubs", SETS("n=9", "hubs=10"), "10 hubs are more than the 9 vectors");
  refuse("duplicates", SETS("n=100", "copied=3", "copies=34"),
         "3 vectors of 34 copies each do not fit into 100; raise `n`");
  refuse("paraboloid", SETS("d=4097"), "`d` cannot be `4097`");
  refuse("nonlinear", SETS("d=4096", "copies=64"), "would have 524288 columns, at most 65536");
  refuse("gaussian", SETS("n=0"), "`n` cannot be `0`");
  refuse("gaussian", SETS("n=5,6"), "`n` takes one value");
  refuse("gaussian", SETS("rank=3"), "unknown key `rank`; valid: n, queries, query_law, d");
  refuse("gaussian", SETS("query_law=shfted"), "did you mean `shifted`?");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shapes_and_repeats),
      cmocka_unit_test(test_every_query_law),
      cmocka_unit_test(test_about_and_parameters),
      cmocka_unit_test(test_more_rows_keep_the_first),
      cmocka_unit_test(test_coefficients),
      cmocka_unit_test(test_unit_length),
      cmocka_unit_test(test_ambient_keeps_neighbours),
      cmocka_unit_test(test_basis),
      cmocka_unit_test(test_query_laws),
      cmocka_unit_test(test_manifolds_lie_where_they_should),
      cmocka_unit_test(test_equations),
      cmocka_unit_test(test_clusters),
      cmocka_unit_test(test_hubs_are_found_by_everybody),
      cmocka_unit_test(test_duplicates),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
