/* TF-IDF: the cosine of two bags of tokens, each token weighing f idf, f how often the text has it
 * and idf = 1 + ln((1 + N) / (1 + h)) for a token that h of N documents have. The ones keep it
 * above zero for tokens of all documents and of none; the latter count for the query's length, as
 * they would in the cosine of two vectors. */
#include <math.h>

#include "retrieval/inverted.h"

static double weight(const struct limen_occurrence *occurrence) {
  const double N = (double)occurrence->documents, h = (double)occurrence->having;
  return occurrence->count * (1 + log((1 + N) / (1 + h)));
}

static const struct limen_weights weights = {weight, weight, true};

static int build_words(struct limen_retriever *retriever, struct limen_error *error) {
  return limen_inverted_build(retriever, false, &weights, error);
}

static int build_phrases(struct limen_retriever *retriever, struct limen_error *error) {
  return limen_inverted_build(retriever, true, &weights, error);
}

const struct limen_representation limen_representation_word_tfidf = {
    .name = "word_tfidf",
    .about = "words, weighted by how rare they are; cosine (TF-IDF)",
    .reads = LIMEN_REPRESENTATION_READS_WORDS,
    .build = build_words,
    .search = limen_inverted_search,
    .close = limen_inverted_close,
};

const struct limen_representation limen_representation_phrase_tfidf = {
    .name = "phrase_tfidf",
    .about = "the same with whole things liked as tokens, where a text says who likes what",
    .reads = LIMEN_REPRESENTATION_READS_WORDS,
    .build = build_phrases,
    .search = limen_inverted_search,
    .close = limen_inverted_close,
};
