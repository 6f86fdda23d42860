/* Engine exact: looks at every row. What the others are measured with, and the one that cannot be
 * wrong; kept small and plain, since limen_knn_search is there for speed.
 *
 * Its distances are those of knn/distance.h, of the rows as they are given, and equal ones go by
 * row: its answers are those of limen_knn_search, bit for bit. */
#include "base/memory.h"
#include "engines/engine.h"
#include "knn/candidates.h"
#include "knn/distance.h"

struct exact {
  struct limen_matrix base; /* the values are not owned, must outlive the index */
  enum limen_metric metric;
  struct limen_answer *answers, *spare; /* a row each */
};

static void close_exact(void *state) {
  struct exact *exact = state;
  if (!exact) return;
  limen_free(exact->answers);
  limen_free(exact->spare);
  limen_free(exact);
}

static int build(const struct limen_matrix *base, const size_t *order,
                 const struct limen_index_settings *settings, void **state,
                 struct limen_error *error) {
  (void)order;
  if (settings->factory)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the engine exact has no factory; leave it out, or take the engine faiss");
  struct exact *exact = limen_alloc(1, sizeof *exact, error);
  if (!exact) return LIMEN_FAILED;
  exact->base = *base;
  exact->metric = settings->metric;
  exact->answers = limen_alloc(base->rows, sizeof *exact->answers, error);
  exact->spare = exact->answers ? limen_alloc(base->rows, sizeof *exact->spare, error) : NULL;
  if (!exact->spare) {
    close_exact(exact);
    return LIMEN_FAILED;
  }
  *state = exact;
  return LIMEN_OK;
}

static int search(void *state, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
                  struct limen_error *error) {
  struct exact *exact = state;
  const struct limen_matrix *base = &exact->base;
  (void)ef, (void)error;
  for (size_t i = 0; i < base->rows; i++)
    exact->answers[i] = (struct limen_answer){
        limen_distance(exact->metric, query, base->values + i * base->columns, base->columns),
        (int64_t)i};
  limen_answers_sort(exact->answers, base->rows, exact->spare);
  for (size_t i = 0; i < k; i++) ids[i] = exact->answers[i].id;
  *found = k;
  return LIMEN_OK;
}

static int trace(void *state, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
                 struct limen_trace *out, struct limen_error *error) {
  const struct exact *exact = state;
  const size_t rows = exact->base.rows;
  out->distances = out->found = rows;
  out->hops = 0;
  for (size_t i = 0; out->row && i < rows; i++) out->row[i] = (uint32_t)i;
  return search(state, query, k, ef, ids, found, error);
}

static size_t bytes(const void *state) {
  const struct exact *exact = state;
  return exact->base.rows * exact->base.columns * sizeof *exact->base.values;
}

const struct limen_engine limen_engine_exact = {
    .name = "exact",
    .about = "looks at every row, in float64: the answer itself, at full cost",
    .float64 = true,
    .build = build,
    .search = search,
    .trace = trace,
    .bytes = bytes,
    .close = close_exact,
};
