#include "experiments/kinds/audit/summary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "base/memory.h"
#include "stats/interval.h"
#include "stats/mean.h"

const char *audit_outcome_name(size_t outcome) {
  return audit_measures[AUDIT_RIGHT + outcome].name;
}

/* ---- raw answers ---- */

static int lacking(const struct limen_cell *cell, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the store lacks the raw answers of cell%.300s: run it again with --fresh",
                    strchr(cell->text, ' '));
}

/* `*bytes` is released by limen_free; `count` elements of `size` bytes must be there. */
static int read_blob(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                     const char *name, size_t size, size_t *count, void **bytes,
                     struct limen_error *error) {
  size_t length = 0;
  int status = limen_store_answer(plan->store, cell->key, row, name, bytes, &length, error);
  if (status != LIMEN_OK) return status;
  if (!*bytes || length % size != 0 || (*count != SIZE_MAX && length / size != *count))
    return lacking(cell, error);
  *count = length / size;
  return LIMEN_OK;
}

int audit_queries_read(const struct limen_plan *plan, const struct limen_cell *cell,
                       struct audit_queries *out, struct limen_error *error) {
  void *verdict = NULL, *gaps = NULL, *wanted = NULL, *ids = NULL;
  size_t length = SIZE_MAX;
  *out = (struct audit_queries){.count = SIZE_MAX};
  int status = read_blob(plan, cell, 0, "verdict", 1, &out->count, &verdict, error);
  const size_t n = out->count;
  if (status == LIMEN_OK)
    status =
        read_blob(plan, cell, 0, "gaps", AUDIT_GAPS * sizeof(double), &out->count, &gaps, error);
  if (status == LIMEN_OK)
    status = read_blob(plan, cell, 0, "wanted", sizeof(uint32_t), &out->count, &wanted, error);
  if (status == LIMEN_OK) status = read_blob(plan, cell, 0, "ids", 1, &length, &ids, error);
  if (status == LIMEN_OK && !(out->ids = limen_alloc(length + 1, 1, error))) status = LIMEN_FAILED;
  if (status == LIMEN_OK) memcpy(out->ids, ids, length);
  for (size_t q = 0; q < n && status == LIMEN_OK; q++)
    if (((const uint8_t *)verdict)[q] >= LIMEN_VERDICTS) status = lacking(cell, error);
  limen_free(ids);
  out->verdict = verdict;
  out->gaps = gaps;
  out->wanted = wanted;
  if (status != LIMEN_OK) audit_queries_clear(out);
  return status;
}

void audit_queries_clear(struct audit_queries *queries) {
  limen_free(queries->verdict);
  limen_free(queries->gaps);
  limen_free(queries->wanted);
  limen_free(queries->ids);
  *queries = (struct audit_queries){0};
}

/* ---- shares ---- */

/* Finished cells of a point. */
struct cells {
  const struct limen_plan *plan;
  const struct limen_cell **cell;
  size_t count;
};

static double value_of(const struct limen_cell *cell, size_t row, size_t measure) {
  return cell->answer.values[row * AUDIT_MEASURES + measure];
}

/* Sets that are drawn anew bring their own queries, so an instance is one observation. */
static int over_instances(const double *values, size_t count, struct limen_reported *out,
                          struct limen_error *error) {
  struct limen_mean mean;
  int status = limen_mean_of(values, count, AUDIT_CONFIDENCE, &mean, error);
  if (status == LIMEN_OK) *out = (struct limen_reported){mean.mean, mean.lower, mean.upper};
  return status;
}

static int wilson(double successes, double trials, struct limen_reported *out,
                  struct limen_error *error) {
  struct limen_interval interval;
  *out = (struct limen_reported){NAN, NAN, NAN};
  if (!(trials > 0)) return LIMEN_OK;
  int status = limen_interval_wilson(limen_count_of(successes), limen_count_of(trials),
                                     AUDIT_CONFIDENCE, &interval, error);
  if (status == LIMEN_OK)
    *out = (struct limen_reported){interval.estimate, interval.lower, interval.upper};
  return status;
}

/* Drawings that all came to none, or to all, are no certainty of it: then Wilson's interval over
 * all queries stands in. */
