/* What a training chooses from, beyond its loss: every rule for queries against finite differences,
 * every optimiser with every rule, schedules, starts, and what does not go together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "limits/best_query.h"
#include "limits/free_run.h"

static struct limen_free_settings settings_of(const char *loss, const char *rule,
                                              const char *optimizer) {
  return (struct limen_free_settings){.loss = limen_loss_find(loss),
                                      .loss_settings.tau = 0.2,
                                      .lr = 0.01,
                                      .beta1 = 0.9,
                                      .beta2 = 0.999,
                                      .epsilon = 1e-8,
                                      .rule = limen_query_rule_find(rule),
                                      .optimizer = limen_optimizer_find(optimizer)};
}

static struct limen_relevance all_subsets(size_t n, size_t k) {
  struct limen_relevance made;
  struct limen_error error;
  if (limen_pattern_find("all")->make(n, k, 0, 3, &made, &error)) fail_msg("%s", error.text);
  return made;
}

static bool goes_together(const struct limen_loss *loss, const struct limen_query_rule *rule) {
  return !rule->solved || loss->of_gap;
}

/* ---- gradients ------------------------------------------------------------------------------- */

enum { FLOATS_MOST = 4096 };
static float by_documents[FLOATS_MOST], by_queries[FLOATS_MOST];

static void keep_documents(struct limen_free *run, size_t panel, const float *gradient) {
  const size_t floats = run->documents.d * LIMEN_PANEL;
  memcpy(by_documents + panel * floats, gradient, floats * sizeof *gradient);
}

static void keep_queries(struct limen_free *run, size_t panel, const float *gradient) {
  const size_t floats = run->queries.d * LIMEN_PANEL;
  memcpy(by_queries + panel * floats, gradient, floats * sizeof *gradient);
}

static void ignore_queries(struct limen_free *run, size_t panel, const float *gradient) {
  (void)run;
  (void)panel;
  (void)gradient;
}

/* The change of the mean loss as one float moves, against its derivative. */
static void check_slope(struct limen_free *run, float *at, double expected, double scale) {
  const float here = *at, h = 2e-3f;
  *at = here + h;
  double above = limen_free_evaluate(run, ignore_queries);
  *at = here - h;
  double slope = (above - limen_free_evaluate(run, ignore_queries)) / (2 * (double)h);
  *at = here;
  if (!(fabs(slope - expected) < 0.02 * scale))
    fail_msg("%s with %s: slope %g, expected %g of %g", run->settings.rule->name,
             run->settings.loss->name, expected, slope, scale);
}

static double largest(const float *values, size_t count) {
  double most = 0;
  for (size_t i = 0; i < count; i++) most = fmax(most, fabs((double)values[i]));
  return most;
}

