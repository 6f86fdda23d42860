/* BM25, TF-IDF and late interaction: by hand, and against their formulas on random texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "knn/distance.h"
#include "retrieval/token_vectors.h"
#include "unit/texts.h"

/* ---- by hand ---- */

/* Lengths 5, 2 and 8: mean 5. "red" is in 3 of 3, "fox" in 2. */
static struct limen_collection foxes(void) {
  struct limen_collection collection = {0};
  add_document(&collection, "d1", "The red fox, the fox");
  add_document(&collection, "d2", "red wine");
  add_document(&collection, "d3", "A fox ran over a red wall today");
  add_document(&collection, "d4", "");
  add_query(&collection, "q", "Red fox, fox?");
  collection.documents.count = 3; /* d4 is for those that want an empty text */
  return collection;
}

static void clear_foxes(struct limen_collection *collection) {
  collection->documents.count = 4;
  limen_collection_clear(collection);
}

/* k1 = 1.1, b = 0.6: idf ln(8/7) = 0.133531 for red, ln(1.6) = 0.470004 for fox;
 *   d1  0.133531 2.1 / (1 + 1.1) + 2 * 0.470004 4.2 / (2 + 1.1)
 *   d2  0.133531 2.1 / (1 + 1.1 (0.4 + 0.6 2/5))
 *   d3  (0.133531 + 2 * 0.470004) 2.1 / (1 + 1.1 (0.4 + 0.6 8/5)) */
static void test_bm25_by_hand(void **state) {
  (void)state;
  struct limen_collection collection = foxes();
  struct limen_representation_settings settings = limen_representation_defaults;
  settings.k1 = 1.1;
  settings.b = 0.6;
  struct limen_retriever retriever = retriever_of("bm25", &collection, &settings);
  struct limen_hits hits = hits_of(&retriever, 5);
  static const uint32_t order[] = {0, 2, 1};
  assert_int_equal(hits.k, 3);
  assert_int_equal(hits.found[0], 3);
  assert_memory_equal(hits.document, order, sizeof order);
  expect_near(hits.score[0], 1.4070896138065159, 1e-14);
  expect_near(hits.score[1], 0.9032176151216295, 1e-14);
  expect_near(hits.score[2], 0.1645633359809257, 1e-14);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  clear_foxes(&collection);
}

/* An empty document counts for N = 4 and for the mean length 3.75, and is not found; k1 = 0 leaves
 * the idf alone: red ln(1 + 1.5/3.5), fox ln(1 + 2.5/2.5) twice. */
static void test_bm25_with_an_empty_document(void **state) {
  (void)state;
  struct limen_collection collection = foxes();
  struct limen_representation_settings settings = limen_representation_defaults;
  collection.documents.count = 4;
  settings.k1 = 0;
  struct limen_retriever retriever = retriever_of("bm25", &collection, &settings);
  struct limen_hits hits = hits_of(&retriever, 4);
  assert_int_equal(hits.found[0], 3);
  /* d1 and d3 tie; the later id is first. */
  assert_int_equal(hits.document[0], 2);
  assert_int_equal(hits.document[1], 0);
  assert_int_equal(hits.document[3], UINT32_MAX);
  assert_true(hits.score[3] == -INFINITY);
  expect_near(hits.score[0], log(1 + 1.5 / 3.5) + 2 * log(2), 1e-14);
  assert_true(hits.score[1] == hits.score[0]);
  expect_near(hits.score[2], log(1 + 1.5 / 3.5), 1e-14);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  clear_foxes(&collection);
}

/* idf: red 1, fox 1 + ln(4/3) = 1.287682, all others 1 + ln 2 = 1.693147. The query is
 * (1, 2.575364), long 2.762698; d2 is (1, 1.693147), long 1.966405: 1 / 5.432583 = 0.184074. */
static void test_tfidf_by_hand(void **state) {
  (void)state;
  struct limen_collection collection = foxes();
  struct limen_retriever retriever =
      retriever_of("word_tfidf", &collection, &limen_representation_defaults);
  struct limen_hits hits = hits_of(&retriever, 3);
  expect_near(score_in(&hits, 0, 0), 0.6321534827730103, 1e-14);
  expect_near(score_in(&hits, 0, 1), 0.1840745214983810, 1e-14);
  expect_near(score_in(&hits, 0, 2), 0.3088305098022452, 1e-14);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  clear_foxes(&collection);
}

/* Without "the", "a" and "over" the stems of d1 and the query are the same. */
static void test_words_are_prepared_as_asked(void **state) {
  (void)state;
  struct limen_collection collection = {0};
  struct limen_representation_settings settings = limen_representation_defaults;
  add_document(&collection, "d1", "The hopping foxes");
  add_query(&collection, "q", "a fox hops");
  struct limen_retriever retriever = retriever_of("word_tfidf", &collection, &settings);
  struct limen_hits hits = hits_of(&retriever, 1);
  assert_int_equal(hits.found[0], 0);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  settings.stop_words = true;
  settings.stemmer = "porter";
  retriever = retriever_of("word_tfidf", &collection, &settings);
  hits = hits_of(&retriever, 1);
  expect_near(score_in(&hits, 0, 0), 1, 1e-15);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  limen_collection_clear(&collection);
}

/* ---- against the formulas ---- */

enum { DOCUMENTS = 83, QUERIES = 29, WORDS = 41 };

static uint32_t counts[DOCUMENTS + QUERIES][WORDS]; /* queries behind the documents */

