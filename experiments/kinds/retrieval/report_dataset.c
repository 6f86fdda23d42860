/* The study "dataset": recall by representation and dimension, beside published models' figures. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/published.h"
#include "experiments/kinds/retrieval/report.h"

enum { SETS_ANSWERED = 2 };

static const char *const but_d[] = {"d", NULL};

static bool on_curve(const struct retrieval_report *report, size_t first, size_t i) {
  return limen_report_same_but(report->plan, report->groups[first].point, report->groups[i].point,
                               but_d);
}

static const char *set_of(const struct retrieval_report *report, size_t point,
                          struct limen_text *out) {
  out->length = 0;
  limen_report_value(report->plan, point, "set", out);
  return limen_text_string(out);
}

/* ---- the answer ---- */

static bool same_set(const struct retrieval_report *report, size_t i, size_t j) {
  const struct limen_grid *grid = &report->plan->grid;
  return strcmp(limen_grid_string(grid, report->groups[i].point, "set"),
                limen_grid_string(grid, report->groups[j].point, "set")) == 0;
}

static bool first_of_set(const struct retrieval_report *report, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (same_set(report, i, j)) return false;
  return true;
}

static void say_recall(const struct retrieval_report *report, const struct retrieval_group *group,
                       struct limen_text *text) {
  limen_report_number(&group->measure[0], text);
  limen_text_add(text, " (");
  retrieval_report_model(report, group, text);
  limen_text_add(text, ")");
}

/* The worst and the best of the groups that are no oracles, of one set; false: there is none. */
static bool answer_set(const struct retrieval_report *report, size_t first,
                       struct limen_text *text) {
  const struct retrieval_group *best = NULL, *worst = NULL;
  struct limen_text name = {0};
  for (size_t i = 0; i < report->count; i++) {
    const struct retrieval_group *group = &report->groups[i];
    if (!same_set(report, first, i) ||
        retrieval_representation(&report->plan->grid, group->point)->oracle)
      continue;
    if (!best || group->measure[0].value > best->measure[0].value) best = group;
    if (!worst || group->measure[0].value < worst->measure[0].value) worst = group;
  }
  if (!best) return false;
  const bool more = text->length > 0;
  limen_text_print(text, more ? "; on the set %s " : "On the set %s ",
                   set_of(report, best->point, &name));
  if (best != worst) {
    limen_text_add(text, more ? "from " : "recall@2 goes from ");
    say_recall(report, worst, text);
    limen_text_add(text, " to ");
  } else {
    limen_text_add(text, more ? "" : "recall@2 is ");
  }
  say_recall(report, best, text);
  limen_text_clear(&name);
  return true;
}

/* The oracle that gets a set right in the fewest dimensions; NULL: none does. */
static const struct retrieval_group *oracle_of(const struct retrieval_report *report,
                                               size_t first) {
  const struct retrieval_group *found = NULL;
  for (size_t i = first; i < report->count; i++) {
    const struct retrieval_group *group = &report->groups[i];
    if (!same_set(report, first, i) || group->measure[0].value < 1 ||
        !retrieval_representation(&report->plan->grid, group->point)->oracle)
      continue;
    if (!found || group->mean[RETRIEVAL_DIMENSIONS] < found->mean[RETRIEVAL_DIMENSIONS])
      found = group;
  }
  return found;
}

/* What an oracle reaches in few dimensions is what geometry allows: said where it holds for every
 * set, with the dimensions that suffice for all. */
static void answer_oracle(const struct retrieval_report *report, struct limen_text *text) {
  const struct retrieval_group *most = NULL;
  for (size_t i = 0; i < report->count; i++) {
    if (!first_of_set(report, i)) continue;
    const struct retrieval_group *found = oracle_of(report, i);
    if (!found) return;
    if (!most || found->mean[RETRIEVAL_DIMENSIONS] > most->mean[RETRIEVAL_DIMENSIONS]) most = found;
  }
  if (most)
    limen_text_print(text,
                     "%sIt is not geometry that binds: vectors of %.0f dimensions that put every "
                     "query's documents on top exist (%s).",
                     text->length ? " " : "", most->mean[RETRIEVAL_DIMENSIONS],
                     limen_grid_string(&report->plan->grid, most->point, "representation"));
}

