#include "definition/words.h"

#include <ctype.h>
#include <string.h>

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

/* Decodes one character; returns its bytes, or 0 when they are not UTF-8 (overlong forms,
 * surrogates and numbers past U+10FFFF included). */
static size_t decode(const unsigned char *at, size_t left, unsigned long *out) {
  size_t bytes = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
  if (bytes == 0 || at[0] > 0xf4 || bytes > left) return 0;
  unsigned long code = bytes == 1 ? at[0] : at[0] & (0x7fUL >> bytes);
  for (size_t i = 1; i < bytes; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    code = code << 6 | (at[i] & 0x3f);
  }
  if ((bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000)) return 0;
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 0;
  *out = code;
  return bytes;
}

bool limen_words_plain(const char *text, size_t length) {
  unsigned long code = 0;
  for (size_t at = 0, bytes; at < length; at += bytes) {
    bytes = decode((const unsigned char *)text + at, length - at, &code);
    if (bytes == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  }
  return true;
}

bool limen_words_utf8(const char *text, size_t length) {
  unsigned long code = 0;
  for (size_t at = 0, bytes; at < length; at += bytes)
    if ((bytes = decode((const unsigned char *)text + at, length - at, &code)) == 0) return false;
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
