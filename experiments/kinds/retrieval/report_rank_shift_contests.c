/* What the study "rank_shift" compares, read from the store. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/report_rank_shift.h"
#include "stats/crossed.h"

static const char *const but_models[] = {"engine", "representation", "d", NULL};
static const char *const but_engine[] = {"engine", NULL};

/* With 5000 resamples the smallest p is .0004, which is enough for Holm over a hundred swaps. */
const struct limen_bootstrap rank_bootstrap = {
    .resamples = 5000, .confidence = RETRIEVAL_CONFIDENCE, .seed = 0, .stream = "rank_shift"};

/* ---- values ---- */

/* NDCG@10 of the first drawing: builds x queries, an exact search counting as one build. Drawings
 * of sets have queries of their own, which cannot be paired. */
static int read_ndcg(const struct limen_plan *plan, const struct retrieval_group *group,
                     double **out, size_t *builds, size_t *queries, struct limen_error *error) {
  const struct limen_cell **cells = NULL;
  size_t count = 0;
  int status = retrieval_cells(plan, group->point, &cells, &count, error);
  *builds = 0;
  *out = NULL;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    double *values = NULL;
    size_t n = 0;
    if (limen_cell_integer(cells[i], "instance") != 0) continue;
    status = retrieval_per_query(plan, cells[i], group->row, RANK_NDCG, &values, &n, error);
    if (status == LIMEN_OK && !*out && !(*out = limen_alloc(count * n, sizeof **out, error)))
      status = LIMEN_FAILED;
    if (status == LIMEN_OK && *queries == 0) *queries = n;
    if (status == LIMEN_OK && n != *queries)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the store holds %zu and %zu queries of one set: run it again with "
                          "--fresh",
                          *queries, n);
    if (status == LIMEN_OK) memcpy(*out + (*builds)++ * n, values, n * sizeof **out);
    limen_free(values);
  }
  limen_free(cells);
  return status;
}

/* Differences to the same query's exact search, over builds and queries. */
static int find_change(const struct rank_model *model, size_t builds, size_t queries,
                       struct rank_entry *entry, struct limen_error *error) {
  struct limen_crossed crossed;
  double *table = limen_alloc(builds * queries, sizeof *table, error);
  if (!table) return LIMEN_FAILED;
  for (size_t i = 0; i < builds * queries; i++)
    table[i] = entry->ndcg[i] - model->ndcg[i % queries];
  int status = limen_crossed(table, builds, queries, RETRIEVAL_CONFIDENCE, &crossed, error);
  const bool known = status == LIMEN_OK && crossed.se > 0;
  if (status == LIMEN_OK)
    entry->change = (struct limen_reported){crossed.mean, known ? crossed.lower : NAN,
                                            known ? crossed.upper : NAN};
  limen_free(table);
  return status;
}

/* ---- data and their models ---- */

static bool same_data(const struct rank_contests *contests, size_t data, size_t point) {
  return limen_report_same_but(contests->report->plan, contests->data[data].model[0].exact->point,
                               point, but_models);
}

static int add_model(struct rank_contests *contests, const struct retrieval_group *group,
                     struct limen_error *error) {
  size_t d = 0, builds;
  while (d < contests->n_data && !same_data(contests, d, group->point)) d++;
  int status =
      limen_grow(&contests->data, &contests->data_capacity, d + 1, sizeof *contests->data, error);
  if (status != LIMEN_OK) return status;
  struct rank_data *data = &contests->data[d];
  status = limen_grow(&data->model, &data->capacity, data->count + 1, sizeof *data->model, error);
  if (status != LIMEN_OK) return status;
  if (d == contests->n_data) contests->n_data++;
  struct rank_model *model = &data->model[data->count++];
  model->exact = group;
  status = read_ndcg(contests->report->plan, group, &model->ndcg, &builds, &data->queries, error);
  for (size_t q = 0; q < data->queries && status == LIMEN_OK; q++)
    model->mean += model->ndcg[q] / (double)data->queries;
  return status;
}

