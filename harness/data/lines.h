/* Text files as lines, for readers of what strangers wrote: mapped, unpacked when they are gz, in
 * UTF-8, without NULs, and every complaint with its place. */
#ifndef LIMEN_DATA_LINES_H
#define LIMEN_DATA_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/mapping.h"

enum {
  LIMEN_LINE_MOST = 1 << 26, /* bytes; whole books fit, and a file that is no text is told early */
  LIMEN_FIELDS_MOST = 8
};

struct limen_lines {
  const char *path;      /* not owned, must outlive the lines */
  const char *start;     /* of the content, behind a byte order mark */
  const char *end, *at;  /* of the content; where the next line starts */
  char *line;            /* the last one, without its end, the caller's to cut up */
  size_t length, number; /* of that line; numbers start at 1 */

  size_t capacity;
  struct limen_mapping mapping;
};

/* LIMEN_INPUT, with the path in front, for a file that cannot be read or has no bytes. Ended by
 * limen_lines_close, also after a failure. */
int limen_lines_open(struct limen_lines *lines, const char *path, struct limen_error *error);
void limen_lines_close(struct limen_lines *lines);

/* Moves to the next line that is not blank; `*more` is false when there is none. LIMEN_INPUT, with
 * path and number, for a line that is too long, holds a NUL or is not UTF-8. */
int limen_lines_next(struct limen_lines *lines, bool *more, struct limen_error *error);

/* Puts "path:number: " before an error about the last line; returns `status`. */
int limen_lines_blame(const struct limen_lines *lines, int status, struct limen_error *error);

/* The first byte that is no white space, which tells what a file holds; 0 when there is none. */
char limen_lines_first(const struct limen_lines *lines);

/* Cuts the line into fields, at every tab or at every run of white space; the ends of the fields
 * lose their spaces. Returns how many there are, of which `fields` gets at most LIMEN_FIELDS_MOST.
 */
size_t limen_fields_by_tab(char *line, char **fields);
size_t limen_fields_by_space(char *line, char **fields);

/* ---- what stands in fields ---- */

/* An id: not empty, UTF-8, no control characters. `what` names it ("the query's id"). */
int limen_field_id(const char *text, const char *what, struct limen_error *error);

/* A finite decimal number; LIMEN_INPUT shows what stands there. */
int limen_field_number(const char *text, const char *what, double *out, struct limen_error *error);

#endif
