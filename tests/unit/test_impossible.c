/* Proofs that no query exists: worked out by hand, found for random clouds, and refused when
 * anything in them is altered. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/impossible.h"

static void prove(size_t d, const float *documents, const struct limen_pair *pairs, size_t count,
                  struct limen_combination *out) {
  struct limen_error error = {0};
  assert_int_equal(limen_impossible_prove(d, documents, pairs, count, out, &error), LIMEN_OK);
  assert_string_equal(error.text, "");
}

static void test_by_hand(void **state) {
  (void)state;
  /* Document 0 lies in the triangle of the others, with weights 0.25, 0.5, 0.25. */
  const float documents[] = {0.5f, 0.625f, 0.0f, 0.25f, 0.25f, 1.0f, 1.5f, 0.25f};
  const struct limen_pair near[] = {{0, 3, 0.2500001}, {0, 1, 0.25}, {0, 2, 0.4999999}};
  const uint32_t set[] = {0};
  struct limen_combination found;
  prove(2, documents, near, 3, &found);
  assert_true(found.epsilon == 0);
  assert_int_equal(found.count, 3);
  for (size_t p = 0; p < 3; p++) {
    assert_int_equal(found.pair[2 * p], 0);
    mpz_mul_ui(found.weight[p], found.weight[p], 4);
    mpz_divexact(found.weight[p], found.weight[p], found.denominator);
    assert_int_equal(mpz_get_ui(found.weight[p]), found.pair[2 * p + 1] == 2 ? 2 : 1);
  }
  mpz_set_ui(found.denominator, 4);
  assert_int_equal(limen_impossible_check(4, 2, documents, set, 1, &found, NULL), LIMEN_OK);
  limen_combination_clear(&found);
}

/* More pairs than are needed: on a segment, one of three others is dropped; and a document that is
 * given with a weight of its own where a copy of it does. */
static void test_dependent_support(void **state) {
  (void)state;
  const float line[] = {0.5f, 0.5f, 0.25f, 0.25f, 0.875f, 0.875f, 1.0f, 1.0f, 0.25f, 0.25f};
  const struct limen_pair near[] = {{0, 1, 0.5}, {0, 2, 0.2}, {0, 3, 0.2}, {0, 4, 0.1}};
  const uint32_t set[] = {0};
  struct limen_combination found;
  prove(2, line, near, 4, &found);
  assert_true(found.epsilon == 0);
  assert_int_equal(found.count, 2);
  assert_int_equal(limen_impossible_check(5, 2, line, set, 1, &found, NULL), LIMEN_OK);
  limen_combination_clear(&found);
}

/* One unit in the last place away from the segment there is no exact proof; what is claimed instead
 * is as long as that: v0 - (v1 + v2) / 2 = (0, 2^-24). */
static void test_only_nearly(void **state) {
  (void)state;
  const float documents[] = {0.5f, 0.5f + 0x1p-24f, 0.25f, 0.5f, 0.75f, 0.5f};
  const struct limen_pair near[] = {{0, 1, 0.5}, {0, 2, 0.5}};
  const uint32_t set[] = {0};
  struct limen_combination found;
  struct limen_error error = {0};
  prove(2, documents, near, 2, &found);
  assert_int_equal(found.count, 2);
  assert_true(found.epsilon >= 0x1p-24 && found.epsilon < 0x1p-24 * (1 + 1e-12));
  assert_int_equal(limen_impossible_check(3, 2, documents, set, 1, &found, NULL), LIMEN_OK);
  found.epsilon = 0x1p-24 * (1 - 1e-12);
  assert_int_equal(limen_impossible_check(3, 2, documents, set, 1, &found, &error), LIMEN_NO);
  assert_non_null(
      strstr(error.text, "sum to a vector of length 5.96046448e-08, more than the 5.9"));
  found.epsilon = 0;
  assert_int_equal(limen_impossible_check(3, 2, documents, set, 1, &found, &error), LIMEN_NO);
  assert_non_null(strstr(error.text, "do not sum to 0, but to a vector of length 5.96e-08"));
  limen_combination_clear(&found);
}

/* A pair that would need a negative weight: exact weights exist, but prove nothing. */
static void test_outside_the_triangle(void **state) {
  (void)state;
  const float documents[] = {0.5f, 0.25f - 0x1p-20f, 0.0f, 0.25f, 0.25f, 1.0f, 1.5f, 0.25f};
  const struct limen_pair near[] = {{0, 1, 0.6}, {0, 3, 0.3}, {0, 2, 0.1}};
  struct limen_combination found;
  prove(2, documents, near, 3, &found);
  assert_true(found.epsilon > 0x1p-20);
  limen_combination_clear(&found);
}

struct cloud {
  size_t n, d, k;
  float *documents;
  uint32_t set[3];
  struct limen_best_solver *solver;
  struct limen_best_query best;
  struct limen_combination found;
};

