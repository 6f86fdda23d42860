/* Vectors of the user's own model: a file for documents, one for queries, in any format that the
 * project reads, and with each a file of ids, one a line, whose line i names row i. Rows of
 * passages that the collection does not hold are passed over; every passage of it needs a row. */
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "data/format.h"
#include "retrieval/dense.h"
#include "retrieval/id_list.h"

/* One side: documents or queries. */
struct side {
  const char *what; /* "documents" */
  const char *vectors, *ids;
  const struct limen_passages *passages;
  struct limen_matrix *out;
};

/* ---- ids ---- */

/* The passages' ids when there is no file of them. */
static int take_ids(const struct side *side, struct limen_id_list *out, struct limen_error *error) {
  if (side->ids) return limen_id_list_read(side->ids, out, error);
  int status = LIMEN_OK;
  for (size_t i = 0; i < side->passages->count && status == LIMEN_OK; i++)
    status = limen_id_list_add(out, side->passages->passage[i].id, error);
  return status;
}

/* ---- rows ---- */

static int copy_rows(const struct side *side, const struct limen_matrix *vectors,
                     const struct limen_id_table *table, struct limen_error *error) {
  const size_t d = vectors->columns;
  int status = limen_matrix_init(side->out, side->passages->count, d, error);
  for (size_t i = 0; i < side->passages->count && status == LIMEN_OK; i++) {
    const size_t row = limen_id_table_find(table, side->passages->passage[i].id);
    if (row == SIZE_MAX)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s names no vector for \"%.200s\" of the collection's %s; every one needs "
                        "its own",
                        side->ids, side->passages->passage[i].id, side->what);
    memcpy(side->out->values + i * d, vectors->values + row * d, d * sizeof(float));
  }
  return status;
}

static int match(const struct side *side, const struct limen_matrix *vectors,
                 struct limen_error *error) {
  struct limen_id_list ids = {0};
  struct limen_id_table *table = NULL;
  int status = take_ids(side, &ids, error);
  if (status == LIMEN_OK && ids.count != vectors->rows)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s has %zu rows and %s %zu %s; a row is one passage",
                        side->vectors, vectors->rows, side->ids ? side->ids : "the collection has",
                        ids.count, side->ids ? "ids" : side->what);
  if (status == LIMEN_OK) {
    status =
        limen_id_table_make((const char *const *)ids.id, ids.count, sizeof *ids.id, &table, error);
    if (status == LIMEN_INPUT && error) limen_error_prefix(error, "%s", side->ids);
  }
  if (status == LIMEN_OK) status = copy_rows(side, vectors, table, error);
  limen_id_table_free(table);
  limen_id_list_clear(&ids);
  return status;
}

static int make_unit(const struct side *side, struct limen_error *error) {
  const size_t zero = limen_dense_make_unit(side->out);
  if (zero == side->out->rows) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%s: the vector of \"%.200s\" is all zeros and has no direction; leave lengths "
                    "as they are, or remove it",
                    side->vectors, side->passages->passage[zero].id);
}

static int read_side(const struct side *side, size_t d, bool unit, struct limen_error *error) {
  const struct limen_read_options options = {.dimension = d};
  struct limen_matrix vectors = {0};
  if (!side->vectors)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the representation user needs a file of vectors for the %s", side->what);
  int status = limen_matrix_read(side->vectors, &options, &vectors, error);
  if (status == LIMEN_OK) status = match(side, &vectors, error);
  if (status == LIMEN_OK && unit) status = make_unit(side, error);
  limen_matrix_clear(&vectors);
  return status;
}

static int build(struct limen_retriever *retriever, struct limen_error *error) {
  const struct limen_representation_settings *settings = &retriever->settings;
  const struct side documents = {"documents", settings->documents, settings->document_ids,
                                 &retriever->collection->documents, &retriever->document_vectors};
  const struct side queries = {"queries", settings->queries, settings->query_ids,
                               &retriever->collection->queries, &retriever->query_vectors};
  int status = read_side(&documents, settings->d, settings->unit, error);
  if (status == LIMEN_OK) status = read_side(&queries, settings->d, settings->unit, error);
  if (status != LIMEN_OK) return status;
  const size_t d = retriever->settings.d = retriever->document_vectors.columns;
  if (retriever->query_vectors.columns == d) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%s has %zu dimensions and %s %zu; both must come from the same model",
                    settings->documents, d, settings->queries, retriever->query_vectors.columns);
}

const struct limen_representation limen_representation_user = {
    .name = "user",
    .about = "vectors of your own, from files",
    .reads = LIMEN_REPRESENTATION_READS_D | LIMEN_REPRESENTATION_READS_FILES,
    .dense = true,
    .build = build,
};
