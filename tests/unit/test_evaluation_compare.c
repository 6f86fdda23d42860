/* Choosing measures by words, what an evaluation refuses, and two rankings side by side. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "measures/evaluation.h"
#include "unit/rankings.h"

static void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

static void near(double got, double wanted) {
  if (!(fabs(got - wanted) <= 1e-12)) fail_msg("%.15g in place of %.15g", got, wanted);
}

/* ---- choices ---- */

/* In the order of the registry, whatever the order of the words; each once. */
static void test_choices(void **state) {
  (void)state;
  static const char *const words[] = {
      "success_2", "ndcg_cut.10,3", "recall_10", "recall.2,10", "iprec_at_recall..25,1",
      "map",       "map_cut_7",     "map"};
  static const char *const names[] = {
      "map",       "iprec_at_recall_0.25", "iprec_at_recall_1.00", "recall_2",
      "recall_10", "ndcg_cut_3",           "ndcg_cut_10",          "map_cut_7",
      "success_2"};
  struct limen_ranking_choices choices = {0};
  for (size_t i = 0; i < 8; i++)
    assert_int_equal(limen_ranking_choices_add(&choices, words[i], NULL), LIMEN_OK);
  assert_int_equal(choices.count, 9);
  for (size_t i = 0; i < 9; i++) assert_string_equal(choices.choice[i].name, names[i]);
  assert_true(choices.choice[4].cutoff == 10);
  limen_ranking_choices_clear(&choices);

  /* What trec_eval prints by default, without runid, which is no measure. */
  assert_int_equal(limen_ranking_choices_add(&choices, "official", NULL), LIMEN_OK);
  assert_int_equal(choices.count, 9 + 11 + 9);
  assert_string_equal(choices.choice[0].name, "num_q");
  assert_string_equal(choices.choice[9].name, "iprec_at_recall_0.00");
  assert_string_equal(choices.choice[28].name, "P_1000");
  limen_ranking_choices_clear(&choices);
  assert_int_equal(limen_ranking_choices_add(&choices, "recall", NULL), LIMEN_OK);
  assert_int_equal(choices.count, 9);
  limen_ranking_choices_clear(&choices);
}

