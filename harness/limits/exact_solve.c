#include "limits/exact_solve.h"

#include <math.h>

#include "base/memory.h"
#include "limits/prime_field.h"

mpz_t *limen_whole_alloc(size_t count, struct limen_error *error) {
  mpz_t *values = limen_alloc(count, sizeof *values, error);
  for (size_t i = 0; values && i < count; i++) mpz_init(values[i]);
  return values;
}

void limen_whole_free(mpz_t *values, size_t count) {
  for (size_t i = 0; values && i < count; i++) mpz_clear(values[i]);
  limen_free(values);
}

_Static_assert(sizeof(unsigned long) == 8, "GMP's functions for words take the prime in one");

/* ---- lifting ---- */

struct lifting {
  size_t m, digits;
  const mpz_t *a;
  uint64_t *inverse; /* of a modulo p */
  uint64_t *digit;   /* digits x m: x = sum of digit_t p^t */
  uint64_t *image;   /* m: the residual modulo p */
  /* What the digits found so far leave of b, over p^t: m numbers. Where the coefficients are short,
   * as floats of similar size make them, both stay within machine words, several times faster. */
  mpz_t *residual;
  int64_t *narrow;       /* m x m: a, or NULL */
  __int128 *narrow_left; /* m */
};

enum { NARROW_BITS = 48, NARROW_ROWS = 1 << 14 /* sums of 48 + 61 + 14 bits */ };

/* No numerator or denominator has more bits: the determinant of (a | b) without any one column is
 * at most the product of the rows' lengths (Hadamard). */
static size_t bits_of_answer(size_t m, const mpz_t *a, const mpz_t *b) {
  double bits = 2;
  for (size_t r = 0; r < m; r++) {
    size_t most = mpz_sizeinbase(b[r], 2);
    for (size_t c = 0; c < m; c++) {
      size_t size = mpz_sizeinbase(a[r * m + c], 2);
      if (size > most) most = size;
    }
    bits += (double)most + 0.5 * log2((double)m + 1) + 1e-6;
  }
  return (size_t)ceil(bits);
}

static uint64_t image_of(__int128 value) {
  unsigned __int128 size = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
  uint64_t low = (uint64_t)size & LIMEN_PRIME, middle = (uint64_t)(size >> 61) & LIMEN_PRIME;
  uint64_t image = limen_prime_add(limen_prime_add(low % LIMEN_PRIME, middle % LIMEN_PRIME),
                                   (uint64_t)(size >> 122));
  return value < 0 ? limen_prime_subtract(0, image) : image;
}

/* residual = (residual - a digit) / p */
static void take_digit(struct lifting *lifting, const uint64_t *digit) {
  size_t m = lifting->m;
  for (size_t r = 0; r < m; r++) {
    if (lifting->narrow) {
      __int128 left = lifting->narrow_left[r];
      for (size_t c = 0; c < m; c++)
        left -= (__int128)lifting->narrow[r * m + c] * (int64_t)digit[c];
      lifting->narrow_left[r] = left / (__int128)LIMEN_PRIME;
      continue;
    }
    for (size_t c = 0; c < m; c++)
      mpz_submul_ui(lifting->residual[r], lifting->a[r * m + c], digit[c]);
    mpz_divexact_ui(lifting->residual[r], lifting->residual[r], LIMEN_PRIME);
  }
}

static void find_digit(struct lifting *lifting, uint64_t *digit) {
  size_t m = lifting->m;
  for (size_t r = 0; r < m; r++)
    lifting->image[r] = lifting->narrow ? image_of(lifting->narrow_left[r])
                                        : mpz_fdiv_ui(lifting->residual[r], LIMEN_PRIME);
  for (size_t r = 0; r < m; r++) {
    /* 32 products of 122 bits fit into 128. */
    unsigned __int128 sum = 0;
    uint64_t total = 0;
    for (size_t c = 0; c < m; c++) {
      sum += (unsigned __int128)lifting->inverse[r * m + c] * lifting->image[c];
      if (c % 32 < 31 && c + 1 < m) continue;
      total = limen_prime_add(total, (uint64_t)(sum % LIMEN_PRIME));
      sum = 0;
    }
    digit[r] = total;
  }
  take_digit(lifting, digit);
}

static bool is_narrow(const mpz_t *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (mpz_sizeinbase(values[i], 2) > NARROW_BITS) return false;
  return true;
}

/* Puts the residual b where it is to be kept. */
static int start_residual(struct lifting *lifting, const mpz_t *b, struct limen_error *error) {
  size_t m = lifting->m;
  if (m <= NARROW_ROWS && is_narrow(lifting->a, m * m) && is_narrow(b, m)) {
    if (!(lifting->narrow = limen_alloc_scratch(m * m, sizeof *lifting->narrow, error)) ||
        !(lifting->narrow_left = limen_alloc(m, sizeof *lifting->narrow_left, error)))
      return LIMEN_FAILED;
    for (size_t i = 0; i < m * m; i++) lifting->narrow[i] = mpz_get_si(lifting->a[i]);
    for (size_t r = 0; r < m; r++) lifting->narrow_left[r] = mpz_get_si(b[r]);
    return LIMEN_OK;
  }
  if (!(lifting->residual = limen_whole_alloc(m, error))) return LIMEN_FAILED;
  for (size_t r = 0; r < m; r++) mpz_set(lifting->residual[r], b[r]);
  return LIMEN_OK;
}

