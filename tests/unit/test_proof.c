/* Proofs by rounding-error analysis: margins worked out by hand, and what must not be proved. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limits/proof.h"

static struct limen_relevance relevance_of(size_t n, size_t queries, size_t k, uint32_t *relevant) {
  return (struct limen_relevance){n, queries, k, relevant};
}

static void assert_near(double found, double expected, double tolerance) {
  assert_true(fabs(found - expected) <= tolerance);
}

/* gamma_(d + 2) of the header, from its formula. */
static double gamma_of(size_t d) {
  double units = ((double)d + 2) * 0x1p-53;
  return units / (1 - units);
}

/* Four documents in two dimensions. Numbers that are sums of few powers of two, so that all
 * products and sums below are exact: v0 = (0.75, 0.125)  v1 = (-0.5, 0.625)  v2 = (0.25, -0.875) v3
 * = (0.375, 0.375) q0 = (0.5, 0.25):   0.40625, -0.09375, -0.09375, 0.28125     wants 0 and 3 q1 =
 * (-0.75, 0.5):  -0.5, 0.6875, -0.625, -0.09375           wants 1 and 3 Margins: 0.28125 - -0.09375
 * = 0.375 and -0.09375 - -0.5 = 0.40625. Sizes sum |q_i v_i|: q0: 0.40625, 0.40625, 0.34375,
 * 0.28125;  q1: 0.625, 0.6875, 0.625, 0.46875. */
static const float documents[] = {0.75f, 0.125f, -0.5f, 0.625f, 0.25f, -0.875f, 0.375f, 0.375f};
static const float queries[] = {0.5f, 0.25f, -0.75f, 0.5f};

static void test_by_hand(void **state) {
  (void)state;
  uint32_t wanted[] = {0, 3, 1, 3};
  struct limen_relevance relevance = relevance_of(4, 2, 2, wanted);
  struct limen_proof proof;
  double margins[4];
  assert_int_equal(limen_prove(&relevance, 2, documents, queries, margins, &proof, NULL), LIMEN_OK);
  assert_true(proof.proved);
  assert_int_equal(proof.unproved, 0);
  assert_int_equal(proof.worst_query, 0);
  assert_true(margins[0] == 0.375);
  assert_true(margins[2] == 0.40625);
  assert_near(margins[1], gamma_of(2) * (0.40625 + 0.40625), 1e-8 * margins[1]);
  assert_near(margins[3], gamma_of(2) * (0.6875 + 0.625), 1e-8 * margins[3]);
  assert_true(proof.worst_margin == margins[0]);
  assert_true(proof.worst_bound == margins[1]);
  /* The bound may only be rounded up. */
  assert_true(margins[1] > gamma_of(2) * 0.8125);
}

static void test_false_claims(void **state) {
  (void)state;
  uint32_t wanted[] = {0, 1, 1, 3}; /* q0 has v3 above v1 */
  struct limen_relevance relevance = relevance_of(4, 2, 2, wanted);
  struct limen_proof proof;
  double margins[4];
  assert_int_equal(limen_prove(&relevance, 2, documents, queries, margins, &proof, NULL), LIMEN_OK);
  assert_false(proof.proved);
  assert_int_equal(proof.unproved, 1);
  assert_int_equal(proof.worst_query, 0);
  assert_true(margins[0] == -0.09375 - 0.28125);
  assert_true(proof.worst_margin == margins[0]);
  assert_true(margins[2] == 0.40625);
}

/* Equal scores are no strict order, however exactly they are known. */
static void test_ties_are_not_proved(void **state) {
  (void)state;
  uint32_t wanted[] = {1}; /* q0 scores v1 and v2 the same; v0 and v3 are left out */
  const float two[] = {-0.5f, 0.625f, 0.25f, -0.875f};
  struct limen_relevance relevance = relevance_of(2, 1, 1, wanted);
  struct limen_proof proof;
  assert_int_equal(limen_prove(&relevance, 2, two, queries, NULL, &proof, NULL), LIMEN_OK);
  assert_false(proof.proved);
  assert_true(proof.worst_margin == 0);
}

/* The true scores are 1 + 2^-60 against 1, one product after the other swallowed by 2^40 in
 * float64: the claim is true, and float64 sums cannot tell. */
