/* What every representation of the table keeps: shapes, order, the same hits again with any number
 * of threads, vectors where it says so, and what it refuses. */
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "base/threads.h"
#include "data/format.h"
#include "knn/distance.h"
#include "unit/scratch.h"
#include "unit/texts.h"

enum { WANTED = 14, DOCUMENTS = 214, QUERIES = 91, D = 24, K = 9 };

static struct limen_collection limit;
static char paths[2][256];

static void write_random(const char *name, size_t rows, char *path) {
  struct limen_matrix matrix;
  struct limen_vectors vectors;
  gsl_rng *rng = limen_rng_alloc(5, name, NULL);
  assert_int_equal(limen_matrix_init(&matrix, rows, D, NULL), LIMEN_OK);
  for (size_t i = 0; i < rows * D; i++) matrix.values[i] = (float)gsl_rng_uniform(rng) - 0.5f;
  limen_rng_free(rng);
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(strcpy(path, at(name)), &vectors, NULL), LIMEN_OK);
  limen_matrix_clear(&matrix);
}

static int setup(void **state) {
  if (scratch_setup(state) != 0) return -1;
  limit = limit_of(WANTED, DOCUMENTS - WANTED);
  write_random("documents.npy", DOCUMENTS, paths[0]);
  write_random("queries.npy", QUERIES, paths[1]);
  return 0;
}

static int teardown(void **state) {
  limen_collection_clear(&limit);
  limen_threads_set(0);
  return scratch_teardown(state);
}

static struct limen_representation_settings settings_of_all(void) {
  struct limen_representation_settings settings = limen_representation_defaults;
  settings.d = D;
  settings.steps = 200;
  settings.documents = paths[0];
  settings.queries = paths[1];
  return settings;
}

/* ---- hits ---- */

static void expect_hits(const struct limen_hits *hits, size_t k) {
  assert_int_equal(hits->queries, QUERIES);
  assert_int_equal(hits->k, k);
  for (size_t q = 0; q < QUERIES; q++) {
    const uint32_t *document = hits->document + q * k;
    const double *score = hits->score + q * k;
    bool seen[DOCUMENTS] = {0};
    assert_in_range(hits->found[q], 1, k); /* all queries here share something with documents */
    for (size_t i = 0; i < k; i++) {
      if (i >= hits->found[q]) {
        assert_true(document[i] == UINT32_MAX && score[i] == -INFINITY);
        continue;
      }
      assert_in_range(document[i], 0, DOCUMENTS - 1);
      assert_false(seen[document[i]]);
      seen[document[i]] = true;
      assert_true(isfinite(score[i]));
      if (i == 0) continue;
      const char *id = limit.documents.passage[document[i]].id;
      const char *before = limit.documents.passage[document[i - 1]].id;
      assert_true(score[i] < score[i - 1] || (score[i] == score[i - 1] && strcmp(before, id) > 0));
    }
  }
}

static void expect_same(const struct limen_hits *a, const struct limen_hits *b) {
  assert_memory_equal(a->found, b->found, QUERIES * sizeof *a->found);
  assert_memory_equal(a->document, b->document, QUERIES * a->k * sizeof *a->document);
  assert_memory_equal(a->score, b->score, QUERIES * a->k * sizeof *a->score);
}

static void expect_vectors(const struct limen_retriever *retriever) {
  const struct limen_matrix *sides[] = {&retriever->document_vectors, &retriever->query_vectors};
  static const size_t rows[] = {DOCUMENTS, QUERIES};
  for (size_t s = 0; s < 2; s++) {
    assert_int_equal(sides[s]->rows, retriever->representation->dense ? rows[s] : 0);
    if (!retriever->representation->dense) continue;
    assert_int_equal(sides[s]->columns, retriever->settings.d);
    for (size_t i = 0; i < rows[s] * sides[s]->columns; i++)
      assert_true(isfinite(sides[s]->values[i]));
  }
}

