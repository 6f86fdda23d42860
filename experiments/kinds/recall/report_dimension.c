/* The study "dimension": recall against the intrinsic dimension of the data, the number of stored
 * dimensions held fixed (Elliott and Clark, "The Impacts of Data, Ordering, and Intrinsic
 * Dimensionality on Recall in HNSW", arXiv 2405.17813). */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/data.h"
#include "experiments/kinds/recall/report.h"

enum { CURVES_ANSWERED = 2 };

static const char *const but_r[] = {"r", NULL};

static double r_at(const struct recall_report *report, size_t point) {
  return (double)limen_grid_integer(&report->plan->grid, point, "r");
}

/* Whether group i is the first of its curve: of its ef, and of all axes but r. */
static bool starts_curve(const struct recall_report *report, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (report->groups[j].row == report->groups[i].row &&
        limen_report_same_but(report->plan, report->groups[j].point, report->groups[i].point,
                              but_r))
      return false;
  return true;
}

static bool on_curve(const struct recall_report *report, size_t first, size_t i) {
  return report->groups[i].row == report->groups[first].row &&
         limen_report_same_but(report->plan, report->groups[first].point, report->groups[i].point,
                               but_r);
}

static void curve_name(const struct recall_report *report, size_t i, struct limen_text *out) {
  limen_report_point(report->plan, report->groups[i].point, but_r, out);
  limen_text_print(out, "%sef = %" PRId64, out->length ? ", " : "", report->groups[i].ef);
}

/* ---- the answer ---- */

/* The ends of a curve: the groups of its smallest and largest r. */
static void ends_of(const struct recall_report *report, size_t first,
                    const struct recall_group **low, const struct recall_group **high) {
  *low = *high = &report->groups[first];
  for (size_t i = first; i < report->count; i++) {
    const struct recall_group *group = &report->groups[i];
    if (!on_curve(report, first, i)) continue;
    if (r_at(report, group->point) < r_at(report, (*low)->point)) *low = group;
    if (r_at(report, group->point) > r_at(report, (*high)->point)) *high = group;
  }
}

/* Says where a curve begins and ends; whether it falls beyond what its intervals allow. */
static bool answer_curve(const struct recall_report *report, size_t first, bool begin,
                         struct limen_text *text) {
  const struct recall_group *low, *high;
  static const char *const told[] = {"r", "engine", NULL};
  const struct recall_group *group = &report->groups[first];
  struct limen_text name = {0};
  ends_of(report, first, &low, &high);
  limen_report_point(report->plan, group->point, told, &name);
  limen_text_print(text, "%s %s at ef = %" PRId64, begin ? "With" : "; with",
                   limen_grid_string(&report->plan->grid, group->point, "engine"), group->ef);
  if (name.length > 0) limen_text_print(text, " (%s)", limen_text_string(&name));
  if (begin)
    limen_text_print(text, ", recall@%" PRId64 " %s",
                     limen_grid_integer(&report->plan->grid, 0, "k"), low == high ? "is" : "goes");
  limen_text_add(text, low == high ? " " : " from ");
  limen_report_number(&low->recall, text);
  limen_text_print(text, " at %g dimensions", r_at(report, low->point));
  if (low != high) {
    limen_text_add(text, " to ");
    limen_report_number(&high->recall, text);
    limen_text_print(text, " at %g", r_at(report, high->point));
  }
  limen_text_clear(&name);
  return high->recall.upper < low->recall.lower;
}

/* The stored dimensions are the same everywhere, so they cannot be what lowers a recall. */
static void answer_stored(const struct recall_report *report, bool falls, struct limen_text *text) {
  const struct limen_grid *grid = &report->plan->grid;
  const int64_t ambient = limen_grid_integer(grid, 0, "ambient");
  if (ambient == 0 || grid->lengths[limen_parameter_find(grid->parameters, "r")] < 2) return;
  limen_text_print(text, " All vectors are stored in %" PRId64 " dimensions: ", ambient);
  limen_text_add(text, falls ? "what lowers the recall is the dimension that the data really have, "
                               "not the one they are stored in."
                             : "no fall of the recall with the dimension that the data really have "
                               "is beyond its intervals.");
}

