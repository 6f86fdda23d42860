/* The study "order": the graphs that orders leave, and why neighbours were missed in them. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/recall/report_order.h"

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
  recall_order_row(report, cells, COLUMNS);
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
  recall_order_row(report, cells, COLUMNS);
}

/* The effect of an arm whose misses were attributed; NaN for others. */
static double attributed_effect(const struct recall_report *report,
                                const struct recall_orders *orders,
                                const struct recall_order_family *family, size_t arm, size_t ef) {
  const struct recall_group *group =
      recall_group_at(report, family->arm[arm].point, orders->row[ef]);
  const struct recall_order_test *test =
      &recall_order_effect_at(orders, family, arm, ef)->test[RECALL_ORDER_AT_EF];
  return group && !isnan(missed(group)) ? recall_order_number(test).value : NAN;
}

/* Where something loses recall. */
struct loss {
  const struct recall_order_family *family; /* NULL: nowhere */
  size_t arm;
  double effect;
};

/* The largest loss among the families of a data at an ef, of one order (NULL: of any). */
static struct loss largest_loss(const struct recall_report *report,
                                const struct recall_orders *orders, size_t first, size_t ef,
                                const char *order) {
  struct loss loss = {0};
  for (size_t f = first; f < orders->count; f++) {
    const struct recall_order_family *family = &orders->family[f];
    if (!recall_order_of_data(report, orders, f, first)) continue;
    for (size_t a = 0; a < family->n_arms; a++) {
      const char *name = recall_order_name(report->plan, family->arm[a].point);
      double effect = attributed_effect(report, orders, family, a, ef);
      if ((order && strcmp(name, order) != 0) || !(effect < loss.effect)) continue;
      loss = (struct loss){family, a, effect};
    }
  }
  return loss;
}

/* "at ef = 40 3.5% against 0.0%: +3.5 trapped": what is missed more often than by random orders. */
static void print_loss(const struct recall_report *report, const struct recall_orders *orders,
                       const struct loss *loss, size_t ef, struct limen_text *out) {
  static const char *const words[] = {"ties",   "copies",       "unreachable",
                                      "budget", "intermediate", "trapped"};
  const size_t row = orders->row[ef];
  const struct recall_group *random = recall_group_at(report, loss->family->random.point, row);
  const struct recall_group *ours =
      recall_group_at(report, loss->family->arm[loss->arm].point, row);
  size_t named = 0;
  limen_text_print(out, "at ef = %" PRId64 " %.1f%% against %.1f%%", orders->ef[ef],
                   100 * missed(ours), 100 * missed(random));
  for (int i = RECALL_MISS_TIE; i <= RECALL_MISS_TRAPPED; i++) {
    double more = 100 * (ours->mean[i] - random->mean[i]);
    if (fabs(more) < 0.05) continue;
    limen_text_print(out, "%s%+.1f %s", named++ ? ", " : ": ", more, words[i - RECALL_MISS_TIE]);
  }
}

static void tell_loss(const struct recall_report *report, const struct recall_orders *orders,
                      const struct loss *loss) {
  const size_t second = recall_order_second_ef(orders), point = loss->family->arm[loss->arm].point;
  const struct recall_group *group = recall_group_at(report, point, 0);
  struct limen_text text = {0};
  char plain[1024];
  if (isnan(missed(recall_group_at(report, loss->family->random.point, 0)))) return;
  limen_text_print(&text, "%s on ", recall_order_name(report->plan, point));
  limen_report_value(report->plan, point, "data", &text);
  limen_text_add(&text, " (");
  recall_order_setting(report, point, NULL, &text);
  limen_text_add(&text, "): ");
  print_loss(report, orders, loss, 0, &text);
  if (second > 0) {
    limen_text_add(&text, "; ");
    print_loss(report, orders, loss, second, &text);
  }
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "%s. Nodes that no search can come to: %.1f of %.0f.",
                       limen_plain(limen_text_string(&text), plain, sizeof plain),
                       group->mean[RECALL_UNREACHABLE], group->mean[RECALL_ROWS]);
  limen_text_clear(&text);
}

/* For every data the order that loses most, and orders by category, which lose although every node
 * can be reached. */
static void tell_losses(const struct recall_report *report, const struct recall_orders *orders) {
  const size_t second = recall_order_second_ef(orders);
  size_t first;
  for (size_t nth = 0; recall_order_nth_data(orders, report->plan, nth, &first); nth++) {
    struct loss most = largest_loss(report, orders, first, 0, NULL);
    struct loss category = largest_loss(report, orders, first, second, "by_category");
    if (most.family) tell_loss(report, orders, &most);
    if (category.family && (category.family != most.family || category.arm != most.arm))
      tell_loss(report, orders, &category);
  }
}

static size_t misses_rows(const struct recall_report *report, const struct recall_orders *orders,
                          bool write) {
  const size_t efs[] = {0, recall_order_second_ef(orders)};
  size_t count = 0;
  for (size_t f = 0; f < orders->count; f++)
    for (size_t e = 0; e < (efs[1] > 0 ? 2 : 1); e++) {
      const struct recall_order_family *family = &orders->family[f];
      const size_t row = orders->row[efs[e]];
      for (size_t a = 0; a <= family->n_arms; a++) {
        size_t point = a == 0 ? family->random.point : family->arm[a - 1].point;
        const struct recall_group *group = recall_group_at(report, point, row);
        if (!group || isnan(missed(group))) continue;
        count++;
        if (write) misses_row(report, group);
      }
    }
  return count;
}

void recall_order_describe_graphs(const struct recall_report *report,
                                  const struct recall_orders *orders) {
  limen_document_heading(report->out, "The graphs, and why neighbours were missed");
  if (misses_rows(report, orders, false) > 0) {
    limen_document_print(
        report->out, LIMEN_BLOCK_PARAGRAPH,
        "Of the true neighbours so many are missed, against the first random orders, and this is "
        "what is more. Budget: found by a search with 4 ef; intermediate: with 16 ef; trapped: not "
        "even then, although a path leads there. Looked at in the first build of an order's first "
        "%d variants.",
        RECALL_ATTRIBUTED_VARIANTS);
    tell_losses(report, orders);
    recall_order_table(
        report, "Why true neighbours were missed, in % of all of them.",
        "data|index|order|#ef|#missed|#tie|#copy|#unreachable|#budget|#intermediate|#trapped");
    misses_rows(report, orders, true);
    limen_document_fold(report->out, 11);
  }
  graphs_table(report, orders);
}
