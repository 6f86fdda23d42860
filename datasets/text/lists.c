#include "datasets/text/lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "definition/words.h"

/* ---- one entry ---- */

/* Whether the word "and" stands among the words of a key. */
static bool has_and(const char *key) {
  for (const char *at = key; *at; at += strcspn(at, " "), at += *at == ' ')
    if (strcspn(at, " ") == 3 && strncmp(at, "and", 3) == 0) return true;
  return false;
}

/* What is wrong with one entry; NULL: nothing. */
static const char *wrong_with(const char *text, const char *key, enum limen_word_form form) {
  size_t length = strlen(text);
  if (length == 0) return "nothing stands there";
  if (length > LIMEN_WORD_MOST) return "more than 200 bytes";
  if (!limen_words_plain(text, length)) return "control characters, or bytes that are not UTF-8";
  if (*text == ' ' || text[length - 1] == ' ' || strstr(text, "  "))
    return "spaces at an end, or two in a row";
  if (strchr(text, ',')) return "a comma, which parts entries in documents";
  if (form != LIMEN_NAMES && has_and(key))
    return "the word \"and\", which parts entries in documents";
  return NULL;
}

static int check(const struct limen_word_list *list, const struct limen_word *word,
                 enum limen_word_form form, struct limen_error *error) {
  char quoted[LIMEN_WORDS_SIZE];
  const char *wrong = wrong_with(word->text, word->key, form), *text = word->text;
  if (!wrong && form == LIMEN_SYNONYMS) {
    if (!word->other)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s:%zu: %s: a tab and other words for it are missing; write "
                        "ATTRIBUTE<tab>SYNONYM",
                        list->file, word->line, limen_words_quote(text, quoted));
    text = word->other;
    wrong = wrong_with(text, word->other_key, form);
  }
  if (!wrong) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "%s:%zu: %s: %s; one entry a line is expected", list->file,
                    word->line, limen_words_quote(text, quoted), wrong);
}

/* ---- a file ---- */

static int by_key(const void *left, const void *right) {
  const struct limen_word *const *a = left, *const *b = right;
  int order = strcmp((*a)->key, (*b)->key);
  return order ? order : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

/* Names the repetition that comes first in the file. */
static int check_repeats(const struct limen_word_list *list, struct limen_error *error) {
  const struct limen_word **sorted = limen_alloc(list->count, sizeof *sorted, error);
  const struct limen_word *first = NULL, *again = NULL;
  char quoted[LIMEN_WORDS_SIZE];
  if (!sorted) return LIMEN_FAILED;
  for (size_t i = 0; i < list->count; i++) sorted[i] = &list->word[i];
  qsort(sorted, list->count, sizeof *sorted, by_key);
  for (size_t i = 1; i < list->count; i++) {
    if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0) continue;
    if (again && again->line < sorted[i]->line) continue;
    first = sorted[i - 1];
    again = sorted[i];
  }
  limen_free(sorted);
  if (!again) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "%s:%zu: %s stands already in line %zu; remove one of them",
                    list->file, again->line, limen_words_quote(again->text, quoted), first->line);
}

/* Cuts a line out of list->texts, whose end is already a NUL. */
static int add_line(struct limen_word_list *list, char *line, size_t length, size_t number,
                    enum limen_word_form form, struct limen_error *error) {
  int status = limen_grow(&list->word, &list->capacity, list->count + 1, sizeof *list->word, error);
  if (status != LIMEN_OK) return status;
  if (length > 0 && line[length - 1] == '\r') line[--length] = '\0';
  if (strlen(line) != length)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s:%zu: a zero byte; this is no text file", list->file,
                      number);
  char *key = list->keys + (line - list->texts);
  struct limen_word word = {.text = line, .key = key, .line = number};
  memcpy(key, line, length + 1);
  for (char *c = key; *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  size_t first = strcspn(line, "\t");
  if (form == LIMEN_SYNONYMS && line[first] == '\t') {
    line[first] = key[first] = '\0';
    word.other = line + first + 1;
    word.other_key = key + first + 1;
  }
  list->word[list->count++] = word;
  return check(list, &word, form, error);
}

