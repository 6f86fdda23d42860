/* Sixteen floats at a time: the vector type of the hot loops and the few operations on it that C's
 * operators do not offer.
 *
 * The type is GCC's and clang's vector extension: +, -, *, / and comparisons work on it, a narrower
 * processor gets several instructions for one. Left to loops, gcc 12 would choose 256 bits for
 * processors it does not know yet. */
#ifndef LIMEN_BASE_LANES_H
#define LIMEN_BASE_LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

enum { LIMEN_LANES = 16 };

typedef float limen_lanes __attribute__((vector_size(64), may_alias));
typedef double limen_wide __attribute__((vector_size(64), may_alias)); /* eight doubles */
typedef int32_t limen_lanes_int __attribute__((vector_size(64)));
typedef uint32_t limen_lanes_bits __attribute__((vector_size(64)));

/* A loop over registers, unrolled: it must be gone before gcc decides what lives in memory, or the
 * sums do. */
#ifdef __clang__
#define LIMEN_EACH(i, count) _Pragma("clang loop unroll(full)") for (size_t i = 0; i < (count); i++)
#else
#define LIMEN_EACH(i, count) _Pragma("GCC unroll 64") for (size_t i = 0; i < (count); i++)
#endif

#define LIMEN_INLINE static inline __attribute__((always_inline, unused))

/* Without 512-bit registers gcc notes that passing such a type by value has no fixed ABI; every
 * function here is inlined, so none is passed. */
#ifndef __AVX512F__
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

/* `from` and `to` are 64-byte aligned. */
LIMEN_INLINE limen_lanes limen_lanes_load(const float *from) { return *(const limen_lanes *)from; }
LIMEN_INLINE void limen_lanes_store(float *to, limen_lanes x) { *(limen_lanes *)to = x; }

/* The same from anywhere. */
LIMEN_INLINE limen_lanes limen_lanes_load_any(const float *from) {
  typedef float unaligned __attribute__((vector_size(64), may_alias, aligned(4)));
  return *(const unaligned *)from;
}

LIMEN_INLINE void limen_lanes_store_any(float *to, limen_lanes x) {
  typedef float unaligned __attribute__((vector_size(64), may_alias, aligned(4)));
  *(unaligned *)to = x;
}

enum { LIMEN_WIDE = 8 };

/* Eight floats from anywhere, as doubles. */
LIMEN_INLINE limen_wide limen_wide_load(const float *from) {
  typedef float narrow __attribute__((vector_size(32), may_alias, aligned(4)));
  return __builtin_convertvector(*(const narrow *)from, limen_wide);
}

