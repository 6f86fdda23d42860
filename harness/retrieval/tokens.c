#include "retrieval/tokens.h"

#include "base/memory.h"
#include "retrieval/words.h"

/* ---- one text ---- */

static int words_of(const char *text, const struct limen_token_rule *rule,
                    struct limen_stemmer *stemmer, const struct limen_token_sink *sink,
                    struct limen_error *error) {
  struct limen_text word = {0};
  int status = LIMEN_OK;
  while (status == LIMEN_OK && limen_word_next(&text, &word)) {
    if (rule->stop_words && limen_word_stops(limen_text_string(&word))) continue;
    limen_stemmer_stem(stemmer, &word);
    status = limen_text_status(&word, error);
    if (status == LIMEN_OK && word.length > 0) status = sink->take(sink->context, word.data, error);
  }
  limen_text_clear(&word);
  return status;
}

static int tokens_of(const char *text, const struct limen_token_rule *rule,
                     struct limen_stemmer *stemmer, const struct limen_token_sink *sink,
                     struct limen_error *error) {
  bool found = false;
  int status = rule->phrases ? limen_phrases_of(text, sink, &found, error) : LIMEN_OK;
  return status == LIMEN_OK && !found ? words_of(text, rule, stemmer, sink, error) : status;
}

int limen_tokens_of(const char *text, const struct limen_token_rule *rule,
                    const struct limen_token_sink *sink, struct limen_error *error) {
  struct limen_stemmer *stemmer;
  int status = limen_stemmer_open(rule->stemmer, &stemmer, error);
  if (status == LIMEN_OK) status = tokens_of(text, rule, stemmer, sink, error);
  limen_stemmer_close(stemmer);
  return status;
}

/* ---- numbers of tokens ---- */

static int number_of(struct limen_tokens *tokens, const char *text, uint32_t *out,
                     struct limen_error *error) {
  const size_t stride = sizeof *tokens->text;
  size_t number = limen_id_index_find(&tokens->index, tokens->text, stride, text);
  if (number == SIZE_MAX) {
    number = tokens->count;
    if (number >= UINT32_MAX)
      return LIMEN_FAIL(error, LIMEN_INPUT, "there are more than %u different tokens", UINT32_MAX);
    int status = limen_grow(&tokens->text, &tokens->capacity, number + 1, stride, error);
    if (status != LIMEN_OK) return status;
    if (!(tokens->text[number] = limen_copy_text(text, error))) return LIMEN_FAILED;
    tokens->count++;
    status = limen_id_index_add(&tokens->index, tokens->text, stride, error);
    if (status != LIMEN_OK) return status;
  }
  *out = (uint32_t)number;
  return LIMEN_OK;
}

/* ---- bags ---- */

/* The text that is being filled in. */
struct filling {
  struct limen_tokens *tokens;
  struct limen_bags *bags;
  size_t *last; /* per token: 1 + its entry in the bag it was in last; 0: none yet */
  size_t last_capacity;
};

static int take(void *context, const char *token_text, struct limen_error *error) {
  struct filling *filling = context;
  struct limen_bags *bags = filling->bags;
  uint32_t token = 0;
  int status = number_of(filling->tokens, token_text, &token, error);
  if (status == LIMEN_OK)
    status = limen_grow(&filling->last, &filling->last_capacity, filling->tokens->count,
                        sizeof *filling->last, error);
  if (status != LIMEN_OK) return status;
  if (filling->last[token] > bags->start[bags->texts]) {
    bags->count[filling->last[token] - 1]++;
    return LIMEN_OK;
  }
  status = limen_grow(&bags->token, &bags->token_capacity, bags->entries + 1, sizeof *bags->token,
                      error);
  if (status == LIMEN_OK)
    status = limen_grow(&bags->count, &bags->count_capacity, bags->entries + 1, sizeof *bags->count,
                        error);
  if (status != LIMEN_OK) return status;
  bags->token[bags->entries] = token;
  bags->count[bags->entries] = 1;
  filling->last[token] = ++bags->entries;
  return LIMEN_OK;
}

static int fill(struct limen_tokens *tokens, struct limen_bags *bags,
                const struct limen_passages *passages, const struct limen_token_rule *rule,
                struct limen_stemmer *stemmer, struct limen_error *error) {
  struct filling filling = {.tokens = tokens, .bags = bags};
  const struct limen_token_sink sink = {take, &filling};
  struct limen_text text = {0};
  bags->start = limen_alloc(passages->count + 1, sizeof *bags->start, error);
  int status = bags->start ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < passages->count && status == LIMEN_OK; i++) {
    text.length = 0;
    limen_text_add(&text, passages->passage[i].title);
    if (text.length > 0) limen_text_add(&text, " ");
    limen_text_add(&text, passages->passage[i].text);
    if ((status = limen_text_status(&text, error)) != LIMEN_OK) break;
    status = tokens_of(limen_text_string(&text), rule, stemmer, &sink, error);
    bags->start[++bags->texts] = bags->entries;
  }
  limen_text_clear(&text);
  limen_free(filling.last);
  return status;
}

int limen_tokens_make(const struct limen_collection *collection,
                      const struct limen_token_rule *rule, struct limen_tokens *out,
                      struct limen_error *error) {
  struct limen_stemmer *stemmer;
  *out = (struct limen_tokens){0};
  int status = limen_stemmer_open(rule->stemmer, &stemmer, error);
  if (status == LIMEN_OK)
    status = fill(out, &out->documents, &collection->documents, rule, stemmer, error);
  if (status == LIMEN_OK)
    status = fill(out, &out->queries, &collection->queries, rule, stemmer, error);
  limen_stemmer_close(stemmer);
  if (status != LIMEN_OK) limen_tokens_clear(out);
  return status;
}

static void clear_bags(struct limen_bags *bags) {
  limen_free(bags->start);
  limen_free(bags->token);
  limen_free(bags->count);
}

void limen_tokens_clear(struct limen_tokens *tokens) {
  clear_bags(&tokens->documents);
  clear_bags(&tokens->queries);
  for (size_t i = 0; i < tokens->count; i++) limen_free(tokens->text[i]);
  limen_free(tokens->text);
  limen_id_index_clear(&tokens->index);
  *tokens = (struct limen_tokens){0};
}
