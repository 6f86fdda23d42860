#include "report/table_line.h"

#include <assert.h>

struct limen_text *limen_line_next(struct limen_table_line *line) {
  assert(line->count < LIMEN_TABLE_COLUMNS);
  return &line->cell[line->count++];
}

void limen_line_add_cells(struct limen_document *out, struct limen_table_line *line,
                          size_t columns) {
  const char *cells[LIMEN_TABLE_COLUMNS] = {0};
  assert(columns <= LIMEN_TABLE_COLUMNS);
  for (size_t c = 0; c < columns; c++) cells[c] = limen_text_string(&line->cell[c]);
  limen_document_row(out, cells);
  for (size_t c = 0; c < columns; c++) limen_text_clear(&line->cell[c]);
  line->count = 0;
}

void limen_line_add(struct limen_document *out, struct limen_table_line *line) {
  limen_line_add_cells(out, line, line->count);
}
