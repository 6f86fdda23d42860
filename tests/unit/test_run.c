/* Plans and their runs, with toy kinds: rounds, rows, order, resuming, threads, and every way in
 * which a run can end early. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

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

static int setup(void **state) {
  atomic_store(&orders.runs, 0);
  orders.fail_at = orders.interrupt_at = 0;
  orders.interrupt_inside = false;
  limen_interrupt_set(false);
  return scratch_setup(state);
}

static int obey(const struct limen_cell *cell, struct limen_error *error) {
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

static int64_t hidden_threshold(int64_t d) { return 595 + 4 * d; }

static int bisect(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (size_t point = 0; point < limen_grid_points(&plan->grid); point++) {
    int64_t low = 0, high = limen_grid_integer(&plan->grid, point, "n_most");
    while (high - low > 1) {
      int64_t middle = low + (high - low) / 2;
      const struct limen_cell *cell = limen_plan_ask(plan, point, &middle);
      if (!cell) break;
      *(limen_cell_measure(cell, 0, plan->kind, "good") == 1 ? &low : &high) = middle;
    }
  }
  return LIMEN_OK;
}

static int run_bisect(const struct limen_cell *cell, struct limen_answer *answer,
                      struct limen_error *error) {
  int64_t n = limen_cell_integer(cell, "n");
  answer->values[0] = n <= hidden_threshold(limen_cell_integer(cell, "d"));
  answer->values[1] = sqrt((double)n);
  return obey(cell, error);
}

static const struct limen_kind bisecting = {
    .name = "bisecting",
    .parameters = bisect_parameters,
    .measures = (const struct limen_measure_column[]){{"good", "", ""}, {"root", "", ""}, {0}},
    .plan = bisect,
    .run = run_bisect,
};

/* By hand: the threshold for d = 4 is 611. The cells stand in the order in which they are asked. */
static void test_rounds(void **state) {
  (void)state;
  static const struct {
    int n, good;
  } path[] = {{500, 1}, {750, 0}, {625, 0}, {562, 1}, {593, 1},
              {609, 1}, {617, 0}, {613, 0}, {611, 1}, {612, 0}};
  struct limen_text wanted = {0};
  limen_text_add(&wanted, "d,n,good,root\n");
  for (size_t i = 0; i < 10; i++) {
    char root[LIMEN_NUMBER_SIZE];
    limen_text_print(&wanted, "4,%d,%d,%s\n", path[i].n, path[i].good,
                     limen_number(sqrt(path[i].n), root));
  }
  struct toy_run run = toy_run_well(&bisecting, NULL, "run", 2);
  assert_string_equal(run.csv, limen_text_string(&wanted));
  expect_tally(&run, 10, 0);
  limen_free(run.csv);
  limen_text_clear(&wanted);
}

static void test_resuming_runs_nothing_again(void **state) {
  (void)state;
  struct toy_run first = toy_run_well(&bisecting, "d=4..9", "run", 2);
  size_t cells = first.tally.ran;
  assert_int_equal(atomic_load(&orders.runs), cells);
  assert_true(cells >= 6 * 9);
  struct toy_run again = toy_run_well(&bisecting, "d=4..9", "run", 2);
  expect_tally(&again, 0, cells);
  assert_int_equal(atomic_load(&orders.runs), cells);
  assert_string_equal(again.csv, first.csv);
  /* A larger plan takes what is there; a smaller one shows its own cells only. */
  struct toy_run more = toy_run_well(&bisecting, "d=4..10", "run", 2);
  assert_int_equal(more.tally.reused, cells);
  assert_true(more.tally.ran >= 9);
  struct toy_run less = toy_run_well(&bisecting, "d=4", "run", 2);
  expect_tally(&less, 0, 10);
  assert_memory_equal(less.csv, first.csv, strlen(less.csv));
  limen_free(first.csv);
  limen_free(again.csv);
  limen_free(more.csv);
  limen_free(less.csv);
}

static void test_threads_do_not_show(void **state) {
  (void)state;
  struct toy_run one = toy_run_well(&bisecting, "d=4..40", "one", 1);
  static const char *const folders[] = {"two", "four", "eight"};
  for (int i = 0; i < 3; i++) {
    struct toy_run other = toy_run_well(&bisecting, "d=4..40", folders[i], 2 << i);
    assert_string_equal(other.csv, one.csv);
    expect_tally(&other, one.tally.ran, 0);
    limen_free(other.csv);
  }
  limen_free(one.csv);
}

