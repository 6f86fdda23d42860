/* The parts of a search by themselves: products, lists of candidates, and the vector operations
 * they are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"
#include "base/memory.h"
#include "base/rng.h"
#include "knn/candidates.h"
#include "knn/float_order.h"
#include "knn/multiply.h"

/* ---- registers ---- */

static void test_transpose(void **state) {
  (void)state;
  limen_lanes x[LIMEN_LANES];
  for (size_t i = 0; i < LIMEN_LANES; i++)
    for (size_t j = 0; j < LIMEN_LANES; j++) x[i][j] = (float)(100 * i + j);
  limen_lanes_transpose(x);
  for (size_t i = 0; i < LIMEN_LANES; i++)
    for (size_t j = 0; j < LIMEN_LANES; j++) assert_true(x[i][j] == (float)(100 * j + i));
}

static void test_pack(void **state) {
  (void)state;
  limen_lanes x;
  float out[2 * LIMEN_LANES + 1];
  for (size_t i = 0; i < LIMEN_LANES; i++) x[i] = 0.11f * (float)(i + 1);
  for (uint32_t set = 0; set < 1u << LIMEN_LANES; set += 37) {
    size_t count = 0;
    out[1 + LIMEN_LANES] = 7;
    limen_lanes_pack(out + 1, x, set);
    for (size_t i = 0; i < LIMEN_LANES; i++)
      if (set >> i & 1) assert_true(out[1 + count++] == x[i]);
    assert_true(out[1 + LIMEN_LANES] == 7);
  }
  assert_int_equal(limen_lanes_first(0), 0);
  assert_int_equal(limen_lanes_first(5), 0x1f);
  assert_int_equal(limen_lanes_first(16), 0xffff);
  assert_int_equal(limen_lanes_first(1000), 0xffff);
}

/* One step in the order is one step of nextafterf, but for the two zeros. */
static void test_float_order(void **state) {
  (void)state;
  static const float some[] = {-INFINITY, -FLT_MAX, -1.5f, -0x1p-149f, 0x1p-149f,
                               0.11f,     0.32f,    57,    FLT_MAX,    INFINITY};
  for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
    const int32_t order = limen_float_order(some[i]);
    assert_true(limen_float_at(order) == some[i]);
    if (i > 0) assert_true(limen_float_order(some[i - 1]) < order);
    if (some[i] < INFINITY && some[i] != -0x1p-149f)
      assert_true(limen_float_at(order + 1) == nextafterf(some[i], INFINITY));
    if (some[i] > -INFINITY && some[i] != 0x1p-149f)
      assert_true(limen_float_at(order - 1) == nextafterf(some[i], -INFINITY));
  }
  assert_int_equal(limen_float_order(0), limen_float_order(-0.0f) + 1);
}

/* ---- products ---- */

/* Against long double, within gamma_d of the sum of absolute values. */
static void check_products(size_t queries, size_t rows, size_t d) {
  const size_t groups = (queries + LIMEN_KNN_GROUP - 1) / LIMEN_KNN_GROUP * LIMEN_KNN_GROUP;
  const size_t stride = (rows + LIMEN_KNN_PANEL - 1) / LIMEN_KNN_PANEL * LIMEN_KNN_PANEL;
  const size_t skipped = LIMEN_KNN_GROUP; /* queries before the first one of the tile */
  gsl_rng *rng = limen_rng_alloc(5, "products", NULL);
  float *x = limen_alloc((skipped + queries) * d, sizeof *x, NULL);
  float *y = limen_alloc((stride + LIMEN_KNN_STRIP) * d, sizeof *y, NULL);
  float *packed_x = limen_alloc((skipped + groups) * d, sizeof *packed_x, NULL);
  float *packed_y = limen_alloc(stride * d, sizeof *packed_y, NULL);
  float *scores = limen_alloc(groups * stride, sizeof *scores, NULL);
  for (size_t i = 0; i < (skipped + queries) * d; i++) x[i] = (float)gsl_rng_uniform(rng) - 0.32f;
  for (size_t i = 0; i < rows * d; i++) y[i] = (float)gsl_rng_uniform(rng) - 0.57f;
  for (size_t q = 0; q < skipped + queries; q++) limen_knn_pack_query(x + q * d, q, d, packed_x);
  for (size_t at = 0; at < rows; at += LIMEN_KNN_STRIP) {
    size_t left = rows - at;
    limen_knn_pack_rows(y + at * d, at, left < LIMEN_KNN_STRIP ? left : LIMEN_KNN_STRIP, d,
                        packed_y);
  }
  limen_knn_multiply(packed_x, skipped, queries, packed_y, rows, d, scores, stride);
  for (size_t q = 0; q < queries; q++)
    for (size_t i = 0; i < rows; i++) {
      long double sum = 0, size = 0;
      for (size_t j = 0; j < d; j++) {
        long double term = (long double)x[(skipped + q) * d + j] * y[i * d + j];
        sum += term;
        size += fabsl(term);
      }
      assert_true(fabsl(scores[q * stride + i] - sum) <= size * (long double)(d + 1) * 0x1p-24L);
    }
  limen_free(x);
  limen_free(y);
  limen_free(packed_x);
  limen_free(packed_y);
  limen_free(scores);
  limen_rng_free(rng);
}

