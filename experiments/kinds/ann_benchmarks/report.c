/* The report on a results tree: recalls, which are the same every time, and the Pareto line of
 * recall and speed, which rests on the tree's clock. */
#include "experiments/kinds/ann_benchmarks/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { PANELS_MOST = 4 /* plots of a group's algorithms; the tables hold all */, GROUPS_SAID = 2 };

/* ---- words ---- */

const char *ann_short(const char *text, char *out, size_t size) {
  const size_t length = strlen(text);
  if (length < size) return memcpy(out, text, length + 1);
  size_t kept = size - sizeof "...";
  while (kept > 0 && ((unsigned char)text[kept] & 0xc0) == 0x80) kept--;
  memcpy(out, text, kept);
  memcpy(out + kept, "...", sizeof "...");
  return out;
}

void ann_print_group(const struct ann_tree *tree, const struct ann_group *group,
                     struct limen_text *out) {
  bool both = false;
  for (size_t g = 0; g < tree->groups; g++) both = both || tree->group[g].batch;
  limen_text_print(out, "recall@%zu%s", group->k,
                   !both          ? ""
                   : group->batch ? " (all queries in one call)"
                                  : " (one query a call)");
}

void ann_print_rate(double value, struct limen_text *out) {
  if (isnan(value)) return;
  if (value >= 100 || value == floor(value))
    limen_text_print(out, "%.0f", value);
  else
    limen_text_print(out, value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3g", value);
}

/* ---- the answer ---- */

static const struct ann_entry *highest(const struct ann_tree *tree, const struct ann_group *group) {
  const struct ann_entry *best = &tree->entry[group->first];
  for (size_t i = group->first; i < group->first + group->count; i++)
    if (tree->entry[i].recall[ANN_HIT_RECALL].value > best->recall[ANN_HIT_RECALL].value)
      best = &tree->entry[i];
  return best;
}

static void say_highest(const struct ann_tree *tree, const struct ann_group *group, bool again,
                        struct limen_text *out) {
  const struct ann_entry *best = highest(tree, group);
  const double all_wrong = ann_value(best, ANN_ALL_WRONG);
  char name[64], plain[200];
  limen_text_add(out, " The highest ");
  ann_print_group(tree, group, out);
  limen_text_add(out, " is ");
  limen_report_number(&best->recall[ANN_HIT_RECALL], out);
  limen_text_print(
      out, ", with %s",
      limen_plain(ann_short(best->name.algorithm, name, sizeof name), plain, sizeof plain));
  if (all_wrong > 0 && !again) /* for the same k it would be the same */
    limen_text_print(out,
                     "; by ann-benchmarks' own rule an answer without any true id has %.3f here",
                     all_wrong);
  limen_text_add(out, ".");
}

static void answer(const struct ann_tree *tree, struct limen_document *out) {
  struct limen_text text = {0}, data = {0};
  char plain[200];
  size_t algorithms = 0;
  limen_report_value(tree->plan, 0, "data", &data);
  for (size_t g = 0; g < tree->groups; g++) algorithms += tree->group[g].algorithms;
  limen_text_print(&text, "%zu result%s judged again on %s", tree->count,
                   tree->count == 1 ? " was" : "s were",
                   limen_plain(limen_text_string(&data), plain, sizeof plain));
  if (tree->refusals > 0)
    limen_text_print(&text, "; %zu file%s not usable", tree->refusals,
                     tree->refusals == 1 ? " is" : "s are");
  limen_text_add(&text, ".");
  for (size_t g = 0; g < tree->groups && g < GROUPS_SAID; g++)
    say_highest(tree, &tree->group[g], g > 0 && tree->group[g - 1].k == tree->group[g].k, &text);
  limen_document_print(out, LIMEN_BLOCK_ANSWER, "%s", limen_text_string(&text));
  limen_text_clear(&text);
  limen_text_clear(&data);
}

static int answer_speed(const struct ann_tree *tree, struct limen_document *out,
                        struct limen_error *error) {
  struct limen_text text = {0};
  int status = LIMEN_OK;
  for (size_t g = 0, said = 0; g < tree->groups && said < GROUPS_SAID && status == LIMEN_OK; g++) {
    if (!ann_is_timed(tree, &tree->group[g])) continue;
    status = ann_say_fastest(tree, &tree->group[g], &text, error);
    said++;
  }
  if (text.length > 0) {
    limen_document_print(out, LIMEN_BLOCK_ANSWER, "%s", limen_text_string(&text));
    limen_document_timed(out);
  }
  limen_text_clear(&text);
  return status;
}

/* ---- groups ---- */

static void describe_speed(const struct ann_tree *tree, size_t g, struct limen_document *out) {
  const struct ann_group *group = &tree->group[g];
  const size_t panels = (group->algorithms + ANN_COLOURS - 1) / ANN_COLOURS;
  /* The first of all stands at the top of the page. */
  for (size_t p = g == 0; p < panels && p < PANELS_MOST; p++)
    limen_document_plot(out, ann_speed_plot(tree, g, p));
  if (panels > PANELS_MOST) {
    limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                         "%zu more algorithms, none of them on the Pareto line ahead of those "
                         "drawn, are in the tables only.",
                         group->algorithms - PANELS_MOST * ANN_COLOURS);
    limen_document_timed(out);
  }
  ann_targets_table(tree, group, out);
  if (group->algorithms > 1) limen_document_plot(out, ann_front_plot(tree, g));
  ann_front_table(tree, group, out);
}

static void describe_group(const struct ann_tree *tree, size_t g, struct limen_document *out) {
  const struct ann_group *group = &tree->group[g];
  struct limen_text heading = {0};
  ann_print_group(tree, group, &heading);
  limen_document_heading(out, limen_text_string(&heading));
  limen_text_clear(&heading);
  if (ann_is_timed(tree, group))
    describe_speed(tree, g, out);
  else
    limen_document_print(out, LIMEN_BLOCK_PARAGRAPH,
                         "No result says how long its searches took, so there is no Pareto line.");
  limen_document_plot(out, ann_rules_plot(tree, g));
  for (size_t a = 0; a < group->algorithms; a++) ann_recalls_table(tree, &group->algorithm[a], out);
}

/* ---- the whole ---- */

static int describe(const struct ann_tree *tree, struct limen_document *out,
                    struct limen_error *error) {
  const struct limen_plan *plan = tree->plan;
  limen_document_title(out, plan->definition.name, plan->definition.question);
  answer(tree, out);
  int status = answer_speed(tree, out, error);
  if (plan->n_missing > 0)
    limen_document_print(out, LIMEN_BLOCK_WARNING,
                         "This report is partial: %zu files are still to be judged. Run the same "
                         "command again to go on.",
                         plan->n_missing);
  if (tree->groups > 0 && ann_is_timed(tree, &tree->group[0]))
    limen_document_plot(out, ann_speed_plot(tree, 0, 0));
  for (size_t g = 0; g < tree->groups; g++) describe_group(tree, g, out);
  ann_faults_table(tree, out);
  if (tree->refusals > 0) {
    limen_document_heading(out, "Not usable");
    ann_refusals_table(tree, out);
  }
  ann_doubts(tree, out);
  ann_definitions(tree, out);
  return status;
}

int ann_describe(const struct limen_plan *plan, struct limen_document *out,
                 struct limen_error *error) {
  struct ann_tree tree;
  int status = ann_tree_read(plan, &tree, error);
  if (status == LIMEN_OK) status = describe(&tree, out, error);
  ann_tree_clear(&tree);
  return status;
}
