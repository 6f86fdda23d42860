#include "run/stored_vectors.h"

#include "base/memory.h"
#include "data/pattern.h"
#include "limits/certificate.h"

int limen_stored_vectors_certify(const struct limen_plan *plan, const struct limen_cell *cell,
                                 const struct limen_stored_vectors *stored, const char *folder,
                                 const char *name, const char *about, struct limen_error *error) {
  struct limen_relevance all = {0};
  struct limen_proof proof;
  void *documents = NULL, *queries = NULL;
  size_t documents_bytes = 0, queries_bytes = 0;
  int status = limen_pattern_find("all")->make(stored->n, stored->k, 0, 0, &all, error);
  if (status == LIMEN_OK)
    status = limen_store_answer(plan->store, cell->key, 0, stored->documents, &documents,
                                &documents_bytes, error);
  if (status == LIMEN_OK)
    status = limen_store_answer(plan->store, cell->key, 0, stored->queries, &queries,
                                &queries_bytes, error);
  if (status == LIMEN_OK &&
      (!documents || !queries || documents_bytes != stored->n * stored->d * sizeof(float) ||
       queries_bytes != all.queries * stored->d * sizeof(float)))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the store's answers of cell %.300s do not fit each other: run it again "
                        "with --fresh",
                        cell->text);
  if (status == LIMEN_OK)
    status = limen_certificate_write(folder, name, about, &all, stored->d, documents, queries,
                                     &proof, error);
  limen_relevance_clear(&all);
  limen_free(documents);
  limen_free(queries);
  return status;
}
