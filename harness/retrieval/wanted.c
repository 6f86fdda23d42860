#include "retrieval/wanted.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

static int compare(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* Adds the documents that one judged query wants. */
static int add(const struct limen_judged_query *judged, const struct limen_id_table *documents,
               struct limen_wanted *wanted, size_t *count, size_t *capacity,
               struct limen_error *error) {
  const size_t first = *count;
  int status = limen_grow(&wanted->document, capacity, first + judged->count + 1,
                          sizeof *wanted->document, error);
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < judged->count; i++) {
    if (judged->judgement[i].grade <= 0) continue;
    const size_t document = limen_id_table_find(documents, judged->judgement[i].document);
    if (document != SIZE_MAX) wanted->document[(*count)++] = (uint32_t)document;
  }
  if (*count == first) return LIMEN_OK;
  qsort(wanted->document + first, *count - first, sizeof *wanted->document, compare);
  size_t kept = first + 1; /* judged twice is wanted once */
  for (size_t i = first + 1; i < *count; i++)
    if (wanted->document[i] != wanted->document[i - 1])
      wanted->document[kept++] = wanted->document[i];
  *count = kept;
  if (kept - first > wanted->most) wanted->most = kept - first;
  return LIMEN_OK;
}

static int add_all(const struct limen_collection *collection,
                   const struct limen_id_table *documents, struct limen_wanted *wanted,
                   struct limen_error *error) {
  size_t count = 0, capacity = 0;
  int status = LIMEN_OK;
  for (size_t q = 0; q < wanted->queries && status == LIMEN_OK; q++) {
    const struct limen_judged_query *judged =
        limen_qrels_find(&collection->qrels, collection->queries.passage[q].id);
    if (judged) status = add(judged, documents, wanted, &count, &capacity, error);
    wanted->start[q + 1] = count;
  }
  if (status == LIMEN_OK && count == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "no judgement says that a query of this collection wants one of its "
                      "documents; an oracle needs one, so see whether the ids agree");
  return status;
}

static int order_documents(const struct limen_collection *collection, struct limen_wanted *wanted,
                           struct limen_error *error) {
  const size_t documents = collection->documents.count;
  bool *is_wanted = limen_alloc(documents, sizeof *is_wanted, error);
  wanted->order = is_wanted ? limen_alloc(documents, sizeof *wanted->order, error) : NULL;
  if (wanted->order) {
    for (size_t i = 0; i < wanted->start[wanted->queries]; i++)
      is_wanted[wanted->document[i]] = true;
    for (size_t i = 0; i < documents; i++)
      if (is_wanted[i]) wanted->order[wanted->count++] = (uint32_t)i;
    for (size_t i = 0, at = wanted->count; i < documents; i++)
      if (!is_wanted[i]) wanted->order[at++] = (uint32_t)i;
  }
  limen_free(is_wanted);
  return wanted->order ? LIMEN_OK : LIMEN_FAILED;
}

int limen_wanted_make(const struct limen_collection *collection, struct limen_wanted *out,
                      struct limen_error *error) {
  const struct limen_passages *passages = &collection->documents;
  struct limen_id_table *documents = NULL;
  *out = (struct limen_wanted){.queries = collection->queries.count};
  int status = limen_id_table_make((const char *const *)&passages->passage->id, passages->count,
                                   sizeof *passages->passage, &documents, error);
  if (status == LIMEN_OK &&
      !(out->start = limen_alloc(out->queries + 1, sizeof *out->start, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = add_all(collection, documents, out, error);
  if (status == LIMEN_OK) status = order_documents(collection, out, error);
  limen_id_table_free(documents);
  if (status != LIMEN_OK) limen_wanted_clear(out);
  return status;
}

void limen_wanted_clear(struct limen_wanted *wanted) {
  limen_free(wanted->start);
  limen_free(wanted->document);
  limen_free(wanted->order);
  *wanted = (struct limen_wanted){0};
}
