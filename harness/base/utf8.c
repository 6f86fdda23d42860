#include "base/utf8.h"

#include <string.h>

size_t limen_utf8_decode(const char *bytes, size_t left, uint32_t *code) {
  const unsigned char *at = (const unsigned char *)bytes;
  size_t count = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
  if (count == 0 || at[0] > 0xf4 || count > left) return 0;
  uint32_t value = count == 1 ? at[0] : at[0] & (0x7fu >> count);
  for (size_t i = 1; i < count; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    value = value << 6 | (at[i] & 0x3f);
  }
  if ((count == 3 && value < 0x800) || (count == 4 && value < 0x10000)) return 0;
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return 0;
  *code = value;
  return count;
}

bool limen_utf8_is_control(uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

void limen_utf8_make_plain(char *text) {
  /* Most texts are all of the usual letters. */
  while ((*text >= ' ' && *text < 0x7f) || *text == '\n') text++;
  char *to = text;
  for (size_t left = strlen(text), count; left > 0; left -= count, text += count) {
    uint32_t code = 0;
    count = limen_utf8_decode(text, left, &code);
    const bool good = count > 0 && (code == '\n' || !limen_utf8_is_control(code));
    if (count == 0) count = 1;
    if (good) memmove(to, text, count);
    if (!good) *to = '?';
    to += good ? count : 1;
  }
  *to = '\0';
}
