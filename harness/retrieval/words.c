#include "retrieval/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- characters ---- */

struct character {
  uint32_t code; /* 0: not UTF-8 */
  size_t bytes;  /* at least 1, but for the end of the text: 0 */
};

/* The byte order mark of a text is a space like any other, and so is what ends the text. */
static struct character character_at(const char *at) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* shorter ones are overlong */
  const unsigned char *byte = (const unsigned char *)at;
  const size_t bytes = byte[0] < 0x80             ? 1
                       : (byte[0] & 0xE0) == 0xC0 ? 2
                       : (byte[0] & 0xF0) == 0xE0 ? 3
                       : (byte[0] & 0xF8) == 0xF0 ? 4
                                                  : 0;
  if (byte[0] == 0) return (struct character){0, 0};
  if (bytes == 1) return (struct character){byte[0], 1};
  uint32_t code = bytes ? byte[0] & (0x7Fu >> bytes) : 0;
  for (size_t i = 1; i < bytes; i++) {
    if ((byte[i] & 0xC0) != 0x80) return (struct character){0, 1}; /* a NUL ends it here */
    code = code << 6 | (byte[i] & 0x3Fu);
  }
  if (bytes == 0 || code < least[bytes] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return (struct character){0, 1};
  return (struct character){code, bytes};
}

static bool in(uint32_t code, uint32_t first, uint32_t last) {
  return code >= first && code <= last;
}

/* A letter or a digit. */
static bool is_letter(uint32_t code) {
  if (code < 0x80) return in(code | 0x20, 'a', 'z') || in(code, '0', '9');
  if (code < 0xC0) return code == 0xAA || code == 0xB5 || code == 0xBA;
  return code != 0xD7 && code != 0xF7 && code != 0xFEFF && !in(code, 0x2000, 0x2BFF) &&
         !in(code, 0x3000, 0x303F) && !in(code, 0xFE00, 0xFE6F) && !in(code, 0xFF00, 0xFF0F);
}

static bool is_apostrophe(uint32_t code) { return code == '\'' || code == 0x2019; }

static uint32_t small(uint32_t code) {
  if (in(code, 'A', 'Z') || in(code, 0xC0, 0xDE) || in(code, 0x391, 0x3A9) ||
      in(code, 0x410, 0x42F))
    return code + 0x20;
  return in(code, 0x400, 0x40F) ? code + 0x50 : code;
}

/* All of the above have as many bytes small as large: 1 or 2. */
static void add(struct limen_text *word, const char *at, struct character character) {
  const uint32_t code = small(character.code);
  if (code == character.code) {
    limen_text_add_bytes(word, at, character.bytes);
  } else {
    const char two[2] = {(char)(0xC0 | code >> 6), (char)(0x80 | (code & 0x3F))};
    const char one = (char)code;
    limen_text_add_bytes(word, character.bytes == 2 ? two : &one, character.bytes);
  }
}

/* ---- words ---- */

static void empty(struct limen_text *word) {
  word->length = 0;
  if (word->data) word->data[0] = '\0';
}

/* Past an apostrophe, its possessive s, and nothing else; NULL when it is none. */
static const char *past_possessive(const char *at) {
  if (at[0] != 's' && at[0] != 'S') return NULL;
  return is_letter(character_at(at + 1).code) ? NULL : at + 1;
}

bool limen_word_next(const char **at, struct limen_text *word) {
  struct character character;
  empty(word);
  while ((character = character_at(*at)).bytes > 0 && !is_letter(character.code))
    *at += character.bytes;
  if (character.bytes == 0) return false;
  while (character.bytes > 0) {
    if (is_letter(character.code)) {
      add(word, *at, character);
    } else {
      const char *next = *at + character.bytes, *past;
      if (!is_apostrophe(character.code) || !is_letter(character_at(next).code)) break;
      if ((past = past_possessive(next))) {
        *at = past;
        break;
      }
      limen_text_add(word, "'");
    }
    *at += character.bytes;
    character = character_at(*at);
  }
  return true;
}

static const char *const stop_words[] = {
#define LIMEN_WORD(word) word,
#include "retrieval/stop_words.def"
#undef LIMEN_WORD
};

static int compare(const void *word, const void *entry) {
  return strcmp(word, *(const char *const *)entry);
}

bool limen_word_stops(const char *word) {
  return bsearch(word, stop_words, sizeof stop_words / sizeof *stop_words, sizeof *stop_words,
                 compare) != NULL;
}
