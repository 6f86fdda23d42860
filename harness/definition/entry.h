/* The lists of keys and values that a definition holds, and the place that a message names. */
#ifndef LIMEN_DEFINITION_ENTRY_H
#define LIMEN_DEFINITION_ENTRY_H

#include <stddef.h>

#include "base/error.h"
#include "definition/definition.h"

/* Appends a copy of `length` bytes as a value. */
int limen_entry_add(struct limen_entry *entry, const char *bytes, size_t length,
                    const struct limen_place *place, struct limen_error *error);
void limen_entry_clear(struct limen_entry *entry);

/* Appends an entry with a copy of `key` and no values yet; *out is lent until the next call. */
int limen_entries_add(struct limen_entries *entries, const char *key,
                      const struct limen_place *place, struct limen_entry **out,
                      struct limen_error *error);
/* NULL when there is none. */
const struct limen_entry *limen_entries_find(const struct limen_entries *entries, const char *key);
void limen_entries_clear(struct limen_entries *entries);

/* Puts the place before what `error` says; returns its status. `error` is not NULL. */
int limen_place_prefix(const struct limen_place *place, struct limen_error *error);

#endif
