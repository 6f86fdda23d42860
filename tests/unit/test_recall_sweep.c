/* Work read off between values of ef, and what systems come with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/recall/report_sweep.h"
#include "experiments/kinds/recall/report_vendors.h"

enum { POINTS = 3 };

/* Recalls .8, .9, .98 at 120, 210 and 530 distances, ef 11, 23 and 57, give or take .03, .03 and
 * .01. */
static const double recalls[] = {.8, .9, .98}, halves[] = {.03, .03, .01};
static const double distances[] = {120, 210, 530}, efs[] = {11, 23, 57};

struct made {
  struct recall_group group[POINTS];
  const struct recall_group *of[POINTS];
  double x[POINTS], ef[POINTS], y[RECALL_BOUNDS][POINTS];
  struct recall_curve curve;
};

static double logit(double p) { return log(p / (1 - p)); }

static void make(struct made *made) {
  memset(made, 0, sizeof *made);
  for (int i = 0; i < POINTS; i++) {
    made->group[i].distances.value = distances[i];
    made->of[i] = &made->group[i];
    made->x[i] = log(distances[i]);
    made->ef[i] = log(efs[i]);
    made->y[RECALL_LOWER][i] = logit(recalls[i] - halves[i]);
    made->y[RECALL_VALUE][i] = logit(recalls[i]);
    made->y[RECALL_UPPER][i] = logit(recalls[i] + halves[i]);
  }
  made->curve = (struct recall_curve){.group = made->of,
                                      .count = POINTS,
                                      .log_distances = made->x,
                                      .log_ef = made->ef,
                                      .logit = {made->y[0], made->y[1], made->y[2]}};
}

static void expect_words(const struct recall_work *work, const char *words) {
  struct limen_text text = {0};
  recall_print_work(work, &text);
  assert_string_equal(limen_text_string(&text), words);
  limen_text_clear(&text);
}

/* At .95: ln 210 + (2.944439 - 2.197225) / (3.891820 - 2.197225) ln(530/210) = ln 315.87; the upper
 * ends .93 and .99 give ln 210 + (2.944439 - 2.586689) / (4.595120 - 2.586689) ln(530/210) =
 * ln 247.65; the lower ends .87 and .97 ln 210 + (2.944439 - 1.900959) / (3.476099 - 1.900959)
 * ln(530/210) = ln 387.77; ef ln 23 + .440944 ln(57/23) = ln 34.32. */
static void work_is_read_off_between_points(void **state) {
  struct made made;
  (void)state;
  make(&made);
  const struct recall_work work = recall_work_at(&made.curve, .95);
  assert_int_equal(work.reach, RECALL_REACHED);
  assert_true(fabs(work.value - 315.87) < .01);
  assert_true(fabs(work.lower - 247.65) < .01);
  assert_true(fabs(work.upper - 387.77) < .01);
  assert_true(fabs(work.ef - 34.32) < .01);
  expect_words(&work, "316 [248, 388]");
}

static void a_point_of_the_curve_is_met_exactly(void **state) {
  struct made made;
  (void)state;
  make(&made);
  assert_true(fabs(recall_work_at(&made.curve, .9).value - 210) < 1e-9);
  assert_true(fabs(recall_work_at(&made.curve, .9).ef - 23) < 1e-9);
}

static void nothing_is_guessed_beyond_the_ends(void **state) {
  struct made made;
  (void)state;
  make(&made);
  struct recall_work work = recall_work_at(&made.curve, .99);
  assert_int_equal(work.reach, RECALL_NEVER);
  expect_words(&work, "not reached");
  work = recall_work_at(&made.curve, .7);
  assert_int_equal(work.reach, RECALL_BEFORE);
  expect_words(&work, "below 120");
  /* The upper ends start above .82 at .83; the lower ends stop below .975 at .97. */
  work = recall_work_at(&made.curve, .82);
  assert_true(isnan(work.lower) && work.upper > work.value);
  expect_words(&work, "131 [below 120, 154]");
  work = recall_work_at(&made.curve, .975);
  assert_true(isnan(work.upper) && work.lower < work.value);
  expect_words(&work, "468 [345, over 530]");
}

static const struct recall_vendor *vendor_of(const char *name) {
  for (const struct recall_vendor *vendor = recall_vendors; vendor->name; vendor++)
    if (strcmp(vendor->name, name) == 0) return vendor;
  fail_msg("no system %s", name);
  return NULL;
}

static void a_system_may_let_ef_follow_k(void **state) {
  const struct recall_vendor *weaviate = vendor_of("Weaviate");
  (void)state;
  assert_int_equal(recall_vendor_ef(weaviate, 10), 100);
  assert_int_equal(recall_vendor_ef(weaviate, 13), 104);
  assert_int_equal(recall_vendor_ef(weaviate, 62), 496);
  assert_int_equal(recall_vendor_ef(weaviate, 100), 500);
  assert_int_equal(recall_vendor_ef(vendor_of("pgvector"), 100), 40);
  for (const struct recall_vendor *vendor = recall_vendors; vendor->name; vendor++) {
    assert_true(vendor->M > 1 && vendor->ef_construction > 0 && vendor->ef > 0);
    assert_true(vendor->source && vendor->year >= 2020);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(work_is_read_off_between_points),
      cmocka_unit_test(a_point_of_the_curve_is_met_exactly),
      cmocka_unit_test(nothing_is_guessed_beyond_the_ends),
      cmocka_unit_test(a_system_may_let_ef_follow_k),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
