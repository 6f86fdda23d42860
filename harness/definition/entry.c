#include "definition/entry.h"

#include <string.h>

#include "base/memory.h"

int limen_entry_add(struct limen_entry *entry, const char *bytes, size_t length,
                    const struct limen_place *place, struct limen_error *error) {
  int status = limen_grow(&entry->values, &entry->values_capacity, entry->count + 1,
                          sizeof *entry->values, error);
  if (status == LIMEN_OK)
    status = limen_grow(&entry->value_places, &entry->places_capacity, entry->count + 1,
                        sizeof *entry->value_places, error);
  if (status != LIMEN_OK) return status;
  char *copy = limen_alloc(length + 1, 1, error);
  if (!copy) return LIMEN_FAILED;
  memcpy(copy, bytes, length);
  entry->values[entry->count] = copy;
  entry->value_places[entry->count++] = *place;
  return LIMEN_OK;
}

void limen_entry_clear(struct limen_entry *entry) {
  for (size_t i = 0; i < entry->count; i++) limen_free(entry->values[i]);
  limen_free(entry->values);
  limen_free(entry->value_places);
  limen_free(entry->key);
  *entry = (struct limen_entry){0};
}

int limen_entries_add(struct limen_entries *entries, const char *key,
                      const struct limen_place *place, struct limen_entry **out,
                      struct limen_error *error) {
  char *copy = limen_copy_text(key, error);
  if (!copy) return LIMEN_FAILED;
  int status = limen_grow(&entries->entry, &entries->capacity, entries->count + 1,
                          sizeof *entries->entry, error);
  if (status != LIMEN_OK) {
    limen_free(copy);
    return status;
  }
  *out = &entries->entry[entries->count++];
  **out = (struct limen_entry){.key = copy, .place = *place};
  return LIMEN_OK;
}

const struct limen_entry *limen_entries_find(const struct limen_entries *entries, const char *key) {
  for (size_t i = 0; i < entries->count; i++)
    if (strcmp(entries->entry[i].key, key) == 0) return &entries->entry[i];
  return NULL;
}

void limen_entries_clear(struct limen_entries *entries) {
  for (size_t i = 0; i < entries->count; i++) limen_entry_clear(&entries->entry[i]);
  limen_free(entries->entry);
  *entries = (struct limen_entries){0};
}

int limen_place_prefix(const struct limen_place *place, struct limen_error *error) {
  if (place->line == 0) return limen_error_prefix(error, "%s", place->file);
  return limen_error_prefix(error, "%s:%zu:%zu", place->file, place->line, place->column);
}