static void cloud_init(struct cloud *cloud, size_t n, size_t d, size_t k, uint64_t seed) {
  gsl_rng *rng = limen_rng_alloc(seed, "test/impossible", NULL);
  *cloud = (struct cloud){.n = n, .d = d, .k = k, .set = {0, 1, 2}};
  cloud->documents = limen_alloc(n * d, sizeof *cloud->documents, NULL);
  for (size_t i = 0; i < n * d; i++)
    cloud->documents[i] = (float)gsl_ran_gaussian(rng, i < k * d ? 0.05 : 1);
  cloud->solver = limen_best_solver_alloc(n, d, cloud->documents, NULL);
  assert_int_equal(limen_best_query_solve(cloud->solver, cloud->set, k, NULL, &limen_best_defaults,
                                          &cloud->best, NULL),
                   LIMEN_OK);
  prove(d, cloud->documents, cloud->best.pair, cloud->best.count, &cloud->found);
  limen_rng_free(rng);
}

static int check(const struct cloud *cloud, struct limen_error *error) {
  if (error) *error = (struct limen_error){0};
  return limen_impossible_check(cloud->n, cloud->d, cloud->documents, cloud->set, cloud->k,
                                &cloud->found, error);
}

static void cloud_clear(struct cloud *cloud) {
  limen_combination_clear(&cloud->found);
  limen_best_solver_free(cloud->solver);
  limen_free(cloud->documents);
}

/* Documents in the middle of a cloud: the search closes, and the proof is exact. */
static void test_clouds(void **state) {
  (void)state;
  for (size_t d = 1; d <= 24; d += d < 6 ? 1 : 9)
    for (size_t k = 1; k <= 3; k++) {
      struct cloud cloud;
      cloud_init(&cloud, 40 + 30 * d, d, k, 10 * d + k);
      assert_true(cloud.best.closed);
      assert_true(cloud.found.epsilon == 0);
      assert_in_range(cloud.found.count, 1, d + 1);
      assert_int_equal(check(&cloud, NULL), LIMEN_OK);
      cloud_clear(&cloud);
    }
}

/* A set that is on top of some query has weights too, but no small epsilon: never below the gap. */
static void test_no_proof_of_what_is_false(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    struct cloud cloud;
    cloud_init(&cloud, 12, 12, 2, seed);
    assert_false(cloud.best.closed);
    assert_true(cloud.best.lower > 0 && cloud.found.epsilon >= cloud.best.lower);
    assert_int_equal(check(&cloud, NULL), LIMEN_OK);
    cloud_clear(&cloud);
  }
}

static void expect_no(const struct cloud *cloud, const char *words) {
  struct limen_error error;
  assert_int_equal(check(cloud, &error), LIMEN_NO);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
}

static void test_altered(void **state) {
  (void)state;
  struct cloud cloud;
  cloud_init(&cloud, 200, 7, 2, 3);
  struct limen_combination *found = &cloud.found;
  assert_true(found->epsilon == 0 && found->count >= 7);
  for (size_t p = 0; p < found->count; p++) {
    mpz_add_ui(found->weight[p], found->weight[p], 1);
    expect_no(&cloud, "the weights do not sum to the denominator");
    size_t other = p > 0 ? p - 1 : p + 1;
    mpz_sub_ui(found->weight[other], found->weight[other], 1);
    expect_no(&cloud, "the weighted differences do not sum to 0");
    mpz_add_ui(found->weight[other], found->weight[other], 1);
    mpz_sub_ui(found->weight[p], found->weight[p], 1);
    uint32_t *pair = found->pair + 2 * p, kept = pair[1];
    for (pair[1] = 199; pair[1] == kept;) pair[1] = 198;
    expect_no(&cloud, "the weighted differences do not sum to 0");
    pair[1] = 0;
    expect_no(&cloud, "does not lead from the set to outside");
    pair[1] = 200;
    expect_no(&cloud, "does not lead from the set to outside");
    pair[1] = kept;
    kept = pair[0];
    pair[0] = 57;
    expect_no(&cloud, "does not lead from the set to outside");
    pair[0] = kept;
    float *value = &cloud.documents[found->pair[2 * p + 1] * 7 + p % 7], was = *value;
    *value = nextafterf(was, 9);
    expect_no(&cloud, "the weighted differences do not sum to 0");
    *value = was;
  }
  mpz_neg(found->weight[0], found->weight[0]);
  expect_no(&cloud, "the weight of pair 0 is below 0");
  mpz_neg(found->weight[0], found->weight[0]);
  assert_int_equal(check(&cloud, NULL), LIMEN_OK);
  for (size_t p = 0; p < found->count; p++) mpz_set_ui(found->weight[p], 0);
  mpz_set_ui(found->denominator, 0);
  expect_no(&cloud, "the weights do not sum to the denominator above 0");
  cloud_clear(&cloud);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),     cmocka_unit_test(test_dependent_support),
      cmocka_unit_test(test_only_nearly), cmocka_unit_test(test_outside_the_triangle),
      cmocka_unit_test(test_clouds),      cmocka_unit_test(test_no_proof_of_what_is_false),
      cmocka_unit_test(test_altered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
