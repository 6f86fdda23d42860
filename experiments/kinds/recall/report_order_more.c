/* Further sections of the study "order": the hierarchy's and the batch's part, local dimension
 * beside published figures, variants, graphs. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_order.h"
#include "stats/holm.h"

enum {
  SHOWN = 2 /* values of ef that the tables here show: the first and recall_order_second_ef */
};

static size_t shown_efs(const struct recall_orders *orders, size_t *efs) {
  efs[0] = 0;
  efs[1] = recall_order_second_ef(orders);
  return efs[1] > 0 ? SHOWN : 1;
}

/* The arm of an order; n_arms when the family has none. */
static size_t arm_of(const struct recall_report *report, const struct recall_order_family *family,
                     const char *order) {
  size_t a = 0;
  while (a < family->n_arms &&
         strcmp(recall_order_name(report->plan, family->arm[a].point), order) != 0)
    a++;
  return a;
}

/* ---- the part that comes with an axis ---- */

/* Two families that differ in nothing but the axis, the first at its first value. */
struct pair {
  const struct recall_order_family *first, *second;
};

static size_t values_of_axis(const struct recall_report *report, const char *axis) {
  const struct limen_grid *grid = &report->plan->grid;
  return grid->lengths[limen_parameter_find(grid->parameters, axis)];
}

static bool is_pair(const struct recall_report *report, const struct recall_order_family *first,
                    const struct recall_order_family *second, const char *axis) {
  const struct limen_grid *grid = &report->plan->grid;
  const char *const except[] = {"order", axis, NULL};
  const struct limen_value *standard =
      &grid->values[limen_parameter_find(grid->parameters, axis)][0];
  const size_t a = first->random.point, b = second->random.point;
  return limen_value_equal(limen_grid_value(grid, a, axis), standard) &&
         !limen_value_equal(limen_grid_value(grid, b, axis), standard) &&
         limen_report_same_but(report->plan, a, b, except);
}

/* The differences of a pair at the first ef, adjusted over the orders; NULL with an error. */
static struct recall_order_test *differences_of(const struct recall_report *report,
                                                const struct recall_orders *orders,
                                                const struct pair *pair,
                                                struct limen_error *error) {
  const size_t n = pair->first->n_arms;
  struct recall_order_test *tests = limen_alloc(n, sizeof *tests, error);
  double *p = limen_alloc(n, sizeof *p, error);
  int status = tests && p ? LIMEN_OK : LIMEN_FAILED;
  for (size_t a = 0; a < n && status == LIMEN_OK; a++) {
    size_t other =
        arm_of(report, pair->second, recall_order_name(report->plan, pair->first->arm[a].point));
    if (other < pair->second->n_arms)
      status =
          recall_order_difference(orders, pair->second, other, pair->first, a, 0, &tests[a], error);
    p[a] = tests[a].made ? tests[a].p : NAN;
  }
  if (status == LIMEN_OK) status = limen_holm(p, n, error);
  for (size_t a = 0; a < n && status == LIMEN_OK; a++) tests[a].holm = p[a];
  limen_free(p);
  if (status == LIMEN_OK) return tests;
  limen_free(tests);
  return NULL;
}

/* How the differences of all pairs came out. */
struct tally {
  size_t made, matter;
  double largest; /* of those that matter, in absolute value */
  struct limen_text which;
};

static void count_difference(const struct recall_report *report, size_t point, const char *axis,
                             const struct recall_order_test *test, struct tally *tally) {
  struct limen_reported number = recall_order_number(test);
  if (!test->made) return;
  tally->made++;
  if (!recall_order_matters(test)) return;
  tally->matter++;
  if (!(fabs(number.value) > tally->largest)) return;
  tally->largest = fabs(number.value);
  limen_text_clear(&tally->which);
  limen_text_print(&tally->which, "%s on ", recall_order_name(report->plan, point));
  limen_report_value(report->plan, point, "data", &tally->which);
  limen_text_add(&tally->which, " with ");
  recall_order_setting(report, point, axis, &tally->which);
  limen_text_add(&tally->which, ": ");
  limen_report_points(&number, &tally->which);
}