static struct limen_collection random_texts(void) {
  struct limen_collection collection = {0};
  gsl_rng *rng = limen_rng_alloc(7, "test texts", NULL);
  memset(counts, 0, sizeof counts);
  for (size_t i = 0; i < DOCUMENTS + QUERIES; i++) {
    char id[16], text[1024];
    random_text(rng, WORDS, i < DOCUMENTS ? 60 : 6, text, sizeof text);
    snprintf(id, sizeof id, "t%zu", i);
    if (i < DOCUMENTS)
      add_document(&collection, id, text);
    else
      add_query(&collection, id, text);
    for (const char *at = text; (at = strchr(at, 'w')); at++) counts[i][atoi(at + 1)]++;
  }
  limen_rng_free(rng);
  return collection;
}

static size_t having(size_t word) {
  size_t sum = 0;
  for (size_t i = 0; i < DOCUMENTS; i++) sum += counts[i][word] > 0;
  return sum;
}

static double length_of(size_t text) {
  double sum = 0;
  for (size_t w = 0; w < WORDS; w++) sum += counts[text][w];
  return sum;
}

static bool share_a_word(size_t a, size_t b) {
  bool shared = false;
  for (size_t w = 0; w < WORDS; w++) shared = shared || (counts[a][w] > 0 && counts[b][w] > 0);
  return shared;
}

static double bm25_of(size_t query, size_t document) {
  double mean = 0, sum = 0;
  for (size_t i = 0; i < DOCUMENTS; i++) mean += length_of(i) / DOCUMENTS;
  for (size_t w = 0; w < WORDS; w++) {
    const double h = (double)having(w), f = counts[document][w];
    sum += counts[query][w] * log(1 + (DOCUMENTS - h + 0.5) / (h + 0.5)) * f * 2.2 /
           (f + 1.2 * (0.25 + 0.75 * length_of(document) / mean));
  }
  return sum;
}

static double tfidf_of(size_t query, size_t document) {
  double product = 0, x = 0, y = 0;
  for (size_t w = 0; w < WORDS; w++) {
    const double idf = 1 + log((1. + DOCUMENTS) / (1. + (double)having(w)));
    const double a = counts[query][w] * idf, b = counts[document][w] * idf;
    product += a * b;
    x += a * a;
    y += b * b;
  }
  return product / sqrt(x * y);
}

/* Words that both share or not: all documents with words are found. */
static double maxsim_of(size_t query, size_t document) {
  enum { D = 128 };
  static float vectors[WORDS][D];
  static double length[WORDS];
  double sum = 0;
  for (size_t w = 0; w < WORDS && length[WORDS - 1] == 0; w++) {
    char word[8];
    snprintf(word, sizeof word, "w%zu", w);
    assert_int_equal(limen_token_vector(word, 1, D, vectors[w], NULL), LIMEN_OK);
    length[w] = sqrt(limen_product(vectors[w], vectors[w], D));
  }
  for (size_t w = 0; w < WORDS; w++) {
    double best = -INFINITY;
    for (size_t v = 0; v < WORDS && counts[query][w] > 0; v++)
      if (counts[document][v] > 0)
        best = fmax(best, limen_product(vectors[w], vectors[v], D) / length[w] / length[v]);
    if (counts[query][w] > 0) sum += counts[query][w] * best;
  }
  return sum;
}

/* Every document is found or rightly left out, with its score, and all stand in their order. */
static void expect_scores(const char *name, double (*score_of)(size_t query, size_t document),
                          bool all, double tolerance) {
  struct limen_collection collection = random_texts();
  struct limen_retriever retriever =
      retriever_of(name, &collection, &limen_representation_defaults);
  struct limen_hits every = hits_of(&retriever, DOCUMENTS), best = hits_of(&retriever, 5);
  for (size_t q = 0; q < QUERIES; q++) {
    for (size_t i = 0; i < DOCUMENTS; i++) {
      const double score = score_in(&every, q, i);
      if (all || share_a_word(DOCUMENTS + q, i))
        expect_near(score, score_of(DOCUMENTS + q, i), tolerance);
      else
        assert_true(isnan(score));
    }
    for (size_t i = 1; i < every.found[q]; i++)
      assert_true(every.score[q * every.k + i] <= every.score[q * every.k + i - 1]);
    assert_int_equal(best.found[q], every.found[q] < 5 ? every.found[q] : 5);
    assert_memory_equal(best.document + q * 5, every.document + q * every.k,
                        best.found[q] * sizeof *best.document);
    assert_memory_equal(best.score + q * 5, every.score + q * every.k,
                        best.found[q] * sizeof *best.score);
  }
  limen_hits_clear(&every);
  limen_hits_clear(&best);
  limen_retriever_clear(&retriever);
  limen_collection_clear(&collection);
}

static void test_bm25_is_its_formula(void **state) {
  (void)state;
  expect_scores("bm25", bm25_of, false, 1e-12);
}

static void test_tfidf_is_its_formula(void **state) {
  (void)state;
  expect_scores("word_tfidf", tfidf_of, false, 1e-14);
  /* These texts have no phrases, so words stand in for them. */
  expect_scores("phrase_tfidf", tfidf_of, false, 1e-14);
}

/* Token vectors are rounded to float32 once they are of unit length: 2^-24 relative each, for at
 * most 6 words a query. */
static void test_maxsim_is_its_formula(void **state) {
  (void)state;
  expect_scores("maxsim", maxsim_of, true, 6 * 2.1 * 0x1p-24);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bm25_by_hand),
      cmocka_unit_test(test_bm25_with_an_empty_document),
      cmocka_unit_test(test_tfidf_by_hand),
      cmocka_unit_test(test_words_are_prepared_as_asked),
      cmocka_unit_test(test_bm25_is_its_formula),
      cmocka_unit_test(test_tfidf_is_its_formula),
      cmocka_unit_test(test_maxsim_is_its_formula),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