/* The curves of the middle ef, one an engine. */
static void answer(const struct recall_report *report) {
  const struct limen_grid *grid = &report->plan->grid;
  const size_t efs = grid->lengths[limen_parameter_find(grid->parameters, "ef")];
  struct limen_text text = {0};
  char plain[2048];
  bool falls = false;
  size_t said = 0;
  for (size_t i = 0; i < report->count && said < CURVES_ANSWERED; i++)
    if (report->groups[i].row == efs / 2 && starts_curve(report, i))
      falls |= answer_curve(report, i, said++ == 0, &text);
  if (said == 0) limen_text_add(&text, "No build is finished yet");
  limen_text_add(&text, ".");
  if (said > 0) answer_stored(report, falls, &text);
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- plots ---- */

static struct limen_plot *plot_recall(const struct recall_report *report) {
  struct limen_plot *plot = limen_plot_alloc(
      "recall_by_dimension",
      "Recall against the intrinsic dimension r of the data, with 95% intervals over queries and "
      "builds. The recall axis is stretched towards 1: each step upwards halves the misses.",
      "intrinsic dimension r", "recall");
  size_t curve = 0;
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOGIT;
  for (size_t i = 0; i < report->count; i++) {
    if (!starts_curve(report, i)) continue;
    struct limen_text name = {0};
    curve_name(report, i, &name);
    size_t series =
        limen_plot_series(plot, limen_text_string(&name), LIMEN_LINE_POINTS, (int)(curve++ % 8));
    for (size_t j = i; j < report->count; j++)
      if (on_curve(report, i, j))
        limen_plot_point(plot, series, r_at(report, report->groups[j].point),
                         report->groups[j].recall.value, report->groups[j].recall.lower,
                         report->groups[j].recall.upper);
    limen_text_clear(&name);
  }
  return plot;
}

/* Value, lower and upper of an estimator for the data of a cell; false when they were not made. */
static bool estimate_of(const struct recall_report *report, const struct limen_cell *cell,
                        const char *estimator, struct limen_reported *out) {
  char name[80];
  void *bytes = NULL;
  size_t count = 0;
  snprintf(name, sizeof name, "estimate/%s", estimator);
  int status = limen_store_answer(report->plan->store, cell->key, 0, name, &bytes, &count, NULL);
  bool good = status == LIMEN_OK && count == 3 * sizeof(double);
  if (good) {
    const double *three = bytes;
    *out = (struct limen_reported){three[0], three[1], three[2]};
  }
  limen_free(bytes);
  return good;
}

/* Calls `visit` with one cell for every r, in the order of the grid. */
static int each_r(const struct recall_report *report, void *context,
                  int (*visit)(void *context, const struct limen_cell *cell,
                               struct limen_error *error),
                  struct limen_error *error) {
  const struct limen_grid *grid = &report->plan->grid;
  const size_t r = (size_t)limen_parameter_find(grid->parameters, "r");
  int status = LIMEN_OK;
  for (size_t v = 0; v < grid->lengths[r] && status == LIMEN_OK; v++)
    for (size_t i = 0; i < report->count; i++) {
      const struct limen_cell **cells = NULL;
      size_t count = 0;
      if (limen_grid_integer(grid, report->groups[i].point, "r") != grid->values[r][v].as.integer)
        continue;
      status = recall_cells(report->plan, report->groups[i].point, &cells, &count, error);
      if (status == LIMEN_OK && count > 0) status = visit(context, cells[0], error);
      limen_free(cells);
      break;
    }
  return status;
}

/* Levina and Bickel's is the likelihood's, k - 1 in place of k: no eye could tell the two apart. */
static bool is_drawn(const struct limen_estimator *estimator) {
  return strcmp(estimator->name, "levina_bickel") != 0;
}

struct estimates {
  const struct recall_report *report;
  struct limen_plot *plot;
  size_t *series; /* per estimator of dimension */
};

static int plot_estimates_of(void *context, const struct limen_cell *cell,
                             struct limen_error *error) {
  const struct estimates *all = context;
  (void)error;
  for (size_t e = 0; limen_estimator_at(e); e++) {
    struct limen_reported number;
    if (!is_drawn(limen_estimator_at(e)) ||
        !estimate_of(all->report, cell, limen_estimator_at(e)->name, &number))
      continue;
    double r = limen_cell_real(cell, "r");
    limen_plot_point(all->plot, all->series[e], r, number.value / r, number.lower / r,
                     number.upper / r);
  }
  return LIMEN_OK;
}

static int plot_estimates(const struct recall_report *report, struct limen_error *error) {
  enum { ESTIMATORS_MOST = 32 };
  size_t series[ESTIMATORS_MOST], drawn = 0;
  const struct limen_grid *grid = &report->plan->grid;
  const size_t r = (size_t)limen_parameter_find(grid->parameters, "r");
  struct limen_plot *plot = limen_plot_alloc(
      "estimates",
      "What estimators of dimension say of the same data, over the truth: on the dashed line they "
      "would be right. Those that look at nearest neighbours fall short more and more: so many "
      "points cannot show a high dimension. Intervals, over points, are mostly narrower than the "
      "markers.",
      "intrinsic dimension r", "estimate / r");
  if (!plot) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  plot->x_scale = LIMEN_LOG;
  plot->y_min = 0;
  for (size_t e = 0; limen_estimator_at(e) && e < ESTIMATORS_MOST; e++)
    if (is_drawn(limen_estimator_at(e)))
      series[e] = limen_plot_series(plot, limen_estimator_at(e)->name, LIMEN_LINE_POINTS,
                                    (int)(drawn++ % 8));
  size_t truth = limen_plot_series(plot, "the truth", LIMEN_DASHED, -1);
  for (size_t v = 0; v < grid->lengths[r]; v++) {
    double at = (double)grid->values[r][v].as.integer;
    limen_plot_point(plot, truth, at, 1, NAN, NAN);
  }
  struct estimates all = {report, plot, series};
  int status = each_r(report, &all, plot_estimates_of, error);
  limen_document_plot(report->out, plot);
  return status;
}

/* ---- tables ---- */

/* A row for one r: every estimator or every measure of hardness. */
struct estimate_rows {
  const struct recall_report *report;
  const struct limen_estimator *(*at)(size_t i);
};

static int estimates_row(void *context, const struct limen_cell *cell, struct limen_error *error) {
  enum { COLUMNS_MOST = 40 };
  const struct estimate_rows *rows = context;
  struct limen_text cells[COLUMNS_MOST] = {0};
  const char *texts[COLUMNS_MOST];
  size_t columns = 1;
  (void)error;
  limen_text_print(&cells[0], "%" PRId64, limen_cell_integer(cell, "r"));
  for (; rows->at(columns - 1) && columns < COLUMNS_MOST; columns++) {
    struct limen_reported number;
    if (estimate_of(rows->report, cell, rows->at(columns - 1)->name, &number))
      limen_report_compact(&number, &cells[columns]);
  }
  for (size_t c = 0; c < columns; c++) texts[c] = limen_text_string(&cells[c]);
  limen_document_row(rows->report->out, texts);
  for (size_t c = 0; c < columns; c++) limen_text_clear(&cells[c]);
  return LIMEN_OK;
}

static int estimates_table(const struct recall_report *report, const char *caption,
                           const struct limen_estimator *(*at)(size_t i),
                           struct limen_error *error) {
  struct estimate_rows rows = {report, at};
  struct limen_text heads = {0};
  limen_text_add(&heads, "#r");
  for (size_t i = 0; at(i); i++) limen_text_print(&heads, "|#%s", at(i)->name);
  limen_document_table(report->out, caption, limen_text_string(&heads));
  limen_text_clear(&heads);
  return each_r(report, &rows, estimates_row, error);
}

static void graphs_table(const struct recall_report *report) {
  enum { COLUMNS = 8 };
  limen_document_table(report->out,
                       "The graphs: means over builds. Unreachable nodes can be returned by no "
                       "search, whatever its ef.",
                       "index|#r|#unreachable|#components|#without in-links|#Gini of in-degrees|"
                       "#reciprocity|#links of a node");
  for (size_t i = 0; i < report->count; i++) {
    const struct recall_group *group = &report->groups[i];
    const double *mean = group->mean;
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    if (group->row != 0 || isnan(mean[RECALL_UNREACHABLE])) continue;
    limen_report_point(report->plan, group->point, but_r, &cells[0]);
    limen_text_print(&cells[1], "%.0f", r_at(report, group->point));
    limen_text_print(&cells[2], "%.1f", mean[RECALL_UNREACHABLE]);
    limen_text_print(&cells[3], "%.1f", mean[RECALL_COMPONENTS]);
    limen_text_print(&cells[4], "%.1f", mean[RECALL_NO_IN_LINKS]);
    limen_text_print(&cells[5], "%.3f", mean[RECALL_IN_DEGREE_GINI]);
    limen_text_print(&cells[6], "%.3f", mean[RECALL_RECIPROCITY]);
    limen_text_print(&cells[7], "%.1f", mean[RECALL_OUT_DEGREE]);
    for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
    limen_document_row(report->out, row);
    for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  }
  limen_document_fold(report->out, 12);
}

/* ---- checks ---- */

/* The same vectors in the dimensions that they really have must have the same neighbours. */
static void tell_metamorphic(const struct recall_report *report) {
  double least = INFINITY;
  size_t looked = 0;
  for (size_t i = 0; i < report->count; i++) {
    double share = report->groups[i].mean[RECALL_SAME_NEIGHBOURS];
    if (report->groups[i].row != 0 || isnan(share)) continue;
    least = fmin(least, share);
    looked++;
  }
  if (looked == 0) return;
  limen_document_print(
      report->out, LIMEN_BLOCK_LIST,
      "Check: the same coefficients without the basis, in r dimensions, must have the same "
      "neighbours (ties within 1e-5 allowed). They have for %s of the queries%s.",
      least == 1 ? "all" : "not all", least == 1 ? "" : ": something is wrong with the data");
  if (least < 1)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "Only %.4f of the queries have the same neighbours in r dimensions as in "
                         "the stored ones.",
                         least);
}

