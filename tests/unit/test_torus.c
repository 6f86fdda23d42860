/* Harmonic frames: classes against brute force over all pairs, the search, and proofs by classes
 * against roundings of the worst kind. */
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/layout.h"
#include "limits/torus_rounding.h"
#include "limits/torus_search.h"

static struct limen_torus frame_of(uint32_t n, uint32_t count, const uint32_t *frequencies,
                                   const uint32_t *weights) {
  struct limen_torus frame = {.n = n, .count = count};
  for (uint32_t j = 0; j < count; j++) {
    frame.frequency[j] = frequencies[j];
    frame.weight[j] = weights ? weights[j] : 1;
  }
  return frame;
}
#define FRAME(n, ...) \
  frame_of(n, sizeof((uint32_t[]){__VA_ARGS__}) / 4, (uint32_t[]){__VA_ARGS__}, NULL)

/* Frame, its documents, and the queries of its classes. */
struct solved {
  struct limen_torus frame;
  struct limen_torus_solver solver;
  size_t d;
  double *documents, *classes, gap;
};

static struct solved solve(const struct limen_torus *frame) {
  struct solved out = {.frame = *frame, .d = limen_torus_dimensions(frame)};
  assert_int_equal(limen_torus_solver_init(&out.solver, frame->n, frame->count, NULL), LIMEN_OK);
  out.documents = limen_alloc(frame->n * out.d, sizeof(double), NULL);
  out.classes = limen_alloc((size_t)frame->n * frame->count, sizeof(double), NULL);
  limen_torus_documents(frame, &out.solver.sines, out.documents);
  out.gap = limen_torus_gap(&out.solver, frame, &limen_torus_settings, NULL, out.classes);
  return out;
}

static void solved_clear(struct solved *solved) {
  limen_torus_solver_clear(&solved->solver);
  limen_free(solved->documents);
  limen_free(solved->classes);
}

/* ---- classes ---- */

/* The gap of every pair, by the general solver in d dimensions. */
static void expect_gaps(const struct limen_torus *frame) {
  struct solved it = solve(frame);
  const struct limen_placing placing = {frame->n, it.d, 2, 0, frame};
  double query[16], worst = INFINITY;
  for (uint32_t i = 0; i < frame->n; i++)
    for (uint32_t j = i + 1; j < frame->n; j++) {
      const uint32_t set[] = {i, j};
      const bool around = j - i > frame->n / 2;
      const uint32_t s = around ? frame->n - (j - i) : j - i;
      struct limen_layout by_hand = *limen_layout_find("harmonic");
      double best, lowest = INFINITY, highest = -INFINITY, square = 0;
      assert_int_equal(
          limen_layout_query(&by_hand, &placing, it.documents, set, query, &best, NULL), LIMEN_OK);
      limen_torus_query(frame, &it.solver.sines, s, around ? j : i,
                        it.classes + (s - 1) * frame->count, query);
      for (size_t c = 0; c < it.d; c++) square += query[c] * query[c];
      for (uint32_t v = 0; v < frame->n; v++) {
        double score = 0;
        for (size_t c = 0; c < it.d; c++) score += query[c] * it.documents[v * it.d + c];
        if (v == i || v == j)
          lowest = fmin(lowest, score);
        else
          highest = fmax(highest, score);
      }
      const double gap = (lowest - highest) / sqrt(square);
      if (!(fabs(gap - best) <= 1e-5 * best)) fail_msg("pair %u %u: %g, best %g", i, j, gap, best);
      worst = fmin(worst, gap);
    }
  assert_true(fabs(worst - it.gap) <= 1e-5 * it.gap);
  solved_clear(&it);
}

static void rotated_queries_are_the_best_there_are(void **state) {
  (void)state;
  const uint32_t weights[] = {3, 2, 1};
  const struct limen_torus even = FRAME(16, 1, 2), odd = FRAME(17, 1, 2, 6);
  const struct limen_torus weighted = frame_of(18, 3, (uint32_t[]){1, 2, 7}, weights);
  const struct limen_torus alternating = FRAME(14, 1, 2, 7);
  expect_gaps(&even);
  expect_gaps(&odd);
  expect_gaps(&weighted);
  expect_gaps(&alternating);
  assert_int_equal(limen_torus_dimensions(&alternating), 5);
}

/* 3 x 133.7 / n^4 with equal weights: the best query gains a factor of 3 over the moment curve's.
 */
