/* Tokens: how texts become bags of numbered words or phrases. */
#ifndef LIMEN_RETRIEVAL_TOKENS_H
#define LIMEN_RETRIEVAL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/collection.h"
#include "data/id_index.h"
#include "retrieval/phrases.h"

struct limen_token_rule {
  bool phrases;        /* phrases (phrases.h) of texts that have them; words of all others */
  bool stop_words;     /* leave out stop words; of words only, as is */
  const char *stemmer; /* limen_stemmer_name; */
};

/* Hands out the tokens of one text in their order, a token as often as it comes up. LIMEN_USAGE for
 * an unknown stemmer. */
int limen_tokens_of(const char *text, const struct limen_token_rule *rule,
                    const struct limen_token_sink *sink, struct limen_error *error);

/* ---- the tokens of a collection ---- */

/* Each distinct token of a text, in the order in which they come up first. */
struct limen_bags {
  size_t texts;
  size_t *start;   /* texts + 1: text i has the entries start[i] .. start[i + 1] - 1 */
  uint32_t *token; /* numbers in the vocabulary */
  uint32_t *count; /* how often the text has it, at least 1 */
  size_t entries, token_capacity, count_capacity;
};

struct limen_tokens {
  char **text;  /* their texts: of documents and queries together */
  size_t count; /* distinct ones */
  struct limen_bags documents, queries;

  size_t capacity;
  struct limen_id_index index; /* of the texts */
};

/* A passage's text is its title and its text, a space between them. */
int limen_tokens_make(const struct limen_collection *collection,
                      const struct limen_token_rule *rule, struct limen_tokens *out,
                      struct limen_error *error);
void limen_tokens_clear(struct limen_tokens *tokens);

#endif
