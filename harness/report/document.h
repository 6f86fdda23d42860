/* What a report says, apart from how it is written: a list of blocks that the HTML and the Markdown
 * writer both walk. Texts are plain text from anywhere, hostile data included; the writers escape.
 *
 * Every add copies what it is given. Failures (memory) stick and surface in the writers. */
#ifndef LIMEN_REPORT_DOCUMENT_H
#define LIMEN_REPORT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "report/plot.h"

enum limen_block_type {
  LIMEN_BLOCK_HEADING,
  LIMEN_BLOCK_PARAGRAPH, /* *emphasis* and `code` are the only markup, by the two marks below */
  LIMEN_BLOCK_ANSWER,    /* the paragraph that stands out, right under the question */
  LIMEN_BLOCK_LIST,      /* one item a line; a list right after a list continues it */
  LIMEN_BLOCK_TABLE,
  LIMEN_BLOCK_PLOT,
  LIMEN_BLOCK_CODE,       /* a command to copy */
  LIMEN_BLOCK_WARNING,    /* what the reader must not miss: stale, partial, unproved */
  LIMEN_BLOCK_DEFINITIONS /* "term: meaning", one a line; continues like a list */
};

struct limen_table {
  char *caption;
  size_t columns, rows;
  char **cells;      /* row-major; row 0 is the head */
  bool *is_number;   /* a column's cells are numbers: set right-aligned */
  size_t capacity;   /* of cells */
  size_t fold_after; /* rows shown before the rest folds away in HTML; 0: all */
};

struct limen_block {
  enum limen_block_type type;
  char *text;
  struct limen_table table;
  struct limen_plot *plot; /* owned */
  bool timed; /* comes from a clock: the Markdown report, which is deterministic, leaves it out */
};

struct limen_document {
  char *title, *question;
  struct limen_block *block;
  size_t count, capacity;
  bool failed;
};

void limen_document_clear(struct limen_document *document);

/* Both are copied; either may be NULL. */
void limen_document_title(struct limen_document *document, const char *title, const char *question);
void limen_document_heading(struct limen_document *document, const char *text);
/* printf into a block of one of the text types. Data that may carry marks goes in as a cell of a
 * table or through limen_plain. */
void limen_document_print(struct limen_document *document, enum limen_block_type type,
                          const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Data as one line of plain text for limen_document_print: marks escaped, newlines made spaces, cut
 * with an ellipsis when `out` (`size` bytes, 8 or more) is too small; returns out. */
const char *limen_plain(const char *text, char *out, size_t size);

/* Starts a table: `heads` are the column titles separated by '|', a title that starts with '#' is a
 * column of numbers. Then one limen_document_row per row, `columns` strings each. */
void limen_document_table(struct limen_document *document, const char *caption, const char *heads);
void limen_document_row(struct limen_document *document, const char *const *cells);
void limen_document_fold(struct limen_document *document, size_t after);

/* Says that the last block comes from measurements of time. Plots know it by themselves. */
void limen_document_timed(struct limen_document *document);

/* Hands a plot over; NULL (a failed alloc) makes the document fail. */
void limen_document_plot(struct limen_document *document, struct limen_plot *plot);

#endif
