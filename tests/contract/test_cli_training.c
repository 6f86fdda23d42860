/* What definitions of critical_n may choose for training: what goes together, what is said about
 * the rest, certificates of every choice, and the report on gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

static void expect_text(const char *out, const char *name, const char *text, bool there) {
  char *path = path_of(out, name), *whole = read_whole(path, NULL);
  if ((strstr(whole, text) != NULL) != there)
    fail_msg("%s %s \"%s\":\n%s", path, there ? "lacks" : "holds", text, whole);
  free(whole);
  free(path);
}

static void what_does_not_go_together_is_refused(void **state) {
  char *out = path_of(*state, "out");
  expect_run(
      NULL, LIMEN_USAGE,
      WORDS("run", "limit_k2", "--smoke", "--out", out, "--set", "query_rule=exact"),
      WORDS("query_rule exact trains on the gap alone, and loss infonce is no function of it",
            "take loss softmin or hinge"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("run", "limit_k2", "--smoke", "--out", out, "--set", "start=moment_curve"),
             WORDS("start moment_curve serves k = 2 relevant documents from d = 4 on, and d is 3",
                   "raise d, or take start random"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("run", "limit_k2", "--smoke", "--out", out, "--set", "schedule=anealed"),
             WORDS("anealed", "constant, annealed"));
  assert_false(is_there(*state, "out"));
  free(out);
}

/* Every choice at d = 4, from a start that k = 2 is served from, or nearly. */
static void every_choice_is_certified(void **state) {
  char *out = path_of(*state, "out");
  expect_run(NULL, LIMEN_OK,
             WORDS("run", "limit_k2", "--smoke", "--quiet", "--out", out, "--set", "d=4", "--set",
                   "n_most=7", "--set", "seeds=1", "--set", "loss=softmin,infonce", "--set",
                   "query_rule=free,exact", "--set", "optimizer=adam,lbfgs", "--set",
                   "schedule=constant,annealed", "--set", "anneal_steps=100", "--set",
                   "start=random,moment_curve", "--set", "max_steps=400"),
             NULL);
  expect_text(out, "summary.json",
              "certified_n/k=2/loss=softmin/query_rule=exact/schedule=annealed/optimizer=lbfgs/"
              "start=moment_curve/tau=0.1/pattern=all/d=4",
              true);
  expect_text(out, "summary.json", "loss=infonce/query_rule=exact", false);
  expect_text(out, "report.md", "8 of 32 points of the grid do not exist and were left out", true);
  expect_text(out, "report.md", "by how they were trained", true);
  expect_run(NULL, LIMEN_OK, WORDS("verify", out), NULL);
  free(out);
}

static void gaps_are_asked_for_and_judged(void **state) {
  char *out = path_of(*state, "out");
  expect_run(
      NULL, LIMEN_OK,
      WORDS("run", "limit_temperature", "--smoke", "--quiet", "--out", out, "--set",
            "tau=0.2,0.1,0.07,0.05", "--set", "schedule=annealed", "--set", "anneal_steps=500"),
      NULL);
  expect_text(out, "report.md", "Does the widest gap decide where training stops?", true);
  expect_text(out, "report.md", "The widest gap left where training stops is ", true);
  expect_text(out, "report.md", "held-out points", true);
  expect_text(out, "report.md", "(plots/gap_law.svg)", true);
  expect_run(NULL, LIMEN_OK, WORDS("verify", out), NULL);
  /* They are no attempts: without them the rest of the run is the same. */
  char *path = path_of(out, "summary.json"), *with = read_whole(path, NULL);
  expect_run(NULL, LIMEN_OK,
             WORDS("run", "limit_temperature", "--smoke", "--quiet", "--out", out, "--set",
                   "tau=0.2,0.1,0.07,0.05", "--set", "schedule=annealed", "--set",
                   "anneal_steps=500", "--set", "gap_trainings=0"),
             NULL);
  char *without = read_whole(path, NULL);
  assert_string_equal(with, without);
  expect_text(out, "report.md", "widest gap", false);
  free(with);
  free(without);
  free(path);
  free(out);
}

static void choices_are_listed_and_described(void **state) {
  (void)state;
  expect_output(NULL, WORDS("list", "query_rules"), WORDS("free", "centroid", "exact"));
  expect_output(NULL, WORDS("list", "schedules"), WORDS("constant", "annealed"));
  expect_output(NULL, WORDS("list", "optimizers"), WORDS("adam", "lbfgs"));
  expect_output(NULL, WORDS("list", "starts"), WORDS("random", "moment_curve"));
  expect_output(NULL, WORDS("describe", "centroid"),
                WORDS("rule for queries centroid", "--set query_rule=centroid"));
  expect_output(NULL, WORDS("describe", "annealed"), WORDS("--set schedule=annealed"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_does_not_go_together_is_refused, make, unmake),
      cmocka_unit_test_setup_teardown(every_choice_is_certified, make, unmake),
      cmocka_unit_test_setup_teardown(gaps_are_asked_for_and_judged, make, unmake),
      cmocka_unit_test(choices_are_listed_and_described),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
