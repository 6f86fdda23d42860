/* Exact arithmetic: the prime field, independence of documents, and linear equations. */
#include <float.h>
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
#include "limits/exact_solve.h"
#include "limits/exact_sum.h"
#include "limits/prime_field.h"

/* ---- the field ---- */

static void test_field(void **state) {
  (void)state;
  const uint64_t p = LIMEN_PRIME, a = UINT64_C(1152921504606846977),
                 b = UINT64_C(987654321987654321);
  mpz_t x;
  mpz_init_set_ui(x, a);
  mpz_mul_ui(x, x, b);
  assert_true(limen_prime_multiply(a, b) == mpz_fdiv_ui(x, p));
  mpz_clear(x);
  assert_true(limen_prime_multiply(p - 1, p - 1) == 1);
  assert_true(limen_prime_add(p - 1, 1) == 0 && limen_prime_subtract(0, 1) == p - 1);
  assert_true(limen_prime_multiply(b, limen_prime_invert(b)) == 1);
  assert_true(limen_prime_invert(p - 1) == p - 1);
}

/* The image of a float keeps to sums and products, whatever the exponents are. */
static void test_floats_in_the_field(void **state) {
  (void)state;
  assert_true(limen_prime_of_float(0) == 0 && limen_prime_of_float(-0.0f) == 0);
  assert_true(limen_prime_of_float(57) == 57);
  assert_true(limen_prime_of_float(-3) == LIMEN_PRIME - 3);
  assert_true(limen_prime_multiply(limen_prime_of_float(0.375f), 8) == 3);
  const float values[] = {0.11f, -0.32f, 57e-30f, 1.5e30f, FLT_TRUE_MIN, -FLT_MAX};
  for (size_t i = 0; i < 6; i++) {
    /* value = whole 2^lowest, and 2^lowest times 2^-lowest is 1. */
    int lowest = limen_float_lowest(values[i]);
    uint64_t power = UINT64_C(1) << (((lowest % 61) + 61) % 61);
    mpz_t whole;
    mpz_init(whole);
    limen_float_whole(values[i], lowest, whole);
    assert_true(mpz_odd_p(whole));
    assert_true((float)ldexp(mpz_get_d(whole), lowest) == values[i]);
    assert_true(limen_prime_of_float(values[i]) ==
                limen_prime_multiply(power, mpz_fdiv_ui(whole, LIMEN_PRIME)));
    limen_float_whole(values[i], lowest - 100, whole);
    assert_int_equal(mpz_scan1(whole, 0), 100);
    mpz_clear(whole);
  }
}

static void test_elimination(void **state) {
  (void)state;
  /* Row 2 = 2 row 0 - row 1; column 1 = 3 column 0. */
  uint64_t a[] = {2, 6, 1, 5, 1, 3, 4, 7, 3, 9, LIMEN_PRIME - 2, 3};
  size_t row[3], column[4];
  assert_int_equal(limen_prime_eliminate(3, 4, a, row, column), 2);
  assert_int_equal(column[0], 0);
  assert_int_equal(column[1], 2);
  assert_true(row[0] < 2 && row[1] < 2 && row[0] != row[1]);
  uint64_t singular[] = {2, 6, 1, 3}, inverse[9];
  assert_false(limen_prime_inverse(2, singular, inverse));
  uint64_t first[] = {0, 3, 1, 5, 2, 2, 7, 1, 4}, kept[9];
  memcpy(kept, first, sizeof kept);
  assert_true(limen_prime_inverse(3, first, inverse));
  for (size_t r = 0; r < 3; r++)
    for (size_t c = 0; c < 3; c++) {
      uint64_t sum = 0;
      for (size_t i = 0; i < 3; i++)
        sum = limen_prime_add(sum, limen_prime_multiply(kept[3 * r + i], inverse[3 * i + c]));
      assert_true(sum == (r == c));
    }
}

/* ---- independence ---- */

static bool independent(size_t n, size_t d, const float *rows) {
  bool found = false;
  assert_int_equal(limen_affinely_independent(n, d, rows, &found, NULL), LIMEN_OK);
  return found;
}