static int pair_rows(const struct recall_report *report, const struct recall_orders *orders,
                     const struct pair *pair, const char *axis, struct tally *tally,
                     struct limen_error *error) {
  enum { COLUMNS = 8 };
  struct recall_order_test *tests = differences_of(report, orders, pair, error);
  if (!tests) return LIMEN_FAILED;
  for (size_t a = 0; a < pair->first->n_arms; a++) {
    const size_t point = pair->first->arm[a].point;
    const size_t other = arm_of(report, pair->second, recall_order_name(report->plan, point));
    struct limen_reported number = recall_order_number(&tests[a]);
    struct limen_text cells[COLUMNS] = {0};
    if (!tests[a].made) continue;
    count_difference(report, point, axis, &tests[a], tally);
    recall_order_labels(report, point, axis, cells);
    recall_order_print_effect(
        &recall_order_effect_at(orders, pair->first, a, 0)->test[RECALL_ORDER_AT_EF], &cells[3]);
    if (values_of_axis(report, axis) > 2) {
      limen_report_value(report->plan, pair->second->random.point, axis, &cells[4]);
      limen_text_add(&cells[4], ": ");
    }
    recall_order_print_effect(
        &recall_order_effect_at(orders, pair->second, other, 0)->test[RECALL_ORDER_AT_EF],
        &cells[4]);
    limen_report_points(&number, &cells[5]);
    recall_order_print_p(tests[a].holm, &cells[6]);
    limen_text_print(&cells[7], "%zu of %zu", tests[a].null.as_extreme + 1, tests[a].null.n + 1);
    recall_order_row(report, cells, COLUMNS);
  }
  limen_free(tests);
  return LIMEN_OK;
}

static const struct {
  const char *axis, *heading, *about;
} axes[] = {
    {"levels", "The hierarchy's part",
     "With levels by_label a row has its level whatever the order; what is left is what the order "
     "does to the links. With the library's own, dealt in insertion order, the order also decides "
     "which rows stand high. The difference of the two is the hierarchy's part."},
    {"batch", "What a batch leaves of an order",
     "FAISS sorts the rows of one call by level and shuffles them within a level, always alike. "
     "Rows handed over one by one keep their order; handed over all at once, an order has nothing "
     "left to act on but chance."}};

static void start_axis(const struct recall_report *report, const struct recall_orders *orders,
                       size_t which, const struct pair *pair) {
  struct limen_text heads = {0};
  char caption[240];
  limen_document_heading(report->out, axes[which].heading);
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH, "%s", axes[which].about);
  limen_text_print(&heads, "data|index|order|#%s ", axes[which].axis);
  limen_report_value(report->plan, pair->first->random.point, axes[which].axis, &heads);
  limen_text_print(&heads, "|#%s", axes[which].axis);
  if (values_of_axis(report, axes[which].axis) == 2) {
    limen_text_add(&heads, " ");
    limen_report_value(report->plan, pair->second->random.point, axes[which].axis, &heads);
  }
  limen_text_add(&heads, "|#difference|#p (Holm)|#rank");
  snprintf(caption, sizeof caption,
           "Effects at ef = %" PRId64
           " in points, and how much larger the second is. The difference is set against that of "
           "every random order; a star: more than noise.",
           orders->ef[0]);
  recall_order_table(report, caption, limen_text_string(&heads));
  limen_text_clear(&heads);
}

int recall_order_describe_axis(const struct recall_report *report,
                               const struct recall_orders *orders, const char *axis,
                               struct limen_error *error) {
  struct tally tally = {0};
  bool started = false;
  int status = LIMEN_OK;
  size_t which = 0;
  while (strcmp(axes[which].axis, axis) != 0) which++;
  for (size_t f = 0; f < orders->count; f++)
    for (size_t g = 0; g < orders->count && status == LIMEN_OK; g++) {
      const struct pair pair = {&orders->family[f], &orders->family[g]};
      if (!is_pair(report, pair.first, pair.second, axis)) continue;
      if (!started) start_axis(report, orders, which, &pair);
      started = true;
      status = pair_rows(report, orders, &pair, axis, &tally, error);
    }
  if (started && status == LIMEN_OK) {
    char plain[512];
    limen_document_fold(report->out, 12);
    if (tally.matter == 0)
      limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                           "None of the %zu differences is more than noise.", tally.made);
    else
      limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                           "%zu of the %zu differences are more than noise; the largest is of %s.",
                           tally.matter, tally.made,
                           limen_plain(limen_text_string(&tally.which), plain, sizeof plain));
  }
  limen_text_clear(&tally.which);
  return status;
}

/* ---- local dimension ---- */

