#include "retrieval/user_collection.h"

#include <stdio.h>

#include "data/collection_read.h"
#include "data/format.h"
#include "retrieval/id_list.h"
#include "retrieval/wanted.h"

static int count_rows(const char *path, size_t d, size_t *out, struct limen_error *error) {
  const struct limen_read_options options = {.dimension = d};
  struct limen_vectors vectors;
  int status = limen_vectors_open(path, &options, &vectors, error);
  if (status != LIMEN_OK) return status;
  *out = vectors.rows;
  limen_vectors_close(&vectors);
  return LIMEN_OK;
}

static int name_by_file(const char *path, struct limen_passages *out, struct limen_error *error) {
  struct limen_id_list list = {0};
  int status = limen_id_list_read(path, &list, error);
  for (size_t i = 0; i < list.count && status == LIMEN_OK; i++)
    status = limen_passages_add(out, list.id[i], NULL, NULL, error);
  limen_id_list_clear(&list);
  return status;
}

/* Files of ids are compared with the vectors when those are read (user.c). */
static int make_passages(const char *what, const char *vectors, const char *ids, size_t d,
                         struct limen_passages *out, struct limen_error *error) {
  size_t rows = 0;
  char id[24];
  if (!vectors)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "judgements alone make no collection: a file of vectors for the %s is needed",
                      what);
  if (ids) return name_by_file(ids, out, error);
  int status = count_rows(vectors, d, &rows, error);
  for (size_t i = 0; i < rows && status == LIMEN_OK; i++) {
    snprintf(id, sizeof id, "%zu", i);
    status = limen_passages_add(out, id, NULL, NULL, error);
  }
  return status;
}

static int refuse_repeats(const struct limen_passages *passages, struct limen_error *error) {
  struct limen_id_table *table = NULL;
  int status = limen_id_table_make((const char *const *)&passages->passage->id, passages->count,
                                   sizeof *passages->passage, &table, error);
  limen_id_table_free(table);
  return status;
}

static int refuse_strangers(const char *qrels, const struct limen_collection *collection,
                            struct limen_error *error) {
  const struct limen_judged_query *judged = collection->qrels.query;
  return LIMEN_FAIL(
      error, LIMEN_INPUT,
      "%s calls no document that has a vector relevant to a query that has one. It names queries "
      "like \"%.60s\" and documents like \"%.60s\", while vectors are of queries like \"%.60s\" "
      "and documents like \"%.60s\"; a file of ids, one a line, names the rows",
      qrels, collection->qrels.count > 0 ? judged->id : "",
      collection->qrels.count > 0 && judged->count > 0 ? judged->judgement->document : "",
      collection->queries.count > 0 ? collection->queries.passage->id : "",
      collection->documents.count > 0 ? collection->documents.passage->id : "");
}

int limen_user_collection(const struct limen_representation_settings *settings, const char *qrels,
                          struct limen_collection *out, struct limen_error *error) {
  struct limen_wanted wanted = {0};
  int status = make_passages("documents", settings->documents, settings->document_ids, settings->d,
                             &out->documents, error);
  if (status == LIMEN_OK)
    status = make_passages("queries", settings->queries, settings->query_ids, settings->d,
                           &out->queries, error);
  if (status == LIMEN_OK) status = limen_qrels_read(qrels, &out->qrels, error);
  if (status == LIMEN_OK) status = refuse_repeats(&out->documents, error);
  if (status == LIMEN_OK) status = refuse_repeats(&out->queries, error);
  if (status != LIMEN_OK) return status;
  status = limen_wanted_make(out, &wanted, error);
  limen_wanted_clear(&wanted);
  return status == LIMEN_INPUT ? refuse_strangers(qrels, out, error) : status;
}