/* ---- rows and coordinates ---- */

static const char *const modes[] = {"plain", "other", NULL};
static const char *mode_name(size_t i) { return i < 2 ? modes[i] : NULL; }

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
static int plan_table(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (int64_t seed = 7; seed <= 8; seed++)
    for (size_t point = 0; point < limen_grid_points(&plan->grid); point++)
      for (int64_t n = limen_grid_integer(&plan->grid, 0, "count"); n > 0; n--)
        limen_plan_ask(plan, point, (const int64_t[]){n, seed});
  return LIMEN_OK;
}

/* The first measure names its row; the second has nothing to tell in odd rows, and a minus zero,
 * which the store does not keep, in the first. */
static int run_table(const struct limen_cell *cell, struct limen_answer *answer,
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

static double cost_of_n(const struct limen_cell *cell) {
  return (double)limen_cell_integer(cell, "n");
}

static const struct limen_kind table_kind = {
    .name = "table",
    .parameters = table_parameters,
    .measures = (const struct limen_measure_column[]){{"value", "", ""}, {"part", "", ""}, {0}},
    .plan = plan_table,
    .cost = cost_of_n,
    .run = run_table,
};

static void test_rows_and_coordinates(void **state) {
  (void)state;
  static const char wanted[] =
      "a,ef,mode,scale,n,seed,value,part\n"
      "5,10,plain,0.11,1,7,5010.11,0\n5,40,plain,0.11,1,7,5040.11,\n"
      "5,20,plain,0.11,1,7,5020.11,0.32\n"
      "3,10,plain,0.11,1,7,3010.11,0\n3,40,plain,0.11,1,7,3040.11,\n"
      "3,20,plain,0.11,1,7,3020.11,0.32\n"
      "5,10,plain,0.11,1,8,5010.11,0\n5,40,plain,0.11,1,8,5040.11,\n"
      "5,20,plain,0.11,1,8,5020.11,0.32\n"
      "3,10,plain,0.11,1,8,3010.11,0\n3,40,plain,0.11,1,8,3040.11,\n"
      "3,20,plain,0.11,1,8,3020.11,0.32\n";
  for (int i = 0; i < 2; i++) { /* the second time from the store */
    struct toy_run run = toy_run_well(&table_kind, NULL, "run", 2);
    assert_string_equal(run.csv, wanted);
    expect_tally(&run, i ? 0 : 4, i ? 4 : 0);
    limen_free(run.csv);
  }
}

/* Two inner parameters: the last varies fastest, in one cell. */
static void test_two_inner_parameters(void **state) {
  (void)state;
  static const struct limen_parameter parameters[] = {INTEGER("a", LIMEN_AXIS, "5"),
                                                      INTEGER("ef", LIMEN_INNER, "10,40"),
                                                      INTEGER("mode", LIMEN_INNER, "1,2,3"),
                                                      {.name = "scale",
                                                       .about = "",
                                                       .type = LIMEN_CHOICE,
                                                       .role = LIMEN_SETTING,
                                                       .fallback = "other",
                                                       .choices = mode_name},
                                                      INTEGER("count", LIMEN_PLANNING, "1"),
                                                      INTEGER("n", LIMEN_COORDINATE, NULL),
                                                      INTEGER("seed", LIMEN_COORDINATE, NULL),
                                                      {0}};
  struct limen_kind kind = table_kind;
  kind.parameters = parameters;
  struct limen_store *store = toy_store("run", LIMEN_STORE_WRITE);
  struct limen_plan plan;
  struct limen_text name = {0};
  toy_plan(&plan, &kind, NULL, store);
  assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  const struct limen_cell *cell = plan.cells[0];
  assert_int_equal(cell->rows, 6);
  static const int64_t efs[] = {10, 10, 10, 40, 40, 40}, inner[] = {1, 2, 3, 1, 2, 3};
  for (size_t row = 0; row < 6; row++) {
    assert_int_equal(limen_cell_value(cell, row, "ef").as.integer, efs[row]);
    assert_int_equal(limen_cell_value(cell, row, "mode").as.integer, inner[row]);
  }
  assert_string_equal(limen_cell_string(cell, "scale"), "other");
  assert_int_equal(limen_cell_integer(cell, "seed"), 7);
  assert_string_equal(cell->text,
                      "kind=table code=unknown a=5 ef=10,40 mode=1,2,3 scale=other n=1 seed=7");
  assert_int_equal(strlen(cell->key), 64);
  limen_plan_axes(&plan, 0, -1, &name);
  limen_text_add(&name, " ");
  limen_plan_axes(&plan, 0, 4, &name);
  assert_string_equal(limen_text_string(&name), "a=5 a=5/ef=40/mode=2");
  limen_text_clear(&name);
  limen_plan_clear(&plan);
  limen_store_close(store);
}

/* What is part of a cell makes another cell; what only plans does not. */
static void test_what_makes_another_cell(void **state) {
  (void)state;
  static const struct {
    const char *set;
    size_t ran, reused;
  } runs[] = {{"count=2", 8, 0},     {"count=3", 4, 8},      {"count=1", 0, 4},
              {"scale=0.57", 4, 0},  {"scale=1.1e-1", 0, 4}, {"ef=10,40", 4, 0},
              {"ef=10,20,40", 4, 0}, {"ef=10,40,20", 0, 4},  {"a=3", 0, 2}};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    struct toy_run run = toy_run_well(&table_kind, runs[i].set, "run", 2);
    expect_tally(&run, runs[i].ran, runs[i].reused);
    limen_free(run.csv);
  }
}