static void test_wrong_choices(void **state) {
  (void)state;
  static const struct {
    const char *words, *says;
  } cases[] = {
      {"ndgc",
       "unknown measure `ndgc`; nearest: ndcg; there are: num_q, num_ret, num_rel, "
       "num_rel_ret, map, gm_map, Rprec, bpref, recip_rank, iprec_at_recall_K, P_K, "
       "recall_K, ndcg, ndcg_cut_K, map_cut_K, success_K, official and all_trec"},
      {"", "unknown measure ``"},
      {"p_5", "unknown measure `p_5`"},
      {"map_10", "the measure map has no cutoff, `10` was given; it is map_cut_K that has"},
      {"ndcg.1=3", "the measure ndcg has no cutoff, `1=3` was given; it is ndcg_cut_K that has"},
      {"Rprec.", "the measure Rprec has no cutoff, `` was given"},
      {"recall_",
       "the cutoff `` of the measure recall: ranks from 1 to 1000000000 are needed, as "
       "in recall.2,10"},
      {"recall.0", "the cutoff `0` of the measure recall"},
      {"recall.-1", "the cutoff `-1` of"},
      {"recall.2.5", "the cutoff `2.5` of"},
      {"recall.5,x", "the cutoff `x` of"},
      {"recall.1000000001", "the cutoff `1000000001` of"},
      {"recall.99999999999999999999999999999999", "the cutoff `9999999"},
      {"iprec_at_recall.1.5",
       "the cutoff `1.5` of the measure iprec_at_recall: shares from 0 to 1 "
       "are needed, as in iprec_at_recall.0.25,0.5"},
      {"iprec_at_recall.1e-1", "the cutoff `1e-1` of"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_ranking_choices choices = {0};
    struct limen_error error = {0};
    assert_int_equal(limen_ranking_choices_add(&choices, cases[i].words, &error), LIMEN_USAGE);
    says(&error, cases[i].says);
    limen_ranking_choices_clear(&choices);
  }
}

/* ---- what is refused ---- */

static void test_refused(void **state) {
  (void)state;
  struct limen_qrels qrels = {0};
  struct limen_ranking ranking = {0};
  struct limen_ranking_choices choices = {0};
  struct limen_evaluation out;
  struct limen_error error = {0};
  const struct limen_evaluation_settings settings = {.level = 1};
  limen_ranking_choices_add(&choices, "map", NULL);
  judge(&qrels, "q 1", "a 1");
  retrieve(&ranking, "q_1", "a 1");
  assert_int_equal(limen_evaluate(&qrels, &ranking, &choices, &settings, &out, &error),
                   LIMEN_INPUT);
  says(&error,
       "no query is in both, the judgements and the run: ids of the first start with `q 1`, "
       "of the second with `q_1`; are they of the same collection?");
  retrieve(&ranking, "q 1", "a 1 b 2");
  assert_int_equal(limen_evaluate(&qrels, &ranking, &choices, &settings, &out, &error),
                   LIMEN_INPUT);
  says(&error, "query `q 1`: its documents are not sorted by score");
  limen_ranking_sort(&ranking, NULL);
  judge(&qrels, "q 1", "c 0 a 0");
  assert_int_equal(limen_evaluate(&qrels, &ranking, &choices, &settings, &out, &error),
                   LIMEN_INPUT);
  says(&error, "query `q 1`: the id \"a\" stands twice, at 1 and 3");
  assert_null(out.value);
  limen_qrels_clear(&qrels);
  assert_int_equal(limen_evaluate(&qrels, &ranking, &choices, &settings, &out, &error),
                   LIMEN_INPUT);
  limen_ranking_clear(&ranking);
  limen_ranking_choices_clear(&choices);
}

/* ---- two rankings ---- */

struct pair {
  struct limen_qrels qrels;
  struct limen_ranking ranking[2];
  struct limen_ranking_choices choices;
  struct limen_evaluation evaluation[2];
};

static void pair_init(struct pair *pair, const char *measures) {
  const struct limen_evaluation_settings settings = {.level = 1};
  assert_int_equal(limen_ranking_choices_add(&pair->choices, measures, NULL), LIMEN_OK);
  for (size_t r = 0; r < 2; r++) {
    assert_int_equal(limen_ranking_sort(&pair->ranking[r], NULL), LIMEN_OK);
    assert_int_equal(limen_evaluate(&pair->qrels, &pair->ranking[r], &pair->choices, &settings,
                                    &pair->evaluation[r], NULL),
                     LIMEN_OK);
  }
}

static void pair_clear(struct pair *pair) {
  for (size_t r = 0; r < 2; r++) {
    limen_evaluation_clear(&pair->evaluation[r]);
    limen_ranking_clear(&pair->ranking[r]);
  }
  limen_qrels_clear(&pair->qrels);
  limen_ranking_choices_clear(&pair->choices);
}

static int compare(const struct pair *pair, struct limen_difference *out,
                   struct limen_error *error) {
  return limen_evaluations_compare(&pair->evaluation[0], &pair->evaluation[1], &pair->choices,
                                   &limen_difference_bootstrap, out, error);
}

/* Six queries of five relevant documents: the first run finds 2 .. 4 of them, the second one less,
 * whatever the two recalls are. Of ten ranks the steps are .3 - .2 and so on, which differ in their
 * last bits and yet are ties: ranks 3.5 each, p = 2 / 64. A seventh query is the first run's only,
 * an eighth the second's. */
static void test_all_higher(void **state) {
  (void)state;
  static const char *const some[] = {"a 5", "a 5 b 4", "a 5 b 4 c 3", "a 5 b 4 c 3 d 2"};
  struct pair pair = {0};
  struct limen_difference got[2];
  struct limen_error error = {0};
  for (size_t q = 0; q < 8; q++) {
    char id[] = {'q', (char)('1' + q), '\0'};
    judge(&pair.qrels, id, "a 1 b 1 c 1 d 1 e 1");
    if (q != 7) retrieve(&pair.ranking[0], id, some[1 + q % 3]);
    if (q != 6) retrieve(&pair.ranking[1], id, some[q % 3]);
  }
  pair_init(&pair, "P.10,1");
  assert_int_equal(compare(&pair, got, &error), LIMEN_OK);
  assert_int_equal(got[1].queries, 6);
  assert_int_equal(got[1].higher, 6);
  assert_int_equal(got[1].lower, 0);
  near(got[1].first, 0.3);
  near(got[1].second, 0.2);
  near(got[1].difference.estimate, 0.1);
  near(got[1].difference.lower, 0.1);
  near(got[1].difference.upper, 0.1);
  near(got[1].p, 2.0 / 64);
  near(got[1].adjusted, 4.0 / 64); /* Holm over two */
  /* Both have a first. */
  assert_int_equal(got[0].higher + got[0].lower, 0);
  near(got[0].p, 1);
  near(got[0].adjusted, 1);
  pair_clear(&pair);
}

/* Reciprocal ranks 1, 1/2, 1, 1/4 against 1/2, 1, 1/3, 1/4: differences .5, -.5, .667, 0. Ranks 1.5
 * 1.5 3; the negative sum is 1.5, and three of eight are no larger. */
static void test_mixed(void **state) {
  (void)state;
  static const char *const at[] = {"", "a 9", "x 9 a 8", "x 9 y 8 a 7", "x 9 y 8 z 7 a 6"};
  static const size_t ranks[2][4] = {{1, 2, 1, 4}, {2, 1, 3, 4}};
  struct pair pair = {0};
  struct limen_difference got;
  for (size_t q = 0; q < 4; q++) {
    char id[] = {'q', (char)('1' + q), '\0'};
    judge(&pair.qrels, id, "a 1");
    for (size_t r = 0; r < 2; r++) retrieve(&pair.ranking[r], id, at[ranks[r][q]]);
  }
  pair_init(&pair, "recip_rank");
  assert_int_equal(compare(&pair, &got, NULL), LIMEN_OK);
  near(got.first, 2.75 / 4);
  near(got.second, (1.75 + 1.0 / 3) / 4);
  near(got.difference.estimate, (2.0 / 3) / 4);
  assert_int_equal(got.higher, 2);
  assert_int_equal(got.lower, 1);
  near(got.p, 6.0 / 8);
  assert_true(got.difference.lower >= -0.5 && got.difference.lower < 0);
  assert_true(got.difference.upper > 0 && got.difference.upper <= 2.0 / 3);
  pair_clear(&pair);
}

static void test_what_cannot_be_compared(void **state) {
  (void)state;
  struct pair pair = {0};
  struct limen_difference got;
  struct limen_error error = {0};
  judge(&pair.qrels, "q", "a 1");
  judge(&pair.qrels, "r", "a 1");
  retrieve(&pair.ranking[0], "q", "a 1");
  retrieve(&pair.ranking[1], "r", "a 1");
  pair_init(&pair, "map");
  assert_int_equal(compare(&pair, &got, &error), LIMEN_INPUT);
  says(&error, "the two runs share no query with judgements");
  pair_clear(&pair);

  /* One query: no interval. */
  judge(&pair.qrels, "q", "a 1");
  retrieve(&pair.ranking[0], "q", "a 1");
  retrieve(&pair.ranking[1], "q", "b 1 a 0");
  pair_init(&pair, "map");
  assert_int_equal(compare(&pair, &got, &error), LIMEN_OK);
  near(got.difference.estimate, 0.5);
  assert_true(isnan(got.difference.lower) && isnan(got.difference.upper));
  near(got.p, 1);
  pair_clear(&pair);

  judge(&pair.qrels, "q", "a 1");
  retrieve(&pair.ranking[0], "q", "a 1");
  retrieve(&pair.ranking[1], "q", "a 1");
  pair_init(&pair, "gm_map");
  assert_int_equal(compare(&pair, &got, &error), LIMEN_USAGE);
  says(&error, "gm_map is no mean over queries; compare by others, such as map or ndcg_cut_10");
  pair_clear(&pair);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_choices), cmocka_unit_test(test_wrong_choices),
      cmocka_unit_test(test_refused), cmocka_unit_test(test_all_higher),
      cmocka_unit_test(test_mixed),   cmocka_unit_test(test_what_cannot_be_compared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
