/* What could make a report on a results tree wrong, and what its numbers mean. */
#include <inttypes.h>
#include <math.h>

#include "experiments/kinds/ann_benchmarks/report.h"

enum { NAMED = 6 /* results, of all that have a fault */ };

/* ---- faults of answers ---- */

/* "12 results have WHAT: hnswlib, M_16 (3.2%), ... and 6 more." */
static void list_faults(const struct ann_tree *tree, enum ann_measure measure, const char *what,
                        struct limen_document *out) {
  struct limen_text names = {0};
  char name[96], plain[1024];
  size_t count = 0;
  for (size_t i = 0; i < tree->count; i++) {
    const struct ann_entry *entry = &tree->entry[i];
    const double share = ann_value(entry, measure);
    if (!(share > 0) || count++ >= NAMED) continue;
    limen_text_print(&names, "%s%s", count > 1 ? "; " : "",
                     ann_short(limen_cell_string(entry->cell, "result"), name, sizeof name));
    limen_text_print(&names, share < 0.001 ? " (below 0.1%%)" : " (%.1f%%)", 100 * share);
  }
  if (count > 0) {
    const char *list = limen_plain(limen_text_string(&names), plain, sizeof plain);
    if (count > NAMED)
      limen_document_print(out, LIMEN_BLOCK_LIST,
                           "%s in %zu results, with the share: %s; and %zu "
                           "more in the table of faults.",
                           what, count, list, count - NAMED);
    else
      limen_document_print(out, LIMEN_BLOCK_LIST, "%s in %zu result%s, with the share: %s.", what,
                           count, count == 1 ? "" : "s", list);
  }
  limen_text_clear(&names);
}

static void doubt_distances(const struct ann_tree *tree, struct limen_document *out) {
  double nearer = 0;
  size_t files = 0;
  for (size_t i = 0; i < tree->count; i++) {
    const double rows = ann_value(&tree->entry[i], ANN_NEARER);
    files += rows > 0;
    nearer = fmax(nearer, rows);
  }
  if (files > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "The dataset's truth is not right: %zu result%s hold%s rows that it lacks "
                         "and that are nearer than its k-th, up to %.0f of them. Recall by id "
                         "counts them as misses; `limen truth` finds the neighbours anew.",
                         files, files == 1 ? "" : "s", files == 1 ? "s" : "", nearer);
  list_faults(tree, ANN_OFF,
              "Places whose distance in the file is not that of the vectors (the file's are not "
              "used)",
              out);
}

/* ---- what the data make of the rules ---- */

static void doubt_rule(const struct ann_tree *tree, const struct ann_group *group,
                       struct limen_document *out) {
  const double all_wrong = ann_value(&tree->entry[group->first], ANN_ALL_WRONG);
  if (isnan(all_wrong))
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "What ann-benchmarks' rule gives to an answer without any true id is not "
                         "known for k = %zu: the truth holds fewer than %zu neighbours.",
                         group->k, 2 * group->k);
  else
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "On these data an answer without any true id, the neighbours %zu to %zu, "
                         "has a recall of %.3f by ann-benchmarks' rule (k = %zu)%s.",
                         group->k + 1, 2 * group->k, all_wrong, group->k,
                         all_wrong > 0.05 ? ": a recall by that rule says little here"
                                          : ", so that rule is not misled by their scale");
}

static void doubt_ties(const struct ann_tree *tree, const struct ann_group *group,
                       struct limen_document *out) {
  const double tied = ann_value(&tree->entry[group->first], ANN_TIED);
  const double to_end = ann_value(&tree->entry[group->first], ANN_TIED_TO_END);
  if (isnan(tied))
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "k = %zu is the truth's last column: whether further rows are as near as "
                         "the k-th cannot be seen in it. recall_ties counts them all the same.",
                         group->k);
  else if (tied > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Ties at k = %zu: for %.2f%% of the queries the next row is as near as "
                         "the k-th, so that recall by id depends on which of them is returned%s.",
                         group->k, 100 * tied, to_end > 0 ? "" : "; recall_ties does not");
  if (to_end > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "For %.2f%% of the queries that tie goes on to the last column of the "
                         "truth, which is exhausted: how many rows share the place is not known. "
                         "recall_ties counts any of them, as it goes by distance.",
                         100 * to_end);
}

/* ---- the whole ---- */

static bool same_k_before(const struct ann_tree *tree, size_t group) {
  for (size_t g = 0; g < group; g++)
    if (tree->group[g].k == tree->group[group].k) return true;
  return false;
}

void ann_doubts(const struct ann_tree *tree, struct limen_document *out) {
  const int64_t left_out = limen_grid_integer(&tree->plan->grid, 0, "left_out");
  limen_document_heading(out, "What could make this wrong");
  for (size_t g = 0; g < tree->groups; g++) {
    if (same_k_before(tree, g)) continue; /* one at a time or all at once: the data are the same */
    doubt_rule(tree, &tree->group[g], out);
    doubt_ties(tree, &tree->group[g], out);
  }
  list_faults(tree, ANN_SHORT, "Queries with fewer different rows than k", out);
  list_faults(tree, ANN_DUPLICATES, "Queries that were given a row twice, which counts once", out);
  list_faults(tree, ANN_INVALID, "Queries that were given an id which is no row", out);
  doubt_distances(tree, out);
  if (tree->count > 0 && ann_value(&tree->entry[0], ANN_LEFT_OUT) > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "%.0f queries are left out of everything: they, or their nearest rows, "
                         "are all zeros and have no direction for the cosine.",
                         ann_value(&tree->entry[0], ANN_LEFT_OUT));
  if (left_out > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Not looked at: %" PRId64 " entr%s of the tree, no result%s by name.",
                         left_out, left_out == 1 ? "y" : "ies", left_out == 1 ? "" : "s");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Every result is one build: intervals are over queries alone, and another "
                       "build of the same index would move its recall by more.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Times are the tree's own, the best of a few passes on a machine that is "
                       "not known here. How much they differ from run to run is not in it, so a "
                       "few percent between two algorithms say nothing.");
}

void ann_definitions(const struct ann_tree *tree, struct limen_document *out) {
  const struct limen_grid *grid = &tree->plan->grid;
  limen_document_heading(out, "What the numbers mean");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "recall: the share of a query's true k nearest neighbours whose ids were "
                       "returned; the truth is the dataset's. Mean over queries.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "ties (recall_ties): the share of k places filled by rows at most (1 + %g) "
                       "times as far as the k-th, whatever their ids.",
                       limen_grid_real(grid, 0, "tie"));
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "epsilon (recall_epsilon): the same with (1 + %g).",
                       limen_grid_real(grid, 0, "epsilon"));
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "ann-benchmarks (recall_absolute): its own rule, the share of places whose "
                       "distance is at most that of the k-th + %g; a row that is returned twice "
                       "counts twice.",
                       ANN_SLACK);
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "distances: of returned rows, worked out in float64 from the dataset's "
                       "vectors; those that the tree holds are compared with them and not used.");
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "short, twice, no row, other distance: shares of queries with fewer different rows than k, "
      "with a row twice, with an id that is no row, and of places whose distance in "
      "the file is not that of the vectors.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "interval: 95%%, over queries. Near 0 and 1 it is Wilson's, with as many "
                       "trials as the standard error is worth.");
}
