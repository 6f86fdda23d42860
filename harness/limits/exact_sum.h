/* Weighted sums of stored vectors, exactly. */
#ifndef LIMEN_LIMITS_EXACT_SUM_H
#define LIMEN_LIMITS_EXACT_SUM_H

#include <gmp.h>
#include <stddef.h>

#include "base/error.h"
#include "limits/impossible.h"

/* The exponent e of the lowest set bit of a finite float: value / 2^e is whole and odd. A large
 * number for 0, which has none. */
int limen_float_lowest(float value);

/* value / 2^lowest, which must be whole. */
void limen_float_whole(float value, int lowest, mpz_t out);

/* Sets the combination's epsilon: 0 when its sum c is exactly 0, else a double that is above |c|
 * by about one part in 2^50. */
int limen_combination_epsilon(size_t d, const float *documents,
                              struct limen_combination *combination, struct limen_error *error);

/* LIMEN_NO when |c| is above the combination's epsilon. */
int limen_combination_within(size_t d, const float *documents,
                             const struct limen_combination *combination,
                             struct limen_error *error);

#endif
