/* What the headline numbers of the kind recall are means of, for a gate. */
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/summary.h"

/* A hash that row 0 of a cell keeps; "" in the cells of builds that kept none. */
static int read_hash(const struct limen_plan *plan, const struct limen_cell *cell, const char *name,
                     char out[LIMEN_HASH_SIZE], struct limen_error *error) {
  void *bytes = NULL;
  size_t count = 0;
  out[0] = '\0';
  int status = limen_store_answer(plan->store, cell->key, 0, name, &bytes, &count, error);
  if (status == LIMEN_OK && bytes && count == LIMEN_HASH_SIZE - 1) {
    memcpy(out, bytes, count);
    out[count] = '\0';
  }
  limen_free(bytes);
  return status;
}

/* Of the ids and the distances counted, build by build. */
static int hash_answers(const struct limen_plan *plan, const struct limen_cell **cells,
                        size_t builds, size_t row, char out[LIMEN_HASH_SIZE],
                        struct limen_error *error) {
  static const char *const names[] = {"ids", "distances"};
  struct limen_text all = {0};
  int status = LIMEN_OK;
  for (size_t i = 0; i < 2 * builds && status == LIMEN_OK; i++) {
    void *bytes = NULL;
    size_t count = 0;
    char one[LIMEN_HASH_SIZE];
    status = limen_store_answer(plan->store, cells[i / 2]->key, row, names[i % 2], &bytes, &count,
                                error);
    if (status == LIMEN_OK) status = limen_hash_text(bytes ? bytes : "", count, one, error);
    if (status == LIMEN_OK) limen_text_add(&all, one);
    limen_free(bytes);
  }
  if (status == LIMEN_OK) status = limen_text_status(&all, error);
  if (status == LIMEN_OK) status = limen_hash_text(limen_text_string(&all), all.length, out, error);
  limen_text_clear(&all);
  return status;
}

static int visit_headline(const struct limen_plan *plan, const struct recall_group *group,
                          const struct limen_cell **cells, size_t headline, const char *measure,
                          struct limen_sample *sample, limen_sample_visitor visit, void *context,
                          struct limen_error *error) {
  struct limen_text name = {0};
  limen_text_print(&name, "%s/", measure);
  limen_plan_axes(plan, group->point, (ptrdiff_t)group->row, &name);
  int status = limen_text_status(&name, error);
  if (status == LIMEN_OK)
    status = recall_headline_table(plan, cells, group->builds, group->row, headline,
                                   &sample->values, &sample->builds, &sample->queries, error);
  if (status == LIMEN_OK) status = visit(context, limen_text_string(&name), sample, error);
  limen_free(sample->values);
  sample->values = NULL;
  limen_text_clear(&name);
  return status;
}

static int visit_group(const struct limen_plan *plan, const struct recall_group *group,
                       limen_sample_visitor visit, void *context, struct limen_error *error) {
  const unsigned reads = recall_engine(&plan->grid, group->point)->reads;
  struct limen_sample sample = {.within = 1,
                                .drawn = (reads & (LIMEN_READS_LEVELS | LIMEN_READS_ORDER)) != 0};
  struct recall_headline headlines[RECALL_HEADLINES];
  const struct limen_cell **cells = NULL;
  size_t count = 0;
  recall_headlines(group, headlines);
  int status = recall_cells(plan, group->point, &cells, &count, error);
  if (status == LIMEN_OK) status = read_hash(plan, cells[0], "data", sample.data, error);
  if (status == LIMEN_OK) status = read_hash(plan, cells[0], "asked", sample.asked, error);
  if (status == LIMEN_OK)
    status = hash_answers(plan, cells, count, group->row, sample.answers, error);
  for (size_t h = 0; h < RECALL_HEADLINES && status == LIMEN_OK; h++)
    status =
        visit_headline(plan, group, cells, h, headlines[h].measure, &sample, visit, context, error);
  limen_free(cells);
  return status;
}

int recall_samples(const struct limen_plan *plan, limen_sample_visitor visit, void *context,
                   struct limen_error *error) {
  struct recall_group *groups = NULL;
  size_t count = 0;
  int status = recall_groups(plan, &groups, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (groups[i].missing == 0) status = visit_group(plan, &groups[i], visit, context, error);
  limen_free(groups);
  return status;
}