static void test_other_code_is_not_reused(void **state) {
  (void)state;
  struct toy_run run = toy_run_well(&table_kind, NULL, "run", 1);
  struct limen_store *store = toy_store("old", LIMEN_STORE_WRITE);
  struct limen_plan plan;
  toy_plan(&plan, &table_kind, NULL, store);
  assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  assert_int_equal(plan.n_missing, 4);
  /* The same cells, by older code and with other numbers. */
  for (size_t i = 0; i < plan.n_cells; i++) {
    const char *rest = strstr(plan.cells[i]->text, " a=");
    char *text = limen_print(NULL, "kind=table code=older%s", rest), key[LIMEN_HASH_SIZE];
    struct limen_answer answer;
    assert_int_equal(limen_hash_text(text, strlen(text), key, NULL), LIMEN_OK);
    assert_int_equal(limen_answer_init(&answer, 3, 2, NULL), LIMEN_OK);
    assert_int_equal(
        limen_store_put(store, key, text, "older", plan.measure_names, &answer, false, NULL),
        LIMEN_OK);
    limen_answer_clear(&answer);
    limen_free(text);
  }
  limen_plan_clear(&plan);
  limen_store_close(store);
  struct toy_run later = toy_run_well(&table_kind, NULL, "old", 1);
  expect_tally(&later, 4, 0);
  assert_string_equal(later.csv, run.csv);
  limen_free(run.csv);
  limen_free(later.csv);
}

/* ---- ends that come early ---- */

/* Cells n = 1 .. count; the costliest, the largest n, starts first. */
static void test_a_failing_cell(void **state) {
  (void)state;
  for (int threads = 1; threads <= 4; threads *= 2) {
    char folder[16];
    snprintf(folder, sizeof folder, "run%d", threads);
    orders.fail_at = 17;
    struct toy_run run = toy_run(&table_kind, "count=40", folder, threads);
    assert_int_equal(run.status, LIMEN_INPUT);
    assert_non_null(strstr(run.error.text,
                           "cell code=unknown a=5 ef=10,40,20 mode=plain scale=0.11 n=17 seed=7: "
                           "n = 17 is unlucky"));
    /* Everything above 17 was run before, and is kept. */
    assert_true(run.tally.ran >= 4 * 23);
    assert_true(run.tally.ran < 4 * 23 + 8);
    limen_free(run.csv);
    orders.fail_at = 0;
    struct toy_run again = toy_run_well(&table_kind, "count=40", folder, threads);
    expect_tally(&again, 160 - run.tally.ran, run.tally.ran);
    limen_free(again.csv);
  }
}

