/* The curves of the study "sweep": which there are, which are drawn together, which points of them
 * are worth their work, and what a recall costs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_sweep.h"
#include "stats/interpolate.h"
#include "stats/pareto.h"

enum { CURVES_A_PANEL = 8 /* as many as the palette has colours */ };

/* ---- data and panels ---- */

static bool is_of_data(const char *axis) {
  return strcmp(axis, "data") == 0 || strcmp(axis, "metric") == 0 || strcmp(axis, "r") == 0;
}

static void split_axes(struct recall_sweep *sweep) {
  const struct limen_grid *grid = &sweep->report->plan->grid;
  size_t datas = 0, settings = 0;
  for (size_t i = 0; i < grid->count && datas + settings + 1 < RECALL_SWEEP_AXES; i++) {
    const char *name = grid->parameters[i].name;
    if (grid->parameters[i].role != LIMEN_AXIS || grid->lengths[i] < 2) continue;
    if (is_of_data(name))
      sweep->panel_axes[datas] = sweep->data_axes[datas] = name, datas++;
    else
      sweep->curve_axes[settings] = sweep->setting_axes[settings] = name, settings++;
  }
}

/* Numbers curves alike that differ in nothing but `axes`, in the order of the first of each. */
static size_t number(struct recall_sweep *sweep, const char *const *axes, bool panels,
                     size_t *most) {
  size_t count = 0;
  *most = 0;
  for (size_t i = 0; i < sweep->curves; i++) {
    struct recall_curve *curve = &sweep->curve[i];
    size_t same = 1, is = count;
    for (size_t j = 0; j < i; j++)
      if (limen_report_same_but(sweep->report->plan, sweep->curve[j].point, curve->point, axes)) {
        is = panels ? sweep->curve[j].panel : sweep->curve[j].data;
        same++;
      }
    *(panels ? &curve->panel : &curve->data) = is;
    if (same == 1) count++;
    if (same > *most) *most = same;
  }
  return count;
}

static size_t count_axes(const char *const *axes) {
  size_t count = 0;
  while (axes[count]) count++;
  return count;
}

/* Lets the i-th axis of the curves tell panels apart instead. */
static void split_by(struct recall_sweep *sweep, size_t i) {
  const size_t curves = count_axes(sweep->curve_axes);
  sweep->panel_axes[count_axes(sweep->panel_axes)] = sweep->curve_axes[i];
  memmove(sweep->curve_axes + i, sweep->curve_axes + i + 1,
          (curves - i) * sizeof *sweep->curve_axes);
}

/* Of the axes that by themselves leave few enough curves, the one that leaves most; the first axis
 * when there is none. */
static size_t best_split(const struct recall_sweep *sweep) {
  size_t best = 0, most_left = 0;
  for (size_t i = 0; sweep->curve_axes[i]; i++) {
    struct recall_sweep tried = *sweep;
    size_t left;
    split_by(&tried, i);
    number(&tried, tried.curve_axes, true, &left);
    if (left <= CURVES_A_PANEL && left > most_left) most_left = left, best = i;
  }
  return best;
}

static void make_panels(struct recall_sweep *sweep) {
  size_t most;
  split_axes(sweep);
  sweep->datas = number(sweep, sweep->setting_axes, false, &most);
  sweep->panels = number(sweep, sweep->curve_axes, true, &most);
  while (most > CURVES_A_PANEL && sweep->curve_axes[0]) {
    split_by(sweep, best_split(sweep));
    sweep->panels = number(sweep, sweep->curve_axes, true, &most);
  }
}

static int by_panel(const void *a, const void *b) {
  const struct recall_curve *x = a, *y = b;
  if (x->data != y->data) return x->data < y->data ? -1 : 1;
  if (x->panel != y->panel) return x->panel < y->panel ? -1 : 1;
  return (x->point > y->point) - (x->point < y->point);
}

/* ---- curves to read off ---- */

static double logit(double recall, double least) {
  double inside = fmin(fmax(recall, least), 1 - least);
  return log(inside / (1 - inside));
}

