/* Shares of missed neighbours and their intervals, worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/recall/report_missed.h"
#include "stats/crossed.h"

static void expect_near(double a, double b) {
  if (!(fabs(a - b) <= 1e-9 * fmax(1, fabs(b)))) fail_msg("%.12g is not %.12g", a, b);
}

/* 3 of 10 over four queries; residuals (part - 0.3 whole) / 2.5 are 0.16, -0.12, 0.32, -0.36, their
 * standard error 0.1505545; t of 3 degrees of freedom is 3.182446. */
static void a_share_has_an_interval_on_the_logit_scale(void **state) {
  (void)state;
  const double part[] = {1, 0, 2, 0}, whole[] = {2, 1, 4, 3};
  struct limen_reported share;
  assert_int_equal(missed_ratio(part, whole, 1, 4, &share, NULL), LIMEN_OK);
  expect_near(share.value, 0.3);
  const double reach = 3.182446305284263 * 0.1505545305418162 / (0.3 * 0.7);
  const double middle = log(0.3 / 0.7);
  expect_near(log(share.lower / (1 - share.lower)), middle - reach);
  expect_near(log(share.upper / (1 - share.upper)), middle + reach);
}

/* Where builds differ, they count too: the interval is that of the crossed table. */
static void builds_count(void **state) {
  (void)state;
  enum { B = 3, Q = 4 };
  const double part[B * Q] = {1, 0, 2, 0, 2, 1, 3, 1, 0, 0, 1, 0};
  const double whole[B * Q] = {2, 1, 4, 3, 2, 1, 4, 3, 2, 1, 4, 3};
  double residuals[B * Q];
  struct limen_reported share;
  struct limen_crossed crossed;
  assert_int_equal(missed_ratio(part, whole, B, Q, &share, NULL), LIMEN_OK);
  for (size_t i = 0; i < B * Q; i++) residuals[i] = (part[i] - 11.0 / 30 * whole[i]) / 2.5;
  assert_int_equal(limen_crossed(residuals, B, Q, RECALL_CONFIDENCE, &crossed, NULL), LIMEN_OK);
  expect_near(share.value, 11.0 / 30);
  expect_near(log(share.upper / (1 - share.upper)) - log(share.lower / (1 - share.lower)),
              (crossed.upper - crossed.lower) / (11.0 / 30 * 19 / 30));
}

/* Wilson's interval of 0 of 3: the query that has nothing to miss is no trial. */
static void none_and_all_have_one_end(void **state) {
  (void)state;
  const double none[] = {0, 0, 0, 0}, whole[] = {2, 0, 4, 3};
  struct limen_reported share;
  assert_int_equal(missed_ratio(none, whole, 1, 4, &share, NULL), LIMEN_OK);
  expect_near(share.value, 0);
  expect_near(share.lower, 0);
  expect_near(share.upper, 0.5614970317550455);
  assert_int_equal(missed_ratio(whole, whole, 1, 4, &share, NULL), LIMEN_OK);
  expect_near(share.value, 1);
  expect_near(share.lower, 1 - 0.5614970317550455);
  expect_near(share.upper, 1);
  assert_int_equal(missed_ratio(none, none, 1, 4, &share, NULL), LIMEN_OK);
  assert_true(isnan(share.value));
}

/* ---- arms ---- */

enum { BUILDS = 2, QUERIES = 3, K = 2, ROWS = 20 };

static struct limen_miss_record record(uint32_t query, uint32_t row, uint8_t rank, uint8_t reason,
                                       uint32_t bottleneck) {
  return (struct limen_miss_record){
      .query = query, .row = row, .rank = rank, .reason = reason, .bottleneck = bottleneck};
}

struct fixture {
  struct recall_group group;
  struct limen_miss_record records[BUILDS][QUERIES * K];
  struct limen_miss_record *of_build[BUILDS];
  int32_t ids[BUILDS][QUERIES * K];
  int32_t *ids_of[BUILDS];
  uint32_t label[ROWS];
  struct missed_arm arm;
};

/* Rows 0 to 9 are of category 0, the others of category 1. The first build misses all of query 0
 * and one neighbour of query 2, the second one of query 1, for a tie. */