/* The product of the vectors is the score, but for float64 scores of vectors that were rounded. */
static void expect_products(const struct limen_retriever *retriever,
                            const struct limen_hits *hits) {
  if (!retriever->representation->dense || retriever->representation->search) return;
  for (size_t q = 0; q < QUERIES; q++)
    for (size_t i = 0; i < hits->found[q]; i++)
      assert_true(hits->score[q * hits->k + i] ==
                  limen_product(
                      retriever->query_vectors.values + q * D,
                      retriever->document_vectors.values + hits->document[q * hits->k + i] * D, D));
}

static void test_hits_keep_their_word(void **state) {
  (void)state;
  const struct limen_representation_settings settings = settings_of_all();
  for (size_t r = 0; limen_representation_at(r); r++) {
    const char *name = limen_representation_name(r);
    struct limen_retriever retriever = retriever_of(name, &limit, &settings);
    struct limen_hits some = hits_of(&retriever, K), all = hits_of(&retriever, 10 * DOCUMENTS);
    print_message("%s\n", name);
    assert_ptr_equal(limen_representation_find(name), limen_representation_at(r));
    assert_true(strlen(limen_representation_at(r)->about) > 20);
    expect_hits(&some, K);
    expect_hits(&all, DOCUMENTS);
    expect_vectors(&retriever);
    expect_products(&retriever, &all);
    for (size_t q = 0; q < QUERIES; q++) /* the first of all are the first of some */
      assert_memory_equal(some.document + q * K, all.document + q * DOCUMENTS,
                          some.found[q] * sizeof *some.document);
    limen_hits_clear(&some);
    limen_hits_clear(&all);
    limen_retriever_clear(&retriever);
  }
  assert_null(limen_representation_find("bm26"));
  assert_null(limen_representation_name(1000));
}

static void test_threads_do_not_show(void **state) {
  (void)state;
  const struct limen_representation_settings settings = settings_of_all();
  for (size_t r = 0; limen_representation_at(r); r++) {
    struct limen_hits first, hits;
    for (int threads = 1; threads <= 4; threads++) {
      limen_threads_set(threads);
      struct limen_retriever retriever;
      if (threads < 4) {
        retriever = retriever_of(limen_representation_name(r), &limit, &settings);
        hits = hits_of(&retriever, K);
      } else { /* inside a team, as cells run */
#pragma omp parallel
#pragma omp single
        {
          retriever = retriever_of(limen_representation_name(r), &limit, &settings);
          hits = hits_of(&retriever, K);
        }
      }
      limen_retriever_clear(&retriever);
      if (threads == 1) {
        first = hits;
        continue;
      }
      expect_same(&first, &hits);
      limen_hits_clear(&hits);
    }
    limen_hits_clear(&first);
  }
  limen_threads_set(0);
}

/* Representations that read a seed give other scores under another one, and no other does. */
static void test_seeds_are_read_where_they_say(void **state) {
  (void)state;
  const struct limen_representation_settings one = settings_of_all();
  struct limen_representation_settings two = one;
  two.seed = 2;
  for (size_t r = 0; limen_representation_at(r); r++) {
    const struct limen_representation *representation = limen_representation_at(r);
    struct limen_retriever a = retriever_of(representation->name, &limit, &one);
    struct limen_retriever b = retriever_of(representation->name, &limit, &two);
    struct limen_hits x = hits_of(&a, K), y = hits_of(&b, K);
    const bool same = memcmp(x.score, y.score, QUERIES * K * sizeof *x.score) == 0;
    assert_true(same == !(representation->reads & LIMEN_REPRESENTATION_READS_SEED));
    limen_hits_clear(&x);
    limen_hits_clear(&y);
    limen_retriever_clear(&a);
    limen_retriever_clear(&b);
  }
}

/* Their own dimensions, when none are asked for. */
static void test_dimensions_of_their_own(void **state) {
  (void)state;
  struct limen_representation_settings settings = settings_of_all();
  settings.d = 0;
  for (size_t r = 0; limen_representation_at(r); r++) {
    const struct limen_representation *representation = limen_representation_at(r);
    struct limen_retriever retriever = retriever_of(representation->name, &limit, &settings);
    assert_true(!representation->dense || retriever.settings.d > 0);
    assert_true(representation->d == 0 || retriever.settings.d == representation->d);
    expect_vectors(&retriever);
    limen_retriever_clear(&retriever);
  }
}