static int lift(struct lifting *lifting, const mpz_t *b, bool *solved, struct limen_error *error) {
  size_t m = lifting->m;
  uint64_t *a = limen_alloc_scratch(m * m, sizeof *a, error);
  if (!a || !(lifting->inverse = limen_alloc_scratch(m * m, sizeof *lifting->inverse, error)) ||
      !(lifting->digit = limen_alloc_scratch(lifting->digits * m, sizeof *lifting->digit, error)) ||
      !(lifting->image = limen_alloc(m, sizeof *lifting->image, error)) ||
      start_residual(lifting, b, error) != LIMEN_OK) {
    limen_free(a);
    return LIMEN_FAILED;
  }
  for (size_t i = 0; i < m * m; i++) a[i] = mpz_fdiv_ui(lifting->a[i], LIMEN_PRIME);
  *solved = limen_prime_inverse(m, a, lifting->inverse);
  limen_free(a);
  for (size_t t = 0; t < lifting->digits && *solved; t++)
    find_digit(lifting, lifting->digit + t * m);
  return LIMEN_OK;
}

/* ---- rationals ---- */

struct recovery {
  mpz_t modulus; /* p^digits */
  mpz_t r0, r1, t0, t1, quotient;
};

static void recovery_init(struct recovery *recovery, size_t digits) {
  mpz_inits(recovery->modulus, recovery->r0, recovery->r1, recovery->t0, recovery->t1,
            recovery->quotient, NULL);
  mpz_ui_pow_ui(recovery->modulus, LIMEN_PRIME, digits);
}

static void recovery_clear(struct recovery *recovery) {
  mpz_clears(recovery->modulus, recovery->r0, recovery->r1, recovery->t0, recovery->t1,
             recovery->quotient, NULL);
}

/* Euclid on the modulus and `value`, stopped half way: the remainder r1 = t1 value modulo the
 * modulus is the numerator and t1 the denominator of the one fraction that is short enough (Wang's
 * reconstruction). */
static void recover(struct recovery *recovery, const mpz_t value, size_t bits) {
  mpz_set(recovery->r0, recovery->modulus);
  mpz_set(recovery->r1, value);
  mpz_set_ui(recovery->t0, 0);
  mpz_set_ui(recovery->t1, 1);
  while (mpz_sizeinbase(recovery->r1, 2) > bits) {
    mpz_fdiv_qr(recovery->quotient, recovery->r0, recovery->r0, recovery->r1);
    mpz_swap(recovery->r0, recovery->r1);
    mpz_submul(recovery->t0, recovery->quotient, recovery->t1);
    mpz_swap(recovery->t0, recovery->t1);
  }
  if (mpz_sgn(recovery->t1) < 0) {
    mpz_neg(recovery->t1, recovery->t1);
    mpz_neg(recovery->r1, recovery->r1);
  }
}

/* The unknowns share a denominator but for small factors: most are whole once they are multiplied
 * by the denominator of those before. */
static void recover_all(const struct lifting *lifting, size_t bits, mpz_t *numerators,
                        mpz_t denominator) {
  struct recovery recovery;
  recovery_init(&recovery, lifting->digits);
  mpz_set_ui(denominator, 1);
  for (size_t i = 0; i < lifting->m; i++) {
    mpz_ptr value = numerators[i];
    mpz_set_ui(value, 0);
    for (size_t t = lifting->digits; t-- > 0;) {
      mpz_mul_ui(value, value, LIMEN_PRIME);
      mpz_add_ui(value, value, lifting->digit[t * lifting->m + i]);
    }
    mpz_mul(value, value, denominator);
    mpz_fdiv_r(value, value, recovery.modulus);
    mpz_sub(recovery.r0, value, recovery.modulus);
    if (mpz_sizeinbase(value, 2) <= bits) continue;
    if (mpz_sizeinbase(recovery.r0, 2) <= bits) {
      mpz_set(value, recovery.r0);
      continue;
    }
    recover(&recovery, value, bits);
    mpz_set(value, recovery.r1);
    mpz_mul(denominator, denominator, recovery.t1);
    for (size_t j = 0; j < i; j++) mpz_mul(numerators[j], numerators[j], recovery.t1);
  }
  recovery_clear(&recovery);
}

int limen_exact_solve(size_t m, const mpz_t *a, const mpz_t *b, mpz_t *numerators,
                      mpz_t denominator, bool *solved, struct limen_error *error) {
  size_t bits = bits_of_answer(m, a, b);
  struct lifting lifting = {.m = m, .a = a, .digits = (2 * bits + 2) / 60 + 1};
  *solved = false;
  int status = lift(&lifting, b, solved, error);
  if (status == LIMEN_OK && *solved) recover_all(&lifting, bits, numerators, denominator);
  limen_free(lifting.inverse);
  limen_free(lifting.digit);
  limen_free(lifting.image);
  limen_whole_free(lifting.residual, m);
  limen_free(lifting.narrow);
  limen_free(lifting.narrow_left);
  return status;
}
