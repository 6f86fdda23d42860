/* Ids from a file, one a line: line i names row i of a file of vectors. */
#ifndef LIMEN_RETRIEVAL_ID_LIST_H
#define LIMEN_RETRIEVAL_ID_LIST_H

#include <stddef.h>

#include "base/error.h"

struct limen_id_list {
  char **id;
  size_t count, capacity;
};

int limen_id_list_add(struct limen_id_list *list, const char *id, struct limen_error *error);
/* Appends those of a file; LIMEN_INPUT names the line that is no id. */
int limen_id_list_read(const char *path, struct limen_id_list *out, struct limen_error *error);
void limen_id_list_clear(struct limen_id_list *list);

#endif