/* A cell that ends well while another one fails is not lost. */
static atomic_bool has_failed, waits;

static int fail_or_wait(const struct limen_cell *cell, struct limen_answer *answer,
                        struct limen_error *error) {
  enum { STEP_US = 1000, STEPS = 20000 };
  answer->values[0] = answer->values[1] = 0.57;
  if (limen_cell_integer(cell, "n") == 17) {
    for (int i = 0; i < STEPS && !atomic_load(&waits); i++) usleep(STEP_US);
    atomic_store(&has_failed, true);
    return LIMEN_FAIL(error, LIMEN_FAILED, "out of luck");
  }
  atomic_store(&waits, true);
  for (int i = 0; i < STEPS && !atomic_load(&has_failed); i++) usleep(STEP_US);
  usleep(50 * STEP_US); /* enough for the failure to be noted */
  return LIMEN_OK;
}

static int plan_two(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  limen_plan_ask(plan, 0, (const int64_t[]){17, 0});
  limen_plan_ask(plan, 0, (const int64_t[]){3, 0});
  return LIMEN_OK;
}

static void test_what_ends_well_beside_a_failure(void **state) {
  (void)state;
  struct limen_kind kind = table_kind;
  kind.plan = plan_two;
  kind.run = fail_or_wait;
  atomic_store(&has_failed, false);
  atomic_store(&waits, false);
  struct toy_run run = toy_run(&kind, "a=5", "run", 2);
  assert_int_equal(run.status, LIMEN_FAILED);
  assert_non_null(strstr(run.error.text, "out of luck"));
  expect_tally(&run, 1, 0);
  assert_non_null(strstr(run.csv, "\n5,10,plain,0.11,3,0,0.57,0.57\n"));
  limen_free(run.csv);
}

static void test_interruption(void **state) {
  (void)state;
  struct toy_run whole = toy_run_well(&table_kind, "count=40", "whole", 2);
  for (int inside = 0; inside < 2; inside++)
    for (int threads = 1; threads <= 4; threads *= 2) {
      char folder[16], words[128];
      snprintf(folder, sizeof folder, "run%d%d", inside, threads);
      orders.interrupt_at = 23;
      orders.interrupt_inside = inside;
      struct toy_run run = toy_run(&table_kind, "count=40", folder, threads);
      assert_int_equal(run.status, LIMEN_INTERRUPTED);
      snprintf(words, sizeof words,
               "interrupted: %zu cells are stored; run the same command again to go on",
               run.tally.ran);
      assert_string_equal(run.error.text, words);
      assert_true(run.tally.ran > 40 && run.tally.ran < 100);
      assert_true(strlen(run.csv) < strlen(whole.csv));
      limen_free(run.csv);
      limen_interrupt_set(false);
      orders.interrupt_at = 0;
      struct toy_run rest = toy_run_well(&table_kind, "count=40", folder, threads);
      expect_tally(&rest, 160 - run.tally.ran, run.tally.ran);
      assert_string_equal(rest.csv, whole.csv);
      limen_free(rest.csv);
    }
  limen_free(whole.csv);
}

/* A search that is interrupted in its rounds asks again for what it has and goes on. */
static void test_interruption_between_rounds(void **state) {
  (void)state;
  struct toy_run whole = toy_run_well(&bisecting, "d=4..12", "whole", 2);
  orders.interrupt_at = 625;
  struct toy_run run = toy_run(&bisecting, "d=4..12", "run", 2);
  assert_int_equal(run.status, LIMEN_INTERRUPTED);
  limen_free(run.csv);
  limen_interrupt_set(false);
  orders.interrupt_at = 0;
  struct toy_run rest = toy_run_well(&bisecting, "d=4..12", "run", 4);
  expect_tally(&rest, whole.tally.ran - run.tally.ran, run.tally.ran);
  assert_string_equal(rest.csv, whole.csv);
  limen_free(rest.csv);
  limen_free(whole.csv);
}

/* After a first cell alone, two that wait for each other: threads that had nothing to do come back.
 */
static atomic_int present;

