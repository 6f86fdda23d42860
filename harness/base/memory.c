#include "base/memory.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitizer.h"

static atomic_size_t refusals;

/* At least one; 0 when there is no such number, or none of whole lines. */
static size_t bytes_of(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - LIMEN_ALIGNMENT) return 0;
  return bytes > 0 ? bytes : 1;
}

static size_t whole_lines(size_t bytes) {
  return (bytes + LIMEN_ALIGNMENT - 1) / LIMEN_ALIGNMENT * LIMEN_ALIGNMENT;
}

void *limen_alloc_scratch(size_t count, size_t size, struct limen_error *error) {
  const size_t bytes = bytes_of(count, size);
  if (bytes == 0) {
    LIMEN_FAIL(error, LIMEN_FAILED, "%zu elements of %zu bytes are more than a machine can address",
               count, size);
    return NULL;
  }
  void *block = aligned_alloc(LIMEN_ALIGNMENT, whole_lines(bytes));
  if (!block) {
    limen_memory_refused();
    LIMEN_FAIL(error, LIMEN_FAILED,
               "out of memory: %zu bytes were asked for; try a smaller n or fewer threads",
               whole_lines(bytes));
  } else { /* what fills up the last line belongs to nobody */
    limen_sanitizer_forbid((char *)block + bytes, whole_lines(bytes) - bytes);
  }
  return block;
}

void *limen_alloc(size_t count, size_t size, struct limen_error *error) {
  void *block = limen_alloc_scratch(count, size, error);
  if (block) memset(block, 0, bytes_of(count, size));
  return block;
}

int limen_grow(void *block, size_t *capacity, size_t need, size_t size, struct limen_error *error) {
  if (need <= *capacity) return LIMEN_OK;
  void **old = block;
  size_t wanted = *capacity < 8 ? 8 : *capacity;
  while (wanted < need) {
    if (__builtin_mul_overflow(wanted, (size_t)2, &wanted)) {
      wanted = need;
      break;
    }
  }
  void *grown = limen_alloc(wanted, size, error);
  if (!grown) return LIMEN_FAILED;
  if (*old) memcpy(grown, *old, *capacity * size);
  limen_free(*old);
  *old = grown;
  *capacity = wanted;
  return LIMEN_OK;
}

void *limen_copy(const void *bytes, size_t count, size_t size, struct limen_error *error) {
  void *copy = limen_alloc(count, size, error);
  if (copy && bytes && count * size > 0) memcpy(copy, bytes, count * size);
  return copy;
}

char *limen_copy_text(const char *text, struct limen_error *error) {
  return text ? limen_copy(text, strlen(text) + 1, 1, error) : NULL;
}

char *limen_print(struct limen_error *error, const char *format, ...) {
  va_list first, second;
  va_start(first, format);
  va_copy(second, first);
  int length = vsnprintf(NULL, 0, format, first);
  va_end(first);
  char *text = length < 0 ? NULL : limen_alloc((size_t)length + 1, 1, error);
  if (text) vsnprintf(text, (size_t)length + 1, format, second);
  va_end(second);
  return text;
}

void limen_memory_refused(void) { atomic_fetch_add(&refusals, 1); }

size_t limen_memory_refusals(void) { return atomic_load(&refusals); }

void limen_free(void *block) { free(block); }