static bool is_uniform(const double *values, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (values[i] != values[0]) return false;
  return true;
}

static double sum_of(const struct cells *cells, size_t row, size_t measure) {
  double sum = 0;
  for (size_t i = 0; i < cells->count; i++) sum += value_of(cells->cell[i], row, measure);
  return sum;
}

static double share_in(const struct limen_cell *cell, size_t row, size_t measure) {
  return value_of(cell, row, measure) / value_of(cell, row, AUDIT_ASKED);
}

static int share(const struct cells *cells, size_t row, size_t measure, struct limen_reported *out,
                 struct limen_error *error) {
  const struct limen_cell *first = cells->cell[0];
  if (cells->count == 1)
    return wilson(value_of(first, row, measure), value_of(first, row, AUDIT_ASKED), out, error);
  double *values = limen_alloc(cells->count, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  for (size_t i = 0; i < cells->count; i++) values[i] = share_in(cells->cell[i], row, measure);
  int status = over_instances(values, cells->count, out, error);
  out->lower = fmax(out->lower, 0);
  out->upper = fmin(out->upper, 1);
  if (status == LIMEN_OK && is_uniform(values, cells->count))
    status = wilson(sum_of(cells, row, measure), sum_of(cells, row, AUDIT_ASKED), out, error);
  limen_free(values);
  return status;
}

/* A change of a query is -1, 0 or 1; their spread follows from how many there are of each. No
 * change seen is no certainty of none: up to Wilson's bound of 0 in n on either side. */
static int net_of_one(const struct limen_cell *cell, size_t row, struct limen_reported *out,
                      struct limen_error *error) {
  const size_t n = limen_count_of(value_of(cell, row, AUDIT_ASKED));
  const double gains = value_of(cell, row, AUDIT_GAINS), losses = value_of(cell, row, AUDIT_LOSSES);
  struct limen_reported none;
  double *changes = limen_alloc(n, sizeof *changes, error);
  int status = changes ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; status == LIMEN_OK && i < n; i++)
    changes[i] = (double)i < gains ? 1 : (double)i < gains + losses ? -1 : 0;
  if (status == LIMEN_OK && n >= 1) status = over_instances(changes, n, out, error);
  if (status == LIMEN_OK && gains + losses == 0) {
    status = wilson(0, (double)n, &none, error);
    *out = (struct limen_reported){n >= 1 ? 0 : NAN, -none.upper, none.upper};
  }
  limen_free(changes);
  return status;
}