static void test_independence(void **state) {
  (void)state;
  /* Three points on the line (0.5, 0.25) + t (1, 2), one bit off it, and a triangle. */
  float line[] = {0.5f, 0.25f, 0.75f, 0.75f, 2.5f, 4.25f};
  assert_false(independent(3, 2, line));
  assert_true(independent(2, 2, line));
  line[5] = nextafterf(line[5], 5);
  assert_true(independent(3, 2, line));
  const float tiny[] = {0.11f, 0.32f, 0.11f + 0x1p-27f, 0.32f, 0.11f, 0.32f + 0x1p-25f};
  assert_true(independent(3, 2, tiny));
  const float range[] = {0, 0, FLT_TRUE_MIN, FLT_MAX, -FLT_MAX, FLT_TRUE_MIN};
  assert_true(independent(3, 2, range));
  assert_true(independent(1, 2, line));
  const float four[] = {0.11f, 0.32f, 0.57f, 0.2f, 0.9f, 0.4f, 0.3f, 0.3f};
  assert_false(independent(4, 2, four));
  const float copies[] = {0.11f, 0.32f, 0.57f, 0.11f, 0.32f, 0.57f};
  assert_false(independent(2, 3, copies));
  enum { D = 60 };
  gsl_rng *rng = limen_rng_alloc(5, "test/exact", NULL);
  float *rows = limen_alloc((D + 1) * D, sizeof *rows, NULL);
  for (size_t i = 0; i < (D + 1) * D; i++) rows[i] = (float)gsl_ran_gaussian(rng, 1);
  assert_true(independent(D + 1, D, rows));
  /* The last becomes a sum of others that float32 holds exactly. */
  for (size_t i = 0; i < D; i++) {
    rows[i] = (float)(int)(8 * rows[i]);
    rows[D + i] = (float)(int)(8 * rows[D + i]);
    rows[D * D + i] = 3 * rows[i] - 2 * rows[D + i];
  }
  assert_false(independent(D + 1, D, rows));
  limen_free(rows);
  limen_rng_free(rng);
  bool found;
  struct limen_error error = {0};
  const float bad[] = {0.11f, INFINITY};
  assert_int_equal(limen_affinely_independent(1, 2, bad, &found, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "row 0 holds inf in dimension 1");
}

/* ---- equations ---- */

static void test_equations_by_hand(void **state) {
  (void)state;
  /* 11 x + 32 y = 57 and 20 x - 7 y = 3: x = 495 / 717 = 165 / 239, y = 1107 / 717 = 369 / 239. */
  const long coefficients[] = {11, 32, 20, -7}, right[] = {57, 3};
  mpz_t *a = limen_whole_alloc(4, NULL), *b = limen_whole_alloc(2, NULL),
        *x = limen_whole_alloc(2, NULL), denominator;
  mpz_init(denominator);
  for (size_t i = 0; i < 4; i++) mpz_set_si(a[i], coefficients[i]);
  for (size_t i = 0; i < 2; i++) mpz_set_si(b[i], right[i]);
  bool solved = false;
  assert_int_equal(
      limen_exact_solve(2, (const mpz_t *)a, (const mpz_t *)b, x, denominator, &solved, NULL),
      LIMEN_OK);
  assert_true(solved);
  assert_int_equal(mpz_get_si(denominator), 239);
  assert_int_equal(mpz_get_si(x[0]), 165);
  assert_int_equal(mpz_get_si(x[1]), 369);
  mpz_set_si(a[2], 22);
  mpz_set_si(a[3], 64);
  assert_int_equal(
      limen_exact_solve(2, (const mpz_t *)a, (const mpz_t *)b, x, denominator, &solved, NULL),
      LIMEN_OK);
  assert_false(solved);
  mpz_clear(denominator);
  limen_whole_free(a, 4);
  limen_whole_free(b, 2);
  limen_whole_free(x, 2);
}

/* Random matrices with entries of up to `most` bits: the answer multiplies out. */
static void multiply_out(size_t most) {
  gmp_randstate_t random;
  gmp_randinit_mt(random);
  gmp_randseed_ui(random, 57);
  for (size_t m = 1; m <= 40; m += 3) {
    mpz_t *a = limen_whole_alloc(m * m, NULL), *b = limen_whole_alloc(m, NULL),
          *x = limen_whole_alloc(m, NULL), denominator, sum;
    mpz_inits(denominator, sum, NULL);
    for (size_t i = 0; i < m * m + m; i++) {
      mpz_ptr entry = i < m * m ? a[i] : b[i - m * m];
      mpz_urandomb(entry, random, 1 + i * 37 % most);
      if (i % 3 == 0) mpz_neg(entry, entry);
    }
    bool solved = false;
    assert_int_equal(
        limen_exact_solve(m, (const mpz_t *)a, (const mpz_t *)b, x, denominator, &solved, NULL),
        LIMEN_OK);
    assert_true(solved || m == 1);
    for (size_t r = 0; r < m && solved; r++) {
      mpz_mul(sum, b[r], denominator);
      for (size_t c = 0; c < m; c++) mpz_submul(sum, a[r * m + c], x[c]);
      assert_int_equal(mpz_sgn(sum), 0);
    }
    mpz_clears(denominator, sum, NULL);
    limen_whole_free(a, m * m);
    limen_whole_free(b, m);
    limen_whole_free(x, m);
  }
  gmp_randclear(random);
}

/* 48 bits are the most that are calculated in machine words. */
static void test_equations_multiply_out(void **state) {
  (void)state;
  multiply_out(31);
  multiply_out(48);
  multiply_out(49);
  multiply_out(300);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_field),
      cmocka_unit_test(test_floats_in_the_field),
      cmocka_unit_test(test_elimination),
      cmocka_unit_test(test_independence),
      cmocka_unit_test(test_equations_by_hand),
      cmocka_unit_test(test_equations_multiply_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