static void the_gap_of_the_curve_falls_with_the_fourth_power(void **state) {
  (void)state;
  for (uint32_t n = 100; n <= 6400; n *= 4) {
    const struct limen_torus curve = FRAME(n, 1, 2);
    struct limen_torus_solver solver;
    struct limen_min_norm_answer answer;
    assert_int_equal(limen_torus_solver_init(&solver, n, 2, NULL), LIMEN_OK);
    limen_torus_class(&solver, &curve, 2, &limen_torus_settings, &answer);
    assert_true(answer.converged);
    if (!(fabs(answer.lower * pow(n, 4) - 401) < 3))
      fail_msg("%u: %g", n, answer.lower * pow(n, 4));
    limen_torus_solver_clear(&solver);
  }
}

static void frames_that_are_none_are_refused(void **state) {
  (void)state;
  struct limen_torus frame = FRAME(9, 1, 2);
  struct limen_error error = {0};
  frame.n = 2;
  assert_int_equal(limen_torus_check(&frame, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "a harmonic frame has 3 to 16777216 documents, not 2");
  frame.n = 9;
  frame.frequency[1] = 5;
  assert_int_equal(limen_torus_check(&frame, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "frequency 5 of a harmonic frame of 9 documents is not in 1 .. 4");
  frame.frequency[1] = 2;
  frame.weight[0] = 0;
  assert_int_equal(limen_torus_check(&frame, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "weight 0 of a harmonic frame is not in 1 .. 4096");
  frame.count = 65;
  assert_int_equal(limen_torus_check(&frame, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "a harmonic frame has 1 to 64 frequencies, not 65");
}

/* ---- the search ---- */

static double search(uint32_t n, size_t d, uint64_t proposals, uint64_t seed,
                     struct limen_torus *frame) {
  struct limen_torus_search search = {.proposals = proposals,
                                      .work = UINT64_MAX,
                                      .patience = 60,
                                      .weight_most = 2,
                                      .aim = INFINITY,
                                      .rng = limen_rng_alloc(seed, "test/search", NULL)};
  double gap = NAN;
  assert_int_equal(limen_torus_search_run(&search, n, d, frame, &gap, NULL), LIMEN_OK);
  assert_true(search.proposed == proposals && search.climbs >= 1);
  limen_rng_free(search.rng);
  return gap;
}

static void a_search_finds_wider_gaps_and_repeats(void **state) {
  (void)state;
  struct limen_torus low = {0}, found = {0}, again = {0};
  const double start = search(90, 6, 0, 1, &low), best = search(90, 6, 400, 1, &found);
  assert_true(best > 20 * start);
  assert_true(search(90, 6, 400, 1, &again) == best);
  assert_memory_equal(&again, &found, sizeof found);
  struct solved it = solve(&found); /* what it says of its frame is so */
  assert_true(fabs(it.gap - best) <= 1e-5 * best);
  solved_clear(&it);
  assert_true(search(90, 6, 200, 2, &again) >= best * (1 - 1e-5)); /* a given frame is the floor */
}

static void odd_dimensions_have_an_alternating_coordinate(void **state) {
  (void)state;
  struct limen_torus frame = {0};
  assert_true(search(24, 5, 100, 1, &frame) > 0);
  assert_int_equal(frame.frequency[2], 12);
  assert_int_equal(limen_torus_dimensions(&frame), 5);
  struct limen_torus_search none = {.aim = INFINITY};
  struct limen_error error = {0};
  double gap;
  assert_int_equal(limen_torus_search_run(&none, 25, 5, &frame, &gap, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "no harmonic frame of 25 documents in 5 dimensions is searched for: it takes "
                      "2 to 64 dimensions, more documents than dimensions, and an even number of "
                      "documents where that of dimensions is odd");
}

static void relations_are_kept_where_documents_are_more(void **state) {
  (void)state;
  const struct limen_torus frame = FRAME(150, 1, 57, 75);
  struct limen_torus scaled;
  limen_torus_rescale(&frame, 300, &scaled);
  assert_int_equal(scaled.n, 300);
  assert_int_equal(scaled.frequency[0], 1);
  assert_int_equal(scaled.frequency[1], 114);
  assert_int_equal(scaled.frequency[2], 150);
}

/* ---- proofs by classes ---- */

static struct limen_torus_proof prove(struct solved *it, const char *arithmetic) {
  struct limen_torus_proof proof;
  assert_int_equal(limen_torus_prove(&it->frame, &it->solver.sines,
                                     limen_quantiser_find(arithmetic), it->classes, &proof, NULL),
                   LIMEN_OK);
  return proof;
}

/* Every number is moved by all of its bound, in a direction of its own, in documents and queries:
 * what is left of every lead is no less than what the proof says. */
static void no_rounding_takes_more_than_the_bound(void **state) {
  (void)state;
  static const char *const arithmetics[] = {"float16", "bfloat16", "int8"};
  const struct limen_torus frame = FRAME(40, 1, 2, 9, 14);
  struct solved it = solve(&frame);
  gsl_rng *rng = limen_rng_alloc(5, "test/rounding", NULL);
  for (size_t a = 0; a < 3; a++) {
    const struct limen_quantiser *quantiser = limen_quantiser_find(arithmetics[a]);
    const struct limen_torus_proof proof = prove(&it, arithmetics[a]);
    double moved[40 * 8], query[8], least = INFINITY;
    for (size_t turn = 0; turn < 20; turn++) {
      for (size_t v = 0; v < 40; v++) {
        double most = 0;
        for (size_t c = 0; c < 8; c++) most = fmax(most, fabs(it.documents[v * 8 + c]));
        for (size_t c = 0; c < 8; c++) {
          const double x = it.documents[v * 8 + c];
          const double by = quantiser->unit * fabs(x) + quantiser->peak * most;
          moved[v * 8 + c] = x + (gsl_rng_uniform(rng) < 0.5 ? by : -by);
        }
      }
      for (uint32_t s = 1; s <= 20; s++)
        for (uint32_t i = 0; i < 40; i++) {
          double most = 0, square = 0, lowest = INFINITY, highest = -INFINITY;
          limen_torus_query(&frame, &it.solver.sines, s, i, it.classes + (s - 1) * 4, query);
          for (size_t c = 0; c < 8; c++) {
            most = fmax(most, fabs(query[c]));
            square += query[c] * query[c];
          }
          for (size_t c = 0; c < 8; c++) {
            const double by = quantiser->unit * fabs(query[c]) + quantiser->peak * most;
            query[c] += gsl_rng_uniform(rng) < 0.5 ? by : -by;
          }
          for (uint32_t v = 0; v < 40; v++) {
            double score = 0;
            for (size_t c = 0; c < 8; c++) score += query[c] * moved[v * 8 + c];
            if (v == i || v == (i + s) % 40)
              lowest = fmin(lowest, score);
            else
              highest = fmax(highest, score);
          }
          least = fmin(least, (lowest - highest) / sqrt(square));
        }
    }
    if (!(least >= proof.left)) fail_msg("%s: %g of %g", arithmetics[a], least, proof.left);
    assert_true(proof.proved == (proof.left > 0));
    assert_true(fabs(proof.gap - it.gap) <= 1e-5 * it.gap);
    assert_true(proof.cost < limen_torus_gap_for_sure(quantiser, 8, 0.5));
  }
  limen_rng_free(rng);
  solved_clear(&it);
}

static void proofs_hold_where_the_gap_is_wide_enough(void **state) {
  (void)state;
  const struct limen_torus frame = FRAME(100, 1, 2);
  struct solved it = solve(&frame);
  assert_true(prove(&it, "float64").proved);
  assert_true(prove(&it, "float32").proved); /* 4e-6 against some 1e-7 */
  assert_false(prove(&it, "float16").proved);
  assert_false(prove(&it, "bit1").proved); /* has no bound, so nothing is proved */
  assert_true(isinf(limen_torus_gap_for_sure(limen_quantiser_find("bit1"), 4, 1)));
  /* A query turned away from its pair proves nothing. */
  for (uint32_t j = 0; j < 2; j++) it.classes[2 * 6 + j] *= -1;
  struct limen_torus_proof proof = prove(&it, "float64");
  assert_false(proof.proved);
  assert_int_equal(proof.worst, 7);
  struct limen_error error = {0};
  it.classes[2 * 6] = it.classes[2 * 6 + 1] = 0;
  assert_int_equal(limen_torus_prove(&frame, &it.solver.sines, limen_quantiser_find("float64"),
                                     it.classes, &proof, &error),
                   LIMEN_INPUT);
  assert_string_equal(error.text, "the query of class 7 is 0 or not finite");
  solved_clear(&it);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rotated_queries_are_the_best_there_are),
      cmocka_unit_test(the_gap_of_the_curve_falls_with_the_fourth_power),
      cmocka_unit_test(frames_that_are_none_are_refused),
      cmocka_unit_test(a_search_finds_wider_gaps_and_repeats),
      cmocka_unit_test(odd_dimensions_have_an_alternating_coordinate),
      cmocka_unit_test(relations_are_kept_where_documents_are_more),
      cmocka_unit_test(no_rounding_takes_more_than_the_bound),
      cmocka_unit_test(proofs_hold_where_the_gap_is_wide_enough),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
