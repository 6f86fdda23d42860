/* What every arithmetic does to a world's queries, against plain loops. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/threads.h"
#include "unit/audit_world.h"

static struct limen_effect measure(const struct limen_audit_input *input, const char *quantiser,
                                   size_t dimensions, bool unit, bool queries, size_t workers) {
  const struct limen_effect_settings settings = {unit, queries, workers};
  struct limen_effect effect = {.quantiser = limen_quantiser_find(quantiser),
                                .dimensions = dimensions};
  struct limen_error error = {0};
  int status = limen_effect_measure(input, &settings, &effect, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return effect;
}

static void prepare(const struct limen_effect *effect, bool unit, bool rounds, const float *row,
                    double *out) {
  size_t d = effect->dimensions;
  for (size_t i = 0; i < d; i++) out[i] = row[i];
  for (int turn = 0; turn < 2; turn++) {
    double length = 0;
    if (turn == 1 && rounds) effect->quantiser->round(d, out, out);
    for (size_t i = 0; i < d; i++) length += out[i] * out[i];
    length = sqrt(length);
    for (size_t i = 0; i < d && unit && length > 0; i++) out[i] /= length;
  }
}

/* Scores that differ by less than this are ties. */
static const double tie = 1e-13;

static void check_plainly(const struct limen_audit_input *input, const struct limen_effect *effect,
                          bool unit, bool queries) {
  size_t n = input->n, d = effect->dimensions, asked = 0, right = 0;
  double found = 0, *rows = limen_alloc(n * d, sizeof *rows, NULL),
         *query = limen_alloc(d, sizeof *query, NULL), *score = limen_alloc(n, sizeof *score, NULL);
  for (size_t v = 0; v < n; v++)
    prepare(effect, unit, true, input->documents + v * input->d, rows + v * d);
  for (size_t q = 0; q < input->queries; q++) {
    size_t k = input->start[q + 1] - input->start[q], top = 0;
    double least = INFINITY, most = -INFINITY, length = 0;
    if (k == 0) {
      assert_true(isnan(effect->gap[q]) && isnan(effect->share[q]));
      continue;
    }
    prepare(effect, unit, queries, input->query + q * input->d, query);
    for (size_t i = 0; i < d; i++) length += query[i] * query[i];
    for (size_t v = 0; v < n; v++) {
      score[v] = 0;
      for (size_t i = 0; i < d; i++) score[v] += query[i] * rows[v * d + i];
      if (world_wants(input, q, v))
        least = fmin(least, score[v]);
      else
        most = fmax(most, score[v]);
    }
    for (size_t v = 0; v < n; v++) {
      size_t before = 0;
      if (!world_wants(input, q, v)) continue;
      for (size_t w = 0; w < n; w++)
        before += world_wants(input, q, w) ? score[w] > score[v] + tie : score[w] >= score[v] - tie;
      top += before < k;
    }
    assert_true(fabs(effect->gap[q] - (least - most) / sqrt(length)) < 1e-12);
    found += (double)top / (double)k;
    assert_true(fabs(effect->share[q] - (double)top / (double)k) < 1e-12);
    right += least > most + tie;
    asked++;
  }
  assert_int_equal(effect->asked, asked);
  assert_int_equal(effect->right, right);
  assert_int_equal(effect->infinite, 0);
  assert_true(fabs(effect->found - found / (double)asked) < 1e-12);
  assert_true(effect->right <= effect->asked);
  limen_free(rows);
  limen_free(query);
  limen_free(score);
}

/* More documents than a block, more queries than a product. */
static void test_against_plain_loops(void **state) {
  (void)state;
  struct world world;
  world_init(&world, 300, 18, 90, 2);
  for (size_t i = 0; limen_quantiser_at(i); i++)
    for (int mode = 0; mode < 4; mode++) {
      bool unit = mode & 1, queries = mode & 2;
      const struct limen_quantiser *quantiser = limen_quantiser_at(i);
      struct limen_effect effect =
          measure(&world.input, quantiser->name, mode == 3 ? 11 : 18, unit, queries, 1 + i % 3);
      assert_int_equal(effect.vector_bits,
                       quantiser->bits * (mode == 3 ? 11 : 18) + quantiser->vector_bits);
      check_plainly(&world.input, &effect, unit, queries);
      limen_effect_clear(&effect);
    }
  world_clear(&world);
}

