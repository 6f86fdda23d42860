#include "definition/words.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "definition/definition.h"

enum { WORD_MOST = 64 /* bytes; a longer word is no slip of the pen */ };

const char *limen_words_quote(const char *text, char *out) {
  size_t length = strlen(text), used = 0;
  bool cut = length > LIMEN_WORDS_SHOWN;
  if (cut) {
    length = LIMEN_WORDS_SHOWN;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
  }
  out[used++] = '`';
  for (size_t i = 0; i < length; i++) out[used++] = iscntrl((unsigned char)text[i]) ? '?' : text[i];
  if (cut) used += (size_t)(stpcpy(out + used, "...") - (out + used));
  out[used++] = '`';
  out[used] = '\0';
  return out;
}

bool limen_words_plain(const char *text, size_t length) {
  uint32_t code = 0;
  for (size_t at = 0, bytes; at < length; at += bytes) {
    bytes = limen_utf8_decode(text + at, length - at, &code);
    if (bytes == 0 || limen_utf8_is_control(code)) return false;
  }
  return true;
}

bool limen_words_utf8(const char *text, size_t length) {
  uint32_t code = 0;
  for (size_t at = 0, bytes; at < length; at += bytes)
    if ((bytes = limen_utf8_decode(text + at, length - at, &code)) == 0) return false;
  return true;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Edit distance with swaps of neighbours (optimal string alignment), three rows of the table. */
static size_t distance(const char *a, size_t n, const char *b, size_t m) {
  size_t table[3][WORD_MOST + 1];
  for (size_t j = 0; j <= m; j++) table[0][j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t *row = table[i % 3], *above = table[(i + 2) % 3], *second = table[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
      row[j] = smaller(above[j - 1] + (x != y), 1 + smaller(above[j], row[j - 1]));
      if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
          y == tolower((unsigned char)a[i - 2]))
        row[j] = smaller(row[j], second[j - 2] + 1);
    }
  }
  return table[n % 3][m];
}

void limen_guess_offer(struct limen_guess *guess, const char *name) {
  size_t n = strlen(guess->word), m = strlen(name);
  if (n > WORD_MOST || m > WORD_MOST) return;
  size_t far = distance(guess->word, n, name, m);
  if (far > (n > m ? n : m) / 3 || (guess->best && far >= guess->distance)) return;
  guess->best = name;
  guess->distance = far;
}

const char *limen_nearest(const char *word, limen_names names) {
  struct limen_guess guess = {.word = word};
  for (size_t i = 0; names(i); i++) limen_guess_offer(&guess, names(i));
  return guess.best;
}