/* Sixteen doubles, each rounded to float. */
LIMEN_INLINE limen_lanes limen_lanes_round(limen_wide a, limen_wide b) {
  typedef float narrow __attribute__((vector_size(32)));
  narrow x = __builtin_convertvector(a, narrow), y = __builtin_convertvector(b, narrow);
  return __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* Holds x in a register: gcc would rather load it again for each of its uses, and loads, not
 * arithmetic, then set the pace. */
LIMEN_INLINE limen_lanes limen_lanes_hold(limen_lanes x) {
#ifdef __AVX512F__
  __asm__("" : "+v"(x));
#endif
  return x;
}

LIMEN_INLINE limen_lanes limen_lanes_all(float x) { return (limen_lanes){0} + x; }

/* Where a comparison with NaN is involved, b is returned, as the instruction does. */
LIMEN_INLINE limen_lanes limen_lanes_max(limen_lanes a, limen_lanes b) {
#ifdef __AVX512F__
  return (limen_lanes)_mm512_max_ps((__m512)a, (__m512)b);
#else
  limen_lanes_int above = a > b;
  return (limen_lanes)(((limen_lanes_int)a & above) | ((limen_lanes_int)b & ~above));
#endif
}

LIMEN_INLINE limen_lanes limen_lanes_sqrt(limen_lanes x) {
#ifdef __AVX512F__
  return (limen_lanes)_mm512_sqrt_ps((__m512)x);
#else
  for (size_t i = 0; i < LIMEN_LANES; i++) x[i] = sqrtf(x[i]);
  return x;
#endif
}

/* One bit a lane, lane 0 lowest: set unless x is above `limit`, so also when x is not a number. */
LIMEN_INLINE uint32_t limen_lanes_not_above(limen_lanes x, limen_lanes limit) {
#ifdef __AVX512F__
  return _mm512_cmp_ps_mask((__m512)x, (__m512)limit, _CMP_NGT_UQ);
#else
  const limen_lanes_int bits = {1,       1 << 1,  1 << 2,  1 << 3, 1 << 4,  1 << 5,
                                1 << 6,  1 << 7,  1 << 8,  1 << 9, 1 << 10, 1 << 11,
                                1 << 12, 1 << 13, 1 << 14, 1 << 15};
  limen_lanes_int set = ~(x > limit) & bits;
  int32_t mask = 0;
  LIMEN_EACH(i, LIMEN_LANES) mask |= set[i];
  return (uint32_t)mask;
#endif
}

/* The bits of the first `count` lanes, of which there may be more than in a register. */
LIMEN_INLINE uint32_t limen_lanes_first(size_t count) {
  return count < LIMEN_LANES ? (1u << count) - 1 : 0xffff;
}

/* Writes the lanes whose bits are set, in their order, side by side. `to` has room for a whole
 * register, and what it holds beyond those lanes is lost. */
LIMEN_INLINE void limen_lanes_pack(float *to, limen_lanes x, uint32_t set) {
#ifdef __AVX512F__
  limen_lanes_store_any(to, (limen_lanes)_mm512_maskz_compress_ps((__mmask16)set, (__m512)x));
#else
  typedef float any __attribute__((may_alias));
  for (any *next = to; set != 0; set &= set - 1) *next++ = x[__builtin_ctz(set)];
#endif
}

/* 2^x to 1.7e-7 relative for -100 <= x <= 127. Below, 2^-100 is returned: nothing beside the 1 that
 * every softmax row holds, and unlike smaller numbers it stays normal under what the kernels
 * multiply it by, where some processors slow down a hundredfold.
 *
 * x = whole + part, |part| <= 1/2. Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in
 * the low bits, from where it is shifted into the exponent. The polynomial is the minimax one of
 * degree 5 in relative error (9.1e-8) among those that are 1 at 0. */
LIMEN_INLINE limen_lanes limen_lanes_exp2(limen_lanes x) {
  const float round = 0x1.8p23f;
  x = limen_lanes_max(x, limen_lanes_all(-100.0f));
  limen_lanes shifted = x + round;
  limen_lanes part = x - (shifted - round);
  limen_lanes p = 0.00132647285f * part + 0.00967151299f;
  p = p * part + 0.0555073358f;
  p = p * part + 0.240222424f;
  p = p * part + 0.693147004f;
  p = p * part + 1.0f;
  return (limen_lanes)((limen_lanes_bits)p + ((limen_lanes_bits)shifted << 23));
}

/* Binary logarithm of positive normal numbers, to 3e-7 of the result or of 2^-22, whichever is
 * larger. x = 2^whole * (1 + part) with 1 + part between the roots of 1/2 and 2; log2(1 + part) /
 * part is again a minimax polynomial, of degree 7 (1.7e-7). */
LIMEN_INLINE limen_lanes limen_lanes_log2(limen_lanes x) {
  const int32_t root_half = 0x3f3504f3; /* the bits of sqrt(1/2) */
  limen_lanes_int whole = ((limen_lanes_int)x - root_half) >> 23;
  limen_lanes part = (limen_lanes)((limen_lanes_bits)x - ((limen_lanes_bits)whole << 23)) - 1.0f;
  limen_lanes p = -0.145811692f * part + 0.234042376f;
  p = p * part - 0.24887687f;
  p = p * part + 0.287098706f;
  p = p * part - 0.360239625f;
  p = p * part + 0.480923235f;
  p = p * part - 0.721352816f;
  p = p * part + 1.4426949f;
  return p * part + __builtin_convertvector(whole, limen_lanes);
}

/* Those lanes of x whose number, counted from `first`, is below `end`; zero in the others. */
LIMEN_INLINE limen_lanes limen_lanes_below(limen_lanes x, size_t first, size_t end) {
  const limen_lanes_int number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return (limen_lanes)((limen_lanes_int)x & (number < (int32_t)end - (int32_t)first));
}

LIMEN_INLINE float limen_lanes_sum(limen_lanes x) {
  x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  return (x[0] + x[1]) + (x[2] + x[3]);
}

/* Lane j of x[i] becomes lane i of x[j]. In each of four rounds registers eight apart are shuffled
 * into one another like two halves of a deck: the eight bits of an element's number, register and
 * lane, turn by one. */
LIMEN_INLINE void limen_lanes_transpose(limen_lanes x[LIMEN_LANES]) {
  LIMEN_EACH(round, 4) {
    limen_lanes y[LIMEN_LANES];
    LIMEN_EACH(i, 8) {
      limen_lanes a = x[i], b = x[i + 8];
      y[2 * i] =
          __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      y[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,
                                             30, 15, 31);
    }
    LIMEN_EACH(i, LIMEN_LANES) x[i] = y[i];
  }
}

/* Indices of the even and of the odd elements of two registers, one behind the other. */
#define LIMEN_EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define LIMEN_ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31

/* Sums of neighbours: eight from a, then eight from b. */
LIMEN_INLINE limen_lanes limen_lanes_pair(limen_lanes a, limen_lanes b) {
  return __builtin_shufflevector(a, b, LIMEN_EVEN) + __builtin_shufflevector(a, b, LIMEN_ODD);
}

/* Element i of the result is the sum over all lanes of x[i]: a transposition and its sums in one,
 * 15 additions instead of 16 horizontal ones of 4 each. Overwrites x. */
LIMEN_INLINE limen_lanes limen_lanes_sums(limen_lanes x[LIMEN_LANES]) {
  LIMEN_EACH(i, 8) x[i] = limen_lanes_pair(x[2 * i], x[2 * i + 1]);
  LIMEN_EACH(i, 4) x[i] = limen_lanes_pair(x[2 * i], x[2 * i + 1]);
  return limen_lanes_pair(limen_lanes_pair(x[0], x[1]), limen_lanes_pair(x[2], x[3]));
}

#endif
