#include "report/escape.h"

#include <string.h>

#include "report/writer.h"

/* ---- characters ---- */

unsigned limen_utf8_next(const char **at) {
  const unsigned char *byte = (const unsigned char *)*at;
  if (byte[0] == 0) return 0;
  if (byte[0] < 0x80) {
    *at += 1;
    return byte[0];
  }
  size_t length = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
  unsigned point = byte[0] & (0xFFu >> (length + 1));
  size_t used = 1;
  while (used < length && (byte[used] & 0xC0) == 0x80) point = point << 6 | (byte[used++] & 0x3F);
  /* Overlong forms, surrogates and what lies past the last character are no text; nor are the two
   * noncharacters, which XML forbids. */
  static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool good = byte[0] >= 0xC2 && byte[0] <= 0xF4 && used == length && point >= least[length] &&
              point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF) &&
              (point & 0xFFFE) != 0xFFFE;
  *at += used;
  return good ? point : 0xFFFD;
}

static void add_point(struct limen_text *out, unsigned point) {
  char bytes[4];
  size_t count;
  if (point < 0x80) {
    bytes[0] = (char)point;
    count = 1;
  } else if (point < 0x800) {
    bytes[0] = (char)(0xC0 | point >> 6);
    count = 2;
  } else if (point < 0x10000) {
    bytes[0] = (char)(0xE0 | point >> 12);
    count = 3;
  } else {
    bytes[0] = (char)(0xF0 | point >> 18);
    count = 4;
  }
  for (size_t i = 1; i < count; i++)
    bytes[i] = (char)(0x80 | (point >> 6 * (count - 1 - i) & 0x3F));
  limen_text_add_bytes(out, bytes, count);
}

/* Characters that show nothing and change how their neighbours read. */
static bool is_hidden(unsigned point) {
  return (point >= 0x80 && point <= 0x9F) || point == 0xAD || point == 0x61C ||
         (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF ||
         (point >= 0xE0000 && point <= 0xE0FFF);
}

static void add_visible(struct limen_text *out, unsigned point, bool one_line) {
  if (point == '\n' || point == '\t')
    add_point(out, one_line ? ' ' : point);
  else if (point < 0x20)
    add_point(out, 0x2400 + point);
  else if (point == 0x7F)
    add_point(out, 0x2421);
  else if (is_hidden(point))
    limen_text_print(out, "\u27E8U+%04X\u27E9", point);
  else
    add_point(out, point);
}

void limen_visible_add(struct limen_text *out, const char *text, bool one_line) {
  for (unsigned point; (point = limen_utf8_next(&text)) != 0;) {
    /* A carriage return before a newline is how some systems end a line, nothing hidden. */
    if (point == '\r' && *text == '\n') continue;
    add_visible(out, point, one_line);
  }
}

/* ---- HTML ---- */

void limen_html_escape(struct limen_text *out, const char *text) {
  struct limen_text visible = {0};
  limen_visible_add(&visible, text, false);
  if (visible.failed) out->failed = true;
  for (const char *at = limen_text_string(&visible); *at; at++) {
    switch (*at) {
      case '&':
        limen_text_add(out, "&amp;");
        break;
      case '<':
        limen_text_add(out, "&lt;");
        break;
      case '>':
        limen_text_add(out, "&gt;");
        break;
      case '"':
        limen_text_add(out, "&quot;");
        break;
      case '\'':
        limen_text_add(out, "&#39;");
        break;
      default:
        limen_text_add_bytes(out, at, 1);
    }
  }
  limen_text_clear(&visible);
}

/* ---- Markdown ---- */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c) { return is_letter(c) || is_digit(c) || (c & 0x80); }

/* Whether the character at `at` would mean something to a Markdown reader (CommonMark with the
 * extensions of GitHub). Only those are escaped, so that the file stays readable as it is. */
