/* The report of critical_n: question, plots with their tables, what may be wrong. */
#include "experiments/kinds/critical_n/report.h"

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

double critical_published_n(const struct critical_report *report,
                            const struct critical_point *point,
                            const struct limen_published *table) {
  const char *pattern = limen_grid_string(&report->plan->grid, point->point, "pattern");
  if ((int64_t)table->k != point->k || strcmp(pattern, "all") != 0) return NAN;
  return limen_published_n(table, (double)point->d);
}

void critical_print_n(double n, struct limen_text *out) {
  limen_text_print(out, "%.*f", n == floor(n) ? 0 : 1, n);
}

void critical_print_interval(const struct limen_interval *interval, bool at_most,
                             struct limen_text *out) {
  if (isnan(interval->estimate)) {
    limen_text_add(out, "none");
    return;
  }
  if (at_most) limen_text_add(out, ">= ");
  critical_print_n(interval->estimate, out);
  /* One value has no spread to show. */
  if (!isfinite(interval->lower) || !isfinite(interval->upper) || interval->coverage == 0) return;
  limen_text_add(out, " (");
  critical_print_n(interval->lower, out);
  limen_text_add(out, " .. ");
  critical_print_n(interval->upper, out);
  limen_text_add(out, interval->coverage < CRITICAL_CONFIDENCE ? ")~" : ")");
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

/* ---- what was run ---- */

/* "0.1, 0.05", and "4 .. 12" for whole numbers without a gap. */
static void print_values(const struct limen_value *values, size_t count, struct limen_text *out) {
  bool row = count > 2 && values[0].type == LIMEN_INTEGER;
  for (size_t i = 1; i < count && row; i++)
    row = values[i].as.integer == values[i - 1].as.integer + 1;
  for (size_t i = 0; i < count; i += row ? count - 1 : 1) {
    if (i > 0) limen_text_add(out, row ? " .. " : ", ");
    limen_value_print(&values[i], out);
  }
}

/* The values of every axis, and of the settings that are not at their defaults. */
static void settings(const struct critical_report *report) {
  const struct limen_plan *plan = report->plan;
  struct limen_text text = {0};
  char plain[512];
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role == LIMEN_COORDINATE) continue;
    struct limen_value standard;
    bool shown = parameter->role == LIMEN_AXIS || strcmp(parameter->name, "seeds") == 0;
    if (!shown)
      shown = limen_value_parse(parameter, parameter->fallback, &standard, NULL) != LIMEN_OK ||
              !limen_value_equal(&standard, &plan->grid.values[i][0]);
    if (!shown) continue;
    limen_text_print(&text, "%s%s = ", text.length ? "; " : "", parameter->name);
    print_values(plan->grid.values[i], plan->grid.lengths[i], &text);
  }
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                       "What was run: %s. Everything else is at its default.",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
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
  bool at_most = false, at_least = false;
  for (size_t i = 0; i < report->count; i++) {
    at_most = at_most || report->points[i].at_most || report->points[i].nearly_at_most;
    at_least = at_least || (report->points[i].at_least && !plan->imported);
  }
  if (at_most)
    limen_document_print(
        report->out, LIMEN_BLOCK_WARNING,
        "Some searches ended at n_most = %" PRId64
        " with a success: the figures marked >= may be larger. Raise it with --set "
        "n_most=N.",
        limen_grid_integer(&plan->grid, 0, "n_most"));
  if (at_least && limen_grid_integer(&plan->grid, 0, "queries") > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "Some searches failed even at the fewest documents that have so many "
                         "queries; their figure is one less than that.");
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
    const struct limen_interval half = critical_half(point);
    bool separated = point->half.outcome == LIMEN_SEPARATED && !isnan(half.estimate);
    double published = critical_published_n(report, point, table);
    critical_curve_name(report->plan, point->point, &cells[0]);
    limen_text_print(&cells[1], "%" PRId64, point->d);
    if (!isnan(published)) limen_text_print(&cells[2], "%.0f", published);
    critical_print_interval(&point->critical, point->at_most, &cells[3]);
    if (separated)
      limen_text_print(&cells[4], "separated: %.0f .. %.0f", point->half.separated_low,
                       point->half.separated_high);
    else
      critical_print_interval(&half, false, &cells[4]);
    critical_print_interval(&point->nearly, point->nearly_at_most, &cells[5]);
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
  enum { COLUMNS = 7 };
  start_table(report,
              "Failed trainings: queries still wrong at the best look, and the worst "
              "margin there (relevant minus irrelevant score), medians.",
              "curve|#d|#trainings|#failed|#diverged|#queries wrong|#worst margin");
  for (size_t i = 0; i < report->count; i++) {
    const struct critical_point *point = &report->points[i];
    struct limen_text cells[COLUMNS] = {0};
    critical_curve_name(report->plan, point->point, &cells[0]);
    limen_text_print(&cells[1], "%" PRId64, point->d);
    limen_text_print(&cells[2], "%zu", point->attempts);
    limen_text_print(&cells[3], "%zu", point->failed);
    limen_text_print(&cells[4], "%zu", point->diverged);
    if (!isnan(point->failed_wrong)) critical_print_n(point->failed_wrong, &cells[5]);
    if (!isnan(point->failed_margin)) limen_text_print(&cells[6], "%.3f", point->failed_margin);
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
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "An optimiser need not succeed for every n below one that it reached: in %zu "
      "of %zu searches a larger n came out right although a smaller one had not. "
      "The published search assumes that this does not happen.",
      inverted, searches);
  if (!report->plan->imported)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "certified_n is a best-of and grows with the number of trainings; the "
                         "number stands beside it. Medians do not grow.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "One or two unlucky queries decide critical_n; n_99, which forgives one "
                       "query in a hundred, tells how much that matters. With fewer than 100 "
                       "queries nothing is forgiven, and the two differ only by how far their "
                       "searches went.");
  if (report->plan->imported) return LIMEN_OK;
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "The figures hold for the temperature, loss and settings of training named "
                       "above. Try --set tau=0.05 to see how far the first one moves them.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Training is chaotic: another processor or compiler rounds otherwise and "
                       "gives other luck to every seed. On one machine the bytes repeat.");
  return LIMEN_OK;
}

