/* Plans of kinds that a test defines itself, run into the test's folder. */
#ifndef LIMEN_TESTS_TOY_PLAN_H
#define LIMEN_TESTS_TOY_PLAN_H

#include "base/threads.h"
#include "run/export.h"
#include "run/runner.h"
#include "unit/scratch.h"

/* What a run came to. */
struct toy_run {
  int status;
  struct limen_error error;
  struct limen_run_tally tally;
  char *csv; /* results.csv as it is now; NULL when the plan itself was refused */
};

static inline void toy_plan(struct limen_plan *plan, const struct limen_kind *kind, const char *set,
                            struct limen_store *store) {
  static const char text[] = "name: toy\nkind: toy\nquestion: Does it run?\n";
  struct limen_definition definition = {0};
  struct limen_error error = {0};
  assert_int_equal(limen_definition_parse("toy.yml", text, sizeof text - 1, &definition, NULL),
                   LIMEN_OK);
  int status =
      limen_plan_init(plan, kind, &definition, LIMEN_SIZE_DEFAULT, &set, set ? 1 : 0, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  plan->store = store;
}

static inline struct limen_store *toy_store(const char *folder, enum limen_store_mode mode) {
  struct limen_store *store = NULL;
  struct limen_error error = {0};
  int status = limen_store_open(at(folder), mode, &store, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return store;
}

static inline char *toy_csv(const struct limen_plan *plan) {
  size_t count = 0;
  assert_int_equal(limen_export_results(plan, at("results.csv"), NULL), LIMEN_OK);
  return get_file(at("results.csv"), &count);
}

/* Runs a kind with one --set (or NULL) into a folder. */
static inline struct toy_run toy_run(const struct limen_kind *kind, const char *set,
                                     const char *folder, int threads) {
  struct toy_run out = {0};
  struct limen_plan plan;
  struct limen_progress progress;
  limen_threads_set(threads);
  limen_progress_init(&progress, true);
  struct limen_store *store = toy_store(folder, LIMEN_STORE_WRITE);
  toy_plan(&plan, kind, set, store);
  out.status = limen_run(&plan, &progress, &out.tally, &out.error);
  out.csv = toy_csv(&plan);
  limen_plan_clear(&plan);
  limen_store_close(store);
  return out;
}

/* The same where it must succeed. */
static inline struct toy_run toy_run_well(const struct limen_kind *kind, const char *set,
                                          const char *folder, int threads) {
  struct toy_run out = toy_run(kind, set, folder, threads);
  assert_string_equal(out.error.text, "");
  assert_int_equal(out.status, LIMEN_OK);
  return out;
}

static inline void expect_tally(const struct toy_run *run, size_t ran, size_t reused) {
  assert_int_equal(run->tally.ran, ran);
  assert_int_equal(run->tally.reused, reused);
}

#endif
