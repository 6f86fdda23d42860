#include "fuzz/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "definition/words.h"

void fuzz_expect(bool holds, const char *format, ...) {
  if (holds) return;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  abort();
}

/* A message may have several lines. */
static bool is_plain(const char *text) {
  for (size_t length; *text; text += length + (text[length] == '\n')) {
    length = strcspn(text, "\n");
    if (!limen_words_plain(text, length)) return false;
  }
  return true;
}

void fuzz_judge(int status, int refusal, const struct limen_error *error) {
  if (status == LIMEN_OK) return;
  fuzz_expect(status == refusal, "status %d, and a refusal is %d: %s", status, refusal,
              error->text);
  fuzz_expect(error->status == status, "status %d, and the error says %d: %s", status,
              error->status, error->text);
  fuzz_expect(error->text[0] != '\0', "status %d without a word", status);
  fuzz_expect(is_plain(error->text), "the message is no plain text: %s", error->text);
}