static int best_first(const void *left, const void *right) {
  const struct rank_model *a = left, *b = right;
  if (a->mean != b->mean) return a->mean > b->mean ? -1 : 1;
  return (a->exact->point > b->exact->point) - (a->exact->point < b->exact->point);
}

static int read_data(struct rank_contests *contests, struct limen_error *error) {
  const struct retrieval_report *report = contests->report;
  int status = LIMEN_OK;
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    if (!retrieval_uses_index(&report->plan->grid, report->groups[i].point) &&
        report->groups[i].missing == 0)
      status = add_model(contests, &report->groups[i], error);
  for (size_t d = 0; d < contests->n_data && status == LIMEN_OK; d++)
    qsort(contests->data[d].model, contests->data[d].count, sizeof *contests->data[d].model,
          best_first);
  return status;
}

/* ---- contests ---- */

static bool same_search(const struct rank_contests *contests, const struct retrieval_group *a,
                        const struct retrieval_group *b) {
  const struct limen_grid *grid = &contests->report->plan->grid;
  return a->row == b->row && strcmp(limen_grid_string(grid, a->point, "engine"),
                                    limen_grid_string(grid, b->point, "engine")) == 0;
}

/* The group of a model under the contest's index; NULL while it is not finished, or for ever. */
static const struct retrieval_group *twin_of(const struct rank_contests *contests,
                                             const struct rank_contest *contest,
                                             const struct rank_model *model) {
  const struct retrieval_report *report = contests->report;
  for (size_t i = 0; i < report->count; i++)
    if (report->groups[i].missing == 0 &&
        same_search(contests, &report->groups[i], contest->first) &&
        limen_report_same_but(report->plan, report->groups[i].point, model->exact->point,
                              but_engine))
      return &report->groups[i];
  return NULL;
}

static int fill_entry(struct rank_contests *contests, struct rank_contest *contest, size_t m,
                      struct limen_error *error) {
  struct rank_data *data = &contests->data[contest->data];
  struct rank_model *model = &data->model[m];
  struct rank_entry *entry = &contest->entry[m];
  const bool dense =
      retrieval_representation(&contests->report->plan->grid, model->exact->point)->dense;
  int status = LIMEN_OK;
  entry->change = (struct limen_reported){NAN, NAN, NAN};
  entry->index = dense ? twin_of(contests, contest, model) : NULL;
  entry->there = entry->index || !dense;
  if (!entry->there) return LIMEN_OK;
  if (entry->index) {
    size_t builds = 0;
    status = read_ndcg(contests->report->plan, entry->index, &entry->ndcg, &builds, &data->queries,
                       error);
    if (status == LIMEN_OK && data->queries >= 2)
      status = find_change(model, builds, data->queries, entry, error);
    contest->builds = builds;
    contest->indexed++;
  }
  entry->system = contest->there;
  contest->model[contest->there++] = m;
  return status;
}

static int compare(struct rank_contests *contests, struct rank_contest *contest,
                   struct limen_error *error) {
  const struct rank_data *data = &contests->data[contest->data];
  contest->compared = contest->there >= 2 && data->queries >= 2;
  if (!contest->compared) return LIMEN_OK;
  struct limen_contestant *all = limen_alloc(contest->there, sizeof *all, error);
  if (!all) return LIMEN_FAILED;
  for (size_t s = 0; s < contest->there; s++) {
    const size_t m = contest->model[s];
    all[s] = (struct limen_contestant){data->model[m].ndcg, contest->entry[m].ndcg};
  }
  int status = limen_rank_shift(all, contest->there, data->queries, contest->builds,
                                &rank_bootstrap, &contest->shift, error);
  limen_free(all);
  return status;
}

static int add_contest(struct rank_contests *contests, size_t data,
                       const struct retrieval_group *first, struct limen_error *error) {
  const size_t models = contests->data[data].count;
  int status = limen_grow(&contests->contest, &contests->capacity, contests->count + 1,
                          sizeof *contests->contest, error);
  if (status != LIMEN_OK) return status;
  struct rank_contest *contest = &contests->contest[contests->count++];
  contest->data = data;
  contest->first = first;
  contest->entry = limen_alloc(models, sizeof *contest->entry, error);
  contest->model = limen_alloc(models, sizeof *contest->model, error);
  if (!contest->entry || !contest->model) return LIMEN_FAILED;
  for (size_t m = 0; m < models && status == LIMEN_OK; m++)
    status = fill_entry(contests, contest, m, error);
  return status == LIMEN_OK ? compare(contests, contest, error) : status;
}

