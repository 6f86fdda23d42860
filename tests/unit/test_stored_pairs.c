/* Pairs checked one by one, as they are stored: against scores in wider arithmetic, with queries
 * that are wrong on purpose, and mended. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "limits/layout.h"
#include "limits/stored_pairs.h"

enum { N = 27, D = 6 };

/* The trigonometric curve, stored. */
struct world {
  double ideal[N * D], documents[N * D];
  struct limen_placing placing;
  struct limen_stored stored;
  uint32_t spoilt[2]; /* the pair that gets another's query; {0, 0}: none */
};

static struct world world_of(const char *arithmetic) {
  struct world world = {.placing = {N, D, 2, 0, NULL}};
  const struct limen_quantiser *quantiser = limen_quantiser_find(arithmetic);
  assert_int_equal(
      limen_layout_documents(limen_layout_find("trigonometric"), &world.placing, world.ideal, NULL),
      LIMEN_OK);
  for (size_t v = 0; v < N; v++) quantiser->round(D, world.ideal + v * D, world.documents + v * D);
  return world;
}

static void store(struct world *world, const char *arithmetic) {
  assert_int_equal(limen_stored_init(&world->stored, N, D, world->documents,
                                     limen_quantiser_find(arithmetic), NULL),
                   LIMEN_OK);
}

static bool query_of(void *context, uint32_t i, uint32_t j, double *out) {
  const struct world *world = context;
  uint32_t set[] = {i, j};
  if (world->spoilt[1] > 0 && i == world->spoilt[0] && j == world->spoilt[1]) set[1] = j - 1;
  assert_int_equal(limen_layout_query(&(struct limen_layout){.query = NULL}, &world->placing,
                                      world->ideal, set, out, NULL, NULL),
                   LIMEN_OK);
  return true;
}

static struct limen_pairs_proof prove(struct world *world, size_t mend, const uint32_t *order) {
  const struct limen_pairs_settings settings = {query_of, world, order, NULL, mend};
  struct limen_pairs_proof proof;
  assert_int_equal(limen_pairs_prove(&world->stored, &settings, &proof, NULL), LIMEN_OK);
  return proof;
}

/* Smallest lead of all pairs, in long double, where products of doubles are exact or nearly. */
static double lead_by_hand(struct world *world, uint32_t *worst) {
  double least = INFINITY;
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = i + 1; j < N; j++) {
      double query[D];
      long double lowest = INFINITY, highest = -INFINITY, square = 0;
      query_of(world, i, j, query);
      world->stored.quantiser->round(D, query, query);
      for (size_t c = 0; c < D; c++) square += (long double)query[c] * query[c];
      for (uint32_t v = 0; v < N; v++) {
        long double score = 0;
        for (size_t c = 0; c < D; c++) score += (long double)query[c] * world->documents[v * D + c];
        if (v == i || v == j)
          lowest = fminl(lowest, score);
        else
          highest = fmaxl(highest, score);
      }
      const double lead = (double)((lowest - highest) / (sqrtl(square) * world->stored.longest));
      if (!(lead < least)) continue;
      least = lead;
      worst[0] = i;
      worst[1] = j;
    }
  return least;
}

static void leads_are_those_of_wider_sums(void **state) {
  (void)state;
  static const char *const arithmetics[] = {"float64", "float32", "float16"};
  for (size_t a = 0; a < 3; a++) {
    uint32_t worst[2];
    struct world world = world_of(arithmetics[a]);
    store(&world, arithmetics[a]);
    struct limen_pairs_proof proof = prove(&world, 0, NULL);
    const double lead = lead_by_hand(&world, worst);
    assert_true(proof.proved == (lead > 0));
    if (proof.proved) {
      assert_int_equal(proof.pairs, N * (N - 1) / 2);
      assert_true(fabs(proof.worst_lead - lead) < 1e-13);
    }
    limen_pairs_proof_clear(&proof);
  }
}

static void any_order_of_distances_comes_to_the_same(void **state) {
  (void)state;
  uint32_t order[N / 2];
  for (uint32_t c = 0; c < N / 2; c++) order[c] = N / 2 - c;
  struct world world = world_of("float32");
  store(&world, "float32");
  struct limen_pairs_proof one = prove(&world, 0, NULL), other = prove(&world, 0, order);
  assert_true(one.proved && other.proved && one.pairs == other.pairs);
  assert_true(one.worst_lead == other.worst_lead);
  limen_pairs_proof_clear(&one);
  limen_pairs_proof_clear(&other);
}

