/* Linear equations with whole coefficients, solved exactly.
 *
 * Elimination in rationals would carry numbers as long as the answer through all m^3 steps. Dixon's
 * lifting (J. D. Dixon, "Exact solution of linear equations using p-adic expansions", Numerische
 * Mathematik 40, 1982) inverts the matrix once modulo a prime of one machine word and then finds
 * the answer digit by digit in base p, O(m^2) a digit; the rationals are recovered at the end. In d
 * = 128 that is some hundred times faster. */
#ifndef LIMEN_LIMITS_EXACT_SOLVE_H
#define LIMEN_LIMITS_EXACT_SOLVE_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* An array of whole numbers, all 0. NULL when memory runs out. */
mpz_t *limen_whole_alloc(size_t count, struct limen_error *error);
void limen_whole_free(mpz_t *values, size_t count);

/* x with a x = b: x_i = numerator_i / denominator, denominator > 0. `a` is m x m, row-major.
 * *solved is false when a is singular modulo the prime, as it is when singular. The answer is right
 * by the bounds of Hadamard and Cramer; whoever proves something with it multiplies out all the
 * same. O(m^3 + m^2 digits), digits about 2 m (bits of an entry) / 61. */
int limen_exact_solve(size_t m, const mpz_t *a, const mpz_t *b, mpz_t *numerators,
                      mpz_t denominator, bool *solved, struct limen_error *error);

#endif
