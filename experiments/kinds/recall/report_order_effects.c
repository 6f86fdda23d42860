/* The statistics of the study "order": every order against random ones.
 *
 * One value of the null is one random order, averaged over the builds that every order has: the
 * same level seeds. An order that has variants is averaged over them as well. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_order.h"
#include "stats/distributions.h"
#include "stats/holm.h"
#include "stats/interpolate.h"
#include "stats/mean.h"

static const char *const but_order[] = {"order", NULL};

/* ---- cells as numbers ---- */

const char *recall_order_name(const struct limen_plan *plan, size_t point) {
  return limen_grid_string(&plan->grid, point, "order");
}

static bool is_random(const struct limen_plan *plan, size_t point) {
  return strcmp(recall_order_name(plan, point), "random") == 0;
}

static void arm_clear(struct recall_order_arm *arm) {
  limen_free(arm->recall);
  limen_free(arm->work);
  *arm = (struct recall_order_arm){0};
}

/* The cells of a variant's builds follow each other. How many there are. */
static size_t builds_of(const struct limen_plan *plan, size_t point, size_t replicates) {
  int64_t first[2], next[2];
  size_t builds = 1;
  recall_replicate(plan, point, 0, first);
  for (; builds < replicates; builds++) {
    recall_replicate(plan, point, builds, next);
    if (next[1] != first[1]) break;
  }
  return builds;
}

/* Adds the variant whose builds start at replicate `i`; false when one of them is not there. */
static bool add_variant(const struct limen_plan *plan, const struct recall_orders *orders, size_t i,
                        struct recall_order_arm *arm) {
  double *recall = arm->recall + arm->variants * arm->builds * orders->efs;
  double *work = arm->work + arm->variants * arm->builds * orders->efs;
  for (size_t b = 0; b < arm->builds; b++) {
    int64_t coordinates[2];
    recall_replicate(plan, arm->point, i + b, coordinates);
    const struct limen_cell *cell = limen_plan_peek(plan, arm->point, coordinates);
    if (!cell || !(cell->answer.values[RECALL_VARIANTS] > 0)) return false;
    arm->available = cell->answer.values[RECALL_VARIANTS];
    for (size_t e = 0; e < orders->efs; e++) {
      const double *values = cell->answer.values + orders->row[e] * RECALL_MEASURES;
      recall[b * orders->efs + e] = values[RECALL_BY_ID];
      work[b * orders->efs + e] = log(fmax(values[RECALL_DISTANCES], 1));
    }
  }
  arm->variants++;
  return true;
}

static int read_arm(const struct limen_plan *plan, const struct recall_orders *orders, size_t point,
                    struct recall_order_arm *arm, struct limen_error *error) {
  const size_t replicates = recall_replicates(plan, point);
  *arm = (struct recall_order_arm){.point = point, .complete = true};
  arm->builds = builds_of(plan, point, replicates);
  arm->recall = limen_alloc(replicates * orders->efs, sizeof *arm->recall, error);
  arm->work = limen_alloc(replicates * orders->efs, sizeof *arm->work, error);
  if (!arm->recall || !arm->work) return LIMEN_FAILED;
  for (size_t i = 0; i < replicates; i += arm->builds)
    if (!add_variant(plan, orders, i, arm)) arm->complete = false;
  return LIMEN_OK;
}

/* ---- one number a variant ---- */

/* What random orders have at one ef, on average: the point at which the others are read. */
struct target {
  size_t ef;
  double recall, work; /* work: log of the mean distance evaluations */
};

static struct target target_of(const struct recall_order_arm *random, size_t efs, size_t ef) {
  const size_t cells = random->variants * random->builds;
  struct target target = {.ef = ef};
  for (size_t i = 0; i < cells; i++) {
    target.recall += random->recall[i * efs + ef] / (double)cells;
    target.work += exp(random->work[i * efs + ef]) / (double)cells;
  }
  target.work = log(target.work);
  return target;
}

