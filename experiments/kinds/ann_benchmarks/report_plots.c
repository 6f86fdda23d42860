/* Plots of a results tree. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/kinds/ann_benchmarks/report.h"
#include "report/recall_axis.h"

enum { LABEL = 40 /* bytes; longer names would push the plot off its page */ };

static struct limen_plot *start(const struct ann_tree *tree, size_t group, size_t panel,
                                const char *name, const char *says, const char *x_label,
                                const char *y_label) {
  struct limen_text caption = {0};
  char file[64];
  ann_print_group(tree, &tree->group[group], &caption);
  limen_text_print(&caption, ". %s", says);
  snprintf(file, sizeof file, "%s_%zu_%zu", name, group + 1, panel + 1);
  /* The name alone where there is but one. */
  if (group == 0 && panel == 0) snprintf(file, sizeof file, "%s", name);
  struct limen_plot *plot = limen_plot_alloc(file, limen_text_string(&caption), x_label, y_label);
  limen_text_clear(&caption);
  return plot;
}

static struct limen_plot *start_speed(const struct ann_tree *tree, size_t group, size_t panel,
                                      const char *name, const char *says) {
  struct limen_plot *plot = start(tree, group, panel, name, says, "queries a second", "recall");
  struct limen_recall_axis axis = {0};
  if (!plot) return NULL;
  plot->timed = true;
  plot->x_scale = LIMEN_LOG;
  plot->y_scale = LIMEN_LOGIT;
  const struct ann_group *of = &tree->group[group];
  for (size_t i = of->first; i < of->first + of->count; i++)
    limen_recall_axis_add(&axis, tree->entry[i].recall[ANN_HIT_RECALL].value,
                          (double)of->k * ann_value(&tree->entry[i], ANN_QUERIES));
  limen_recall_axis_end(&axis, plot);
  return plot;
}

bool ann_is_timed(const struct ann_tree *tree, const struct ann_group *group) {
  for (size_t i = group->first; i < group->first + group->count; i++)
    if (!isnan(tree->entry[i].qps)) return true;
  return false;
}

struct limen_plot *ann_speed_plot(const struct ann_tree *tree, size_t group, size_t panel) {
  const struct ann_group *of = &tree->group[group];
  char label[LABEL];
  struct limen_plot *plot = start_speed(
      tree, group, panel, "recall_by_speed",
      "Recall against speed, of every algorithm the results that no other of its own beats, with "
      "95% intervals over queries. Up and to the right is better; the recall axis is stretched "
      "towards 1.");
  if (!plot) return NULL;
  for (size_t a = panel * ANN_COLOURS; a < of->algorithms && a < (panel + 1) * ANN_COLOURS; a++) {
    const struct ann_algorithm *algorithm = &of->algorithm[a];
    const size_t series = limen_plot_series(plot, ann_short(algorithm->name, label, sizeof label),
                                            LIMEN_LINE_POINTS, (int)(a % ANN_COLOURS));
    const struct ann_entry *at = ann_next(tree, algorithm->first, algorithm->count, false, NULL);
    for (; at; at = ann_next(tree, algorithm->first, algorithm->count, false, at)) {
      const struct limen_reported *recall = &at->recall[ANN_HIT_RECALL];
      limen_plot_point(plot, series, at->qps, recall->value, recall->lower, recall->upper);
    }
  }
  return plot;
}

/* Its line first, so that points lie on it. */
static void add_line(const struct ann_tree *tree, const struct ann_group *of,
                     struct limen_plot *plot) {
  const size_t band = limen_plot_series(plot, "", LIMEN_BAND, -1);
  const size_t line = limen_plot_series(plot, "", LIMEN_LINE, -1);
  const struct ann_entry *at = ann_next(tree, of->first, of->count, true, NULL);
  for (; at; at = ann_next(tree, of->first, of->count, true, at)) {
    const struct limen_reported *recall = &at->recall[ANN_HIT_RECALL];
    limen_plot_point(plot, band, at->qps, recall->value, recall->lower, recall->upper);
    limen_plot_point(plot, line, at->qps, recall->value, NAN, NAN);
  }
}

struct limen_plot *ann_front_plot(const struct ann_tree *tree, size_t group) {
  const struct ann_group *of = &tree->group[group];
  char label[LABEL];
  struct limen_plot *plot = start_speed(
      tree, group, 0, "pareto_line",
      "The Pareto line: the results that no other beats, as none has more recall and is as fast, "
      "whichever algorithm they are of. The band is their 95% interval over queries.");
  if (!plot) return NULL;
  add_line(tree, of, plot);
  for (size_t a = 0; a < of->algorithms && of->algorithm[a].on_front > 0; a++) {
    const struct ann_algorithm *algorithm = &of->algorithm[a];
    /* Beyond the colours there are, all the rest is grey; the table names them. */
    const bool named = a < ANN_COLOURS;
    const size_t series =
        limen_plot_series(plot, named ? ann_short(algorithm->name, label, sizeof label) : "",
                          LIMEN_POINTS, named ? (int)a : -1);
    for (size_t i = algorithm->first; i < algorithm->first + algorithm->count; i++)
      if (tree->entry[i].front)
        limen_plot_point(plot, series, tree->entry[i].qps,
                         tree->entry[i].recall[ANN_HIT_RECALL].value, NAN, NAN);
  }
  return plot;
}

struct limen_plot *ann_rules_plot(const struct ann_tree *tree, size_t group) {
  const struct ann_group *of = &tree->group[group];
  const double all_wrong = ann_value(&tree->entry[of->first], ANN_ALL_WRONG);
  char label[LABEL];
  struct limen_plot *plot =
      start(tree, group, 0, "rules",
            "What ann-benchmarks prints, a distance of at most that of the k-th + 0.001, against "
            "recall by id, with 95% intervals over queries. Above the diagonal its rule "
            "counts rows that are not among the true ones.",
            "recall by id", "recall as ann-benchmarks counts it");
  if (!plot) return NULL;
  plot->x_min = plot->y_min = 0;
  plot->x_max = plot->y_max = 1;
  const size_t diagonal = limen_plot_series(plot, "the same", LIMEN_DASHED, -1);
  limen_plot_point(plot, diagonal, 0, 0, NAN, NAN);
  limen_plot_point(plot, diagonal, 1, 1, NAN, NAN);
  if (all_wrong > 0) {
    const size_t floor = limen_plot_series(plot, "", LIMEN_LINE, -1);
    limen_plot_point(plot, floor, 0, all_wrong, NAN, NAN);
    limen_plot_point(plot, floor, 1, all_wrong, NAN, NAN);
    limen_plot_mark(plot, 0.5, all_wrong, "an answer without any true id");
  }
  for (size_t a = 0; a < of->algorithms; a++) {
    const struct ann_algorithm *algorithm = &of->algorithm[a];
    const bool named = a < ANN_COLOURS;
    const size_t series =
        limen_plot_series(plot, named ? ann_short(algorithm->name, label, sizeof label) : "",
                          LIMEN_POINTS, named ? (int)a : -1);
    for (size_t i = algorithm->first; i < algorithm->first + algorithm->count; i++) {
      const struct limen_reported *rule = &tree->entry[i].recall[ANN_HIT_ABSOLUTE];
      limen_plot_point(plot, series, tree->entry[i].recall[ANN_HIT_RECALL].value, rule->value,
                       rule->lower, rule->upper);
    }
  }
  return plot;
}