static void tell_thinning(const struct recall_report *report) {
  const struct limen_grid *grid = &report->plan->grid;
  if (limen_grid_integer(grid, 0, "thin") == 1 && limen_grid_integer(grid, 0, "faiss_builds") == 0)
    return;
  for (size_t i = 0; i < report->count; i++)
    if (strcmp(limen_grid_string(grid, report->groups[i].point, "engine"), "faiss") == 0) {
      limen_document_print(
          report->out, LIMEN_BLOCK_LIST,
          "FAISS builds take several times as long in so many dimensions: it was given one value "
          "of r in %" PRId64 " (`thin`) and %zu build%s of each (`faiss_builds`).",
          limen_grid_integer(grid, 0, "thin"), report->groups[i].builds,
          report->groups[i].builds == 1 ? "" : "s");
      return;
    }
}

/* ---- the whole ---- */

/* Of an engine that is slow to build every `thin`-th r is enough, counted from the largest. */
static bool wants(const struct limen_grid *grid, size_t point) {
  const size_t r = (size_t)limen_parameter_find(grid->parameters, "r");
  const size_t thin = (size_t)limen_grid_integer(grid, 0, "thin");
  if (strcmp(limen_grid_string(grid, point, "engine"), "faiss") != 0) return true;
  for (size_t v = 0; v < grid->lengths[r]; v++)
    if (limen_value_equal(&grid->values[r][v], limen_grid_value(grid, point, "r")))
      return (grid->lengths[r] - 1 - v) % thin == 0;
  return true;
}

