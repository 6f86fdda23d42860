/* The answer of critical_n: what was reached at the largest d, and what that is a limit of; and how
 * it compares with the published table. */
#include <inttypes.h>
#include <math.h>

#include "experiments/kinds/critical_n/report.h"

/* ---- the answer ---- */

/* What the largest d of the only curve came to. */
static void answer_point(const struct critical_report *report, const struct critical_point *point,
                         struct limen_text *text) {
  if (point->seeds == 0) {
    limen_text_print(text, "At d = %" PRId64 " no search is complete yet.", point->d);
    return;
  }
  limen_text_print(text, "At d = %" PRId64 " %s n = ", point->d,
                   report->plan->imported ? "the imported program reports" : "training reaches");
  critical_print_n(point->critical.estimate, text);
  limen_text_print(text, "%s documents (", point->at_most ? " or more" : "");
  if (point->critical.coverage >= CRITICAL_CONFIDENCE)
    limen_text_print(text, "median of %zu seeds, 95%% interval %.0f to %.0f)", point->seeds,
                     point->critical.lower, point->critical.upper);
  else
    limen_text_print(text, "%s%zu seed%s: too few for a 95%% interval)",
                     point->seeds > 1 ? "median of " : "", point->seeds,
                     point->seeds > 1 ? "s" : "");
  if (!report->plan->imported && point->certified > 0)
    limen_text_print(text,
                     "; the largest n that was reached and *proved* is %" PRId64
                     ", the best of %zu trainings",
                     point->certified, point->certified_attempts);
  limen_text_add(text, ".");
}

static void print_extreme(const struct critical_report *report, const struct critical_point *point,
                          struct limen_text *text) {
  limen_text_add(text, "n = ");
  critical_print_n(point->critical.estimate, text);
  limen_text_add(text, point->at_most ? " or more (" : " (");
  critical_curve_name(report->plan, point->point, text);
  limen_text_add(text, ")");
}

/* Of several curves, the ends of what they reach at the largest d. */
static void answer_curves(const struct critical_report *report, struct limen_text *text) {
  const struct critical_point *low = NULL, *high = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    if ((double)point->d != report->d_max || point->seeds == 0 || point->at_least) continue;
    if (!low || point->critical.estimate < low->critical.estimate) low = point;
    if (!high || point->critical.estimate > high->critical.estimate) high = point;
  }
  limen_text_print(text, "At d = %.0f ", report->d_max);
  if (!low) {
    limen_text_add(text, "no search is complete yet.");
    return;
  }
  limen_text_add(text, "training reaches from ");
  print_extreme(report, low, text);
  limen_text_add(text, " to ");
  print_extreme(report, high, text);
  limen_text_print(text,
                   ", medians over up to %" PRId64
                   " seeds; all %zu curves stand in the table with their intervals.",
                   critical_seeds(report->plan), report->curves);
}

/* From d = 2k on a construction serves any number of documents, so that what training does not
 * reach is no limit of geometry. */
static void answer_geometry(const struct critical_report *report, struct limen_text *text) {
  for (size_t i = 0; i < report->count; i++) {
    if (report->points[i].seeds == 0 || report->points[i].d < 2 * report->points[i].k) continue;
    limen_text_add(text,
                   "From d = 2k on these are limits of training, not of geometry: with no margin "
                   "asked, 2k dimensions serve any number of documents (Wang et al. 2026, arXiv "
                   "2601.20844).");
    return;
  }
}

int critical_answer(const struct critical_report *report, struct limen_error *error) {
  struct limen_text text = {0};
  if (report->curves == 1)
    answer_point(report, &report->points[report->count - 1], &text);
  else
    answer_curves(report, &text);
  limen_text_add(&text, " ");
  const size_t before = text.length;
  const int status = critical_gap_sentence(report, &text, error);
  if (text.length == before) answer_geometry(report, &text);
  if (status == LIMEN_OK)
    limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s", limen_text_string(&text));
  limen_text_clear(&text);
  return status;
}

/* ---- against the published table ---- */

/* The largest relative difference from the published table, and where. */
static const struct critical_point *farthest(const struct critical_report *report, double *share) {
  const struct limen_published *table = limen_published_find("weller2025");
  const struct critical_point *where = NULL;
  *share = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    double n = critical_published_n(report, point, table);
    if (isnan(n) || isnan(point->critical.estimate) || point->at_most) continue;
    double difference = point->critical.estimate / n - 1;
    if (where && fabs(difference) <= fabs(*share)) continue;
    *share = difference;
    where = point;
  }
  return where;
}

/* How this run's settings differ from those behind the published table; nothing when they do not.
 */
static void differences(const struct critical_report *report, struct limen_text *out) {
  static const struct {
    const char *name;
    double value;
  } published[] = {{"tau", 0.1},       {"lr", 0.01},       {"beta1", 0.9},
                   {"beta2", 0.999},   {"epsilon", 1e-8},  {"max_steps", 100000},
                   {"patience", 1000}, {"min_gain", 1e-5}, {"check_every", 50}};
  const struct limen_plan *plan = report->plan;
  for (size_t p = 0; p < sizeof published / sizeof *published; p++)
    for (size_t i = 0; i < report->count; i++) {
      char here[LIMEN_NUMBER_SIZE], there[LIMEN_NUMBER_SIZE];
      double value = limen_value_number(
          limen_grid_value(&plan->grid, report->points[i].point, published[p].name));
      if (value == published[p].value) continue;
      limen_text_print(out, "%s%s = %s there and %s here", out->length ? ", " : "",
                       published[p].name, limen_number(published[p].value, there),
                       limen_number(value, here));
      break;
    }
}

void critical_say_published(const struct critical_report *report) {
  double share;
  const struct critical_point *far = farthest(report, &share);
  struct limen_text text = {0}, different = {0};
  if (!far || report->curves > 1) return;
  differences(report, &different);
  limen_text_print(&text, "The largest difference is %+.0f%% (", 100 * share);
  critical_print_n(far->critical.estimate, &text);
  limen_text_print(&text, " where the table has %.0f, at d = %" PRId64 ")",
                   critical_published_n(report, far, limen_published_find("weller2025")), far->d);
  if (different.length > 0) limen_text_print(&text, ", with %s", limen_text_string(&different));
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH, "%s.", limen_text_string(&text));
  limen_text_clear(&different);
  limen_text_clear(&text);
}
