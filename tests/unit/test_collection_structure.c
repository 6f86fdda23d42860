/* How judgements hang together: cases by hand, LIMIT's figures on our set and on the published
 * judgements, and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>

#include "base/file.h"
#include "data/collection_read.h"
#include "datasets/text_datasets.h"
#include "retrieval/collection_structure.h"

#define DATA LIMEN_SOURCE_DIR "/../shared/data/"

static void add(struct limen_qrels *qrels, const char *query, const char *document, int32_t grade) {
  assert_int_equal(limen_qrels_add(qrels, query, document, grade, NULL), LIMEN_OK);
}

static struct limen_collection_structure find(const struct limen_qrels *qrels) {
  struct limen_collection_structure structure;
  struct limen_error error = {0};
  int status = limen_collection_structure_find(qrels, &structure, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return structure;
}

/* Queries want {e, b, c}, {b, c}, {a}, {c, a}; d is judged and not wanted, q4 wants nothing.
 * In order of appearance: e b c a. Joined documents: eb ec bc ca; missing: ea ba. Joined queries:
 * 01 (2 of 3), 03 (1 of 4), 13 (1 of 3), 23 (1 of 2). */
static void test_by_hand(void **state) {
  (void)state;
  struct limen_qrels qrels = {0};
  add(&qrels, "q0", "d", 0);
  add(&qrels, "q0", "e", 1);
  add(&qrels, "q0", "b", 2);
  add(&qrels, "q0", "c", 1);
  add(&qrels, "q4", "e", -1);
  add(&qrels, "q1", "b", 1);
  add(&qrels, "q1", "c", 1);
  add(&qrels, "q2", "a", 1);
  add(&qrels, "q3", "c", 1);
  add(&qrels, "q3", "a", 1);
  struct limen_collection_structure s = find(&qrels);
  assert_int_equal(s.queries, 4);
  assert_int_equal(s.documents, 4);
  assert_int_equal(s.judgements, 8);
  const size_t degree[] = {1, 2, 3, 2};
  assert_memory_equal(s.degree, degree, sizeof degree);
  const struct limen_degree degrees[] = {{3, 1}, {2, 2}, {1, 1}};
  assert_int_equal(s.n_degrees, 3);
  assert_memory_equal(s.degrees, degrees, sizeof degrees);
  assert_int_equal(s.missing_pairs, 2);
  assert_int_equal(s.missing_last, 4);
  assert_true(fabs(s.document_density - 4. / 6) < 1e-15);
  assert_int_equal(s.joined_queries, 4);
  assert_true(fabs(s.query_density - 4. / 6) < 1e-15);
  const double pairs = 2. / 3 + 1. / 4 + 1. / 3 + 1. / 2; /* each counts for both of its queries */
  assert_true(fabs(s.query_strength - 2 * pairs / 4) < 1e-15);
  limen_collection_structure_clear(&s);
  assert_null(s.degree);
  limen_qrels_clear(&qrels);
}

/* One query, one document: there are no pairs to be a share of. */
static void test_one(void **state) {
  (void)state;
  struct limen_qrels qrels = {0};
  add(&qrels, "q", "Ada Abbott", 1);
  struct limen_collection_structure s = find(&qrels);
  assert_true(isnan(s.document_density));
  assert_true(isnan(s.query_density));
  assert_true(s.query_strength == 0);
  assert_int_equal(s.missing_last, 0);
  limen_collection_structure_clear(&s);
  limen_qrels_clear(&qrels);
}

static void expect_limit(const struct limen_qrels *qrels) {
  struct limen_collection_structure s = find(qrels);
  assert_int_equal(s.queries, 1000);
  assert_int_equal(s.documents, 46);
  assert_int_equal(s.judgements, 2000);
  const struct limen_degree degrees[] = {{45, 37}, {38, 2}, {37, 7}};
  assert_int_equal(s.n_degrees, 3);
  assert_memory_equal(s.degrees, degrees, sizeof degrees);
  assert_int_equal(s.missing_pairs, 35);
  assert_int_equal(s.missing_last, 9);
  assert_true(fabs(s.query_strength - 28.4653) < 5e-5);
  assert_true(fabs(s.query_density - 0.085481) < 5e-7);
  assert_true(fabs(s.document_density - 0.966) < 5e-4);
  assert_int_equal(s.joined_queries, 42698); /* 37 C(45,2) + 2 C(38,2) + 7 C(37,2) */
  limen_collection_structure_clear(&s);
}

/* The default set with fewer documents that nobody wants. */
static void test_our_set(void **state) {
  (void)state;
  static const char *const sets[] = {"documents=500"};
  struct limen_collection made;
  struct limen_error error = {0};
  const struct limen_text_dataset *limit = limen_text_dataset_find(limen_text_datasets, "limit");
  limen_text_dataset_make(limit, sets, 1, 7, &made, &error);
  assert_string_equal(error.text, "");
  expect_limit(&made.qrels);
  limen_collection_clear(&made);
}

static void test_published(void **state) {
  (void)state;
  static const char *const paths[] = {DATA "limit-small/qrels.jsonl", DATA "limit/qrels.jsonl"};
  for (size_t i = 0; i < 2; i++) {
    struct limen_qrels qrels = {0};
    if (!limen_file_exists(paths[i])) {
      print_message("skipped: %s is not there\n", paths[i]);
      skip();
    }
    assert_int_equal(limen_qrels_read(paths[i], &qrels, NULL), LIMEN_OK);
    expect_limit(&qrels);
    limen_qrels_clear(&qrels);
  }
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_qrels qrels = {0};
  struct limen_collection_structure s;
  struct limen_error error = {0};
  assert_int_equal(limen_collection_structure_find(&qrels, &s, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the judgements want no document at all");
  add(&qrels, "q0", "a", 0);
  assert_int_equal(limen_collection_structure_find(&qrels, &s, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the judgements want no document at all");
  add(&qrels, "q0", "a", 1); /* once judged not relevant and once relevant: one is wanted */
  add(&qrels, "q1", "b", 1);
  add(&qrels, "q1", "a", 1);
  add(&qrels, "q1", "b", 2);
  assert_int_equal(limen_collection_structure_find(&qrels, &s, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "the document b is judged twice for the query q1; remove one of the two");
  assert_null(s.degree);
  limen_qrels_clear(&qrels);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),  cmocka_unit_test(test_one),
      cmocka_unit_test(test_our_set),  cmocka_unit_test(test_published),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
