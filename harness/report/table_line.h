/* A line of a table under way: cells are texts that are printed into one by one, and the line goes
 * into the document when it is complete. A zeroed struct is an empty line. */
#ifndef LIMEN_REPORT_TABLE_LINE_H
#define LIMEN_REPORT_TABLE_LINE_H

#include "base/text.h"
#include "report/document.h"

enum { LIMEN_TABLE_COLUMNS = 32 }; /* at most */

struct limen_table_line {
  struct limen_text cell[LIMEN_TABLE_COLUMNS];
  size_t count; /* cells that limen_line_next gave out */
};

/* The text of the next cell. */
struct limen_text *limen_line_next(struct limen_table_line *line);

/* Adds the line with what limen_line_next gave out, or with its first `columns` cells however they
 * were filled, to the table that the document ends with; leaves an empty line. */
void limen_line_add(struct limen_document *out, struct limen_table_line *line);
void limen_line_add_cells(struct limen_document *out, struct limen_table_line *line,
                          size_t columns);

#endif