static void make(struct fixture *f) {
  *f = (struct fixture){.group = {.ef = 4}};
  const struct limen_miss_record one[] = {
      record(0, 3, 1, LIMEN_MISS_TRAPPED, 65),       record(0, 5, 2, LIMEN_MISS_BUDGET, 5),
      record(1, 7, 1, LIMEN_MISS_NONE, 0),           record(1, 2, 2, LIMEN_MISS_NONE, 0),
      record(2, 12, 1, LIMEN_MISS_INTERMEDIATE, 17), record(2, 15, 2, LIMEN_MISS_NONE, 0)};
  const struct limen_miss_record two[] = {
      record(0, 3, 1, LIMEN_MISS_NONE, 0),  record(0, 5, 2, LIMEN_MISS_NONE, 0),
      record(1, 7, 1, LIMEN_MISS_NONE, 0),  record(1, 2, 2, LIMEN_MISS_TIE, 0),
      record(2, 12, 1, LIMEN_MISS_NONE, 0), record(2, 15, 2, LIMEN_MISS_UNREACHABLE, 0)};
  const int32_t first[] = {11, 13, 7, 2, 15, 4}, second[] = {3, 5, 7, 1, 12, -1};
  memcpy(f->records[0], one, sizeof one);
  memcpy(f->records[1], two, sizeof two);
  memcpy(f->ids[0], first, sizeof first);
  memcpy(f->ids[1], second, sizeof second);
  for (size_t b = 0; b < BUILDS; b++) {
    f->of_build[b] = f->records[b];
    f->ids_of[b] = f->ids[b];
  }
  for (size_t i = 0; i < ROWS; i++) f->label[i] = i >= 10;
  f->arm = (struct missed_arm){.group = &f->group,
                               .builds = BUILDS,
                               .queries = QUERIES,
                               .k = K,
                               .rows = ROWS,
                               .records = f->of_build,
                               .ids = f->ids_of,
                               .label = f->label,
                               .labels = 2};
}

static size_t by_rank(const struct missed_arm *arm, size_t build,
                      const struct limen_miss_record *one) {
  (void)arm;
  (void)build;
  return (size_t)one->rank - 1;
}

static void parts_are_counted(void **state) {
  (void)state;
  static const struct missed_split ranks = {2, by_rank};
  struct fixture f;
  struct missed_rate rate;
  make(&f);
  assert_int_equal(missed_rate(&f.arm, MISSED_BY_ID, &missed_whole, 0, &rate, NULL), LIMEN_OK);
  assert_int_equal(rate.neighbours, 12);
  assert_int_equal(rate.missed, 5);
  expect_near(rate.number.value, 5.0 / 12);
  /* The tie is no fault of the index. */
  assert_int_equal(missed_rate(&f.arm, MISSED_TRULY, &missed_whole, 0, &rate, NULL), LIMEN_OK);
  assert_int_equal(rate.missed, 4);
  assert_int_equal(missed_rate(&f.arm, MISSED_TRULY, &ranks, 0, &rate, NULL), LIMEN_OK);
  assert_int_equal(rate.neighbours, 6);
  assert_int_equal(rate.missed, 2);
  assert_int_equal(missed_rate(&f.arm, MISSED_FOR(LIMEN_MISS_BUDGET), &ranks, 1, &rate, NULL),
                   LIMEN_OK);
  assert_int_equal(rate.missed, 1);
  assert_true(rate.number.lower > 0 && rate.number.upper < 1);
}

/* Ranks 1 and 2 miss 2 of 6 each, in other builds and queries. */
static void parts_are_compared_on_the_same_queries(void **state) {
  (void)state;
  static const struct missed_split ranks = {2, by_rank};
  struct fixture f;
  struct limen_reported difference;
  struct limen_crossed crossed;
  make(&f);
  assert_int_equal(missed_rate_difference(&f.arm, MISSED_TRULY, &ranks, 1, 0, &difference, NULL),
                   LIMEN_OK);
  /* (second - first), build by build: 1-1, 0, 0-1; 0, 0, 1-0. */
  const double table[] = {0, 0, -1, 0, 0, 1};
  assert_int_equal(limen_crossed(table, 2, 3, RECALL_CONFIDENCE, &crossed, NULL), LIMEN_OK);
  expect_near(difference.value, 0);
  expect_near(difference.lower, crossed.lower);
  expect_near(difference.upper, crossed.upper);
  assert_false(missed_is_effect(&difference));
  /* All of a part in every build and query, none of the other. */
  for (size_t b = 0; b < BUILDS; b++)
    for (size_t i = 0; i < QUERIES * K; i++)
      f.records[b][i].reason = f.records[b][i].rank == 2 ? LIMEN_MISS_TRAPPED : LIMEN_MISS_NONE;
  assert_int_equal(missed_rate_difference(&f.arm, MISSED_TRULY, &ranks, 1, 0, &difference, NULL),
                   LIMEN_OK);
  expect_near(difference.value, 1);
  assert_true(missed_is_effect(&difference));
}

