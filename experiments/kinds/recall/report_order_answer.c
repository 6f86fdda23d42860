/* What the study "order" says first: the answer, a sentence a data for the first two, and what it
 * leaves out. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_order.h"

enum { DATAS_ANSWERED = 2 };

/* The largest effect on a data at an ef: of those that are more than noise, or else of all. */
struct claim {
  const struct recall_order_family *family; /* NULL: there is none */
  size_t arm;
  bool matters;
};

static const struct recall_order_test *test_of(const struct recall_orders *orders,
                                               const struct recall_order_family *family, size_t arm,
                                               size_t ef) {
  return &recall_order_effect_at(orders, family, arm, ef)->test[RECALL_ORDER_AT_EF];
}

static struct claim find_claim(const struct recall_report *report,
                               const struct recall_orders *orders, size_t first, size_t ef) {
  struct claim claim = {0};
  double largest = -1;
  for (size_t f = first; f < orders->count; f++) {
    const struct recall_order_family *family = &orders->family[f];
    if (!recall_order_of_data(report, orders, f, first)) continue;
    for (size_t a = 0; a < family->n_arms; a++) {
      const struct recall_order_test *test = test_of(orders, family, a, ef);
      double size = fabs(recall_order_number(test).value);
      bool matters = recall_order_matters(test);
      if (!test->made || matters < claim.matters) continue;
      if (matters == claim.matters && size <= largest) continue;
      largest = size;
      claim = (struct claim){family, a, matters};
    }
  }
  return claim;
}

static void print_effect(const struct recall_order_test *test, struct limen_text *text) {
  struct limen_reported number = recall_order_number(test);
  limen_report_points(&number, text);
}

/* ": at ef = 40 most is lost by by_category, -2.9 [-3.4, -2.4] (-2.8 at equal work)" */
static void add_second(const struct recall_report *report, const struct recall_orders *orders,
                       size_t first, struct limen_text *text) {
  const size_t second = recall_order_second_ef(orders);
  const struct claim claim = find_claim(report, orders, first, second);
  if (second == 0 || !claim.family) return;
  limen_text_print(text, ": at ef = %" PRId64 " ", orders->ef[second]);
  if (!claim.matters) {
    limen_text_add(text, "no effect is more than noise");
    return;
  }
  const size_t point = claim.family->arm[claim.arm].point;
  limen_text_print(text, "the largest effect is of %s, ", recall_order_name(report->plan, point));
  print_effect(test_of(orders, claim.family, claim.arm, second), text);
  limen_text_add(text, " (");
  recall_order_setting(report, point, NULL, text);
  const struct recall_order_test *work =
      &recall_order_effect_at(orders, claim.family, claim.arm, second)->test[RECALL_ORDER_AT_WORK];
  if (work->made) {
    limen_text_add(text, "; at equal work ");
    print_effect(work, text);
    if (!isnan(work->holm) && !recall_order_matters(work)) limen_text_add(text, ", noise");
  }
  limen_text_add(text, ")");
}

/* Whether an order has an effect beyond noise at the first ef in some family of the data, or (order
 * NULL) a family has one of any order. */
static bool order_matters(const struct recall_report *report, const struct recall_orders *orders,
                          size_t first, const char *order, bool *known) {
  bool matters = false;
  for (size_t f = first; f < orders->count; f++) {
    const struct recall_order_family *family = &orders->family[f];
    if (!recall_order_of_data(report, orders, f, first)) continue;
    for (size_t a = 0; a < family->n_arms; a++) {
      if (strcmp(recall_order_name(report->plan, family->arm[a].point), order) != 0) continue;
      *known = true;
      matters |= recall_order_matters(test_of(orders, family, a, 0));
    }
  }
  return matters;
}

/* ". At ef = 10 more than noise are 3 of 10 orders (by_category, ...)". */
static void add_orders(const struct recall_report *report, const struct recall_orders *orders,
                       size_t first, struct limen_text *text) {
  const struct limen_grid *grid = &report->plan->grid;
  const size_t order = (size_t)limen_parameter_find(grid->parameters, "order");
  struct limen_text names = {0};
  size_t matter = 0, all = 0;
  for (size_t i = 0; i < grid->lengths[order]; i++) {
    const char *name = grid->values[order][i].as.string;
    bool known = false, matters = order_matters(report, orders, first, name, &known);
    all += known;
    if (matters) limen_text_print(&names, "%s%s", matter++ ? ", " : "", name);
  }
  limen_text_print(text, ". At ef = %" PRId64 " more than noise %s %zu of %zu orders (%s)",
                   orders->ef[0], matter == 1 ? "is" : "are", matter, all,
                   limen_text_string(&names));
  limen_text_clear(&names);
}

