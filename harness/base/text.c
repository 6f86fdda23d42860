#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static atomic_size_t cut;

static void fail(struct limen_text *text) {
  text->failed = true;
  atomic_fetch_add(&cut, 1);
}

size_t limen_texts_cut(void) { return atomic_load(&cut); }

void limen_text_add_bytes(struct limen_text *text, const char *bytes, size_t count) {
  if (text->failed) return;
  if (limen_grow(&text->data, &text->capacity, text->length + count + 1, 1, NULL) != LIMEN_OK) {
    fail(text);
    return;
  }
  memcpy(text->data + text->length, bytes, count);
  text->length += count;
  text->data[text->length] = '\0';
}

void limen_text_add(struct limen_text *text, const char *string) {
  limen_text_add_bytes(text, string, strlen(string));
}

void limen_text_print(struct limen_text *text, const char *format, ...) {
  if (text->failed) return;
  va_list first, second;
  va_start(first, format);
  va_copy(second, first);
  int length = vsnprintf(NULL, 0, format, first);
  va_end(first);
  if (length < 0 || limen_grow(&text->data, &text->capacity, text->length + (size_t)length + 1, 1,
                               NULL) != LIMEN_OK) {
    fail(text);
  } else {
    vsnprintf(text->data + text->length, (size_t)length + 1, format, second);
    text->length += (size_t)length;
  }
  va_end(second);
}

int limen_text_status(const struct limen_text *text, struct limen_error *error) {
  if (!text->failed) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while writing %zu bytes of text",
                    text->length);
}

const char *limen_text_string(const struct limen_text *text) {
  return text->data ? text->data : "";
}

void limen_text_clear(struct limen_text *text) {
  limen_free(text->data);
  *text = (struct limen_text){0};
}

const char *limen_number(double value, char *out) {
  if (isnan(value)) {
    out[0] = '\0';
    return out;
  }
  /* The locale is never set, so the decimal point is a point. */
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(out, LIMEN_NUMBER_SIZE, "%.*g", digits, value);
    if (strtod(out, NULL) == value) break;
  }
  if (fabs(value) < 1e15 && value == floor(value)) snprintf(out, LIMEN_NUMBER_SIZE, "%.0f", value);
  return out;
}
