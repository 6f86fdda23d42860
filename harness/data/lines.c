#include "data/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "definition/words.h"

/* ---- lines ---- */

int limen_lines_open(struct limen_lines *lines, const char *path, struct limen_error *error) {
  static const char mark[] = "\xEF\xBB\xBF";
  *lines = (struct limen_lines){.path = path};
  struct limen_mapping *file = &lines->mapping;
  int status = limen_mapping_open(file, path, error);
  if (status == LIMEN_OK && limen_mapping_is_gz(file))
    status = limen_mapping_unpack(file, limen_mapping_unpacked_most(file->size), error);
  if (status == LIMEN_OK && file->size == 0) status = LIMEN_FAIL(error, LIMEN_INPUT, "it is empty");
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "%s", path);
    return status;
  }
  lines->start = (const char *)file->bytes;
  lines->end = lines->start + file->size;
  if (file->size >= strlen(mark) && memcmp(lines->start, mark, strlen(mark)) == 0)
    lines->start += strlen(mark);
  lines->at = lines->start;
  return LIMEN_OK;
}

void limen_lines_close(struct limen_lines *lines) {
  limen_mapping_close(&lines->mapping);
  limen_free(lines->line);
  *lines = (struct limen_lines){.mapping.descriptor = -1};
}

int limen_lines_blame(const struct limen_lines *lines, int status, struct limen_error *error) {
  limen_error_prefix(error, "%s:%zu", lines->path, lines->number);
  return status;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

char limen_lines_first(const struct limen_lines *lines) {
  const char *at = lines->start;
  while (at < lines->end && is_space(*at)) at++;
  return at < lines->end ? *at : '\0';
}

/* What stands from `at` to the end of its line becomes `line`. */
static int take_line(struct limen_lines *lines, struct limen_error *error) {
  const size_t left = (size_t)(lines->end - lines->at);
  const char *newline = memchr(lines->at, '\n', left);
  size_t length = newline ? (size_t)(newline - lines->at) : left;
  lines->number++;
  if (length > LIMEN_LINE_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the line has %zu bytes, more than the %d that a line may have; is this a "
                      "text file with one entry a line?",
                      length, LIMEN_LINE_MOST);
  if (memchr(lines->at, '\0', length))
    return LIMEN_FAIL(error, LIMEN_INPUT, "there is a NUL byte; this is no text file");
  if (!limen_words_utf8(lines->at, length))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "this is not UTF-8; if it is Latin-1, convert it with `iconv -f latin1 -t "
                      "utf-8`");
  int status = limen_grow(&lines->line, &lines->capacity, length + 1, 1, error);
  if (status != LIMEN_OK) return status;
  memcpy(lines->line, lines->at, length);
  lines->at = newline ? newline + 1 : lines->end;
  while (length > 0 && strchr("\r ", lines->line[length - 1])) length--;
  lines->line[length] = '\0';
  lines->length = length;
  return LIMEN_OK;
}

int limen_lines_next(struct limen_lines *lines, bool *more, struct limen_error *error) {
  for (*more = false; lines->at < lines->end && !*more;) {
    int status = take_line(lines, error);
    if (status != LIMEN_OK) return limen_lines_blame(lines, status, error);
    *more = lines->line[strspn(lines->line, " \t\v\f\r")] != '\0';
  }
  return LIMEN_OK;
}

/* ---- fields ---- */

size_t limen_fields_by_tab(char *line, char **fields) {
  size_t count = 0;
  for (char *at = line, *next; at; at = next) {
    char *end = strchr(at, '\t');
    next = end ? end + 1 : NULL;
    if (!end) end = at + strlen(at);
    while (is_space(*at) && at < end) at++;
    while (end > at && is_space(end[-1])) end--;
    *end = '\0';
    if (count < LIMEN_FIELDS_MOST) fields[count] = at;
    count++;
  }
  return count;
}

size_t limen_fields_by_space(char *line, char **fields) {
  size_t count = 0;
  for (char *at = line;;) {
    while (is_space(*at)) at++;
    if (*at == '\0') return count;
    if (count < LIMEN_FIELDS_MOST) fields[count] = at;
    count++;
    while (*at != '\0' && !is_space(*at)) at++;
    if (*at != '\0') *at++ = '\0';
  }
}

int limen_field_id(const char *text, const char *what, struct limen_error *error) {
  char shown[LIMEN_WORDS_SIZE];
  if (*text == '\0') return LIMEN_FAIL(error, LIMEN_INPUT, "%s is empty", what);
  if (!limen_words_plain(text, strlen(text)))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s, %s, holds a control character; ids are text without line breaks or tabs",
                      what, limen_words_quote(text, shown));
  return LIMEN_OK;
}

int limen_field_number(const char *text, const char *what, double *out, struct limen_error *error) {
  char shown[LIMEN_WORDS_SIZE], *end;
  /* strtod would take "nan", "inf" and hexadecimal numbers too. */
  if (*text == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0' ||
      (*out = strtod(text, &end), *end != '\0'))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s is %s, which is no number", what,
                      limen_words_quote(text, shown));
  if (!isfinite(*out))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s is %s, more than a double can hold", what,
                      limen_words_quote(text, shown));
  return LIMEN_OK;
}
