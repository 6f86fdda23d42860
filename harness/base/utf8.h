/* Characters in UTF-8, from bytes that may be anything. */
#ifndef LIMEN_BASE_UTF8_H
#define LIMEN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one character of at most `left` bytes, 1 or more. Returns its bytes, or 0 when they are
 * not UTF-8 (overlong forms, surrogates and numbers past U+10FFFF included). */
size_t limen_utf8_decode(const char *bytes, size_t left, uint32_t *code);

/* What can steer a terminal: U+0000 to U+001F, line feed and tab among them, U+007F to U+009F. */
bool limen_utf8_is_control(uint32_t code);

/* Puts a "?" in the place of everything in `text` that is not UTF-8 or is a control character other
 * than a line feed. */
void limen_utf8_make_plain(char *text);

#endif