/* "; with faiss, batch all, none is": families of the data in which no order matters. */
static void add_quiet(const struct recall_report *report, const struct recall_orders *orders,
                      size_t first, struct limen_text *text) {
  size_t named = 0;
  for (size_t f = first; f < orders->count; f++) {
    const struct recall_order_family *family = &orders->family[f];
    bool matters = false;
    if (!recall_order_of_data(report, orders, f, first)) continue;
    for (size_t a = 0; a < family->n_arms; a++)
      matters |= recall_order_matters(test_of(orders, family, a, 0));
    if (matters) continue;
    limen_text_add(text, named++ ? " and " : "; none with ");
    recall_order_setting(report, family->random.point, NULL, text);
  }
}

/* "On clusters_mixed, order matters: hubs_first changes recall@10 at ef = 10 by -4.0 [-4.7, -3.3]
 * points (faiss, batch 1; one more random order by up to 0.7; Holm p < 1e-6, rank 1 of 100)." */
static void answer_data(const struct recall_report *report, const struct recall_orders *orders,
                        size_t first, struct limen_text *text) {
  const struct claim claim = find_claim(report, orders, first, 0);
  const int64_t k = limen_grid_integer(&report->plan->grid, 0, "k");
  if (!claim.family) return;
  const struct recall_order_test *test = test_of(orders, claim.family, claim.arm, 0);
  const size_t point = claim.family->arm[claim.arm].point;
  const char *name = recall_order_name(report->plan, point);
  limen_text_add(text, text->length ? " On " : "On ");
  limen_report_value(report->plan, point, "data", text);
  if (claim.matters)
    limen_text_print(text, ", order matters: %s changes recall@%" PRId64 " at ef = %" PRId64 " by ",
                     name, k, orders->ef[0]);
  else
    limen_text_print(text,
                     ", no order differs from random ones by more than noise: the largest effect "
                     "on recall@%" PRId64 " at ef = %" PRId64 " is of %s, ",
                     k, orders->ef[0], name);
  print_effect(test, text);
  limen_text_add(text, " points (");
  recall_order_setting(report, point, NULL, text);
  limen_text_print(text, "; one more random order by up to %.1f; Holm p ",
                   100 * (test->null.upper - test->null.mean));
  recall_order_print_p(test->holm, text);
  limen_text_print(text, ", rank %zu of %zu).", test->null.as_extreme + 1, test->null.n + 1);
}

void recall_order_details(const struct recall_report *report, const struct recall_orders *orders) {
  size_t first;
  for (size_t nth = 0; recall_order_nth_data(orders, report->plan, nth, &first); nth++) {
    const struct claim claim = find_claim(report, orders, first, 0);
    struct limen_text text = {0};
    char plain[2048];
    if (!claim.family) continue;
    if (nth >= DATAS_ANSWERED) {
      answer_data(report, orders, first, &text);
      limen_text_add(&text, " ");
    }
    const size_t point = claim.family->arm[claim.arm].point;
    limen_report_value(report->plan, point, "data", &text);
    add_second(report, orders, first, &text);
    if (claim.matters) {
      add_orders(report, orders, first, &text);
      add_quiet(report, orders, first, &text);
    }
    limen_text_add(&text, ".");
    limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s",
                         limen_plain(limen_text_string(&text), plain, sizeof plain));
    limen_text_clear(&text);
  }
}

void recall_order_answer(const struct recall_report *report, const struct recall_orders *orders) {
  struct limen_text text = {0};
  size_t first;
  for (size_t nth = 0;
       nth < DATAS_ANSWERED && recall_order_nth_data(orders, report->plan, nth, &first); nth++)
    answer_data(report, orders, first, &text);
  if (text.length == 0)
    limen_text_add(&text,
                   limen_grid_integer(&report->plan->grid, 0, "draws") < 2
                       ? "There is nothing to say without random orders: give order=random,... and "
                         "draws=99."
                       : "No order and two random ones are finished yet.");
  char *plain = limen_alloc(2 * text.length + 8, 1, NULL);
  if (plain)
    limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s",
                         limen_plain(limen_text_string(&text), plain, 2 * text.length + 8));
  else
    report->out->failed = true;
  limen_free(plain);
  limen_text_clear(&text);
}
