/* Reads the records of all arms from the store, and makes shares of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/memory.h"
#include "experiments/kinds/recall/report_missed.h"
#include "stats/crossed.h"
#include "stats/interval.h"

/* ---- reading ---- */

static int damaged(const struct limen_cell *cell, const char *name, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the raw answers \"%s\" of cell%.300s are missing or damaged: run it with "
                    "attribute=1 and --fresh",
                    name, strchr(cell->text, ' '));
}

/* The blob as entries of `size` bytes, `*count` of them; there must be some, and `*count` of them
 * when that is not 0. */
static int read_blob(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                     const char *name, size_t size, size_t *count, void **out,
                     struct limen_error *error) {
  size_t bytes = 0;
  int status = limen_store_answer(plan->store, cell->key, row, name, out, &bytes, error);
  if (status != LIMEN_OK) return status;
  if (!*out || bytes == 0 || bytes % size != 0 || (*count > 0 && bytes / size != *count))
    return damaged(cell, name, error);
  *count = bytes / size;
  return LIMEN_OK;
}

/* Records are looked at before they index anything: a store may come from strangers. */
static bool records_are_good(const struct limen_miss_record *records, size_t count, size_t k,
                             size_t rows) {
  for (size_t i = 0; i < count; i++) {
    if (records[i].query != i / k || records[i].row >= rows) return false;
    if (records[i].rank == 0 || records[i].reason >= LIMEN_MISSES) return false;
  }
  return true;
}

static int read_build(const struct limen_plan *plan, const struct limen_cell *cell, size_t b,
                      struct missed_arm *arm, struct limen_error *error) {
  size_t count = b > 0 ? arm->queries * arm->k : 0, returned;
  void *bytes = NULL;
  int status = read_blob(plan, cell, arm->group->row, "records", sizeof **arm->records, &count,
                         &bytes, error);
  arm->records[b] = bytes;
  if (status != LIMEN_OK) return status;
  if (b == 0) {
    while (arm->k < count && arm->records[0][arm->k].query == 0) arm->k++;
    arm->queries = arm->k > 0 ? count / arm->k : 0;
  }
  if (arm->k == 0 || count != arm->queries * arm->k ||
      !records_are_good(arm->records[b], count, arm->k, arm->rows))
    return damaged(cell, "records", error);
  returned = count;
  bytes = NULL;
  status =
      read_blob(plan, cell, arm->group->row, "ids", sizeof **arm->ids, &returned, &bytes, error);
  arm->ids[b] = bytes;
  bytes = NULL;
  if (status == LIMEN_OK)
    status =
        read_blob(plan, cell, 0, "inserted", sizeof **arm->inserted, &arm->rows, &bytes, error);
  arm->inserted[b] = bytes;
  for (size_t i = 0; i < arm->rows && status == LIMEN_OK; i++)
    if (arm->inserted[b][i] >= arm->rows) status = damaged(cell, "inserted", error);
  return status;
}