static void test_workers(void **state) {
  (void)state;
  struct world world;
  world_init(&world, 1100, 18, 70, 3);
  for (size_t i = 0; limen_quantiser_at(i); i++) {
    const char *name = limen_quantiser_name(i);
    struct limen_effect one = measure(&world.input, name, 18, false, true, 1);
    struct limen_effect more = measure(&world.input, name, 18, false, true, 3);
    assert_true(one.right == more.right && one.found == more.found);
    assert_memory_equal(one.gap, more.gap, 70 * sizeof *one.gap);
    limen_effect_clear(&one);
    limen_effect_clear(&more);
  }
  world_clear(&world);
}

/* As given, the numbers are float32, and their queries are right exactly where the audit says so;
 * coarser numbers do no better here. */
static void test_beside_the_audit(void **state) {
  (void)state;
  struct world world;
  struct limen_audit audit;
  const struct limen_audit_settings settings = {.best = limen_best_defaults, .workers = 2};
  world_init(&world, 200, 16, 80, 6);
  assert_int_equal(limen_audit_run(&world.input, &settings, &audit, NULL), LIMEN_OK);
  struct limen_effect given = measure(&world.input, "float64", 16, false, true, 1);
  struct limen_effect narrow = measure(&world.input, "float32", 16, false, true, 1);
  struct limen_effect coarse = measure(&world.input, "bit1", 16, false, true, 1);
  assert_int_equal(given.right, audit.count[LIMEN_VERDICT_RIGHT]);
  assert_true(given.right == narrow.right && given.found == narrow.found);
  assert_true(coarse.right < given.right && coarse.found < given.found);
  for (size_t q = 0; q < 80; q++)
    if (q % 4 > 0) assert_true(fabs(given.gap[q] - audit.query[q].own.lower) < 1e-12);
  limen_effect_clear(&given);
  limen_effect_clear(&narrow);
  limen_effect_clear(&coarse);
  limen_audit_clear(&audit);
  world_clear(&world);
}

static void test_ends(void **state) {
  (void)state;
  /* 70000 is beyond float16; a query of zeros ties everything; one that wants all is not asked. */
  const float documents[] = {70000, 0.11f, 0.32f, 0.57f}, query[] = {1, 0, 0, 0, 1, 1};
  static const size_t start[] = {0, 1, 2, 4};
  static const uint32_t relevant[] = {0, 1, 0, 1};
  const struct limen_audit_input input = {2, 2, 3, documents, query, start, relevant};
  struct limen_effect effect = measure(&input, "float16", 2, false, true, 1);
  assert_int_equal(effect.infinite, 1);
  assert_int_equal(effect.asked, 2);
  assert_int_equal(effect.right, 0);
  assert_true(effect.found == 0 && isnan(effect.gap[0]));
  limen_effect_clear(&effect);
  effect = measure(&input, "bfloat16", 2, false, true, 1);
  assert_int_equal(effect.infinite, 0);
  assert_int_equal(effect.right, 1);
  assert_true(effect.found == 0.5 && effect.gap[1] == 0 && isnan(effect.gap[2]));
  limen_effect_clear(&effect);
}

static void test_errors(void **state) {
  (void)state;
  struct world world;
  world_init(&world, 20, 4, 8, 1);
  const struct limen_effect_settings settings = {.workers = 1};
  struct limen_effect effect = {.quantiser = limen_quantiser_at(0), .dimensions = 5};
  struct limen_error error = {0};
  assert_int_equal(limen_effect_measure(&world.input, &settings, &effect, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "5 dimensions cannot be kept of 4");
  effect.dimensions = 0;
  assert_int_equal(limen_effect_measure(&world.input, &settings, &effect, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "0 dimensions cannot be kept of 4");
  effect.dimensions = 4;
  limen_interrupt_set(true);
  assert_int_equal(limen_effect_measure(&world.input, &settings, &effect, &error),
                   LIMEN_INTERRUPTED);
  limen_interrupt_set(false);
  world.documents[3] = NAN;
  assert_int_equal(limen_effect_measure(&world.input, &settings, &effect, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "document 0 holds nan in dimension 3");
  world_clear(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_plain_loops),
      cmocka_unit_test(test_workers),
      cmocka_unit_test(test_beside_the_audit),
      cmocka_unit_test(test_ends),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
