/* Audits: verdicts worked out by hand, gaps against plain sums, proofs for what is called
 * impossible. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/chunks.h"
#include "base/threads.h"
#include "limits/audit.h"
#include "unit/audit_world.h"

static struct limen_audit_settings settings_for(size_t workers) {
  return (struct limen_audit_settings){
      .best = limen_best_defaults, .prove = true, .workers = workers};
}

static void run(const struct limen_audit_input *input, size_t workers, struct limen_audit *out) {
  struct limen_error error = {0};
  const struct limen_audit_settings settings = settings_for(workers);
  int status = limen_audit_run(input, &settings, out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

/* A square, 0.57 all around; document 4 in it, on the diagonal of 0 and 2, and 5 in it, too. */
static const float square[] = {0.57f, 0.57f,  -0.57f, 0.57f, -0.57f, -0.57f,
                               0.57f, -0.57f, 0.25f,  0.25f, 0.125f, 0.25f};
/* Right; right, at a corner of two; wrong but possible; impossible; wants nothing; wants all; of
 * zeros; impossible together. */
static const float asked[] = {0.32f, 0.11f, 0.0f, 0.46f, 0.32f, -0.11f, 1.0f, 1.0f,
                              0.3f,  0.2f,  0.3f, 0.2f,  0.0f,  0.0f,   0.2f, 0.1f};
static const size_t start[] = {0, 1, 3, 4, 5, 5, 11, 12, 14};
static const uint32_t relevant[] = {0, 0, 1, 0, 4, 0, 1, 2, 3, 4, 5, 3, 0, 2};

static void test_by_hand(void **state) {
  (void)state;
  const struct limen_audit_input input = {6, 2, 8, square, asked, start, relevant};
  static const enum limen_verdict expected[] = {LIMEN_VERDICT_RIGHT,     LIMEN_VERDICT_RIGHT,
                                                LIMEN_VERDICT_REACHABLE, LIMEN_VERDICT_IMPOSSIBLE,
                                                LIMEN_VERDICT_NOTHING,   LIMEN_VERDICT_NOTHING,
                                                LIMEN_VERDICT_REACHABLE, LIMEN_VERDICT_IMPOSSIBLE};
  struct limen_audit audit;
  run(&input, 1, &audit);
  assert_int_equal(audit.queries, 8);
  for (size_t q = 0; q < 8; q++) assert_int_equal(audit.query[q].verdict, expected[q]);
  assert_int_equal(audit.count[LIMEN_VERDICT_RIGHT], 2);
  assert_int_equal(audit.count[LIMEN_VERDICT_REACHABLE], 2);
  assert_int_equal(audit.count[LIMEN_VERDICT_IMPOSSIBLE], 2);
  assert_int_equal(audit.count[LIMEN_VERDICT_NOTHING], 2);
  assert_false(audit.independent);
  /* Query 0: (0.32, 0.11) . (v0 - v3) = 2 x 0.57 x 0.11, the smallest of all. The best query for
   * document 0 points along the diagonal, away from document 4: (0.57 - 0.25) sqrt 2. */
  const double length = hypot((double)0.32f, (double)0.11f), v = 0.57f;
  assert_true(fabs(audit.query[0].own.lower - 2 * v * 0.11f / length) < 1e-12);
  assert_true(audit.query[0].own.upper - audit.query[0].own.lower < 1e-13);
  assert_true(fabs(audit.query[0].lower - (v - 0.25) * sqrt(2)) < 1e-9);
  assert_true(audit.query[0].upper >= audit.query[0].lower);
  /* Query 1: up; the top two lead document 4 and 5 by 0.57 - 0.25, and that is the best. */
  assert_true(fabs(audit.query[1].own.lower - (v - 0.25)) < 1e-12);
  assert_true(fabs(audit.query[1].lower - (v - 0.25)) < 1e-9);
  assert_true(audit.query[2].own.upper < 0 && audit.query[2].lower > 0.4);
  assert_true(audit.query[3].epsilon == 0 && audit.query[3].upper == 0);
  assert_true(isnan(audit.query[2].epsilon));
  assert_true(audit.query[6].own.lower == 0 && audit.query[6].own.upper == 0);
  limen_audit_clear(&audit);
}

