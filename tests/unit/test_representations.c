/* Random tokens, oracles, the user's own vectors, and indexes over any of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "data/format.h"
#include "knn/distance.h"
#include "retrieval/token_vectors.h"
#include "unit/scratch.h"
#include "unit/texts.h"

static struct limen_representation_settings settings_of(size_t d) {
  struct limen_representation_settings settings = limen_representation_defaults;
  settings.d = d;
  return settings;
}

/* ---- random tokens ---- */

/* A token's vector, whatever else is in the collection, and however many values are taken of it. */
static void test_a_token_has_its_vector(void **state) {
  (void)state;
  enum { D = 37 };
  struct limen_collection one = {0}, two = {0};
  const struct limen_representation_settings settings = settings_of(D);
  float fox[D], owl[D], again[2 * D], other[D];
  add_document(&one, "d", "fox owl fox");
  add_query(&one, "q", "owl");
  add_document(&two, "x", "a wall of words, before any");
  add_document(&two, "y", "Fox! Owl! Fox!");
  add_query(&two, "q", "hen owl");
  struct limen_retriever first = retriever_of("random_word", &one, &settings);
  struct limen_retriever second = retriever_of("random_word", &two, &settings);
  assert_int_equal(limen_token_vector("fox", 1, D, fox, NULL), LIMEN_OK);
  assert_int_equal(limen_token_vector("owl", 1, D, owl, NULL), LIMEN_OK);
  assert_int_equal(limen_token_vector("owl", 1, 2 * D, again, NULL), LIMEN_OK);
  assert_int_equal(limen_token_vector("owl", 2, D, other, NULL), LIMEN_OK);
  assert_memory_equal(owl, again, sizeof owl);
  assert_memory_not_equal(owl, other, sizeof owl);
  assert_memory_not_equal(owl, fox, sizeof owl);
  assert_int_equal(first.document_vectors.columns, D);
  for (size_t j = 0; j < D; j++)
    assert_true(first.document_vectors.values[j] == (float)(2.0 * fox[j] + owl[j]));
  assert_memory_equal(first.query_vectors.values, owl, sizeof owl);
  assert_memory_equal(first.document_vectors.values, second.document_vectors.values + D,
                      D * sizeof(float));
  limen_retriever_clear(&first);
  limen_retriever_clear(&second);
  limen_collection_clear(&one);
  limen_collection_clear(&two);
}

/* Of unit length, a text is scored by its angle: twice the same text is no better than once. A text
 * without tokens has no angle and keeps its zeros. */
static void test_unit_length(void **state) {
  (void)state;
  enum { D = 41 };
  struct limen_collection texts = {0};
  struct limen_representation_settings settings = settings_of(D);
  add_document(&texts, "a", "fox owl");
  add_document(&texts, "b", "fox owl fox owl");
  add_document(&texts, "c", "-- ?!");
  add_query(&texts, "q", "owl fox");
  add_query(&texts, "r", "...");
  struct limen_retriever raw = retriever_of("random_word", &texts, &settings);
  settings.unit = true;
  struct limen_retriever unit = retriever_of("random_word", &texts, &settings);
  const float *rows = unit.document_vectors.values;
  const double length =
      sqrt(limen_product(raw.document_vectors.values, raw.document_vectors.values, D));
  for (size_t j = 0; j < D; j++) {
    assert_true(fabs(rows[j] - raw.document_vectors.values[j] / length) < 1e-7);
    assert_true(fabs(rows[D + j] - rows[j]) < 1e-7);
    assert_true(rows[2 * D + j] == 0 && unit.query_vectors.values[D + j] == 0);
  }
  struct limen_hits hits = hits_of(&raw, 3);
  expect_near(score_in(&hits, 0, 1), 2 * length * length, 1e-3);
  limen_hits_clear(&hits);
  hits = hits_of(&unit, 3);
  expect_near(score_in(&hits, 0, 0), 1, 1e-6);
  expect_near(score_in(&hits, 0, 1), 1, 1e-6);
  expect_near(score_in(&hits, 0, 2), 0, 0);
  limen_hits_clear(&hits);
  limen_retriever_clear(&raw);
  limen_retriever_clear(&unit);
  limen_collection_clear(&texts);
}

/* Tokens may be longer than the name of a stream. */
static void test_a_long_token(void **state) {
  (void)state;
  static char token[5000];
  float a[3], b[3];
  memset(token, 'x', sizeof token - 1);
  assert_int_equal(limen_token_vector(token, 1, 3, a, NULL), LIMEN_OK);
  token[4990] = 'y';
  assert_int_equal(limen_token_vector(token, 1, 3, b, NULL), LIMEN_OK);
  assert_memory_not_equal(a, b, sizeof a);
}

