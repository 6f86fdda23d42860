/* The study "order": does it matter in which order rows are inserted?
 *
 * Elliott and Clark (arXiv 2405.17813) and others compare orders with each other, or the best of
 * many with the worst. Random orders alone move recall, so here every order is set against many
 * random ones: built with the same levels, searched with the same queries. What one more random
 * order could as well have done is noise. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/datasets.h"
#include "experiments/kinds/recall/report_order.h"

/* ---- doubts and definitions ---- */

/* The control: where the data are drawn row by row, as they are given is one more random order. */
static void tell_control(const struct recall_report *report, const struct recall_orders *orders) {
  size_t made = 0, matter = 0;
  for (size_t f = 0; f < orders->count; f++)
    for (size_t a = 0; a < orders->family[f].n_arms; a++) {
      const size_t point = orders->family[f].arm[a].point;
      const char *data = limen_grid_string(&report->plan->grid, point, "data");
      if (strcmp(recall_order_name(report->plan, point), "as_given") != 0 ||
          !limen_dataset_find(limen_datasets, data))
        continue;
      const struct recall_order_test *test =
          &recall_order_effect_at(orders, &orders->family[f], a, 0)->test[RECALL_ORDER_AT_EF];
      made += test->made;
      matter += recall_order_matters(test);
    }
  if (made > 0)
    limen_document_print(
        report->out, LIMEN_BLOCK_LIST,
        "A control: the rows of most generated data are drawn one by one, so "
        "as_given is itself a random order, up to the turns in which clusters come. "
        "It is called more than noise in %zu of %zu comparisons.",
        matter, made);
}

/* Near a recall of 1 random orders cannot spread upwards, and hardly at all. */
static void tell_ceiling(const struct recall_report *report, const struct recall_orders *orders) {
  static const double CEILING = 0.999;
  size_t high = 0, all = 0;
  for (size_t f = 0; f < orders->count; f++)
    for (size_t e = 0; e < orders->efs; e++) {
      all++;
      high += recall_order_effect_at(orders, &orders->family[f], 0, e)
                  ->test[RECALL_ORDER_AT_EF]
                  .null.mean > CEILING;
    }
  if (high > 0)
    limen_document_print(report->out, LIMEN_BLOCK_LIST,
                         "At %zu of %zu indexes and values of ef random orders have a recall above "
                         "%g. They spread little there and not normally, which makes intervals too "
                         "narrow and p too small: look at the size of an effect and at its rank.",
                         high, all, CEILING);
}

static void tell_null(const struct recall_report *report, const struct recall_orders *orders) {
  enum { WANTED = 99 };
  size_t fewest = SIZE_MAX, builds = SIZE_MAX;
  for (size_t f = 0; f < orders->count; f++) {
    const struct recall_order_arm *random = &orders->family[f].random;
    if (random->variants < fewest) fewest = random->variants;
    if (random->builds < builds) builds = random->builds;
  }
  if (orders->count == 0) return;
  if (fewest < WANTED)
    limen_document_print(report->out, LIMEN_BLOCK_LIST,
                         "There are only %zu random orders: a rank can be no lower than 1 of %zu, "
                         "and their spread is known badly. Give draws=%d.",
                         fewest, fewest + 1, WANTED);
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "Every order was built with the same %zu level seed%s, and effects are for "
                       "their mean. p rests on a normal law for random orders; the rank beside it "
                       "rests on none, but can be no lower than 1 of %zu.",
                       builds, builds == 1 ? "" : "s", fewest + 1);
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "The answer names the largest of many effects, and the largest is large by "
                       "chance as well: Holm's p allows for that, its interval does not.");
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "Effects depend on the number of rows: what is small here may be large in a "
                       "base of millions, and the other way round.");
}

/* Engines after the first are built with one kind of levels only: see wants. */
static void tell_left_out(const struct recall_report *report) {
  const struct limen_grid *grid = &report->plan->grid;
  const size_t levels = (size_t)limen_parameter_find(grid->parameters, "levels");
  const size_t engine = (size_t)limen_parameter_find(grid->parameters, "engine");
  if (grid->lengths[levels] < 2 || grid->lengths[engine] < 2) return;
  limen_document_print(report->out, LIMEN_BLOCK_LIST,
                       "The hierarchy's part was looked for with %s only; the other engines were "
                       "built with levels %s.",
                       grid->values[engine][0].as.string, grid->values[levels][0].as.string);
}

static void define(const struct recall_report *report) {
  static const char *const terms[] = {
      "effect: the recall of an order, averaged over its builds and variants, less the mean over "
      "random orders, in points (hundredths of recall). Above 0 is better. Builds of all orders "
      "have the same level seeds, and all answer the same queries.",
      "prediction interval: with 95% it holds the difference to one more random order. It is the "
      "effect ± t s sqrt(1 + 1/B), s the deviation over B random orders, each averaged over the "
      "same builds. Where not all variants of an order were run, their mean is a sample's: s_v^2 / "
      "V "
      "is added for V variants of deviation s_v, with Welch's degrees of freedom.",
      "p (Holm): two-sided, by the same t, adjusted over all orders at the same index, data and "
      "ef. "
      "More than noise: at most 0.05.",
      "rank: 3 of 100: of 99 random orders and the order itself three, it among them, lie as far "
      "from the mean of all, or farther. 1 of 100 is the least there can be.",
      "equal work: every build's recall is read off at the number of distance evaluations that "
      "random orders take at that ef, in straight lines over the logarithm of distances; random "
      "orders are read off there too.",
      "variants: permutations of the categories, or shuffles of a block; all permutations of at "
      "most 5 categories."};
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    limen_document_print(report->out, LIMEN_BLOCK_DEFINITIONS, "%s", terms[i]);
}

