/* The study "missed": why true neighbours are not returned, and which ones.
 *
 * That every row can be reached does not mean that every search comes to it: a search keeps ef
 * candidates, and where the way to a neighbour leads over rows that are farther from the query than
 * all of these, it ends before. So each missed neighbour is given a reason by measurement
 * (measures/missed.h), and the reasons are counted by data, order and ef, by local dimension,
 * insertion, category and rank. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_missed.h"

/* Reasons in the order in which the report tells them: what no ef cures first. */
static const struct {
  enum limen_miss reason;
  const char *measure, *words;
} reasons[] = {
    {LIMEN_MISS_UNREACHABLE, "miss_unreachable", "unreachable: no path"},
    {LIMEN_MISS_TRAPPED, "miss_trapped", "trapped: not with 16 ef"},
    {LIMEN_MISS_INTERMEDIATE, "miss_intermediate", "intermediate: with 16 ef"},
    {LIMEN_MISS_BUDGET, "miss_budget", "budget: with 4 ef"},
    {LIMEN_MISS_TIE, "miss_tie", "tie: another as near"},
    {LIMEN_MISS_DUPLICATE, "miss_duplicate", "duplicate: a copy of it"},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

static int rate(const struct missed_arm *arm, unsigned of, struct missed_rate *out,
                struct limen_error *error) {
  return missed_rate(arm, of, &missed_whole, 0, out, error);
}

/* ---- headline numbers ---- */

static int summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error) {
  struct missed_report report;
  int status = missed_report_init(&report, plan, NULL, error);
  for (size_t i = 0; i < report.count && status == LIMEN_OK; i++) {
    const struct missed_arm *arm = &report.arm[i];
    if (arm->group->missing > 0) continue;
    for (size_t r = 0; r < REASONS && status == LIMEN_OK; r++) {
      struct missed_rate share;
      status = rate(arm, MISSED_FOR(reasons[r].reason), &share, error);
      if (status == LIMEN_OK)
        status =
            recall_add_metric(plan, arm->group->point, arm->group->row, reasons[r].measure, "share",
                              false, &share.number, arm->builds * arm->queries, out, error);
    }
  }
  missed_report_clear(&report);
  return status;
}

/* ---- the main plot ---- */

/* Reasons that no arm has are left out of the plot. */
static bool occurs(const struct missed_report *report, enum limen_miss reason) {
  for (size_t i = 0; i < report->count; i++)
    if (report->arm[i].group->mean[RECALL_MISS_TIE + reason - LIMEN_MISS_TIE] > 0) return true;
  return false;
}

static int main_plot(const struct missed_report *report, struct limen_error *error) {
  struct limen_plot *plot =
      limen_plot_alloc("reasons",
                       "Why true neighbours were missed: the share of all true neighbours, by "
                       "reason, with 95% intervals over queries and builds. A reason without a "
                       "point was not seen. The axis is stretched towards 0: a step to the left "
                       "divides the share.",
                       "share of the true neighbours missed", "");
  int status = LIMEN_OK;
  if (!plot) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  plot->x_scale = LIMEN_LOGIT;
  missed_plot_rows(report, plot);
  for (size_t r = 0; r < REASONS && status == LIMEN_OK; r++) {
    if (!occurs(report, reasons[r].reason)) continue;
    size_t series = limen_plot_series(plot, reasons[r].words, LIMEN_POINTS, (int)r), row = 0;
    for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
      struct missed_rate share;
      if (!missed_is_middle(report, &report->arm[i])) continue;
      status = rate(&report->arm[i], MISSED_FOR(reasons[r].reason), &share, error);
      if (status == LIMEN_OK && share.missed > 0)
        limen_plot_point(plot, series, share.number.value, missed_beside(row, r, REASONS),
                         share.number.lower, share.number.upper);
      row++;
    }
  }
  limen_document_plot(report->common.out, plot);
  return status;
}

/* ---- at every ef ---- */

/* A curve an index: what is truly missed falls as ef grows, or does not. */
static int plot_by_ef(const struct missed_report *report, struct limen_error *error) {
  struct limen_plot *plot = limen_plot_alloc(
      "missed_by_ef",
      "Share of true neighbours missed (ties and copies are not counted), by ef, "
      "with 95% intervals over queries and builds. Where there is no point nothing "
      "was missed.",
      "ef", "share missed");
  int status = LIMEN_OK;
  size_t curve = 0;
  if (!plot) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a plot");
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOGIT;
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    const size_t point = report->arm[i].group->point;
    struct limen_text name = {0};
    if (i > 0 && report->arm[i - 1].group->point == point) continue;
    missed_arm_name(report, &report->arm[i], false, &name);
    const size_t series =
        limen_plot_series(plot, limen_text_string(&name), LIMEN_LINE_POINTS, (int)(curve++ % 8));
    limen_text_clear(&name);
    for (size_t j = i; j < report->count && report->arm[j].group->point == point; j++) {
      struct missed_rate share;
      if ((status = rate(&report->arm[j], MISSED_TRULY, &share, error)) != LIMEN_OK) break;
      const bool any = share.missed > 0;
      limen_plot_point(plot, series, (double)report->arm[j].group->ef,
                       any ? share.number.value : NAN, any ? share.number.lower : NAN,
                       any ? share.number.upper : NAN);
    }
  }
  limen_document_plot(report->common.out, plot);
  return status;
}