/* A document next to a segment, nearer than float64 can tell: no exact proof, but a bound. */
static void test_below(void **state) {
  (void)state;
  const float line[] = {0.5f, 0x1p-52f, 0.25f, 0, 0.75f, 0}, query[] = {1, 0};
  static const size_t first[] = {0, 1};
  static const uint32_t zero[] = {0};
  const struct limen_audit_input input = {3, 2, 1, line, query, first, zero};
  struct limen_audit audit;
  run(&input, 1, &audit);
  assert_int_equal(audit.query[0].verdict, LIMEN_VERDICT_BELOW);
  assert_true(audit.query[0].epsilon >= 0x1p-52 && audit.query[0].epsilon < 0x1.1p-52);
  assert_true(audit.independent); /* and so there is a query after all, of that gap */
  limen_audit_clear(&audit);
  struct limen_audit_settings settings = settings_for(1);
  settings.prove = false;
  assert_int_equal(limen_audit_run(&input, &settings, &audit, NULL), LIMEN_OK);
  assert_int_equal(audit.query[0].verdict, LIMEN_VERDICT_BELOW);
  assert_true(audit.query[0].epsilon >= 0x1p-52);
  limen_audit_clear(&audit);
}

static double plain_gap(const struct limen_audit_input *input, size_t q) {
  double least = INFINITY, most = -INFINITY, square_length = 0;
  for (size_t v = 0; v < input->n; v++) {
    long double sum = 0;
    for (size_t i = 0; i < input->d; i++)
      sum += (long double)input->query[q * input->d + i] * input->documents[v * input->d + i];
    if (world_wants(input, q, v))
      least = fmin(least, (double)sum);
    else
      most = fmax(most, (double)sum);
  }
  for (size_t i = 0; i < input->d; i++) square_length += pow(input->query[q * input->d + i], 2);
  return (least - most) / sqrt(square_length);
}

/* Dimensions where all verdicts occur, and what each must be like. */
static void test_worlds(void **state) {
  (void)state;
  size_t seen[LIMEN_VERDICTS] = {0};
  for (size_t d = 2; d <= 20; d += 3) {
    struct world world;
    struct limen_audit audit;
    world_init(&world, 60, d, 48, d);
    run(&world.input, 2, &audit);
    for (size_t q = 0; q < 48; q++) {
      const struct limen_audit_query *query = &audit.query[q];
      seen[query->verdict]++;
      assert_int_equal(query->k, q % 4);
      assert_int_equal(query->verdict == LIMEN_VERDICT_NOTHING, q % 4 == 0);
      if (q % 4 == 0) continue;
      double gap = plain_gap(&world.input, q);
      assert_true(fabs(query->own.lower - gap) < 1e-12 && query->own.lower <= query->own.upper);
      assert_int_equal(query->verdict == LIMEN_VERDICT_RIGHT, gap > 0);
      assert_true(query->upper >= gap - 1e-12 && query->upper >= query->lower);
      if (query->verdict == LIMEN_VERDICT_IMPOSSIBLE) {
        struct limen_combination proof;
        assert_int_equal(limen_audit_prove(&world.input, q, &limen_best_defaults, &proof, NULL),
                         LIMEN_OK);
        assert_true(proof.epsilon == 0);
        assert_int_equal(
            limen_impossible_check(60, d, world.documents, world.relevant + world.start[q],
                                   query->k, &proof, NULL),
            LIMEN_OK);
        limen_combination_clear(&proof);
      } else {
        assert_true(query->lower > 0 && query->upper - query->lower < 1e-7);
      }
    }
    limen_audit_clear(&audit);
    world_clear(&world);
  }
  assert_true(seen[LIMEN_VERDICT_RIGHT] > 40 && seen[LIMEN_VERDICT_REACHABLE] > 40 &&
              seen[LIMEN_VERDICT_IMPOSSIBLE] > 40);
  assert_int_equal(seen[LIMEN_VERDICT_BELOW] + seen[LIMEN_VERDICT_UNKNOWN], 0);
}

/* As many dimensions as it takes for every set to be some query's top. */
static void test_vacuous(void **state) {
  (void)state;
  struct world world;
  struct limen_audit audit;
  world_init(&world, 25, 24, 40, 9);
  run(&world.input, 1, &audit);
  assert_true(audit.independent);
  assert_int_equal(audit.count[LIMEN_VERDICT_RIGHT] + audit.count[LIMEN_VERDICT_REACHABLE], 30);
  limen_audit_clear(&audit);
  world_clear(&world);
}

