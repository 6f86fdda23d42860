/* Where ids stand in a list that grows: what lets a reader ask for every line whether its query is
 * a new one. collection.h has the table for a list that is complete. */
#ifndef LIMEN_DATA_ID_INDEX_H
#define LIMEN_DATA_ID_INDEX_H

#include <stddef.h>

#include "base/error.h"

/* Zeroed it is the index of an empty list. The list itself is lent anew for each call, as it moves
 * when it grows: `ids` is its first id, `stride` the bytes from one id to the next. */
struct limen_id_index {
  size_t *slot;   /* position + 1; 0: empty; open addressing */
  size_t n_slots; /* at least twice `count` */
  size_t count;   /* of the list's ids, the first so many are in it */
};

/* The position of an id among the first `count`, SIZE_MAX when it is not there. O(1). */
size_t limen_id_index_find(const struct limen_id_index *index, const void *ids, size_t stride,
                           const char *id);

/* Takes up the list's id at position `count`, which must not be among those before it. */
int limen_id_index_add(struct limen_id_index *index, const void *ids, size_t stride,
                       struct limen_error *error);

/* The position of the first id that a list has had before, SIZE_MAX when all differ. O(count). */
int limen_id_index_twice(const void *ids, size_t stride, size_t count, size_t *second,
                         struct limen_error *error);

void limen_id_index_clear(struct limen_id_index *index);

#endif
