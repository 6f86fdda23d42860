/* Plots and tables of the study "sweep". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_sweep.h"
#include "report/recall_axis.h"
#include "report/table_line.h"
#include "stats/interval.h"

static const double wanted[] = {0.9, 0.95, 0.99};
enum { WANTED = sizeof wanted / sizeof *wanted };

/* ---- plots ---- */

static double time_of(const struct recall_group *group) { return group->mean[RECALL_SEARCH_US]; }

bool recall_sweep_is_timed(const struct recall_sweep *sweep) {
  for (size_t i = 0; i < sweep->report->count; i++)
    if (!isnan(time_of(&sweep->report->groups[i]))) return true;
  return false;
}

static struct limen_plot *start_plot(const char *name, size_t panel, const char *caption,
                                     const char *x_label) {
  char file[64];
  if (panel == 0)
    snprintf(file, sizeof file, "%s", name);
  else
    snprintf(file, sizeof file, "%s_%zu", name, panel + 1);
  struct limen_plot *plot = limen_plot_alloc(file, caption, x_label, "recall");
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOGIT;
  return plot;
}

/* "data = sift.fvecs. " before a caption, where there are several panels. */
static void start_caption(const struct recall_sweep *sweep, size_t panel, struct limen_text *out) {
  recall_panel_name(sweep, panel, out);
  if (out->length > 0) limen_text_add(out, ". ");
}

static void limit_recall(const struct recall_sweep *sweep, size_t which, bool of_panel,
                         struct limen_plot *plot) {
  const double k = (double)limen_grid_integer(&sweep->report->plan->grid, 0, "k");
  struct limen_recall_axis axis = {0};
  for (size_t c = 0; c < sweep->curves; c++) {
    const struct recall_curve *curve = &sweep->curve[c];
    if ((of_panel ? curve->panel : curve->data) != which) continue;
    for (size_t i = 0; i < curve->count; i++)
      limen_recall_axis_add(&axis, curve->group[i]->recall.value,
                            k * (double)curve->group[i]->queries);
  }
  limen_recall_axis_end(&axis, plot);
}

static void add_curves(const struct recall_sweep *sweep, size_t panel, bool timed,
                       struct limen_plot *plot) {
  int colour = 0;
  for (size_t c = 0; c < sweep->curves; c++) {
    const struct recall_curve *curve = &sweep->curve[c];
    struct limen_text name = {0};
    if (curve->panel != panel) continue;
    recall_curve_name(sweep, curve, &name);
    size_t series =
        limen_plot_series(plot, limen_text_string(&name), LIMEN_LINE_POINTS, colour++ % 8);
    for (size_t i = 0; i < curve->count; i++) {
      const struct recall_group *group = curve->group[i];
      limen_plot_point(plot, series, timed ? time_of(group) : group->distances.value,
                       group->recall.value, group->recall.lower, group->recall.upper);
    }
    limen_text_clear(&name);
  }
}

struct limen_plot *recall_sweep_plot(const struct recall_sweep *sweep, size_t panel) {
  struct limen_text caption = {0};
  start_caption(sweep, panel, &caption);
  limen_text_add(&caption,
                 "Recall against work, a point for every ef, with 95% intervals over queries and "
                 "builds. Up and to the left is better; the recall axis is stretched towards 1.");
  struct limen_plot *plot = start_plot("recall_by_work", panel, limen_text_string(&caption),
                                       "distance evaluations a query");
  limen_text_clear(&caption);
  if (!plot) return NULL;
  limit_recall(sweep, panel, true, plot);
  add_curves(sweep, panel, false, plot);
  return plot;
}

static const struct recall_group *next_on_front(const struct recall_sweep *sweep, size_t data,
                                                double done) {
  const struct recall_group *least = NULL;
  for (size_t c = 0; c < sweep->curves; c++)
    for (size_t i = 0; i < sweep->curve[c].count && sweep->curve[c].data == data; i++) {
      const struct recall_group *group = sweep->curve[c].group[i];
      double work = group->distances.value;
      if (sweep->front[group - sweep->report->groups] && work > done &&
          (!least || work < least->distances.value))
        least = group;
    }
  return least;
}

/* The points of a curve that none beats. */
static void add_front_of(const struct recall_sweep *sweep, const struct recall_curve *curve,
                         int colour, struct limen_plot *plot) {
  struct limen_text name = {0};
  size_t series = SIZE_MAX;
  recall_setting_name(sweep, curve, &name);
  for (size_t i = 0; i < curve->count; i++) {
    const struct recall_group *group = curve->group[i];
    if (!sweep->front[group - sweep->report->groups]) continue;
    if (series == SIZE_MAX)
      series =
          limen_plot_series(plot, colour < 0 ? "" : limen_text_string(&name), LIMEN_POINTS, colour);
    limen_plot_point(plot, series, group->distances.value, group->recall.value, NAN, NAN);
  }
  limen_text_clear(&name);
}

