/* The bytes of a stranger's index file, taken one field after the other: no length is believed. */
#ifndef LIMEN_ENGINES_INDEX_CURSOR_H
#define LIMEN_ENGINES_INDEX_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_index_cursor {
  const uint8_t *bytes; /* lent */
  size_t size;
  size_t at;    /* the next byte that is taken */
  size_t start; /* where in the file bytes[0] is: messages count from the file's begin */
};

/* Takes `size` bytes. LIMEN_INPUT names the field when they are not all there. */
int limen_index_cursor_take(struct limen_index_cursor *from, const char *field, void *out,
                            size_t size, struct limen_error *error);

/* The same for count x size bytes, lent where they stand. */
int limen_index_cursor_lend(struct limen_index_cursor *from, const char *field, size_t count,
                            size_t size, const uint8_t **out, struct limen_error *error);

/* Where in the file the next byte is. */
size_t limen_index_cursor_at(const struct limen_index_cursor *from);

#endif
