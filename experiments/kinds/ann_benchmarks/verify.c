/* limen verify for the kind ann_benchmarks: every file of the tree is read and judged again, and
 * must give the hits and the measures that the store holds. Times are taken on trust: the tree says
 * them, and nothing here can measure them again. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"

struct verifying {
  const struct limen_plan *plan;
  size_t files, refused, answers;
};

static int no(const struct limen_cell *cell, const char *what, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO, "%s/%s.hdf5: %s", limen_cell_string(cell, "tree"),
                    limen_cell_string(cell, "result"), what);
}

/* Whether a blob of the cell holds these bytes. */
static int expect_blob(const struct verifying *all, const struct limen_cell *cell, const char *name,
                       const void *bytes, size_t count, const char *otherwise,
                       struct limen_error *error) {
  void *stored = NULL;
  size_t length = 0;
  int status = limen_store_answer(all->plan->store, cell->key, 0, name, &stored, &length, error);
  if (status == LIMEN_OK && (!stored || length != count || memcmp(stored, bytes, count) != 0))
    status = no(cell, otherwise, error);
  limen_free(stored);
  return status;
}

/* Infinities do not occur; NaN stands for what is not known. */
static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static int compare(struct verifying *all, const struct limen_cell *cell,
                   const struct ann_reading *reading, struct limen_error *error) {
  const double *stored = cell->answer.values, *anew = reading->judgement.value;
  if ((stored[ANN_REFUSED] == 1) != (*reading->refused != '\0'))
    return no(cell,
              *reading->refused ? "it was usable, and is not any more"
                                : "it was refused, and is usable now: import the tree again",
              error);
  if (*reading->refused) {
    all->refused++;
    return LIMEN_OK;
  }
  const size_t queries = (size_t)(anew[ANN_QUERIES] + anew[ANN_LEFT_OUT]);
  int status =
      expect_blob(all, cell, "sha256", reading->sha256, strlen(reading->sha256),
                  "it holds other bytes than when it was judged: import the tree again", error);
  if (status == LIMEN_OK)
    status = expect_blob(all, cell, "hits", reading->judgement.hits,
                         queries * ANN_HITS * sizeof(uint16_t),
                         "the stored hits are not those of its ids", error);
  for (size_t i = 0; i < ANN_MEASURES && status == LIMEN_OK; i++)
    if (!same(stored[i], anew[i])) status = no(cell, "a stored measure is not that of it", error);
  all->files++;
  all->answers += queries;
  return status;
}

static int verify_cell(void *context, const struct limen_cell *cell, struct limen_error *error) {
  struct ann_reading reading;
  int status = ann_cell_read(cell, &reading, error);
  if (status != LIMEN_OK) return status;
  status = compare(context, cell, &reading, error);
  ann_reading_clear(&reading);
  return status;
}

int ann_verify(const struct limen_plan *plan, struct limen_text *words, struct limen_error *error) {
  struct verifying all = {.plan = plan};
  int status = limen_plan_each(plan, verify_cell, &all, error);
  ann_world_release();
  limen_text_print(words,
                   "%zu answers in %zu files judged again, with distances from the vectors: every "
                   "recall holds; times are the tree's own word; %zu files are still not usable",
                   all.answers, all.files, all.refused);
  return status;
}
