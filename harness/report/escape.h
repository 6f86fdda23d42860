/* Text from anywhere, made safe for the place it goes to. Every escaper first makes the text
 * visible: whatever cannot be seen, or would turn the reading direction, is spelled out. */
#ifndef LIMEN_REPORT_ESCAPE_H
#define LIMEN_REPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends `text` as valid UTF-8: broken bytes become U+FFFD, control characters their pictures
 * (U+2400 and on), direction marks and the like their number in angle brackets. Newlines and tabs
 * become spaces when `one_line`, and stay otherwise. */
void limen_visible_add(struct limen_text *out, const char *text, bool one_line);

/* Appends a gnuplot string expression: text in single quotes, the only ones in which gnuplot looks
 * for neither escapes, macros nor commands, joined by the variable APOSTROPHE, which the script has
 * to define. At most `most`
 * characters; a longer text ends in an ellipsis. */
void limen_gnuplot_quote(struct limen_text *out, const char *text, size_t most);

/* Pixels that the first `most` characters of a text take at a font size, from rounded advance
 * widths of Helvetica; a guess on the generous side, since the reader's font is not known. */
double limen_text_width(const char *text, size_t most, double size);

/* The next character of UTF-8 text, U+FFFD for bytes that are none; 0 at the end. */
unsigned limen_utf8_next(const char **at);

#endif