int limen_word_list_parse(const char *file, const char *bytes, size_t count,
                          enum limen_word_form form, struct limen_word_list *out,
                          struct limen_error *error) {
  static const char mark[] = "\xEF\xBB\xBF"; /* that some editors begin UTF-8 with */
  int status = LIMEN_FAILED;
  *out = (struct limen_word_list){.file = file};
  if (count >= 3 && memcmp(bytes, mark, 3) == 0) bytes += 3, count -= 3;
  if (!(out->texts = limen_alloc(count + 1, 1, error))) goto done;
  if (!(out->keys = limen_alloc(count + 1, 1, error))) goto done;
  if (count > 0) memcpy(out->texts, bytes, count);
  status = LIMEN_OK;
  for (size_t at = 0, number = 1; at < count && status == LIMEN_OK; number++) {
    char *line = out->texts + at, *end = memchr(line, '\n', count - at);
    size_t length = end ? (size_t)(end - line) : count - at;
    line[length] = '\0';
    status = add_line(out, line, length, number, form, error);
    at += length + 1;
  }
  if (status == LIMEN_OK && out->count == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s:1: the file is empty; one entry a line is expected",
                        file);
  if (status == LIMEN_OK) status = check_repeats(out, error);
done:
  if (status != LIMEN_OK) limen_word_list_clear(out);
  return status;
}

int limen_word_list_read(const char *path, const char *shipped, enum limen_word_form form,
                         struct limen_word_list *out, struct limen_error *error) {
  char *bytes = NULL;
  size_t count = 0;
  *out = (struct limen_word_list){0};
  if (!*path) {
    for (const struct limen_shipped_list *list = limen_shipped_lists; list->name; list++)
      if (strcmp(list->name, shipped) == 0)
        return limen_word_list_parse(shipped, (const char *)list->bytes, list->count, form, out,
                                     error);
    return LIMEN_FAIL(error, LIMEN_FAILED, "the program was built without its list %s", shipped);
  }
  int status = limen_file_read(path, LIMEN_WORD_LIST_MOST, &bytes, &count, error);
  if (status == LIMEN_OK) status = limen_word_list_parse(path, bytes, count, form, out, error);
  limen_free(bytes);
  return status;
}

void limen_word_list_clear(struct limen_word_list *list) {
  limen_free(list->word);
  limen_free(list->texts);
  limen_free(list->keys);
  *list = (struct limen_word_list){0};
}

int limen_word_list_index(const struct limen_word_list *list, struct limen_id_table **out,
                          struct limen_error *error) {
  return limen_id_table_make((const char *const *)&list->word[0].key, list->count,
                             sizeof *list->word, out, error);
}

/* ---- words within words ---- */

void limen_positions_clear(struct limen_positions *positions) {
  limen_free(positions->at);
  *positions = (struct limen_positions){0};
}

static int add_position(struct limen_positions *out, size_t position, struct limen_error *error) {
  int status = limen_grow(&out->at, &out->capacity, out->count + 1, sizeof *out->at, error);
  if (status == LIMEN_OK) out->at[out->count++] = position;
  return status;
}

int limen_words_within(const char *key, const struct limen_id_table *table,
                       struct limen_positions *out, struct limen_error *error) {
  char run[LIMEN_WORD_MOST + 1];
  int status = LIMEN_OK;
  out->count = 0;
  if (strlen(key) > LIMEN_WORD_MOST)
    return LIMEN_FAIL(error, LIMEN_FAILED, "an entry of %zu bytes is too long", strlen(key));
  for (const char *start = key; *start; start += strcspn(start, " "), start += *start == ' ')
    for (size_t end = strcspn(start, " ");; end += 1 + strcspn(start + end + 1, " ")) {
      memcpy(run, start, end);
      run[end] = '\0';
      size_t found = limen_id_table_find(table, run);
      if (found != SIZE_MAX) status = add_position(out, found, error);
      if (status != LIMEN_OK) return status;
      if (!start[end]) break;
    }
  return status;
}