/* ---- rankings ---- */

static void test_hits_become_rankings(void **state) {
  (void)state;
  const struct limen_representation_settings settings = settings_of_all();
  struct limen_retriever retriever = retriever_of("bm25", &limit, &settings);
  struct limen_hits hits = hits_of(&retriever, K);
  struct limen_ranking ranking = {0};
  hits.found[3] = 0; /* a query without hits is left out */
  assert_int_equal(limen_hits_rank(&hits, &limit, &ranking, NULL), LIMEN_OK);
  assert_int_equal(limen_ranking_sort(&ranking, NULL), LIMEN_OK);
  assert_int_equal(ranking.count, QUERIES - 1);
  assert_null(limen_ranking_find(&ranking, limit.queries.passage[3].id));
  for (size_t q = 0; q < QUERIES; q++) {
    const struct limen_ranked_query *query =
        limen_ranking_find(&ranking, limit.queries.passage[q].id);
    if (q == 3) continue;
    assert_non_null(query);
    assert_int_equal(query->count, hits.found[q]);
    for (size_t i = 0; i < query->count; i++) {
      assert_string_equal(query->ranked[i].document,
                          limit.documents.passage[hits.document[q * K + i]].id);
      assert_true(query->ranked[i].score == hits.score[q * K + i]);
    }
  }
  limen_ranking_clear(&ranking);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
}

/* ---- what is refused ---- */

static void expect_refused(const char *name, const struct limen_collection *collection,
                           const struct limen_representation_settings *settings, int status,
                           const char *expected) {
  struct limen_retriever retriever;
  struct limen_error error = {0};
  assert_int_equal(limen_retriever_build(limen_representation_find(name), collection, settings,
                                         &retriever, &error),
                   status);
  assert_string_equal(error.text, expected);
  assert_null(retriever.order);
  assert_null(retriever.state);
}

static void test_collections_that_all_refuse(void **state) {
  (void)state;
  const struct limen_representation_settings settings = settings_of_all();
  struct limen_collection none = {0}, lone = {0}, twice = {0};
  add_document(&lone, "d", "x");
  add_document(&twice, "d", "x");
  add_query(&twice, "a", "x");
  add_query(&twice, "q", "x");
  add_query(&twice, "q", "y");
  for (size_t r = 0; limen_representation_at(r); r++) {
    const char *name = limen_representation_name(r);
    expect_refused(name, &none, &settings, LIMEN_INPUT,
                   "the collection has no documents; there is nothing to search");
    expect_refused(name, &lone, &settings, LIMEN_INPUT,
                   "the collection has no queries; there is nothing to search");
    expect_refused(name, &twice, &settings, LIMEN_INPUT,
                   "queries: the id \"q\" stands twice, at 2 and 3");
  }
  limen_collection_clear(&lone);
  limen_collection_clear(&twice);
}

static void test_settings_out_of_range(void **state) {
  (void)state;
  const struct limen_representation_settings good = settings_of_all();
  struct limen_representation_settings bad = good;
  bad.d = 65537;
  for (size_t r = 0; limen_representation_at(r); r++)
    if (limen_representation_at(r)->reads & LIMEN_REPRESENTATION_READS_D)
      expect_refused(limen_representation_name(r), &limit, &bad, LIMEN_USAGE,
                     "d is 65537; a representation has 1 to 65536 dimensions");
  bad = good;
  bad.stemmer = "potter";
  for (size_t r = 0; limen_representation_at(r); r++)
    if (limen_representation_at(r)->reads & LIMEN_REPRESENTATION_READS_WORDS)
      expect_refused(limen_representation_name(r), &limit, &bad, LIMEN_USAGE,
                     "stemmer \"potter\" is unknown; there are none, porter and english");
  bad = good;
  bad.k1 = -0.1;
  expect_refused("bm25", &limit, &bad, LIMEN_USAGE, "k1 is -0.1; it is 0 or more");
  bad.k1 = 1;
  bad.b = 1.5;
  expect_refused("bm25", &limit, &bad, LIMEN_USAGE, "b is 1.5; it goes from 0 to 1");
  bad = good;
  bad.tau = 0;
  expect_refused("free", &limit, &bad, LIMEN_USAGE, "tau is 0; it must be above 0");
  bad = good;
  bad.d = 3;
  expect_refused("moment_curve", &limit, &bad, LIMEN_USAGE,
                 "d is 3; queries want up to 2 documents, for which the moment curve needs 4 "
                 "dimensions, or 0 to choose by itself");
}