static int net(const struct cells *cells, size_t row, struct limen_reported *out,
               struct limen_error *error) {
  if (cells->count == 1) return net_of_one(cells->cell[0], row, out, error);
  double *values = limen_alloc(cells->count, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  for (size_t i = 0; i < cells->count; i++)
    values[i] =
        share_in(cells->cell[i], row, AUDIT_GAINS) - share_in(cells->cell[i], row, AUDIT_LOSSES);
  int status = over_instances(values, cells->count, out, error);
  if (status == LIMEN_OK && values[0] == 0 && is_uniform(values, cells->count)) {
    struct limen_reported none;
    status = wilson(0, sum_of(cells, row, AUDIT_ASKED), &none, error);
    out->lower = -none.upper;
    out->upper = none.upper;
  }
  limen_free(values);
  return status;
}

/* All of n alike is no certainty: others may give anything in a share of 1 - L, L Wilson's bound of
 * n in n. */
static int unlike_none(double n, struct limen_reported *out, struct limen_error *error) {
  struct limen_reported all;
  int status = wilson(n, n, &all, error);
  out->lower = out->value * all.lower;
  out->upper = out->value + (1 - out->value) * (1 - all.lower);
  return status;
}

/* Of one cell over its queries: the shares of those that were asked. */
static int recall_of_one(const struct cells *cells, size_t row, struct limen_reported *out,
                         struct limen_error *error) {
  void *bytes = NULL;
  size_t count = SIZE_MAX, kept = 0;
  const struct limen_cell *cell = cells->cell[0];
  int status = read_blob(cells->plan, cell, row, "share", sizeof(double), &count, &bytes, error);
  double *values = bytes;
  for (size_t q = 0; status == LIMEN_OK && q < count; q++)
    if (!isnan(values[q])) values[kept++] = values[q];
  *out = (struct limen_reported){value_of(cell, row, AUDIT_RECALL), NAN, NAN};
  if (status == LIMEN_OK && kept > 1 && (double)kept == value_of(cell, row, AUDIT_ASKED))
    status = over_instances(values, kept, out, error);
  if (status == LIMEN_OK && out->lower == out->upper)
    status = unlike_none((double)kept, out, error);
  limen_free(bytes);
  return status;
}

static int recall(const struct cells *cells, size_t row, struct limen_reported *out,
                  struct limen_error *error) {
  int status = LIMEN_OK;
  if (cells->count == 1) {
    status = recall_of_one(cells, row, out, error);
  } else {
    double *values = limen_alloc(cells->count, sizeof *values, error);
    for (size_t i = 0; values && i < cells->count; i++)
      values[i] = value_of(cells->cell[i], row, AUDIT_RECALL);
    status = values ? over_instances(values, cells->count, out, error) : LIMEN_FAILED;
    if (status == LIMEN_OK && is_uniform(values, cells->count))
      status = unlike_none(sum_of(cells, row, AUDIT_ASKED), out, error);
    limen_free(values);
  }
  out->lower = fmax(out->lower, 0);
  out->upper = fmin(out->upper, 1);
  return status;
}

/* ---- points ---- */

static double mean_of(const struct cells *cells, size_t row, size_t measure, bool of_asked) {
  double sum = 0;
  for (size_t i = 0; i < cells->count; i++)
    sum +=
        of_asked ? share_in(cells->cell[i], row, measure) : value_of(cells->cell[i], row, measure);
  return sum / (double)cells->count;
}

static int fill_change(const struct cells *cells, size_t row, struct audit_change *out,
                       struct limen_error *error) {
  out->step = audit_step_of(cells->cell[0], row);
  int status = share(cells, row, AUDIT_STEP_RIGHT, &out->right, error);
  if (status == LIMEN_OK) status = recall(cells, row, &out->recall, error);
  if (status == LIMEN_OK) status = share(cells, row, AUDIT_GAINS, &out->gains, error);
  if (status == LIMEN_OK) status = share(cells, row, AUDIT_LOSSES, &out->losses, error);
  if (status == LIMEN_OK) status = net(cells, row, &out->net, error);
  out->changed = mean_of(cells, row, AUDIT_CHANGED, true);
  out->noise = mean_of(cells, row, AUDIT_NOISE, false);
  out->within_noise = mean_of(cells, row, AUDIT_WITHIN_NOISE, true);
  out->bits = mean_of(cells, row, AUDIT_BITS, false);
  for (size_t i = 0; i < cells->count; i++)
    out->infinite += limen_count_of(value_of(cells->cell[i], row, AUDIT_INFINITE));
  return status;
}

/* How many queries a cell was asked decides how much memory is taken for it, and a store may be a
 * stranger's. NaN: it does not say. */
static int check_asked(const struct limen_cell *cell, struct limen_error *error) {
  const double most = 1 << 24;
  for (size_t row = 0; row < cell->rows; row++) {
    const double asked = value_of(cell, row, AUDIT_ASKED);
    if (!isnan(asked) && !(asked >= 0 && asked <= most && asked == floor(asked)))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "the store says that %g queries were asked: it is damaged; run the same "
                        "command again with --fresh",
                        asked);
  }
  return LIMEN_OK;
}

