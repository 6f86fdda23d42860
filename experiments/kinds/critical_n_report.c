/* The report of critical_n: question, answer, plots with their tables, what may be wrong. */
#include "experiments/kinds/critical_n_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* ---- words ---- */

void critical_curve_name(const struct limen_plan *plan, size_t point, struct limen_text *out) {
  size_t start = out->length;
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role != LIMEN_AXIS || strcmp(parameter->name, "d") == 0 ||
        plan->grid.lengths[i] < 2)
      continue;
    limen_text_print(out, "%s%s = ", out->length > start ? ", " : "", parameter->name);
    limen_value_print(limen_grid_value(&plan->grid, point, parameter->name), out);
  }
}

bool critical_first_of_curve(const struct critical_report *report, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (critical_same_curve(report->plan, report->points[j].point, report->points[i].point))
      return false;
  return true;
}

double critical_published_n(const struct critical_report *report,
                            const struct critical_point *point,
                            const struct limen_published *table) {
  const char *pattern = limen_grid_string(&report->plan->grid, point->point, "pattern");
  if ((int64_t)table->k != point->k || strcmp(pattern, "all") != 0) return NAN;
  return limen_published_n(table, (double)point->d);
}

void critical_print_interval(const struct limen_interval *interval, struct limen_text *out) {
  if (isnan(interval->estimate)) {
    limen_text_add(out, "none");
    return;
  }
  /* One decimal where there is any: half points; medians are whole or halves. */
  bool whole = interval->estimate == floor(interval->estimate);
  limen_text_print(out, "%.*f", whole ? 0 : 1, interval->estimate);
  /* One value has no spread to show. */
  if (isfinite(interval->lower) && isfinite(interval->upper) && interval->coverage != 0)
    limen_text_print(out, " (%.*f .. %.*f)%s", whole ? 0 : 1, interval->lower, whole ? 0 : 1,
                     interval->upper, interval->coverage < CRITICAL_CONFIDENCE ? "~" : "");
}

const char *critical_count_words(double n, char *out, size_t size) {
  if (isnan(n))
    snprintf(out, size, "none");
  else if (n < 0)
    snprintf(out, size, "below 0");
  else if (n < 1e5)
    snprintf(out, size, "%.0f", n);
  else if (n < 1e6)
    snprintf(out, size, "%.0fk", n / 1e3);
  else if (n < 1e9)
    snprintf(out, size, "%.3gM", n / 1e6);
  else
    snprintf(out, size, "%.3gB", n / 1e9);
  return out;
}

/* ---- the answer ---- */

/* The largest relative difference from the published table, and where. */
static const struct critical_point *farthest(const struct critical_report *report, double *share) {
  const struct limen_published *table = limen_published_find("weller2025");
  const struct critical_point *where = NULL;
  *share = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    double n = critical_published_n(report, point, table);
    if (isnan(n) || isnan(point->critical.estimate)) continue;
    double difference = point->critical.estimate / n - 1;
    if (where && fabs(difference) <= fabs(*share)) continue;
    *share = difference;
    where = point;
  }
  return where;
}

