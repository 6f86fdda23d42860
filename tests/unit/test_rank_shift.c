/* Rank shifts by hand, against theory, and how often chance is taken for a swap. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>
#include <gsl/gsl_randist.h>

#include "base/rng.h"
#include "stats/rank_shift.h"

static const struct limen_bootstrap settings = {
    .resamples = 999, .confidence = .95, .seed = 7, .stream = "test/rank_shift"};

static struct limen_rank_shift shift_of(const struct limen_contestant *contestants, size_t systems,
                                        size_t queries, size_t builds) {
  struct limen_rank_shift out;
  struct limen_error error = {0};
  if (limen_rank_shift(contestants, systems, queries, builds, &settings, &out, &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  return out;
}

static void near(double got, double wanted, double tolerance) {
  if (!(fabs(got - wanted) <= tolerance)) fail_msg("%.15g in place of %.15g", got, wanted);
}

/* Means before: .5, .4, .4, .1; after two builds: .3, .4, .45, .1. The second is not searched anew
 * but its rivals are, the last loses nothing. Of six pairs all may change, (0, 1) and (0, 2) are
 * turned round, (1, 2) is a tie before, and the three with the last stay: tau = (3 - 2) / sqrt(5 *
 * 6). */
static void test_by_hand(void **state) {
  const double b0[] = {.7, .3}, b1[] = {.57, .23}, b2[] = {.32, .48}, b3[] = {.11, .09};
  const double a0[] = {.32, .28, .22, .38}, a2[] = {.5, .4, .41, .49}, a3[] = {.11, .09, .1, .1};
  const struct limen_contestant all[] = {{b0, a0}, {b1, NULL}, {b2, a2}, {b3, a3}};
  (void)state;
  struct limen_rank_shift got = shift_of(all, 4, 2, 2);
  assert_int_equal(got.pairs, 6);
  assert_int_equal(got.swaps, 2);
  near(got.tau.estimate, 1 / sqrt(30), 1e-12);
  near(got.place[0].before.estimate, 1, 0);
  near(got.place[0].after.estimate, 3, 0);
  near(got.place[1].before.estimate, 2.5, 0);
  near(got.place[1].after.estimate, 2, 0);
  near(got.place[2].after.estimate, 1, 0);
  near(got.place[3].after.estimate, 4, 0);
  near(got.moved, 2, 0);
  near(got.place[0].kept.estimate, .6, 1e-12);
  near(got.place[1].kept.lower, 1, 0);
  near(got.place[1].kept.upper, 1, 0);
  near(got.place[3].kept.estimate, 1, 1e-12);
  for (size_t i = 0; i < 2; i++) {
    const struct limen_rank_swap *swap = &got.swap[i];
    const size_t other = swap->second;
    assert_int_equal(swap->first, 0);
    near(swap->before.estimate, .1, 1e-12);
    near(swap->after.estimate, other == 1 ? -.1 : -.15, 1e-12);
    near(swap->change.estimate, other == 1 ? -.2 : -.25, 1e-12);
    /* Two queries give nothing beyond noise. */
    assert_false(swap->beyond);
    assert_true(swap->adjusted >= swap->p);
  }
  assert_true(got.swap[0].p <= got.swap[1].p);
  limen_rank_shift_clear(&got);
}

/* The same pair twice, once with both fixed: nothing can change there. */
static void test_fixed_pairs_are_not_counted(void **state) {
  const double a[] = {.7, .3, .2}, b[] = {.1, .2, .4}, c[] = {.6, .5, .7};
  const struct limen_contestant all[] = {{a, NULL}, {b, NULL}, {c, c}};
  (void)state;
  struct limen_rank_shift got = shift_of(all, 3, 3, 1);
  assert_int_equal(got.pairs, 2);
  assert_int_equal(got.swaps, 0);
  assert_int_equal(got.beyond, 0);
  near(got.tau.estimate, 1, 0);
  near(got.tau.lower, 1, 0);
  near(got.moved, 0, 0);
  limen_rank_shift_clear(&got);
}

/* Zeros before: no share is kept of nothing, and no ranking is there to agree with. */
static void test_nothing_to_rank(void **state) {
  const double none[] = {0, 0, 0}, some[] = {.1, .2, .4};
  const struct limen_contestant all[] = {{none, some}, {none, none}};
  (void)state;
  struct limen_rank_shift got = shift_of(all, 2, 3, 1);
  assert_true(isnan(got.place[0].kept.estimate));
  assert_true(isnan(got.tau.estimate) && isnan(got.tau.lower));
  assert_int_equal(got.swaps, 0);
  near(got.place[1].before.estimate, 1.5, 0);
  near(got.place[1].after.estimate, 2, 0);
  limen_rank_shift_clear(&got);
}

enum { QUERIES = 60, BUILDS = 5 };

struct drawn {
  double before[2][QUERIES], after[2][BUILDS * QUERIES];
};

