/* Words, stems, phrases and bags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "retrieval/tokens.h"
#include "retrieval/words.h"
#include "unit/texts.h"

/* ---- tokens of one text ---- */

static int join(void *context, const char *token, struct limen_error *error) {
  struct limen_text *text = context;
  (void)error;
  if (text->length > 0) limen_text_add(text, "|");
  limen_text_add(text, token);
  return LIMEN_OK;
}

static void expect_tokens(struct limen_token_rule rule, const char *text, const char *expected) {
  struct limen_text joined = {0};
  const struct limen_token_sink sink = {join, &joined};
  if (!rule.stemmer) rule.stemmer = "none";
  assert_int_equal(limen_tokens_of(text, &rule, &sink, NULL), LIMEN_OK);
  assert_string_equal(limen_text_string(&joined), expected);
  limen_text_clear(&joined);
}

static void expect_words(const char *text, const char *expected) {
  expect_tokens((struct limen_token_rule){0}, text, expected);
}

static void expect_phrases(const char *text, const char *expected) {
  expect_tokens((struct limen_token_rule){.phrases = true}, text, expected);
}

/* ---- words ---- */

static void test_words(void **state) {
  (void)state;
  expect_words("", "");
  expect_words(" \t.,;-_ ", "");
  expect_words("Two red-foxes, 3.14 of_them", "two|red|foxes|3|14|of|them");
  expect_words("x", "x");
  /* Apostrophes: inside, possessive, at the ends, and the typographic one. */
  expect_words("don't Rubik's Dogs' 'quoted' o'clock's", "don't|rubik|dogs|quoted|o'clock");
  expect_words("Za\u2019atar Tiger\u2019S Eye 's", "za'atar|tiger|eye|s");
}

static void test_other_scripts(void **state) {
  (void)state;
  expect_words("\u00C9CLAIR \u00DCber \u00DF\u00D7\u00F7", "\u00E9clair|\u00FCber|\u00DF");
  expect_words("\u0391\u03A9 \u041C\u041E\u0421\u041A\u0412\u0410 \u0401\u0436",
               "\u03B1\u03C9|\u043C\u043E\u0441\u043A\u0432\u0430|\u0451\u0436");
  /* Punctuation that is no ASCII: dashes, ideographic comma, full-width comma, a mark, quotes. */
  expect_words("a\u2014b\u3001c\uFF0Cd\uFEFFe\u00ABf\u00BB", "a|b|c|d|e|f");
  expect_words("\u6771\u4EAC \U0001F98A", "\u6771\u4EAC|\U0001F98A");
}

/* Stray, cut, overlong, surrogate and too large bytes part words and are gone. */
static void test_bytes_that_are_no_text(void **state) {
  (void)state;
  expect_words("a\x80z", "a|z");
  expect_words("a\xC3", "a");
  expect_words("a\xE2\x82", "a");
  expect_words("a\xF0\x9F\xA6z", "a|z");
  expect_words("a\xC1\x81z", "a|z");
  expect_words("a\xE0\x81\x81z", "a|z");
  expect_words("a\xED\xA0\x80z", "a|z");
  expect_words("a\xF4\x90\x80\x80z", "a|z");
  expect_words("a\xFF\xFE z", "a|z");
  expect_words("don'\x80t", "don|t");
}

static void test_stop_words(void **state) {
  (void)state;
  const struct limen_token_rule rule = {.stop_words = true};
  assert_true(limen_word_stops("who"));
  assert_true(limen_word_stops("a"));
  assert_true(limen_word_stops("your"));
  assert_false(limen_word_stops("fox"));
  assert_false(limen_word_stops(""));
  expect_tokens(rule, "The fox and WHO it is", "fox");
}

/* The examples of Porter's paper, and where Snowball's revision differs. */
static void test_stems(void **state) {
  (void)state;
  const struct limen_token_rule porter = {.stemmer = "porter"}, english = {.stemmer = "english"};
  expect_tokens(porter, "Caresses ponies relational hopping generously",
                "caress|poni|relat|hop|gener");
  expect_tokens(english, "Caresses ponies relational hopping generously",
                "caress|poni|relat|hop|generous");
  /* Stop words are told before they are stemmed. */
  expect_tokens((struct limen_token_rule){.stop_words = true, .stemmer = "porter"}, "does dos",
                "do");
  struct limen_error error = {0};
  const struct limen_token_rule unknown = {.stemmer = "potter"};
  const struct limen_token_sink sink = {join, NULL};
  assert_int_equal(limen_tokens_of("x", &unknown, &sink, &error), LIMEN_USAGE);
  assert_string_equal(error.text,
                      "stemmer \"potter\" is unknown; there are none, porter and english");
}

/* ---- phrases ---- */