/* What the largest d of the only curve came to. */
static void answer_point(const struct critical_report *report, const struct critical_point *point,
                         struct limen_text *text) {
  if (point->seeds == 0) {
    limen_text_print(text, "At d = %" PRId64 " no search is complete yet. ", point->d);
    return;
  }
  limen_text_print(text, "At d = %" PRId64 " %s n = %.4g%s documents (", point->d,
                   report->plan->imported ? "the imported program reports" : "training reaches",
                   point->critical.estimate, point->at_most ? " or more" : "");
  if (point->critical.coverage >= CRITICAL_CONFIDENCE)
    limen_text_print(text, "median of %zu seeds, 95%% interval %.4g to %.4g)", point->seeds,
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
  limen_text_add(text, ". ");
}

static void print_extreme(const struct critical_report *report, const struct critical_point *point,
                          struct limen_text *text) {
  limen_text_print(text, "n = %.4g%s (", point->critical.estimate,
                   point->at_most ? " or more" : "");
  critical_curve_name(report->plan, point->point, text);
  limen_text_add(text, ")");
}

/* Of several curves, the ends of what they reach at the largest d. */
static void answer_curves(const struct critical_report *report, struct limen_text *text) {
  const struct critical_point *low = NULL, *high = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    if ((double)point->d != report->d_max || point->seeds == 0) continue;
    if (!low || point->critical.estimate < low->critical.estimate) low = point;
    if (!high || point->critical.estimate > high->critical.estimate) high = point;
  }
  limen_text_print(text, "At d = %.0f ", report->d_max);
  if (!low) {
    limen_text_add(text, "no search is complete yet. ");
    return;
  }
  limen_text_add(text, "training reaches from ");
  print_extreme(report, low, text);
  limen_text_add(text, " to ");
  print_extreme(report, high, text);
  limen_text_print(text,
                   ", medians over up to %" PRId64
                   " seeds; all %zu curves stand in the "
                   "table with their intervals. ",
                   critical_seeds(report->plan), report->curves);
}

static void answer(const struct critical_report *report) {
  struct limen_text text = {0};
  const struct critical_point *last = &report->points[0];
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].d > last->d) last = &report->points[i];
  if (report->curves == 1)
    answer_point(report, last, &text);
  else
    answer_curves(report, &text);
  double share;
  const struct critical_point *far = farthest(report, &share);
  if (far && report->curves == 1)
    limen_text_print(
        &text,
        "Against the published table the largest difference is %+.0f%% (%.4g where it has %.4g, at "
        "d = %" PRId64 "). ",
        100 * share, far->critical.estimate,
        critical_published_n(report, far, limen_published_find("weller2025")), far->d);
  int64_t k = last->k;
  limen_text_print(&text,
                   "These are limits of this training, not of geometry: with no margin asked, 2k = "
                   "%" PRId64
                   " dimensions serve any number of documents (Wang et al. 2026, arXiv "
                   "2601.20844).",
                   2 * k);
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s", limen_text_string(&text));
  limen_text_clear(&text);
}

static void warnings(const struct critical_report *report) {
  const struct limen_plan *plan = report->plan;
  char name[512];
  if (plan->imported)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "These are others' results, imported from %s. That program keeps no "
                         "embeddings, so nothing here is proved: successes are shown as reported.",
                         limen_plain(plan->imported, name, sizeof name));
  else if (plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu trainings are still to be done. "
                         "Searches that are not complete are left out of every median.",
                         plan->n_missing);
  for (size_t i = 0; i < report->count; i++) {
    if (!report->points[i].at_most) continue;
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "Some searches ended at n_most = %" PRId64
                         " with a success: the true "
                         "figures there are larger. Raise it with --set n_most=N.",
                         limen_grid_integer(&plan->grid, 0, "n_most"));
    break;
  }
}

/* ---- tables ---- */

/* A row whose first cell names the curve; with one curve there is nothing to name, and no column.
 */
static void add_row(const struct critical_report *report, struct limen_text *cells,
                    size_t columns) {
  enum { COLUMNS_MOST = 16 };
  const char *row[COLUMNS_MOST];
  for (size_t c = 0; c < columns; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->out, report->curves > 1 ? row : row + 1);
  for (size_t c = 0; c < columns; c++) limen_text_clear(&cells[c]);
}

static void start_table(const struct critical_report *report, const char *caption,
                        const char *heads) {
  limen_document_table(report->out, caption, report->curves > 1 ? heads : strchr(heads, '|') + 1);
}