/* Mean 0, variance 1, and two tokens uncorrelated: each within five standard errors. */
static void test_vectors_are_normal(void **state) {
  (void)state;
  enum { D = 1 << 16 };
  static float x[D], y[D];
  double mean = 0, square = 0, product = 0;
  assert_int_equal(limen_token_vector("fox", 3, D, x, NULL), LIMEN_OK);
  assert_int_equal(limen_token_vector("owl", 3, D, y, NULL), LIMEN_OK);
  for (size_t j = 0; j < D; j++) {
    mean += x[j] / (double)D;
    square += (double)x[j] * x[j] / D;
    product += (double)x[j] * y[j] / D;
  }
  expect_near(mean, 0, 5 / sqrt(D));
  expect_near(square, 1, 5 * sqrt(2. / D));
  expect_near(product, 0, 5 / sqrt(D));
}

/* Nothing to tell texts apart with at d = 1, everything at d = 2048. */
static void test_dimensions_hold_texts(void **state) {
  (void)state;
  struct limen_collection limit = limit_of(12, 300);
  struct limen_representation_settings few = settings_of(1), many = settings_of(2048);
  assert_true(recall_by("random_phrase", &limit, &few, 2) < 0.2);
  assert_true(recall_by("random_phrase", &limit, &many, 2) > 0.99);
  assert_true(recall_by("phrase_tfidf", &limit, &few, 2) == 1);
  limen_collection_clear(&limit);
}

/* ---- equal scores ---- */

/* 200 documents that are the same, more than any room for ties: the last ids come first. */
static void test_ties_stand_by_id(void **state) {
  (void)state;
  static const char *const names[] = {"bm25", "word_tfidf", "random_word", "maxsim"};
  struct limen_collection collection = {0};
  const struct limen_representation_settings settings = settings_of(8);
  for (size_t i = 0; i < 200; i++) {
    char id[16];
    snprintf(id, sizeof id, "d%zu", (i * 77) % 200);
    add_document(&collection, id, i == 50 ? "fox fox" : "fox");
  }
  add_query(&collection, "q", "fox");
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    struct limen_retriever retriever = retriever_of(names[n], &collection, &settings);
    struct limen_hits hits = hits_of(&retriever, 7);
    /* d50 is i = 50: 50 * 77 % 200. Where repetition counts it is first. */
    const bool repeats = hits.score[0] > hits.score[1];
    static const char *const ids[] = {"d99", "d98", "d97", "d96", "d95", "d94", "d93"};
    for (size_t i = repeats; i < 7; i++)
      assert_string_equal(collection.documents.passage[hits.document[i]].id, ids[i - repeats]);
    if (repeats) assert_int_equal(hits.document[0], 50);
    assert_true(repeats == (strcmp(names[n], "random_word") == 0 || strcmp(names[n], "bm25") == 0));
    limen_hits_clear(&hits);
    limen_retriever_clear(&retriever);
  }
  limen_collection_clear(&collection);
}

/* Products of 1e-20 and less are still told apart: 1 - product is 1 for all of them. */
static void test_tiny_products(void **state) {
  (void)state;
  struct limen_collection collection = {0};
  struct limen_representation_settings settings = limen_representation_defaults;
  struct limen_matrix documents, queries;
  struct limen_vectors vectors;
  assert_int_equal(limen_matrix_init(&documents, 100, 1, NULL), LIMEN_OK);
  assert_int_equal(limen_matrix_init(&queries, 1, 1, NULL), LIMEN_OK);
  queries.values[0] = 1e-10f;
  add_query(&collection, "q", "");
  for (size_t i = 0; i < 100; i++) {
    char id[16];
    snprintf(id, sizeof id, "d%02zu", i);
    add_document(&collection, id, "");
    documents.values[i] = 1e-10f * (float)((i * 37) % 100);
  }
  limen_vectors_lend(&vectors, &documents);
  assert_int_equal(limen_vectors_write(at("documents.npy"), &vectors, NULL), LIMEN_OK);
  limen_vectors_lend(&vectors, &queries);
  assert_int_equal(limen_vectors_write(at("queries.npy"), &vectors, NULL), LIMEN_OK);
  settings.documents = at("documents.npy");
  settings.queries = at("queries.npy");
  struct limen_retriever retriever = retriever_of("user", &collection, &settings);
  struct limen_hits hits = hits_of(&retriever, 6);
  for (size_t i = 0; i < 6; i++) assert_int_equal(hits.document[i] * 37 % 100, 99 - i);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  limen_collection_clear(&collection);
  limen_matrix_clear(&documents);
  limen_matrix_clear(&queries);
}

/* ---- oracles ---- */

