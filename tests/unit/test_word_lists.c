/* Lists of words: reading, every refusal, words within words, and what our own lists promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <string.h>

#include "datasets/text/lists.h"
#include "unit/scratch.h"

static void parse(const char *text, enum limen_word_form form, struct limen_word_list *out) {
  struct limen_error error = {0};
  int status = limen_word_list_parse("list.txt", text, strlen(text), form, out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

static void test_reading(void **state) {
  (void)state;
  struct limen_word_list list;
  /* A byte order mark, line ends of two kinds, none at the end; "and" inside a word. */
  parse("\xEF\xBB\xBFOak Trees\r\nCaf\xC3\xA9s\nSand Dollars", LIMEN_ATTRIBUTES, &list);
  assert_int_equal(list.count, 3);
  assert_string_equal(list.word[0].text, "Oak Trees");
  assert_string_equal(list.word[0].key, "oak trees");
  assert_string_equal(list.word[1].key, "caf\xC3\xA9s");
  assert_string_equal(list.word[2].text, "Sand Dollars");
  assert_int_equal(list.word[2].line, 3);
  assert_null(list.word[0].other);
  limen_word_list_clear(&list);
  parse("Aubergines\tEgg Plants\n", LIMEN_SYNONYMS, &list);
  assert_string_equal(list.word[0].text, "Aubergines");
  assert_string_equal(list.word[0].key, "aubergines");
  assert_string_equal(list.word[0].other, "Egg Plants");
  assert_string_equal(list.word[0].other_key, "egg plants");
  limen_word_list_clear(&list);
  parse("Bonnie and Clyde\n", LIMEN_NAMES, &list);
  limen_word_list_clear(&list);
}

static void expect_refusal(const char *text, size_t length, enum limen_word_form form,
                           const char *expected) {
  struct limen_word_list list;
  struct limen_error error = {0};
  assert_int_equal(limen_word_list_parse("list.txt", text, length, form, &list, &error),
                   LIMEN_INPUT);
  assert_string_equal(error.text, expected);
  assert_null(list.word);
}

#define REFUSES(TEXT, FORM, EXPECTED) expect_refusal(TEXT, sizeof TEXT - 1, FORM, EXPECTED)
#define EXPECTED_LINE "; one entry a line is expected"

static void test_refusals(void **state) {
  (void)state;
  char long_entry[LIMEN_WORD_MOST + 2];
  REFUSES("", LIMEN_ATTRIBUTES, "list.txt:1: the file is empty" EXPECTED_LINE);
  REFUSES("A\n\nB\n", LIMEN_ATTRIBUTES, "list.txt:2: ``: nothing stands there" EXPECTED_LINE);
  REFUSES("\n", LIMEN_NAMES, "list.txt:1: ``: nothing stands there" EXPECTED_LINE);
  REFUSES("A\nB, C\n", LIMEN_ATTRIBUTES,
          "list.txt:2: `B, C`: a comma, which parts entries in documents" EXPECTED_LINE);
  REFUSES("Abbott, Ada\n", LIMEN_NAMES,
          "list.txt:1: `Abbott, Ada`: a comma, which parts entries in documents" EXPECTED_LINE);
  REFUSES("Salt and Pepper\n", LIMEN_ATTRIBUTES,
          "list.txt:1: `Salt and Pepper`: the word \"and\", which parts entries in "
          "documents" EXPECTED_LINE);
  REFUSES("And Now\n", LIMEN_ATTRIBUTES,
          "list.txt:1: `And Now`: the word \"and\", which parts entries in "
          "documents" EXPECTED_LINE);
  REFUSES("A\nOak\nb\nOAK\nB\n", LIMEN_ATTRIBUTES,
          "list.txt:4: `OAK` stands already in line 2; remove one of them");
  REFUSES("A\nB\xFF\n", LIMEN_ATTRIBUTES,
          "list.txt:2: `B?`: control characters, or bytes that are not UTF-8" EXPECTED_LINE);
  REFUSES("A\tB\n", LIMEN_NAMES,
          "list.txt:1: `A?B`: control characters, or bytes that are not UTF-8" EXPECTED_LINE);
  REFUSES("A\rB\n", LIMEN_NAMES,
          "list.txt:1: `A?B`: control characters, or bytes that are not UTF-8" EXPECTED_LINE);
  REFUSES("A\nB\0C\n", LIMEN_NAMES, "list.txt:2: a zero byte; this is no text file");
  REFUSES(" A\n", LIMEN_NAMES, "list.txt:1: ` A`: spaces at an end, or two in a row" EXPECTED_LINE);
  REFUSES("A \n", LIMEN_NAMES, "list.txt:1: `A `: spaces at an end, or two in a row" EXPECTED_LINE);
  REFUSES("A  B\n", LIMEN_NAMES,
          "list.txt:1: `A  B`: spaces at an end, or two in a row" EXPECTED_LINE);
  REFUSES("A\tB\nC\n", LIMEN_SYNONYMS,
          "list.txt:2: `C`: a tab and other words for it are missing; write "
          "ATTRIBUTE<tab>SYNONYM");
  REFUSES("A\tB, C\n", LIMEN_SYNONYMS,
          "list.txt:1: `B, C`: a comma, which parts entries in documents" EXPECTED_LINE);
  REFUSES("A\tB\tC\n", LIMEN_SYNONYMS,
          "list.txt:1: `B?C`: control characters, or bytes that are not UTF-8" EXPECTED_LINE);
  memset(long_entry, 'x', sizeof long_entry);
  expect_refusal(long_entry, sizeof long_entry - 1, LIMEN_NAMES,
                 "list.txt:1: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...`: "
                 "more than 200 bytes" EXPECTED_LINE);
}