static void test_what_sums_cannot_decide(void **state) {
  (void)state;
  uint32_t wanted[] = {0};
  const float pair[] = {0x1p40f, 1, -0x1p40f, 0x1p-60f, /* relevant */
                        0x1p40f, 1, -0x1p40f, 0};
  const float query[] = {1, 1, 1, 1};
  struct limen_relevance relevance = relevance_of(2, 1, 1, wanted);
  struct limen_proof proof;
  double margins[2];
  assert_int_equal(limen_prove(&relevance, 4, pair, query, margins, &proof, NULL), LIMEN_OK);
  assert_false(proof.proved);
  assert_int_equal(proof.unproved, 1);
  /* Even a margin that the sums do show is not proved while their error could be as large. */
  const float close[] = {0x1p40f, 1, -0x1p40f, 0x1p-12f, 0x1p40f, 1, -0x1p40f, 0};
  assert_int_equal(limen_prove(&relevance, 4, close, query, margins, &proof, NULL), LIMEN_OK);
  assert_true(margins[0] == 0x1p-12);
  assert_near(margins[1], gamma_of(4) * 2 * 0x1p41, 1e-3 * margins[1]);
  assert_true(margins[0] < margins[1]);
  assert_false(proof.proved);
  /* Ten bits more, and it is. */
  const float far[] = {0x1p40f, 1, -0x1p40f, 0.25f, 0x1p40f, 1, -0x1p40f, 0};
  assert_int_equal(limen_prove(&relevance, 4, far, query, margins, &proof, NULL), LIMEN_OK);
  assert_true(proof.proved);
}

/* Products of the smallest and of the largest float32 stay exact in float64. */
static void test_extreme_numbers(void **state) {
  (void)state;
  uint32_t wanted[] = {1};
  const float tiny[] = {0x1p-149f, 0x1p-148f}, small_query[] = {0x1p-149f};
  const float huge[] = {FLT_MAX / 2, FLT_MAX}, large_query[] = {FLT_MAX};
  struct limen_relevance relevance = relevance_of(2, 1, 1, wanted);
  struct limen_proof proof;
  assert_int_equal(limen_prove(&relevance, 1, tiny, small_query, NULL, &proof, NULL), LIMEN_OK);
  assert_true(proof.proved);
  assert_true(proof.worst_margin == 0x1p-298);
  assert_int_equal(limen_prove(&relevance, 1, huge, large_query, NULL, &proof, NULL), LIMEN_OK);
  assert_true(proof.proved);
  assert_true(proof.worst_margin == (double)FLT_MAX * (double)FLT_MAX / 2);
}

static void test_all_documents_relevant(void **state) {
  (void)state;
  uint32_t wanted[] = {0, 1, 2, 3};
  struct limen_relevance relevance = relevance_of(4, 1, 4, wanted);
  struct limen_proof proof;
  double margins[2];
  assert_int_equal(limen_prove(&relevance, 2, documents, queries, margins, &proof, NULL), LIMEN_OK);
  assert_true(proof.proved);
  assert_true(isinf(margins[0]) && margins[0] > 0);
  assert_true(isfinite(margins[1]));
}

/* Documents beyond one block of the prover's sums: the relevant one and its rival in each block. */
static void test_many_documents(void **state) {
  (void)state;
  enum { N = 1300 };
  static float values[N];
  const float query[] = {1};
  static const uint32_t places[] = {0, 511, 512, 1023, 1024, N - 1};
  struct limen_proof proof;
  for (size_t i = 0; i < 6; i++)
    for (size_t j = 0; j < 6; j++) {
      if (i == j) continue;
      uint32_t wanted[] = {places[i]};
      struct limen_relevance relevance = relevance_of(N, 1, 1, wanted);
      for (size_t v = 0; v < N; v++) values[v] = 0.25f;
      values[places[i]] = 0.75f;
      values[places[j]] = 0.625f;
      assert_int_equal(limen_prove(&relevance, 1, values, query, NULL, &proof, NULL), LIMEN_OK);
      assert_true(proof.proved);
      assert_true(proof.worst_margin == 0.125);
    }
}

static void refuse(const float *vectors, const float *asked, size_t d, const char *message) {
  uint32_t wanted[] = {0, 3, 1, 3};
  struct limen_relevance relevance = relevance_of(4, 2, 2, wanted);
  struct limen_proof proof;
  struct limen_error error = {0};
  assert_int_equal(limen_prove(&relevance, d, vectors, asked, NULL, &proof, &error), LIMEN_INPUT);
  assert_string_equal(error.text, message);
}

static void test_refusals(void **state) {
  (void)state;
  float bad[8], asked[4];
  memcpy(bad, documents, sizeof bad);
  memcpy(asked, queries, sizeof asked);
  bad[5] = NAN;
  refuse(bad, queries, 2, "document 2 holds nan in dimension 1");
  bad[5] = -INFINITY;
  refuse(bad, queries, 2, "document 2 holds -inf in dimension 1");
  asked[2] = INFINITY;
  refuse(documents, asked, 2, "query 1 holds inf in dimension 0");
  asked[2] = NAN;
  refuse(documents, asked, 2, "query 1 holds nan in dimension 0");
  refuse(NULL, NULL, LIMEN_PROOF_D_MOST + 1,
         "d is 16777217, but proofs reach to 16777216 dimensions");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_false_claims),
      cmocka_unit_test(test_ties_are_not_proved),
      cmocka_unit_test(test_what_sums_cannot_decide),
      cmocka_unit_test(test_extreme_numbers),
      cmocka_unit_test(test_all_documents_relevant),
      cmocka_unit_test(test_many_documents),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
