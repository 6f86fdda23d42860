/* Two toy kinds, one that searches in rounds and one with rows, whose cells can be made to fail. */
#ifndef LIMEN_TESTS_TOY_KINDS_H
#define LIMEN_TESTS_TOY_KINDS_H

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>

#include "unit/toy_plan.h"

#define INTEGER(name_, role_, fallback_)                                                     \
  {                                                                                          \
    .name = name_, .about = "", .type = LIMEN_INTEGER, .role = role_, .fallback = fallback_, \
    .min = 0, .max = 1e6                                                                     \
  }

/* What cells are made to do; back to nothing before every test. */
static struct {
  atomic_size_t runs;
  int64_t fail_at, interrupt_at; /* a value of n; 0: never */
  bool interrupt_inside;         /* the cell itself gives up, as a long one does */
} orders;

static inline int setup(void **state) {
  atomic_store(&orders.runs, 0);
  orders.fail_at = orders.interrupt_at = 0;
  orders.interrupt_inside = false;
  limen_interrupt_set(false);
  return scratch_setup(state);
}

static inline int obey(const struct limen_cell *cell, struct limen_error *error) {
  int64_t n = limen_cell_integer(cell, "n");
  atomic_fetch_add(&orders.runs, 1);
  if (n == orders.fail_at) return LIMEN_FAIL(error, LIMEN_INPUT, "n = 17 is unlucky");
  if (n == orders.interrupt_at) limen_interrupt_set(true);
  if (orders.interrupt_inside && limen_interrupted())
    return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
  return LIMEN_OK;
}

/* ---- rounds: bisecting for a hidden threshold ---- */

static const struct limen_parameter bisect_parameters[] = {
    INTEGER("d", LIMEN_AXIS, "4"),
    INTEGER("n_most", LIMEN_PLANNING, "1000"),
    INTEGER("n", LIMEN_COORDINATE, NULL),
    {0}};

static inline int64_t hidden_threshold(int64_t d) { return 595 + 4 * d; }

static inline int bisect(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    int64_t low = 0, high = limen_grid_integer(&plan->grid, point, "n_most");
    while (high - low > 1) {
      int64_t middle = low + (high - low) / 2;
      const struct limen_cell *cell = limen_plan_ask(plan, point, &middle);
      if (!cell) break;
      *(cell->answer.values[0] == 1 ? &low : &high) = middle;
    }
  }
  return LIMEN_OK;
}

static inline int run_bisect(const struct limen_cell *cell, struct limen_answer *answer,
                             struct limen_error *error) {
  int64_t n = limen_cell_integer(cell, "n");
  answer->values[0] = n <= hidden_threshold(limen_cell_integer(cell, "d"));
  answer->values[1] = sqrt((double)n);
  return obey(cell, error);
}

static const struct limen_kind bisecting = {
    .name = "bisecting",
    .parameters = bisect_parameters,
    .measures =
        (const struct limen_measure_column[]){
            {"good", "", "", false}, {"root", "", "", false}, {0}},
    .plan = bisect,
    .run = run_bisect,
};

/* ---- rows and coordinates ---- */

static const char *const modes[] = {"plain", "other", NULL};
static inline const char *mode_name(size_t i) { return i < 2 ? modes[i] : NULL; }

static const struct limen_parameter table_parameters[] = {INTEGER("a", LIMEN_AXIS, "5,3"),
                                                          INTEGER("ef", LIMEN_INNER, "10,40,20"),
                                                          {.name = "mode",
                                                           .about = "",
                                                           .type = LIMEN_CHOICE,
                                                           .role = LIMEN_INNER,
                                                           .fallback = "plain",
                                                           .choices = mode_name},
                                                          {.name = "scale",
                                                           .about = "",
                                                           .type = LIMEN_REAL,
                                                           .role = LIMEN_SETTING,
                                                           .fallback = "0.11",
                                                           .max = 10},
                                                          INTEGER("count", LIMEN_PLANNING, "1"),
                                                          INTEGER("n", LIMEN_COORDINATE, NULL),
                                                          INTEGER("seed", LIMEN_COORDINATE, NULL),
                                                          {0}};

/* Asks in an order of its own: n downwards, seeds before points. */
static inline int plan_table(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (int64_t seed = 7; seed <= 8; seed++)
    for (size_t point = 0; point < limen_grid_points(&plan->grid); point++)
      for (int64_t n = limen_grid_integer(&plan->grid, 0, "count"); n > 0; n--)
        limen_plan_ask(plan, point, (const int64_t[]){n, seed});
  return LIMEN_OK;
}

/* The first measure names its row; the second has nothing to tell in odd rows, and a minus zero,
 * which the store does not keep, in the first. */
static inline int run_table(const struct limen_cell *cell, struct limen_answer *answer,
                            struct limen_error *error) {
  assert_int_equal(answer->rows, cell->rows);
  assert_int_equal(answer->measures, 2);
  for (size_t row = 0; row < cell->rows; row++) {
    struct limen_value ef = limen_cell_value(cell, row, "ef");
    assert_true(isnan(answer->values[2 * row]));
    answer->values[2 * row] = (double)(1000 * limen_cell_integer(cell, "a") + ef.as.integer) +
                              limen_cell_real(cell, "scale");
    if (row % 2 == 0) answer->values[2 * row + 1] = row == 0 ? -0.0 : 0.32;
  }
  return obey(cell, error);
}

static inline double cost_of_n(const struct limen_cell *cell) {
  return (double)limen_cell_integer(cell, "n");
}

static const struct limen_kind table_kind = {
    .name = "table",
    .parameters = table_parameters,
    .measures =
        (const struct limen_measure_column[]){
            {"value", "", "", false}, {"part", "", "", false}, {0}},
    .plan = plan_table,
    .cost = cost_of_n,
    .run = run_table,
};

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

#endif