/* Elliott and Clark, arXiv 2405.17813: descending less ascending, in points. */
static const struct {
  const char *engine;
  int64_t ef;
  double mean, most;
} published[] = {{"hnswlib", 10, 2.6, 5.6},
                 {"faiss", 10, 6.2, 12.8},
                 {"hnswlib", 40, NAN, 7.1},
                 {"faiss", 40, NAN, 11.5}};

static size_t published_at(const char *engine, int64_t ef) {
  size_t i = 0;
  for (; i < sizeof published / sizeof *published; i++)
    if (published[i].ef == ef && strcmp(published[i].engine, engine) == 0) break;
  return i;
}

/* Both are one order each: their difference spreads as that of two random orders does. */
static bool lid_difference(const struct recall_report *report, const struct recall_orders *orders,
                           const struct recall_order_family *family, size_t ef,
                           struct limen_reported *out) {
  size_t down = arm_of(report, family, "lid_descending");
  size_t up = arm_of(report, family, "lid_ascending");
  if (down == family->n_arms || up == family->n_arms) return false;
  const struct recall_order_test *first =
      &recall_order_effect_at(orders, family, down, ef)->test[RECALL_ORDER_AT_EF];
  const struct recall_order_test *second =
      &recall_order_effect_at(orders, family, up, ef)->test[RECALL_ORDER_AT_EF];
  if (!first->made || !second->made) return false;
  double of_one = first->null.upper - first->null.mean;
  double half = of_one * sqrt(2 / (1 + 1 / (double)first->null.n));
  double value = first->null.arm - second->null.arm;
  *out = (struct limen_reported){value, value - half, value + half};
  return true;
}

static void print_published(double value, struct limen_text *out) {
  if (isnan(value))
    limen_text_add(out, "-");
  else
    limen_text_print(out, "%+.1f", value);
}

static void lid_row(const struct recall_report *report, const struct recall_order_family *family,
                    int64_t ef, const struct limen_reported *number) {
  enum { COLUMNS = 6 };
  const size_t known =
      published_at(limen_grid_string(&report->plan->grid, family->random.point, "engine"), ef);
  bool is_known = known < sizeof published / sizeof *published;
  struct limen_text cells[COLUMNS] = {0};
  limen_report_value(report->plan, family->random.point, "data", &cells[0]);
  recall_order_setting(report, family->random.point, NULL, &cells[1]);
  limen_text_print(&cells[2], "%" PRId64, ef);
  limen_report_points(number, &cells[3]);
  print_published(is_known ? published[known].mean : NAN, &cells[4]);
  print_published(is_known ? published[known].most : NAN, &cells[5]);
  recall_order_row(report, cells, COLUMNS);
}

static void lid_points(const struct recall_report *report, const struct recall_orders *orders,
                       struct limen_plot *plot) {
  size_t efs[SHOWN], n_efs = shown_efs(orders, efs);
  size_t ours = limen_plot_series(plot, "here", LIMEN_POINTS, 0);
  size_t mean = limen_plot_series(plot, "Elliott and Clark 2024, mean", LIMEN_HOLLOW, 1);
  size_t most = limen_plot_series(plot, "their largest", LIMEN_HOLLOW, 4);
  for (size_t f = 0; f < orders->count; f++)
    for (size_t e = 0; e < n_efs; e++) {
      const size_t point = orders->family[f].random.point;
      const int64_t ef = orders->ef[efs[e]];
      struct limen_reported number;
      struct limen_text name = {0};
      double y = (double)plot->n_rows;
      if (!lid_difference(report, orders, &orders->family[f], efs[e], &number)) continue;
      limen_report_value(report->plan, point, "data", &name);
      limen_text_add(&name, ", ");
      recall_order_setting(report, point, NULL, &name);
      limen_text_print(&name, ", ef %" PRId64, ef);
      limen_plot_row(plot, limen_text_string(&name));
      limen_text_clear(&name);
      limen_plot_point(plot, ours, 100 * number.value, y, 100 * number.lower, 100 * number.upper);
      size_t known = published_at(limen_grid_string(&report->plan->grid, point, "engine"), ef);
      if (known == sizeof published / sizeof *published) continue;
      limen_plot_point(plot, mean, published[known].mean, y, NAN, NAN);
      limen_plot_point(plot, most, published[known].most, y, NAN, NAN);
    }
}