static void one_wrong_query_fails_and_is_mended(void **state) {
  (void)state;
  struct world world = world_of("float32");
  store(&world, "float32");
  world.spoilt[0] = 3;
  world.spoilt[1] = 8;
  struct limen_pairs_proof proof = prove(&world, 0, NULL);
  assert_false(proof.proved);
  assert_true(proof.worst[0] == 3 && proof.worst[1] == 8 && proof.worst_lead < 0);
  assert_int_equal(proof.mended.count, 0);
  limen_pairs_proof_clear(&proof);
  proof = prove(&world, 1, NULL);
  assert_true(proof.proved && proof.worst_lead > 0);
  assert_int_equal(proof.mended.count, 1);
  assert_true(proof.mended.pair[0] == 3 && proof.mended.pair[1] == 8);
  double row[D];
  world.stored.quantiser->round(D, proof.mended.query, row);
  assert_memory_equal(row, proof.mended.query, sizeof row);
  limen_pairs_proof_clear(&proof);
}

/* Where many queries fail, some are mended in whatever order; their pairs ascend. */
static void coarse_numbers_are_mended_by_moving_along_the_grid(void **state) {
  (void)state;
  struct world world = world_of("int8");
  store(&world, "int8");
  struct limen_pairs_proof none = prove(&world, 0, NULL), all = prove(&world, 500, NULL);
  assert_false(none.proved);
  assert_true(all.proved && all.mended.count > 1);
  for (size_t m = 1; m < all.mended.count; m++) {
    const uint32_t *pair = all.mended.pair + 2 * m;
    assert_true(pair[-2] < pair[0] || (pair[-2] == pair[0] && pair[-1] < pair[1]));
  }
  struct limen_query_mender *mender = limen_query_mender_alloc(&world.stored, NULL);
  for (size_t m = 0; m < all.mended.count; m++) {
    bool proved;
    const double lead = limen_query_lead(mender, all.mended.pair[2 * m], all.mended.pair[2 * m + 1],
                                         all.mended.query + m * D, &proved);
    assert_true(proved && lead >= all.worst_lead);
  }
  limen_query_mender_free(mender);
  limen_pairs_proof_clear(&none);
  limen_pairs_proof_clear(&all);
}

/* Equal documents cannot be told apart: no query is mended into a proof. */
static void what_cannot_be_is_not_proved(void **state) {
  (void)state;
  struct world world = world_of("float32");
  memcpy(world.documents + 5 * D, world.documents + 4 * D, D * sizeof(double));
  store(&world, "float32");
  struct limen_pairs_proof proof = prove(&world, 1000, NULL);
  assert_false(proof.proved);
  limen_pairs_proof_clear(&proof);
}

static void documents_off_the_grid_are_refused(void **state) {
  (void)state;
  struct world world = world_of("float16");
  struct limen_error error = {0};
  const struct limen_quantiser *float16 = limen_quantiser_find("float16");
  world.documents[7 * D + 2] += 1e-6;
  assert_int_equal(limen_stored_init(&world.stored, N, D, world.documents, float16, &error),
                   LIMEN_INPUT);
  assert_string_equal(error.text, "document 7 is not on the grid of float16");
  world.documents[3 * D] = NAN;
  assert_int_equal(limen_stored_init(&world.stored, N, D, world.documents, float16, &error),
                   LIMEN_INPUT);
  assert_string_equal(error.text, "document 3 is not finite");
  world.stored.n = 2;
  struct limen_pairs_proof proof;
  assert_int_equal(
      limen_pairs_prove(&world.stored,
                        &(struct limen_pairs_settings){query_of, &world, NULL, NULL, 0}, &proof,
                        &error),
      LIMEN_INPUT);
  assert_string_equal(error.text, "2 documents have no pairs to be checked one by one");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(leads_are_those_of_wider_sums),
      cmocka_unit_test(any_order_of_distances_comes_to_the_same),
      cmocka_unit_test(one_wrong_query_fails_and_is_mended),
      cmocka_unit_test(coarse_numbers_are_mended_by_moving_along_the_grid),
      cmocka_unit_test(what_cannot_be_is_not_proved),
      cmocka_unit_test(documents_off_the_grid_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
