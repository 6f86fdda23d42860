/* Vectors, searched exactly by limen_knn_search or by an index.
 *
 * The distance that limen_knn_search orders by is 1 - product, rounded: small products that differ
 * may have the same distance, never the reverse order. So the answers are taken with all that tie
 * with the last, and ordered anew by product and id. Where more tie than there is room for, as with
 * queries that are zero, the query looks at every document. */
#include "retrieval/dense.h"

#include <math.h>

#include "base/memory.h"
#include "knn/distance.h"
#include "knn/knn.h"

enum { TIES = 64 /* with the last answer; more are rare and looked at one by one */ };

static double score_of(const struct limen_retriever *retriever, size_t query, size_t document) {
  const size_t d = retriever->document_vectors.columns;
  return limen_product(retriever->query_vectors.values + query * d,
                       retriever->document_vectors.values + document * d, d);
}

size_t limen_dense_make_unit(struct limen_matrix *vectors) {
  const size_t d = vectors->columns;
  size_t zero = vectors->rows;
  for (size_t i = 0; i < vectors->rows; i++) {
    float *row = vectors->values + i * d;
    const double length = sqrt(limen_product(row, row, d));
    if (!(length > 0) && zero == vectors->rows) zero = i;
    for (size_t j = 0; length > 0 && j < d; j++) row[j] = (float)(row[j] / length);
  }
  return zero;
}

/* ---- exactly ---- */

static void offer(const struct limen_retriever *retriever, size_t query, size_t document,
                  struct limen_best *best) {
  limen_best_offer(best, score_of(retriever, query, document), retriever->place[document]);
}

static void order_anew(const struct limen_retriever *retriever, const struct limen_knn *knn,
                       size_t query, struct limen_best *best) {
  if (knn->ties_cut[query])
    for (size_t i = 0; i < retriever->documents; i++) offer(retriever, query, i, best);
  else
    for (size_t i = 0; i < knn->found[query]; i++)
      offer(retriever, query, (size_t)knn->ids[query * knn->width + i], best);
}

int limen_dense_search(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                       struct limen_error *error) {
  const struct limen_knn_settings settings = {.k = k, .metric = LIMEN_IP, .extra = TIES};
  struct limen_vectors documents, queries;
  struct limen_knn knn;
  struct limen_best best = {.k = k};
  limen_vectors_lend(&documents, &retriever->document_vectors);
  limen_vectors_lend(&queries, &retriever->query_vectors);
  int status = limen_knn_search(&documents, &queries, &settings, &knn, error);
  if (status != LIMEN_OK) return status;
  status = limen_hits_init(out, retriever->queries, k, error);
  if (status == LIMEN_OK && !(best.hit = limen_alloc(k, sizeof *best.hit, error)))
    status = LIMEN_FAILED;
  for (size_t q = 0; q < retriever->queries && status == LIMEN_OK; q++) {
    order_anew(retriever, &knn, q, &best);
    limen_best_take(&best, retriever->order, out, q);
  }
  limen_free(best.hit);
  limen_knn_clear(&knn);
  if (status != LIMEN_OK) limen_hits_clear(out);
  return status;
}

/* ---- by an index ---- */

static int check_index(const struct limen_retriever *retriever, const struct limen_index *index,
                       size_t k, struct limen_error *error) {
  if (!retriever->representation->dense)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the representation %s has no vectors, so there is no index over them; "
                      "search it exactly",
                      retriever->representation->name);
  if (!index->base || index->base->values != retriever->document_vectors.values)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the index holds other vectors than the documents of this representation; "
                      "build it over document_vectors");
  if (index->settings.metric != LIMEN_IP)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the index has the metric %s; representations are scored by inner product, "
                      "ip",
                      limen_metric_name((size_t)index->settings.metric));
  if (k == 0) return LIMEN_FAIL(error, LIMEN_USAGE, "k is 0; a search needs k >= 1");
  return LIMEN_OK;
}

int limen_retriever_search_index(const struct limen_retriever *retriever, struct limen_index *index,
                                 size_t k, size_t ef, struct limen_hits *out,
                                 struct limen_error *error) {
  const size_t d = retriever->query_vectors.columns;
  struct limen_best best = {0};
  int64_t *ids = NULL;
  *out = (struct limen_hits){0};
  int status = check_index(retriever, index, k, error);
  if (status != LIMEN_OK) return status;
  if (k > retriever->documents) k = retriever->documents;
  best.k = k;
  status = limen_hits_init(out, retriever->queries, k, error);
  if (status == LIMEN_OK && (!(best.hit = limen_alloc(k, sizeof *best.hit, error)) ||
                             !(ids = limen_alloc(k, sizeof *ids, error))))
    status = LIMEN_FAILED;
  for (size_t q = 0; q < retriever->queries && status == LIMEN_OK; q++) {
    size_t found = 0;
    status = limen_index_search(index, retriever->query_vectors.values + q * d, k, ef, ids, &found,
                                error);
    if (status != LIMEN_OK) break;
    for (size_t i = 0; i < found; i++) offer(retriever, q, (size_t)ids[i], &best);
    limen_best_take(&best, retriever->order, out, q);
  }
  limen_free(best.hit);
  limen_free(ids);
  if (status != LIMEN_OK) limen_hits_clear(out);
  return status;
}