/* All pairs of 60 documents among 300 others, in four dimensions. */
static void test_moment_curve_holds_all_pairs(void **state) {
  (void)state;
  struct limen_collection limit = limit_of(60, 300);
  assert_int_equal(limit.queries.count, 1770);
  struct limen_representation_settings settings = settings_of(0);
  struct limen_retriever retriever = retriever_of("moment_curve", &limit, &settings);
  struct limen_hits hits = hits_of(&retriever, 3);
  assert_int_equal(retriever.settings.d, 4);
  assert_int_equal(retriever.document_vectors.columns, 4);
  assert_true(recall_of(&limit, &hits, 2) == 1);
  /* Both wanted score the same, exactly, and the third less. */
  for (size_t q = 0; q < hits.queries; q++) {
    assert_true(hits.score[3 * q] == hits.score[3 * q + 1]);
    assert_true(hits.score[3 * q + 2] < hits.score[3 * q]);
  }
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  limen_collection_clear(&limit);
}

/* Queries that want one, two or three documents, one that wants none, judgements of strangers, of a
 * grade below 1, and one that is there twice. */
static struct limen_collection uneven(void) {
  struct limen_collection collection = {0};
  char id[16];
  for (size_t i = 0; i < 40; i++) {
    snprintf(id, sizeof id, "d%zu", i);
    add_document(&collection, id, "");
  }
  for (size_t q = 0; q < 20; q++) {
    char document[16];
    snprintf(id, sizeof id, "q%zu", q);
    add_query(&collection, id, "");
    for (size_t i = 0; i < 1 + q % 3; i++) {
      snprintf(document, sizeof document, "d%zu", (3 * q + 5 * i) % 17);
      want(&collection, id, document);
    }
  }
  want(&collection, "q1", "d3");
  want(&collection, "q1", "stranger");
  want(&collection, "stranger", "d39");
  assert_int_equal(limen_qrels_add(&collection.qrels, "q2", "d38", 0, NULL), LIMEN_OK);
  add_query(&collection, "wants nothing", "");
  return collection;
}

/* What is wanted comes first, and nothing else before it. */
static void expect_wanted_first(const struct limen_collection *collection,
                                const struct limen_hits *hits) {
  for (size_t q = 0; q < 20; q++) {
    const size_t count = 1 + q % 3;
    for (size_t i = 0; i < count; i++) {
      bool found = false;
      char id[16];
      snprintf(id, sizeof id, "d%zu", (3 * q + 5 * i) % 17);
      for (size_t j = 0; j < count; j++)
        found = found ||
                strcmp(collection->documents.passage[hits->document[q * hits->k + j]].id, id) == 0;
      if (!found) fail_msg("query %zu: %s is not among the first %zu", q, id, count);
    }
  }
}

static void test_oracles_of_uneven_queries(void **state) {
  (void)state;
  static const char *const names[] = {"moment_curve", "free"};
  static const size_t d[] = {6, 16};
  struct limen_collection collection = uneven();
  for (size_t n = 0; n < 2; n++) {
    const struct limen_representation_settings settings = settings_of(d[n]);
    struct limen_retriever retriever = retriever_of(names[n], &collection, &settings);
    struct limen_hits hits = hits_of(&retriever, 4);
    expect_wanted_first(&collection, &hits);
    for (size_t j = 0; j < d[n]; j++)
      assert_true(retriever.query_vectors.values[20 * d[n] + j] == 0);
    for (size_t i = 0; i < 4; i++) /* all scores are 0, so the last ids are first */
      assert_int_equal(hits.document[20 * 4 + i], 9 - i);
    limen_hits_clear(&hits);
    limen_retriever_clear(&retriever);
  }
  limen_collection_clear(&collection);
}

/* Eight documents in three dimensions, too few for all pairs, and in sixteen. The 500 that nobody
 * wants stand below in either case, and no two at one place. */
static void test_free_embeddings_and_what_nobody_wants(void **state) {
  (void)state;
  static const size_t d[] = {3, 16};
  struct limen_collection limit = limit_of(8, 500);
  for (size_t n = 0; n < 2; n++) {
    const struct limen_representation_settings settings = settings_of(d[n]);
    struct limen_retriever retriever = retriever_of("free", &limit, &settings);
    struct limen_hits hits = hits_of(&retriever, 8);
    struct limen_vectors vectors;
    struct limen_defects defects;
    limen_vectors_lend(&vectors, &retriever.document_vectors);
    assert_int_equal(limen_defects_find(&vectors, &defects, NULL), LIMEN_OK);
    assert_int_equal(defects.repeated_rows, 0);
    assert_true((n == 0) == (recall_of(&limit, &hits, 2) < 1));
    /* What stands before a query's wanted documents is wanted by others. */
    for (size_t q = 0; q < hits.queries; q++) {
      size_t found = 0;
      for (size_t i = 0; i < 8 && found < 2; i++) {
        const char *id = limit.documents.passage[hits.document[q * 8 + i]].id;
        const struct limen_judged_query *judged = &limit.qrels.query[q];
        found += strcmp(id, judged->judgement[0].document) == 0 ||
                 strcmp(id, judged->judgement[1].document) == 0;
        assert_true(hits.document[q * 8 + i] < 8);
      }
    }
    limen_hits_clear(&hits);
    limen_retriever_clear(&retriever);
  }
  limen_collection_clear(&limit);
}

