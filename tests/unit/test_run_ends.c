/* Every way in which a run can end early, and whose artifacts are left in the end. */
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
    /* Four cells have n = 17, one a point of the grid; which fails first is up to the threads. */
    assert_non_null(strstr(run.error.text, "cell code=unknown a="));
    assert_non_null(strstr(run.error.text, " n=17 seed=7: n = 17 is unlucky"));
    /* Everything above 17 was started before. What ends well is kept; with one thread nothing is
     * started afterwards. */
    assert_true(run.tally.ran >= 4 * 23 - (size_t)threads);
    if (threads == 1) {
      assert_non_null(strstr(run.error.text, "a=5 ef=10,40,20 mode=plain scale=0.11"));
      assert_int_equal(run.tally.ran, 4 * 23);
    }
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

/* n = 5, 3 and 1 have artifacts; a cell that is not answered or that failed is nobody's best. */
static void test_best_of_groups(void **state) {
  (void)state;
  struct limen_kind kind = with_artifacts();
  struct limen_plan plan;
  struct limen_cell **best = NULL;
  size_t count = 7;
  orders.fail_at = 5; /* cells of n = 6 are stored before it, and have none */
  struct toy_run run = toy_run(&kind, "count=6", "run", 1);
  assert_int_equal(run.status, LIMEN_INPUT);
  limen_free(run.csv);
  struct limen_store *store = toy_store("run", LIMEN_STORE_READ);
  toy_plan(&plan, &kind, "count=6", store);
  assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  assert_true(plan.n_missing > 0);
  assert_int_equal(limen_plan_best_of_groups(&plan, &best, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 0);
  limen_free(best);
  limen_plan_clear(&plan);
  limen_store_close(store);
  orders.fail_at = 0;
  run = toy_run_well(&kind, "count=6", "run", 2);
  limen_free(run.csv);
  store = toy_store("run", LIMEN_STORE_READ);
  for (int64_t most = 6; most >= 4; most -= 2) { /* the second plan is smaller than the store */
    toy_plan(&plan, &kind, most == 6 ? "count=6" : "count=4", store);
    assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
    assert_int_equal(limen_plan_best_of_groups(&plan, &best, &count, NULL), LIMEN_OK);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) { /* "a=3" sorts before "a=5" */
      assert_int_equal(limen_cell_integer(best[i], "a"), i == 0 ? 3 : 5);
      assert_int_equal(limen_cell_integer(best[i], "n"), most - 1);
      assert_int_equal(limen_cell_integer(best[i], "seed"), 8);
    }
    limen_free(best);
    limen_plan_clear(&plan);
  }
  limen_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_a_failing_cell),
      TEST(test_what_ends_well_beside_a_failure),
      TEST(test_interruption),
      TEST(test_interruption_between_rounds),
      TEST(test_idle_threads_come_back),
      TEST(test_refusals),
      TEST(test_artifacts),
      TEST(test_restoring_is_interrupted),
      TEST(test_artifacts_of_equal_rank),
      TEST(test_best_of_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