static void definitions(const struct critical_report *report) {
  struct limen_document *out = report->out;
  const struct limen_grid *grid = &report->plan->grid;
  int64_t start = limen_grid_integer(grid, 0, "start_n");
  char words[32] = "2d + 3";
  if (start > 0) snprintf(words, sizeof words, "%" PRId64, start);
  limen_document_heading(out, "What the numbers mean");
  if (report->plan->imported)
    limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                         "critical_n: the largest n whose training reports every relevant document "
                         "found. Median over seeds, with a distribution-free interval.");
  else
    limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                         "critical_n: the published definition: from n = %s gallop up or down with "
                         "doubling steps, bisect, sweep n-4 to n+5; the largest n tried that "
                         "succeeded. Median over seeds, with a distribution-free interval.",
                         words);
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "half_n: where half of the trainings succeed: Firth's logistic regression of "
      "success on n over all complete searches, profile-likelihood interval; or, "
      "when one n separates successes from failures, the gap between them.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "n_99: the largest n tried at which at least 99%% of the queries come out "
                       "right%s. Median over seeds.",
                       report->plan->imported
                           ? " for certain: from an accuracy a, no more than k (1 - a) are wrong"
                           : "; the search goes on upwards from critical_n");
  if (report->plan->imported) return;
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "certified_n: the largest n proved at this or a smaller d, by any training. "
      "Padding a dimension with zeros keeps a solution; and where every subset is "
      "asked for, dropping a document does, so that what is proved holds for every "
      "smaller n as well.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "success: every query's relevant documents score strictly above all others, "
                       "proved in float64 with a rigorous error bound on the stored float32 "
                       "numbers.");
}

/* Whether a published table has a point among our dimensions. */
static bool drawn(const struct critical_report *report, const struct limen_published *table) {
  for (size_t i = 0; i < report->count; i++)
    if (!isnan(critical_published_n(report, &report->points[i], table))) return true;
  return false;
}

static void sources(const struct critical_report *report) {
  if (!report->comparable) return;
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH, "Published figures drawn here:");
  for (size_t i = 0; limen_published_at(i); i++) {
    const struct limen_published *table = limen_published_at(i);
    if (drawn(report, table))
      limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s: %s.", table->label, table->source);
  }
}

/* ---- the whole ---- */

static void prepare(struct critical_report *report) {
  report->d_min = INFINITY;
  report->d_max = -INFINITY;
  for (size_t i = 0; i < report->count; i++) {
    if (report->points[i].curve >= report->curves) report->curves = report->points[i].curve + 1;
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
  critical_answer(&report);
  warnings(&report);
  limen_document_plot(out, critical_plot_main(&report));
  settings(&report);
  numbers_table(&report);
  sources(&report);
  definitions(&report);
  if (report.comparable) {
    limen_document_heading(out, "Against the published table");
    critical_say_published(&report);
    limen_document_plot(out, critical_plot_published(&report));
  }
  if (report.curves == 1) {
    limen_document_heading(out, "How much the definition matters");
    limen_document_plot(out, critical_plot_definitions(&report));
  }
  limen_document_heading(out, "How sharp the limit is");
  limen_document_plot(out, critical_plot_share(&report, error));
  size_t failed = 0;
  for (size_t i = 0; i < report.count; i++) failed += report.points[i].failed;
  if (failed > 0 && !plan->imported) limen_document_plot(out, critical_plot_wrong(&report, error));
  failures_table(&report);
  status = critical_describe_growth(&report, error);
  if (status == LIMEN_OK) status = doubts(&report, error);
  limen_free(report.points);
  return status;
}
