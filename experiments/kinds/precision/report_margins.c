/* How the gap of the best frames falls with the number of documents. */
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/precision/report.h"

enum { FIT_LEAST = 4, SHOWN = 7 };

struct margin {
  double n, gap;
};

/* The widest gaps that were found in d dimensions, n ascending. */
struct margins {
  struct margin *found;
  size_t count, capacity;
  double power, power_se, level; /* gap = level n^-power; NaN without a fit */
};

static int by_n(const void *a, const void *b) {
  const struct margin *x = a, *y = b;
  return (x->n > y->n) - (x->n < y->n);
}

static int add_row(const struct precision_report *report, const struct limen_cell *cell, size_t row,
                   struct margins *out, struct limen_error *error) {
  double *attempts = NULL;
  size_t count = 0;
  int status = precision_attempts(report->plan, cell, row, &attempts, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    const double *fields = attempts + i * PRECISION_ATTEMPT_FIELDS;
    if (fields[ATTEMPT_FULL] != 1 || !(fields[ATTEMPT_GAP] > 0)) continue;
    status = limen_grow(&out->found, &out->capacity, out->count + 1, sizeof *out->found, error);
    if (status == LIMEN_OK)
      out->found[out->count++] = (struct margin){fields[ATTEMPT_N], fields[ATTEMPT_GAP]};
  }
  limen_free(attempts);
  return status;
}

/* Only searches that used all of their budget say how wide a gap there is. What is found for n
 * documents serves fewer: a narrower gap for fewer documents is left out. */
static void keep_best(struct margins *margins) {
  size_t kept = 0;
  double widest = 0;
  if (margins->count == 0) return;
  qsort(margins->found, margins->count, sizeof *margins->found, by_n);
  for (size_t i = margins->count; i-- > 0;) {
    struct margin *one = &margins->found[i];
    if (one->gap <= widest) {
      one->gap = 0;
      continue;
    }
    widest = one->gap;
  }
  for (size_t i = 0; i < margins->count; i++)
    if (margins->found[i].gap > 0) margins->found[kept++] = margins->found[i];
  margins->count = kept;
}

static int fit(struct margins *margins, struct limen_error *error) {
  double c0, c1, cov00, cov01, cov11, rest;
  margins->power = margins->power_se = margins->level = NAN;
  if (margins->count < FIT_LEAST) return LIMEN_OK;
  double *logs = limen_alloc(2 * margins->count, sizeof *logs, error);
  if (!logs) return LIMEN_FAILED;
  for (size_t i = 0; i < margins->count; i++) {
    logs[2 * i] = log(margins->found[i].n);
    logs[2 * i + 1] = log(margins->found[i].gap);
  }
  if (gsl_fit_linear(logs, 2, logs + 1, 2, margins->count, &c0, &c1, &cov00, &cov01, &cov11,
                     &rest) == 0) {
    margins->power = -c1;
    margins->power_se = sqrt(cov11);
    margins->level = exp(c0);
  }
  limen_free(logs);
  return LIMEN_OK;
}

static int gather(const struct precision_report *report, size_t d, struct margins *out,
                  struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < report->plan->n_order && status == LIMEN_OK; i++) {
    const struct limen_cell *cell = report->plan->cells[report->plan->order[i]];
    if (cell->state != LIMEN_CELL_DONE || limen_cell_integer(cell, "d") != report->d[d].as.integer)
      continue;
    for (size_t row = 0; row < cell->rows && status == LIMEN_OK; row++)
      if (strcmp(precision_construction(cell, row), "harmonic") == 0)
        status = add_row(report, cell, row, out, error);
  }
  keep_best(out);
  return status == LIMEN_OK ? fit(out, error) : status;
}

static void draw(const struct precision_report *report, const struct margins *margins,
                 struct limen_plot *plot) {
  const size_t stride = (report->ds + SHOWN - 1) / SHOWN;
  int colour = 0;
  for (size_t d = 0; d < report->ds; d += stride, colour++) {
    const struct margins *these = &margins[d];
    char label[32];
    if (these->count == 0) continue;
    snprintf(label, sizeof label, "d = %lld", (long long)report->d[d].as.integer);
    const size_t points = limen_plot_series(plot, label, LIMEN_POINTS, colour);
    for (size_t i = 0; i < these->count; i++)
      limen_plot_point(plot, points, these->found[i].n, these->found[i].gap, NAN, NAN);
    if (isnan(these->power)) continue;
    const size_t line = limen_plot_series(plot, "", LIMEN_DASHED, colour);
    const double ends[] = {these->found[0].n, these->found[these->count - 1].n};
    for (size_t e = 0; e < 2; e++)
      limen_plot_point(plot, line, ends[e], these->level * pow(ends[e], -these->power), NAN, NAN);
  }
}

static void tabulate(const struct precision_report *report, const struct margins *margins) {
  limen_document_table(report->out,
                       "gap = level n^-power, least squares of logarithms, with the standard error "
                       "of the power; the gaps are the best of several searches and no independent "
                       "drawings, so the error tells the scatter and no more.",
                       "#d|#points|#smallest n|#largest n|#power|#error|#gap at n = 100, fitted");
  for (size_t d = 0; d < report->ds; d++) {
    const struct margins *these = &margins[d];
    char cell[7][32] = {{0}};
    const char *row[7];
    if (isnan(these->power)) continue;
    snprintf(cell[0], sizeof cell[0], "%lld", (long long)report->d[d].as.integer);
    snprintf(cell[1], sizeof cell[1], "%zu", these->count);
    snprintf(cell[2], sizeof cell[2], "%.0f", these->found[0].n);
    snprintf(cell[3], sizeof cell[3], "%.0f", these->found[these->count - 1].n);
    snprintf(cell[4], sizeof cell[4], "%.2f", these->power);
    snprintf(cell[5], sizeof cell[5], "%.2f", these->power_se);
    snprintf(cell[6], sizeof cell[6], "%.2e", these->level * pow(100, -these->power));
    for (size_t c = 0; c < 7; c++) row[c] = cell[c];
    limen_document_row(report->out, row);
  }
}

int precision_report_margins(const struct precision_report *report, struct limen_error *error) {
  int status = LIMEN_OK;
  bool any = false;
  struct margins *margins = limen_alloc(report->ds, sizeof *margins, error);
  if (!margins) return LIMEN_FAILED;
  for (size_t d = 0; d < report->ds && status == LIMEN_OK; d++) {
    status = gather(report, d, &margins[d], error);
    any = any || margins[d].count >= FIT_LEAST;
  }
  if (status == LIMEN_OK && any) {
    struct limen_plot *plot = limen_plot_alloc(
        "margins",
        "Smallest lead of the best harmonic frames found, unit vectors in real arithmetic, against "
        "the number of documents. Dashed: fitted powers. What an arithmetic costs decides where "
        "such a line ends.",
        "documents n", "gap");
    limen_document_heading(report->out, "Margin");
    if (plot) {
      plot->x_scale = plot->y_scale = LIMEN_LOG;
      draw(report, margins, plot);
    }
    limen_document_plot(report->out, plot);
    tabulate(report, margins);
  }
  for (size_t d = 0; d < report->ds; d++) limen_free(margins[d].found);
  limen_free(margins);
  return status;
}