static double value_of_build(const double *recall, const double *work, size_t efs,
                             const struct target *target, enum recall_order_measure measure) {
  if (measure == RECALL_ORDER_AT_EF) return recall[target->ef];
  for (size_t e = 0; e + 1 < efs; e++)
    if (work[e + 1] < work[e]) return NAN; /* no curve that could be read */
  if (measure == RECALL_ORDER_AT_WORK) return limen_interpolate(work, recall, efs, target->work);
  return limen_interpolate_reach(work, recall, efs, target->recall);
}

/* The mean over a variant's builds; NaN when one of them cannot be read there. */
static double value_of(const struct recall_order_arm *arm, size_t variant, size_t efs,
                       const struct target *target, enum recall_order_measure measure) {
  double sum = 0;
  for (size_t b = 0; b < arm->builds; b++) {
    const size_t at = (variant * arm->builds + b) * efs;
    sum += value_of_build(arm->recall + at, arm->work + at, efs, target, measure);
  }
  return sum / (double)arm->builds;
}

/* A value for every variant, and their mean. */
static double values_of(const struct recall_order_arm *arm, size_t efs, const struct target *target,
                        enum recall_order_measure measure, double *values) {
  double sum = 0;
  for (size_t v = 0; v < arm->variants; v++)
    sum += values[v] = value_of(arm, v, efs, target, measure);
  return sum / (double)arm->variants;
}

/* ---- tests ---- */

/* Sets a mean over variants against the null. Of an order with one variant, or all of whose
 * variants were run, nothing is left open but which random order it is held against: s^2 (1 + 1/B),
 * with B - 1 degrees of freedom. Where the variants are a sample of V, their mean is not known
 * either: s_v^2 / V is added to it, and degrees of freedom are Welch's ("The Generalization of
 * 'Student's' Problem when Several Different Population Variances are Involved", Biometrika 1947).
 */
static int compare(const double *null, size_t n, const double *values, size_t variants,
                   double available, struct recall_order_test *out, struct limen_error *error) {
  struct limen_mean mean;
  int status = limen_mean_of(values, variants, RECALL_CONFIDENCE, &mean, error);
  if (status == LIMEN_OK)
    status = limen_null_compare(null, n, mean.mean, RECALL_CONFIDENCE, &out->null, error);
  if (status != LIMEN_OK) return status;
  const double b = (double)n, of_null = out->null.sd * out->null.sd * (1 + 1 / b);
  const bool sampled = variants > 1 && (double)variants < available && mean.se > 0;
  const double of_sample = sampled ? mean.se * mean.se : 0, whole = of_null + of_sample;
  double df = b - 1;
  if (sampled)
    df = whole * whole /
         (of_null * of_null / (b - 1) + of_sample * of_sample / ((double)variants - 1));
  out->half = whole > 0 ? limen_t_half_width(RECALL_CONFIDENCE, df, sqrt(whole)) : NAN;
  out->p = whole > 0 ? limen_t_two_sided((mean.mean - out->null.mean) / sqrt(whole), df) : NAN;
  out->holm = out->p;
  out->made = true;
  return LIMEN_OK;
}

/* `null` and `values` have room for the variants of both. A mean that is NaN holds a variant that
 * could not be read. */
static int test_arm(const struct recall_order_family *family, const struct recall_order_arm *arm,
                    size_t efs, const struct target *target, double *null, double *values,
                    struct recall_order_effect *out, struct limen_error *error) {
  int status = LIMEN_OK;
  for (int m = 0; m < RECALL_ORDER_MEASURES && status == LIMEN_OK; m++) {
    struct recall_order_test *test = &out->test[m];
    const enum recall_order_measure measure = (enum recall_order_measure)m;
    double mean = values_of(&family->random, efs, target, measure, null);
    double ours = values_of(arm, efs, target, measure, values);
    test->holm = NAN;
    if (isnan(mean) || isnan(ours)) continue;
    status =
        compare(null, family->random.variants, values, arm->variants, arm->available, test, error);
    if (status == LIMEN_OK && m == RECALL_ORDER_AT_EF && arm->variants > 1)
      status = limen_variance_ratio(values, arm->variants, null, family->random.variants,
                                    RECALL_CONFIDENCE, &out->spread, error);
  }
  out->work = exp(target_of(arm, efs, target->ef).work - target->work);
  return status;
}

