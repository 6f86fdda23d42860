/* What the headline numbers of the kind retrieval are means of, for a gate.
 *
 * Where every cell has the same queries, builds (or random vectors) x queries, as in the kind
 * recall. Where each instance draws a set of its own, its queries are drawn with it: an instance is
 * one observation, and stands where queries do. */
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/summary.h"

/* The hash of a hash, or of raw answers, of several cells. */
static int add_answer(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                      const char *name, struct limen_text *all, bool *there,
                      struct limen_error *error) {
  void *bytes = NULL;
  size_t count = 0;
  char hash[LIMEN_HASH_SIZE];
  int status = limen_store_answer(plan->store, cell->key, row, name, &bytes, &count, error);
  if (status == LIMEN_OK && !bytes) *there = false;
  if (status == LIMEN_OK) status = limen_hash_text(bytes ? bytes : "", count, hash, error);
  if (status == LIMEN_OK) limen_text_add(all, hash);
  limen_free(bytes);
  return status;
}

/* Over every cell, or over the first of every instance: what cells of one instance share must not
 * depend on how many builds it has. */
static int hash_of(const struct limen_plan *plan, const struct limen_cell **cells, size_t count,
                   size_t row, const char *name, bool every, char out[LIMEN_HASH_SIZE],
                   struct limen_error *error) {
  struct limen_text all = {0};
  bool there = true;
  int status = LIMEN_OK;
  out[0] = '\0';
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (every || i == 0 ||
        limen_cell_integer(cells[i], "instance") != limen_cell_integer(cells[i - 1], "instance"))
      status = add_answer(plan, cells[i], row, name, &all, &there, error);
  if (status == LIMEN_OK) status = limen_text_status(&all, error);
  if (status == LIMEN_OK && there)
    status = limen_hash_text(limen_text_string(&all), all.length, out, error);
  limen_text_clear(&all);
  return status;
}

/* builds x instances of the cells' own means; cells stand instance by instance. */
static int over_instances(const struct limen_plan *plan, const struct retrieval_group *group,
                          const struct limen_cell **cells, size_t measure,
                          struct limen_sample *sample, struct limen_error *error) {
  size_t builds = 1;
  (void)plan;
  while (builds < group->cells &&
         limen_cell_integer(cells[builds], "instance") == limen_cell_integer(cells[0], "instance"))
    builds++;
  sample->builds = builds;
  sample->queries = group->cells / builds;
  if (!(sample->values = limen_alloc(group->cells, sizeof *sample->values, error)))
    return LIMEN_FAILED;
  for (size_t i = 0; i < group->cells; i++)
    sample->values[i % builds * sample->queries + i / builds] =
        cells[i]->answer.values[group->row * RETRIEVAL_MEASURES + RETRIEVAL_RECALL_2 + measure];
  return LIMEN_OK;
}

static int over_queries(const struct limen_plan *plan, const struct retrieval_group *group,
                        const struct limen_cell **cells, size_t measure,
                        struct limen_sample *sample, struct limen_error *error) {
  sample->builds = group->cells;
  sample->queries = group->queries;
  if (!(sample->values = limen_alloc(group->cells * group->queries, sizeof *sample->values, error)))
    return LIMEN_FAILED;
  int status = LIMEN_OK;
  for (size_t i = 0; i < group->cells && status == LIMEN_OK; i++) {
    double *values = NULL;
    size_t n = 0;
    status = retrieval_per_query(plan, cells[i], group->row, measure, &values, &n, error);
    if (status == LIMEN_OK && n == sample->queries)
      memcpy(sample->values + i * n, values, n * sizeof *values);
    else if (status == LIMEN_OK)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the store holds %zu and %zu queries of one set: run it again with "
                          "--fresh",
                          sample->queries, n);
    limen_free(values);
  }
  return status;
}

static int visit_headline(const struct limen_plan *plan, const struct retrieval_group *group,
                          const struct limen_cell **cells, size_t measure,
                          struct limen_sample *sample, limen_sample_visitor visit, void *context,
                          struct limen_error *error) {
  struct limen_text name = {0};
  limen_text_print(&name, "%s/", retrieval_measure_headline(measure));
  limen_plan_axes(plan, group->point, (ptrdiff_t)group->row, &name);
  int status = limen_text_status(&name, error);
  if (status == LIMEN_OK)
    status = (group->over_instances ? over_instances : over_queries)(plan, group, cells, measure,
                                                                     sample, error);
  if (status == LIMEN_OK) status = visit(context, limen_text_string(&name), sample, error);
  limen_free(sample->values);
  sample->values = NULL;
  limen_text_clear(&name);
  return status;
}

/* Something is drawn in building where an index is, and where one set is represented by random
 * vectors. A set drawn anew together with its queries is no build. */
static bool is_drawn(const struct limen_plan *plan, const struct retrieval_group *group) {
  const bool random = (retrieval_representation(&plan->grid, group->point)->reads &
                       LIMEN_REPRESENTATION_READS_SEED) != 0;
  return retrieval_uses_index(&plan->grid, group->point) || (random && !group->over_instances);
}

static int visit_group(const struct limen_plan *plan, const struct retrieval_group *group,
                       limen_sample_visitor visit, void *context, struct limen_error *error) {
  struct limen_sample sample = {.within = group->over_instances ? group->queries : 1,
                                .drawn = is_drawn(plan, group)};
  const struct limen_cell **cells = NULL;
  size_t count = 0;
  int status = retrieval_cells(plan, group->point, &cells, &count, error);
  /* Of one set there is one of each, whatever the random vectors of an instance. */
  const size_t sets = group->over_instances ? count : 1;
  if (status == LIMEN_OK) status = hash_of(plan, cells, sets, 0, "data", false, sample.data, error);
  if (status == LIMEN_OK)
    status = hash_of(plan, cells, sets, 0, "asked", false, sample.asked, error);
  if (status == LIMEN_OK)
    status = hash_of(plan, cells, count, group->row, "hits", true, sample.answers, error);
  for (size_t m = 0; m < RETRIEVAL_OF_RANKING && status == LIMEN_OK; m++)
    if (retrieval_measure_is_known(&plan->grid, m))
      status = visit_headline(plan, group, cells, m, &sample, visit, context, error);
  limen_free(cells);
  return status;
}

int retrieval_samples(const struct limen_plan *plan, limen_sample_visitor visit, void *context,
                      struct limen_error *error) {
  struct retrieval_group *groups = NULL;
  size_t count = 0;
  int status = retrieval_groups(plan, &groups, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (groups[i].missing == 0) status = visit_group(plan, &groups[i], visit, context, error);
  limen_free(groups);
  return status;
}
