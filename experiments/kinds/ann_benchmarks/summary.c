#include "experiments/kinds/ann_benchmarks/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stats/crossed.h"
#include "stats/pareto.h"

/* The recall at which algorithms beside the Pareto line are put in order. */
static const double REFERENCE = 0.9;

double ann_value(const struct ann_entry *entry, enum ann_measure measure) {
  return entry->cell->answer.values[measure];
}

/* ---- raw answers ---- */

static int lacking(const struct limen_cell *cell, const char *what, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the store lacks \"%s\" of %.200s: import the tree into another folder", what,
                    limen_cell_string(cell, "result"));
}

int ann_per_query(const struct limen_plan *plan, const struct ann_entry *entry, enum ann_hit which,
                  double **values, size_t *count, struct limen_error *error) {
  const size_t queries = (size_t)(ann_value(entry, ANN_QUERIES) + ann_value(entry, ANN_LEFT_OUT));
  void *hits = NULL;
  size_t bytes = 0;
  *values = NULL;
  *count = 0;
  int status = limen_store_answer(plan->store, entry->cell->key, 0, "hits", &hits, &bytes, error);
  if (status == LIMEN_OK && (!hits || bytes != queries * ANN_HITS * sizeof(uint16_t)))
    status = lacking(entry->cell, "hits", error);
  if (status == LIMEN_OK && !(*values = limen_alloc(queries, sizeof **values, error)))
    status = LIMEN_FAILED;
  for (size_t q = 0; q < queries && status == LIMEN_OK; q++) {
    const uint16_t hit = ((const uint16_t *)hits)[ANN_HITS * q + which];
    if (hit != ANN_NOT_JUDGED) (*values)[(*count)++] = (double)hit / (double)entry->name.k;
  }
  limen_free(hits);
  return status;
}

static int text_of(const struct limen_plan *plan, const struct limen_cell *cell, const char *name,
                   char **out, struct limen_error *error) {
  void *bytes = NULL;
  size_t count = 0;
  *out = NULL;
  int status = limen_store_answer(plan->store, cell->key, 0, name, &bytes, &count, error);
  if (status == LIMEN_OK && !bytes) status = lacking(cell, name, error);
  if (status == LIMEN_OK && !(*out = limen_print(error, "%.*s", (int)count, (char *)bytes)))
    status = LIMEN_FAILED;
  limen_free(bytes);
  return status;
}

/* ---- entries ---- */

/* One query alone has no spread. ann-benchmarks' rule counts copies of an id, and places are still
 * what it is a share of. */
static int recall_of(const struct limen_plan *plan, struct ann_entry *entry, enum ann_hit which,
                     struct limen_error *error) {
  struct limen_crossed crossed;
  double *values = NULL;
  size_t count = 0;
  int status = ann_per_query(plan, entry, which, &values, &count, error);
  if (status == LIMEN_OK && count < 2) {
    entry->recall[which] = (struct limen_reported){count ? values[0] : NAN, NAN, NAN};
  } else if (status == LIMEN_OK) {
    status = limen_crossed_share(values, 1, count, ANN_CONFIDENCE, &crossed, error);
    if (status == LIMEN_OK)
      entry->recall[which] = (struct limen_reported){crossed.mean, crossed.lower, crossed.upper};
  }
  limen_free(values);
  return status;
}

/* "hnswlib ({'M': 16})" -> "{'M': 16}": its name stands beside it everywhere. */
static void strip_name(char *label, const struct ann_name *name) {
  const size_t own = strlen(name->algorithm) - (name->batch ? strlen("-batch") : 0);
  const size_t length = strlen(label);
  if (strncmp(label, name->algorithm, own) != 0) return;
  size_t start = own + strspn(label + own, " ");
  if (label[start] != '(' || label[length - 1] != ')' || start + 2 >= length) return;
  memmove(label, label + start + 1, length - start - 2);
  label[length - start - 2] = '\0';
}