static int plan_meeting(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  if (!limen_plan_ask(plan, 0, (const int64_t[]){1, 0})) return LIMEN_OK;
  limen_plan_ask(plan, 0, (const int64_t[]){2, 0});
  limen_plan_ask(plan, 0, (const int64_t[]){3, 0});
  return LIMEN_OK;
}

static int meet(const struct limen_cell *cell, struct limen_answer *answer,
                struct limen_error *error) {
  enum { STEP_US = 1000, STEPS = 20000 };
  (void)error;
  usleep(20 * STEP_US); /* enough for the other thread to find nothing */
  if (limen_cell_integer(cell, "n") > 1) {
    atomic_fetch_add(&present, 1);
    for (int i = 0; i < STEPS && atomic_load(&present) < 2; i++) usleep(STEP_US);
  }
  answer->values[0] = atomic_load(&present);
  return LIMEN_OK;
}

static void test_idle_threads_come_back(void **state) {
  (void)state;
  struct limen_kind kind = table_kind;
  kind.plan = plan_meeting;
  kind.run = meet;
  atomic_store(&present, 0);
  struct toy_run run = toy_run_well(&kind, "ef=10", "run", 2);
  expect_tally(&run, 3, 0);
  assert_non_null(strstr(run.csv, "\n5,10,plain,0.11,1,0,0,\n"));
  assert_non_null(strstr(run.csv, "\n5,10,plain,0.11,2,0,2,\n"));
  assert_non_null(strstr(run.csv, "\n5,10,plain,0.11,3,0,2,\n"));
  limen_free(run.csv);
}

static int refuse_to_plan(struct limen_plan *plan, struct limen_error *error) {
  (void)plan;
  return LIMEN_FAIL(error, LIMEN_USAGE, "nothing to search for");
}

static int refuse_the_grid(const struct limen_grid *grid, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_USAGE, "a = %d does not suit",
                    (int)limen_grid_integer(grid, 0, "a"));
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_kind kind = table_kind;
  struct limen_plan plan;
  struct limen_definition definition = {0};
  struct limen_error error = {0};
  kind.plan = refuse_to_plan;
  struct toy_run run = toy_run(&kind, NULL, "run", 2);
  assert_int_equal(run.status, LIMEN_USAGE);
  assert_string_equal(run.error.text, "nothing to search for");
  expect_tally(&run, 0, 0);
  limen_free(run.csv);
  kind.check = refuse_the_grid;
  assert_int_equal(limen_plan_init(&plan, &kind, &definition, LIMEN_SIZE_DEFAULT, NULL, 0, &error),
                   LIMEN_USAGE);
  assert_string_equal(error.text, "a = 5 does not suit");
  limen_plan_clear(&plan); /* nothing is left, and that is fine */
}

/* ---- many cells, and cells that offer work to others ---- */

enum { MANY = 5000 };
static atomic_int run_of[MANY + 1];

/* Every fifth cell offers blocks, more than libgomp lets wait. */
static int run_one_of_many(const struct limen_cell *cell, struct limen_answer *answer,
                           struct limen_error *error) {
  enum { BLOCKS = 300 };
  int64_t n = limen_cell_integer(cell, "n");
  double parts[BLOCKS] = {0}, sum = 0;
  (void)error;
  atomic_fetch_add(&run_of[n], 1);
  if (n % 5 == 0) {
#pragma omp taskgroup
    for (int i = 0; i < BLOCKS; i++) {
#pragma omp task firstprivate(i) shared(parts)
      parts[i] = (double)n / (i + 1);
    }
  }
  for (int i = 0; i < BLOCKS; i++) sum += parts[i];
  for (size_t i = 0; i < answer->rows * answer->measures; i++) answer->values[i] = sum;
  return LIMEN_OK;
}

static int plan_many(struct limen_plan *plan, struct limen_error *error) {
  (void)error;
  for (int64_t n = 1; n <= limen_grid_integer(&plan->grid, 0, "count"); n++)
    limen_plan_ask(plan, 0, (const int64_t[]){n, 0});
  return LIMEN_OK;
}

