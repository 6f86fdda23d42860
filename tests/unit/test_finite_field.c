/* Fields by their laws; primes by trial division. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "limits/finite_field.h"

static bool has_divisor(uint64_t n) {
  for (uint64_t d = 2; d * d <= n; d++)
    if (n % d == 0) return true;
  return false;
}

static void test_primes(void **state) {
  (void)state;
  for (uint64_t n = 0; n < 20000; n++)
    if (limen_is_prime(n) != (n >= 2 && !has_divisor(n))) fail_msg("%d", (int)n);
  assert_true(limen_is_prime(1000000007));
  assert_true(limen_is_prime((UINT64_C(1) << 61) - 1));
  assert_false(limen_is_prime(UINT64_C(3215031751)));          /* fools the bases 2, 3, 5, 7 */
  assert_false(limen_is_prime(UINT64_C(3825123056546413051))); /* fools all up to 23 */
  assert_int_equal(limen_prime_at_least(10000000), 10000019);
  assert_int_equal(limen_prime_at_least(10000019), 10000019);
  assert_int_equal(limen_prime_at_least(100000000000), 100000000003);
}

static void test_orders(void **state) {
  (void)state;
  for (uint32_t q = 0; q < 200; q++) {
    const bool wanted = q >= 2 && (!has_divisor(q) || (q & (q - 1)) == 0);
    assert_int_equal(limen_field_exists(q), wanted);
  }
  assert_int_equal(limen_field_at_least(0), 2);
  assert_int_equal(limen_field_at_least(62), 64);
  assert_int_equal(limen_field_at_least(65), 67);
  assert_int_equal(limen_field_at_least(LIMEN_FIELD_MOST + 1), 0);
  assert_int_equal(limen_field_at_most(66), 64);
  assert_int_equal(limen_field_at_most(1), 0);
  assert_int_equal(limen_field_at_most(UINT64_MAX), LIMEN_FIELD_MOST);
}

/* Every law for all elements, or for the first of large fields. */
static void check_laws(uint32_t q) {
  const struct limen_field field = limen_field_of(q);
  const uint32_t some = q < 40 ? q : 40;
  for (uint32_t a = 0; a < some; a++) {
    assert_int_equal(limen_field_add(&field, a, limen_field_negate(&field, a)), 0);
    assert_int_equal(limen_field_multiply(&field, a, 1), a);
    for (uint32_t b = 0; b < some; b++) {
      const uint32_t product = limen_field_multiply(&field, a, b);
      assert_true(product < q && limen_field_add(&field, a, b) < q);
      assert_int_equal(product == 0, a == 0 || b == 0);
      assert_int_equal(product, limen_field_multiply(&field, b, a));
      for (uint32_t c = 0; c < some; c++) {
        const uint32_t sum = limen_field_multiply(&field, a, limen_field_add(&field, b, c));
        assert_int_equal(sum, limen_field_add(&field, product, limen_field_multiply(&field, a, c)));
        assert_int_equal(limen_field_multiply(&field, product, c),
                         limen_field_multiply(&field, a, limen_field_multiply(&field, b, c)));
      }
    }
  }
}

/* Without divisors of zero every row of the products is a permutation, so that all divide. */
static void test_laws(void **state) {
  (void)state;
  for (uint32_t q = 2; q < 70; q++)
    if (limen_field_exists(q)) check_laws(q);
  check_laws(1024);
  check_laws(1021);
  check_laws(LIMEN_FIELD_MOST);
  for (uint32_t a = 1, last = limen_field_at_most(LIMEN_FIELD_MOST - 1); a < 50; a++) {
    const struct limen_field field = limen_field_of(last);
    assert_int_equal(limen_field_multiply(&field, last - 1, a), last - a);
  }
  /* x^8 + x^4 + x^3 + x + 1, the least of degree 8. */
  assert_int_equal(limen_field_of(256).modulus, 0x11b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_primes), cmocka_unit_test(test_orders),
                                     cmocka_unit_test(test_laws)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
