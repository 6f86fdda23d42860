#include "data/id_index.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "data/collection.h"

/* ---- a list that grows ---- */

static const char *id_at(const void *ids, size_t stride, size_t i) {
  return *(const char *const *)(const void *)((const char *)ids + i * stride);
}

static size_t hash_of(const char *id) {
  uint64_t h = 0xCBF29CE484222325u; /* FNV-1a */
  for (; *id; id++) h = (h ^ (unsigned char)*id) * 0x100000001B3u;
  return (size_t)(h ^ h >> 29);
}

/* The slot of an id, or the empty one where it belongs. */
static size_t *slot_of(const struct limen_id_index *index, const void *ids, size_t stride,
                       const char *id) {
  size_t at = hash_of(id) % index->n_slots;
  while (index->slot[at] != 0 && strcmp(id_at(ids, stride, index->slot[at] - 1), id) != 0)
    at = (at + 1) % index->n_slots;
  return &index->slot[at];
}

size_t limen_id_index_find(const struct limen_id_index *index, const void *ids, size_t stride,
                           const char *id) {
  if (index->count == 0) return SIZE_MAX;
  const size_t found = *slot_of(index, ids, stride, id);
  return found ? found - 1 : SIZE_MAX;
}

/* Makes slots for `count` ids and puts those that were there into them. */
static int make_slots(struct limen_id_index *index, const void *ids, size_t stride, size_t count,
                      struct limen_error *error) {
  struct limen_id_index wider = {.n_slots = 2 * count + 1, .count = index->count};
  if (!(wider.slot = limen_alloc(wider.n_slots, sizeof *wider.slot, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < index->count; i++)
    *slot_of(&wider, ids, stride, id_at(ids, stride, i)) = i + 1;
  limen_free(index->slot);
  *index = wider;
  return LIMEN_OK;
}

int limen_id_index_add(struct limen_id_index *index, const void *ids, size_t stride,
                       struct limen_error *error) {
  int status = LIMEN_OK;
  if (index->n_slots < 2 * (index->count + 1))
    status = make_slots(index, ids, stride, 2 * index->count + 16, error);
  if (status != LIMEN_OK) return status;
  *slot_of(index, ids, stride, id_at(ids, stride, index->count)) = index->count + 1;
  index->count++;
  return LIMEN_OK;
}

void limen_id_index_clear(struct limen_id_index *index) {
  limen_free(index->slot);
  *index = (struct limen_id_index){0};
}

int limen_id_index_twice(const void *ids, size_t stride, size_t count, size_t *second,
                         struct limen_error *error) {
  struct limen_id_index index = {0};
  *second = SIZE_MAX;
  int status = make_slots(&index, ids, stride, count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK && *second == SIZE_MAX; i++) {
    if (limen_id_index_find(&index, ids, stride, id_at(ids, stride, i)) != SIZE_MAX)
      *second = i;
    else
      status = limen_id_index_add(&index, ids, stride, error);
  }
  limen_id_index_clear(&index);
  return status;
}

/* ---- a list that is complete (collection.h) ---- */

struct limen_id_table {
  struct limen_id_index index;
  const void *ids; /* lent */
  size_t stride;
};

int limen_id_table_make(const char *const *ids, size_t count, size_t stride,
                        struct limen_id_table **out, struct limen_error *error) {
  struct limen_id_table *table = limen_alloc(1, sizeof *table, error);
  if (!table) return LIMEN_FAILED;
  table->ids = ids;
  table->stride = stride;
  int status = make_slots(&table->index, ids, stride, count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    const char *id = id_at(ids, stride, i);
    const size_t twin = limen_id_index_find(&table->index, ids, stride, id);
    if (twin != SIZE_MAX)
      status = LIMEN_FAIL(error, LIMEN_INPUT, "the id \"%.200s\" stands twice, at %zu and %zu", id,
                          twin + 1, i + 1);
    else
      status = limen_id_index_add(&table->index, ids, stride, error);
  }
  if (status == LIMEN_OK)
    *out = table;
  else
    limen_id_table_free(table);
  return status;
}

size_t limen_id_table_find(const struct limen_id_table *table, const char *id) {
  return limen_id_index_find(&table->index, table->ids, table->stride, id);
}

void limen_id_table_free(struct limen_id_table *table) {
  if (table) limen_id_index_clear(&table->index);
  limen_free(table);
}