static bool is_on_front(const struct recall_sweep *sweep, const struct recall_curve *curve) {
  for (size_t i = 0; i < curve->count; i++)
    if (sweep->front[curve->group[i] - sweep->report->groups]) return true;
  return false;
}

/* More settings than there are colours are all grey; the table names them. */
static void add_front_points(const struct recall_sweep *sweep, size_t data,
                             struct limen_plot *plot) {
  int curves = 0, colour = 0;
  for (size_t c = 0; c < sweep->curves; c++)
    curves += sweep->curve[c].data == data && is_on_front(sweep, &sweep->curve[c]);
  for (size_t c = 0; c < sweep->curves; c++) {
    if (sweep->curve[c].data != data) continue;
    add_front_of(sweep, &sweep->curve[c], curves > 8 ? -1 : colour, plot);
    /* With one panel a setting has the colour that it has there. */
    colour += sweep->panels == sweep->datas || is_on_front(sweep, &sweep->curve[c]);
  }
}

struct limen_plot *recall_sweep_front_plot(const struct recall_sweep *sweep, size_t data) {
  struct limen_text caption = {0};
  recall_data_name(sweep, data, &caption);
  limen_text_print(&caption,
                   "%sThe Pareto line: the points that no other beats, as none has more recall for "
                   "as little work, whichever setting they belong to. The band is their 95%% "
                   "interval.",
                   caption.length ? ". " : "");
  struct limen_plot *plot =
      start_plot("pareto_line", data, limen_text_string(&caption), "distance evaluations a query");
  limen_text_clear(&caption);
  if (!plot) return NULL;
  limit_recall(sweep, data, false, plot);
  size_t band = limen_plot_series(plot, "", LIMEN_BAND, -1);
  size_t line = limen_plot_series(plot, "", LIMEN_LINE, -1);
  const struct recall_group *at = next_on_front(sweep, data, -1);
  for (; at; at = next_on_front(sweep, data, at->distances.value)) {
    const struct limen_reported *recall = &at->recall;
    limen_plot_point(plot, band, at->distances.value, recall->value, recall->lower, recall->upper);
    limen_plot_point(plot, line, at->distances.value, recall->value, NAN, NAN);
  }
  add_front_points(sweep, data, plot);
  return plot;
}

struct limen_plot *recall_sweep_time_plot(const struct recall_sweep *sweep, size_t panel) {
  struct limen_text caption = {0};
  start_caption(sweep, panel, &caption);
  limen_text_add(&caption,
                 "Recall against the time of a query on one thread: the mean over builds of the "
                 "median of three passes.");
  struct limen_plot *plot =
      start_plot("recall_by_time", panel, limen_text_string(&caption), "microseconds a query");
  limen_text_clear(&caption);
  if (!plot) return NULL;
  plot->timed = true;
  limit_recall(sweep, panel, true, plot);
  add_curves(sweep, panel, true, plot);
  return plot;
}

/* ---- tables ---- */

_Static_assert(RECALL_SWEEP_AXES + 12 <= LIMEN_TABLE_COLUMNS, "a line has room for all axes");

/* A table whose first columns are the axes that vary. */
static void start_table(const struct recall_sweep *sweep, const char *caption, const char *rest) {
  struct limen_text heads = {0};
  for (size_t i = 0; sweep->data_axes[i]; i++) limen_text_print(&heads, "%s|", sweep->data_axes[i]);
  for (size_t i = 0; sweep->setting_axes[i]; i++)
    limen_text_print(&heads, "%s|", sweep->setting_axes[i]);
  limen_text_add(&heads, rest);
  limen_document_table(sweep->report->out, caption, limen_text_string(&heads));
  limen_text_clear(&heads);
}

static void add_axes(const struct recall_sweep *sweep, size_t point,
                     struct limen_table_line *line) {
  for (size_t i = 0; sweep->data_axes[i]; i++)
    limen_report_value(sweep->report->plan, point, sweep->data_axes[i], limen_line_next(line));
  for (size_t i = 0; sweep->setting_axes[i]; i++)
    limen_report_value(sweep->report->plan, point, sweep->setting_axes[i], limen_line_next(line));
}

void recall_sweep_work_table(const struct recall_sweep *sweep) {
  start_table(sweep,
              "What a recall costs: distance evaluations a query, with 95% intervals, and the ef "
              "that it takes.",
              "#recall 0.9|#ef|#recall 0.95|#ef|#recall 0.99|#ef|#bytes a row");
  for (size_t c = 0; c < sweep->curves; c++) {
    const struct recall_curve *curve = &sweep->curve[c];
    const double *mean = curve->group[0]->mean;
    struct limen_table_line line = {0};
    add_axes(sweep, curve->point, &line);
    for (size_t w = 0; w < WANTED; w++) {
      const struct recall_work work = recall_work_at(curve, wanted[w]);
      recall_print_work(&work, limen_line_next(&line));
      if (work.reach == RECALL_REACHED)
        limen_text_print(limen_line_next(&line), "%.0f", work.ef);
      else
        limen_line_next(&line);
    }
    limen_text_print(limen_line_next(&line), "%.0f", mean[RECALL_BYTES] / mean[RECALL_ROWS]);
    limen_line_add(sweep->report->out, &line);
  }
  limen_document_fold(sweep->report->out, 20);
}

