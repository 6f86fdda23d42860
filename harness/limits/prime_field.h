/* Arithmetic modulo the Mersenne prime p = 2^61 - 1, for proofs about numbers that are exact.
 *
 * A float is m 2^e with whole m, and 2 has order 61 modulo p, so every float has an exact image,
 * whatever its exponent: taking it commutes with +, - and *. What is different from 0 here was
 * different from 0 there; the converse fails for about one number in 2^61. */
#ifndef LIMEN_LIMITS_PRIME_FIELD_H
#define LIMEN_LIMITS_PRIME_FIELD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define LIMEN_PRIME ((UINT64_C(1) << 61) - 1)

static inline uint64_t limen_prime_add(uint64_t a, uint64_t b) {
  uint64_t sum = a + b;
  return sum >= LIMEN_PRIME ? sum - LIMEN_PRIME : sum;
}

static inline uint64_t limen_prime_subtract(uint64_t a, uint64_t b) {
  return a >= b ? a - b : a + LIMEN_PRIME - b;
}

/* Bits 61 and up count 2^61 = 1 each. */
static inline uint64_t limen_prime_multiply(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return limen_prime_add((uint64_t)product & LIMEN_PRIME, (uint64_t)(product >> 61));
}

/* 1 / a = a^(p - 2); a is not 0. */
static inline uint64_t limen_prime_invert(uint64_t a) {
  uint64_t result = 1;
  for (uint64_t power = LIMEN_PRIME - 2; power > 0; power >>= 1) {
    if (power & 1) result = limen_prime_multiply(result, a);
    a = limen_prime_multiply(a, a);
  }
  return result;
}

/* Of a finite float. */
static inline uint64_t limen_prime_of_float(float value) {
  int exponent;
  float part = frexpf(fabsf(value), &exponent);
  uint64_t whole = (uint64_t)ldexpf(part, 24);
  int turn = ((exponent - 24) % 61 + 61) % 61;
  uint64_t image = limen_prime_multiply(whole, UINT64_C(1) << turn);
  return value < 0 ? limen_prime_subtract(0, image) : image;
}

/* Eliminates in place; `a` is rows x columns, row-major, entries below p. Returns the rank; the
 * first `rank` entries of `row` (rows entries) and of `column` (columns entries) then name rows and
 * columns whose crossings are a regular matrix, the columns being the first that are independent
 * of those before them. O(rows columns rank). */
size_t limen_prime_eliminate(size_t rows, size_t columns, uint64_t *a, size_t *row, size_t *column);

/* The inverse of an m x m matrix, which is overwritten. False when it is singular. O(m^3). */
bool limen_prime_inverse(size_t m, uint64_t *a, uint64_t *inverse);

/* Whether n rows of d floats are affinely independent, as n <= d + 1 generic ones are. Every set of
 * such documents is then some query's top. `true` is proved: a determinant that is not 0 modulo p
 * is not 0. `false` is not, but it would take a determinant that p happens to divide. LIMEN_INPUT
 * when a number is not finite. O(n^2 d). */
int limen_affinely_independent(size_t n, size_t d, const float *rows, bool *out,
                               struct limen_error *error);

#endif
