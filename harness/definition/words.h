/* Words for messages: what a user wrote, shown safely, and the name that was probably meant.
 * limen_nearest (definition.h) lives here too. */
#ifndef LIMEN_DEFINITION_WORDS_H
#define LIMEN_DEFINITION_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
  LIMEN_WORDS_SHOWN = 60, /* bytes of a value that a message repeats */
  LIMEN_WORDS_SIZE = 72   /* the same with quotes, "..." and the NUL */
};

/* `text` between backquotes: cut after LIMEN_WORDS_SHOWN bytes, never inside a character, control
 * characters as "?". `out` holds at least LIMEN_WORDS_SIZE bytes; returns out. */
const char *limen_words_quote(const char *text, char *out);

/* Whether `length` bytes are UTF-8 without control characters (line feed and tab count as such).
 * Anything else could confuse a terminal, a JSON writer or a plot. */
bool limen_words_plain(const char *text, size_t length);

/* Whether they are UTF-8, whatever the characters. */
bool limen_words_utf8(const char *text, size_t length);

/* The nearest of the names offered so far; start with {.word = word}. */
struct limen_guess {
  const char *word, *best; /* not owned; best is NULL while nothing is near enough */
  size_t distance;
};

/* Offers a candidate. Near enough is an edit distance (insert, delete, replace, swap neighbours;
 * case does not count) of at most a third of the longer word. */
void limen_guess_offer(struct limen_guess *guess, const char *name);

#endif
