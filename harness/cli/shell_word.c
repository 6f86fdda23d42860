#include "cli/shell_word.h"

#include <string.h>

static bool plain(const char *word) {
  static const char harmless[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
  return *word && word[strspn(word, harmless)] == '\0';
}

void limen_shell_word(struct limen_text *out, const char *word) {
  limen_text_add(out, " ");
  if (plain(word)) {
    limen_text_add(out, word);
    return;
  }
  /* Single quotes keep everything but themselves. */
  limen_text_add(out, "'");
  for (const char *c = word; *c; c++)
    limen_text_add_bytes(out, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
  limen_text_add(out, "'");
}