static void answer(const struct retrieval_report *report) {
  struct limen_text text = {0};
  char plain[2048];
  size_t said = 0;
  for (size_t i = 0; i < report->count && said < SETS_ANSWERED; i++)
    if (first_of_set(report, i)) said += answer_set(report, i, &text);
  if (said > 0) limen_text_add(&text, ".");
  answer_oracle(report, &text);
  if (text.length == 0) limen_text_add(&text, "No cell is finished yet.");
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- plots ---- */

/* "random_phrase", and what else varies but the axes of the plot. */
static void name_curve(const struct retrieval_report *report, const struct retrieval_group *group,
                       struct limen_text *out) {
  static const char *const shown[] = {"set", "representation", "d", NULL};
  struct limen_text others = {0};
  limen_report_point(report->plan, group->point, shown, &others);
  limen_text_print(out, "%s%s%s",
                   limen_grid_string(&report->plan->grid, group->point, "representation"),
                   others.length ? ", " : "", limen_text_string(&others));
  limen_text_clear(&others);
}

/* A level line from `low` to `high` for what has no dimensions. */
static void draw_curve(const struct retrieval_report *report, size_t first, double low, double high,
                       int colour, struct limen_plot *plot) {
  const bool dense = isfinite(report->groups[first].mean[RETRIEVAL_DIMENSIONS]);
  struct limen_text label = {0};
  name_curve(report, &report->groups[first], &label);
  const size_t series = limen_plot_series(plot, limen_text_string(&label),
                                          dense ? LIMEN_LINE_POINTS : LIMEN_DASHED, colour);
  for (size_t j = first; j < report->count; j++) {
    const struct retrieval_group *at = &report->groups[j];
    if (!on_curve(report, first, j)) continue;
    if (dense)
      limen_plot_point(plot, series, at->mean[RETRIEVAL_DIMENSIONS], at->measure[0].value,
                       at->measure[0].lower, at->measure[0].upper);
    for (int end = 0; !dense && end < 2; end++)
      limen_plot_point(plot, series, end ? high : low, at->measure[0].value, NAN, NAN);
  }
  limen_text_clear(&label);
}

/* Recall@2 of one set over d; what has no dimensions is a level line. */
static struct limen_plot *plot_set(const struct retrieval_report *report, const char *set,
                                   size_t number) {
  const struct limen_grid *grid = &report->plan->grid;
  const ptrdiff_t d = limen_parameter_find(grid->parameters, "d");
  double low = INFINITY, high = -INFINITY;
  char name[32], caption[512];
  struct limen_text label = {0};
  size_t curve = 0;
  for (size_t v = 0; v < grid->lengths[d]; v++) {
    const double at = (double)grid->values[d][v].as.integer;
    if (at > 0) low = fmin(low, at), high = fmax(high, at);
  }
  if (!(low < high)) low = 4, high = 4096;
  limen_value_label(&(struct limen_value){.type = LIMEN_PATH, .as.string = set}, &label);
  snprintf(name, sizeof name, "recall_by_dimension_%zu", number);
  snprintf(caption, sizeof caption,
           "Set %.100s: recall@2 by representation and dimension, with 95%% intervals. Dashed "
           "lines have no dimension.%s",
           limen_text_string(&label),
           retrieval_published_has(set) ? " Hollow: published figures of trained models." : "");
  struct limen_plot *plot = limen_plot_alloc(name, caption, "dimensions d", "recall@2");
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOG;
  plot->y_min = 0;
  plot->y_max = 1;
  /* What has no dimension goes on top: at 1 a line of markers would hide it. */
  for (int dense = 1; dense >= 0; dense--) {
    curve = 0;
    for (size_t i = 0; i < report->count; i++) {
      if (strcmp(limen_grid_string(grid, report->groups[i].point, "set"), set) != 0 ||
          !retrieval_report_is_first(report, i, but_d))
        continue;
      if ((isfinite(report->groups[i].mean[RETRIEVAL_DIMENSIONS]) != 0) == (dense != 0))
        draw_curve(report, i, low, high, (int)(curve % 8), plot);
      curve++;
    }
  }
  retrieval_published_draw(plot, set, (int)(curve % 8));
  limen_text_clear(&label);
  return plot;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  static const size_t shown[] = {0, RETRIEVAL_RECALL_10 - RETRIEVAL_RECALL_2,
                                 RETRIEVAL_RECALL_20 - RETRIEVAL_RECALL_2,
                                 RETRIEVAL_RECALL_100 - RETRIEVAL_RECALL_2};
  struct retrieval_report report;
  size_t number = 0;
  int status = retrieval_report_start(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  answer(&report);
  retrieval_report_warnings(&report);
  for (size_t i = 0; i < report.count; i++)
    if (first_of_set(&report, i))
      limen_document_plot(
          out, plot_set(&report, limen_grid_string(&plan->grid, report.groups[i].point, "set"),
                        ++number));
  retrieval_report_settings(&report);
  retrieval_report_table(&report, "Recall by representation, with 95% intervals.", shown,
                         sizeof shown / sizeof *shown);
  retrieval_published_table(out);
  retrieval_report_doubts(&report);
  retrieval_report_definitions(&report);
  retrieval_report_clear(&report);
  return LIMEN_OK;
}

const struct retrieval_study retrieval_study_dataset = {
    .name = "dataset",
    .about = "recall by representation and dimension",
    .describe = describe,
};
