/* limen verify for the kind retrieval: every stored ranking is judged again, against a collection
 * that is made or read anew, and must give the measures that the store holds; and exact search,
 * done again, must give the same ranking. What an index returned is taken on trust. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/retrieval.h"

struct verifying {
  const struct limen_plan *plan;
  size_t cells, rankings;
};

static int no(const struct limen_cell *cell, size_t row, const char *what,
              struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO, "%s, ef = %" PRId64 ", of cell%.400s", what,
                    limen_cell_value(cell, row, "ef").as.integer, strchr(cell->text, ' '));
}

/* The stored documents as hits; scores are not kept. */
static int read_hits(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                     const struct limen_retriever *retriever, struct limen_hits *out,
                     struct limen_error *error) {
  void *bytes = NULL;
  size_t length = 0;
  int status = limen_store_answer(plan->store, cell->key, row, "hits", &bytes, &length, error);
  const size_t k = retriever->queries ? length / retriever->queries / sizeof(uint32_t) : 0;
  if (status == LIMEN_OK &&
      (!bytes || k == 0 || length != retriever->queries * k * sizeof(uint32_t)))
    status = no(cell, row, "the raw answers are not complete", error);
  if (status == LIMEN_OK) status = limen_hits_init(out, retriever->queries, k, error);
  for (size_t q = 0; status == LIMEN_OK && q < retriever->queries; q++)
    for (size_t i = 0; i < k && status == LIMEN_OK; i++) {
      const uint32_t document = ((const uint32_t *)bytes)[q * k + i];
      if (document == UINT32_MAX) break;
      if (document >= retriever->documents)
        status = no(cell, row, "a stored document is none of the collection", error);
      out->document[q * k + i] = document;
      out->found[q]++;
    }
  limen_free(bytes);
  return status;
}

static int verify_measures(struct verifying *all, const struct limen_cell *cell, size_t row,
                           const struct limen_retriever *retriever, const struct limen_hits *hits,
                           struct limen_error *error) {
  double *values = NULL, means[RETRIEVAL_OF_RANKING];
  size_t queries = 0, length = 0;
  void *stored = NULL;
  int status = retrieval_judge(cell, retriever->collection, hits, &values, &queries, means, error);
  if (status == LIMEN_OK)
    status =
        limen_store_answer(all->plan->store, cell->key, row, "values", &stored, &length, error);
  if (status == LIMEN_OK && (length != queries * RETRIEVAL_OF_RANKING * sizeof *values ||
                             memcmp(stored, values, length) != 0))
    status = no(cell, row, "the measures of a query are not those of its ranking", error);
  const double *said = cell->answer.values + row * cell->answer.measures + RETRIEVAL_RECALL_2;
  /* Bit for bit, NaN included. NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-*) */
  if (status == LIMEN_OK && memcmp(means, said, sizeof means) != 0)
    status = no(cell, row, "a measure is not that of the rankings", error);
  limen_free(values);
  limen_free(stored);
  all->rankings += queries;
  return status;
}

static int verify_search(const struct limen_cell *cell, const struct limen_retriever *retriever,
                         const struct limen_hits *stored, struct limen_error *error) {
  struct limen_hits anew = {0};
  int status = limen_retriever_search(retriever, stored->k, &anew, error);
  for (size_t q = 0; status == LIMEN_OK && q < anew.queries; q++)
    if (anew.k != stored->k || anew.found[q] != stored->found[q] ||
        memcmp(anew.document + q * anew.k, stored->document + q * stored->k,
               anew.found[q] * sizeof *anew.document) != 0)
      status = no(cell, 0, "exact search gives another ranking", error);
  limen_hits_clear(&anew);
  return status;
}

static int verify_cell(void *context, const struct limen_cell *cell, struct limen_error *error) {
  struct verifying *all = context;
  struct limen_retriever *retriever = NULL;
  const bool index = retrieval_uses_index(cell->grid, cell->point);
  int status = retrieval_retriever_take(cell, &retriever, error);
  if (status != LIMEN_OK) return status;
  for (size_t row = 0; row < cell->rows && status == LIMEN_OK; row++) {
    struct limen_hits hits = {0};
    status = read_hits(all->plan, cell, row, retriever, &hits, error);
    if (status == LIMEN_OK) status = verify_measures(all, cell, row, retriever, &hits, error);
    if (status == LIMEN_OK && row == 0 && !index)
      status = verify_search(cell, retriever, &hits, error);
    limen_hits_clear(&hits);
  }
  retrieval_retriever_give(retriever);
  all->cells++;
  return status;
}

int retrieval_verify(const struct limen_plan *plan, struct limen_text *words,
                     struct limen_error *error) {
  struct verifying all = {.plan = plan};
  int status = limen_plan_each(plan, verify_cell, &all, error);
  retrieval_release();
  limen_text_print(words,
                   "%zu rankings of %zu cells judged again against collections made or read anew: "
                   "every measure holds",
                   all.rankings, all.cells);
  return status;
}
