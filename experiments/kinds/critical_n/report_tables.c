/* Tables of the report: a row per point of the grid. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "experiments/kinds/critical_n/report.h"

/* A row whose first cell names the curve; with one curve there is nothing to name, and no column.
 */
void critical_add_row(const struct critical_report *report, struct limen_text *cells,
                      size_t columns) {
  enum { COLUMNS_MOST = 16 };
  const char *row[COLUMNS_MOST] = {0};
  for (size_t c = 0; c < columns; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->out, report->curves > 1 ? row : row + 1);
  for (size_t c = 0; c < columns; c++) limen_text_clear(&cells[c]);
}

void critical_start_table(const struct critical_report *report, const char *caption,
                          const char *heads) {
  limen_document_table(report->out, caption, report->curves > 1 ? heads : strchr(heads, '|') + 1);
}

void critical_numbers_table(const struct critical_report *report) {
  const struct limen_published *table = limen_published_find("weller2025");
  enum { COLUMNS = 10 };
  critical_start_table(report,
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
    critical_add_row(report, cells, COLUMNS);
  }
  limen_document_fold(report->out, 20);
}

void critical_failures_table(const struct critical_report *report) {
  enum { COLUMNS = 7 };
  critical_start_table(report,
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
    critical_add_row(report, cells, COLUMNS);
  }
  limen_document_fold(report->out, 20);
}
