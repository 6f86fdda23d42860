#include "limits/finite_field.h"

#include <assert.h>

/* ---- primes ---- */

static uint64_t power_modulo(uint64_t base, uint64_t exponent, uint64_t n) {
  unsigned __int128 result = 1, square = base % n;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = result * square % n;
    square = square * square % n;
  }
  return (uint64_t)result;
}

/* Whether `base` shows that the odd n = odd 2^twos + 1 is composite. */
static bool is_witness(uint64_t base, uint64_t n, uint64_t odd, unsigned twos) {
  if (base % n == 0) return false;
  unsigned __int128 x = power_modulo(base, odd, n);
  if (x == 1 || x == n - 1) return false;
  for (unsigned i = 1; i < twos; i++) {
    x = x * x % n;
    if (x == n - 1) return false;
  }
  return true;
}

bool limen_is_prime(uint64_t n) {
  static const uint64_t bases[] = {2, 325, 9375, 28178, 450775, 9780504, 1795265022};
  if (n < 4) return n >= 2;
  if (n % 2 == 0) return false;
  const unsigned twos = (unsigned)__builtin_ctzll(n - 1);
  for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
    if (is_witness(bases[i], n, (n - 1) >> twos, twos)) return false;
  return true;
}

uint64_t limen_prime_at_least(uint64_t n) {
  while (!limen_is_prime(n)) n++;
  return n;
}

/* ---- fields ---- */

static bool is_power_of_two(uint64_t q) { return q >= 2 && (q & (q - 1)) == 0; }

bool limen_field_exists(uint64_t q) {
  return q >= 2 && q <= LIMEN_FIELD_MOST && (is_power_of_two(q) || limen_is_prime(q));
}

uint32_t limen_field_at_most(uint64_t q) {
  if (q > LIMEN_FIELD_MOST) q = LIMEN_FIELD_MOST;
  while (q >= 2 && !limen_field_exists(q)) q--;
  return q >= 2 ? (uint32_t)q : 0;
}

uint32_t limen_field_at_least(uint64_t q) {
  if (q < 2) q = 2;
  while (q <= LIMEN_FIELD_MOST && !limen_field_exists(q)) q++;
  return q <= LIMEN_FIELD_MOST ? (uint32_t)q : 0;
}

static unsigned degree_of(uint32_t polynomial) {
  return 31 - (unsigned)__builtin_clz(polynomial | 1);
}

/* The remainder of a division over GF(2). */
static uint32_t remainder_of(uint32_t a, uint32_t by) {
  const unsigned degree = degree_of(by);
  while (a >> degree) a ^= by << (degree_of(a) - degree);
  return a;
}

/* Of a polynomial of degree 1 or more: nothing of half its degree or less divides it. */
static bool is_irreducible(uint32_t polynomial) {
  for (uint32_t by = 2; 2 * degree_of(by) <= degree_of(polynomial); by++)
    if (remainder_of(polynomial, by) == 0) return false;
  return true;
}

struct limen_field limen_field_of(uint32_t q) {
  struct limen_field field = {.q = q};
  assert(limen_field_exists(q));
  if (!is_power_of_two(q) || q == 2) return field; /* GF(2) is residues, too */
  field.modulus = q;
  while (!is_irreducible(field.modulus)) field.modulus++;
  return field;
}

uint32_t limen_field_add(const struct limen_field *field, uint32_t a, uint32_t b) {
  return field->modulus ? a ^ b : (a + b) % field->q;
}

uint32_t limen_field_negate(const struct limen_field *field, uint32_t a) {
  return field->modulus || a == 0 ? a : field->q - a;
}

uint32_t limen_field_multiply(const struct limen_field *field, uint32_t a, uint32_t b) {
  if (!field->modulus) return a * b % field->q;
  uint32_t product = 0;
  for (; b > 0; b >>= 1, a <<= 1)
    if (b & 1) product ^= a; /* of degree below 2 * 12 */
  return remainder_of(product, field->modulus);
}