/* Labels are there when the data have some. */
static int read_labels(const struct limen_plan *plan, const struct limen_cell *cell,
                       struct missed_arm *arm, struct limen_error *error) {
  size_t bytes = 0, at = 0;
  void *label = NULL, *names = NULL;
  int status = limen_store_answer(plan->store, cell->key, 0, "labels", &label, &bytes, error);
  arm->label = label;
  if (status != LIMEN_OK || !label) return status;
  if (bytes != arm->rows * sizeof *arm->label) return damaged(cell, "labels", error);
  status = limen_store_answer(plan->store, cell->key, 0, "names", &names, &bytes, error);
  arm->names = names;
  if (status != LIMEN_OK) return status;
  if (!names || bytes == 0 || arm->names[bytes - 1] != '\0') return damaged(cell, "names", error);
  for (size_t i = 0; i < bytes; i++) arm->labels += arm->names[i] == '\0';
  if (!(arm->name = limen_alloc(arm->labels, sizeof *arm->name, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < arm->labels; i++, at += strlen(arm->names + at) + 1)
    arm->name[i] = arm->names + at;
  for (size_t i = 0; i < arm->rows; i++)
    if (arm->label[i] >= arm->labels) return damaged(cell, "labels", error);
  return LIMEN_OK;
}

/* ---- deciles of local dimension ---- */

struct ranked {
  float lid;
  size_t row;
};

static int by_lid(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  if (x->lid != y->lid) return x->lid < y->lid ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static int find_deciles(struct missed_arm *arm, struct limen_error *error) {
  struct ranked *ranked = limen_alloc(arm->rows, sizeof *ranked, error);
  size_t known = 0;
  arm->lid_decile = limen_alloc(arm->rows, sizeof *arm->lid_decile, error);
  if (!ranked || !arm->lid_decile) {
    limen_free(ranked);
    return LIMEN_FAILED;
  }
  for (size_t i = 0; i < arm->rows; i++) {
    arm->lid_decile[i] = MISSED_NO_LID;
    if (!isnan(arm->lid[i])) ranked[known++] = (struct ranked){arm->lid[i], i};
  }
  qsort(ranked, known, sizeof *ranked, by_lid);
  for (size_t i = 0; i < known; i++)
    arm->lid_decile[ranked[i].row] = (uint8_t)(i * MISSED_DECILES / known);
  limen_free(ranked);
  return LIMEN_OK;
}

static int read_arm(const struct limen_plan *plan, const struct recall_group *group,
                    struct missed_arm *arm, struct limen_error *error) {
  const struct limen_cell **cells = NULL;
  void *lid = NULL;
  arm->group = group;
  int status = recall_cells(plan, group->point, &cells, &arm->builds, error);
  if (status != LIMEN_OK) goto done;
  arm->records = limen_alloc(arm->builds, sizeof *arm->records, error);
  arm->ids = limen_alloc(arm->builds, sizeof *arm->ids, error);
  arm->inserted = limen_alloc(arm->builds, sizeof *arm->inserted, error);
  if (!arm->records || !arm->ids || !arm->inserted) {
    status = LIMEN_FAILED;
    goto done;
  }
  status = read_blob(plan, cells[0], 0, "lid", sizeof *arm->lid, &arm->rows, &lid, error);
  arm->lid = lid;
  for (size_t b = 0; b < arm->builds && status == LIMEN_OK; b++)
    status = read_build(plan, cells[b], b, arm, error);
  if (status == LIMEN_OK) status = read_labels(plan, cells[0], arm, error);
  if (status == LIMEN_OK) status = find_deciles(arm, error);
done:
  limen_free(cells);
  return status;
}

int missed_report_init(struct missed_report *report, const struct limen_plan *plan,
                       struct limen_document *out, struct limen_error *error) {
  *report = (struct missed_report){0};
  int status = recall_report_init(&report->common, plan, out, error);
  if (status != LIMEN_OK) return status;
  report->arm = limen_alloc(report->common.count + 1, sizeof *report->arm, error);
  if (!report->arm) return LIMEN_FAILED;
  for (size_t i = 0; i < report->common.count && status == LIMEN_OK; i++)
    status = read_arm(plan, &report->common.groups[i], &report->arm[report->count++], error);
  return status;
}

static void arm_clear(struct missed_arm *arm) {
  for (size_t b = 0; b < arm->builds; b++) {
    if (arm->records) limen_free(arm->records[b]);
    if (arm->ids) limen_free(arm->ids[b]);
    if (arm->inserted) limen_free(arm->inserted[b]);
  }
  limen_free(arm->records);
  limen_free(arm->ids);
  limen_free(arm->inserted);
  limen_free(arm->lid);
  limen_free(arm->lid_decile);
  limen_free(arm->label);
  limen_free(arm->names);
  limen_free(arm->name);
}

void missed_report_clear(struct missed_report *report) {
  for (size_t i = 0; i < report->count; i++) arm_clear(&report->arm[i]);
  limen_free(report->arm);
  recall_report_clear(&report->common);
  *report = (struct missed_report){0};
}

/* ---- shares ---- */

static size_t all_in_one(const struct missed_arm *arm, size_t build,
                         const struct limen_miss_record *record) {
  (void)arm;
  (void)build;
  (void)record;
  return 0;
}

const struct missed_split missed_whole = {1, all_in_one};

/* A part's true neighbours and those missed, a number a build and query. */
struct tables {
  double *missed, *all; /* builds x queries */
};

static int tables_init(struct tables *tables, const struct missed_arm *arm, unsigned reasons,
                       const struct missed_split *split, size_t bin, struct limen_error *error) {
  const size_t cells = arm->builds * arm->queries;
  tables->missed = limen_alloc(cells, sizeof *tables->missed, error);
  tables->all = limen_alloc(cells, sizeof *tables->all, error);
  if (!tables->missed || !tables->all) return LIMEN_FAILED;
  for (size_t b = 0; b < arm->builds; b++)
    for (size_t i = 0; i < arm->queries * arm->k; i++) {
      const struct limen_miss_record *record = &arm->records[b][i];
      if (split->bin(arm, b, record) != bin) continue;
      tables->all[b * arm->queries + record->query]++;
      if (reasons & MISSED_FOR(record->reason)) tables->missed[b * arm->queries + record->query]++;
    }
  return LIMEN_OK;
}

static void tables_clear(struct tables *tables) {
  limen_free(tables->missed);
  limen_free(tables->all);
}

static double sum_of(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return sum;
}

/* Adds sign x (part - ratio x whole) / mean of whole to `out`: what each build and query moves the
 * ratio by, to first order. */
static void add_residuals(const double *part, const double *whole, size_t cells, double ratio,
                          double sign, double *out) {
  const double mean = sum_of(whole, cells) / (double)cells;
  for (size_t i = 0; i < cells; i++) out[i] += sign * (part[i] - ratio * whole[i]) / mean;
}

/* The interval of the residuals' mean, 0 but for rounding, around `value`. */
static int around(double value, const double *residuals, size_t builds, size_t queries,
                  struct limen_reported *out, struct limen_error *error) {
  struct limen_crossed crossed;
  int status = limen_crossed(residuals, builds, queries, RECALL_CONFIDENCE, &crossed, error);
  if (status != LIMEN_OK) return status;
  *out = (struct limen_reported){value, value + (crossed.lower - crossed.mean),
                                 value + (crossed.upper - crossed.mean)};
  return LIMEN_OK;
}

/* All alike: the residuals are 0. What is left to say is how many queries could have been otherwise
 * without our seeing it. */
static int at_an_end(const double *whole, size_t builds, size_t queries, bool none,
                     struct limen_reported *out, struct limen_error *error) {
  struct limen_interval interval;
  size_t trials = 0;
  for (size_t q = 0; q < queries; q++) {
    bool any = false;
    for (size_t b = 0; b < builds; b++) any |= whole[b * queries + q] > 0;
    trials += any;
  }
  int status =
      limen_interval_wilson(none ? 0 : trials, trials, RECALL_CONFIDENCE, &interval, error);
  if (status == LIMEN_OK)
    *out =
        (struct limen_reported){none ? 0 : 1, none ? 0 : interval.lower, none ? interval.upper : 1};
  return status;
}

/* The same interval on the logit scale, so that it stays between 0 and 1: the half width divided by
 * the derivative p (1 - p). */
static void stretch(struct limen_reported *share) {
  const double p = share->value, half = (share->upper - share->lower) / 2;
  const double middle = log(p / (1 - p)), reach = half / (p * (1 - p));
  share->lower = 1 / (1 + exp(reach - middle));
  share->upper = 1 / (1 + exp(-reach - middle));
}

int missed_ratio(const double *part, const double *whole, size_t builds, size_t queries,
                 struct limen_reported *out, struct limen_error *error) {
  const size_t cells = builds * queries;
  const double parts = sum_of(part, cells), all = sum_of(whole, cells);
  *out = (struct limen_reported){NAN, NAN, NAN};
  if (all == 0) return LIMEN_OK;
  if (parts == 0 || parts == all) return at_an_end(whole, builds, queries, parts == 0, out, error);
  double *residuals = limen_alloc(cells, sizeof *residuals, error);
  if (!residuals) return LIMEN_FAILED;
  add_residuals(part, whole, cells, parts / all, 1, residuals);
  int status = around(parts / all, residuals, builds, queries, out, error);
  if (status == LIMEN_OK) stretch(out);
  limen_free(residuals);
  return status;
}

int missed_rate(const struct missed_arm *arm, unsigned reasons, const struct missed_split *split,
                size_t bin, struct missed_rate *out, struct limen_error *error) {
  const size_t cells = arm->builds * arm->queries;
  struct tables tables = {0};
  int status = tables_init(&tables, arm, reasons, split, bin, error);
  if (status == LIMEN_OK) {
    out->neighbours = limen_count_of(sum_of(tables.all, cells));
    out->missed = limen_count_of(sum_of(tables.missed, cells));
    status =
        missed_ratio(tables.missed, tables.all, arm->builds, arm->queries, &out->number, error);
  }
  tables_clear(&tables);
  return status;
}

int missed_rate_difference(const struct missed_arm *arm, unsigned reasons,
                           const struct missed_split *split, size_t a, size_t b,
                           struct limen_reported *out, struct limen_error *error) {
  const size_t cells = arm->builds * arm->queries, bins[] = {a, b};
  struct tables tables[2] = {{0}, {0}};
  double ratio[2] = {0, 0}, *residuals = limen_alloc(cells, sizeof *residuals, error);
  int status = residuals ? LIMEN_OK : LIMEN_FAILED;
  *out = (struct limen_reported){NAN, NAN, NAN};
  for (int i = 0; i < 2 && status == LIMEN_OK; i++) {
    status = tables_init(&tables[i], arm, reasons, split, bins[i], error);
    if (status != LIMEN_OK) break;
    double all = sum_of(tables[i].all, cells);
    if (all == 0) goto done;
    ratio[i] = sum_of(tables[i].missed, cells) / all;
    add_residuals(tables[i].missed, tables[i].all, cells, ratio[i], i == 0 ? 1 : -1, residuals);
  }
  if (status == LIMEN_OK)
    status = around(ratio[0] - ratio[1], residuals, arm->builds, arm->queries, out, error);
done:
  tables_clear(&tables[0]);
  tables_clear(&tables[1]);
  limen_free(residuals);
  return status;
}

bool missed_is_effect(const struct limen_reported *difference) {
  return difference->lower > 0 || difference->upper < 0;
}
