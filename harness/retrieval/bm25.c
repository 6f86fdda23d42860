/* BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009):
 *
 *     sum over the query's tokens of  n  idf  (k1 + 1) f / (f + k1 (1 - b + b length / mean
 * length))
 *
 * f: how often the document has the token, n: how often the query has it. The idf is Lucene's,
 * ln(1 + (N - h + 1/2) / (h + 1/2)) for a token that h of N documents have: the original one is
 * below zero for tokens of more than half of the documents. Two documents, "a a b" and "b c", and
 * the query "a", k1 1.2, b 0.75: ln 2 * 4.4 / (2 + 1.2 (0.25 + 0.75 * 3/2.5)) = 0.9023. */
#include <math.h>

#include "retrieval/inverted.h"

static double document_weight(const struct limen_occurrence *occurrence) {
  const double N = (double)occurrence->documents, h = (double)occurrence->having;
  const double f = occurrence->count, k1 = occurrence->settings->k1, b = occurrence->settings->b;
  const double length = (double)occurrence->length / occurrence->mean_length;
  return log(1 + (N - h + 0.5) / (h + 0.5)) * (k1 + 1) * f / (f + k1 * (1 - b + b * length));
}

static double query_weight(const struct limen_occurrence *occurrence) { return occurrence->count; }

static int build(struct limen_retriever *retriever, struct limen_error *error) {
  static const struct limen_weights weights = {document_weight, query_weight, false};
  return limen_inverted_build(retriever, false, &weights, error);
}

const struct limen_representation limen_representation_bm25 = {
    .name = "bm25",
    .about = "words, weighted by how rare they are and how often a text repeats them (BM25)",
    .reads = LIMEN_REPRESENTATION_READS_WORDS | LIMEN_REPRESENTATION_READS_BM25,
    .build = build,
    .search = limen_inverted_search,
    .close = limen_inverted_close,
};
