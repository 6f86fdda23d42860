#include "definition/split.h"

#include <string.h>

#include "definition/entry.h"

static int add_trimmed(struct limen_entry *entry, const char *from, const char *to,
                       struct limen_error *error) {
  while (from < to && *from == ' ') from++;
  while (to > from && to[-1] == ' ') to--;
  return limen_entry_add(entry, from, (size_t)(to - from), &entry->place, error);
}

int limen_split_values(const struct limen_parameter *parameter, const char *text,
                       struct limen_entry *entry, struct limen_error *error) {
  const char *end = text + strlen(text);
  bool many = parameter->role == LIMEN_AXIS || parameter->role == LIMEN_INNER;
  if ((parameter->type == LIMEN_STRING || parameter->type == LIMEN_PATH) && !many)
    return limen_entry_add(entry, text, (size_t)(end - text), &entry->place, error);
  /* People copy [4, 8] from a definition, so brackets are understood. */
  if (end - text >= 2 && *text == '[' && end[-1] == ']') {
    entry->list = true;
    text++, end--;
  }
  for (const char *comma; (comma = memchr(text, ',', (size_t)(end - text))); text = comma + 1) {
    entry->list = true;
    int status = add_trimmed(entry, text, comma, error);
    if (status != LIMEN_OK) return status;
  }
  return add_trimmed(entry, text, end, error);
}
