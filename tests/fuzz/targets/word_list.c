#include <string.h>

#include "datasets/text/lists.h"
#include "definition/words.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_word_list;

/* What stands within the words of a list, the words themselves at least. */
static void look_within(const struct limen_word_list *list) {
  struct limen_id_table *table = NULL;
  struct limen_positions positions = {0};
  struct limen_error error = {0};
  int status = limen_word_list_index(list, &table, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  for (size_t i = 0; i < list->count; i++) {
    status = limen_words_within(list->word[i].key, table, &positions, &error);
    fuzz_expect(status == LIMEN_OK && positions.count > 0, "%s is not within itself: %s",
                list->word[i].key, error.text);
  }
  limen_positions_clear(&positions);
  limen_id_table_free(table);
}

static void run(const uint8_t *bytes, size_t size) {
  static const enum limen_word_form forms[] = {LIMEN_ATTRIBUTES, LIMEN_NAMES, LIMEN_SYNONYMS};
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
    struct limen_word_list list;
    struct limen_error error = {0};
    int status =
        limen_word_list_parse("words.txt", (const char *)bytes, size, forms[f], &list, &error);
    fuzz_judge(status, LIMEN_INPUT, &error);
    for (size_t i = 0; i < list.count; i++)
      fuzz_expect(limen_words_plain(list.word[i].text, strlen(list.word[i].text)),
                  "entry %zu is no text", i);
    if (status == LIMEN_OK) look_within(&list);
    limen_word_list_clear(&list);
  }
}

const struct fuzz_target fuzz_target_word_list = {
    .name = "word_list",
    .about = "lists of words that text datasets are made of",
    .longest = 512,
    .run = run,
};
