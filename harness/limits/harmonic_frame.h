/* Harmonic frames: n unit vectors v(i) = (cos 2 pi f_j i / n, sin 2 pi f_j i / n)_j / sqrt K in
 * d = 2 K dimensions, with K chosen frequencies f_j (Goyal, Kovacevic, Kelner 2001; the same as
 * Fourier columns with chosen rows). Turning every coordinate pair by its own angle maps v(i) to
 * v(i + s), so inner products depend on the difference of the numbers alone:
 *
 *     c_l = <v(i), v(i + l)> = (1/K) sum_j cos(2 pi f_j l / n),      c_l = c_(n-l).
 *
 * Half a row of the Gram matrix is all of it. Documents are distinct if and only if no c_l is 1 for
 * 0 < l < n, which for a prime n is so unless all frequencies are 0 modulo n; for a composite n a
 * divisor that all of them share would make documents equal, and l of small order have few angles,
 * whose c_l stray further than those of others.
 *
 * With l = a + width b the angles add up, and c_l is the inner product of a row of a table of
 * (cos, -sin) for a with a row of a table of (cos, sin) for b: a matrix product, in float32. */
#ifndef LIMEN_LIMITS_HARMONIC_FRAME_H
#define LIMEN_LIMITS_HARMONIC_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { LIMEN_HARMONIC_D_MOST = 1 << 13, LIMEN_HARMONIC_N_BITS = 40 };

/* Bytes of both tables: 2^40 documents in 400 dimensions take a little more than half of it.
 * Without an end a page of text, which is all that such a claim is, could ask for 50 GB. */
#define LIMEN_HARMONIC_BYTES_MOST ((size_t)1 << 32)

struct limen_harmonic {
  uint64_t n;          /* odd, so that l and n - l are never the same */
  uint64_t half;       /* l runs from 1 to here: (n - 1) / 2 */
  size_t count;        /* K */
  uint64_t *frequency; /* below n; owned */
  size_t width, rows;  /* of the tables: near has `width` rows, far `rows`; a power of two */
  float *near, *far;   /* 2 K floats a row: cosines, then sines (negative in near) */
};

/* Copies the frequencies. Memory is two tables of sqrt(n / 2) rows. LIMEN_NO when n is even, below
 * 3 or above 2^LIMEN_HARMONIC_N_BITS, when there is no frequency or too many, one is n or more, or
 * the tables are larger than LIMEN_HARMONIC_BYTES_MOST. */
int limen_harmonic_init(struct limen_harmonic *frame, uint64_t n, size_t count,
                        const uint64_t *frequency, struct limen_error *error);
void limen_harmonic_clear(struct limen_harmonic *frame);

/* c_l for 0 <= l < n in float64: f_j l modulo n is exact, an integer. */
double limen_harmonic_gram(const struct limen_harmonic *frame, uint64_t l);

/* It errs by at most this. With u = 2^-53: the residue r, |r| <= n / 2, is exact, r / n, 2 pi and
 * their product are rounded once each, so that an angle of at most pi errs by at most 3.01 u pi <
 * 9.5 u, a cosine by that and the library's own 2 u; K terms of size 1 then add up to within
 * (K - 1) u each. Division by K: K + 13 units, and 3 for what is left out. */
double limen_harmonic_gram_error(const struct limen_harmonic *frame);

/* K c_l in float32, from the tables, for 0 <= l <= half. */
float limen_harmonic_rough(const struct limen_harmonic *frame, uint64_t l);

/* A float32 product of the tables' rows, summed in any order, errs from K c_l by at most K times
 * this. A table's entry errs by e = 2^-25 + 12 u. For an angle |cos| + |sin| <= sqrt 2, so the 2 K
 * products err by at most K (2 sqrt(2) e + 2 e^2). And |cos a cos b| + |sin a sin b| <= 1, so the
 * sum's rounding is at most gamma_2K K (1 + 4 e), gamma_m = m 2^-24 / (1 - m 2^-24). A thousandth
 * more covers what is left out. */
double limen_harmonic_rough_error(const struct limen_harmonic *frame);

/* Documents first .. first + count - 1 as rows of 2 K floats: all cosines, then all sines, each to
 * about 1e-7. first + count <= n. */
int limen_harmonic_rows(const struct limen_harmonic *frame, uint64_t first, size_t count,
                        float *out, struct limen_error *error);

#endif