static void check_gradient(const struct limen_loss *loss, const struct limen_query_rule *rule) {
  struct limen_relevance relevance = all_subsets(9, 2);
  struct limen_free_settings settings = settings_of(loss->name, rule->name, "adam");
  struct limen_free *run = limen_free_alloc(&relevance, 5, &settings, 42, NULL);
  assert_non_null(run);
  /* Some steps in, so that some sets have a gap and others none. */
  for (size_t i = 0; i < 25; i++) limen_free_step(run);
  limen_free_evaluate(run, keep_queries);
  limen_free_each_documents(run, keep_documents);
  const double mean = (double)limen_free_mean(run);
  double scale = mean * largest(by_documents, run->documents.panels * 5 * LIMEN_PANEL);
  assert_true(scale > 1e-4);
  for (size_t j = 0; j < 9; j++)
    for (size_t c = 0; c < 5; c++) {
      float *at = limen_panels_element(&run->documents, j, c);
      check_slope(run, at, mean * (double)by_documents[at - run->documents.values], scale);
    }
  for (size_t q = 0; rule->trained && q < relevance.queries; q += 7)
    for (size_t c = 0; c < 5; c++) {
      float *at = limen_panels_element(&run->queries, q, c);
      check_slope(run, at, mean * (double)by_queries[at - run->queries.values], scale);
    }
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* A hinge has kinks, and a set that opens or closes makes the exact rule jump; this start has none
 * of either within the differences. */
static void test_every_rule_and_loss(void **state) {
  (void)state;
  for (size_t r = 0; limen_query_rule_at(r); r++)
    for (size_t l = 0; limen_loss_at(l); l++)
      if (goes_together(limen_loss_at(l), limen_query_rule_at(r)) &&
          strcmp(limen_loss_name(l), "hinge") != 0)
        check_gradient(limen_loss_at(l), limen_query_rule_at(r));
}

/* ---- queries that follow from documents -------------------------------------------------------
 */

static void test_centroids(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(11, 3);
  struct limen_free_settings settings = settings_of("softmin", "centroid", "adam");
  struct limen_free *run = limen_free_alloc(&relevance, 6, &settings, 7, NULL);
  struct limen_free_look look;
  for (size_t i = 0; i < 5; i++) limen_free_step(run);
  limen_free_look(run, &look, NULL);
  const float *documents = limen_free_documents(run), *queries = limen_free_queries(run);
  for (size_t q = 0; q < relevance.queries; q++) {
    double mean[6] = {0}, square = 0;
    for (size_t r = 0; r < 3; r++)
      for (size_t c = 0; c < 6; c++)
        mean[c] += (double)documents[relevance.relevant[q * 3 + r] * 6 + c];
    for (size_t c = 0; c < 6; c++) square += mean[c] * mean[c];
    for (size_t c = 0; c < 6; c++)
      assert_true(fabs(mean[c] / sqrt(square) - (double)queries[q * 6 + c]) < 1e-6);
  }
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* No query that training could have found does better than the exact ones. */
static void test_exact_queries(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(12, 2);
  struct limen_free_settings settings = settings_of("softmin", "exact", "adam");
  struct limen_free *run = limen_free_alloc(&relevance, 5, &settings, 7, NULL);
  struct limen_free_look look;
  float *margins = limen_alloc(relevance.queries, sizeof *margins, NULL);
  for (size_t i = 0; i < 30; i++) limen_free_step(run);
  limen_free_look(run, &look, margins);
  struct limen_best_solver *solver =
      limen_best_solver_alloc(12, 5, limen_free_documents(run), NULL);
  size_t open = 0;
  for (size_t q = 0; q < relevance.queries; q++) {
    struct limen_best_query best;
    assert_int_equal(limen_best_query_solve(solver, relevance.relevant + q * 2, 2, NULL,
                                            &limen_best_defaults, &best, NULL),
                     LIMEN_OK);
    if (best.lower < 1e-5) continue;
    open++;
    assert_true(fabs(best.lower - (double)margins[q]) < 1e-5);
  }
  assert_true(open > 10);
  limen_best_solver_free(solver);
  limen_free(margins);
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* ---- optimisers -------------------------------------------------------------------------------
 */

/* Loss after some steps, with vectors of unit length. */
static double train(struct limen_free *run, size_t steps) {
  double loss = 0;
  for (size_t i = 0; i < steps; i++) loss = limen_free_step(run);
  const float *x = limen_free_documents(run);
  for (size_t i = 0; i < run->documents.count; i++) {
    double square = 0;
    for (size_t c = 0; c < run->documents.d; c++)
      square += (double)x[i * run->documents.d + c] * (double)x[i * run->documents.d + c];
    assert_true(fabs(square - 1) < 1e-5);
  }
  return loss;
}

static void test_everything_learns(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(10, 2);
  for (size_t o = 0; limen_optimizer_at(o); o++)
    for (size_t r = 0; limen_query_rule_at(r); r++)
      for (size_t l = 0; limen_loss_at(l); l++) {
        if (!goes_together(limen_loss_at(l), limen_query_rule_at(r))) continue;
        struct limen_free_settings settings =
            settings_of(limen_loss_name(l), limen_query_rule_name(r), limen_optimizer_name(o));
        struct limen_free *run = limen_free_alloc(&relevance, 6, &settings, 5, NULL);
        double first = train(run, 1), last = train(run, 60);
        if (!(last < 0.9 * first))
          fail_msg("%s, %s, %s: loss %g, then %g", limen_optimizer_name(o),
                   limen_query_rule_name(r), limen_loss_name(l), first, last);
        limen_free_free(run);
      }
  limen_relevance_clear(&relevance);
}

/* A line search never climbs, and one that finds nothing lower says so. */
static void test_lbfgs_descends(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(8, 2);
  struct limen_free_settings settings = settings_of("infonce", "free", "lbfgs");
  struct limen_free *run = limen_free_alloc(&relevance, 7, &settings, 5, NULL);
  double before = INFINITY;
  size_t steps = 0;
  for (; steps < 4000 && !limen_free_stuck(run); steps++) {
    double loss = limen_free_step(run);
    assert_true(loss <= before);
    before = loss;
  }
  assert_true(limen_free_stuck(run));
  /* Simplices: at the optimum relevant documents share the softmax, so the loss is ln 2 and a bit.
   */
  assert_true(before > log(2) && before < log(2) + 0.3);
  assert_true(limen_free_step(run) == before);
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* The same bytes for any number of threads, whatever is chosen. */
static void test_threads_do_not_show(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(52, 2); /* 42 panels: two chunks */
  const int threads = limen_threads();
  for (size_t o = 0; limen_optimizer_at(o); o++)
    for (size_t r = 0; limen_query_rule_at(r); r++) {
      struct limen_free_settings settings =
          settings_of("softmin", limen_query_rule_name(r), limen_optimizer_name(o));
      const size_t steps = limen_query_rule_at(r)->solved ? 2 : 6;
      float *first = NULL;
      for (int t = 1; t <= 3; t += 2) {
        limen_threads_set(t);
        struct limen_free *run = limen_free_alloc(&relevance, 12, &settings, 5, NULL);
        assert_int_equal(run->chunks, 2);
#pragma omp parallel num_threads(t)
#pragma omp single
        train(run, steps);
        const float *now = limen_free_documents(run);
        if (first)
          assert_memory_equal(first, now, 52 * 12 * sizeof *now);
        else
          first = limen_copy(now, 52 * 12, sizeof *now, NULL);
        limen_free_free(run);
      }
      limen_free(first);
    }
  limen_threads_set(threads);
  limen_relevance_clear(&relevance);
}

/* Numbers that are none must come out as failures, not as endless searches. */
static void test_not_a_number(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(9, 2);
  for (size_t r = 0; limen_query_rule_at(r); r++) {
    struct limen_free_settings settings = settings_of("softmin", limen_query_rule_name(r), "adam");
    settings.lr = 1e38;
    struct limen_free *run = limen_free_alloc(&relevance, 4, &settings, 42, NULL);
    struct limen_free_look look;
    double loss = 0;
    for (size_t step = 0; step < 4; step++) loss = limen_free_step(run);
    limen_free_look(run, &look, NULL);
    assert_true(!isfinite(loss));
    assert_true(look.right < relevance.queries);
    limen_free_free(run);
  }
  limen_relevance_clear(&relevance);
}

/* ---- schedules and starts ---------------------------------------------------------------------
 */

static void test_schedules(void **state) {
  (void)state;
  const struct limen_schedule_settings settings = {.tau = 0.02, .tau_start = 0.5, .steps = 100};
  for (size_t i = 0; limen_schedule_at(i); i++) {
    const struct limen_schedule *schedule = limen_schedule_at(i);
    const size_t end = limen_schedule_end(schedule, &settings);
    assert_true(limen_schedule_tau(schedule, &settings, end) == settings.tau);
    assert_true(limen_schedule_tau(schedule, &settings, end + 12345) == settings.tau);
  }
  const struct limen_schedule *annealed = limen_schedule_find("annealed");
  assert_int_equal(limen_schedule_end(annealed, &settings), 100);
  assert_true(limen_schedule_tau(annealed, &settings, 0) == 0.5);
  assert_true(fabs(limen_schedule_tau(annealed, &settings, 50) - 0.1) < 1e-12);
  assert_int_equal(limen_schedule_end(limen_schedule_find("constant"), &settings), 0);
}

/* A run follows its schedule, and is settled from the step on at which it ends. */
static void test_annealing(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(9, 2);
  struct limen_free_settings settings = settings_of("infonce", "free", "adam");
  settings.schedule = limen_schedule_find("annealed");
  settings.tau_start = 0.8;
  settings.anneal_steps = 4;
  struct limen_free *run = limen_free_alloc(&relevance, 4, &settings, 42, NULL);
  const double expected[] = {0.8, 0.8 / sqrt(2), 0.4, 0.4 / sqrt(2), 0.2, 0.2};
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(limen_free_settled(run), i >= 4);
    limen_free_step(run);
    assert_true(fabs(run->loss.tau - expected[i]) < 1e-12);
  }
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* Without a step, the exact rule finds every pair served on the moment curve. */
static void test_moment_curve(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(17, 2);
  for (size_t d = 4; d <= 7; d++) {
    struct limen_free_settings settings = settings_of("softmin", "exact", "adam");
    struct limen_free_look look;
    settings.start = limen_start_find("moment_curve");
    struct limen_free *run = limen_free_alloc(&relevance, d, &settings, 1, NULL);
    train(run, 0);
    limen_free_look(run, &look, NULL);
    assert_int_equal(look.right, relevance.queries);
    limen_free_free(run);
  }
  limen_relevance_clear(&relevance);
}

/* ---- registries and refusals ------------------------------------------------------------------
 */

#define CHECK_REGISTRY(noun, least)                                                                \
  do {                                                                                             \
    size_t count = 0;                                                                              \
    for (; limen_##noun##_name(count); count++) {                                                  \
      assert_ptr_equal(limen_##noun##_find(limen_##noun##_name(count)), limen_##noun##_at(count)); \
      assert_true(strlen(limen_##noun##_at(count)->about) > 10);                                   \
    }                                                                                              \
    assert_true(count >= (least));                                                                 \
    assert_null(limen_##noun##_at(count));                                                         \
    assert_null(limen_##noun##_find("none"));                                                      \
  } while (0)

static void test_registries(void **state) {
  (void)state;
  CHECK_REGISTRY(query_rule, 3);
  CHECK_REGISTRY(schedule, 2);
  CHECK_REGISTRY(optimizer, 2);
  CHECK_REGISTRY(start, 2);
}

static void refuse(const struct limen_relevance *relevance, size_t d,
                   const struct limen_free_settings *settings, const char *text) {
  struct limen_error error = {0};
  assert_null(limen_free_alloc(relevance, d, settings, 42, &error));
  assert_int_equal(error.status, LIMEN_USAGE);
  if (!strstr(error.text, text)) fail_msg("\"%s\" does not contain \"%s\"", error.text, text);
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_relevance relevance = all_subsets(9, 2), none = all_subsets(3, 3);
  struct limen_free_settings s = settings_of("infonce", "exact", "adam");
  refuse(&relevance, 4, &s,
         "queries by rule exact have a gap and no other score to train on, and loss infonce is no "
         "function of it; take one of: softmin, hinge");
  s = settings_of("softmin", "exact", "adam");
  refuse(&none, 4, &s,
         "all 3 documents are relevant to each query, so none has a gap that rule "
         "exact could widen; take rule free");
  s = settings_of("softmin", "free", "adam");
  s.schedule = limen_schedule_find("annealed");
  s.anneal_steps = 5;
  refuse(&relevance, 4, &s, "tau_start is 0; it must be above 0");
  s.tau_start = 1;
  s.anneal_steps = 0;
  refuse(&relevance, 4, &s, "anneal_steps is 0; schedule annealed takes at least one step");
  s = settings_of("softmin", "free", "adam");
  s.start = limen_start_find("moment_curve");
  refuse(&relevance, 3, &s,
         "d is 3; the moment curve serves 2 relevant documents from d = 4 on: raise d, or take "
         "start random");
  limen_relevance_clear(&relevance);
  limen_relevance_clear(&none);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_registries),          cmocka_unit_test(test_every_rule_and_loss),
      cmocka_unit_test(test_centroids),           cmocka_unit_test(test_exact_queries),
      cmocka_unit_test(test_everything_learns),   cmocka_unit_test(test_lbfgs_descends),
      cmocka_unit_test(test_threads_do_not_show), cmocka_unit_test(test_not_a_number),
      cmocka_unit_test(test_schedules),           cmocka_unit_test(test_annealing),
      cmocka_unit_test(test_moment_curve),        cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
