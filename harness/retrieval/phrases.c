#include "retrieval/phrases.h"

#include <string.h>
#include <strings.h>

#include "retrieval/words.h"

enum {
  NAME_WORDS = 8,  /* the longest names, titles included, that are still a name */
  ABBREVIATION = 3 /* letters before a full stop that ends no sentence: St., Dr., Mrs. */
};

/* A stretch of the text. */
struct span {
  const char *at;
  size_t length;
};

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static struct span trim(struct span span) {
  while (span.length > 0 && is_space(span.at[0])) span.at++, span.length--;
  while (span.length > 0 && is_space(span.at[span.length - 1])) span.length--;
  return span;
}

/* Where `word`, between spaces, stands in the span; span.length: nowhere. */
static size_t find_word(struct span span, const char *word) {
  const size_t length = strlen(word);
  for (size_t i = 0; i + length <= span.length; i++)
    if (memcmp(span.at + i, word, length) == 0 && (i == 0 || is_space(span.at[i - 1])) &&
        (i + length == span.length || is_space(span.at[i + length])))
      return i;
  return span.length;
}

static size_t count_words(struct span span) {
  size_t count = 0;
  for (size_t i = 0; i < span.length; i++)
    count += !is_space(span.at[i]) && (i == 0 || is_space(span.at[i - 1]));
  return count;
}

/* Whether a sentence ends before the end of the span. A stop after few letters ends none. */
static bool goes_on(struct span span) {
  size_t letters = 0; /* of the word that ends here */
  for (size_t i = 0; i + 1 < span.length; i++) {
    if (is_space(span.at[i + 1]) &&
        (span.at[i] == '?' || (span.at[i] == '.' && letters > ABBREVIATION)))
      return true;
    letters = is_space(span.at[i]) ? 0 : letters + 1;
  }
  return false;
}

/* What stands behind "likes", without the mark at the end. False: the text has none of the forms.
 */
static bool find_things(const char *text, struct span *things, bool *question) {
  static const char who[] = "who", likes[] = "likes";
  const struct span all = trim((struct span){text, strlen(text)});
  const size_t verb = find_word(all, likes);
  if (verb == all.length) return false;
  const struct span name = trim((struct span){all.at, verb});
  const size_t after = verb + strlen(likes);
  *things = trim((struct span){all.at + after, all.length - after});
  if (name.length == 0 || count_words(name) > NAME_WORDS || goes_on(*things)) return false;
  *question = name.length == strlen(who) && strncasecmp(name.at, who, name.length) == 0;
  if (things->length > 0 && things->at[things->length - 1] == (*question ? '?' : '.'))
    things->length--;
  *things = trim(*things);
  return things->length > 0;
}

/* ---- handing out ---- */

struct writer {
  const struct limen_token_sink *sink;
  struct limen_text phrase, word, copy;
};

static int hand_out(struct writer *writer, struct span span, struct limen_error *error) {
  struct limen_text *phrase = &writer->phrase;
  writer->copy.length = phrase->length = 0;
  limen_text_add_bytes(&writer->copy, span.at, span.length);
  limen_text_add(phrase, "");
  const char *at = limen_text_string(&writer->copy);
  while (limen_word_next(&at, &writer->word)) {
    if (phrase->length > 0) limen_text_add(phrase, " ");
    limen_text_add_bytes(phrase, limen_text_string(&writer->word), writer->word.length);
  }
  int status = limen_text_status(&writer->copy, error);
  if (status == LIMEN_OK) status = limen_text_status(&writer->word, error);
  if (status == LIMEN_OK) status = limen_text_status(phrase, error);
  if (status != LIMEN_OK || phrase->length == 0) return status;
  return writer->sink->take(writer->sink->context, phrase->data, error);
}

/* The last piece of a list, in every way that one "and" may be the list's. */
static int hand_out_last(struct writer *writer, struct span piece, bool first,
                         struct limen_error *error) {
  static const char and[] = "and";
  const size_t length = strlen(and);
  size_t from = 0, found = 0;
  int status = LIMEN_OK;
  piece = trim(piece);
  if (!first && find_word(piece, and) == 0 && piece.length > length)
    return hand_out(writer, (struct span){piece.at + length, piece.length - length}, error);
  while (status == LIMEN_OK) {
    const struct span rest = {piece.at + from, piece.length - from};
    const size_t at = from + find_word(rest, and);
    if (at == piece.length) break;
    found++;
    from = at + length;
    status = hand_out(writer, (struct span){piece.at, at}, error);
    if (status == LIMEN_OK)
      status = hand_out(writer, (struct span){piece.at + from, piece.length - from}, error);
  }
  if (status == LIMEN_OK && (first || found == 0)) status = hand_out(writer, piece, error);
  return status;
}

static int hand_out_list(struct writer *writer, struct span list, struct limen_error *error) {
  int status = LIMEN_OK;
  bool first = true;
  const char *comma;
  while (status == LIMEN_OK && (comma = memchr(list.at, ',', list.length))) {
    const size_t length = (size_t)(comma - list.at);
    status = hand_out(writer, (struct span){list.at, length}, error);
    list = (struct span){comma + 1, list.length - length - 1};
    first = false;
  }
  return status == LIMEN_OK ? hand_out_last(writer, list, first, error) : status;
}

int limen_phrases_of(const char *text, const struct limen_token_sink *sink, bool *found,
                     struct limen_error *error) {
  struct span things;
  bool question = false;
  if (!(*found = find_things(text, &things, &question))) return LIMEN_OK;
  struct writer writer = {.sink = sink};
  int status = question ? hand_out(&writer, things, error) : hand_out_list(&writer, things, error);
  limen_text_clear(&writer.phrase);
  limen_text_clear(&writer.word);
  limen_text_clear(&writer.copy);
  return status;
}