static bool has_meaning(const char *start, const char *at) {
  char before = at > start ? at[-1] : ' ', after = at[1];
  bool first = at == start;
  switch (*at) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
    case '|':
    case '~':
    case '$':
      return true;
    case '&':
      return is_letter(after) || after == '#';
    case '_':
      return !(is_word(before) && is_word(after));
    case '#':
    case '+':
    case '-':
    case '=':
    case '>':
      return first;
    case ':':
      return is_letter(after) || after == '/' || after == '+' || after == '-';
    case '.': /* a number that starts a list, or a web address that would become a link */
      if (at - start >= 3 && (memcmp(at - 3, "www", 3) == 0 || memcmp(at - 3, "WWW", 3) == 0))
        return true;
      __attribute__((fallthrough));
    case ')': {
      const char *digit = start;
      while (digit < at && is_digit(*digit)) digit++;
      return digit == at && !first && (after == ' ' || after == '\0');
    }
    default:
      return false;
  }
}

/* Whether GitHub would notify a user or a team of this name, or refer to an issue of this number.
 * It looks for them in the finished page, where a backslash or an entity is gone; a comment in
 * between is not. */
static bool is_mention(const char *start, const char *at) {
  if (at > start && is_word(at[-1])) return false;
  return (*at == '@' && (is_letter(at[1]) || is_digit(at[1]))) || (*at == '#' && is_digit(at[1]));
}

void limen_markdown_escape(struct limen_text *out, const char *text) {
  struct limen_text visible = {0};
  limen_visible_add(&visible, text, true);
  if (visible.failed) out->failed = true;
  const char *start = limen_text_string(&visible);
  for (const char *at = start; *at; at++) {
    /* Where HTML could start, the entity: not every reader of Markdown heeds a backslash there. */
    if (*at == '<' && (is_letter(at[1]) || strchr("/!?", at[1]))) {
      limen_text_add(out, "&lt;");
      continue;
    }
    if (has_meaning(start, at)) limen_text_add(out, "\\");
    limen_text_add_bytes(out, at, 1);
    if (is_mention(start, at)) limen_text_add(out, "<!-- -->");
  }
  limen_text_clear(&visible);
}

/* ---- gnuplot ---- */

void limen_gnuplot_quote(struct limen_text *out, const char *text, size_t most) {
  limen_text_add(out, "'");
  size_t count = 0;
  for (unsigned point; (point = limen_utf8_next(&text)) != 0; count++) {
    if (count + 1 >= most && *text) {
      limen_text_add(out, "\u2026");
      break;
    }
    /* gnuplot leaves ">" as it is in an SVG, where the end of a CDATA section may not stand: a thin
     * blank parts it. */
    if (point == '>' && count >= 2 && text[-2] == ']' && text[-3] == ']')
      limen_text_add(out, "\u202F");
    /* gnuplot 5.4 misreads a doubled quote at the start of a string, and a quote between quotes of
     * the other kind makes it look for macros in what follows. */
    if (point == '\'')
      limen_text_add(out, "'.APOSTROPHE.'");
    else
      add_visible(out, point, true);
  }
  limen_text_add(out, "'");
}

double limen_text_width(const char *text, size_t most, double size) {
  double sum = 0;
  for (unsigned point; most > 0 && (point = limen_utf8_next(&text)) != 0; most--) {
    if (point >= 0x1100 && point < 0x20000 && !(point >= 0x2000 && point < 0x2E00))
      sum += 1.0; /* scripts set in squares */
    else if (point < 0x80 && strchr("iljI.,:;'|! ft()[]/", (int)point))
      sum += 0.32;
    else if (point == 'm' || point == 'w' || point == 'M' || point == 'W' || point == '@')
      sum += 0.88;
    else if (point >= 'A' && point <= 'Z')
      sum += 0.70;
    else if (point < 0x20 || is_hidden(point))
      sum += 5.0; /* spelled out */
    else
      sum += 0.58;
  }
  return sum * size;
}