static int fill_entry(const struct limen_plan *plan, const struct limen_cell *cell,
                      struct ann_entry *entry, struct limen_error *error) {
  entry->cell = cell;
  entry->qps = cell->answer.values[ANN_QPS];
  int status = ann_name_init(limen_cell_string(cell, "result"), &entry->name, error);
  if (status == LIMEN_OK) status = text_of(plan, cell, "name", &entry->label, error);
  if (status == LIMEN_OK) strip_name(entry->label, &entry->name);
  if (status == LIMEN_OK && *entry->label == '\0') {
    limen_free(entry->label);
    if (!(entry->label = limen_copy_text(entry->name.arguments, error))) status = LIMEN_FAILED;
  }
  for (int which = 0; which < ANN_RECALLS && status == LIMEN_OK; which++)
    status = recall_of(plan, entry, (enum ann_hit)which, error);
  return status;
}

static int take_cell(void *context, const struct limen_cell *cell, struct limen_error *error) {
  struct ann_tree *tree = context;
  if (cell->answer.values[ANN_REFUSED] == 0)
    return fill_entry(tree->plan, cell, &tree->entry[tree->count++], error);
  struct ann_refusal *refusal = &tree->refusal[tree->refusals++];
  refusal->result = limen_cell_string(cell, "result");
  return text_of(tree->plan, cell, "refused", &refusal->why, error);
}

static int by_group(const void *a, const void *b) {
  const struct ann_entry *x = a, *y = b;
  if (x->name.k != y->name.k) return x->name.k < y->name.k ? -1 : 1;
  if (x->name.batch != y->name.batch) return x->name.batch ? 1 : -1;
  const int order = strcmp(x->name.algorithm, y->name.algorithm);
  /* ef_40 stands before ef_120. */
  return order ? order : strverscmp(x->name.arguments, y->name.arguments);
}

/* ---- groups ---- */

/* Marks the entries that no other of them beats. */
static int mark(struct ann_entry *entry, size_t count, bool of_group, struct limen_error *error) {
  double *block = limen_alloc(count, 2 * sizeof *block, error);
  size_t *out = limen_alloc(count, sizeof *out, error);
  const bool good = block && out;
  for (size_t i = 0; good && i < count; i++) {
    block[i] = 1 / entry[i].qps;
    block[count + i] = entry[i].recall[ANN_HIT_RECALL].value;
  }
  const size_t best = good ? limen_pareto(block, block + count, count, out) : 0;
  for (size_t i = 0; i < best; i++) *(of_group ? &entry[out[i]].front : &entry[out[i]].best) = true;
  limen_free(block);
  limen_free(out);
  return good ? LIMEN_OK : LIMEN_FAILED;
}

static int by_front(const void *a, const void *b) {
  const struct ann_algorithm *x = a, *y = b;
  if (x->on_front != y->on_front) return x->on_front > y->on_front ? -1 : 1;
  if (x->rate != y->rate) return x->rate > y->rate ? -1 : 1;
  return (x->first > y->first) - (x->first < y->first);
}

static int split_group(struct ann_tree *tree, struct ann_group *group, struct limen_error *error) {
  struct ann_entry *entry = tree->entry + group->first;
  int status = mark(entry, group->count, true, error);
  group->algorithm = limen_alloc(group->count, sizeof *group->algorithm, error);
  if (!group->algorithm) return LIMEN_FAILED;
  for (size_t i = 0; i < group->count; i++) {
    const bool first = i == 0 || strcmp(entry[i].name.algorithm, entry[i - 1].name.algorithm) != 0;
    if (first)
      group->algorithm[group->algorithms++] =
          (struct ann_algorithm){.name = entry[i].name.algorithm, .first = group->first + i};
    struct ann_algorithm *algorithm = &group->algorithm[group->algorithms - 1];
    algorithm->count++;
    algorithm->on_front += entry[i].front;
    if (entry[i].recall[ANN_HIT_RECALL].value >= REFERENCE) /* NaN is no rate, and is passed over */
      algorithm->rate = fmax(algorithm->rate, entry[i].qps);
  }
  for (size_t i = 0; i < group->algorithms && status == LIMEN_OK; i++)
    status = mark(tree->entry + group->algorithm[i].first, group->algorithm[i].count, false, error);
  qsort(group->algorithm, group->algorithms, sizeof *group->algorithm, by_front);
  return status;
}

