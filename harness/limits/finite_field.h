/* Finite fields GF(q) for outer codes: q a prime or a power of two, up to LIMEN_FIELD_MOST.
 *
 * Elements are 0 .. q - 1. For a prime these are residues; for a power of two the bits are the
 * coefficients of a polynomial over GF(2), and products are taken modulo the irreducible polynomial
 * of that degree whose bits are the smallest number. So q alone says what the field is, and a
 * certificate has nothing more to tell, nor to lie about. */
#ifndef LIMEN_LIMITS_FINITE_FIELD_H
#define LIMEN_LIMITS_FINITE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LIMEN_FIELD_MOST = 1 << 12 /* elements: tables of inner codes are far smaller */ };

struct limen_field {
  uint32_t q;
  uint32_t modulus; /* bits of the irreducible polynomial; 0: q is prime */
};

/* Whether there is such a field; by trial division. */
bool limen_field_exists(uint64_t q);
/* The largest order that is at most `q`, and the smallest that is at least `q`; 0: none. */
uint32_t limen_field_at_most(uint64_t q);
uint32_t limen_field_at_least(uint64_t q);

/* A field of an order that exists. */
struct limen_field limen_field_of(uint32_t q);

uint32_t limen_field_add(const struct limen_field *field, uint32_t a, uint32_t b);
uint32_t limen_field_negate(const struct limen_field *field, uint32_t a);
uint32_t limen_field_multiply(const struct limen_field *field, uint32_t a, uint32_t b);

/* Whether n is prime, for any n below 2^62; the smallest prime that is at least n. Deterministic,
 * by Miller and Rabin's test with the bases that are known to suffice below 2^64 (Sinclair 2011).
 */
bool limen_is_prime(uint64_t n);
uint64_t limen_prime_at_least(uint64_t n);

#endif
