/* Rounding to stored formats against values worked out by hand and against every code that 16 bits
 * have. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limits/arithmetic.h"

static double rounded(const char *name, double value) {
  double out = NAN;
  size_t infinite = limen_quantiser_find(name)->round(1, &value, &out);
  assert_int_equal(infinite, isinf(out) != 0);
  return out;
}

static void expect(const char *name, double value, double expected) {
  double found = rounded(name, value);
  if (found != expected || signbit(found) != signbit(expected))
    fail_msg("%s: %a became %a, not %a", name, value, found, expected);
  assert_true(rounded(name, -value) == -expected);
}

static void test_by_hand(void **state) {
  (void)state;
  expect("float16", 0.1, 0.0999755859375);
  expect("bfloat16", 0.1, 0.10009765625);
  expect("float32", 0.1, 0x1.99999ap-4);
  expect("float64", 0.1, 0.1);
  expect("float16", 0.57, 0x1.23cp-1); /* 0.57 = 0x1.23d7...p-1 */
  expect("bfloat16", 0.57, 0x1.24p-1);
  expect("float16", 2049, 2048); /* ties to even, down and up */
  expect("float16", 2051, 2052);
  expect("bfloat16", 257, 256);
  expect("bfloat16", 259, 260);
  expect("float16", 0, 0);
}

static void test_ends_of_the_range(void **state) {
  (void)state;
  expect("float16", 65504, 65504);
  expect("float16", 65519.99, 65504);
  expect("float16", 65520, INFINITY); /* the middle between 65504 and what would be 65536 */
  expect("float16", 1e300, INFINITY);
  expect("float16", 0x1p-24, 0x1p-24);
  expect("float16", 0x1.8p-24, 0x1p-23); /* a tie among subnormal numbers */
  expect("float16", 0x1p-25, 0);         /* a tie between 0 and the least */
  expect("float16", 0x1.0001p-25, 0x1p-24);
  expect("float16", 1e-300, 0);
  expect("float16", 0x1.ffep-15, 0x1p-14); /* the largest of 1 + 10 digits, rounded to normal */
  expect("bfloat16", 0x1.fep127, 0x1.fep127);
  expect("bfloat16", FLT_MAX, INFINITY);
  expect("bfloat16", 0x1p-133, 0x1p-133);
  expect("bfloat16", 0x1p-134, 0);
  expect("float32", DBL_MAX, INFINITY);
  expect("float32", FLT_TRUE_MIN, FLT_TRUE_MIN);
  expect("float32", DBL_TRUE_MIN, 0);
  expect("float64", DBL_MAX, DBL_MAX);
}

/* By way of float32 the first would become a tie, and then 1. */
static void test_rounded_once(void **state) {
  (void)state;
  expect("float16", 1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-10);
  expect("float16", 1 + 0x1p-11, 1);
  expect("bfloat16", 1 + 0x1p-8 + 0x1p-40, 1 + 0x1p-7);
  expect("bfloat16", 1 + 0x1p-8, 1);
}

/* The value of a code with `fraction` stored bits and `exponents` bits of exponent. */
static double decode(uint32_t code, int fraction, int exponents) {
  int bias = (1 << (exponents - 1)) - 1,
      exponent = (int)(code >> fraction) & ((1 << exponents) - 1);
  double part = code & ((1u << fraction) - 1);
  if (exponent == 0) return ldexp(part, 1 - bias - fraction);
  return ldexp(part + (1 << fraction), exponent - bias - fraction);
}

/* Every positive code rounds to itself, and everything between it and the next one to the nearer;
 * the middle to the even code. The codes of both signs are 65536 less the infinite ones. */
static void check_codes(const char *name, int fraction, int exponents) {
  uint32_t infinite = ((1u << exponents) - 1) << fraction;
  for (uint32_t code = 0; code < infinite; code++) {
    double value = decode(code, fraction, exponents);
    assert_true(rounded(name, value) == value && rounded(name, -value) == -value);
    if (code + 1 == infinite) break;
    double next = decode(code + 1, fraction, exponents), middle = (value + next) / 2;
    assert_true(rounded(name, middle) == (code % 2 == 0 ? value : next));
    assert_true(rounded(name, nextafter(middle, 0)) == value);
    assert_true(rounded(name, -nextafter(middle, INFINITY)) == -next);
  }
}

static void test_all_codes(void **state) {
  (void)state;
  check_codes("float16", 10, 5);
  check_codes("bfloat16", 7, 8);
}

/* Float32 against what the processor does. */
static void test_float32_is_the_cast(void **state) {
  (void)state;
  for (int exponent = -1074; exponent < 1024; exponent += 3)
    for (uint64_t part = 0; part < 40; part++) {
      double value = ldexp(1 + (double)(part * 0x6789abcdef1) * 0x1p-52, exponent);
      double expected = (float)value;
      assert_true(rounded("float32", value) == expected);
    }
}

