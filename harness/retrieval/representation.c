/* The table, and what every representation wants checked before it is built. */
#include "retrieval/representation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "retrieval/dense.h"

#define LIMEN_ENTRY(entry) extern const struct limen_representation entry;
#include "retrieval/representations.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_representation *const representations[] = {
#include "retrieval/representations.def"
};
#undef LIMEN_ENTRY
enum { REPRESENTATIONS = sizeof representations / sizeof *representations };

const struct limen_representation_settings limen_representation_defaults = {
    .seed = 1, .stemmer = "none", .k1 = 1.2, .b = 0.75, .tau = 0.1, .lr = 0.01, .steps = 5000};

const struct limen_representation *limen_representation_at(size_t i) {
  return i < REPRESENTATIONS ? representations[i] : NULL;
}

const char *limen_representation_name(size_t i) {
  return i < REPRESENTATIONS ? representations[i]->name : NULL;
}

const struct limen_representation *limen_representation_find(const char *name) {
  for (size_t i = 0; i < REPRESENTATIONS; i++)
    if (strcmp(representations[i]->name, name) == 0) return representations[i];
  return NULL;
}

/* ---- checks ---- */

static int check_settings(const struct limen_representation_settings *settings, unsigned reads,
                          struct limen_error *error) {
  if ((reads & LIMEN_REPRESENTATION_READS_D) && settings->d > LIMEN_REPRESENTATION_D_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE, "d is %zu; a representation has 1 to %d dimensions",
                      settings->d, LIMEN_REPRESENTATION_D_MAX);
  if (!(reads & LIMEN_REPRESENTATION_READS_BM25)) return LIMEN_OK;
  if (!(settings->k1 >= 0) || !isfinite(settings->k1))
    return LIMEN_FAIL(error, LIMEN_USAGE, "k1 is %g; it is 0 or more", settings->k1);
  if (!(settings->b >= 0 && settings->b <= 1))
    return LIMEN_FAIL(error, LIMEN_USAGE, "b is %g; it goes from 0 to 1", settings->b);
  return LIMEN_OK;
}

static int check_ids(const struct limen_passages *passages, const char *what,
                     struct limen_error *error) {
  struct limen_id_table *table;
  if (passages->count == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the collection has no %s; there is nothing to search",
                      what);
  if (passages->count >= UINT32_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu %s are too many; at most %u can be searched",
                      passages->count, what, UINT32_MAX - 1);
  int status = limen_id_table_make((const char *const *)&passages->passage->id, passages->count,
                                   sizeof *passages->passage, &table, error);
  if (status == LIMEN_OK)
    limen_id_table_free(table);
  else if (status == LIMEN_INPUT && error)
    limen_error_prefix(error, "%s", what);
  return status;
}

/* ---- a retriever ---- */

struct place {
  const char *id;
  uint32_t document;
};

static int compare(const void *a, const void *b) {
  return strcmp(((const struct place *)b)->id, ((const struct place *)a)->id);
}

static int order_documents(struct limen_retriever *retriever, struct limen_error *error) {
  const size_t count = retriever->documents;
  struct place *places = limen_alloc_scratch(count, sizeof *places, error);
  retriever->order = places ? limen_alloc(count, sizeof *retriever->order, error) : NULL;
  retriever->place = retriever->order ? limen_alloc(count, sizeof *retriever->place, error) : NULL;
  if (!retriever->place) {
    limen_free(places);
    return LIMEN_FAILED;
  }
  for (size_t i = 0; i < count; i++)
    places[i] = (struct place){retriever->collection->documents.passage[i].id, (uint32_t)i};
  qsort(places, count, sizeof *places, compare);
  for (size_t i = 0; i < count; i++) {
    retriever->order[i] = places[i].document;
    retriever->place[places[i].document] = (uint32_t)i;
  }
  limen_free(places);
  return LIMEN_OK;
}

/* Files have been scaled with what can be said about a bad row. */
static void scale(struct limen_retriever *retriever) {
  if (!retriever->settings.unit || !retriever->representation->dense ||
      (retriever->representation->reads & LIMEN_REPRESENTATION_READS_FILES))
    return;
  limen_dense_make_unit(&retriever->document_vectors);
  limen_dense_make_unit(&retriever->query_vectors);
}

int limen_retriever_build(const struct limen_representation *representation,
                          const struct limen_collection *collection,
                          const struct limen_representation_settings *settings,
                          struct limen_retriever *out, struct limen_error *error) {
  *out = (struct limen_retriever){.representation = representation,
                                  .collection = collection,
                                  .settings = *settings,
                                  .documents = collection->documents.count,
                                  .queries = collection->queries.count};
  int status = check_settings(settings, representation->reads, error);
  if (status == LIMEN_OK) status = check_ids(&collection->documents, "documents", error);
  if (status == LIMEN_OK) status = check_ids(&collection->queries, "queries", error);
  if (status == LIMEN_OK) status = order_documents(out, error);
  if (status == LIMEN_OK && out->settings.d == 0) out->settings.d = representation->d;
  if (status == LIMEN_OK) status = representation->build(out, error);
  if (status == LIMEN_OK) scale(out);
  out->settings.stemmer = out->settings.documents = out->settings.document_ids = NULL;
  out->settings.queries = out->settings.query_ids = NULL;
  if (status != LIMEN_OK) limen_retriever_clear(out);
  return status;
}

int limen_retriever_search(const struct limen_retriever *retriever, size_t k,
                           struct limen_hits *out, struct limen_error *error) {
  *out = (struct limen_hits){0};
  if (k == 0) return LIMEN_FAIL(error, LIMEN_USAGE, "k is 0; a search needs k >= 1");
  if (k > retriever->documents) k = retriever->documents;
  return (retriever->representation->search ? retriever->representation->search
                                            : limen_dense_search)(retriever, k, out, error);
}

void limen_retriever_clear(struct limen_retriever *retriever) {
  if (retriever->state && retriever->representation->close)
    retriever->representation->close(retriever->state);
  limen_matrix_clear(&retriever->document_vectors);
  limen_matrix_clear(&retriever->query_vectors);
  limen_free(retriever->order);
  limen_free(retriever->place);
  *retriever = (struct limen_retriever){0};
}