static void numbers_table(const struct critical_report *report) {
  const struct limen_published *table = limen_published_find("weller2025");
  enum { COLUMNS = 10 };
  start_table(report,
              "Four numbers for the same trainings. In brackets 95% intervals; ~ marks "
              "those that too few seeds make narrower than that.",
              "curve|#d|#Weller et al.|#critical_n|#half_n|#n_99|#certified_n|#at d|#seed|"
              "#best of");
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    struct limen_text cells[COLUMNS] = {0};
    struct limen_interval half = critical_half(point);
    double published = critical_published_n(report, point, table);
    critical_curve_name(report->plan, point->point, &cells[0]);
    limen_text_print(&cells[1], "%" PRId64, point->d);
    if (!isnan(published)) limen_text_print(&cells[2], "%.0f", published);
    critical_print_interval(&point->critical, &cells[3]);
    if (point->half.outcome == LIMEN_SEPARATED)
      limen_text_print(&cells[4], "separated: %.0f .. %.0f", point->half.separated_low,
                       point->half.separated_high);
    else
      critical_print_interval(&half, &cells[4]);
    critical_print_interval(&point->nearly, &cells[5]);
    if (point->certified > 0 && !report->plan->imported) {
      limen_text_print(&cells[6], "%" PRId64, point->certified);
      limen_text_print(&cells[7], "%" PRId64, point->certified_d);
      limen_text_print(&cells[8], "%" PRId64, point->certified_seed);
      limen_text_print(&cells[9], "%zu", point->certified_attempts);
    }
    add_row(report, cells, COLUMNS);
  }
  limen_document_fold(report->out, 20);
}

static void failures_table(const struct critical_report *report) {
  enum { COLUMNS = 6 };
  start_table(report,
              "Failed trainings: queries still wrong at the best look, and the worst "
              "margin there (relevant minus irrelevant score), medians.",
              "curve|#d|#trainings|#failed|#queries wrong|#worst margin");
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    struct limen_text cells[COLUMNS] = {0};
    critical_curve_name(report->plan, point->point, &cells[0]);
    limen_text_print(&cells[1], "%" PRId64, point->d);
    limen_text_print(&cells[2], "%zu", point->attempts);
    limen_text_print(&cells[3], "%zu", point->half.trials - point->half.successes);
    if (!isnan(point->failed_wrong)) limen_text_print(&cells[4], "%.4g", point->failed_wrong);
    if (!isnan(point->failed_margin)) limen_text_print(&cells[5], "%.3f", point->failed_margin);
    add_row(report, cells, COLUMNS);
  }
  limen_document_fold(report->out, 20);
}

/* ---- what could make the answer wrong ---- */

/* Searches in which a larger n succeeded although a smaller one had failed. */
static int count_inversions(const struct critical_report *report, size_t *inverted,
                            size_t *searches, struct limen_error *error) {
  *inverted = *searches = 0;
  for (size_t i = 0; i < report->count; i++) {
    struct critical_attempt *attempts = NULL;
    size_t count = 0;
    int status = critical_attempts(report->plan, report->points[i].point, &attempts, &count, error);
    if (status != LIMEN_OK) return status;
    for (int64_t s = 0; s < critical_seeds(report->plan); s++) {
      int64_t seed = critical_first_seed(report->plan) + s, lowest_failed = INT64_MAX, highest = 0;
      bool any = false;
      for (size_t a = 0; a < count; a++) {
        if (attempts[a].seed != seed) continue;
        any = true;
        bool good = attempts[a].cell->answer.values[CRITICAL_REACHED] == 1;
        if (good && attempts[a].n > highest) highest = attempts[a].n;
        if (!good && attempts[a].n < lowest_failed) lowest_failed = attempts[a].n;
      }
      *searches += any;
      *inverted += any && highest > lowest_failed;
    }
    limen_free(attempts);
  }
  return LIMEN_OK;
}

