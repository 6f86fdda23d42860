/* Large (k,1)-separating codes: a Reed-Solomon code over GF(q), each symbol written as a word of a
 * small (k,1)-separating inner code of q words.
 *
 * Codeword i is the polynomial whose coefficients are the digits of i to the base q. Places are the
 * q elements of the field and, as place q, infinity, where the value is the leading coefficient.
 * Two polynomials of degree below K agree in at most K - 1 of these places. So k members and
 * another codeword leave at least N - k (K - 1) of N places where the other differs from all
 * members, and in each of them the inner code has a coordinate that separates it from all: the
 * whole is (k,1)-separating when N > k (K - 1). Nothing but the inner code needs looking at. */
#ifndef LIMEN_LIMITS_SEPARATING_CODE_H
#define LIMEN_LIMITS_SEPARATING_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "limits/finite_field.h"

struct limen_separating_code {
  size_t q, dimension, length; /* of the outer code; a dimension of 1 needs no field */
  size_t bits;                 /* of an inner word */
  uint64_t *inner;             /* q of them; owned */
  struct limen_field field;
  uint16_t *product; /* private: of a coefficient with a place's power */
};

/* Copies the q words. The outer code must be one: LIMEN_NO when there is no such field, when a
 * length is beyond its places, or when a word has more bits than told. */
int limen_separating_code_init(struct limen_separating_code *code, size_t q, size_t dimension,
                               size_t length, size_t bits, const uint64_t *inner,
                               struct limen_error *error);
void limen_separating_code_clear(struct limen_separating_code *code);

/* q^dimension; UINT64_MAX when it is more. */
uint64_t limen_separating_code_size(const struct limen_separating_code *code);

/* The symbol of codeword i at a place, and its inner word. */
uint32_t limen_separating_code_symbol(const struct limen_separating_code *code, uint64_t i,
                                      size_t place);
static inline uint64_t limen_separating_code_word(const struct limen_separating_code *code,
                                                  uint64_t i, size_t place) {
  return code->inner[limen_separating_code_symbol(code, i, place)];
}

/* Coordinate c of codeword i: 0 or 1. Bit b of the word at place p is coordinate p bits + b. */
static inline unsigned limen_separating_code_bit(const struct limen_separating_code *code,
                                                 uint64_t i, size_t c) {
  return (unsigned)(limen_separating_code_word(code, i, c / code->bits) >> c % code->bits) & 1;
}

/* The index of the codeword other + factor * product over `zeros` of (x - zero), which agrees with
 * `other` in exactly these places when the factor is not 0; at most dimension - 1 finite places. */
uint64_t limen_separating_code_touching(const struct limen_separating_code *code, uint64_t other,
                                        const uint32_t *zeros, size_t count, uint32_t factor);

/* The coordinates in which k codewords agree and another differs: half of what the query of
 * separating.h gives the members more than the other. */
unsigned limen_separating_code_separated(const struct limen_separating_code *code, size_t k,
                                         const uint64_t *members, uint64_t other);

#endif
