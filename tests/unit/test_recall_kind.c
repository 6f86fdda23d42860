/* Which cells the kind recall asks for, and what it refuses before anything is run. Answers are
 * made up: planning looks at one number of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/kinds/kinds.h"
#include "experiments/kinds/recall/recall.h"
#include "run/plan.h"

/* Sets that end with NULL. */
#define SETS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int try_plan(struct limen_plan *plan, const char *const *sets, struct limen_error *error) {
  static const char text[] = "name: toy\nkind: recall\nquestion: Which cells?\n";
  struct limen_definition definition = {0};
  size_t count = 0;
  while (sets[count]) count++;
  assert_int_equal(limen_definition_parse("toy.yml", text, sizeof text - 1, &definition, NULL),
                   LIMEN_OK);
  int status = limen_plan_init(plan, limen_kind_find(limen_kinds, "recall"), &definition,
                               LIMEN_SIZE_DEFAULT, sets, count, error);
  limen_definition_clear(&definition);
  return status;
}

static void make_plan(struct limen_plan *plan, const char *const *sets) {
  struct limen_error error = {0};
  int status = try_plan(plan, sets, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(limen_plan_replay(plan, NULL), LIMEN_OK);
}

/* How many cells are asked for in the end, when each says that its order has so many variants. The
 * answers come in one by one, as in a run. */
static size_t cells_of(const char *const *sets, double variants) {
  struct limen_plan plan;
  make_plan(&plan, sets);
  while (plan.n_missing > 0) {
    for (size_t i = 0; i < plan.n_order; i++) {
      struct limen_cell *cell = plan.cells[plan.order[i]];
      if (cell->state == LIMEN_CELL_DONE) continue;
      assert_int_equal(limen_answer_init(&cell->answer, cell->rows, RECALL_MEASURES, NULL),
                       LIMEN_OK);
      cell->answer.values[RECALL_VARIANTS] = variants;
      cell->state = LIMEN_CELL_DONE;
      break;
    }
    assert_int_equal(limen_plan_replay(&plan, NULL), LIMEN_OK);
  }
  size_t count = plan.n_order;
  limen_plan_clear(&plan);
  return count;
}

/* ---- points that repeat another ---- */

static void an_engine_is_asked_once_for_what_it_does_not_read(void **state) {
  (void)state;
  /* Exact search has no M, no ef_construction, no levels, no batches, no order. */
  assert_int_equal(
      cells_of(SETS("engine=exact", "M=4,8,16", "ef_construction=50,100", "levels=library,by_label",
                    "batch=1,all", "order=random,norm_ascending"),
               1),
      0 + 1);
}

static void what_differs_is_asked_for(void **state) {
  (void)state;
  assert_int_equal(cells_of(SETS("engine=hnswlib", "M=4,8,16", "ef_construction=50,100"), 1), 6);
  /* hnswlib takes rows one by one, FAISS in batches. */
  assert_int_equal(cells_of(SETS("engine=hnswlib", "batch=1,100,all"), 1), 1);
  assert_int_equal(cells_of(SETS("engine=hnswlib,exact", "M=4,8", "order=random,lid_ascending"), 1),
                   4 + 1);
  assert_int_equal(cells_of(SETS("data=subspace,gaussian", "metric=l2,ip"), 1), 4);
  /* All values of ef share a cell. */
  assert_int_equal(cells_of(SETS("ef=10,20,40,80"), 1), 1);
}

static void a_rank_belongs_to_data_that_have_one(void **state) {
  (void)state;
  assert_int_equal(cells_of(SETS("data=subspace", "r=4,8,16"), 1), 3);
  assert_int_equal(cells_of(SETS("data=helix", "r=4,8,16"), 1), 1);
  assert_int_equal(cells_of(SETS("data=helix,subspace", "r=4,8,16"), 1), 4);
}

/* ---- builds, draws and variants ---- */

static void builds_have_new_orders_or_share_them(void **state) {
  (void)state;
  struct limen_plan plan;
  assert_int_equal(cells_of(SETS("builds=7"), INFINITY), 7);
  assert_int_equal(cells_of(SETS("builds=7", "draws=3"), INFINITY), 21);
  /* A new order for every build: both coordinates go up together. */
  make_plan(&plan, SETS("builds=3", "draws=0"));
  assert_int_equal(plan.n_order, 3);
  for (size_t i = 0; i < 3; i++) {
    const struct limen_cell *cell = plan.cells[plan.order[i]];
    assert_int_equal(limen_cell_integer(cell, "build"), i);
    assert_int_equal(limen_cell_integer(cell, "variant"), i);
  }
  limen_plan_clear(&plan);
  /* Drawn orders: each meets each build. */
  make_plan(&plan, SETS("builds=2", "draws=3"));
  bool met[2][3] = {{0}};
  for (size_t i = 0; i < plan.n_order; i++) {
    const struct limen_cell *cell = plan.cells[plan.order[i]];
    met[limen_cell_integer(cell, "build")][limen_cell_integer(cell, "variant")] = true;
  }
  for (size_t i = 0; i < 6; i++) assert_true(met[i / 3][i % 3]);
  limen_plan_clear(&plan);
}

static void variants_are_learnt_from_the_first_answer(void **state) {
  (void)state;
  struct limen_plan plan;
  /* Until it is there, only what is needed in any case is asked for. */
  make_plan(&plan, SETS("order=by_category", "builds=2", "variants=9"));
  assert_int_equal(plan.n_order, 2);
  limen_plan_clear(&plan);
  const char *const few[] = {"order=by_category", "builds=2", "variants=9", NULL};
  assert_int_equal(cells_of(few, 1), 2);         /* one category */
  assert_int_equal(cells_of(few, 6), 12);        /* three: all permutations, and no more */
  assert_int_equal(cells_of(few, 120), 240);     /* five: all of them, more than `variants` */
  assert_int_equal(cells_of(few, INFINITY), 18); /* more: as many as are wanted */
  assert_int_equal(cells_of(few, 0), 2);         /* no labels: nothing follows */
  /* An order without variants has one, however many are wanted. */
  assert_int_equal(cells_of(SETS("order=norm_ascending", "variants=9", "builds=3"), 1), 3);
  /* Of block shuffles, which are drawn too, there are `variants`. */
  assert_int_equal(cells_of(SETS("order=block_shuffle_1024", "variants=9"), INFINITY), 9);
}

static void faiss_may_be_built_less_often(void **state) {
  (void)state;
  if (!limen_engine_find("faiss")) skip();
  assert_int_equal(cells_of(SETS("engine=hnswlib,faiss", "builds=5", "faiss_builds=2"), INFINITY),
                   7);
  assert_int_equal(cells_of(SETS("engine=hnswlib,faiss", "builds=5"), INFINITY), 10);
  assert_int_equal(cells_of(SETS("engine=faiss", "batch=1,100,all"), INFINITY), 3);
}

static void an_exact_search_is_built_once(void **state) {
  (void)state;
  assert_int_equal(cells_of(SETS("engine=exact", "builds=5"), INFINITY), 1);
  assert_int_equal(cells_of(SETS("engine=exact", "builds=5", "draws=7"), INFINITY), 1);
  assert_int_equal(cells_of(SETS("engine=exact", "order=by_category", "variants=4"), 6), 1);
}

/* ---- what is refused ---- */

static void expect_refusal(const char *const *sets, const char *words) {
  struct limen_plan plan;
  struct limen_error error = {0};
  assert_int_equal(try_plan(&plan, sets, &error), LIMEN_USAGE);
  if (!strstr(error.text, words)) fail_msg("\"%s\" lacks \"%s\"", error.text, words);
}

static void slips_are_refused(void **state) {
  (void)state;
  expect_refusal(SETS("n=50", "k=51"), "k = 51 neighbours of n = 50 rows");
  expect_refusal(SETS("factory=IVF16,Flat"), "factory = IVF16,Flat describes a FAISS index");
  expect_refusal(SETS("study=missed"), "the study missed needs attribute=1");
  expect_refusal(SETS("data=a/x.fvecs,b/x.fvecs"), "could not tell them apart");
  expect_refusal(SETS("engine=hnswlip"), "hnswlib");
  expect_refusal(SETS("order=by_categories"), "by_category");
  expect_refusal(SETS("M=1"), "M");
  expect_refusal(SETS("ef=0"), "ef");
  expect_refusal(SETS("nq=1"), "nq");
  expect_refusal(SETS("variants=0"), "variants");
}

static void options_of_data_are_looked_at(void **state) {
  (void)state;
  struct limen_plan plan;
  expect_refusal(SETS("data_options=rank=3"), "write DATASET.KEY=VALUE");
  expect_refusal(SETS("data_options=subspace.rank"), "write DATASET.KEY=VALUE");
  expect_refusal(SETS("data_options=subspce.rank=3"), "subspace");
  expect_refusal(SETS("data_options=subspace.rnk=3"), "rank");
  expect_refusal(SETS("data_options=subspace.rank=3, helix.n=x"), "helix");
  make_plan(&plan, SETS("data_options= subspace.rank=3,helix.n=20, ", "data=subspace"));
  limen_plan_clear(&plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_engine_is_asked_once_for_what_it_does_not_read),
      cmocka_unit_test(what_differs_is_asked_for),
      cmocka_unit_test(a_rank_belongs_to_data_that_have_one),
      cmocka_unit_test(builds_have_new_orders_or_share_them),
      cmocka_unit_test(variants_are_learnt_from_the_first_answer),
      cmocka_unit_test(faiss_may_be_built_less_often),
      cmocka_unit_test(an_exact_search_is_built_once),
      cmocka_unit_test(slips_are_refused),
      cmocka_unit_test(options_of_data_are_looked_at),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