static int make_groups(struct ann_tree *tree, struct limen_error *error) {
  int status = LIMEN_OK;
  if (!(tree->group = limen_alloc(tree->count, sizeof *tree->group, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < tree->count; i++) {
    const struct ann_name *name = &tree->entry[i].name;
    struct ann_group *last = tree->groups ? &tree->group[tree->groups - 1] : NULL;
    if (!last || last->k != name->k || last->batch != name->batch) {
      last = &tree->group[tree->groups++];
      *last = (struct ann_group){.k = name->k, .batch = name->batch, .first = i};
    }
    last->count++;
  }
  for (size_t g = 0; g < tree->groups && status == LIMEN_OK; g++)
    status = split_group(tree, &tree->group[g], error);
  return status;
}

int ann_tree_read(const struct limen_plan *plan, struct ann_tree *out, struct limen_error *error) {
  *out = (struct ann_tree){.plan = plan};
  if (plan->n_order == 0) return LIMEN_OK;
  out->entry = limen_alloc(plan->n_order, sizeof *out->entry, error);
  out->refusal = limen_alloc(plan->n_order, sizeof *out->refusal, error);
  int status = out->entry && out->refusal ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_plan_each(plan, take_cell, out, error);
  if (status == LIMEN_OK && out->count > 0) {
    qsort(out->entry, out->count, sizeof *out->entry, by_group);
    status = make_groups(out, error);
  }
  if (status != LIMEN_OK) ann_tree_clear(out);
  return status;
}

void ann_tree_clear(struct ann_tree *tree) {
  for (size_t i = 0; i < tree->count; i++) {
    ann_name_clear(&tree->entry[i].name);
    limen_free(tree->entry[i].label);
  }
  for (size_t i = 0; i < tree->groups; i++) limen_free(tree->group[i].algorithm);
  for (size_t i = 0; i < tree->refusals; i++) limen_free(tree->refusal[i].why);
  limen_free(tree->entry);
  limen_free(tree->group);
  limen_free(tree->refusal);
  *tree = (struct ann_tree){0};
}

const struct ann_entry *ann_next(const struct ann_tree *tree, size_t first, size_t count,
                                 bool front, const struct ann_entry *last) {
  const struct ann_entry *next = NULL;
  for (size_t i = first; i < first + count; i++) {
    const struct ann_entry *entry = &tree->entry[i];
    const bool after = !last || entry->qps < last->qps || (entry->qps == last->qps && entry > last);
    if ((front ? entry->front : entry->best) && after && (!next || entry->qps > next->qps))
      next = entry;
  }
  return next;
}

/* ---- headline numbers ---- */

static int add_metric(const struct ann_tree *tree, const struct ann_entry *entry,
                      enum ann_hit which, struct limen_summary *out, struct limen_error *error) {
  struct limen_text name = {0};
  limen_text_print(&name, "%s/", ann_measures[ANN_RECALL + which].name);
  limen_plan_axes(tree->plan, entry->cell->point, -1, &name);
  int status = limen_text_status(&name, error);
  const struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                        .value = entry->recall[which].value,
                                        .lower = entry->recall[which].lower,
                                        .upper = entry->recall[which].upper,
                                        .unit = "share",
                                        .higher_is_better = true,
                                        .n = (size_t)ann_value(entry, ANN_QUERIES)};
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

int ann_summarise(const struct limen_plan *plan, struct limen_summary *out,
                  struct limen_error *error) {
  struct ann_tree tree;
  int status = ann_tree_read(plan, &tree, error);
  for (size_t i = 0; i < tree.count && status == LIMEN_OK; i++)
    for (int which = 0; which < ANN_HIT_ABSOLUTE && status == LIMEN_OK; which++)
      status = add_metric(&tree, &tree.entry[i], (enum ann_hit)which, out, error);
  ann_tree_clear(&tree);
  return status;
}
