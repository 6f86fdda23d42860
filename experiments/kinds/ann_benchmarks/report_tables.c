/* Tables of a results tree. */
#include <math.h>
#include <stdio.h>

#include "experiments/kinds/ann_benchmarks/report.h"
#include "report/table_line.h"

enum { SHOWN = 12 /* rows before the rest folds away */, LABEL = 96 /* bytes */ };
static const double wanted[] = {0.9, 0.95, 0.99};
enum { WANTED = sizeof wanted / sizeof *wanted };

/* "0.3%", and nothing for none: a column of zeros hides what is not zero. */
static void add_share(double share, struct limen_table_line *line) {
  struct limen_text *out = limen_line_next(line);
  if (share > 0) limen_text_print(out, share < 0.001 ? "<0.1%%" : "%.1f%%", 100 * share);
}

void ann_recalls_table(const struct ann_tree *tree, const struct ann_algorithm *algorithm,
                       struct limen_document *out) {
  char caption[160], name[LABEL];
  snprintf(caption, sizeof caption, "%s: recalls with 95%% intervals over queries.",
           ann_short(algorithm->name, name, sizeof name));
  limen_document_table(out, caption, "result|#recall|#ties|#epsilon|#ann-benchmarks");
  for (size_t i = algorithm->first; i < algorithm->first + algorithm->count; i++) {
    const struct ann_entry *entry = &tree->entry[i];
    struct limen_table_line line = {0};
    limen_text_add(limen_line_next(&line), ann_short(entry->label, name, sizeof name));
    for (int which = 0; which < ANN_RECALLS; which++)
      limen_report_number(&entry->recall[which], limen_line_next(&line));
    limen_line_add(out, &line);
  }
  limen_document_fold(out, SHOWN);
}

static const enum ann_measure faults[] = {ANN_SHORT, ANN_DUPLICATES, ANN_INVALID, ANN_OFF};
enum { FAULTS = sizeof faults / sizeof *faults };

static bool is_faulty(const struct ann_entry *entry) {
  for (size_t f = 0; f < FAULTS; f++)
    if (ann_value(entry, faults[f]) > 0) return true;
  return false;
}

void ann_faults_table(const struct ann_tree *tree, struct limen_document *out) {
  bool any = false;
  for (size_t i = 0; i < tree->count; i++) any = any || is_faulty(&tree->entry[i]);
  if (!any) return;
  limen_document_heading(out, "Faults of answers");
  limen_document_table(out, "Results with answers that are not what was asked for.",
                       "result|#short|#twice|#no row|#other distance");
  for (size_t i = 0; i < tree->count; i++) {
    struct limen_table_line line = {0};
    if (!is_faulty(&tree->entry[i])) continue;
    limen_text_add(limen_line_next(&line), limen_cell_string(tree->entry[i].cell, "result"));
    for (size_t f = 0; f < FAULTS; f++) add_share(ann_value(&tree->entry[i], faults[f]), &line);
    limen_line_add(out, &line);
  }
  limen_document_fold(out, SHOWN);
}

static void add_fastest(const struct ann_fastest *fastest, struct limen_table_line *line) {
  struct limen_text *out = limen_line_next(line);
  if (!fastest->entry) {
    limen_text_add(out, fastest->perhaps ? "perhaps " : "not reached");
    if (fastest->perhaps) ann_print_rate(fastest->perhaps->qps, out);
    return;
  }
  ann_print_rate(fastest->entry->qps, out);
  limen_text_add(out, " [");
  if (fastest->surely)
    ann_print_rate(fastest->surely->qps, out);
  else
    limen_text_add(out, "-");
  limen_text_add(out, ", ");
  ann_print_rate((fastest->perhaps ? fastest->perhaps : fastest->entry)->qps, out);
  limen_text_add(out, "]");
}

void ann_targets_table(const struct ann_tree *tree, const struct ann_group *group,
                       struct limen_document *out) {
  struct limen_text caption = {0};
  ann_print_group(tree, group, &caption);
  limen_text_add(&caption,
                 ": queries a second of an algorithm's fastest result that has a recall; in "
                 "brackets, of those that surely, and perhaps, have it, as their 95% intervals "
                 "over queries say.");
  limen_document_table(out, limen_text_string(&caption),
                       "algorithm|#results|#at recall 0.9|#at recall 0.95|#at recall 0.99");
  limen_text_clear(&caption);
  for (size_t a = 0; a < group->algorithms; a++) {
    struct limen_table_line line = {0};
    limen_text_add(limen_line_next(&line), group->algorithm[a].name);
    limen_text_print(limen_line_next(&line), "%zu", group->algorithm[a].count);
    for (size_t w = 0; w < WANTED; w++) {
      const struct ann_fastest fastest = ann_fastest_of(tree, &group->algorithm[a], wanted[w]);
      add_fastest(&fastest, &line);
    }
    limen_line_add(out, &line);
  }
  limen_document_fold(out, 2 * SHOWN);
  limen_document_timed(out);
}

void ann_front_table(const struct ann_tree *tree, const struct ann_group *group,
                     struct limen_document *out) {
  struct limen_text caption = {0};
  char label[LABEL];
  ann_print_group(tree, group, &caption);
  limen_text_add(&caption, ": the results that no other beats, the fastest first.");
  limen_document_table(out, limen_text_string(&caption),
                       "algorithm|result|#recall|#queries a second|#median us|#99th us|#build s|"
                       "#index MB|#evaluations");
  limen_text_clear(&caption);
  const struct ann_entry *at = ann_next(tree, group->first, group->count, true, NULL);
  for (; at; at = ann_next(tree, group->first, group->count, true, at)) {
    struct limen_table_line line = {0};
    limen_text_add(limen_line_next(&line), at->name.algorithm);
    limen_text_add(limen_line_next(&line), ann_short(at->label, label, sizeof label));
    limen_report_number(&at->recall[ANN_HIT_RECALL], limen_line_next(&line));
    ann_print_rate(at->qps, limen_line_next(&line));
    ann_print_rate(ann_value(at, ANN_P50_US), limen_line_next(&line));
    ann_print_rate(ann_value(at, ANN_P99_US), limen_line_next(&line));
    ann_print_rate(ann_value(at, ANN_BUILD_S), limen_line_next(&line));
    ann_print_rate(ann_value(at, ANN_INDEX_KB) / 1000, limen_line_next(&line));
    ann_print_rate(ann_value(at, ANN_DISTANCES), limen_line_next(&line));
    limen_line_add(out, &line);
  }
  limen_document_fold(out, 2 * SHOWN);
  limen_document_timed(out);
}

void ann_refusals_table(const struct ann_tree *tree, struct limen_document *out) {
  limen_document_table(out, "Files that are not usable, and why.", "result|why");
  for (size_t i = 0; i < tree->refusals; i++) {
    const char *row[] = {tree->refusal[i].result, tree->refusal[i].why};
    limen_document_row(out, row);
  }
  limen_document_fold(out, SHOWN);
}
