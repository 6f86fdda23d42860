/* The parts of the report on a results tree. */
#ifndef LIMEN_KINDS_ANN_BENCHMARKS_REPORT_H
#define LIMEN_KINDS_ANN_BENCHMARKS_REPORT_H

#include "experiments/kinds/ann_benchmarks/summary.h"
#include "report/document.h"

/* A name from the tree, cut between characters to fit `size`; returns out. */
const char *ann_short(const char *text, char *out, size_t size);

/* "recall@10" or "recall@10 (all queries in one call)", where the tree has both. */
void ann_print_group(const struct ann_tree *tree, const struct ann_group *group,
                     struct limen_text *out);

/* Some digits, as rates and times are measured: "8123", "12.3". */
void ann_print_rate(double value, struct limen_text *out);

/* ---- who is fastest (report_speed.c) ---- */

/* An algorithm's fastest result of at least a recall, as its estimate says, and as fast a one as
 * its intervals allow: of those whose lower, or upper, bound comes to that recall. NULL: none. */
struct ann_fastest {
  const struct ann_algorithm *algorithm;
  const struct ann_entry *entry, *surely, *perhaps;
};
struct ann_fastest ann_fastest_of(const struct ann_tree *tree,
                                  const struct ann_algorithm *algorithm, double recall);
/* The recall at which algorithms are compared: 0.95, or where fewer than half of them come to it
 * the next lower one that is not so; 0: none is reached by any. */
double ann_target_of(const struct ann_tree *tree, const struct ann_group *group);

/* A sentence or two on a group: who is fastest, and who differs from it beyond noise. Timed. */
int ann_say_fastest(const struct ann_tree *tree, const struct ann_group *group,
                    struct limen_text *out, struct limen_error *error);

/* ---- plots (report_plots.c) and tables (report_tables.c) ---- */

enum { ANN_COLOURS = 8 };
/* Recall against queries a second: algorithms ANN_COLOURS at a time, and the Pareto line. Timed. */
struct limen_plot *ann_speed_plot(const struct ann_tree *tree, size_t group, size_t panel);
struct limen_plot *ann_front_plot(const struct ann_tree *tree, size_t group);
/* Recall by ann-benchmarks' rule against recall by id. */
struct limen_plot *ann_rules_plot(const struct ann_tree *tree, size_t group);

bool ann_is_timed(const struct ann_tree *tree, const struct ann_group *group);

void ann_recalls_table(const struct ann_tree *tree, const struct ann_algorithm *algorithm,
                       struct limen_document *out);
/* Timed. */
void ann_targets_table(const struct ann_tree *tree, const struct ann_group *group,
                       struct limen_document *out);
void ann_front_table(const struct ann_tree *tree, const struct ann_group *group,
                     struct limen_document *out);
/* With its heading; nothing where no answer has a fault. */
void ann_faults_table(const struct ann_tree *tree, struct limen_document *out);
void ann_refusals_table(const struct ann_tree *tree, struct limen_document *out);

/* ---- what could make it wrong, and what the numbers mean (report_doubts.c) ---- */

void ann_doubts(const struct ann_tree *tree, struct limen_document *out);
void ann_definitions(const struct ann_tree *tree, struct limen_document *out);

#endif
