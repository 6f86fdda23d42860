#include "data/collection.h"

#include <string.h>

#include "base/memory.h"

/* ---- passages ---- */

int limen_passages_add(struct limen_passages *passages, const char *id, const char *title,
                       const char *text, struct limen_error *error) {
  int status = limen_grow(&passages->passage, &passages->capacity, passages->count + 1,
                          sizeof *passages->passage, error);
  if (status != LIMEN_OK) return status;
  struct limen_passage one = {.id = limen_copy_text(id ? id : "", error),
                              .title = limen_copy_text(title ? title : "", error),
                              .text = limen_copy_text(text ? text : "", error)};
  if (!one.id || !one.title || !one.text) {
    limen_free(one.id);
    limen_free(one.title);
    limen_free(one.text);
    return LIMEN_FAILED;
  }
  passages->passage[passages->count++] = one;
  return LIMEN_OK;
}

void limen_passages_clear(struct limen_passages *passages) {
  for (size_t i = 0; i < passages->count; i++) {
    limen_free(passages->passage[i].id);
    limen_free(passages->passage[i].title);
    limen_free(passages->passage[i].text);
  }
  limen_free(passages->passage);
  *passages = (struct limen_passages){0};
}

/* ---- judgements ---- */

/* From the end, where the query of the last judgement is. */
static struct limen_judged_query *find(const struct limen_qrels *qrels, const char *query) {
  for (size_t i = qrels->count; i-- > 0;)
    if (strcmp(qrels->query[i].id, query) == 0) return &qrels->query[i];
  return NULL;
}

const struct limen_judged_query *limen_qrels_find(const struct limen_qrels *qrels,
                                                  const char *query) {
  return find(qrels, query);
}

static int add_query(struct limen_qrels *qrels, const char *id, struct limen_judged_query **out,
                     struct limen_error *error) {
  int status =
      limen_grow(&qrels->query, &qrels->capacity, qrels->count + 1, sizeof *qrels->query, error);
  if (status != LIMEN_OK) return status;
  struct limen_judged_query one = {.id = limen_copy_text(id, error)};
  if (!one.id) return LIMEN_FAILED;
  qrels->query[qrels->count] = one;
  *out = &qrels->query[qrels->count++];
  return LIMEN_OK;
}

int limen_qrels_add(struct limen_qrels *qrels, const char *query, const char *document,
                    int32_t grade, struct limen_error *error) {
  struct limen_judged_query *judged = find(qrels, query);
  int status = judged ? LIMEN_OK : add_query(qrels, query, &judged, error);
  if (status == LIMEN_OK)
    status = limen_grow(&judged->judgement, &judged->capacity, judged->count + 1,
                        sizeof *judged->judgement, error);
  if (status != LIMEN_OK) return status;
  struct limen_judgement one = {.document = limen_copy_text(document, error), .grade = grade};
  if (!one.document) return LIMEN_FAILED;
  judged->judgement[judged->count++] = one;
  return LIMEN_OK;
}

void limen_qrels_clear(struct limen_qrels *qrels) {
  for (size_t q = 0; q < qrels->count; q++) {
    for (size_t i = 0; i < qrels->query[q].count; i++)
      limen_free(qrels->query[q].judgement[i].document);
    limen_free(qrels->query[q].judgement);
    limen_free(qrels->query[q].id);
  }
  limen_free(qrels->query);
  *qrels = (struct limen_qrels){0};
}

void limen_collection_clear(struct limen_collection *collection) {
  limen_passages_clear(&collection->documents);
  limen_passages_clear(&collection->queries);
  limen_qrels_clear(&collection->qrels);
}

/* ---- ids ---- */

/* Open addressing, at most half full. */
struct limen_id_table {
  const char *ids; /* lent */
  size_t stride, n_slots;
  size_t *slot; /* position + 1; 0: empty */
};

static const char *id_at(const struct limen_id_table *table, size_t i) {
  return *(const char *const *)(const void *)(table->ids + i * table->stride);
}

static size_t hash_of(const char *id) {
  uint64_t h = 0xCBF29CE484222325u; /* FNV-1a */
  for (; *id; id++) h = (h ^ (unsigned char)*id) * 0x100000001B3u;
  return (size_t)(h ^ h >> 29);
}

/* The slot of an id, or the empty one where it belongs. */
static size_t slot_of(const struct limen_id_table *table, const char *id) {
  size_t slot = hash_of(id) % table->n_slots;
  while (table->slot[slot] != 0 && strcmp(id_at(table, table->slot[slot] - 1), id) != 0)
    slot = (slot + 1) % table->n_slots;
  return slot;
}

int limen_id_table_make(const char *const *ids, size_t count, size_t stride,
                        struct limen_id_table **out, struct limen_error *error) {
  struct limen_id_table *table = limen_alloc(1, sizeof *table, error);
  if (!table) return LIMEN_FAILED;
  *table = (struct limen_id_table){
      .ids = (const char *)(const void *)ids, .stride = stride, .n_slots = 2 * count + 1};
  if (!(table->slot = limen_alloc(table->n_slots, sizeof *table->slot, error))) {
    limen_free(table);
    return LIMEN_FAILED;
  }
  for (size_t i = 0; i < count; i++) {
    size_t slot = slot_of(table, id_at(table, i));
    if (table->slot[slot] != 0) {
      int status = LIMEN_FAIL(error, LIMEN_INPUT, "the id \"%.200s\" stands twice, at %zu and %zu",
                              id_at(table, i), table->slot[slot], i + 1);
      limen_id_table_free(table);
      return status;
    }
    table->slot[slot] = i + 1;
  }
  *out = table;
  return LIMEN_OK;
}

size_t limen_id_table_find(const struct limen_id_table *table, const char *id) {
  size_t found = table->slot[slot_of(table, id)];
  return found ? found - 1 : SIZE_MAX;
}

void limen_id_table_free(struct limen_id_table *table) {
  if (table) limen_free(table->slot);
  limen_free(table);
}