/* Of 4 true misses 2 are of query 0 in the first build, which found nothing. Wrong rows: 11 and 13,
 * of the other category, and 4, of the other one too; the tie's query is not looked at, and nothing
 * came back where -1 stands. */
static void searches_that_went_astray(void **state) {
  (void)state;
  struct fixture f;
  struct limen_reported lost, elsewhere;
  make(&f);
  assert_int_equal(missed_at_lost_queries(&f.arm, &lost, NULL), LIMEN_OK);
  expect_near(lost.value, 0.5);
  assert_int_equal(missed_elsewhere(&f.arm, &elsewhere, NULL), LIMEN_OK);
  expect_near(elsewhere.value, 1);
  f.ids[0][5] = 17; /* of the neighbours' own category */
  assert_int_equal(missed_elsewhere(&f.arm, &elsewhere, NULL), LIMEN_OK);
  expect_near(elsewhere.value, 2.0 / 3);
  f.arm.label = NULL;
  assert_int_equal(missed_elsewhere(&f.arm, &elsewhere, NULL), LIMEN_OK);
  assert_true(isnan(elsewhere.value));
}

/* ef is 4, and 2 neighbours are asked for: budget must exceed 4, intermediate 16, trapped 64. */
static void a_low_bottleneck_contradicts(void **state) {
  (void)state;
  struct fixture f;
  make(&f);
  assert_int_equal(missed_contradictions(&f.arm), 0);
  f.records[0][0].bottleneck = 64;
  f.records[0][1].bottleneck = 4;
  f.records[0][4].bottleneck = 16;
  assert_int_equal(missed_contradictions(&f.arm), 3);
  f.records[0][0].bottleneck = 0; /* no path is no contradiction */
  assert_int_equal(missed_contradictions(&f.arm), 2);
  f.group.ef = 1; /* a search keeps k = 2 at least: 2, 8, 32 */
  assert_int_equal(missed_contradictions(&f.arm), 0);
}

static void percents_are_printed_as_their_intervals_bear(void **state) {
  (void)state;
  static const struct {
    struct limen_reported number;
    const char *text, *cell;
  } cases[] = {
      {{0.0331, 0.0290, 0.0374}, "3.31 [2.90, 3.74]", "3.31 [2.90, 3.74]"},
      {{0.57, 0.32, 0.78}, "57.0 [32.0, 78.0]", "57.0 [32.0, 78.0]"},
      {{0.00057, 0.00011, 0.0032}, "0.06 [0.01, 0.32]", "0.06 [0.01, 0.32]"},
      {{0, 0, 0.0038}, "0 [0, 0.38]", "< 0.38"},
      {{NAN, NAN, NAN}, "none", "none"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_text text = {0}, cell = {0};
    missed_print_percent(&cases[i].number, &text);
    missed_print_cell(&cases[i].number, &cell);
    assert_string_equal(limen_text_string(&text), cases[i].text);
    assert_string_equal(limen_text_string(&cell), cases[i].cell);
    limen_text_clear(&text);
    limen_text_clear(&cell);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_share_has_an_interval_on_the_logit_scale),
      cmocka_unit_test(builds_count),
      cmocka_unit_test(none_and_all_have_one_end),
      cmocka_unit_test(parts_are_counted),
      cmocka_unit_test(parts_are_compared_on_the_same_queries),
      cmocka_unit_test(searches_that_went_astray),
      cmocka_unit_test(a_low_bottleneck_contradicts),
      cmocka_unit_test(percents_are_printed_as_their_intervals_bear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