static int doubts(const struct critical_report *report, struct limen_error *error) {
  size_t inverted, searches;
  int status = count_inversions(report, &inverted, &searches, error);
  if (status != LIMEN_OK) return status;
  struct limen_document *out = report->out;
  limen_document_heading(out, "What could make this wrong");
  if (!report->plan->imported)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "A success is proved, with a certificate that `limen verify` re-checks. A "
                         "failure proves nothing: another start, loss or temperature may succeed.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Success is not monotone in n for an optimiser: in %zu of %zu searches a "
                       "larger n succeeded although a smaller one had failed. The published search "
                       "assumes that this does not happen.",
                       inverted, searches);
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "certified_n is a best-of and grows with the number of trainings; the number "
      "stands beside it. Medians do not grow.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "One or two unlucky queries decide critical_n; n_99, which forgives one "
                       "query in a hundred, tells how much that matters. With fewer than 100 "
                       "subsets both are the same.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "The figures hold for the temperature, loss, learning rate and patience "
                       "given here. Try --set tau=0.05 to see how far the first one moves them.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Training is chaotic: another processor or BLAS kernel rounds otherwise and "
                       "gives other luck, within the intervals. On one machine the bytes repeat.");
  return LIMEN_OK;
}

static void definitions(const struct critical_report *report) {
  struct limen_document *out = report->out;
  limen_document_heading(out, "What the numbers mean");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "critical_n: the published definition: from 2d + 3 gallop up or down with "
                       "doubling steps, bisect, sweep n-4 to n+5; the largest n tried that "
                       "succeeded. Median over seeds, with a distribution-free interval.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "half_n: where half of the seeds succeed: Firth's logistic regression of "
                       "success on n over all trainings, profile-likelihood interval; or, when "
                       "one n separates successes from failures, the gap between them.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "n_99: the largest n tried at which at least 99%% of the subsets come out "
                       "right; the search goes on upwards from critical_n. Median over seeds.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "certified_n: the largest n proved at this or a smaller d, by any training. "
                       "Dropping a document or padding a dimension keeps a solution, so what is "
                       "proved is monotone in both.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "success: every query's relevant documents score strictly above all others, "
                       "proved in float64 with a rigorous error bound on the stored float32 "
                       "numbers.");
}

static void sources(const struct critical_report *report) {
  if (!report->comparable) return;
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH, "Published figures drawn here:");
  for (size_t i = 0; limen_published_at(i); i++) {
    const struct limen_published *table = limen_published_at(i);
    limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s: %s.", table->label, table->source);
  }
}

/* ---- the whole ---- */

static void prepare(struct critical_report *report) {
  report->d_min = INFINITY;
  report->d_max = -INFINITY;
  for (size_t i = 0; i < report->count; i++) {
    report->curves += critical_first_of_curve(report, i);
    report->d_min = fmin(report->d_min, (double)report->points[i].d);
    report->d_max = fmax(report->d_max, (double)report->points[i].d);
    if (!isnan(
            critical_published_n(report, &report->points[i], limen_published_find("weller2025"))))
      report->comparable = true;
  }
}

int critical_describe(const struct limen_plan *plan, struct limen_document *out,
                      struct limen_error *error) {
  struct critical_report report = {.plan = plan, .out = out};
  int status = critical_points(plan, &report.points, &report.count, error);
  if (status != LIMEN_OK) return status;
  prepare(&report);
  limen_document_title(out, plan->definition.name, plan->definition.question);
  answer(&report);
  warnings(&report);
  limen_document_plot(out, critical_plot_main(&report));
  numbers_table(&report);
  sources(&report);
  definitions(&report);
  if (report.comparable) {
    limen_document_heading(out, "Against the published table");
    limen_document_plot(out, critical_plot_published(&report));
  }
  limen_document_heading(out, "How much the definition matters");
  limen_document_plot(out, critical_plot_definitions(&report));
  limen_document_heading(out, "How sharp the limit is");
  limen_document_plot(out, critical_plot_share(&report, error));
  limen_document_plot(out, critical_plot_wrong(&report, error));
  failures_table(&report);
  status = critical_describe_growth(&report, error);
  if (status == LIMEN_OK) status = doubts(&report, error);
  limen_free(report.points);
  return status;
}
