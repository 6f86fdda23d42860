#include "report/markup.h"

#include <stdbool.h>
#include <stddef.h>

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\0'; }

/* A backslash is only an escape before a mark; anywhere else it is itself. */
static bool is_escape(const char *at) {
  return at[0] == '\\' && (at[1] == '*' || at[1] == '`' || at[1] == '\\');
}

/* Where the run that opens at `at` closes; NULL when `at` opens nothing. */
static const char *closes(const char *at) {
  char mark = *at;
  if ((mark != '*' && mark != '`') || is_space(at[1]) || at[1] == mark) return NULL;
  for (const char *end = at + 1; *end; end++) {
    if (is_escape(end))
      end++;
    else if (*end == mark && !is_space(end[-1]))
      return end;
  }
  return NULL;
}

static void add_literal(struct limen_text *out, const char *from, const char *to) {
  for (const char *at = from; at < to; at++) {
    if (is_escape(at)) at++;
    limen_text_add_bytes(out, at, 1);
  }
}

int limen_markup_next(const char **at, enum limen_span *kind, struct limen_text *out) {
  const char *start = *at, *end;
  limen_text_clear(out);
  if (!*start) return 0;
  if ((end = closes(start))) {
    *kind = *start == '*' ? LIMEN_SPAN_EMPHASIS : LIMEN_SPAN_CODE;
    add_literal(out, start + 1, end);
    *at = end + 1;
    return 1;
  }
  *kind = LIMEN_SPAN_PLAIN;
  end = start;
  do end += is_escape(end) ? 2 : 1;
  while (*end && !closes(end));
  add_literal(out, start, end);
  *at = end;
  return 1;
}
