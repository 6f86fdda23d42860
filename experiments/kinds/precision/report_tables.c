#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "experiments/kinds/precision/report.h"
#include "report/table_line.h"

enum { COLUMNS = 16 };

void precision_report_numbers(const struct precision_report *report) {
  struct limen_text heads = {0};
  limen_text_add(&heads, "#d|#published");
  for (size_t a = 0; a < report->arithmetics; a++)
    limen_text_print(&heads, "|#%s", report->arithmetic[a].as.string);
  limen_document_table(report->out,
                       "n_star: documents of which every pair is proved to be served, beside what "
                       "training is published to reach. +: the hunt ended at its limits.",
                       limen_text_string(&heads));
  limen_text_clear(&heads);
  for (size_t d = 0; d < report->ds; d++) {
    struct limen_table_line line = {0};
    const double published = limen_published_n(report->published, (double)report->d[d].as.integer);
    limen_text_print(&line.cell[0], "%lld", (long long)report->d[d].as.integer);
    if (!isnan(published)) limen_text_print(&line.cell[1], "%.0f", published);
    for (size_t a = 0; a < report->arithmetics && a + 2 < COLUMNS; a++) {
      const struct precision_point *point = precision_report_at(report, d, a);
      if (point && point->certified > 0)
        limen_text_print(&line.cell[2 + a], "%zu%s", point->certified,
                         point->from->more ? "+" : "");
    }
    limen_line_add_cells(report->out, &line,
                         report->arithmetics + 2 < COLUMNS ? report->arithmetics + 2 : COLUMNS);
  }
}

void precision_report_proofs(const struct precision_report *report) {
  limen_document_table(report->out,
                       "What was proved at each dimension itself: by which construction, how, and "
                       "with what left.",
                       "#d|arithmetic|#n|construction|proved|#gap|#stored lead|#mended|#tried");
  for (size_t i = 0; i < report->count; i++) {
    const struct precision_point *point = &report->points[i];
    struct limen_table_line line = {0};
    if (point->n == 0) continue;
    const double how = precision_value(point->cell, point->row, PRECISION_HOW);
    const double gap = precision_value(point->cell, point->row, PRECISION_GAP);
    const double mended = precision_value(point->cell, point->row, PRECISION_MENDED);
    limen_text_print(&line.cell[0], "%zu", point->d);
    limen_text_add(&line.cell[1], point->quantiser->name);
    limen_text_print(&line.cell[2], "%zu", point->n);
    limen_text_add(&line.cell[3], precision_construction(point->cell, point->row));
    limen_text_add(&line.cell[4], how == PRECISION_BY_CLASSES ? "by classes" : "pair by pair");
    if (!isnan(gap)) limen_text_print(&line.cell[5], "%.2e", gap);
    limen_text_print(&line.cell[6], "%.2e",
                     precision_value(point->cell, point->row, PRECISION_LEFT));
    if (!isnan(mended)) limen_text_print(&line.cell[7], "%.0f", mended);
    limen_text_print(&line.cell[8], "%.0f",
                     precision_value(point->cell, point->row, PRECISION_TRIED));
    limen_line_add_cells(report->out, &line, 9);
  }
  limen_document_fold(report->out, 14);
}

/* The largest n that a construction has at a point, over seeds; 0: none. */
static size_t reached(const struct precision_report *report, const struct precision_point *point,
                      size_t row) {
  const int64_t first = limen_grid_integer(&report->plan->grid, 0, "first_seed");
  const int64_t seeds = limen_grid_integer(&report->plan->grid, 0, "seeds");
  double most = 0;
  for (int64_t s = first; s < first + seeds; s++) {
    const struct limen_cell *cell = limen_plan_peek(report->plan, point->point, &s);
    if (cell) most = fmax(most, precision_value(cell, row, PRECISION_N));
  }
  return limen_count_of(most);
}

void precision_report_constructions(const struct precision_report *report) {
  struct limen_text heads = {0};
  const ptrdiff_t at = limen_parameter_find(report->plan->grid.parameters, "construction");
  const struct limen_value *names = report->plan->grid.values[at];
  const size_t count = report->plan->grid.lengths[at];
  limen_text_add(&heads, "#d|arithmetic");
  for (size_t c = 0; c < count; c++) limen_text_print(&heads, "|#%s", names[c].as.string);
  limen_document_table(report->out, "Documents by construction.", limen_text_string(&heads));
  limen_text_clear(&heads);
  for (size_t i = 0; i < report->count; i++) {
    struct limen_table_line line = {0};
    limen_text_print(&line.cell[0], "%zu", report->points[i].d);
    limen_text_add(&line.cell[1], report->points[i].quantiser->name);
    for (size_t c = 0; c < count && c + 2 < COLUMNS; c++) {
      const size_t n = reached(report, &report->points[i], c);
      if (n > 0) limen_text_print(&line.cell[2 + c], "%zu", n);
    }
    limen_line_add_cells(report->out, &line, count + 2 < COLUMNS ? count + 2 : COLUMNS);
  }
  limen_document_fold(report->out, 14);
}

/* 12, 1.2e+05, "10^40" in the style of %g. */
static void print_ceiling(double n, struct limen_text *out) {
  if (isfinite(n))
    limen_text_print(out, n < 1e6 ? "%.0f" : "%.1e", n);
  else
    limen_text_add(out, "above 1e308");
}

void precision_report_ceilings(const struct precision_report *report) {
  limen_document_table(report->out,
                       "What the bits of a document hold: proved, and at most by counting queries. "
                       "The last column is the share of the bound's bits, log n_star over log of "
                       "the bound.",
                       "#d|arithmetic|#bits|#n_star|#counting bound|#share");
  for (size_t i = 0; i < report->count; i++) {
    const struct precision_point *point = &report->points[i];
    struct limen_table_line line = {0};
    if (point->certified == 0) continue;
    limen_text_print(&line.cell[0], "%zu", point->d);
    limen_text_add(&line.cell[1], point->quantiser->name);
    limen_text_print(&line.cell[2], "%zu",
                     point->d * point->quantiser->bits + point->quantiser->vector_bits);
    limen_text_print(&line.cell[3], "%zu", point->certified);
    print_ceiling(point->ceiling, &line.cell[4]);
    if (isfinite(point->ceiling))
      limen_text_print(&line.cell[5], "%.2f", log((double)point->certified) / log(point->ceiling));
    limen_line_add_cells(report->out, &line, 6);
  }
  limen_document_fold(report->out, 14);
}