static void test_products(void **state) {
  (void)state;
  static const size_t sizes[][3] = {{1, 1, 1},    {6, 64, 16},  {5, 63, 15}, {7, 65, 17},
                                    {13, 130, 3}, {48, 77, 33}, {2, 16, 200}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    check_products(sizes[i][0], sizes[i][1], sizes[i][2]);
}

/* ---- candidates ---- */

static int ascending_floats(const void *a, const void *b) {
  const float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static void test_select(void **state) {
  (void)state;
  enum { MOST = 300 };
  _Alignas(64) float x[MOST];
  float sorted[MOST];
  gsl_rng *rng = limen_rng_alloc(6, "select", NULL);
  for (size_t count = 1; count <= MOST; count += 13) {
    for (size_t i = 0; i < count; i++) {
      x[i] = (float)gsl_rng_uniform(rng) - 0.57f;
      if (i % 11 == 4) x[i] = x[0]; /* ties */
    }
    memcpy(sorted, x, count * sizeof *x);
    qsort(sorted, count, sizeof *sorted, ascending_floats);
    for (size_t k = 1; k <= count; k += 7) {
      for (size_t loose = 0; loose <= 5; loose += 5) {
        const float top = limen_candidates_select(x, count, k, loose);
        size_t above = k + loose; /* ties of the k-th may stand there */
        while (above < count && sorted[above] == sorted[k - 1]) above++;
        assert_true(top >= sorted[k - 1]);
        if (above < count) assert_true(top < sorted[above]);
      }
    }
    assert_true(limen_candidates_select(x, count, count + 1, 0) == INFINITY);
    x[count / 2] = NAN; /* one that is not a number is none of the k */
    assert_true(limen_candidates_select(x, count, count, 0) == INFINITY);
    x[count / 2] = INFINITY;
    assert_true(limen_candidates_select(x, count, count, 0) == INFINITY);
  }
  limen_rng_free(rng);
}

static void test_drop(void **state) {
  (void)state;
  enum { MOST = 80 };
  _Alignas(64) float low[MOST], high[MOST];
  _Alignas(64) uint32_t id[MOST];
  for (size_t count = 0; count <= 70; count++) {
    struct limen_candidates list = {INFINITY, 0.32f, count, low, high, id};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
      low[i] = i % 5 == 3 ? 0.33f : i % 5 == 1 ? -INFINITY : 0.32f;
      high[i] = (float)i;
      id[i] = 0xffffff00u + (uint32_t)i; /* bits that are not a number as a float */
    }
    limen_candidates_drop(&list);
    for (size_t i = 0; i < count; i++) {
      if (i % 5 == 3) continue;
      assert_true(low[kept] <= 0.32f && high[kept] == (float)i);
      assert_int_equal(id[kept], 0xffffff00u + i);
      kept++;
    }
    assert_int_equal(list.count, kept);
  }
}

static int ascending_answers(const void *a, const void *b) {
  const struct limen_answer *x = a, *y = b;
  if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void test_sort(void **state) {
  (void)state;
  enum { MOST = 400 };
  struct limen_answer answers[MOST], right[MOST], spare[MOST];
  gsl_rng *rng = limen_rng_alloc(7, "sort", NULL);
  for (size_t count = 0; count <= MOST; count++) {
    for (size_t i = 0; i < count; i++) /* a third are ties */
      answers[i] = (struct limen_answer){
          i % 3 ? gsl_rng_uniform(rng) - 0.11 : floor(gsl_rng_uniform(rng) * 4) / 4,
          (int64_t)((i * 263 + 11) % 401)};
    memcpy(right, answers, sizeof right);
    qsort(right, count, sizeof *right, ascending_answers);
    limen_answers_sort(answers, count, spare);
    for (size_t i = 0; i < count; i++) {
      assert_true(answers[i].distance == right[i].distance);
      assert_int_equal(answers[i].id, right[i].id);
    }
  }
  limen_rng_free(rng);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_transpose),   cmocka_unit_test(test_pack),
      cmocka_unit_test(test_float_order), cmocka_unit_test(test_products),
      cmocka_unit_test(test_select),      cmocka_unit_test(test_drop),
      cmocka_unit_test(test_sort),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