static void test_thousands_of_cells(void **state) {
  (void)state;
  struct limen_kind kind = table_kind;
  char *first = NULL, set[32];
  kind.plan = plan_many;
  kind.run = run_one_of_many;
  snprintf(set, sizeof set, "count=%d", MANY);
  for (int threads = 4; threads > 0; threads -= 3) {
    for (size_t n = 1; n <= MANY; n++) atomic_store(&run_of[n], 0);
    struct toy_run run = toy_run_well(&kind, set, threads == 4 ? "four" : "one", threads);
    expect_tally(&run, MANY, 0);
    for (size_t n = 1; n <= MANY; n++) assert_int_equal(atomic_load(&run_of[n]), 1);
    if (first) assert_true(strcmp(run.csv, first) == 0);
    limen_free(first);
    first = run.csv;
  }
  limen_free(first);
}

/* ---- plans without a run ---- */

static void test_partial_plans(void **state) {
  (void)state;
  struct limen_plan plan;
  orders.fail_at = 1;
  struct toy_run run = toy_run(&table_kind, "count=2", "run", 1);
  assert_int_equal(run.status, LIMEN_INPUT);
  struct limen_store *store = toy_store("run", LIMEN_STORE_READ);
  toy_plan(&plan, &table_kind, "count=2", store);
  for (int i = 0; i < 2; i++) { /* replaying changes nothing */
    assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
    assert_int_equal(plan.n_order, 8);
    assert_int_equal(plan.n_missing, 4);
    assert_int_equal(plan.n_cells, 8);
  }
  assert_non_null(limen_plan_peek(&plan, 1, (const int64_t[]){2, 8}));
  assert_null(limen_plan_peek(&plan, 1, (const int64_t[]){1, 8}));
  assert_null(limen_plan_peek(&plan, 1, (const int64_t[]){3, 8}));
  char *csv = toy_csv(&plan);
  assert_string_equal(csv, run.csv);
  size_t lines = 0;
  for (const char *c = csv; *c; c++) lines += *c == '\n';
  assert_int_equal(lines, 1 + 4 * 3);
  limen_free(csv);
  limen_free(run.csv);
  limen_plan_clear(&plan);
  limen_store_close(store);
  /* Without a store nothing is known. */
  toy_plan(&plan, &table_kind, "count=2", NULL);
  assert_null(limen_plan_peek(&plan, 0, (const int64_t[]){1, 7}));
  assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  assert_int_equal(plan.n_missing, 8);
  csv = toy_csv(&plan);
  assert_string_equal(csv, "a,ef,mode,scale,n,seed,value,part\n");
  limen_free(csv);
  limen_plan_clear(&plan);
}

/* ---- artifacts ---- */

/* Keeps its n as the artifact of its a; with scale 0 all ranks are the same. */
static int run_with_artifact(const struct limen_cell *cell, struct limen_answer *answer,
                             struct limen_error *error) {
  int64_t n = limen_cell_integer(cell, "n"), seed = limen_cell_integer(cell, "seed");
  for (size_t i = 0; i < answer->rows * answer->measures; i++) answer->values[i] = (double)n;
  if (n % 2 == 0) return obey(cell, error); /* a failed attempt leaves none */
  answer->group = limen_print(error, "a=%d", (int)limen_cell_integer(cell, "a"));
  answer->rank = limen_cell_real(cell, "scale") * (double)(10 * n + seed);
  int status = limen_blobs_add(&answer->artifacts, "n", 0, &n, sizeof n, error);
  return status == LIMEN_OK ? obey(cell, error) : status;
}

static struct limen_kind with_artifacts(void) {
  struct limen_kind kind = table_kind;
  kind.run = run_with_artifact;
  return kind;
}

/* Which n and seed a store keeps for the points a = 5 and a = 3. */
static void expect_artifacts(const char *folder, const char *set, int64_t n, int64_t seed) {
  struct limen_kind kind = with_artifacts();
  struct limen_plan plan;
  struct limen_store *store = toy_store(folder, LIMEN_STORE_READ);
  toy_plan(&plan, &kind, set, store);
  assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  size_t found = 0;
  for (size_t i = 0; i < plan.n_cells; i++) {
    void *bytes = NULL;
    size_t count = 0;
    assert_int_equal(limen_store_artifact(store, plan.cells[i]->key, "n", &bytes, &count, NULL),
                     LIMEN_OK);
    if (!bytes) continue;
    found++;
    assert_int_equal(count, sizeof n);
    assert_memory_equal(bytes, &n, sizeof n);
    assert_int_equal(limen_cell_integer(plan.cells[i], "n"), n);
    assert_int_equal(limen_cell_integer(plan.cells[i], "seed"), seed);
    limen_free(bytes);
  }
  assert_int_equal(found, 2);
  limen_plan_clear(&plan);
  limen_store_close(store);
}

