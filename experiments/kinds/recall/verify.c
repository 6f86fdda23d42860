/* limen verify for the kind recall: the ids that each index returned are judged again, against data
 * that are made or read anew and a truth found anew, and must give the recalls that the store
 * holds. The indexes themselves are not built again: that they returned these ids is what is taken
 * on trust. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/judge.h"
#include "experiments/kinds/recall/recall.h"

struct verifying {
  const struct limen_plan *plan;
  size_t cells, answers;
};

static int no(const struct limen_cell *cell, size_t row, const char *what,
              struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO, "%s, ef = %" PRId64 ", of cell%.400s", what,
                    limen_cell_value(cell, row, "ef").as.integer, strchr(cell->text, ' '));
}

/* The raw answers of a row, of the size that they must have. */
static int read_raw(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                    const char *name, size_t bytes, void **out, struct limen_error *error) {
  size_t length = 0;
  int status = limen_store_answer(plan->store, cell->key, row, name, out, &length, error);
  if (status == LIMEN_OK && (!*out || length != bytes))
    status = no(cell, row, "the raw answers are not complete", error);
  return status;
}

/* The columns that follow from the ids alone. */
static bool same_columns(const double *stored, const double *anew) {
  static const enum recall_measure of_ids[] = {RECALL_BY_ID,   RECALL_TIES,       RECALL_EPSILON,
                                               RECALL_WORST_1, RECALL_WORST_5,    RECALL_ZERO,
                                               RECALL_SHORT,   RECALL_DUPLICATES, RECALL_INVALID};
  for (size_t i = 0; i < sizeof of_ids / sizeof *of_ids; i++)
    if (stored[of_ids[i]] != anew[of_ids[i]]) return false;
  return true;
}

static int verify_row(struct verifying *all, const struct limen_cell *cell,
                      const struct recall_world *world, size_t row, struct limen_error *error) {
  const size_t n = world->queries.rows, k = world->k;
  const struct limen_recall_settings settings = recall_judging(cell, world);
  double anew[RECALL_MEASURES];
  void *ids = NULL, *hits = NULL;
  int64_t *wide = limen_alloc(k, sizeof *wide, error);
  struct limen_recall_query *judged = limen_alloc(n, sizeof *judged, error);
  int status = wide && judged ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = read_raw(all->plan, cell, row, "ids", n * k * sizeof(int32_t), &ids, error);
  if (status == LIMEN_OK)
    status =
        read_raw(all->plan, cell, row, "hits", n * RECALL_HITS * sizeof(uint16_t), &hits, error);
  for (size_t q = 0; q < n && status == LIMEN_OK; q++) {
    const uint16_t *three = (const uint16_t *)hits + RECALL_HITS * q;
    for (size_t i = 0; i < k; i++) wide[i] = ((const int32_t *)ids)[q * k + i];
    recall_judge(world, &settings, q, wide, &judged[q]);
    if (judged[q].by_id != three[LIMEN_RECALL_BY_ID] ||
        judged[q].ties != three[LIMEN_RECALL_TIES] ||
        judged[q].epsilon != three[LIMEN_RECALL_EPSILON])
      status = no(cell, row, "the hits of a query are not those of its ids", error);
    all->answers++;
  }
  const struct limen_search_set set = {.count = n, .queries = judged};
  if (status == LIMEN_OK) status = recall_tell(&set, anew, error);
  if (status == LIMEN_OK && !same_columns(cell->answer.values + row * cell->answer.measures, anew))
    status = no(cell, row, "a measure is not that of the ids", error);
  limen_free(wide);
  limen_free(judged);
  limen_free(ids);
  limen_free(hits);
  return status;
}

static int verify_cell(void *context, const struct limen_cell *cell, struct limen_error *error) {
  struct verifying *all = context;
  const struct recall_world *world = NULL;
  if (cell->answer.values[RECALL_VARIANTS] == 0) return LIMEN_OK; /* there was nothing to build */
  int status = recall_world_take(cell, 0, &world, error);
  if (status != LIMEN_OK) return status;
  for (size_t row = 0; row < cell->rows && status == LIMEN_OK; row++)
    status = verify_row(all, cell, world, row, error);
  recall_world_give(world);
  all->cells++;
  return status;
}

int recall_verify(const struct limen_plan *plan, struct limen_text *words,
                  struct limen_error *error) {
  struct verifying all = {.plan = plan};
  int status = limen_plan_each(plan, verify_cell, &all, error);
  recall_world_release();
  limen_text_print(words,
                   "%zu answers of %zu indexes judged again against data made or read anew: every "
                   "recall holds",
                   all.answers, all.cells);
  return status;
}