/* Columns of the table: what no index misses for is left out. */
static const struct {
  unsigned reasons;
  const char *head;
} columns[] = {
    {MISSED_BY_ID, "missed"},
    {MISSED_FOR(LIMEN_MISS_UNREACHABLE), "unreachable"},
    {MISSED_FOR(LIMEN_MISS_TRAPPED), "trapped"},
    {MISSED_FOR(LIMEN_MISS_INTERMEDIATE), "intermediate"},
    {MISSED_FOR(LIMEN_MISS_BUDGET), "budget"},
    {MISSED_FOR(LIMEN_MISS_TIE) | MISSED_FOR(LIMEN_MISS_DUPLICATE), "tie or copy"},
};
enum { REASON_COLUMNS = sizeof columns / sizeof *columns };

static bool is_column(const struct missed_report *report, size_t column) {
  bool shown = column == 0;
  for (size_t r = 0; r < REASONS; r++)
    shown |= (columns[column].reasons & MISSED_FOR(reasons[r].reason)) != 0 &&
             occurs(report, reasons[r].reason);
  return shown;
}

static int ef_row(const struct missed_report *report, const struct missed_arm *arm,
                  struct limen_error *error) {
  struct limen_text cells[2 + REASON_COLUMNS] = {0};
  const char *row[2 + REASON_COLUMNS];
  size_t count = 2;
  int status = LIMEN_OK;
  missed_arm_name(report, arm, false, &cells[0]);
  limen_text_print(&cells[1], "%" PRId64, arm->group->ef);
  for (size_t c = 0; c < REASON_COLUMNS && status == LIMEN_OK; c++) {
    struct missed_rate share;
    if (!is_column(report, c)) continue;
    status = rate(arm, columns[c].reasons, &share, error);
    if (status == LIMEN_OK) missed_print_cell(&share.number, &cells[count++]);
  }
  for (size_t c = 0; c < count; c++) row[c] = limen_text_string(&cells[c]);
  if (status == LIMEN_OK) limen_document_row(report->common.out, row);
  for (size_t c = 0; c < count; c++) limen_text_clear(&cells[c]);
  return status;
}

static int every_ef(const struct missed_report *report, struct limen_error *error) {
  const struct limen_grid *grid = &report->common.plan->grid;
  struct limen_text heads = {0};
  int status = LIMEN_OK;
  limen_document_heading(report->common.out, "At every ef");
  if (grid->lengths[limen_parameter_find(grid->parameters, "ef")] > 1)
    status = plot_by_ef(report, error);
  limen_text_add(&heads, "index|#ef");
  for (size_t c = 0; c < REASON_COLUMNS; c++)
    if (is_column(report, c)) limen_text_print(&heads, "|#%s", columns[c].head);
  limen_document_table(report->common.out,
                       "Percent of all true neighbours that were missed, by reason, with 95% "
                       "intervals. Behind <: the upper end, where none was seen.",
                       limen_text_string(&heads));
  limen_text_clear(&heads);
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++)
    status = ef_row(report, &report->arm[i], error);
  limen_document_fold(report->common.out, 24);
  return status;
}

/* ---- the graphs ---- */

static void graphs_table(const struct missed_report *report) {
  enum { COLUMNS = 6 };
  limen_document_table(report->common.out, "The graphs: means over builds.",
                       "index|#unreachable rows|#% of rows|#components|#without in-links|"
                       "#reciprocity");
  for (size_t i = 0; i < report->count; i++) {
    const struct missed_arm *arm = &report->arm[i];
    const double *mean = arm->group->mean;
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    if (arm->group->row != 0 || isnan(mean[RECALL_UNREACHABLE])) continue;
    missed_arm_name(report, arm, false, &cells[0]);
    limen_text_print(&cells[1], "%.1f", mean[RECALL_UNREACHABLE]);
    limen_text_print(&cells[2], "%.2f", 100 * mean[RECALL_UNREACHABLE] / (double)arm->rows);
    limen_text_print(&cells[3], "%.1f", mean[RECALL_COMPONENTS]);
    limen_text_print(&cells[4], "%.1f", mean[RECALL_NO_IN_LINKS]);
    limen_text_print(&cells[5], "%.3f", mean[RECALL_RECIPROCITY]);
    for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
    limen_document_row(report->common.out, row);
    for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  }
}

