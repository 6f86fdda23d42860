/* Exact neighbours against a float64 brute force that shares no code with them, on data that is
 * kind to float32 and on data that is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cblas.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/machine.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/text.h"
#include "base/threads.h"
#include "knn/distance.h"
#include "knn/frame.h"
#include "knn/knn.h"
#include "support/program.h"

/* ---- data ---- */

static struct limen_matrix matrix_of(size_t rows, size_t columns) {
  struct limen_matrix matrix;
  struct limen_error error;
  if (limen_matrix_init(&matrix, rows, columns, &error) != LIMEN_OK) fail_msg("%s", error.text);
  return matrix;
}

static double normal(gsl_rng *rng) { /* near enough */
  double sum = -6;
  for (size_t i = 0; i < 12; i++) sum += gsl_rng_uniform(rng);
  return sum;
}

enum shape { GAUSS, CLUSTERS, DUPLICATES, FAR, TINY, HUGE_NUMBERS, INTEGERS, OUTLIERS, SHAPES };
static const char *const shape_names[] = {"gauss", "clusters", "duplicates", "far",
                                          "tiny",  "huge",     "integers",   "outliers"};

/* Rows of one of the shapes; bases and queries differ by their stream. */
static struct limen_matrix draw(enum shape shape, size_t rows, size_t columns, const char *stream) {
  gsl_rng *rng = limen_rng_alloc(11, stream, NULL);
  struct limen_matrix matrix = matrix_of(rows, columns);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      double x = normal(rng);
      /* Seven clusters, a millionth wide: within one, float32 sees nothing. */
      if (shape == CLUSTERS) x = sin((double)(i % 7 * columns + j)) + 1e-6 * x;
      if (shape == DUPLICATES) x = cos((double)(i * i % 13 * 31 + j)); /* 7 distinct rows */
      if (shape == FAR) x = 1e4 + x;
      if (shape == TINY) x *= 1e-30;
      if (shape == HUGE_NUMBERS) x *= 1e30;
      if (shape == INTEGERS) x = floor(fabs(x) * 11);
      if (shape == OUTLIERS && i % 97 == 5) x *= 1e25;
      matrix.values[i * columns + j] = (float)x;
    }
  limen_rng_free(rng);
  return matrix;
}

/* ---- brute force ---- */

struct pair {
  long double distance;
  size_t id;
};

/* In 64 bits of mantissa, so that it can tell what float64 may not order. */
static long double exact(enum limen_metric metric, const float *x, const float *y, size_t d) {
  long double xx = 0, xy = 0, yy = 0, square = 0;
  for (size_t i = 0; i < d; i++) {
    xx += (long double)x[i] * x[i];
    yy += (long double)y[i] * y[i];
    xy += (long double)x[i] * y[i];
    square += ((long double)x[i] - y[i]) * ((long double)x[i] - y[i]);
  }
  return metric == LIMEN_L2 ? square : metric == LIMEN_IP ? 1 - xy : 1 - xy / sqrtl(xx * yy);
}

/* What float64 sums of this size may be off by. */
static long double slack(enum limen_metric metric, const float *x, const float *y, size_t d) {
  long double terms = 1;
  for (size_t i = 0; i < d && metric == LIMEN_IP; i++) terms += fabsl((long double)x[i] * y[i]);
  if (metric == LIMEN_L2) terms = exact(metric, x, y, d);
  return terms * (long double)(d + 16) * 0x1p-52L;
}

