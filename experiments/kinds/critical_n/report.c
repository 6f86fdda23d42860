/* The report of critical_n: question, answer, plots with their tables, what may be wrong. */
#include "experiments/kinds/critical_n/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

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
  if (report->count < limen_grid_points(&plan->grid))
    limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                         "%zu of %zu points of the grid do not exist and were left out: exact "
                         "queries are trained by their gap alone, which not every loss is a "
                         "function of.",
                         limen_grid_points(&plan->grid) - report->count,
                         limen_grid_points(&plan->grid));
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
  status = critical_gap_law(plan, report.points, report.count, &report.law, error);
  if (status != LIMEN_OK) goto done;
  prepare(&report);
  limen_document_title(out, plan->definition.name, plan->definition.question);
  if ((status = critical_answer(&report, error)) != LIMEN_OK) goto done;
  warnings(&report);
  limen_document_plot(out, report.curves > CRITICAL_LINES_MOST ? critical_plot_curves(&report)
                                                               : critical_plot_main(&report));
  settings(&report);
  critical_numbers_table(&report);
  critical_sources(&report);
  critical_definitions(&report);
  if ((status = critical_describe_gaps(&report, error)) != LIMEN_OK) goto done;
  if (report.comparable && report.curves <= CRITICAL_LINES_MOST) {
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
  critical_failures_table(&report);
  status = critical_describe_growth(&report, error);
  if (status == LIMEN_OK) status = critical_doubts(&report, error);
done:
  critical_gap_law_clear(&report.law);
  limen_free(report.points);
  return status;
}
