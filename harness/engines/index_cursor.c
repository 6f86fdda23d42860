#include "engines/index_cursor.h"

#include <string.h>

size_t limen_index_cursor_at(const struct limen_index_cursor *from) {
  return from->start + from->at;
}

int limen_index_cursor_lend(struct limen_index_cursor *from, const char *field, size_t count,
                            size_t size, const uint8_t **out, struct limen_error *error) {
  const size_t left = from->size - from->at;
  if (count > left / size)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte %zu, %s: %zu x %zu bytes should follow, and %zu bytes are left of the "
                      "file: it is cut short or damaged",
                      limen_index_cursor_at(from), field, count, size, left);
  *out = from->bytes + from->at;
  from->at += count * size;
  return LIMEN_OK;
}

int limen_index_cursor_take(struct limen_index_cursor *from, const char *field, void *out,
                            size_t size, struct limen_error *error) {
  const uint8_t *bytes = NULL;
  int status = limen_index_cursor_lend(from, field, 1, size, &bytes, error);
  if (status == LIMEN_OK) memcpy(out, bytes, size);
  return status;
}
