/* Suspects of a frame: looking at them alone comes to what looking at all documents comes to. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "limits/stored_pairs.h"
#include "limits/torus_search.h"

enum { N = 150, K = 3, D = 2 * K };

/* The frame that is known for 150 documents in 6 dimensions, stored. */
struct world {
  struct limen_torus frame;
  struct limen_torus_solver solver;
  double classes[N / 2 * K], documents[N * D];
  struct limen_stored stored;
  struct limen_torus_suspects suspects;
  uint32_t spoilt[2]; /* the pair that gets the query of its class turned by a step too much */
};

static void make_in(struct world *world, const struct limen_quantiser *quantiser) {
  *world = (struct world){.frame = {N, K, {1, 57, 58}, {1, 1, 1}}};
  assert_int_equal(limen_torus_solver_init(&world->solver, N, K, NULL), LIMEN_OK);
  assert_true(limen_torus_gap(&world->solver, &world->frame, &limen_torus_settings, NULL,
                              world->classes) > 1.4e-3);
  limen_torus_documents(&world->frame, &world->solver.sines, world->documents);
  for (size_t v = 0; v < N; v++)
    quantiser->round(D, world->documents + v * D, world->documents + v * D);
  assert_int_equal(limen_stored_init(&world->stored, N, D, world->documents, quantiser, NULL),
                   LIMEN_OK);
  assert_int_equal(
      limen_torus_suspects_find(&world->frame, &world->solver.sines, quantiser, world->classes,
                                world->documents, &world->suspects, NULL),
      LIMEN_OK);
}

static void make(struct world *world, const char *arithmetic) {
  make_in(world, limen_quantiser_find(arithmetic));
}

static void clear(struct world *world) {
  limen_torus_solver_clear(&world->solver);
  limen_torus_suspects_clear(&world->suspects);
}

static bool query_of(void *context, uint32_t i, uint32_t j, double *out) {
  const struct world *world = context;
  const bool around = j - i > N / 2;
  const bool spoilt = world->spoilt[1] > 0 && i == world->spoilt[0] && j == world->spoilt[1];
  const uint32_t s = around ? N - (j - i) : j - i, first = around ? j : i;
  const double *x = world->classes + (s - 1) * K;
  limen_torus_query(&world->frame, &world->solver.sines, s, first + spoilt, x, out);
  for (size_t c = 0; c < D; c++) out[c] /= fmax(fabs(x[0]), fmax(fabs(x[1]), fabs(x[2])));
  return !spoilt;
}

static struct limen_pairs_proof prove(struct world *world, bool suspects) {
  const struct limen_pairs_settings settings = {query_of, world, NULL,
                                                suspects ? &world->suspects : NULL, 0};
  struct limen_pairs_proof proof;
  assert_int_equal(limen_pairs_prove(&world->stored, &settings, &proof, NULL), LIMEN_OK);
  return proof;
}

static void few_are_suspect_and_decide(void **state) {
  (void)state;
  static struct world world;
  /* Float16, with a bound for queries four times as wide as it need be. */
  struct limen_quantiser loose = *limen_quantiser_find("float16");
  loose.unit *= 4;
  make_in(&world, &loose);
  assert_non_null(world.suspects.start);
  assert_in_range(world.suspects.count, 1, N / 2 * N / 20);
  assert_true(world.suspects.left > 0);
  struct limen_pairs_proof all = prove(&world, false), some = prove(&world, true);
  assert_true(all.proved && some.proved && all.pairs == some.pairs);
  assert_true(some.worst_lead > 0 && some.worst_lead <= all.worst_lead + 1e-15);
  limen_pairs_proof_clear(&all);
  limen_pairs_proof_clear(&some);
  clear(&world);
}

static void where_classes_suffice_none_is(void **state) {
  (void)state;
  static struct world world;
  make(&world, "float32");
  assert_non_null(world.suspects.start);
  assert_int_equal(world.suspects.count, 0);
  struct limen_pairs_proof some = prove(&world, true);
  assert_true(some.proved && fabs(some.worst_lead - world.suspects.left) < 1e-6);
  limen_pairs_proof_clear(&some);
  clear(&world);
}

static void where_most_are_all_are_looked_at(void **state) {
  (void)state;
  static struct world world;
  make(&world, "int4");
  assert_null(world.suspects.start);
  assert_false(prove(&world, true).proved);
  clear(&world);
  make(&world, "bit1"); /* has no bound */
  assert_null(world.suspects.start);
  clear(&world);
}

/* A query that is not its class's is told, and is judged by all documents. */
static void another_query_is_no_shelter(void **state) {
  (void)state;
  static struct world world;
  make(&world, "float32");
  world.spoilt[0] = 40;
  world.spoilt[1] = 66;
  struct limen_pairs_proof some = prove(&world, true);
  assert_false(some.proved);
  assert_true(some.worst[0] == 40 && some.worst[1] == 66 && some.worst_lead < 0);
  limen_pairs_proof_clear(&some);
  clear(&world);
}

/* A document that lies elsewhere takes the certainty from all. */
static void a_stray_document_makes_all_suspect(void **state) {
  (void)state;
  static struct world world;
  make(&world, "float32");
  limen_torus_suspects_clear(&world.suspects);
  world.documents[77 * D] += 0.25;
  assert_int_equal(
      limen_torus_suspects_find(&world.frame, &world.solver.sines, limen_quantiser_find("float32"),
                                world.classes, world.documents, &world.suspects, NULL),
      LIMEN_OK);
  assert_null(world.suspects.start);
  clear(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_are_suspect_and_decide),
      cmocka_unit_test(where_classes_suffice_none_is),
      cmocka_unit_test(where_most_are_all_are_looked_at),
      cmocka_unit_test(another_query_is_no_shelter),
      cmocka_unit_test(a_stray_document_makes_all_suspect),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