static bool is_known(const struct rank_contests *contests, size_t data,
                     const struct retrieval_group *group) {
  for (size_t c = 0; c < contests->count; c++)
    if (contests->contest[c].data == data &&
        same_search(contests, contests->contest[c].first, group))
      return true;
  return false;
}

static int read_contests(struct rank_contests *contests, struct limen_error *error) {
  const struct retrieval_report *report = contests->report;
  int status = LIMEN_OK;
  for (size_t d = 0; d < contests->n_data; d++)
    for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
      const struct retrieval_group *group = &report->groups[i];
      if (retrieval_uses_index(&report->plan->grid, group->point) && group->missing == 0 &&
          same_data(contests, d, group->point) && !is_known(contests, d, group))
        status = add_contest(contests, d, group, error);
    }
  return status;
}

int rank_contests_init(struct rank_contests *contests, const struct retrieval_report *report,
                       struct limen_error *error) {
  *contests = (struct rank_contests){.report = report};
  int status = read_data(contests, error);
  if (status == LIMEN_OK) status = read_contests(contests, error);
  return status;
}

void rank_contests_clear(struct rank_contests *contests) {
  for (size_t c = 0; c < contests->count; c++) {
    struct rank_contest *contest = &contests->contest[c];
    for (size_t m = 0; contest->entry && m < contests->data[contest->data].count; m++)
      limen_free(contest->entry[m].ndcg);
    limen_free(contest->entry);
    limen_free(contest->model);
    limen_rank_shift_clear(&contest->shift);
  }
  for (size_t d = 0; d < contests->n_data; d++) {
    for (size_t m = 0; m < contests->data[d].count; m++)
      limen_free(contests->data[d].model[m].ndcg);
    limen_free(contests->data[d].model);
  }
  limen_free(contests->data);
  limen_free(contests->contest);
  *contests = (struct rank_contests){0};
}

/* ---- words ---- */

void rank_print_data(const struct rank_contests *contests, size_t data, struct limen_text *out) {
  const struct retrieval_group *group = contests->data[data].model[0].exact;
  const struct limen_plan *plan = contests->report->plan;
  static const char *const named[] = {"set", "documents", "representation", "d", "engine", NULL};
  struct limen_text others = {0};
  limen_report_value(plan, group->point, "set", out);
  limen_text_print(out, " (%.0f documents", group->mean[RETRIEVAL_DOCUMENTS]);
  limen_report_point(plan, group->point, named, &others);
  limen_text_print(out, "%s%s)", others.length ? ", " : "", limen_text_string(&others));
  limen_text_clear(&others);
}

void rank_print_model(const struct rank_contests *contests, size_t data, size_t model,
                      struct limen_text *out) {
  const struct retrieval_group *group = contests->data[data].model[model].exact;
  limen_text_add(out,
                 limen_grid_string(&contests->report->plan->grid, group->point, "representation"));
  if (isfinite(group->mean[RETRIEVAL_DIMENSIONS]))
    limen_text_print(out, " %.0f", group->mean[RETRIEVAL_DIMENSIONS]);
}

void rank_print_search(const struct rank_contests *contests, const struct rank_contest *contest,
                       struct limen_text *out) {
  limen_text_print(
      out, "%s at ef = %" PRId64,
      limen_grid_string(&contests->report->plan->grid, contest->first->point, "engine"),
      contest->first->ef);
}

void rank_print_tau(const struct limen_interval *tau, struct limen_text *out) {
  const struct limen_reported number = {tau->estimate, tau->lower, tau->upper};
  if (isnan(tau->estimate))
    limen_text_add(out, "undefined");
  else if (tau->lower == tau->upper)
    limen_text_print(out, "%.2f in every resample", tau->estimate);
  else
    limen_report_number(&number, out);
}