static void test_oracles_need_judgements(void **state) {
  (void)state;
  const struct limen_representation_settings settings = settings_of_all();
  struct limen_collection collection = {0};
  add_document(&collection, "d", "x");
  add_query(&collection, "q", "x");
  want(&collection, "Q", "d");
  for (size_t r = 0; limen_representation_at(r); r++)
    if (limen_representation_at(r)->oracle)
      expect_refused(limen_representation_name(r), &collection, &settings, LIMEN_INPUT,
                     "no judgement says that a query of this collection wants one of its "
                     "documents; an oracle needs one, so see whether the ids agree");
  limen_collection_clear(&collection);
}

static void test_searches_that_end_early(void **state) {
  (void)state;
  const struct limen_representation_settings settings = settings_of_all();
  for (size_t r = 0; limen_representation_at(r); r++) {
    struct limen_retriever retriever =
        retriever_of(limen_representation_name(r), &limit, &settings);
    struct limen_error error = {0};
    struct limen_hits hits;
    assert_int_equal(limen_retriever_search(&retriever, 0, &hits, &error), LIMEN_USAGE);
    assert_string_equal(error.text, "k is 0; a search needs k >= 1");
    limen_interrupt_set(true);
    assert_int_equal(limen_retriever_search(&retriever, K, &hits, &error), LIMEN_INTERRUPTED);
    assert_non_null(strstr(error.text, "interrupted"));
    assert_null(hits.document);
    limen_interrupt_set(false);
    limen_retriever_clear(&retriever);
  }
  struct limen_retriever retriever;
  struct limen_error error = {0};
  limen_interrupt_set(true);
  assert_int_equal(limen_retriever_build(limen_representation_find("free"), &limit, &settings,
                                         &retriever, &error),
                   LIMEN_INTERRUPTED);
  limen_interrupt_set(false);
  assert_string_equal(error.text, "interrupted while free embeddings were trained");
}

/* A query may have so many wanted documents that its polynomial cannot be held. */
static void test_too_many_wanted(void **state) {
  (void)state;
  struct limen_collection collection = {0};
  const struct limen_representation_settings settings = limen_representation_defaults;
  char id[16];
  add_query(&collection, "greedy", "");
  for (size_t i = 0; i < 3000; i++) {
    snprintf(id, sizeof id, "d%zu", i);
    add_document(&collection, id, "");
    want(&collection, "greedy", id);
  }
  struct limen_retriever retriever;
  struct limen_error error = {0};
  int status = limen_retriever_build(limen_representation_find("moment_curve"), &collection,
                                     &settings, &retriever, &error);
  assert_string_equal(error.text,
                      "query \"greedy\" wants 3000 documents; float64 cannot hold a polynomial "
                      "with so many zeros, so leave such queries out");
  assert_int_equal(status, LIMEN_INPUT);
  limen_collection_clear(&collection);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hits_keep_their_word),
      cmocka_unit_test(test_threads_do_not_show),
      cmocka_unit_test(test_seeds_are_read_where_they_say),
      cmocka_unit_test(test_dimensions_of_their_own),
      cmocka_unit_test(test_hits_become_rankings),
      cmocka_unit_test(test_collections_that_all_refuse),
      cmocka_unit_test(test_settings_out_of_range),
      cmocka_unit_test(test_oracles_need_judgements),
      cmocka_unit_test(test_searches_that_end_early),
      cmocka_unit_test(test_too_many_wanted),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