/* Values about `mean`, queries with an effect of their own on both systems. */
static void draw(gsl_rng *rng, const double before[2], const double after[2], struct drawn *out) {
  for (size_t q = 0; q < QUERIES; q++) {
    const double query = gsl_ran_gaussian(rng, .2);
    for (size_t s = 0; s < 2; s++) {
      out->before[s][q] = before[s] + query + gsl_ran_gaussian(rng, .1);
      for (size_t b = 0; b < BUILDS; b++)
        out->after[s][b * QUERIES + q] = after[s] + query + gsl_ran_gaussian(rng, .05);
    }
  }
}

static struct limen_rank_shift shift_of_drawn(const struct drawn *drawn) {
  const struct limen_contestant both[] = {{drawn->before[0], drawn->after[0]},
                                          {drawn->before[1], drawn->after[1]}};
  return shift_of(both, 2, QUERIES, BUILDS);
}

/* .3 apart before and after, with a standard error of .1 sqrt(2 / 60) = .0183 before: queries are
 * paired, so their own .2 is not in it. */
static void test_a_swap_beyond_noise(void **state) {
  const double before[] = {.7, .4}, after[] = {.2, .5};
  struct drawn drawn;
  struct limen_error error = {0};
  (void)state;
  gsl_rng *rng = limen_rng_alloc(11, "test/swap", &error);
  draw(rng, before, after, &drawn);
  limen_rng_free(rng);
  struct limen_rank_shift got = shift_of_drawn(&drawn);
  assert_int_equal(got.swaps, 1);
  assert_int_equal(got.beyond, 1);
  near(got.swap[0].p, .002, 1e-15); /* 2 (1 + 0) / 1000 */
  near(got.swap[0].adjusted, .002, 1e-15);
  near((got.swap[0].before.upper - got.swap[0].before.lower) / 2, 1.96 * .0183, .006);
  near(got.tau.estimate, -1, 0);
  near(got.tau.upper, -1, 0);

  /* The same numbers again, whatever ran before. */
  struct limen_rank_shift again = shift_of_drawn(&drawn);
  assert_memory_equal(again.swap, got.swap, sizeof *got.swap);
  assert_memory_equal(again.place, got.place, 2 * sizeof *got.place);
  limen_rank_shift_clear(&again);
  limen_rank_shift_clear(&got);
}

/* The hardest case for a test of swaps: equal before, far apart after. Of what looks like a swap
 * one in twenty may be called more than noise. */
static void test_chance_is_seldom_a_swap(void **state) {
  enum { TRIALS = 400 };
  const double before[] = {.5, .5}, after[] = {.2, .5};
  size_t swaps = 0, beyond = 0;
  struct limen_error error = {0};
  (void)state;
  gsl_rng *rng = limen_rng_alloc(12, "test/chance", &error);
  for (size_t t = 0; t < TRIALS; t++) {
    struct drawn drawn;
    draw(rng, before, after, &drawn);
    struct limen_rank_shift got = shift_of_drawn(&drawn);
    swaps += got.swaps;
    beyond += got.beyond;
    limen_rank_shift_clear(&got);
  }
  limen_rng_free(rng);
  /* Half of them, and of these 5%: at 200 the share has a standard error of 1.5 points. */
  assert_in_range(swaps, 160, 240);
  const double share = (double)beyond / (double)swaps;
  if (!(share > .01 && share < .095)) fail_msg("%.3f of chance swaps are called real", share);
}

static void expect_error(const struct limen_contestant *contestants, size_t systems, size_t queries,
                         size_t builds, const struct limen_bootstrap *how, const char *expected) {
  struct limen_rank_shift out;
  struct limen_error error = {0};
  assert_int_equal(limen_rank_shift(contestants, systems, queries, builds, how, &out, &error),
                   LIMEN_INPUT);
  if (!strstr(error.text, expected)) fail_msg("\"%s\" lacks \"%s\"", error.text, expected);
}

static void test_errors(void **state) {
  const double good[] = {.1, .2, .4, .3}, bad[] = {.1, .2, NAN, .3};
  const struct limen_contestant all[] = {{good, good}, {good, bad}, {bad + 2, NULL}};
  struct limen_bootstrap few = settings, sure = settings;
  (void)state;
  few.resamples = 99;
  sure.confidence = 1;
  expect_error(all, 1, 2, 2, &settings, "at least 2 systems, 2 queries and 1 build; 1, 2 and 2");
  expect_error(all, 2, 1, 2, &settings, "1 and 2 were given");
  expect_error(all, 2, 2, 0, &settings, "2 and 0 were given");
  expect_error(all, 2, 2, 2, &few, "99 were asked for");
  expect_error(all, 2, 2, 2, &sure, "a confidence lies between 0 and 1");
  expect_error(all, 2, 2, 2, &settings, "system 2: values after: value 3 of 4 is nan");
  expect_error(all + 1, 2, 2, 1, &settings, "system 2: values before: value 1 of 2 is nan");
  expect_error(all, 2, SIZE_MAX / 8, 16, &settings, "more than a machine can address");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_fixed_pairs_are_not_counted),
      cmocka_unit_test(test_nothing_to_rank),
      cmocka_unit_test(test_a_swap_beyond_noise),
      cmocka_unit_test(test_chance_is_seldom_a_swap),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
