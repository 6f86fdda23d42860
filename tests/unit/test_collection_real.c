/* Collections that others wrote. They are not part of the project: where ../shared/data beside the
 * sources is missing, these tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "base/file.h"
#include "data/collection_read.h"
#include "measures/evaluation.h"

#define DATA LIMEN_SOURCE_DIR "/../shared/data/"

static void read_folder(const char *path, unsigned parts, struct limen_collection *out) {
  struct limen_error error = {0};
  if (!limen_file_exists(path)) {
    print_message("skipped: %s is not there\n", path);
    skip();
  }
  int status = limen_collection_read(path, parts, out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

static size_t judgements_in(const struct limen_qrels *qrels) {
  size_t count = 0;
  for (size_t q = 0; q < qrels->count; q++) count += qrels->query[q].count;
  return count;
}

/* How many judgements name a document, and a query, that is there. */
static void expect_all_known(const struct limen_collection *collection) {
  struct limen_id_table *documents, *queries;
  const struct limen_passages *d = &collection->documents, *q = &collection->queries;
  assert_int_equal(limen_id_table_make((const char *const *)&d->passage->id, d->count,
                                       sizeof *d->passage, &documents, NULL),
                   LIMEN_OK);
  assert_int_equal(limen_id_table_make((const char *const *)&q->passage->id, q->count,
                                       sizeof *q->passage, &queries, NULL),
                   LIMEN_OK);
  for (size_t i = 0; i < collection->qrels.count; i++) {
    const struct limen_judged_query *judged = &collection->qrels.query[i];
    assert_true(limen_id_table_find(queries, judged->id) < q->count);
    for (size_t j = 0; j < judged->count; j++)
      assert_true(limen_id_table_find(documents, judged->judgement[j].document) < d->count);
  }
  limen_id_table_free(documents);
  limen_id_table_free(queries);
}

static void test_limit_small(void **state) {
  (void)state;
  struct limen_collection limit;
  read_folder(DATA "limit-small", LIMEN_COLLECTION_ALL, &limit);
  assert_int_equal(limit.documents.count, 46);
  assert_int_equal(limit.queries.count, 1000);
  assert_int_equal(limit.qrels.count, 1000);
  for (size_t q = 0; q < 1000; q++) assert_int_equal(limit.qrels.query[q].count, 2);
  assert_string_equal(limit.documents.passage[0].id, "Geneva Durben");
  assert_string_equal(limit.documents.passage[0].title, "");
  assert_int_equal(strncmp(limit.documents.passage[0].text, "Geneva Durben likes Quokkas, ", 29),
                   0);
  assert_string_equal(limit.queries.passage[999].id, "query_999");
  assert_int_equal(limit.qrels.query[0].judgement[1].grade, 1);
  expect_all_known(&limit);
  limen_collection_clear(&limit);
}

/* Its documents are not there; who asks for them is told. */
static void test_limit(void **state) {
  (void)state;
  struct limen_collection limit;
  struct limen_error error = {0};
  read_folder(DATA "limit", LIMEN_COLLECTION_QUERIES | LIMEN_COLLECTION_QRELS, &limit);
  assert_int_equal(limit.documents.count, 0);
  assert_int_equal(limit.queries.count, 1000);
  assert_int_equal(judgements_in(&limit.qrels), 2000);
  limen_collection_clear(&limit);
  assert_int_equal(limen_collection_read(DATA "limit", LIMEN_COLLECTION_ALL, &limit, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text, "there are no documents; they are looked for as corpus"));
}

static void test_vaswani(void **state) {
  (void)state;
  struct limen_collection vaswani;
  read_folder(DATA "vaswani", LIMEN_COLLECTION_ALL, &vaswani);
  assert_int_equal(vaswani.documents.count, 11429);
  assert_int_equal(vaswani.queries.count, 93);
  assert_int_equal(vaswani.qrels.count, 93);
  assert_int_equal(judgements_in(&vaswani.qrels), 2083);
  const struct limen_passage *fourth = &vaswani.documents.passage[3];
  assert_string_equal(fourth->id, "4");
  assert_string_equal(fourth->text,
                      "the british computer society  report of a conference held in cambridge\n"
                      "june");
  assert_string_equal(vaswani.queries.passage[3].id, "4");
  assert_string_equal(vaswani.queries.passage[3].text,
                      "SYSTEMS OF DATA CODING FOR INFORMATION TRANSFER");
  expect_all_known(&vaswani);
  limen_collection_clear(&vaswani);
}

/* A run that has all relevant documents in front, behind one that nobody judged when `spoiled`. */
static void expect_measures(const char *folder, bool spoiled, size_t retrieved, double recip_rank,
                            double ndcg_most) {
  struct limen_collection collection;
  struct limen_ranking ranking = {0};
  struct limen_ranking_choices choices = {0};
  struct limen_evaluation got;
  const struct limen_evaluation_settings settings = {.level = 1};
  read_folder(folder, LIMEN_COLLECTION_QRELS, &collection);
  for (size_t q = 0; q < collection.qrels.count; q++) {
    const struct limen_judged_query *judged = &collection.qrels.query[q];
    if (spoiled) limen_ranking_add(&ranking, judged->id, "nobody's", 9, NULL);
    for (size_t i = 0; i < judged->count; i++)
      limen_ranking_add(&ranking, judged->id, judged->judgement[i].document,
                        judged->judgement[i].grade, NULL);
  }
  limen_ranking_sort(&ranking, NULL);
  static const char *const names[] = {"num_rel_ret", "recip_rank", "recall_1000", "ndcg"};
  for (size_t i = 0; i < 4; i++) limen_ranking_choices_add(&choices, names[i], NULL);
  assert_int_equal(limen_evaluate(&collection.qrels, &ranking, &choices, &settings, &got, NULL),
                   LIMEN_OK);
  assert_true(got.summary[0] == (double)retrieved);
  assert_true(got.summary[1] == recip_rank);
  assert_true(got.summary[2] == 1);
  assert_true(spoiled ? got.summary[3] < ndcg_most : got.summary[3] == 1);
  limen_evaluation_clear(&got);
  limen_ranking_choices_clear(&choices);
  limen_ranking_clear(&ranking);
  limen_collection_clear(&collection);
}

static void test_best_runs(void **state) {
  (void)state;
  expect_measures(DATA "limit-small", false, 2000, 1, 1);
  expect_measures(DATA "limit-small", true, 2000, 0.5, 0.7); /* ndcg: 1.131 / 1.631 */
  expect_measures(DATA "vaswani", false, 2083, 1, 1);
  expect_measures(DATA "vaswani", true, 2083, 0.5, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_limit_small),
      cmocka_unit_test(test_limit),
      cmocka_unit_test(test_vaswani),
      cmocka_unit_test(test_best_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
