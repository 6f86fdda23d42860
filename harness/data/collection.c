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

/* Queries that were put into the list by other hands than limen_qrels_add are looked through. */
static struct limen_judged_query *find(const struct limen_qrels *qrels, const char *query) {
  if (qrels->count == 0) return NULL;
  const size_t stride = sizeof *qrels->query;
  size_t i = limen_id_index_find(&qrels->index, &qrels->query->id, stride, query);
  if (i != SIZE_MAX) return &qrels->query[i];
  for (i = qrels->index.count; i < qrels->count; i++)
    if (strcmp(qrels->query[i].id, query) == 0) return &qrels->query[i];
  return NULL;
}

const struct limen_judged_query *limen_qrels_find(const struct limen_qrels *qrels,
                                                  const char *query) {
  return find(qrels, query);
}

/* Runs of one query, as files mostly have them, need no search. */
static struct limen_judged_query *find_recent(const struct limen_qrels *qrels, const char *query) {
  if (qrels->count > 0 && strcmp(qrels->query[qrels->count - 1].id, query) == 0)
    return &qrels->query[qrels->count - 1];
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
  while (qrels->index.count < qrels->count && status == LIMEN_OK)
    status = limen_id_index_add(&qrels->index, &qrels->query->id, sizeof *qrels->query, error);
  return status;
}

int limen_qrels_add(struct limen_qrels *qrels, const char *query, const char *document,
                    int32_t grade, struct limen_error *error) {
  struct limen_judged_query *judged = find_recent(qrels, query);
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
  limen_id_index_clear(&qrels->index);
  *qrels = (struct limen_qrels){0};
}

void limen_collection_clear(struct limen_collection *collection) {
  limen_passages_clear(&collection->documents);
  limen_passages_clear(&collection->queries);
  limen_qrels_clear(&collection->qrels);
}
