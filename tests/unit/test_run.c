/* Plans and their runs: rounds, rows, order, resuming, threads, thousands of cells. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/toy_kinds.h"

/* ---- rounds ---- */

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

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_rounds),
      TEST(test_resuming_runs_nothing_again),
      TEST(test_threads_do_not_show),
      TEST(test_rows_and_coordinates),
      TEST(test_two_inner_parameters),
      TEST(test_what_makes_another_cell),
      TEST(test_other_code_is_not_reused),
      TEST(test_thousands_of_cells),
      TEST(test_partial_plans),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