static void test_scaled(void **state) {
  (void)state;
  const double row[] = {0.57, -0.11, 0.32, 0, -0.0022};
  double out[5], scale = (float)(0.57 / 127);
  assert_int_equal(limen_quantiser_find("int8")->round(5, row, out), 0);
  /* 127 x 0.11 / 0.57 = 24.51, 127 x 0.32 / 0.57 = 71.30, 127 x 0.0022 / 0.57 = 0.49. */
  const double eight[] = {127, -25, 71, 0, 0}, four[] = {7, -1, 4, 0, 0};
  for (size_t i = 0; i < 5; i++) assert_true(out[i] == eight[i] * scale);
  scale = (float)(0.57 / 7);
  assert_int_equal(limen_quantiser_find("int4")->round(5, row, out), 0);
  for (size_t i = 0; i < 5; i++) assert_true(out[i] == four[i] * scale);
  const double ties[] = {7, 0.5, 1.5, -2.5};
  assert_int_equal(limen_quantiser_find("int4")->round(4, ties, out), 0);
  assert_true(out[0] == 7 && out[1] == 0 && out[2] == 2 && out[3] == -2);
  const double signs[] = {0.5, -0.25, 0};
  assert_int_equal(limen_quantiser_find("bit1")->round(3, signs, out), 0);
  assert_true(out[0] == 0.25 && out[1] == -0.25 && out[2] == 0.25);
}

static void test_scales_out_of_range(void **state) {
  (void)state;
  const double large[] = {1e300, -1, 0}, small[] = {1e-60, -1e-60, 0}, none[] = {0, -0.0, 0};
  double out[3];
  assert_int_equal(limen_quantiser_find("int8")->round(3, large, out), 2);
  assert_true(out[0] == INFINITY && out[1] == -INFINITY && out[2] == 0);
  assert_int_equal(limen_quantiser_find("bit1")->round(3, large, out), 3);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(limen_quantiser_find("int4")->round(3, i == 0 ? small : none, out), 0);
    assert_true(out[0] == 0 && out[1] == 0 && out[2] == 0);
    assert_int_equal(limen_quantiser_find("bit1")->round(3, i == 0 ? small : none, out), 0);
    assert_true(out[0] == 0 && out[1] == 0 && out[2] == 0);
  }
}

/* Numbers that one format stores, over all of its range. */
static void fill(const struct limen_quantiser *format, uint64_t seed, size_t d, double *row) {
  const int size = (int)(seed % 40) - 20; /* of all coordinates, in powers of 2 */
  for (size_t i = 0; i < d; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    row[i] = ldexp((double)(int64_t)seed, size - 60 - (int)(seed >> 20 & 7));
  }
  (void)format->round(d, row, row);
}

/* Formats without a scale keep the numbers of what they hold, and change some of what they do not
 * hold; those with one have whole numbers enough for the scale that is there. */
static void test_what_holds_what(void **state) {
  enum { D = 7, ROWS = 4000 };
  (void)state;
  for (size_t f = 0; limen_quantiser_at(f); f++)
    for (size_t c = 0; limen_quantiser_at(c); c++) {
      const struct limen_quantiser *fine = limen_quantiser_at(f), *coarse = limen_quantiser_at(c);
      size_t changed = 0;
      for (uint64_t seed = 0; seed < ROWS && fine->vector_bits == 0; seed++) {
        double row[D], again[D];
        fill(coarse, seed * 77, D, row);
        (void)fine->round(D, row, again);
        for (size_t i = 0; i < D; i++) changed += row[i] != again[i];
      }
      if (fine->vector_bits == 0 && (changed == 0) != limen_quantiser_holds(fine, coarse))
        fail_msg("%s and %s: %zu numbers are changed", fine->name, coarse->name, changed);
    }
  static const struct {
    const char *fine, *coarse;
    bool holds;
  } scaled[] = {{"int8", "int4", true},  {"int8", "bit1", true},     {"int4", "bit1", true},
                {"int4", "int8", false}, {"int8", "float16", false}, {"bit1", "bit1", true}};
  for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++)
    assert_int_equal(limen_quantiser_holds(limen_quantiser_find(scaled[i].fine),
                                           limen_quantiser_find(scaled[i].coarse)),
                     scaled[i].holds);
}

static void test_names(void **state) {
  (void)state;
  assert_null(limen_quantiser_find("float8"));
  assert_string_equal(limen_quantiser_name(0), "float64");
  assert_null(limen_quantiser_name(1000));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_ends_of_the_range),
      cmocka_unit_test(test_rounded_once),
      cmocka_unit_test(test_all_codes),
      cmocka_unit_test(test_float32_is_the_cast),
      cmocka_unit_test(test_scaled),
      cmocka_unit_test(test_scales_out_of_range),
      cmocka_unit_test(test_what_holds_what),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