/* Half a miss in everything that a group was asked. */
static double half_a_miss(const struct recall_report *report, const struct recall_group *group) {
  double k = (double)limen_grid_integer(&report->plan->grid, 0, "k");
  return 0.5 / (k * (double)group->queries * (double)group->builds);
}

static int straighten(const struct recall_report *report, struct recall_curve *curve,
                      struct limen_error *error) {
  const double least = half_a_miss(report, curve->group[0]);
  const size_t n = curve->count;
  double *block = curve->log_distances = limen_alloc(5 * n, sizeof *block, error);
  if (!block) return LIMEN_FAILED;
  curve->log_ef = block + n;
  for (int bound = 0; bound < RECALL_BOUNDS; bound++)
    curve->logit[bound] = block + (2 + (size_t)bound) * n;
  for (size_t i = 0; i < n; i++) {
    const struct recall_group *group = curve->group[i];
    curve->log_distances[i] = log(group->distances.value);
    curve->log_ef[i] = log((double)group->ef);
    curve->logit[RECALL_LOWER][i] = logit(group->recall.lower, least);
    curve->logit[RECALL_VALUE][i] = logit(group->recall.value, least);
    curve->logit[RECALL_UPPER][i] = logit(group->recall.upper, least);
  }
  return LIMEN_OK;
}

/* ---- curves ---- */

static int by_distances(const void *a, const void *b) {
  const struct recall_group *x = *(const struct recall_group *const *)a;
  const struct recall_group *y = *(const struct recall_group *const *)b;
  if (x->distances.value != y->distances.value)
    return x->distances.value < y->distances.value ? -1 : 1;
  return (x->ef > y->ef) - (x->ef < y->ef);
}

static int gather(struct recall_sweep *sweep, struct limen_error *error) {
  const struct recall_report *report = sweep->report;
  size_t capacity = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct recall_group *group = &report->groups[i];
    if (i > 0 && report->groups[i - 1].point == group->point) {
      struct recall_curve *curve = &sweep->curve[sweep->curves - 1];
      curve->group[curve->count++] = group;
      continue;
    }
    size_t rows = 1;
    while (i + rows < report->count && report->groups[i + rows].point == group->point) rows++;
    int status =
        limen_grow(&sweep->curve, &capacity, sweep->curves + 1, sizeof *sweep->curve, error);
    if (status != LIMEN_OK) return status;
    struct recall_curve *curve = &sweep->curve[sweep->curves];
    *curve = (struct recall_curve){.point = group->point, .count = 1};
    curve->group = limen_alloc(rows, sizeof(struct recall_group *), error);
    if (!curve->group) return LIMEN_FAILED;
    curve->group[0] = group;
    sweep->curves++;
  }
  int status = LIMEN_OK;
  for (size_t c = 0; c < sweep->curves && status == LIMEN_OK; c++) {
    struct recall_curve *curve = &sweep->curve[c];
    qsort(curve->group, curve->count, sizeof(struct recall_group *), by_distances);
    status = straighten(report, curve, error);
  }
  return status;
}

static int find_front(struct recall_sweep *sweep, size_t data, struct limen_error *error) {
  const struct recall_report *report = sweep->report;
  double *x = limen_alloc(report->count, sizeof *x, error);
  double *y = limen_alloc(report->count, sizeof *y, error);
  size_t *of = limen_alloc(report->count, sizeof *of, error);
  size_t *out = limen_alloc(report->count, sizeof *out, error), count = 0;
  int status = x && y && of && out ? LIMEN_OK : LIMEN_FAILED;
  for (size_t c = 0; c < sweep->curves && status == LIMEN_OK; c++) {
    if (sweep->curve[c].data != data) continue;
    for (size_t i = 0; i < sweep->curve[c].count; i++) {
      const struct recall_group *group = sweep->curve[c].group[i];
      x[count] = group->distances.value;
      y[count] = group->recall.value;
      of[count++] = (size_t)(group - report->groups);
    }
  }
  size_t best = status == LIMEN_OK ? limen_pareto(x, y, count, out) : 0;
  for (size_t i = 0; i < best; i++) sweep->front[of[out[i]]] = true;
  limen_free(x);
  limen_free(y);
  limen_free(of);
  limen_free(out);
  return status;
}

