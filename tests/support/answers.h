/* A per-query answer as a run's database holds it. */
#ifndef LIMEN_TESTS_ANSWERS_H
#define LIMEN_TESTS_ANSWERS_H

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/packing.h"

/* Of a statement's row with the columns bytes and size; released by free. */
static inline void *answer_of(sqlite3_stmt *statement, size_t *count) {
  const void *stored = sqlite3_column_blob(statement, 0);
  size_t length = (size_t)sqlite3_column_bytes(statement, 0);
  void *out = malloc(*count = (size_t)sqlite3_column_int64(statement, 1)), *bytes = NULL;
  if (length == *count) return memcpy(out, stored, length);
  assert_int_equal(limen_unpack(stored, length, *count, &bytes, NULL), LIMEN_OK);
  memcpy(out, bytes, *count);
  limen_free(bytes);
  return out;
}

#endif
