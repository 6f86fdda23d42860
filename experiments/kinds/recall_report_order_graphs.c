/* The study "order": the graphs that orders leave, and why neighbours were missed in them. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/recall_report_order.h"
#include "measures/missed.h"

/* ---- graphs ---- */

static void graph_row(const struct recall_report *report, size_t point) {
  enum { COLUMNS = 9 };
  const struct recall_group *group = recall_group_at(report, point, 0);
  struct limen_text cells[COLUMNS] = {0};
  if (!group || isnan(group->mean[RECALL_UNREACHABLE])) return;
  recall_order_labels(report, point, NULL, cells);
  limen_text_print(&cells[3], "%.1f", group->mean[RECALL_UNREACHABLE]);
  limen_text_print(&cells[4], "%.1f", group->mean[RECALL_COMPONENTS]);
  limen_text_print(&cells[5], "%.1f", group->mean[RECALL_NO_IN_LINKS]);
  limen_text_print(&cells[6], "%.3f", group->mean[RECALL_IN_DEGREE_GINI]);
  limen_text_print(&cells[7], "%+.2f", group->mean[RECALL_IN_DEGREE_INSERTION]);
  limen_text_print(&cells[8], "%.3f", group->mean[RECALL_RECIPROCITY]);
  recall_order_row(report->out, cells, COLUMNS);
}

static void graphs_table(const struct recall_report *report, const struct recall_orders *orders) {
  limen_document_table(
      report->out,
      "The graphs, means over builds. Unreachable nodes can be returned by no search. In-degree "
      "and insertion: the rank correlation; where it is below 0, rows that came early are linked "
      "to more often.",
      "data|index|order|#unreachable|#components|#without in-links|#Gini of in-degrees|"
      "#in-degree and insertion|#reciprocity");
  for (size_t f = 0; f < orders->count; f++) {
    graph_row(report, orders->family[f].random.point);
    for (size_t a = 0; a < orders->family[f].n_arms; a++)
      graph_row(report, orders->family[f].arm[a].point);
  }
  limen_document_fold(report->out, 12);
}

/* ---- misses ---- */

static double missed(const struct recall_group *group) {
  double sum = 0;
  for (int reason = RECALL_MISS_TIE; reason <= RECALL_MISS_TRAPPED; reason++)
    sum += group->mean[reason];
  return sum; /* NaN where nothing was attributed */
}

static void misses_row(const struct recall_report *report, const struct recall_group *group) {
  enum { COLUMNS = 11 };
  struct limen_text cells[COLUMNS] = {0};
  recall_order_labels(report, group->point, NULL, cells);
  limen_text_print(&cells[3], "%" PRId64, group->ef);
  limen_text_print(&cells[4], "%.2f", 100 * missed(group));
  for (int i = 0; i <= RECALL_MISS_TRAPPED - RECALL_MISS_TIE; i++)
    limen_text_print(&cells[5 + i], "%.2f", 100 * group->mean[RECALL_MISS_TIE + i]);
  recall_order_row(report->out, cells, COLUMNS);
}

/* The order that loses most at an ef; n_arms when none loses anything that was attributed. */
static size_t worst_arm(const struct recall_report *report, const struct recall_orders *orders,
                        const struct recall_order_family *family, size_t ef) {
  size_t worst = family->n_arms;
  double lowest = 0;
  for (size_t a = 0; a < family->n_arms; a++) {
    const struct recall_order_test *test =
        &recall_order_effect_at(orders, family, a, ef)->test[RECALL_ORDER_AT_EF];
    const struct recall_group *group =
        recall_group_at(report, family->arm[a].point, orders->row[ef]);
    double effect = recall_order_number(test).value;
    if (!group || isnan(missed(group)) || !(effect < lowest)) continue;
    lowest = effect;
    worst = a;
  }
  return worst;
}

/* Calls `visit` with the groups of random orders and of the order that loses most, for every family
 * at two values of ef. How many were visited. */
static size_t each_worst(const struct recall_report *report, const struct recall_orders *orders,
                         void (*visit)(const struct recall_report *report,
                                       const struct recall_group *random,
                                       const struct recall_group *worst)) {
  const size_t efs[] = {0, recall_order_second_ef(orders)};
  size_t count = 0;
  for (size_t f = 0; f < orders->count; f++)
    for (size_t e = 0; e < (efs[1] > 0 ? 2 : 1); e++) {
      const struct recall_order_family *family = &orders->family[f];
      const size_t arm = worst_arm(report, orders, family, efs[e]), row = orders->row[efs[e]];
      const struct recall_group *random = recall_group_at(report, family->random.point, row);
      if (arm == family->n_arms || !random || isnan(missed(random))) continue;
      if (visit) visit(report, random, recall_group_at(report, family->arm[arm].point, row));
      count++;
    }
  return count;
}

static void visit_rows(const struct recall_report *report, const struct recall_group *random,
                       const struct recall_group *worst) {
  misses_row(report, random);
  misses_row(report, worst);
}

/* Says of the largest loss what it consists of. */
static void tell_loss(const struct recall_report *report, const struct recall_group *random,
                      const struct recall_group *worst) {
  static const char *const words[] = {
      "ties",
      "copies",
      "rows that no path leads to",
      "rows that 4 ef would find",
      "rows that only 16 ef would find",
      "rows that even 16 ef does not find, though a path leads to them"};
  double most = 0;
  int reason = RECALL_MISS_TIE;
  struct limen_text text = {0};
  char plain[512];
  for (int i = RECALL_MISS_TIE; i <= RECALL_MISS_TRAPPED; i++)
    if (worst->mean[i] - random->mean[i] > most)
      most = worst->mean[i] - random->mean[i], reason = i;
  if (!(most > 0)) return;
  limen_text_print(&text, "%s on ", recall_order_name(report->plan, worst->point));
  recall_print_value(report, worst->point, "data", &text);
  limen_text_add(&text, " with ");
  recall_order_setting(report, worst->point, NULL, &text);
  limen_document_print(
      report->out, LIMEN_BLOCK_LIST,
      "%s, ef = %" PRId64
      ": %.1f%% of the true neighbours are missed, by a random order %.1f%%. What is more are "
      "mostly %s (%+.1f points); nodes that cannot be reached: %.1f.",
      limen_plain(limen_text_string(&text), plain, sizeof plain), worst->ef, 100 * missed(worst),
      100 * missed(random), words[reason - RECALL_MISS_TIE], 100 * most,
      worst->mean[RECALL_UNREACHABLE]);
  limen_text_clear(&text);
}

void recall_order_describe_graphs(const struct recall_report *report,
                                  const struct recall_orders *orders) {
  limen_document_heading(report->out, "The graphs, and why neighbours were missed");
  if (each_worst(report, orders, NULL) > 0) {
    limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                         "Where an order loses most, in the first build alone:");
    each_worst(report, orders, tell_loss);
    limen_document_table(
        report->out,
        "Why true neighbours were missed, in % of all of them: in the first build of the first "
        "random order, and of the order that loses most. Budget: found by 4 ef; intermediate: by "
        "16 ef; trapped: not even then, although a path leads there.",
        "data|index|order|#ef|#missed|#tie|#copy|#unreachable|#budget|#intermediate|#trapped");
    each_worst(report, orders, visit_rows);
    limen_document_fold(report->out, 16);
  }
  graphs_table(report, orders);
}
