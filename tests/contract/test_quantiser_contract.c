/* What every quantiser keeps to, whichever it is. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "limits/arithmetic.h"

enum { D = 257, ROWS = 40 };

/* Rows of very different lengths, with no zero in them. */
static void fill(double *row, size_t number) {
  gsl_rng *rng = limen_rng_alloc(number, "test/quantisers", NULL);
  double length = pow(10, (double)(number % 7) - 4);
  for (size_t i = 0; i < D; i++) row[i] = length * gsl_ran_gaussian(rng, 1);
  limen_rng_free(rng);
}

typedef void check(const struct limen_quantiser *quantiser, const double *row, const double *out);

static void for_all(check *look) {
  double row[D], out[D];
  for (size_t q = 0; limen_quantiser_at(q); q++)
    for (size_t r = 0; r < ROWS; r++) {
      fill(row, r);
      assert_int_equal(limen_quantiser_at(q)->round(D, row, out), 0);
      look(limen_quantiser_at(q), row, out);
    }
}

static void check_same_again(const struct limen_quantiser *quantiser, const double *row,
                             const double *out) {
  double again[D];
  quantiser->round(D, row, again);
  assert_memory_equal(again, out, sizeof again);
  memcpy(again, row, sizeof again); /* in place */
  quantiser->round(D, again, again);
  assert_memory_equal(again, out, sizeof again);
  quantiser->round(D, out, again); /* what is on the grid stays */
  assert_memory_equal(again, out, sizeof again);
}

static void check_turned(const struct limen_quantiser *quantiser, const double *row,
                         const double *out) {
  double other[D], again[D];
  for (size_t i = 0; i < D; i++) other[i] = -row[i];
  quantiser->round(D, other, again);
  for (size_t i = 0; i < D; i++) assert_true(again[i] == -out[i]);
  /* Twice as long, twice the answer: no format here runs into its ends. Float16 has subnormal
   * numbers where these rows do, which are no finer below. */
  for (size_t i = 0; i < D; i++) other[i] = 2 * row[i];
  quantiser->round(D, other, again);
  for (size_t i = 0; i < D; i++)
    if (fabs(row[i]) > 0x1p-13) assert_true(again[i] == 2 * out[i]);
}

static void check_near(const struct limen_quantiser *quantiser, const double *row,
                       const double *out) {
  double error = 0, length = 0;
  for (size_t i = 0; i < D; i++) {
    assert_true(isfinite(out[i]) && out[i] * row[i] >= 0);
    /* Greater coordinates stay at least as great. */
    for (size_t j = 0; j < D; j += 16)
      if (row[i] > row[j]) assert_true(out[i] >= out[j]);
    error += (out[i] - row[i]) * (out[i] - row[i]);
    length += row[i] * row[i];
  }
  assert_true(error < length / 2);
  if (quantiser->bits >= 8) assert_true(error < length * 1e-3);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* No number moves further than is said, and where nothing is said there is no number so small. */
static void check_bound(const struct limen_quantiser *quantiser, const double *row,
                        const double *out) {
  double most = 0;
  if (quantiser->unit == 0 && quantiser->peak == 0) return;
  for (size_t i = 0; i < D; i++) most = fmax(most, fabs(row[i]));
  for (size_t i = 0; i < D; i++) {
    const double by = quantiser->unit * fabs(row[i]) + quantiser->peak * most + quantiser->tiny;
    if (!(fabs(out[i] - row[i]) <= by))
      fail_msg("%s moves %g to %g", quantiser->name, row[i], out[i]);
  }
}

/* The bounds are no wider than they need be: some number moves by more than half of its own. */
static void test_bound_is_tight(void **state) {
  (void)state;
  for (size_t q = 1; limen_quantiser_at(q); q++) { /* float64 moves no double */
    const struct limen_quantiser *quantiser = limen_quantiser_at(q);
    double row[D], out[D], share = 0;
    if (quantiser->unit == 0 && quantiser->peak == 0) continue;
    for (size_t r = 0; r < ROWS; r++) {
      double most = 0;
      fill(row, r);
      quantiser->round(D, row, out);
      for (size_t i = 0; i < D; i++) most = fmax(most, fabs(row[i]));
      for (size_t i = 0; i < D; i++)
        share = fmax(share, fabs(out[i] - row[i]) / (quantiser->unit * fabs(row[i]) +
                                                     quantiser->peak * most + quantiser->tiny));
    }
    if (!(share > 0.5 && share <= 1)) fail_msg("%s: %g", quantiser->name, share);
  }
}

/* A row holds no more different numbers than its bits can tell apart, and numbers that doubles hold
 * in as few digits as the format has. */
static void check_bits(const struct limen_quantiser *quantiser, const double *row,
                       const double *out) {
  double sorted[D];
  size_t different = 1;
  (void)row;
  memcpy(sorted, out, sizeof sorted);
  qsort(sorted, D, sizeof *sorted, by_value);
  for (size_t i = 1; i < D; i++) different += sorted[i] != sorted[i - 1];
  assert_in_range(quantiser->bits, 1, 64);
  assert_true(quantiser->codes > 1 && quantiser->codes <= ldexp(1, (int)quantiser->bits));
  if (quantiser->bits < 30) assert_true((double)different <= quantiser->codes);
  if (quantiser->bits < 30) assert_true(different <= (size_t)1 << quantiser->bits);
}

static void test_same_again(void **state) {
  (void)state;
  for_all(check_same_again);
}

static void test_turned(void **state) {
  (void)state;
  for_all(check_turned);
}

static void test_near(void **state) {
  (void)state;
  for_all(check_near);
}

static void test_bits(void **state) {
  (void)state;
  for_all(check_bits);
}

static void test_bound(void **state) {
  (void)state;
  for_all(check_bound);
}

static void test_table(void **state) {
  (void)state;
  size_t count = 0;
  for (; limen_quantiser_at(count); count++) {
    const struct limen_quantiser *quantiser = limen_quantiser_at(count);
    assert_true(quantiser->name && *quantiser->name && quantiser->about && *quantiser->about);
    assert_ptr_equal(limen_quantiser_find(quantiser->name), quantiser);
    double zero = 0, out = 1;
    assert_int_equal(quantiser->round(1, &zero, &out), 0);
    assert_true(out == 0);
    assert_int_equal(quantiser->round(0, &zero, &out), 0);
  }
  assert_true(count >= 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_again), cmocka_unit_test(test_turned),
      cmocka_unit_test(test_near),       cmocka_unit_test(test_bits),
      cmocka_unit_test(test_bound),      cmocka_unit_test(test_bound_is_tight),
      cmocka_unit_test(test_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