void recall_sweep_front_table(const struct recall_sweep *sweep) {
  start_table(sweep, "The points that no other beats, from the least work to the most recall.",
              "#ef|#recall|#distances");
  for (size_t data = 0; data < sweep->datas; data++) {
    const struct recall_group *at = next_on_front(sweep, data, -1);
    for (; at; at = next_on_front(sweep, data, at->distances.value)) {
      struct limen_table_line line = {0};
      add_axes(sweep, at->point, &line);
      limen_text_print(limen_line_next(&line), "%" PRId64, at->ef);
      limen_report_number(&at->recall, limen_line_next(&line));
      limen_report_number(&at->distances, limen_line_next(&line));
      limen_line_add(sweep->report->out, &line);
    }
  }
  limen_document_fold(sweep->report->out, 20);
}

/* ---- with the clock running ---- */

/* "12.3 (11.8 to 14.0)": median and range over builds. */
static int print_spread(const struct limen_cell **cells, size_t count, size_t row, size_t measure,
                        struct limen_text *out, struct limen_error *error) {
  double *values = limen_alloc(count, sizeof *values, error), median = NAN;
  double low = INFINITY, high = -INFINITY;
  if (!values) return LIMEN_FAILED;
  for (size_t i = 0; i < count; i++) {
    values[i] = cells[i]->answer.values[row * RECALL_MEASURES + measure];
    low = fmin(low, values[i]);
    high = fmax(high, values[i]);
  }
  int status = limen_quantile(values, count, 0.5, &median, error);
  int places = median < 10 ? 2 : median < 100 ? 1 : 0;
  if (status == LIMEN_OK)
    limen_text_print(out, "%.*f (%.*f to %.*f)", places, median, places, low, places, high);
  limen_free(values);
  return status;
}

static int build_times(const struct recall_sweep *sweep, struct limen_error *error) {
  int status = LIMEN_OK;
  start_table(sweep, "Seconds to build on one thread: median and range over builds.",
              "#builds|#seconds");
  for (size_t c = 0; c < sweep->curves && status == LIMEN_OK; c++) {
    const struct limen_cell **cells = NULL;
    struct limen_table_line line = {0};
    size_t count = 0;
    add_axes(sweep, sweep->curve[c].point, &line);
    status = recall_cells(sweep->report->plan, sweep->curve[c].point, &cells, &count, error);
    limen_text_print(limen_line_next(&line), "%zu", count);
    if (status == LIMEN_OK)
      status = print_spread(cells, count, 0, RECALL_BUILD_S, limen_line_next(&line), error);
    limen_line_add(sweep->report->out, &line);
    limen_free(cells);
  }
  limen_document_fold(sweep->report->out, 20);
  limen_document_timed(sweep->report->out);
  return status;
}

static int search_times(const struct recall_sweep *sweep, struct limen_error *error) {
  int status = LIMEN_OK;
  start_table(sweep, "Microseconds a query on one thread: median and range over builds.",
              "#ef|#recall|#distances|#microseconds");
  for (size_t c = 0; c < sweep->curves && status == LIMEN_OK; c++) {
    const struct recall_curve *curve = &sweep->curve[c];
    const struct limen_cell **cells = NULL;
    size_t count = 0;
    status = recall_cells(sweep->report->plan, curve->point, &cells, &count, error);
    for (size_t i = 0; i < curve->count && status == LIMEN_OK; i++) {
      const struct recall_group *group = curve->group[i];
      struct limen_table_line line = {0};
      add_axes(sweep, curve->point, &line);
      limen_text_print(limen_line_next(&line), "%" PRId64, group->ef);
      limen_text_print(limen_line_next(&line), "%.4f", group->recall.value);
      limen_text_print(limen_line_next(&line), "%.0f", group->distances.value);
      status =
          print_spread(cells, count, group->row, RECALL_SEARCH_US, limen_line_next(&line), error);
      limen_line_add(sweep->report->out, &line);
    }
    limen_free(cells);
  }
  limen_document_fold(sweep->report->out, 20);
  limen_document_timed(sweep->report->out);
  return status;
}

int recall_sweep_time_tables(const struct recall_sweep *sweep, struct limen_error *error) {
  int status = build_times(sweep, error);
  if (status == LIMEN_OK && recall_sweep_is_timed(sweep)) status = search_times(sweep, error);
  return status;
}
