/* The study "patterns": the fewest dimensions in which training on the judgements themselves gets
 * every query right, by pattern. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/report_patterns.h"
#include "limits/published.h"

static const char *const but_d[] = {"d", NULL};

/* ---- what it is ---- */

static bool is_trained(const struct patterns *patterns, size_t group) {
  const struct limen_plan *plan = patterns->report->plan;
  return patterns_is_oracle(patterns, group) &&
         plan->kind->looks_at(&plan->grid, patterns->report->groups[group].point, "d");
}

static bool on_curve(const struct patterns *patterns, size_t first, size_t group) {
  const struct retrieval_report *report = patterns->report;
  return limen_report_same_but(report->plan, report->groups[first].point,
                               report->groups[group].point, but_d);
}

/* Lowers least[i] to the group's d for every instance i in which all queries came out right. */
static int note_group(const struct patterns *patterns, size_t group, double *least,
                      struct limen_error *error) {
  const struct retrieval_group *of = &patterns->report->groups[group];
  const struct limen_cell **cells = NULL;
  size_t count = 0;
  int status = retrieval_cells(patterns->report->plan, of->point, &cells, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    const double *values = cells[i]->answer.values + of->row * RETRIEVAL_MEASURES;
    double *best = &least[limen_cell_integer(cells[i], "instance")];
    if (values[RETRIEVAL_RECALL_2] == 1) *best = fmin(*best, values[RETRIEVAL_DIMENSIONS]);
  }
  limen_free(cells);
  return status;
}

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static int fill(const struct patterns *patterns, struct patterns_critical *critical,
                struct limen_error *error) {
  const struct retrieval_report *report = patterns->report;
  const size_t n = retrieval_replicates(report->plan, report->groups[critical->first].point);
  double *least = limen_alloc(n, sizeof *least, error);
  int status = least ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < n && status == LIMEN_OK; i++) least[i] = INFINITY;
  for (size_t i = critical->first; i < report->count && status == LIMEN_OK; i++) {
    if (!on_curve(patterns, critical->first, i)) continue;
    critical->last = fmax(critical->last, report->groups[i].mean[RETRIEVAL_DIMENSIONS]);
    status = note_group(patterns, i, least, error);
  }
  if (status == LIMEN_OK) {
    qsort(least, n, sizeof *least, compare);
    critical->instances = n;
    critical->least = least[0];
    critical->median = n % 2 ? least[n / 2] : (least[n / 2 - 1] + least[n / 2]) / 2;
    critical->most = least[n - 1];
    for (size_t i = 0; i < n; i++) critical->reached += isfinite(least[i]);
  }
  limen_free(least);
  return status;
}

int patterns_find_critical(struct patterns *patterns, struct limen_error *error) {
  const struct retrieval_report *report = patterns->report;
  int status = LIMEN_OK;
  if (!(patterns->critical = limen_alloc(report->count + 1, sizeof *patterns->critical, error)))
    return LIMEN_FAILED;
  for (size_t r = 0; r < patterns->rows; r++)
    for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
      if (!patterns_in_row(patterns, r, i) || !is_trained(patterns, i) ||
          !retrieval_report_is_first(report, i, but_d))
        continue;
      struct patterns_critical *critical = &patterns->critical[patterns->criticals++];
      *critical = (struct patterns_critical){.row = r, .first = i};
      status = fill(patterns, critical, error);
    }
  return status;
}

void patterns_print_critical(const struct patterns_critical *critical, struct limen_text *out) {
  if (isfinite(critical->median))
    limen_text_print(out, "%g", critical->median);
  else
    limen_text_print(out, "more than %g", critical->last);
  if (critical->least == critical->most) return;
  limen_text_print(out, " [%g, ", critical->least);
  if (isfinite(critical->most))
    limen_text_print(out, "%g]", critical->most);
  else
    limen_text_print(out, "more than %g]", critical->last);
}

/* ---- plots and tables ---- */

static void print_row(const struct patterns *patterns, size_t row, struct limen_text *out) {
  const size_t first = patterns->row[row].first;
  patterns_print_comparison(patterns, first, out);
  limen_text_print(out, ": %s", patterns_pattern(patterns, first));
}

/* 2k, in which a construction serves every set of k. */
static double enough(const struct patterns *patterns) {
  return 2 * (double)limen_grid_integer(&patterns->report->plan->grid, 0, "relevant");
}

struct limen_plot *patterns_plot_critical(const struct patterns *patterns) {
  char caption[512];
  struct limen_text label = {0};
  snprintf(caption, sizeof caption,
           "The fewest of the listed d in which free embeddings put every query's documents on "
           "top: median over instances, least and most as bars. The line: 2k = %g, enough for "
           "any pattern.",
           enough(patterns));
  struct limen_plot *plot = limen_plot_alloc("critical_d", caption, "dimensions d", "");
  if (!plot) return NULL;
  plot->x_whole = true;
  plot->x_min = 0;
  plot->x_line = enough(patterns);
  const size_t series = limen_plot_series(plot, "", LIMEN_POINTS, 0);
  for (size_t i = 0; i < patterns->criticals; i++) {
    const struct patterns_critical *critical = &patterns->critical[i];
    label.length = 0;
    print_row(patterns, critical->row, &label);
    limen_plot_row(plot, limen_text_string(&label));
    if (isfinite(critical->median))
      limen_plot_point(plot, series, critical->median, (double)i, critical->least,
                       isfinite(critical->most) ? critical->most : critical->last);
  }
  limen_text_clear(&label);
  return plot;
}