/* ---- the whole ---- */

/* The hierarchy's part is asked of one engine: the first. */
static bool wants(const struct limen_grid *grid, size_t point) {
  const size_t levels = (size_t)limen_parameter_find(grid->parameters, "levels");
  const size_t engine = (size_t)limen_parameter_find(grid->parameters, "engine");
  return limen_value_equal(limen_grid_value(grid, point, "levels"), &grid->values[levels][0]) ||
         limen_value_equal(limen_grid_value(grid, point, "engine"), &grid->values[engine][0]);
}

static void forests(const struct recall_report *report, const struct recall_orders *orders,
                    size_t ef, enum recall_order_measure measure) {
  size_t first;
  for (size_t nth = 0; recall_order_nth_data(orders, report->plan, nth, &first); nth++)
    recall_order_forest(report, orders, first, nth, ef, measure);
}

static void describe_second(const struct recall_report *report,
                            const struct recall_orders *orders) {
  const size_t second = recall_order_second_ef(orders);
  char heading[64];
  if (second > 0) {
    snprintf(heading, sizeof heading, "At ef = %" PRId64, orders->ef[second]);
    limen_document_heading(report->out, heading);
    forests(report, orders, second, RECALL_ORDER_AT_EF);
    recall_order_effects_table(report, orders, second);
  }
  if (orders->efs < 3) return; /* nothing lies between others */
  limen_document_heading(report->out, "At equal work");
  if (second > 0 && second + 1 < orders->efs) forests(report, orders, second, RECALL_ORDER_AT_WORK);
  recall_order_work_table(report, orders);
}

static int describe_all(const struct recall_report *report, const struct recall_orders *orders,
                        struct limen_error *error) {
  recall_order_answer(report, orders);
  recall_report_warnings(report);
  forests(report, orders, 0, RECALL_ORDER_AT_EF);
  recall_order_details(report, orders);
  recall_report_settings(report);
  int status = LIMEN_OK;
  if (orders->count > 0) {
    recall_order_effects_table(report, orders, 0);
    describe_second(report, orders);
    status = recall_order_describe_axis(report, orders, "levels", error);
    if (status == LIMEN_OK) status = recall_order_describe_axis(report, orders, "batch", error);
    if (status != LIMEN_OK) return status;
    recall_order_describe_lid(report, orders);
    recall_order_describe_variants(report, orders);
    recall_order_describe_graphs(report, orders);
  }
  limen_document_heading(report->out, "All recalls");
  recall_report_recalls_table(report, "Recall, with 95% intervals over queries and builds.");
  recall_report_doubts(report);
  tell_null(report, orders);
  tell_ceiling(report, orders);
  tell_control(report, orders);
  tell_left_out(report);
  recall_report_definitions(report);
  define(report);
  return LIMEN_OK;
}

static int describe(const struct limen_plan *plan, struct limen_document *out,
                    struct limen_error *error) {
  struct recall_report report;
  struct recall_orders orders = {0};
  int status = recall_report_init(&report, plan, out, error);
  if (status != LIMEN_OK) return status;
  status = recall_orders_read(plan, &orders, error);
  recall_report_start(&report);
  if (status == LIMEN_OK) status = describe_all(&report, &orders, error);
  recall_orders_clear(&orders);
  recall_report_clear(&report);
  return status;
}

static int add_effect(const struct limen_plan *plan, const struct recall_orders *orders,
                      const struct recall_order_family *family, size_t arm, size_t ef,
                      struct limen_summary *out, struct limen_error *error) {
  static const struct {
    enum recall_order_measure measure;
    const char *name;
  } headlines[] = {{RECALL_ORDER_AT_EF, "effect"}, {RECALL_ORDER_AT_WORK, "effect_equal_work"}};
  int status = LIMEN_OK;
  for (size_t i = 0; i < 2 && status == LIMEN_OK; i++) {
    const struct recall_order_test *test =
        &recall_order_effect_at(orders, family, arm, ef)->test[headlines[i].measure];
    struct limen_reported number = recall_order_number(test);
    number.value *= 100;
    number.lower *= 100;
    number.upper *= 100;
    if (test->made)
      status = recall_add_metric(plan, family->arm[arm].point, orders->row[ef], headlines[i].name,
                                 "points", true, &number, test->null.n, out, error);
  }
  return status;
}

/* Of orders all of whose cells are there, and those of the random ones. */
static int summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error) {
  struct recall_orders orders = {0};
  int status = recall_orders_read(plan, &orders, error);
  for (size_t f = 0; f < orders.count; f++) {
    const struct recall_order_family *family = &orders.family[f];
    for (size_t a = 0; a < family->n_arms; a++)
      for (size_t e = 0; e < orders.efs && status == LIMEN_OK; e++)
        if (family->random.complete && family->arm[a].complete)
          status = add_effect(plan, &orders, family, a, e, out, error);
  }
  recall_orders_clear(&orders);
  return status;
}

const struct recall_study recall_study_order = {
    .name = "order",
    .about = "insertion orders against random ones",
    .wants = wants,
    .summarise = summarise,
    .describe = describe,
};
