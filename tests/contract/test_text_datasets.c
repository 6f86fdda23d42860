/* What every text dataset promises, whatever it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/threads.h"
#include "data/collection_read.h"
#include "data/collection_write.h"
#include "datasets/datasets.h"
#include "datasets/text_datasets.h"
#include "definition/words.h"
#include "support/folder.h"

static void make(const struct limen_text_dataset *dataset, uint64_t seed,
                 struct limen_collection *out) {
  static const char *const sets[] = {"documents=301", "queries=57"};
  struct limen_error error = {0};
  int status = limen_text_dataset_make(dataset, sets, 2, seed, out, &error);
  if (status != LIMEN_OK) fail_msg("%s: %s", dataset->name, error.text);
}

static struct snapshot written(const struct limen_collection *collection) {
  char *folder = folder_make();
  struct limen_error error = {0};
  int status = limen_collection_write(folder, collection, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  struct snapshot snapshot = snapshot_take(folder, false);
  folder_remove(folder);
  return snapshot;
}

static void test_about_and_parameters(void **state) {
  (void)state;
  for (size_t i = 0; limen_text_datasets[i]; i++) {
    const struct limen_text_dataset *dataset = limen_text_datasets[i];
    assert_true(strlen(dataset->about) > 0);
    assert_ptr_equal(limen_text_dataset_find(limen_text_datasets, dataset->name), dataset);
    assert_null(limen_dataset_find(limen_datasets, dataset->name)); /* one name, one dataset */
    assert_string_equal(dataset->parameters[0].name, "documents");
    assert_string_equal(dataset->parameters[1].name, "queries");
    for (size_t p = 0; dataset->parameters[p].name; p++) {
      assert_int_equal(dataset->parameters[p].role, LIMEN_SETTING);
      assert_true(strlen(dataset->parameters[p].about) > 0);
    }
  }
  assert_null(limen_text_dataset_find(limen_text_datasets, "limi"));
}

static void test_repeats(void **state) {
  (void)state;
  for (size_t i = 0; limen_text_datasets[i]; i++) {
    struct limen_collection a, b, other;
    make(limen_text_datasets[i], 7, &a);
    limen_threads_set(1);
    make(limen_text_datasets[i], 7, &b);
    limen_threads_set(2);
    make(limen_text_datasets[i], 8, &other);
    struct snapshot first = written(&a), second = written(&b), third = written(&other);
    expect_same(&first, &second);
    if (!differ_in(&first, &third, "corpus.jsonl") || !differ_in(&first, &third, "queries.jsonl"))
      fail_msg("%s does not look at its seed", limen_text_datasets[i]->name);
    snapshot_clear(&first);
    snapshot_clear(&second);
    snapshot_clear(&third);
    limen_collection_clear(&a);
    limen_collection_clear(&b);
    limen_collection_clear(&other);
  }
}

/* Positions of valid, distinct ids; texts are not empty. */
static struct limen_id_table *expect_ids(const struct limen_passages *passages) {
  struct limen_id_table *table = NULL;
  struct limen_error error = {0};
  for (size_t i = 0; i < passages->count; i++) {
    const struct limen_passage *one = &passages->passage[i];
    assert_true(*one->id && limen_words_plain(one->id, strlen(one->id)));
    assert_true(*one->text && limen_words_plain(one->text, strlen(one->text)));
  }
  limen_id_table_make((const char *const *)&passages->passage->id, passages->count,
                      sizeof *passages->passage, &table, &error);
  assert_string_equal(error.text, "");
  return table;
}

static void test_ids_and_judgements(void **state) {
  (void)state;
  for (size_t i = 0; limen_text_datasets[i]; i++) {
    struct limen_collection made;
    make(limen_text_datasets[i], 7, &made);
    assert_int_equal(made.documents.count, 301);
    assert_int_equal(made.queries.count, 57);
    struct limen_id_table *documents = expect_ids(&made.documents);
    struct limen_id_table *queries = expect_ids(&made.queries);
    assert_int_equal(made.qrels.count, 57);
    for (size_t q = 0; q < made.qrels.count; q++) {
      const struct limen_judged_query *query = &made.qrels.query[q];
      assert_true(limen_id_table_find(queries, query->id) < 57);
      assert_true(query->count > 0);
      for (size_t j = 0; j < query->count; j++) {
        assert_true(limen_id_table_find(documents, query->judgement[j].document) < 301);
        for (size_t other = 0; other < j; other++)
          assert_string_not_equal(query->judgement[j].document, query->judgement[other].document);
      }
    }
    limen_id_table_free(documents);
    limen_id_table_free(queries);
    limen_collection_clear(&made);
  }
}

static void test_read_back(void **state) {
  (void)state;
  for (size_t i = 0; limen_text_datasets[i]; i++) {
    struct limen_collection made, read;
    char *folder = folder_make();
    make(limen_text_datasets[i], 7, &made);
    assert_int_equal(limen_collection_write(folder, &made, NULL), LIMEN_OK);
    assert_int_equal(limen_collection_read(folder, LIMEN_COLLECTION_ALL, &read, NULL), LIMEN_OK);
    struct snapshot a = written(&made), b = written(&read);
    expect_same(&a, &b);
    snapshot_clear(&a);
    snapshot_clear(&b);
    limen_collection_clear(&read);
    limen_collection_clear(&made);
    folder_remove(folder);
  }
}

static void test_refusals(void **state) {
  (void)state;
  static const char *const wrong[] = {"documents=0"}, *const unknown[] = {"document=3"};
  for (size_t i = 0; limen_text_datasets[i]; i++) {
    struct limen_collection made;
    struct limen_error error = {0};
    assert_int_equal(limen_text_dataset_make(limen_text_datasets[i], wrong, 1, 7, &made, &error),
                     LIMEN_USAGE);
    assert_non_null(strstr(error.text, "documents"));
    assert_int_equal(limen_text_dataset_make(limen_text_datasets[i], unknown, 1, 7, &made, &error),
                     LIMEN_USAGE);
    assert_non_null(strstr(error.text, "did you mean `documents`?"));
    assert_int_equal(made.documents.count, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_about_and_parameters),
      cmocka_unit_test(test_repeats),
      cmocka_unit_test(test_ids_and_judgements),
      cmocka_unit_test(test_read_back),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