static int ascending(const void *a, const void *b) {
  const struct pair *x = a, *y = b;
  if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static struct pair *all_pairs(const struct limen_matrix *base, const float *query,
                              enum limen_metric metric, size_t skip, size_t *count) {
  struct pair *pairs = calloc(base->rows + 1, sizeof *pairs);
  *count = 0;
  for (size_t i = 0; i < base->rows; i++)
    if (i != skip)
      pairs[(*count)++] =
          (struct pair){exact(metric, query, base->values + i * base->columns, base->columns), i};
  qsort(pairs, *count, sizeof *pairs, ascending);
  return pairs;
}

/* ---- searching and comparing ---- */

static struct limen_knn search(const struct limen_matrix *base, const struct limen_matrix *queries,
                               const struct limen_knn_settings *settings) {
  struct limen_vectors b, q;
  struct limen_knn knn;
  struct limen_error error;
  limen_vectors_lend(&b, base);
  limen_vectors_lend(&q, queries);
  if (limen_knn_search(&b, &q, settings, &knn, &error) != LIMEN_OK) fail_msg("%s", error.text);
  return knn;
}

/* Answers that are exactly those of brute force, but for rows whose float64 distances are nearer to
 * each other than float64 sums can tell. */
static void expect_exact(const struct limen_matrix *base, const struct limen_matrix *queries,
                         const struct limen_knn_settings *settings, const struct limen_knn *knn) {
  const size_t d = base->columns;
  assert_int_equal(knn->queries, queries->rows);
  assert_int_equal(knn->width, knn->k + settings->extra);
  for (size_t q = 0; q < queries->rows; q++) {
    const float *x = queries->values + q * d;
    const int64_t *ids = knn->ids + q * knn->width;
    const double *distances = knn->distances + q * knn->width;
    size_t count;
    struct pair *pairs =
        all_pairs(base, x, settings->metric, settings->skip_self ? q : SIZE_MAX, &count);
    assert_int_equal(knn->k, settings->k < count ? settings->k : count);
    for (size_t i = 0; i < knn->found[q]; i++) {
      const float *y = base->values + (size_t)ids[i] * d;
      assert_in_range(ids[i], 0, base->rows - 1);
      if (settings->skip_self) assert_int_not_equal(ids[i], q);
      assert_true(distances[i] == limen_distance(settings->metric, x, y, d));
      assert_true(fabsl(distances[i] - exact(settings->metric, x, y, d)) <=
                  slack(settings->metric, x, y, d));
      if (i > 0)
        assert_true(distances[i] > distances[i - 1] ||
                    (distances[i] == distances[i - 1] && ids[i] > ids[i - 1]));
      const float *right = base->values + pairs[i].id * d;
      if ((size_t)ids[i] != pairs[i].id &&
          fabsl(pairs[i].distance - distances[i]) >
              slack(settings->metric, x, y, d) + slack(settings->metric, x, right, d))
        fail_msg("query %zu, place %zu: row %lld at %.17g, brute force has row %zu at %.17Lg", q, i,
                 (long long)ids[i], distances[i], pairs[i].id, pairs[i].distance);
    }
    for (size_t i = knn->found[q]; i < knn->width; i++) {
      assert_int_equal(ids[i], -1);
      assert_true(distances[i] == (double)INFINITY);
    }
    free(pairs);
  }
}

static void expect_identical(const struct limen_knn *a, const struct limen_knn *b) {
  assert_int_equal(a->queries, b->queries);
  assert_int_equal(a->width, b->width);
  assert_memory_equal(a->ids, b->ids, a->queries * a->width * sizeof *a->ids);
  assert_memory_equal(a->distances, b->distances, a->queries * a->width * sizeof *a->distances);
  assert_memory_equal(a->found, b->found, a->queries * sizeof *a->found);
  assert_memory_equal(a->ties_cut, b->ties_cut, a->queries * sizeof *a->ties_cut);
}

static void check(enum shape shape, enum limen_metric metric, size_t rows, size_t queries, size_t d,
                  size_t k) {
  struct limen_matrix base = draw(shape, rows, d, "base"), asked = draw(shape, queries, d, "query");
  const struct limen_knn_settings settings = {.k = k, .metric = metric};
  struct limen_knn knn = search(&base, &asked, &settings);
  expect_exact(&base, &asked, &settings, &knn);
  for (size_t q = 0; q < queries; q++) assert_int_equal(knn.found[q], knn.k);
  limen_knn_clear(&knn);
  limen_matrix_clear(&base);
  limen_matrix_clear(&asked);
}

/* ---- tests ---- */

static void test_hand_worked(void **state) {
  (void)state;
  float rows[] = {0.5f, 1.5f, -2, 0.25f, 3, 0.75f, 0.5f, 1.5f}, asked[] = {1, 0.5f};
  const struct limen_matrix base = {4, 2, rows}, queries = {1, 2, asked};
  /* L2: 0.25 + 1 = 1.25, 9 + 0.0625 = 9.0625, 4 + 0.0625 = 4.0625, and row 0 again. */
  static const struct {
    enum limen_metric metric;
    int64_t ids[4];
    double distances[4];
  } cases[] = {
      {LIMEN_L2, {0, 3, 2, 1}, {1.25, 1.25, 4.0625, 9.0625}},
      /* 1 - (0.5 + 0.75), 1 - (-2 + 0.125), 1 - (3 + 0.375) */
      {LIMEN_IP, {2, 0, 3, 1}, {-2.375, -0.25, -0.25, 2.875}},
      /* 1 - 1.25 / sqrt(1.25 * 2.5), 1 + 1.875 / sqrt(1.25 * 4.0625), 1 - 3.375 / sqrt(1.25 *
         9.5625) */
      {LIMEN_COSINE,
       {2, 0, 3, 1},
       {0.023812939816047, 0.292893218813452, 0.292893218813452, 1.832050294337844}},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    const struct limen_knn_settings settings = {.k = 4, .metric = cases[c].metric};
    struct limen_knn knn = search(&base, &queries, &settings);
    for (size_t i = 0; i < 4; i++) {
      assert_int_equal(knn.ids[i], cases[c].ids[i]);
      assert_true(fabs(knn.distances[i] - cases[c].distances[i]) < 1e-14);
    }
    limen_knn_clear(&knn);
  }
}

static void test_shapes(void **state) {
  (void)state;
  for (size_t shape = 0; shape < SHAPES; shape++)
    for (size_t metric = 0; limen_metric_name(metric); metric++) {
      printf("  %s, %s\n", shape_names[shape], limen_metric_name(metric));
      check((enum shape)shape, (enum limen_metric)metric, 3001, 37, 24, 10);
    }
}

/* Blocks, tiles and registers that are not full; k at and above the number of rows. */
static void test_sizes(void **state) {
  (void)state;
  static const struct {
    size_t rows, queries, d, k;
  } sizes[] = {{1, 1, 1, 1},         {2, 3, 1, 5},       {63, 31, 15, 63},   {64, 33, 16, 64},
               {65, 32, 17, 7},      {1023, 255, 31, 3}, {1025, 257, 33, 5}, {2200, 300, 3, 1},
               {1500, 9, 130, 1500}, {5000, 2, 7, 4999}, {2049, 5, 515, 2}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (size_t metric = 0; limen_metric_name(metric); metric++)
      check(GAUSS, (enum limen_metric)metric, sizes[i].rows, sizes[i].queries, sizes[i].d,
            sizes[i].k);
}

/* A query at the far end of float32, and none at all. */
static void test_odd_queries(void **state) {
  (void)state;
  struct limen_matrix base = draw(GAUSS, 700, 19, "base"), asked = draw(GAUSS, 5, 19, "query");
  for (size_t j = 0; j < 19; j++) asked.values[j] *= 3e37f;
  for (size_t j = 0; j < 19; j++) asked.values[19 + j] *= 1e-38f;
  for (size_t metric = 0; limen_metric_name(metric); metric++) {
    if (metric != LIMEN_COSINE)
      for (size_t j = 0; j < 19; j++) asked.values[38 + j] = 0;
    else
      asked.values[40] = 1e-45f;
    const struct limen_knn_settings settings = {.k = 5, .metric = (enum limen_metric)metric};
    struct limen_knn knn = search(&base, &asked, &settings);
    expect_exact(&base, &asked, &settings, &knn);
    limen_knn_clear(&knn);
  }
  const struct limen_matrix none = {0, 19, asked.values};
  const struct limen_knn_settings settings = {.k = 5, .metric = LIMEN_L2};
  struct limen_knn knn = search(&base, &none, &settings);
  assert_int_equal(knn.queries, 0);
  limen_knn_clear(&knn);
  knn = search(&none, &asked, &settings);
  assert_int_equal(knn.k, 0);
  assert_int_equal(knn.found[4], 0);
  limen_knn_clear(&knn);
  limen_matrix_clear(&base);
  limen_matrix_clear(&asked);
}

/* A key in extended precision, from the vectors as they are. */
static long double exact_key(const struct limen_frame *frame, const float *x, const float *y,
                             double slope) {
  const bool unit = frame->metric == LIMEN_COSINE;
  const long double lengths = unit ? sqrtl(limen_product(x, x, frame->columns)) : 1;
  const long double length = unit ? sqrtl(limen_product(y, y, frame->columns)) : 1;
  const long double s = frame->scale, t = 1 / (slope * s);
  long double key = 0;
  for (size_t i = 0; i < frame->columns; i++) {
    long double b = s * y[i] / length - frame->centre[i], a = s * x[i] - frame->centre[i];
    key += frame->metric == LIMEN_L2 ? b * b / 2 - a * b : -(t * x[i] / lengths) * b;
  }
  return key;
}

/* The bounds hold for each pair, and are of use: nowhere wider than d 2^-21 of the terms. */
static void test_bounds(void **state) {
  (void)state;
  enum { ROWS = 200, QUERIES = 20, D = 37 };
  float rows[ROWS * D], low[ROWS], high[ROWS], length[ROWS], placed[D];
  const struct limen_frame_rows out = {rows, low, high, length};
  for (size_t shape = 0; shape < OUTLIERS; shape++)
    for (size_t metric = 0; limen_metric_name(metric); metric++) {
      struct limen_matrix base = draw((enum shape)shape, ROWS, D, "base");
      struct limen_matrix asked = draw((enum shape)shape, QUERIES, D, "query");
      struct limen_vectors lent;
      struct limen_frame frame;
      struct limen_frame_query query;
      size_t bad;
      limen_vectors_lend(&lent, &base);
      assert_int_equal(limen_frame_init(&frame, &lent, (enum limen_metric)metric, NULL), LIMEN_OK);
      assert_true(limen_frame_base(&frame, base.values, ROWS, &out, &bad));
      /* In the centre itself nothing but the squares can be wrong. */
      for (size_t j = 0; j < D; j++) asked.values[j] = (float)(frame.centre[j] / frame.scale);
      for (size_t q = 0; q < QUERIES; q++) {
        const float *x = asked.values + q * D;
        assert_true(limen_frame_query(&frame, x, placed, &query));
        for (size_t i = 0; i < ROWS; i++) {
          float score = 0, size = 0;
          for (size_t j = 0; j < D; j++) score += placed[j] * rows[i * D + j];
          for (size_t j = 0; j < D; j++) size += fabsf(placed[j]) * fabsf(rows[i * D + j]);
          const float least = low[i] - query.reach * length[i] - score;
          const float most = high[i] + query.reach * length[i] - score;
          const long double key = exact_key(&frame, x, base.values + i * D, query.slope);
          if (!(least <= key && key <= most))
            fail_msg("%s, %s, query %zu, row %zu: %.9g <= %.20Lg <= %.9g does not hold",
                     shape_names[shape], limen_metric_name(metric), q, i, (double)least, key,
                     (double)most);
          float terms = length[i] * length[i] + size + query.reach / (float)frame.product_error;
          assert_true(most - least <= D * 0x1p-21f * (terms + length[i] * terms));
        }
      }
      limen_frame_clear(&frame);
      limen_matrix_clear(&base);
      limen_matrix_clear(&asked);
    }
}

/* Distances 0.25, 1, 1, 1, 1.21, 4, 4: what is kept beyond k = 2. */
static void test_ties(void **state) {
  (void)state;
  float rows[] = {2, -1, 1.1f, 0.5f, 1, -2, 1}, zero[] = {0};
  const struct limen_matrix base = {7, 1, rows}, queries = {1, 1, zero};
  static const struct {
    double tolerance;
    size_t k, extra, found;
    bool cut;
    int64_t last;
  } cases[] = {{0, 2, 0, 2, true, 1},    {0, 2, 1, 3, true, 4},    {0, 2, 2, 4, false, 6},
               {0, 2, 5, 4, false, 6},   {0.2, 2, 5, 4, false, 6}, {0.22, 2, 5, 5, false, 2},
               {0.22, 2, 2, 4, true, 6}, {0, 1, 3, 1, false, 3},   {0, 6, 1, 7, false, 5},
               {0, 6, 0, 6, true, 0},    {1, 5, 9, 5, false, 2},   {0, 7, 2, 7, false, 5}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    const struct limen_knn_settings settings = {cases[c].k, LIMEN_L2, cases[c].tolerance,
                                                cases[c].extra, false};
    struct limen_knn knn = search(&base, &queries, &settings);
    assert_int_equal(knn.found[0], cases[c].found);
    assert_int_equal(knn.ties_cut[0], cases[c].cut);
    assert_int_equal(knn.ids[knn.found[0] - 1], cases[c].last);
    for (size_t i = knn.found[0]; i < knn.width; i++) assert_int_equal(knn.ids[i], -1);
    limen_knn_clear(&knn);
  }
}

/* Thousands of equal rows: the smallest ids stay, as many as there is room for. */
static void test_many_ties(void **state) {
  (void)state;
  struct limen_matrix base = draw(DUPLICATES, 6000, 8, "base");
  struct limen_matrix asked = draw(DUPLICATES, 7, 8, "query");
  for (size_t metric = 0; limen_metric_name(metric); metric++) {
    const struct limen_knn_settings settings = {10, (enum limen_metric)metric, 1e-9, 25, false};
    struct limen_knn knn = search(&base, &asked, &settings);
    expect_exact(&base, &asked, &settings, &knn);
    for (size_t q = 0; q < knn.queries; q++) {
      assert_int_equal(knn.found[q], 35);
      assert_true(knn.ties_cut[q]);
      for (size_t i = 1; i < 35; i++) assert_true(knn.ids[q * 35 + i] > knn.ids[q * 35 + i - 1]);
    }
    limen_knn_clear(&knn);
  }
  limen_matrix_clear(&base);
  limen_matrix_clear(&asked);
}

/* A tolerance of a tenth asks for rows that no bound on rounding would keep. */
static void test_wide_tolerance(void **state) {
  (void)state;
  struct limen_matrix base = draw(GAUSS, 4000, 20, "base"), asked = draw(GAUSS, 40, 20, "query");
  for (size_t metric = 0; limen_metric_name(metric); metric++) {
    const struct limen_knn_settings settings = {7, (enum limen_metric)metric, 0.1, 300, false};
    struct limen_knn knn = search(&base, &asked, &settings);
    size_t beyond = 0;
    expect_exact(&base, &asked, &settings, &knn);
    for (size_t q = 0; q < knn.queries; q++) {
      size_t count, right = 7;
      struct pair *pairs =
          all_pairs(&base, asked.values + q * 20, settings.metric, SIZE_MAX, &count);
      long double last = pairs[6].distance;
      while (right < 307 && pairs[right].distance <= last + 0.1L * fabsl(last)) right++;
      assert_int_equal(knn.found[q], right);
      beyond += right - 7;
      free(pairs);
    }
    assert_true(beyond > 40);
    limen_knn_clear(&knn);
  }
  limen_matrix_clear(&base);
  limen_matrix_clear(&asked);
}

static void test_self(void **state) {
  (void)state;
  for (size_t shape = 0; shape < SHAPES; shape++) {
    struct limen_matrix base = draw((enum shape)shape, 1300, 12, "base");
    const struct limen_knn_settings settings = {.k = 4, .metric = LIMEN_L2, .skip_self = true};
    struct limen_knn knn = search(&base, &base, &settings);
    expect_exact(&base, &base, &settings, &knn);
    limen_knn_clear(&knn);
    limen_matrix_clear(&base);
  }
  float one[] = {0.7f};
  const struct limen_matrix alone = {1, 1, one};
  const struct limen_knn_settings settings = {.k = 4, .metric = LIMEN_L2, .skip_self = true};
  struct limen_knn knn = search(&alone, &alone, &settings);
  assert_int_equal(knn.k, 0);
  limen_knn_clear(&knn);
}

/* Vectors that can only be read. */
static int read_rows(const struct limen_vectors *vectors, size_t first, size_t count, float *out,
                     struct limen_error *error) {
  const struct limen_matrix *matrix = vectors->state;
  if (first + count > 2900) return LIMEN_FAIL(error, LIMEN_INPUT, "row 2900 is torn");
  memcpy(out, matrix->values + first * matrix->columns, count * matrix->columns * sizeof *out);
  return LIMEN_OK;
}

static void test_threads_and_reading(void **state) {
  (void)state;
  for (size_t shape = 0; shape < SHAPES; shape++) {
    struct limen_matrix base = draw((enum shape)shape, 2900, 21, "base");
    struct limen_matrix asked = draw((enum shape)shape, 530, 21, "query");
    const struct limen_knn_settings settings = {12, LIMEN_L2, 0.01, 4, false};
    struct limen_knn first = search(&base, &asked, &settings);
    for (int threads = 1; threads <= 4; threads++) {
      limen_threads_set(threads);
      struct limen_knn again = search(&base, &asked, &settings), inside = {0}, read = {0};
      expect_identical(&first, &again);
      struct limen_vectors b, q;
      limen_vectors_lend(&b, &base);
      limen_vectors_lend(&q, &asked);
#pragma omp parallel
#pragma omp single
      limen_knn_search(&b, &q, &settings, &inside, NULL);
      expect_identical(&first, &inside);
      b.values = q.values = NULL;
      b.read = q.read = read_rows;
      b.state = &base;
      q.state = &asked;
      assert_int_equal(limen_knn_search(&b, &q, &settings, &read, NULL), LIMEN_OK);
      expect_identical(&first, &read);
      limen_knn_clear(&again);
      limen_knn_clear(&inside);
      limen_knn_clear(&read);
    }
    limen_threads_set(2);
    limen_knn_clear(&first);
    limen_matrix_clear(&base);
    limen_matrix_clear(&asked);
  }
}

static void expect_refusal(const struct limen_vectors *base, const struct limen_vectors *queries,
                           const struct limen_knn_settings *settings, int status,
                           const char *words) {
  struct limen_knn knn;
  struct limen_error error;
  assert_int_equal(limen_knn_search(base, queries, settings, &knn, &error), status);
  expect_word(error.text, words);
  assert_null(knn.ids);
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_matrix base = draw(GAUSS, 2990, 6, "base"), asked = draw(GAUSS, 40, 6, "query");
  struct limen_knn_settings l2 = {.k = 3, .metric = LIMEN_L2}, cosine = l2, other = l2;
  struct limen_vectors b, q;
  cosine.metric = LIMEN_COSINE;
  limen_vectors_lend(&b, &base);
  limen_vectors_lend(&q, &asked);
  other.k = 0;
  expect_refusal(&b, &q, &other, LIMEN_INPUT, "k is 0");
  other = l2;
  other.metric = (enum limen_metric)7;
  expect_refusal(&b, &q, &other, LIMEN_INPUT, "metric 7");
  other = l2;
  other.tie_tolerance = -0.5;
  expect_refusal(&b, &q, &other, LIMEN_INPUT, "-0.5");
  other.tie_tolerance = NAN;
  expect_refusal(&b, &q, &other, LIMEN_INPUT, "nan");
  q.columns = 5;
  expect_refusal(&b, &q, &l2, LIMEN_INPUT, "6 dimensions and the queries have 5");
  q.columns = 6;

  struct limen_vectors torn = b;
  torn.values = NULL;
  torn.read = read_rows;
  torn.state = &base;
  expect_refusal(&torn, &q, &l2, LIMEN_INPUT, "row 2900 is torn");

  limen_interrupt_set(true);
  expect_refusal(&b, &q, &l2, LIMEN_INTERRUPTED, "interrupted");
  limen_interrupt_set(false);

  /* The first bad row is named, whoever finds another one before. */
  for (size_t metric = 0; limen_metric_name(metric); metric++) {
    other.metric = (enum limen_metric)metric;
    other.tie_tolerance = 0;
    base.values[2890 * 6 + 1] = INFINITY;
    base.values[1377 * 6 + 4] = NAN;
    expect_refusal(&b, &q, &other, LIMEN_INPUT, "base row 1377, column 4 is nan");
    base.values[1377 * 6 + 4] = 0.32f;
    expect_refusal(&b, &q, &other, LIMEN_INPUT, "base row 2890, column 1 is inf");
    base.values[2890 * 6 + 1] = 0.57f;
    asked.values[11 * 6] = -INFINITY;
    expect_refusal(&b, &q, &other, LIMEN_INPUT, "query row 11, column 0 is -inf");
    asked.values[11 * 6] = 0.11f;
  }
  memset(base.values + 1600 * 6, 0, 6 * sizeof(float));
  expect_refusal(&b, &q, &cosine, LIMEN_INPUT, "base row 1600 (counted from 0) is all zeros");
  struct limen_knn knn = search(&base, &asked, &l2);
  limen_knn_clear(&knn);
  base.values[1600 * 6] = 1;
  memset(asked.values + 39 * 6, 0, 6 * sizeof(float));
  expect_refusal(&b, &q, &cosine, LIMEN_INPUT, "query row 39 (counted from 0) is all zeros");
  limen_matrix_clear(&base);
  limen_matrix_clear(&asked);
}

/* ---- real files, where there are some ---- */

static struct limen_matrix read_fvecs(const char *path) {
  struct limen_matrix matrix = {0};
  FILE *file = fopen(path, "rb");
  int32_t d;
  if (!file) return matrix;
  assert_int_equal(fread(&d, sizeof d, 1, file), 1);
  fseek(file, 0, SEEK_END);
  matrix = matrix_of((size_t)ftell(file) / (4 + 4 * (size_t)d), (size_t)d);
  rewind(file);
  for (size_t i = 0; i < matrix.rows; i++) {
    assert_int_equal(fread(&d, sizeof d, 1, file), 1);
    assert_int_equal(fread(matrix.values + i * matrix.columns, 4, matrix.columns, file),
                     matrix.columns);
  }
  fclose(file);
  return matrix;
}

static void test_real(void **state) {
  (void)state;
  struct limen_matrix base =
      read_fvecs(LIMEN_SOURCE_DIR "/../shared/data/sift/sift_base_5000x128.fvecs");
  struct limen_matrix asked =
      read_fvecs(LIMEN_SOURCE_DIR "/../shared/data/sift/sift_query_100x128.fvecs");
  if (!base.values || !asked.values) {
    print_message("there is no ../shared/data/sift\n");
    skip();
  }
  for (size_t metric = 0; limen_metric_name(metric); metric++) {
    const struct limen_knn_settings settings = {100, (enum limen_metric)metric, 0, 20, false};
    struct limen_knn knn = search(&base, &asked, &settings);
    expect_exact(&base, &asked, &settings, &knn);
    limen_knn_clear(&knn);
  }
  limen_matrix_clear(&base);
  limen_matrix_clear(&asked);
}

/* ---- other BLAS kernels, in processes of their own ---- */

/* A digest of many answers, and the kernels that nominated them. */
static int print_digest(const char *path) {
  struct limen_text text = {0};
  for (size_t shape = 0; shape < SHAPES; shape++)
    for (size_t metric = 0; limen_metric_name(metric); metric++) {
      struct limen_matrix base = draw((enum shape)shape, 2100, 40, "base");
      struct limen_matrix asked = draw((enum shape)shape, 300, 40, "query");
      const struct limen_knn_settings settings = {20, (enum limen_metric)metric, 1e-3, 10, false};
      struct limen_knn knn = search(&base, &asked, &settings);
      const size_t count = knn.queries * knn.width;
      char ids[LIMEN_HASH_SIZE], distances[LIMEN_HASH_SIZE];
      limen_hash_text(knn.ids, count * sizeof *knn.ids, ids, NULL);
      limen_hash_text(knn.distances, count * sizeof *knn.distances, distances, NULL);
      limen_text_print(&text, "%s %s\n", ids, distances);
      limen_knn_clear(&knn);
      limen_matrix_clear(&base);
      limen_matrix_clear(&asked);
    }
  limen_text_print(&text, "%s\n", openblas_get_corename());
  int status = limen_file_write(path, text.data, text.length, NULL);
  limen_text_clear(&text);
  return status;
}

static char *digest_with(const char *kernels) {
  char path[] = "/tmp/limen-knn-XXXXXX", *text = NULL;
  size_t length;
  int status = 0, file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  pid_t child = fork();
  if (child == 0) {
    setenv("OPENBLAS_CORETYPE", kernels, 1);
    execl("/proc/self/exe", "test_knn", "--digest", path, NULL);
    _exit(127);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(limen_file_read(path, 1 << 16, &text, &length, NULL), LIMEN_OK);
  unlink(path);
  return text;
}

/* SkylakeX is left out where the processor would not survive it. */
static void test_kernels(void **state) {
  (void)state;
  struct limen_machine machine;
  limen_machine_read(&machine);
  const char *const kernels[] = {"Nehalem", machine.avx2 ? "Haswell" : "Core2",
                                 machine.avx512 ? "SkylakeX" : "Prescott"};
  char *first = digest_with(kernels[0]);
  expect_word(first, kernels[0]);
  for (size_t i = 1; i < 3; i++) {
    char *other = digest_with(kernels[i]);
    expect_word(other, kernels[i]);
    assert_memory_equal(first, other, strlen(first) - strlen(kernels[0]) - 1);
    limen_free(other);
  }
  limen_free(first);
}

int main(int count, char **arguments) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hand_worked), cmocka_unit_test(test_shapes),
      cmocka_unit_test(test_sizes),       cmocka_unit_test(test_odd_queries),
      cmocka_unit_test(test_bounds),      cmocka_unit_test(test_ties),
      cmocka_unit_test(test_many_ties),   cmocka_unit_test(test_wide_tolerance),
      cmocka_unit_test(test_self),        cmocka_unit_test(test_threads_and_reading),
      cmocka_unit_test(test_refusals),    cmocka_unit_test(test_real),
      cmocka_unit_test(test_kernels),
  };
  limen_threads_set(2);
  if (count == 3 && strcmp(arguments[1], "--digest") == 0) return print_digest(arguments[2]);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