/* ---- indexes ---- */

static void test_indexes_over_vectors(void **state) {
  (void)state;
  struct limen_collection limit = limit_of(15, 300);
  const struct limen_representation_settings settings = settings_of(24);
  struct limen_retriever retriever = retriever_of("random_word", &limit, &settings);
  struct limen_hits exact = hits_of(&retriever, 10);
  size_t *order = limen_alloc(retriever.documents, sizeof *order, NULL);
  for (size_t i = 0; i < retriever.documents; i++) order[i] = i;
  for (size_t e = 0; limen_engine_at(e); e++) {
    struct limen_index_settings index_settings = limen_index_defaults;
    struct limen_index index;
    struct limen_hits hits;
    size_t same = 0;
    index_settings.metric = LIMEN_IP;
    assert_int_equal(limen_index_build(limen_engine_at(e), &retriever.document_vectors, order,
                                       &index_settings, &index, NULL),
                     LIMEN_OK);
    assert_int_equal(limen_retriever_search_index(&retriever, &index, 10, 300, &hits, NULL),
                     LIMEN_OK);
    assert_int_equal(hits.k, 10);
    for (size_t q = 0; q < hits.queries; q++)
      for (size_t i = 0; i < hits.found[q]; i++)
        for (size_t j = 0; j < 10; j++)
          same += hits.document[q * 10 + i] == exact.document[q * 10 + j] &&
                  hits.score[q * 10 + i] == exact.score[q * 10 + j];
    /* Inner products, with ef beyond the 315 documents: nearly all. */
    assert_true(same >= (e == 0 ? 1 : 0.95) * 10 * (double)hits.queries);
    limen_hits_clear(&hits);
    limen_index_clear(&index);
  }
  limen_free(order);
  limen_hits_clear(&exact);
  limen_retriever_clear(&retriever);
  limen_collection_clear(&limit);
}

static void expect_index_error(const struct limen_retriever *retriever, struct limen_index *index,
                               size_t k, const char *expected) {
  struct limen_hits hits;
  struct limen_error error = {0};
  assert_int_equal(limen_retriever_search_index(retriever, index, k, 9, &hits, &error),
                   LIMEN_USAGE);
  assert_string_equal(error.text, expected);
  assert_null(hits.document);
}

static void test_indexes_that_do_not_fit(void **state) {
  (void)state;
  struct limen_collection limit = limit_of(5, 5);
  const struct limen_representation_settings settings = settings_of(4);
  struct limen_retriever words = retriever_of("random_word", &limit, &settings);
  struct limen_retriever phrases = retriever_of("random_phrase", &limit, &settings);
  struct limen_retriever bm25 = retriever_of("bm25", &limit, &settings);
  static const size_t order[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  struct limen_index_settings index_settings = limen_index_defaults;
  struct limen_index l2, ip;
  assert_int_equal(limen_index_build(limen_engine_at(0), &words.document_vectors, order,
                                     &index_settings, &l2, NULL),
                   LIMEN_OK);
  index_settings.metric = LIMEN_IP;
  assert_int_equal(limen_index_build(limen_engine_at(0), &words.document_vectors, order,
                                     &index_settings, &ip, NULL),
                   LIMEN_OK);
  expect_index_error(&bm25, &ip, 3,
                     "the representation bm25 has no vectors, so there is no index over them; "
                     "search it exactly");
  expect_index_error(&phrases, &ip, 3,
                     "the index holds other vectors than the documents of this representation; "
                     "build it over document_vectors");
  expect_index_error(&words, &l2, 3,
                     "the index has the metric l2; representations are scored by inner product, "
                     "ip");
  expect_index_error(&words, &ip, 0, "k is 0; a search needs k >= 1");
  limen_index_clear(&l2);
  limen_index_clear(&ip);
  limen_retriever_clear(&words);
  limen_retriever_clear(&phrases);
  limen_retriever_clear(&bm25);
  limen_collection_clear(&limit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_a_token_has_its_vector),
      TEST(test_unit_length),
      TEST(test_a_long_token),
      TEST(test_vectors_are_normal),
      TEST(test_dimensions_hold_texts),
      TEST(test_ties_stand_by_id),
      TEST(test_tiny_products),
      TEST(test_moment_curve_holds_all_pairs),
      TEST(test_oracles_of_uneven_queries),
      TEST(test_free_embeddings_and_what_nobody_wants),
      TEST(test_indexes_over_vectors),
      TEST(test_indexes_that_do_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
