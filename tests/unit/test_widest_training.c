/* Training for the widest gap: what it says it reached is what its embeddings have, and going on
 * from them never loses any of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs some of those above. */
#include <cmocka.h>

#include "limits/proof.h"
#include "limits/widest_training.h"

enum { N = 8, D = 5, QUERIES = N * (N - 1) / 2 };

struct trained {
  struct limen_relevance all;
  float documents[N * D], queries[QUERIES * D], best;
};

static int train(void **state) {
  static struct trained trained;
  trained.best = -INFINITY;
  assert_int_equal(limen_pattern_find("all")->make(N, 2, 0, 0, &trained.all, NULL), LIMEN_OK);
  assert_int_equal(limen_train_widest(&trained.all, D, 600, 3, &trained.best, trained.documents,
                                      trained.queries, NULL),
                   LIMEN_OK);
  *state = &trained;
  return 0;
}

static int clear(void **state) {
  limen_relevance_clear(&((struct trained *)*state)->all);
  return 0;
}

static double gap_of(const struct trained *trained) {
  struct limen_proof proof;
  assert_int_equal(
      limen_prove(&trained->all, D, trained->documents, trained->queries, NULL, &proof, NULL),
      LIMEN_OK);
  assert_true(proof.proved);
  return proof.worst_margin;
}

static void what_was_reached(void **state) {
  const struct trained *trained = *state;
  assert_true(trained->best > 0);
  assert_float_equal(gap_of(trained), trained->best, 1e-6);
}

/* A worse start leaves alone what is there. */
static void starts_add_up(void **state) {
  struct trained copy = *(struct trained *)*state;
  const float before = copy.best = 0.9f; /* beyond what eight documents have in any d */
  assert_int_equal(
      limen_train_widest(&copy.all, D, 50, 4, &copy.best, copy.documents, copy.queries, NULL),
      LIMEN_OK);
  assert_true(copy.best == before);
  assert_memory_equal(copy.documents, ((struct trained *)*state)->documents, sizeof copy.documents);
}

static void going_on_widens(void **state) {
  const struct trained *trained = *state;
  struct trained more = *trained;
  assert_int_equal(limen_widen(&more.all, D, 300, &more.best, more.documents, more.queries, NULL),
                   LIMEN_OK);
  assert_true(more.best > trained->best * 1.01F);
  assert_float_equal(gap_of(&more), more.best, 1e-6);
}

static void nothing_to_go_on_from(void **state) {
  struct trained none = *(struct trained *)*state;
  none.best = 0;
  assert_int_equal(limen_widen(&none.all, D, 10, &none.best, none.documents, none.queries, NULL),
                   LIMEN_OK);
  assert_true(none.best == 0);
  assert_memory_equal(none.documents, ((struct trained *)*state)->documents, sizeof none.documents);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_reached),
      cmocka_unit_test(starts_add_up),
      cmocka_unit_test(going_on_widens),
      cmocka_unit_test(nothing_to_go_on_from),
  };
  return cmocka_run_group_tests(tests, train, clear);
}