static int fill_point(const struct cells *cells, struct audit_point *out,
                      struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < cells->count && status == LIMEN_OK; i++)
    status = check_asked(cells->cell[i], error);
  if (status != LIMEN_OK) return status;
  out->first = cells->cell[0];
  out->cells = cells->count;
  out->documents = mean_of(cells, 0, AUDIT_DOCUMENTS, false);
  out->dimensions = mean_of(cells, 0, AUDIT_DIMENSIONS, false);
  out->strangers = mean_of(cells, 0, AUDIT_STRANGERS, false);
  out->independent = mean_of(cells, 0, AUDIT_INDEPENDENT, false) == 1;
  for (size_t i = 0; i < cells->count; i++) {
    out->asked += limen_count_of(value_of(cells->cell[i], 0, AUDIT_ASKED));
    out->proofs += limen_count_of(value_of(cells->cell[i], 0, AUDIT_PROOFS));
    for (size_t o = 0; o < AUDIT_OUTCOMES; o++)
      out->count[o] += limen_count_of(value_of(cells->cell[i], 0, AUDIT_RIGHT + o));
  }
  for (size_t o = 0; o < AUDIT_OUTCOMES && status == LIMEN_OK; o++)
    status = share(cells, 0, AUDIT_RIGHT + o, &out->outcome[o], error);
  out->changes = out->first->rows;
  if (status == LIMEN_OK && !(out->change = limen_alloc(out->changes, sizeof *out->change, error)))
    status = LIMEN_FAILED;
  for (size_t row = 0; row < out->changes && status == LIMEN_OK; row++)
    status = fill_change(cells, row, &out->change[row], error);
  return status;
}

int audit_points(const struct limen_plan *plan, struct audit_point **out, size_t *count,
                 struct limen_error *error) {
  const size_t instances = (size_t)limen_grid_integer(&plan->grid, 0, "instances");
  struct cells cells = {.plan = plan};
  size_t capacity = 0;
  *out = NULL;
  *count = 0;
  if (!(cells.cell = limen_alloc(instances, sizeof(struct limen_cell *), error)))
    return LIMEN_FAILED;
  int status = LIMEN_OK;
  for (size_t point = 0; point < limen_grid_points(&plan->grid) && status == LIMEN_OK; point++) {
    cells.count = 0;
    for (int64_t i = 0; i < (int64_t)instances; i++) {
      const struct limen_cell *cell = limen_plan_peek(plan, point, &i);
      if (cell) cells.cell[cells.count++] = cell;
    }
    if (cells.count == 0) continue;
    status = limen_grow(out, &capacity, *count + 1, sizeof **out, error);
    if (status != LIMEN_OK) break;
    struct audit_point *one = &(*out)[(*count)++];
    *one = (struct audit_point){.point = point, .missing = instances - cells.count};
    status = fill_point(&cells, one, error);
  }
  limen_free(cells.cell);
  if (status == LIMEN_OK) return status;
  audit_points_free(*out, *count);
  *out = NULL;
  *count = 0;
  return status;
}

void audit_points_free(struct audit_point *points, size_t count) {
  for (size_t i = 0; i < count; i++) limen_free(points[i].change);
  limen_free(points);
}

/* ---- headline numbers ---- */

static int add_metric(const struct limen_plan *plan, const struct audit_point *point, ptrdiff_t row,
                      const char *measure, const struct limen_reported *number, bool higher,
                      struct limen_summary *out, struct limen_error *error) {
  struct limen_text name = {0};
  if (isnan(number->value)) return LIMEN_OK;
  limen_text_print(&name, "%s/", measure);
  limen_plan_axes(plan, point->point, row, &name);
  if (row < 0) limen_text_add(&name, "/step=given"); /* verdicts are about the vectors as given */
  int status = limen_text_status(&name, error);
  struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                  .value = number->value,
                                  .lower = number->lower,
                                  .upper = number->upper,
                                  .unit = "share",
                                  .higher_is_better = higher,
                                  .n = point->asked};
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

int audit_summarise(const struct limen_plan *plan, struct limen_summary *out,
                    struct limen_error *error) {
  struct audit_point *points = NULL;
  size_t count = 0;
  int status = audit_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (points[i].missing > 0) continue; /* a partial run: not yet a headline */
    for (size_t o = 0; o < AUDIT_OUTCOMES && status == LIMEN_OK; o++) {
      char measure[32];
      snprintf(measure, sizeof measure, "audit_%s", audit_outcome_name(o));
      status = add_metric(plan, &points[i], -1, measure, &points[i].outcome[o], o == 0, out, error);
    }
    for (size_t row = 0; row < points[i].changes && status == LIMEN_OK; row++)
      status = add_metric(plan, &points[i], (ptrdiff_t)row, "recall@k",
                          &points[i].change[row].recall, true, out, error);
  }
  audit_points_free(points, count);
  return status;
}
