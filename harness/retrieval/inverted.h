/* Inverted index: for each token the documents that have it, each with a weight. */
#ifndef LIMEN_RETRIEVAL_INVERTED_H
#define LIMEN_RETRIEVAL_INVERTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "retrieval/hits.h"
#include "retrieval/representation.h"

/* What a scheme of weights may look at; an occurrence is a token in a text. */
struct limen_occurrence {
  size_t documents;   /* of the collection */
  size_t having;      /* documents that have the token */
  uint32_t count;     /* how often the text has it */
  size_t length;      /* tokens of the text, each as often as it comes up */
  double mean_length; /* over the documents */
  const struct limen_representation_settings *settings;
};

/* The score of a document is the sum over the query's tokens of the two weights' product. */
struct limen_weights {
  double (*document)(const struct limen_occurrence *occurrence);
  double (*query)(const struct limen_occurrence *occurrence);
  bool unit; /* scale the weights of each text to unit length */
};

/* Build, search and close of a representation by weights. */
int limen_inverted_build(struct limen_retriever *retriever, bool phrases,
                         const struct limen_weights *weights, struct limen_error *error);
int limen_inverted_search(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                          struct limen_error *error);
void limen_inverted_close(void *state);

#endif