struct limen_plot *patterns_plot_free(const struct patterns *patterns, size_t comparison) {
  const struct retrieval_report *report = patterns->report;
  char name[64], caption[512];
  struct limen_text text = {0};
  struct limen_plot *plot = NULL;
  for (size_t c = 0, colour = 0; c < patterns->criticals; c++) {
    const struct patterns_critical *critical = &patterns->critical[c];
    if (patterns->row[critical->row].comparison != comparison) continue;
    if (!plot) {
      patterns_print_comparison(patterns, critical->first, &text);
      snprintf(name, sizeof name, "free_by_dimension_%zu", comparison + 1);
      snprintf(caption, sizeof caption,
               "%.200s: recall@2 of free embeddings, with 95%% intervals over instances. A curve "
               "ends where every instance reached 1. The line: 2k = %g, enough for any pattern.",
               limen_text_string(&text), enough(patterns));
      if (!(plot = limen_plot_alloc(name, caption, "dimensions d", "recall@2"))) break;
      plot->x_whole = true;
      plot->y_min = 0;
      plot->y_max = 1;
    }
    const size_t series = limen_plot_series(plot, patterns_pattern(patterns, critical->first),
                                            LIMEN_LINE_POINTS, (int)(colour++ % 7));
    for (size_t i = critical->first; i < report->count; i++) {
      const struct retrieval_group *group = &report->groups[i];
      if (on_curve(patterns, critical->first, i))
        limen_plot_point(plot, series, group->mean[RETRIEVAL_DIMENSIONS], group->measure[0].value,
                         group->measure[0].lower, group->measure[0].upper);
    }
  }
  if (plot) plot->x_line = enough(patterns);
  limen_text_clear(&text);
  return plot;
}

/* One listed d below, where training failed in some instance: how close it came. */
static void print_below(const struct patterns *patterns, const struct patterns_critical *critical,
                        struct limen_text *out) {
  const struct retrieval_report *report = patterns->report;
  const struct retrieval_group *below = NULL;
  for (size_t i = critical->first; i < report->count; i++) {
    const struct retrieval_group *group = &report->groups[i];
    if (on_curve(patterns, critical->first, i) && group->measure[0].value < 1) below = group;
  }
  if (!below) return;
  limen_report_number(&below->measure[0], out);
  limen_text_print(out, " at %.0f", below->mean[RETRIEVAL_DIMENSIONS]);
}

void patterns_table_critical(const struct patterns *patterns) {
  enum { COLUMNS = 7 };
  limen_document_table(patterns->report->out,
                       "Free embeddings: the fewest listed dimensions in which all queries come "
                       "out right, median [least, most] over instances.",
                       "at equal numbers of|pattern|#queries|#judged documents|#queries a "
                       "document|#d|#recall@2 before that");
  for (size_t c = 0; c < patterns->criticals; c++) {
    const struct patterns_critical *critical = &patterns->critical[c];
    const struct retrieval_group *group = &patterns->report->groups[critical->first];
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    patterns_print_comparison(patterns, critical->first, &cells[0]);
    limen_text_add(&cells[1], patterns_pattern(patterns, critical->first));
    limen_text_print(&cells[2], "%.0f", group->mean[RETRIEVAL_QUERIES]);
    limen_text_print(&cells[3], "%.1f", group->mean[RETRIEVAL_WANTED]);
    limen_text_print(&cells[4], "%.1f",
                     group->mean[RETRIEVAL_RELEVANT] / group->mean[RETRIEVAL_WANTED]);
    patterns_print_critical(critical, &cells[5]);
    print_below(patterns, critical, &cells[6]);
    for (size_t i = 0; i < COLUMNS; i++) row[i] = limen_text_string(&cells[i]);
    limen_document_row(patterns->report->out, row);
    for (size_t i = 0; i < COLUMNS; i++) limen_text_clear(&cells[i]);
  }
}

/* What Weller et al. trained in the same way: all pairs of n documents, which is the pattern dense
 * with its natural queries. */
void patterns_say_published(const struct patterns *patterns) {
  const struct limen_published *table = limen_published_find("weller2025");
  const struct limen_grid *grid = &patterns->report->plan->grid;
  for (size_t c = 0; c < patterns->criticals; c++) {
    const struct patterns_critical *critical = &patterns->critical[c];
    const size_t point = patterns->report->groups[critical->first].point;
    const double n = (double)limen_grid_integer(grid, point, "pool");
    struct limen_text own = {0};
    size_t i = 0;
    if (strcmp(patterns_pattern(patterns, critical->first), "dense") != 0 || n == 0 ||
        limen_grid_integer(grid, point, "queries") != 0 ||
        (size_t)limen_grid_integer(grid, point, "relevant") != table->k)
      continue;
    while (i < table->count && table->points[i].n < n) i++;
    if (i == table->count) continue;
    patterns_print_critical(critical, &own);
    limen_document_print(patterns->report->out, LIMEN_BLOCK_PARAGRAPH,
                         "Published for all pairs of %.0f documents, one start: d = %.0f, with at "
                         "most %.0f documents there (%s). Here: %s.",
                         n, table->points[i].d, table->points[i].n, table->source,
                         limen_text_string(&own));
    limen_text_clear(&own);
  }
}