/* Rows that no search can come to, and how many of the neighbours asked for they are. */
static int tell_unreachable(const struct missed_report *report, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    const struct missed_arm *arm = &report->arm[i];
    const double rows = arm->group->mean[RECALL_UNREACHABLE];
    struct limen_text text = {0};
    struct missed_rate share;
    char plain[1024];
    if (arm->group->row != 0 || !(rows > 0)) continue;
    status = rate(arm, MISSED_FOR(LIMEN_MISS_UNREACHABLE), &share, error);
    missed_arm_name(report, arm, false, &text);
    limen_text_print(&text, ": %.2f%% of the rows are unreachable, and ",
                     100 * rows / (double)arm->rows);
    if (status == LIMEN_OK) missed_print_percent(&share.number, &text);
    limen_text_add(&text, "% of the true neighbours are among them.");
    if (status == LIMEN_OK)
      limen_document_print(report->common.out, LIMEN_BLOCK_LIST, "%s",
                           limen_plain(limen_text_string(&text), plain, sizeof plain));
    limen_text_clear(&text);
  }
  return status;
}

/* ---- doubts and definitions ---- */

static void tell_doubts(const struct missed_report *report) {
  struct limen_document *out = report->common.out;
  size_t contradictions = 0, arms = 0;
  for (size_t i = 0; i < report->count; i++) {
    size_t here = missed_contradictions(&report->arm[i]);
    contradictions += here;
    arms += here > 0;
  }
  if (contradictions > 0)
    limen_document_print(out, LIMEN_BLOCK_WARNING,
                         "%zu missed neighbours of %zu indexes have a bottleneck rank that should "
                         "have let the search find them: their reasons cannot be trusted.",
                         contradictions, arms);
  else
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Check: no missed neighbour has a bottleneck rank of at most ef, none "
                         "beyond 4 ef one of at most 4 ef, none beyond 16 ef one of at most 16 ef. "
                         "With such a rank the search must have found it.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "The reasons are drawn at 4 and 16 ef, by choice: the bottleneck ranks tell "
                       "how much more each neighbour would have taken.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Neighbours of one query, and queries of one cluster, are missed together. "
                       "Intervals take builds and queries as they come for that, not neighbours; "
                       "where one cluster is lost in every build they are still too narrow for "
                       "other clusters.");
}

static void tell_definitions(const struct missed_report *report) {
  struct limen_document *out = report->common.out;
  static const char *const lines[] = {
      "unreachable: no path leads to it from the entry or from any row of the upper levels, so no "
      "search on this index can return it.",
      "trapped: a path leads to it, but a search with 16 ef does not find it either.",
      "intermediate: found by a search with 16 ef, not with 4 ef.",
      "budget: found by a search with 4 ef.",
      "tie: a row as far away as the k-th was returned in its place.",
      "duplicate: a row with the same vector was returned in its place.",
      "bottleneck rank: on the best path to the neighbour from any row that the search looked at, "
      "the rank (by distance to the query, 1 the nearest) of the farthest row; an ef of that size "
      "is sure to find it, and a smaller one may.",
      "local dimension: of a row of the base, by maximum likelihood from its nearest rows."};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    limen_document_print(out, LIMEN_BLOCK_DEFINITIONS, "%s", lines[i]);
}

/* ---- the whole ---- */

static int describe_all(const struct missed_report *report, struct limen_error *error) {
  const struct recall_report *common = &report->common;
  recall_report_start(common);
  int status = missed_answer(report, error);
  recall_report_warnings(common);
  if (status == LIMEN_OK) status = main_plot(report, error);
  recall_report_settings(common);
  if (status == LIMEN_OK) status = every_ef(report, error);
  if (status == LIMEN_OK) status = missed_describe_bottlenecks(report, error);
  if (status == LIMEN_OK) status = missed_describe_ends(report, error);
  if (status == LIMEN_OK) status = missed_describe_categories(report, error);
  if (status == LIMEN_OK) status = missed_describe_splits(report, error);
  if (status != LIMEN_OK) return status;
  limen_document_heading(common->out, "The graphs and the recalls");
  status = tell_unreachable(report, error);
  if (status != LIMEN_OK) return status;
  graphs_table(report);
  recall_report_recalls_table(common, "Recall, with 95% intervals.");
  recall_report_doubts(common);
  tell_doubts(report);
  recall_report_definitions(common);
  tell_definitions(report);
  return LIMEN_OK;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct missed_report report;
  int status = missed_report_init(&report, plan, out, error);
  if (status == LIMEN_OK) status = describe_all(&report, error);
  missed_report_clear(&report);
  return status;
}

const struct recall_study recall_study_missed = {
    .name = "missed",
    .about = "why true neighbours are missed, and which ones (needs attribute=1)",
    .needs = "attribute",
    .summarise = summarise,
    .describe = describe,
};