void recall_order_describe_lid(const struct recall_report *report,
                               const struct recall_orders *orders) {
  struct limen_reported number;
  size_t efs[SHOWN], n_efs = shown_efs(orders, efs), found = 0;
  for (size_t f = 0; f < orders->count; f++)
    found += lid_difference(report, orders, &orders->family[f], 0, &number);
  if (found == 0) return;
  limen_document_heading(report->out, "Descending against ascending local dimension");
  struct limen_plot *plot = limen_plot_alloc(
      "lid_difference",
      "Recall with the rows of highest local intrinsic dimension inserted first, less that with "
      "the lowest first. Bars: how far two random orders lie apart (95%). Hollow: published by "
      "Elliott and Clark (arXiv 2405.17813), for other data.",
      "descending less ascending, in points of recall", "");
  if (plot) {
    plot->x_line = 0;
    lid_points(report, orders, plot);
  }
  limen_document_plot(report->out, plot);
  recall_order_table(report,
                     "Descending less ascending local dimension, in points, beside what Elliott "
                     "and Clark published for other data (a dash: nothing).",
                     "data|index|#ef|#here|#their mean|#their largest");
  for (size_t f = 0; f < orders->count; f++)
    for (size_t e = 0; e < n_efs; e++)
      if (lid_difference(report, orders, &orders->family[f], efs[e], &number))
        lid_row(report, &orders->family[f], orders->ef[efs[e]], &number);
}

/* ---- variants ---- */

/* Where random orders hardly spread, any ratio is as good as another. */
static void print_ratio(const struct limen_variance_ratio *spread, struct limen_text *out) {
  static const double LARGE = 100;
  if (spread->lower > LARGE)
    limen_text_print(out, "> %g", LARGE);
  else
    limen_text_print(out, "%.2g [%.2g, %.*f]", spread->ratio, spread->lower,
                     spread->upper < 10 ? 1 : 0, spread->upper);
}

static void variants_row(const struct recall_report *report, const struct recall_order_arm *arm,
                         int64_t ef, const struct limen_variance_ratio *spread) {
  enum { COLUMNS = 10 };
  struct limen_text cells[COLUMNS] = {0};
  recall_order_labels(report, arm->point, NULL, cells);
  limen_text_print(&cells[3], "%" PRId64, ef);
  limen_text_print(&cells[4], isinf(arm->available) ? "%zu, sampled" : "%zu of %.0f", arm->variants,
                   arm->available);
  limen_text_print(&cells[5], "%.2f", 100 * spread->sd);
  limen_text_print(&cells[6], "%.2f", 100 * spread->null_sd);
  if (isnan(spread->ratio))
    limen_text_add(&cells[7], "-");
  else
    print_ratio(spread, &cells[7]);
  recall_order_print_p(spread->p, &cells[8]);
  recall_order_print_p(spread->p_brown_forsythe, &cells[9]);
  recall_order_row(report, cells, COLUMNS);
}

void recall_order_describe_variants(const struct recall_report *report,
                                    const struct recall_orders *orders) {
  size_t efs[SHOWN], n_efs = shown_efs(orders, efs);
  bool started = false;
  for (size_t f = 0; f < orders->count; f++)
    for (size_t a = 0; a < orders->family[f].n_arms; a++)
      for (size_t e = 0; e < n_efs; e++) {
        const struct limen_variance_ratio *spread =
            &recall_order_effect_at(orders, &orders->family[f], a, efs[e])->spread;
        if (spread->n < 2) continue;
        if (!started) {
          limen_document_heading(report->out, "Permutations of categories");
          recall_order_table(
              report,
              "Whether it matters in which sequence the categories come: the deviation of recall "
              "over variants of an order, beside that over random orders, in points. The ratio is "
              "of variances, with a 95% interval. Not adjusted for several tests.",
              "data|index|order|#ef|#variants|#SD|#SD of random|#ratio|#p (F)|"
              "#p (Brown-Forsythe)");
          started = true;
        }
        variants_row(report, &orders->family[f].arm[a], orders->ef[efs[e]], spread);
      }
  if (!started) return;
  limen_document_fold(report->out, 12);
  limen_document_print(
      report->out, LIMEN_BLOCK_PARAGRAPH,
      "Elliott and Clark report 7.7 points between the best and the worst sequence of the "
      "categories of an image catalogue at ef 10. A range grows with the number of sequences: 120 "
      "draws of noise alone span about five deviations. So variances are compared here, and never "
      "ranges.");
}
