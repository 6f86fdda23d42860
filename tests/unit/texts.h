/* Small words for tests of representations: collections made here, and what was found in them.
 * Include after cmocka.h. */
#ifndef LIMEN_TESTS_TEXTS_H
#define LIMEN_TESTS_TEXTS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "retrieval/representation.h"

static inline void add_document(struct limen_collection *to, const char *id, const char *text) {
  assert_int_equal(limen_passages_add(&to->documents, id, NULL, text, NULL), LIMEN_OK);
}

static inline void add_query(struct limen_collection *to, const char *id, const char *text) {
  assert_int_equal(limen_passages_add(&to->queries, id, NULL, text, NULL), LIMEN_OK);
}

static inline void want(struct limen_collection *to, const char *query, const char *document) {
  assert_int_equal(limen_qrels_add(&to->qrels, query, document, 1, NULL), LIMEN_OK);
}

/* Texts of random words out of `words`: at least one, `most` at most, some of them repeated. */
static inline void random_text(gsl_rng *rng, size_t words, size_t most, char *out, size_t size) {
  const size_t count = 1 + gsl_rng_uniform_int(rng, most);
  size_t length = 0;
  out[0] = '\0';
  for (size_t i = 0; i < count && length + 8 < size; i++)
    length +=
        (size_t)snprintf(out + length, size - length, "w%lu ", gsl_rng_uniform_int(rng, words));
}

/* "Name i likes THING, THING and THING.", every pair of the first documents liking one thing that
 * nobody else does, and "Who likes THING?" for each of them; `others` like only what nobody asks
 * for. Ids hold a space. */
static inline struct limen_collection limit_of(size_t wanted, size_t others) {
  struct limen_collection collection = {0};
  char id[32], text[4096];
  for (size_t i = 0; i < wanted + others; i++) {
    size_t length = (size_t)snprintf(text, sizeof text, "Name %zu likes", i);
    snprintf(id, sizeof id, "Name %zu", i);
    for (size_t j = 0; j < wanted && i < wanted; j++)
      if (j != i)
        length += (size_t)snprintf(text + length, sizeof text - length, " Thing %zu X%zu,",
                                   i < j ? i : j, i < j ? j : i);
    for (size_t j = 0; j < 3; j++)
      length += (size_t)snprintf(text + length, sizeof text - length, " Filler %zu,",
                                 (i * 7 + j * 13) % 31);
    snprintf(text + length, sizeof text - length, " Rain and Snow.");
    add_document(&collection, id, text);
  }
  for (size_t i = 0; i < wanted; i++)
    for (size_t j = i + 1; j < wanted; j++) {
      snprintf(id, sizeof id, "query_%zu_%zu", i, j);
      snprintf(text, sizeof text, "Who likes Thing %zu X%zu?", i, j);
      add_query(&collection, id, text);
      want(&collection, id, collection.documents.passage[i].id);
      want(&collection, id, collection.documents.passage[j].id);
    }
  return collection;
}

static inline struct limen_retriever retriever_of(
    const char *name, const struct limen_collection *collection,
    const struct limen_representation_settings *settings) {
  struct limen_retriever retriever;
  struct limen_error error = {0};
  const struct limen_representation *representation = limen_representation_find(name);
  assert_non_null(representation);
  int status = limen_retriever_build(representation, collection, settings, &retriever, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return retriever;
}

static inline struct limen_hits hits_of(const struct limen_retriever *retriever, size_t k) {
  struct limen_hits hits;
  struct limen_error error = {0};
  int status = limen_retriever_search(retriever, k, &hits, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return hits;
}

/* The share of wanted documents among the first k, the mean over all judged queries. */
static inline double recall_of(const struct limen_collection *collection,
                               const struct limen_hits *hits, size_t k) {
  double sum = 0;
  size_t queries = 0;
  for (size_t q = 0; q < hits->queries; q++) {
    const struct limen_judged_query *judged =
        limen_qrels_find(&collection->qrels, collection->queries.passage[q].id);
    size_t found = 0;
    if (!judged) continue;
    for (size_t i = 0; i < k && i < hits->found[q]; i++)
      for (size_t j = 0; j < judged->count; j++)
        found += strcmp(judged->judgement[j].document,
                        collection->documents.passage[hits->document[q * hits->k + i]].id) == 0;
    sum += (double)found / (double)judged->count;
    queries++;
  }
  return sum / (double)queries;
}

/* Builds, searches, and gives the recall. */
static inline double recall_by(const char *name, const struct limen_collection *collection,
                               const struct limen_representation_settings *settings, size_t k) {
  struct limen_retriever retriever = retriever_of(name, collection, settings);
  struct limen_hits hits = hits_of(&retriever, k);
  const double recall = recall_of(collection, &hits, k);
  limen_hits_clear(&hits);
  limen_retriever_clear(&retriever);
  return recall;
}

/* The score of a document for a query; NaN when it was not found. */
static inline double score_in(const struct limen_hits *hits, size_t query, size_t document) {
  for (size_t i = 0; i < hits->found[query]; i++)
    if (hits->document[query * hits->k + i] == document) return hits->score[query * hits->k + i];
  return NAN;
}

static inline void expect_near(double got, double expected, double tolerance) {
  if (!(fabs(got - expected) <= tolerance))
    fail_msg("%.17g in place of %.17g, more than %g away", got, expected, tolerance);
}

#endif