static void test_files(void **state) {
  (void)state;
  struct limen_word_list list;
  struct limen_error error = {0};
  put_file(at("mine.txt"), "Oaks\nOaks\n", 10);
  assert_int_equal(
      limen_word_list_read(at("mine.txt"), "attributes.txt", LIMEN_ATTRIBUTES, &list, &error),
      LIMEN_INPUT);
  assert_non_null(strstr(error.text, "mine.txt:2: `Oaks` stands already in line 1"));
  assert_int_equal(
      limen_word_list_read(at("none.txt"), "attributes.txt", LIMEN_ATTRIBUTES, &list, &error),
      LIMEN_INPUT);
  assert_non_null(strstr(error.text, "none.txt"));
  assert_int_equal(limen_word_list_read("", "none.txt", LIMEN_NAMES, &list, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "the program was built without its list none.txt");
}

/* ---- words within words ---- */

static void test_within(void **state) {
  (void)state;
  struct limen_word_list list;
  struct limen_id_table *table;
  struct limen_positions found = {0};
  parse("Trees\nOld Oak\nOak\nOld Oak Trees\nTree\nIn the Old Oak\n", LIMEN_ATTRIBUTES, &list);
  assert_int_equal(limen_word_list_index(&list, &table, NULL), LIMEN_OK);
  assert_int_equal(limen_words_within("old oak trees", table, &found, NULL), LIMEN_OK);
  const size_t expected[] = {1, 3, 2, 0};
  assert_int_equal(found.count, 4);
  assert_memory_equal(found.at, expected, sizeof expected);
  assert_int_equal(limen_words_within("oaktrees", table, &found, NULL), LIMEN_OK);
  assert_int_equal(found.count, 0);
  limen_positions_clear(&found);
  limen_id_table_free(table);
  limen_word_list_clear(&list);
}

/* ---- our own ---- */

static void read_ours(const char *name, enum limen_word_form form, struct limen_word_list *out) {
  struct limen_error error = {0};
  int status = limen_word_list_read("", name, form, out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

/* What is compiled in are the files as they stand. */
static void test_ours_are_the_files(void **state) {
  (void)state;
  size_t seen = 0;
  for (const struct limen_shipped_list *list = limen_shipped_lists; list->name; list++, seen++) {
    char path[512];
    size_t count = 0;
    snprintf(path, sizeof path, LIMEN_SOURCE_DIR "/datasets/text/%s", list->name);
    char *bytes = get_file(path, &count);
    assert_int_equal(count, list->count);
    assert_memory_equal(bytes, list->bytes, count);
    limen_free(bytes);
  }
  assert_int_equal(seen, 4);
}

/* More than LIMIT's 1848 attributes; liking one of them is never liking another one too. */
static void test_our_attributes(void **state) {
  (void)state;
  struct limen_word_list list;
  struct limen_id_table *table;
  struct limen_positions found = {0};
  read_ours("attributes.txt", LIMEN_ATTRIBUTES, &list);
  assert_true(list.count >= 2500);
  assert_int_equal(limen_word_list_index(&list, &table, NULL), LIMEN_OK);
  for (size_t i = 0; i < list.count; i++) {
    limen_words_within(list.word[i].key, table, &found, NULL);
    if (found.count != 1) fail_msg("\"%s\" holds another attribute", list.word[i].text);
    assert_int_equal(found.at[0], i);
  }
  limen_positions_clear(&found);
  limen_id_table_free(table);
  limen_word_list_clear(&list);
}

static void test_our_names(void **state) {
  (void)state;
  struct limen_word_list first, last;
  read_ours("first_names.txt", LIMEN_NAMES, &first);
  read_ours("last_names.txt", LIMEN_NAMES, &last);
  assert_true(first.count >= 600 && last.count >= 600);
  /* One word each, so that no two pairs make the same name. */
  for (size_t i = 0; i < first.count; i++) assert_null(strchr(first.word[i].text, ' '));
  for (size_t i = 0; i < last.count; i++) assert_null(strchr(last.word[i].text, ' '));
  limen_word_list_clear(&first);
  limen_word_list_clear(&last);
}

/* That they hold no attribute and stand in none is what making a set with them checks. */
static void test_our_synonyms(void **state) {
  (void)state;
  struct limen_word_list attributes, pairs;
  struct limen_id_table *table;
  read_ours("attributes.txt", LIMEN_ATTRIBUTES, &attributes);
  read_ours("synonyms.txt", LIMEN_SYNONYMS, &pairs);
  assert_true(pairs.count >= 100);
  assert_int_equal(limen_word_list_index(&attributes, &table, NULL), LIMEN_OK);
  for (size_t i = 0; i < pairs.count; i++)
    if (limen_id_table_find(table, pairs.word[i].key) == SIZE_MAX)
      fail_msg("synonyms.txt:%zu: %s is no attribute", i + 1, pairs.word[i].text);
  limen_id_table_free(table);
  limen_word_list_clear(&attributes);
  limen_word_list_clear(&pairs);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reading),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test_setup_teardown(test_files, scratch_setup, scratch_teardown),
      cmocka_unit_test(test_within),
      cmocka_unit_test(test_ours_are_the_files),
      cmocka_unit_test(test_our_attributes),
      cmocka_unit_test(test_our_names),
      cmocka_unit_test(test_our_synonyms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