static void test_workers(void **state) {
  (void)state;
  struct world world;
  struct limen_audit one, more;
  world_init(&world, 300, 12, 60, 4);
  run(&world.input, 1, &one);
  for (size_t workers = 2; workers <= 3; workers++) {
    run(&world.input, workers, &more);
    assert_memory_equal(one.count, more.count, sizeof one.count);
    for (size_t q = 0; q < 60; q++) {
      const struct limen_audit_query *a = &one.query[q], *b = &more.query[q];
      assert_true(a->verdict == b->verdict && a->own.lower == b->own.lower &&
                  a->lower == b->lower && a->upper == b->upper && a->pairs == b->pairs &&
                  a->rounds == b->rounds);
    }
    limen_audit_clear(&more);
  }
  limen_audit_clear(&one);
  world_clear(&world);
}

/* Too few rounds to tell. */
static void test_unknown(void **state) {
  (void)state;
  struct world world;
  struct limen_audit audit;
  struct limen_audit_settings settings = settings_for(1);
  settings.best.rounds = 0;
  world_init(&world, 60, 5, 40, 5);
  assert_int_equal(limen_audit_run(&world.input, &settings, &audit, NULL), LIMEN_OK);
  assert_true(audit.count[LIMEN_VERDICT_UNKNOWN] > 10);
  assert_int_equal(audit.count[LIMEN_VERDICT_IMPOSSIBLE], 0);
  limen_audit_clear(&audit);
  world_clear(&world);
}

static void refuse(const struct limen_audit_input *input, size_t workers, int status,
                   const char *words) {
  struct limen_audit audit;
  struct limen_error error = {0};
  const struct limen_audit_settings settings = settings_for(workers);
  assert_int_equal(limen_audit_run(input, &settings, &audit, &error), status);
  assert_string_equal(error.text, words);
}

static void test_errors(void **state) {
  (void)state;
  const struct limen_audit_input good = {6, 2, 8, square, asked, start, relevant};
  struct limen_audit_input bad = good;
  float infinite[12];
  memcpy(infinite, square, sizeof infinite);
  infinite[7] = -INFINITY;
  bad.documents = infinite;
  refuse(&bad, 1, LIMEN_INPUT, "document 3 holds -inf in dimension 1");
  bad = good;
  float nan_query[16];
  memcpy(nan_query, asked, sizeof nan_query);
  nan_query[4] = NAN;
  bad.query = nan_query;
  refuse(&bad, 1, LIMEN_INPUT, "query 2 holds nan in dimension 0");
  bad = good;
  bad.n = 5;
  refuse(&bad, 1, LIMEN_INPUT,
         "query 5 wants document 5, which stands out of order or is not below 5");
  bad = good;
  static const uint32_t disordered[] = {0, 1, 0, 0, 4, 0, 1, 2, 3, 4, 5, 3, 0, 2};
  bad.relevant = disordered;
  refuse(&bad, 1, LIMEN_INPUT,
         "query 1 wants document 0, which stands out of order or is not below 6");
  bad = good;
  static const size_t backwards[] = {0, 1, 3, 2, 5, 5, 11, 12, 14};
  bad.start = backwards;
  refuse(&bad, 1, LIMEN_INPUT, "the wanted documents of query 2 end before they start");
  bad = good;
  bad.n = 0;
  refuse(&bad, 1, LIMEN_INPUT, "0 documents of 2 dimensions leave nothing to audit");
  refuse(&good, 0, LIMEN_INPUT, "0 workers were asked for; 1 to 64 are possible");
  refuse(&good, 65, LIMEN_INPUT, "65 workers were asked for; 1 to 64 are possible");
  limen_interrupt_set(true);
  refuse(&good, 2, LIMEN_INTERRUPTED, "interrupted");
  limen_interrupt_set(false);
  struct limen_combination proof;
  struct limen_error error = {0};
  assert_int_equal(limen_audit_prove(&good, 8, &limen_best_defaults, &proof, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "query 8 is not below 8");
  assert_int_equal(limen_audit_prove(&good, 4, &limen_best_defaults, &proof, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "a set of 0 of 6 documents has no gap; it takes 1 to n - 1 of them");
}

static void test_words(void **state) {
  (void)state;
  for (int v = 0; v < LIMEN_VERDICTS; v++) {
    assert_true(strlen(limen_verdict_name((enum limen_verdict)v)) > 3);
    assert_true(strlen(limen_verdict_about((enum limen_verdict)v)) > 10);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand), cmocka_unit_test(test_below),
      cmocka_unit_test(test_worlds),  cmocka_unit_test(test_vacuous),
      cmocka_unit_test(test_workers), cmocka_unit_test(test_unknown),
      cmocka_unit_test(test_errors),  cmocka_unit_test(test_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
