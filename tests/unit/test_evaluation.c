/* Measures of rankings: worked by hand, and against their definitions on random rankings. */
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

static void near(const char *what, double got, double wanted) {
  if (!(fabs(got - wanted) <= 1e-12)) fail_msg("%s is %.15g in place of %.15g", what, got, wanted);
}

static struct limen_ranking_choices choices_of(const char *const *names) {
  struct limen_ranking_choices choices = {0};
  struct limen_error error = {0};
  for (size_t i = 0; names[i]; i++) limen_ranking_choices_add(&choices, names[i], &error);
  assert_string_equal(error.text, "");
  return choices;
}

static struct limen_evaluation evaluate(const struct limen_qrels *qrels,
                                        struct limen_ranking *ranking,
                                        const struct limen_ranking_choices *choices, int32_t level,
                                        bool complete) {
  struct limen_evaluation out;
  struct limen_error error = {0};
  const struct limen_evaluation_settings settings = {.level = level, .complete = complete};
  assert_int_equal(limen_ranking_sort(ranking, NULL), LIMEN_OK);
  int status = limen_evaluate(qrels, ranking, choices, &settings, &out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return out;
}

/* The value by its name: of a query, or of all with NULL. */
static double value_of(const struct limen_evaluation *evaluation,
                       const struct limen_ranking_choices *choices, const char *name,
                       const char *query) {
  for (size_t m = 0; m < choices->count; m++) {
    if (strcmp(choices->choice[m].name, name) != 0) continue;
    if (!query) return evaluation->summary[m];
    for (size_t q = 0; q < evaluation->queries; q++)
      if (strcmp(evaluation->id[q], query) == 0)
        return evaluation->value[q * evaluation->measures + m];
  }
  fail_msg("there is no %s of %s", name, query ? query : "all");
  return NAN;
}

/* ---- by hand ---- */

/* q1 comes out as b x a c e d, where x stands before a and e before d as their scores are equal:
 * grades 0, none, 2, 1, below 0, 3. f is relevant and not retrieved. The run misses q3, and nobody
 * judged q4. q5 has nothing relevant. */
static void fill(struct limen_qrels *qrels, struct limen_ranking *ranking) {
  judge(qrels, "q5", "b 0");
  judge(qrels, "q1", "a 2 b 0 c 1 d 3 e -1 f 1");
  judge(qrels, "q20", "p 1");
  judge(qrels, "q3", "m 1 n 2");
  retrieve(ranking, "q20", "p 0.7 z 0.8 y 0.6");
  retrieve(ranking, "q4", "a 1");
  retrieve(ranking, "q1", "d 0.11 a 0.57 e 0.11 b 0.9 x 0.57 c 0.32");
  retrieve(ranking, "q5", "b 0.32");
}

struct expected {
  const char *name, *query;
  double value;
};

static void expect(int32_t level, bool complete, const struct expected *expected) {
  struct limen_qrels qrels = {0};
  struct limen_ranking ranking = {0};
  static const char *const names[] = {"all_trec",  "P.2,3", "recall_2", "iprec_at_recall_0.25",
                                      "success_2", NULL};
  fill(&qrels, &ranking);
  struct limen_ranking_choices choices = choices_of(names);
  struct limen_evaluation got = evaluate(&qrels, &ranking, &choices, level, complete);
  assert_int_equal(got.queries, complete ? 4 : 3);
  assert_int_equal(got.missing, 1);
  assert_int_equal(got.not_judged, 1);
  assert_int_equal(got.known, 6); /* b a c d; p; b */
  assert_string_equal(got.id[0], "q1");
  assert_string_equal(got.id[1], "q20");
  for (; expected->name; expected++)
    near(expected->name, value_of(&got, &choices, expected->name, expected->query),
         expected->value);
  limen_evaluation_clear(&got);
  limen_ranking_choices_clear(&choices);
  limen_ranking_clear(&ranking);
  limen_qrels_clear(&qrels);
}

static void test_by_hand(void **state) {
  (void)state;
  /* R = 4: a at 3, c at 4, d at 6. */
  const double dcg5 = 2 / log2(4) + 1 / log2(5), dcg = dcg5 + 3 / log2(7),
               ideal = 3 + 2 / log2(3) + 1 / log2(4) + 1 / log2(5);
  const double ap = (1.0 / 3 + 2.0 / 4 + 3.0 / 6) / 4;
  const struct expected first[] = {{"num_ret", "q1", 6},
                                   {"num_rel", "q1", 4},
                                   {"num_rel_ret", "q1", 3},
                                   {"map", "q1", ap},
                                   {"map_cut_5", "q1", (1.0 / 3 + 2.0 / 4) / 4},
                                   {"Rprec", "q1", 2.0 / 4},
                                   {"recip_rank", "q1", 1.0 / 3},
                                   {"P_2", "q1", 0},
                                   {"P_3", "q1", 1.0 / 3},
                                   {"P_5", "q1", 2.0 / 5},
                                   {"P_10", "q1", 3.0 / 10},
                                   {"recall_2", "q1", 0},
                                   {"recall_5", "q1", 2.0 / 4},
                                   {"recall_1000", "q1", 3.0 / 4},
                                   {"ndcg", "q1", dcg / ideal},
                                   {"ndcg_cut_5", "q1", dcg5 / ideal},
                                   {"ndcg_cut_10", "q1", dcg / ideal},
                                   {"success_1", "q1", 0},
                                   {"success_5", "q1", 1},
                                   /* b is the only one judged not relevant, and before all. */
                                   {"bpref", "q1", 0},
                                   {"iprec_at_recall_0.00", "q1", 0.5},
                                   {"iprec_at_recall_0.25", "q1", 0.5},
                                   {"iprec_at_recall_0.70", "q1", 0.5}, /* 2.8 of 4: 3 */
                                   {"iprec_at_recall_0.80", "q1", 0},   /* 3.2 of 4: 4 */
                                   {"iprec_at_recall_1.00", "q1", 0},
                                   {"bpref", "q20", 1},
                                   {"map", "q20", 0.5},
                                   {"success_1", "q20", 0},
                                   {"success_2", "q20", 1},
                                   {"ndcg", "q20", 1 / log2(3)},
                                   {"num_rel", "q5", 0},
                                   {"map", "q5", 0},
                                   {"ndcg", "q5", 0},
                                   {"recall_5", "q5", 0},
                                   {"Rprec", "q5", 0},
                                   {"bpref", "q5", 0},
                                   {"num_q", NULL, 3},
                                   {"num_ret", NULL, 10},
                                   {"num_rel", NULL, 5},
                                   {"num_rel_ret", NULL, 4},
                                   {"map", NULL, (ap + 0.5) / 3},
                                   {"gm_map", NULL, cbrt(ap * 0.5 * 1e-5)},
                                   {"P_5", NULL, (2.0 / 5 + 1.0 / 5) / 3},
                                   {"recip_rank", NULL, (1.0 / 3 + 1.0 / 2) / 3},
                                   {0}};
  expect(1, false, first);
}

static void test_missing_queries_count_when_asked(void **state) {
  (void)state;
  const struct expected complete[] = {{"num_q", NULL, 4},
                                      {"num_ret", NULL, 10},
                                      {"num_rel", NULL, 7},
                                      {"num_rel_ret", NULL, 4},
                                      {"map", NULL, (1.0 / 3 + 0.5) / 4},
                                      {"gm_map", NULL, pow(1.0 / 3 * 0.5 * 1e-10, 0.25)},
                                      {"map", "q3", 0},
                                      {"ndcg", "q3", 0},
                                      {"bpref", "q3", 0},
                                      {"num_ret", "q3", 0},
                                      {"num_rel", "q3", 2},
                                      {"iprec_at_recall_0.00", "q3", 0},
                                      {"P_5", NULL, 0.6 / 4},
                                      {0}};
  expect(1, true, complete);
}

static void test_levels(void **state) {
  (void)state;
  /* From grade 2: a at 3, d at 6; b, c and f are judged not relevant, b before a, b and c before
   * d. */
  const double ideal = 3 + 2 / log2(3) + 1 / log2(4) + 1 / log2(5),
               dcg5 = 2 / log2(4) + 1 / log2(5);
  const struct expected two[] = {{"num_rel", "q1", 2},
                                 {"map", "q1", (1.0 / 3 + 2.0 / 6) / 2},
                                 {"bpref", "q1", (1.0 / 2 + 0) / 2},
                                 {"Rprec", "q1", 0},
                                 {"ndcg_cut_5", "q1", dcg5 / ideal},
                                 {"map", "q20", 0},
                                 {0}};
  expect(2, false, two);
  const struct expected three[] = {{"map", "q1", 1.0 / 6}, {"recip_rank", "q1", 1.0 / 6}, {0}};
  expect(3, false, three);
  const struct expected four[] = {{"num_rel", NULL, 0}, {"map", NULL, 0}, {"bpref", NULL, 0}, {0}};
  expect(4, false, four);
  /* From 0 on b counts, the one without a judgement and the one below 0 do not. */
  const struct expected zero[] = {{"num_rel", "q1", 5},
                                  {"num_rel_ret", "q1", 4},
                                  {"recip_rank", "q1", 1},
                                  {"map", "q1", (1 + 2.0 / 3 + 3.0 / 4 + 4.0 / 6) / 5},
                                  {"bpref", "q1", 4.0 / 5},
                                  {"map", "q5", 1},
                                  {0}};
  expect(0, false, zero);
}

/* ---- by the definitions ---- */

/* Rank of a document by comparing it with all others, 0 when it was not retrieved. */
static size_t rank_of(const struct limen_ranked_query *ranked, const char *document) {
  for (size_t i = 0; i < ranked->count; i++) {
    const struct limen_ranked_document *one = &ranked->ranked[i];
    size_t rank = 1;
    if (strcmp(one->document, document) != 0) continue;
    for (size_t j = 0; j < ranked->count; j++) {
      const struct limen_ranked_document *other = &ranked->ranked[j];
      rank += other->score > one->score ||
              (other->score == one->score && strcmp(other->document, document) > 0);
    }
    return rank;
  }
  return 0;
}

struct case_of {
  const struct limen_judged_query *judged;
  size_t rank[16]; /* of each judged document */
  int32_t level;
};

/* Retrieved documents of these grades at most so deep. */
static double count_in(const struct case_of *c, int32_t from, int32_t to, size_t depth) {
  double count = 0;
  for (size_t i = 0; i < c->judged->count; i++) {
    const int32_t grade = c->judged->judgement[i].grade;
    count += grade >= from && grade <= to && c->rank[i] > 0 && c->rank[i] <= depth;
  }
  return count;
}

static double relevant_in(const struct case_of *c, size_t depth) {
  return count_in(c, c->level, INT32_MAX, depth);
}

static double judged_as(const struct case_of *c, int32_t from, int32_t to) {
  double count = 0;
  for (size_t i = 0; i < c->judged->count; i++)
    count += c->judged->judgement[i].grade >= from && c->judged->judgement[i].grade <= to;
  return count;
}

static double define_map(const struct case_of *c, size_t depth) {
  double sum = 0;
  for (size_t i = 0; i < c->judged->count; i++)
    if (c->judged->judgement[i].grade >= c->level && c->rank[i] > 0 && c->rank[i] <= depth)
      sum += relevant_in(c, c->rank[i]) / (double)c->rank[i];
  const double relevant = judged_as(c, c->level, INT32_MAX);
  return relevant > 0 ? sum / relevant : 0;
}

static double define_bpref(const struct case_of *c) {
  const double r = judged_as(c, c->level, INT32_MAX), n = judged_as(c, 0, c->level - 1);
  double sum = 0;
  for (size_t i = 0; i < c->judged->count; i++) {
    if (c->judged->judgement[i].grade < c->level || c->rank[i] == 0) continue;
    const double before = count_in(c, 0, c->level - 1, c->rank[i]);
    sum += before == 0 ? 1 : 1 - fmin(before, r) / fmin(n, r);
  }
  return r > 0 ? sum / r : 0;
}

/* Grades are 3 at most: the ideal has the threes first, then the twos, then the ones. */
static double define_ndcg(const struct case_of *c, size_t depth) {
  double sum = 0, ideal = 0;
  for (size_t i = 0; i < c->judged->count; i++)
    if (c->judged->judgement[i].grade > 0 && c->rank[i] > 0 && c->rank[i] <= depth)
      sum += c->judged->judgement[i].grade / log2((double)c->rank[i] + 1);
  size_t rank = 1;
  for (int32_t grade = 3; grade > 0; grade--)
    for (double left = judged_as(c, grade, grade); left > 0 && rank <= depth; left--, rank++)
      ideal += grade / log2((double)rank + 1);
  return ideal > 0 ? sum / ideal : 0;
}

static double define_iprec(const struct case_of *c, double share) {
  double best = 0;
  const double needed = floor(share * judged_as(c, c->level, INT32_MAX) + 0.9);
  for (size_t depth = 1; depth <= 40; depth++)
    if (relevant_in(c, depth) >= needed) best = fmax(best, relevant_in(c, depth) / (double)depth);
  return best;
}

static double define(const struct case_of *c, const struct limen_ranking_choice *choice) {
  const char *name = choice->measure->name;
  const size_t k = choice->cutoff > 0 ? (size_t)choice->cutoff : SIZE_MAX;
  const double relevant = judged_as(c, c->level, INT32_MAX);
  if (strncmp(name, "map", 3) == 0) return define_map(c, k);
  if (strcmp(name, "gm_map") == 0) return log(fmax(1e-5, define_map(c, k)));
  if (strcmp(name, "bpref") == 0) return define_bpref(c);
  if (strncmp(name, "ndcg", 4) == 0) return define_ndcg(c, k);
  if (strcmp(name, "P") == 0) return relevant_in(c, k) / (double)k;
  if (strcmp(name, "recall") == 0) return relevant > 0 ? relevant_in(c, k) / relevant : 0;
  if (strcmp(name, "success") == 0) return relevant_in(c, k) > 0;
  if (strcmp(name, "Rprec") == 0)
    return relevant > 0 ? relevant_in(c, (size_t)relevant) / relevant : 0;
  if (strcmp(name, "iprec_at_recall") == 0) return define_iprec(c, choice->cutoff);
  if (strcmp(name, "recip_rank") == 0) {
    size_t depth = 1;
    while (depth <= 40 && relevant_in(c, depth) == 0) depth++;
    return depth > 40 ? 0 : 1 / (double)depth;
  }
  if (strcmp(name, "num_rel") == 0) return relevant;
  if (strcmp(name, "num_rel_ret") == 0) return relevant_in(c, SIZE_MAX);
  if (strcmp(name, "num_q") == 0) return 1;
  return NAN; /* num_ret, which is looked at elsewhere; or a newcomer, which needs its line here */
}

static uint32_t draw(uint32_t below) {
  static uint32_t random = 2718281;
  random = random * 1664525 + 1013904223;
  return (random >> 8) % below;
}

/* Up to 12 of 20 documents judged, up to 15 retrieved, with few different scores. */
static void fill_at_random(struct limen_qrels *qrels, struct limen_ranking *ranking) {
  char id[8];
  const size_t judged = 1 + draw(12), ranked = 1 + draw(15);
  for (size_t i = 0; i < judged; i++) {
    snprintf(id, sizeof id, "d%zu", i * 7 % 20);
    limen_qrels_add(qrels, "q", id, (int32_t)draw(5) - 1, NULL);
  }
  const size_t offset = draw(20);
  for (size_t i = 0; i < ranked; i++) {
    snprintf(id, sizeof id, "d%zu", (offset + i * 3) % 20);
    limen_ranking_add(ranking, "q", id, 0.25 * draw(6), NULL);
  }
}

static void test_against_the_definitions(void **state) {
  (void)state;
  static const char *const names[] = {
      "all_trec",    "P.1,2,3", "recall.1,2,3", "ndcg_cut.1,2,3", "map_cut.1,2,3",
      "success.2,3", NULL};
  struct limen_ranking_choices choices = choices_of(names);
  size_t not_zero = 0, compared = 0;
  for (size_t turn = 0; turn < 2000; turn++) {
    struct limen_qrels qrels = {0};
    struct limen_ranking ranking = {0};
    fill_at_random(&qrels, &ranking);
    struct case_of c = {.judged = &qrels.query[0], .level = (int32_t)draw(4)};
    for (size_t i = 0; i < c.judged->count; i++)
      c.rank[i] = rank_of(&ranking.query[0], c.judged->judgement[i].document);
    struct limen_evaluation got = evaluate(&qrels, &ranking, &choices, c.level, false);
    for (size_t m = 0; m < choices.count; m++) {
      const double wanted = define(&c, &choices.choice[m]);
      if (strcmp(choices.choice[m].name, "num_ret") == 0) continue;
      if (isnan(wanted)) fail_msg("no definition of %s here", choices.choice[m].name);
      near(choices.choice[m].name, got.value[m], wanted);
      not_zero += wanted != 0;
      compared++;
    }
    limen_evaluation_clear(&got);
    limen_ranking_clear(&ranking);
    limen_qrels_clear(&qrels);
  }
  assert_true(compared > 100000 && not_zero > compared / 2);
  limen_ranking_choices_clear(&choices);
}

/* Every measure that is a mean: 1 at best (precision only down to the last relevant document), 0
 * where nothing relevant was retrieved. */
static void test_ends_of_the_scale(void **state) {
  (void)state;
  static const char *const names[] = {"all_trec", "P_4", NULL};
  struct limen_qrels qrels = {0};
  struct limen_ranking best = {0}, worst = {0};
  judge(&qrels, "q", "a 3 b 2 c 2 d 1 e 0 f 0");
  retrieve(&best, "q", "a 9 b 8 c 8 d 7 e 1 x 1");
  retrieve(&worst, "q", "e 9 x 8 f 7");
  struct limen_ranking_choices choices = choices_of(names);
  struct limen_evaluation high = evaluate(&qrels, &best, &choices, 1, false),
                          low = evaluate(&qrels, &worst, &choices, 1, false);
  for (size_t m = 0; m < choices.count; m++) {
    const struct limen_ranking_measure *measure = choices.choice[m].measure;
    assert_true(*measure->about != '\0');
    if (measure->summary != LIMEN_OF_ALL_MEAN) continue;
    const bool deep = strcmp(measure->name, "P") == 0 && choices.choice[m].cutoff > 4;
    near(choices.choice[m].name, high.summary[m], deep ? 4 / choices.choice[m].cutoff : 1);
    near(choices.choice[m].name, low.summary[m], 0);
  }
  limen_evaluation_clear(&high);
  limen_evaluation_clear(&low);
  limen_ranking_choices_clear(&choices);
  limen_ranking_clear(&best);
  limen_ranking_clear(&worst);
  limen_qrels_clear(&qrels);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_missing_queries_count_when_asked),
      cmocka_unit_test(test_levels),
      cmocka_unit_test(test_against_the_definitions),
      cmocka_unit_test(test_ends_of_the_scale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
