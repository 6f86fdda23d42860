#include "limits/exact_sum.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "limits/exact_solve.h"

enum { LOWEST = -149 /* of all floats: 2^-149 is the smallest one above 0 */ };

int limen_float_lowest(float value) {
  if (value == 0) return INT_MAX;
  int exponent;
  uint32_t whole = (uint32_t)ldexpf(frexpf(fabsf(value), &exponent), 24);
  return exponent - 24 + __builtin_ctz(whole);
}

void limen_float_whole(float value, int lowest, mpz_t out) {
  if (value == 0) {
    mpz_set_ui(out, 0);
    return;
  }
  int bit = limen_float_lowest(value);
  mpz_set_si(out, (long)ldexp((double)value, -bit));
  mpz_mul_2exp(out, out, (mp_bitcnt_t)(bit - lowest));
}

/* What each document weighs in total: c is the sum of these times the vectors. */
struct net {
  size_t count;
  uint32_t *document;
  mpz_t *weight;
};

static mpz_ptr find(struct net *net, uint32_t document) {
  for (size_t m = 0; m < net->count; m++)
    if (net->document[m] == document) return net->weight[m];
  net->document[net->count] = document;
  return net->weight[net->count++];
}

/* |c|^2 times (denominator 2^149)^2, a whole number. */
static int square_length(size_t d, const float *documents,
                         const struct limen_combination *combination, mpz_t out,
                         struct limen_error *error) {
  size_t most = 2 * combination->count;
  struct net net = {.document = limen_alloc(most, sizeof *net.document, error),
                    .weight = limen_whole_alloc(most, error)};
  int status = net.document && net.weight ? LIMEN_OK : LIMEN_FAILED;
  for (size_t p = 0; p < combination->count && status == LIMEN_OK; p++) {
    mpz_ptr inside = find(&net, combination->pair[2 * p]);
    mpz_add(inside, inside, combination->weight[p]);
    mpz_ptr outside = find(&net, combination->pair[2 * p + 1]);
    mpz_sub(outside, outside, combination->weight[p]);
  }
  mpz_t sum, value;
  mpz_inits(sum, value, NULL);
  mpz_set_ui(out, 0);
  for (size_t i = 0; i < d && status == LIMEN_OK; i++) {
    int lowest = INT_MAX;
    mpz_set_ui(sum, 0);
    for (size_t m = 0; m < net.count; m++) {
      int bit = limen_float_lowest(documents[net.document[m] * d + i]);
      if (bit < lowest) lowest = bit;
    }
    if (lowest == INT_MAX) continue;
    for (size_t m = 0; m < net.count; m++) {
      limen_float_whole(documents[net.document[m] * d + i], lowest, value);
      mpz_addmul(sum, value, net.weight[m]);
    }
    mpz_mul_2exp(sum, sum, (mp_bitcnt_t)(lowest - LOWEST));
    mpz_addmul(out, sum, sum);
  }
  mpz_clears(sum, value, NULL);
  limen_free(net.document);
  limen_whole_free(net.weight, most);
  return status;
}

/* The same as a rational: |c|^2. */
static int exact_square(size_t d, const float *documents,
                        const struct limen_combination *combination, mpq_t out,
                        struct limen_error *error) {
  int status = square_length(d, documents, combination, mpq_numref(out), error);
  mpz_mul(mpq_denref(out), combination->denominator, combination->denominator);
  mpz_mul_2exp(mpq_denref(out), mpq_denref(out), 2 * (mp_bitcnt_t)-LOWEST);
  if (status == LIMEN_OK) mpq_canonicalize(out);
  return status;
}

static bool is_within(const mpq_t square, double epsilon) {
  mpq_t bound;
  mpq_init(bound);
  mpq_set_d(bound, epsilon);
  mpq_mul(bound, bound, bound);
  bool within = mpq_cmp(square, bound) <= 0;
  mpq_clear(bound);
  return within;
}

int limen_combination_epsilon(size_t d, const float *documents,
                              struct limen_combination *combination, struct limen_error *error) {
  mpq_t square;
  if (mpz_sgn(combination->denominator) <= 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "weights that are all 0 prove nothing");
  mpq_init(square);
  int status = exact_square(d, documents, combination, square, error);
  combination->epsilon = 0;
  if (status == LIMEN_OK && mpq_sgn(square) != 0) {
    /* A square too small for a double has a root that is not. */
    double epsilon = fmax(sqrt(mpq_get_d(square)), 0x1p-530) * (1 + 0x1p-51);
    while (!is_within(square, epsilon)) epsilon *= 1 + 0x1p-40;
    combination->epsilon = epsilon;
  }
  mpq_clear(square);
  return status;
}

int limen_combination_within(size_t d, const float *documents,
                             const struct limen_combination *combination,
                             struct limen_error *error) {
  mpq_t square;
  mpq_init(square);
  int status = exact_square(d, documents, combination, square, error);
  if (status == LIMEN_OK && !is_within(square, combination->epsilon)) {
    double length = sqrt(mpq_get_d(square));
    status = combination->epsilon > 0
                 ? LIMEN_FAIL(error, LIMEN_NO,
                              "the weighted differences sum to a vector of length %.9g, more than "
                              "the %.9g that is claimed",
                              length, combination->epsilon)
                 : LIMEN_FAIL(error, LIMEN_NO,
                              "the weighted differences do not sum to 0, but to a vector of length "
                              "%.3g",
                              length);
  }
  mpq_clear(square);
  return status;
}