static void test_artifacts(void **state) {
  (void)state;
  struct limen_kind kind = with_artifacts();
  struct toy_run run = toy_run_well(&kind, "count=6", "run", 4);
  expect_tally(&run, 24, 0);
  expect_artifacts("run", "count=6", 5, 8);
  /* A smaller plan finds the artifact of a better cell in place of its own: the best two are run
   * again, no others. */
  limen_free(run.csv);
  run = toy_run_well(&kind, "count=4", "run", 2);
  assert_int_equal(run.tally.ran, 2);
  expect_artifacts("run", "count=4", 3, 8);
  limen_free(run.csv);
  run = toy_run_well(&kind, "count=4", "run", 2);
  expect_tally(&run, 0, 16);
  limen_free(run.csv);
  /* And back: the larger plan's own artifact is gone now. */
  run = toy_run_well(&kind, "count=6", "run", 2);
  assert_int_equal(run.tally.ran, 2);
  expect_artifacts("run", "count=6", 5, 8);
  limen_free(run.csv);
}

static void test_restoring_is_interrupted(void **state) {
  (void)state;
  struct limen_kind kind = with_artifacts();
  struct toy_run run = toy_run_well(&kind, "count=6", "run", 1);
  limen_free(run.csv);
  orders.interrupt_at = 3;
  orders.interrupt_inside = true;
  run = toy_run(&kind, "count=4", "run", 1);
  assert_int_equal(run.status, LIMEN_INTERRUPTED);
  limen_free(run.csv);
  limen_interrupt_set(false);
  orders.interrupt_at = 0;
  run = toy_run_well(&kind, "count=4", "run", 1);
  assert_int_equal(run.tally.ran, 2);
  expect_artifacts("run", "count=4", 3, 8);
  limen_free(run.csv);
}

/* Equal ranks: the same artifact with any number of threads, and no cell is run twice for it. */
static void test_artifacts_of_equal_rank(void **state) {
  (void)state;
  struct limen_kind kind = with_artifacts();
  char kept[3][LIMEN_HASH_SIZE];
  for (int i = 0; i < 3; i++) {
    char folder[16];
    snprintf(folder, sizeof folder, "run%d", i);
    struct toy_run run = toy_run_well(&kind, "scale=0", folder, 1 << i);
    expect_tally(&run, 4, 0);
    limen_free(run.csv);
    struct limen_store *store = toy_store(folder, LIMEN_STORE_READ);
    struct limen_plan plan;
    toy_plan(&plan, &kind, "scale=0", store);
    assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
    for (size_t j = 0; j < plan.n_cells; j++) {
      bool keeps = false;
      assert_int_equal(limen_store_keeps(store, plan.cells[j]->key, &keeps, NULL), LIMEN_OK);
      if (keeps && limen_cell_integer(plan.cells[j], "a") == 5) strcpy(kept[i], plan.cells[j]->key);
    }
    assert_int_equal(strlen(kept[i]), 64);
    assert_string_equal(kept[i], kept[0]);
    limen_plan_clear(&plan);
    limen_store_close(store);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_rounds),
      TEST(test_resuming_runs_nothing_again),
      TEST(test_threads_do_not_show),
      TEST(test_rows_and_coordinates),
      TEST(test_two_inner_parameters),
      TEST(test_what_makes_another_cell),
      TEST(test_other_code_is_not_reused),
      TEST(test_a_failing_cell),
      TEST(test_what_ends_well_beside_a_failure),
      TEST(test_idle_threads_come_back),
      TEST(test_interruption),
      TEST(test_interruption_between_rounds),
      TEST(test_refusals),
      TEST(test_thousands_of_cells),
      TEST(test_partial_plans),
      TEST(test_artifacts),
      TEST(test_restoring_is_interrupted),
      TEST(test_artifacts_of_equal_rank),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
