#include "retrieval/id_list.h"

#include <stdbool.h>

#include "base/memory.h"
#include "data/lines.h"

void limen_id_list_clear(struct limen_id_list *list) {
  for (size_t i = 0; i < list->count; i++) limen_free(list->id[i]);
  limen_free(list->id);
  *list = (struct limen_id_list){0};
}

int limen_id_list_add(struct limen_id_list *list, const char *id, struct limen_error *error) {
  int status = limen_grow(&list->id, &list->capacity, list->count + 1, sizeof *list->id, error);
  if (status != LIMEN_OK) return status;
  if (!(list->id[list->count] = limen_copy_text(id, error))) return LIMEN_FAILED;
  list->count++;
  return LIMEN_OK;
}

int limen_id_list_read(const char *path, struct limen_id_list *out, struct limen_error *error) {
  struct limen_lines lines;
  bool more = false;
  int status = limen_lines_open(&lines, path, error);
  if (status == LIMEN_OK) status = limen_lines_next(&lines, &more, error);
  while (status == LIMEN_OK && more) {
    status = limen_field_id(lines.line, "the id", error);
    if (status != LIMEN_OK) {
      limen_lines_blame(&lines, status, error);
      break;
    }
    status = limen_id_list_add(out, lines.line, error);
    if (status == LIMEN_OK) status = limen_lines_next(&lines, &more, error);
  }
  limen_lines_close(&lines);
  return status;
}