/* Adjusts the tests of one measure at one ef over the orders. */
static int adjust(struct recall_order_family *family, size_t efs, size_t ef, int measure, double *p,
                  struct limen_error *error) {
  for (size_t a = 0; a < family->n_arms; a++)
    p[a] = family->effect[a * efs + ef].test[measure].holm;
  int status = limen_holm(p, family->n_arms, error);
  for (size_t a = 0; a < family->n_arms && status == LIMEN_OK; a++)
    family->effect[a * efs + ef].test[measure].holm = p[a];
  return status;
}

int recall_order_test_family(struct recall_order_family *family, size_t efs,
                             struct limen_error *error) {
  size_t most = family->n_arms;
  for (size_t a = 0; a < family->n_arms; a++)
    if (family->arm[a].variants > most) most = family->arm[a].variants;
  double *null = limen_alloc(family->random.variants, sizeof *null, error);
  double *values = limen_alloc(most, sizeof *values, error);
  family->effect = limen_alloc(family->n_arms * efs, sizeof *family->effect, error);
  int status = null && values && family->effect ? LIMEN_OK : LIMEN_FAILED;
  for (size_t e = 0; e < efs && status == LIMEN_OK; e++) {
    const struct target target = target_of(&family->random, efs, e);
    for (size_t a = 0; a < family->n_arms && status == LIMEN_OK; a++)
      status = test_arm(family, &family->arm[a], efs, &target, null, values,
                        &family->effect[a * efs + e], error);
    for (int m = 0; m < RECALL_ORDER_MEASURES && status == LIMEN_OK; m++)
      status = adjust(family, efs, e, m, values, error);
  }
  limen_free(null);
  limen_free(values);
  return status;
}

/* ---- families ---- */

static void family_clear(struct recall_order_family *family) {
  for (size_t a = 0; a < family->n_arms; a++) arm_clear(&family->arm[a]);
  arm_clear(&family->random);
  limen_free(family->arm);
  limen_free(family->effect);
  *family = (struct recall_order_family){0};
}

/* Reads all orders of the family of a random one; none of its cells need be there. */
static int read_family(const struct limen_plan *plan, const struct recall_orders *orders,
                       size_t random, struct recall_order_family *family,
                       struct limen_error *error) {
  const struct recall_report report = {.plan = plan};
  size_t capacity = 0;
  int status = read_arm(plan, orders, random, &family->random, error);
  if (status != LIMEN_OK || family->random.variants < 2) return status;
  for (size_t point = 0; point < limen_grid_points(&plan->grid) && status == LIMEN_OK; point++) {
    struct recall_order_arm arm = {0};
    if (is_random(plan, point) || !limen_report_same_but(report.plan, random, point, but_order))
      continue;
    status = read_arm(plan, orders, point, &arm, error);
    if (status == LIMEN_OK && arm.variants > 0)
      status = limen_grow(&family->arm, &capacity, family->n_arms + 1, sizeof arm, error);
    if (status == LIMEN_OK && arm.variants > 0)
      family->arm[family->n_arms++] = arm;
    else
      arm_clear(&arm);
  }
  if (status == LIMEN_OK && family->n_arms > 0)
    status = recall_order_test_family(family, orders->efs, error);
  return status;
}

/* The values of ef, ascending, and their rows in the cells. */
static int read_efs(const struct limen_grid *grid, struct recall_orders *out,
                    struct limen_error *error) {
  const size_t ef = (size_t)limen_parameter_find(grid->parameters, "ef");
  out->efs = grid->lengths[ef];
  out->ef = limen_alloc(out->efs, sizeof *out->ef, error);
  out->row = limen_alloc(out->efs, sizeof *out->row, error);
  if (!out->ef || !out->row) return LIMEN_FAILED;
  for (size_t i = 0; i < out->efs; i++) {
    int64_t value = grid->values[ef][i].as.integer;
    size_t at = i;
    for (; at > 0 && out->ef[at - 1] > value; at--) {
      out->ef[at] = out->ef[at - 1];
      out->row[at] = out->row[at - 1];
    }
    out->ef[at] = value;
    out->row[at] = i;
  }
  return LIMEN_OK;
}