static int describe_estimates(const struct recall_report *report, struct limen_error *error) {
  if (limen_grid_integer(&report->plan->grid, 0, "estimate") == 0) return LIMEN_OK;
  limen_document_heading(report->out, "What estimators say of the dimension");
  int status = plot_estimates(report, error);
  if (status == LIMEN_OK)
    status = estimates_table(
        report, "Estimates of the dimension; ± is half a 95% interval over points, given the data.",
        limen_estimator_at, error);
  if (status != LIMEN_OK) return status;
  limen_document_heading(report->out, "How hard the data are");
  return estimates_table(report, "Measures of hardness, likewise.", limen_hardness_at, error);
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct recall_report report;
  int status = recall_report_init(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  recall_report_start(&report);
  answer(&report);
  recall_report_warnings(&report);
  limen_document_plot(out, plot_recall(&report));
  recall_report_settings(&report);
  recall_report_recalls_table(&report, "Recall, with 95% intervals.");
  status = describe_estimates(&report, error);
  if (status == LIMEN_OK) {
    limen_document_heading(out, "The graphs behind it");
    graphs_table(&report);
    recall_report_doubts(&report);
    tell_metamorphic(&report);
    tell_thinning(&report);
    recall_report_definitions(&report);
  }
  recall_report_clear(&report);
  return status;
}

const struct recall_study recall_study_dimension = {
    .name = "dimension",
    .about = "recall against the intrinsic dimension of the data",
    .wants = wants,
    .describe = describe,
};