int recall_sweep_init(struct recall_sweep *sweep, const struct recall_report *report,
                      struct limen_error *error) {
  *sweep = (struct recall_sweep){.report = report};
  if (report->count == 0) return LIMEN_OK;
  int status = gather(sweep, error);
  if (status == LIMEN_OK) {
    make_panels(sweep);
    qsort(sweep->curve, sweep->curves, sizeof *sweep->curve, by_panel);
    sweep->front = limen_alloc(report->count, sizeof *sweep->front, error);
    if (!sweep->front) status = LIMEN_FAILED;
  }
  for (size_t data = 0; data < sweep->datas && status == LIMEN_OK; data++)
    status = find_front(sweep, data, error);
  return status;
}

void recall_sweep_clear(struct recall_sweep *sweep) {
  for (size_t i = 0; i < sweep->curves; i++) {
    limen_free(sweep->curve[i].group);
    limen_free(sweep->curve[i].log_distances);
  }
  limen_free(sweep->curve);
  limen_free(sweep->front);
  *sweep = (struct recall_sweep){0};
}

/* ---- names ---- */

void recall_setting_name(const struct recall_sweep *sweep, const struct recall_curve *curve,
                         struct limen_text *out) {
  limen_report_point(sweep->report->plan, curve->point, sweep->data_axes, out);
}

void recall_curve_name(const struct recall_sweep *sweep, const struct recall_curve *curve,
                       struct limen_text *out) {
  limen_report_point(sweep->report->plan, curve->point, sweep->panel_axes, out);
}

void recall_data_name(const struct recall_sweep *sweep, size_t data, struct limen_text *out) {
  size_t c = 0;
  while (sweep->curve[c].data != data) c++;
  limen_report_point(sweep->report->plan, sweep->curve[c].point, sweep->setting_axes, out);
}

void recall_panel_name(const struct recall_sweep *sweep, size_t panel, struct limen_text *out) {
  size_t c = 0;
  while (sweep->curve[c].panel != panel) c++;
  limen_report_point(sweep->report->plan, sweep->curve[c].point, sweep->curve_axes, out);
}

/* ---- work at equal recall ---- */

struct recall_work recall_work_at(const struct recall_curve *curve, double recall) {
  const double wanted = log(recall / (1 - recall));
  const size_t n = curve->count;
  double *const *y = curve->logit;
  struct recall_work work = {.first = curve->group[0]->distances.value,
                             .last = curve->group[n - 1]->distances.value};
  work.value = exp(limen_interpolate_reach(curve->log_distances, y[RECALL_VALUE], n, wanted));
  work.lower = exp(limen_interpolate_reach(curve->log_distances, y[RECALL_UPPER], n, wanted));
  work.upper = exp(limen_interpolate_reach(curve->log_distances, y[RECALL_LOWER], n, wanted));
  work.ef = exp(limen_interpolate_reach(curve->log_ef, y[RECALL_VALUE], n, wanted));
  if (isnan(work.value)) work.reach = y[RECALL_VALUE][0] > wanted ? RECALL_BEFORE : RECALL_NEVER;
  return work;
}

void recall_print_work(const struct recall_work *work, struct limen_text *out) {
  if (work->reach == RECALL_NEVER) {
    limen_text_add(out, "not reached");
    return;
  }
  if (work->reach == RECALL_BEFORE) {
    limen_text_print(out, "below %.0f", work->first);
    return;
  }
  limen_text_print(out, "%.0f [", work->value);
  if (isnan(work->lower))
    limen_text_print(out, "below %.0f, ", work->first);
  else
    limen_text_print(out, "%.0f, ", work->lower);
  if (isnan(work->upper))
    limen_text_print(out, "over %.0f]", work->last);
  else
    limen_text_print(out, "%.0f]", work->upper);
}