int recall_orders_read(const struct limen_plan *plan, struct recall_orders *out,
                       struct limen_error *error) {
  const struct limen_grid *grid = &plan->grid;
  size_t capacity = 0;
  *out = (struct recall_orders){0};
  int status = read_efs(grid, out, error);
  /* Without a number of draws every random build has an order and levels of its own: no null. */
  if (limen_grid_integer(grid, 0, "draws") < 2) return status;
  for (size_t point = 0; point < limen_grid_points(grid) && status == LIMEN_OK; point++) {
    struct recall_order_family family = {0};
    if (!is_random(plan, point)) continue;
    status = read_family(plan, out, point, &family, error);
    if (status == LIMEN_OK && family.n_arms > 0)
      status = limen_grow(&out->family, &capacity, out->count + 1, sizeof family, error);
    if (status == LIMEN_OK && family.n_arms > 0)
      out->family[out->count++] = family;
    else
      family_clear(&family);
  }
  return status;
}

void recall_orders_clear(struct recall_orders *orders) {
  for (size_t i = 0; i < orders->count; i++) family_clear(&orders->family[i]);
  limen_free(orders->family);
  limen_free(orders->ef);
  limen_free(orders->row);
  *orders = (struct recall_orders){0};
}

/* ---- reading ---- */

const struct recall_order_effect *recall_order_effect_at(const struct recall_orders *orders,
                                                         const struct recall_order_family *family,
                                                         size_t arm, size_t ef) {
  return &family->effect[arm * orders->efs + ef];
}

struct limen_reported recall_order_number(const struct recall_order_test *test) {
  if (!test->made) return (struct limen_reported){NAN, NAN, NAN};
  const struct limen_null_test *null = &test->null;
  const double value = null->arm - null->mean;
  return (struct limen_reported){value, value - test->half, value + test->half};
}

struct limen_reported recall_order_ratio(const struct recall_order_test *test) {
  struct limen_reported number = recall_order_number(test);
  return (struct limen_reported){exp(number.value), exp(number.lower), exp(number.upper)};
}

bool recall_order_matters(const struct recall_order_test *test) {
  return test->made && test->holm <= 1 - RECALL_CONFIDENCE;
}

int recall_order_difference(const struct recall_orders *orders,
                            const struct recall_order_family *first, size_t first_arm,
                            const struct recall_order_family *second, size_t second_arm, size_t ef,
                            struct recall_order_test *out, struct limen_error *error) {
  const struct recall_order_arm *random[] = {&first->random, &second->random};
  const struct recall_order_arm *arm[] = {&first->arm[first_arm], &second->arm[second_arm]};
  const size_t n =
      random[0]->variants < random[1]->variants ? random[0]->variants : random[1]->variants;
  const struct target target = {.ef = ef};
  *out = (struct recall_order_test){.holm = NAN};
  if (!random[0]->complete || !random[1]->complete) return LIMEN_OK; /* which are the same? */
  const size_t variants = arm[0]->variants < arm[1]->variants ? arm[0]->variants : arm[1]->variants;
  double *null = limen_alloc(n, sizeof *null, error);
  double *values = limen_alloc(variants, sizeof *values, error);
  int status = null && values ? LIMEN_OK : LIMEN_FAILED;
  for (size_t v = 0; v < n && status == LIMEN_OK; v++)
    null[v] = value_of(random[0], v, orders->efs, &target, RECALL_ORDER_AT_EF) -
              value_of(random[1], v, orders->efs, &target, RECALL_ORDER_AT_EF);
  for (size_t v = 0; v < variants && status == LIMEN_OK; v++)
    values[v] = value_of(arm[0], v, orders->efs, &target, RECALL_ORDER_AT_EF) -
                value_of(arm[1], v, orders->efs, &target, RECALL_ORDER_AT_EF);
  if (status == LIMEN_OK)
    status = compare(null, n, values, variants, arm[0]->available, out, error);
  limen_free(null);
  limen_free(values);
  return status;
}