static void test_phrases(void **state) {
  (void)state;
  expect_phrases("Geneva Durben likes Joshua Trees, Soy Sauce and Elm Trees.",
                 "joshua trees|soy sauce|elm trees");
  expect_phrases("Who likes Joshua Trees?", "joshua trees");
  expect_phrases("who likes Rubik's Cubes", "rubik cubes");
  /* Things with an "and" of their own: whole in a question and before the last piece. */
  expect_phrases("Who likes Fish and Chips?", "fish and chips");
  expect_phrases("Ann Lee likes Fish and Chips, Doors and Olives.", "fish and chips|doors|olives");
  /* After a comma, "and" is the list's. */
  expect_phrases("Ann likes Doors, and Fish and Chips.", "doors|fish and chips");
  /* In the last piece every "and" may be. */
  expect_phrases("Ann likes Tea, Olives and Fish and Chips.",
                 "tea|olives|fish and chips|olives and fish|chips");
  expect_phrases("Ann likes Olives.", "olives");
  expect_phrases("Ann likes Fish and Chips.", "fish|chips|fish and chips");
  /* Empty pieces, and pieces without words. */
  expect_phrases("Ann likes Tea,, !!, Sand and .", "tea|sand");
  expect_phrases("Ann likes St. Bernards and Dr. Pepper.",
                 "st bernards|dr pepper|st bernards and dr pepper");
  expect_phrases(" Ann  likes\tSand Dollars ,  Andes\nand  Bandanas . ",
                 "sand dollars|andes|bandanas");
}

/* Stop words and stems are for words. */
static void test_phrases_are_left_whole(void **state) {
  (void)state;
  const struct limen_token_rule rule = {true, true, "porter"};
  expect_tokens(rule, "Ann likes The Scent of Baking Bread.", "the scent of baking bread");
  expect_tokens(rule, "The scent of baking bread", "scent|bake|bread");
}

static void test_texts_without_phrases(void **state) {
  (void)state;
  expect_phrases("Red foxes sleep", "red|foxes|sleep");
  expect_phrases("likes Tea", "likes|tea");
  expect_phrases("Ann likes", "ann|likes");
  expect_phrases("Ann likes tea very much. She drinks it", /* more than a sentence */
                 "ann|likes|tea|very|much|she|drinks|it");
  expect_phrases("one two three four five six seven eight nine likes tea",
                 "one|two|three|four|five|six|seven|eight|nine|likes|tea");
  expect_phrases("Ann dislikes tea", "ann|dislikes|tea");
  expect_phrases("", "");
}

/* ---- bags ---- */

static void test_bags(void **state) {
  (void)state;
  struct limen_collection collection = {0};
  struct limen_tokens tokens;
  const struct limen_token_rule rule = {.stemmer = "none"};
  assert_int_equal(
      limen_passages_add(&collection.documents, "d0", "Red title", "fox red fox", NULL), LIMEN_OK);
  add_document(&collection, "d1", "");
  add_document(&collection, "d2", "fox wall");
  add_query(&collection, "q0", "wall owl wall");
  assert_int_equal(limen_tokens_make(&collection, &rule, &tokens, NULL), LIMEN_OK);
  static const char *const texts[] = {"red", "title", "fox", "wall", "owl"};
  static const size_t starts[] = {0, 3, 3, 5}, query_starts[] = {0, 2};
  static const uint32_t numbers[] = {0, 1, 2, 2, 3}, counts[] = {2, 1, 2, 1, 1};
  static const uint32_t query_numbers[] = {3, 4}, query_counts[] = {2, 1};
  assert_int_equal(tokens.count, 5);
  for (size_t i = 0; i < 5; i++) assert_string_equal(tokens.text[i], texts[i]);
  assert_int_equal(tokens.documents.texts, 3);
  assert_int_equal(tokens.documents.entries, 5);
  assert_memory_equal(tokens.documents.start, starts, sizeof starts);
  assert_memory_equal(tokens.documents.token, numbers, sizeof numbers);
  assert_memory_equal(tokens.documents.count, counts, sizeof counts);
  assert_memory_equal(tokens.queries.start, query_starts, sizeof query_starts);
  assert_memory_equal(tokens.queries.token, query_numbers, sizeof query_numbers);
  assert_memory_equal(tokens.queries.count, query_counts, sizeof query_counts);
  limen_tokens_clear(&tokens);
  limen_collection_clear(&collection);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_other_scripts),
      cmocka_unit_test(test_bytes_that_are_no_text),
      cmocka_unit_test(test_stop_words),
      cmocka_unit_test(test_stems),
      cmocka_unit_test(test_phrases),
      cmocka_unit_test(test_phrases_are_left_whole),
      cmocka_unit_test(test_texts_without_phrases),
      cmocka_unit_test(test_bags),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
