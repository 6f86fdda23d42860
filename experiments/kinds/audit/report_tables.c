#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/audit/report.h"
#include "report/number.h"
#include "stats/interval.h"

enum { CELLS = 16 };

static void add_row(const struct audit_report *report, struct limen_text *cells, size_t count) {
  const char *row[CELLS];
  for (size_t c = 0; c < count; c++) row[c] = limen_text_string(&cells[c]);
  limen_document_row(report->out, row);
  for (size_t c = 0; c < count; c++) limen_text_clear(&cells[c]);
}

static void print_share(const struct audit_point *point, const struct limen_reported *share,
                        struct limen_text *out) {
  if (isnan(share->value)) {
    limen_text_add(out, "none");
    return;
  }
  limen_text_print(out, "%zu: ", audit_report_queries(point, share));
  limen_report_number(share, out);
}

/* Outcomes that never happen are left out, but for right ones and the impossible. */
static bool is_shown(const struct audit_report *report, size_t outcome) {
  bool shown = outcome == 0 || outcome == AUDIT_IMPOSSIBLE - AUDIT_RIGHT;
  for (size_t i = 0; i < report->count; i++) shown = shown || report->points[i].count[outcome] > 0;
  return shown;
}

void audit_report_outcomes_table(const struct audit_report *report) {
  struct limen_text heads = {0};
  limen_text_add(&heads, "point|#documents|#d|#queries");
  for (size_t o = 0; o < AUDIT_OUTCOMES; o++)
    if (is_shown(report, o)) limen_text_print(&heads, "|#%s", audit_outcome_name(o));
  limen_document_table(report->out,
                       "Queries by outcome: how many, and their share with its 95% interval. No "
                       "column: none.",
                       limen_text_string(&heads));
  for (size_t i = 0; i < report->count; i++) {
    const struct audit_point *point = &report->points[i];
    struct limen_text cells[CELLS] = {0};
    size_t c = 4;
    audit_report_point(report, i, &cells[0]);
    limen_text_print(&cells[1], "%.0f", point->documents);
    limen_text_print(&cells[2], "%.0f", point->dimensions);
    limen_text_print(&cells[3], "%zu", point->asked);
    for (size_t o = 0; o < AUDIT_OUTCOMES; o++)
      if (is_shown(report, o)) print_share(point, &point->outcome[o], &cells[c++]);
    add_row(report, cells, c);
  }
  limen_text_clear(&heads);
}

static void print_quantile(const double *values, size_t count, double share,
                           struct limen_text *out) {
  if (count == 0)
    limen_text_add(out, "none");
  else
    limen_text_print(out, "%.3g", limen_quantile_sorted(values, count, share));
}

static double noise_as_given(const struct audit_point *point) {
  for (size_t c = 0; c < point->changes; c++)
    if (audit_step_is_given(point->change[c].step)) return point->change[c].noise;
  return NAN;
}

void audit_report_margins_table(const struct audit_report *report) {
  limen_document_table(report->out,
                       "Queries that miss although a better query exists: their own gap, and the "
                       "best query's. The noise is float32's.",
                       "point|#queries|#own gap, median|#best gap, median|#its lowest tenth|#its "
                       "smallest|#noise");
  for (size_t i = 0; i < report->count; i++) {
    const struct audit_margins *margins = &report->margins[i];
    const double noise = noise_as_given(&report->points[i]);
    struct limen_text cells[CELLS] = {0};
    audit_report_point(report, i, &cells[0]);
    limen_text_print(&cells[1], "%zu", margins->n_reach);
    print_quantile(margins->own, margins->n_own, 0.5, &cells[2]);
    print_quantile(margins->reach, margins->n_reach, 0.5, &cells[3]);
    print_quantile(margins->reach, margins->n_reach, 0.1, &cells[4]);
    print_quantile(margins->reach, margins->n_reach, 0, &cells[5]);
    limen_text_print(&cells[6], isnan(noise) ? "none" : "%.3g", noise);
    add_row(report, cells, 7);
  }
}

static void print_change(const struct audit_report *report, size_t i, size_t c) {
  const struct audit_point *point = &report->points[i];
  const struct audit_change *change = &point->change[c];
  struct limen_text cells[CELLS] = {0};
  audit_report_point(report, i, &cells[0]);
  limen_text_add(&cells[1], change->step->name);
  limen_text_print(&cells[2], isnan(change->bits) ? "none" : "%.0f", change->bits);
  limen_report_number(&change->recall, &cells[3]);
  print_share(point, &change->right, &cells[4]);
  if (!audit_step_is_given(change->step)) { /* which is what the others are held against */
    limen_text_print(&cells[5], "%zu", audit_report_queries(point, &change->losses));
    limen_text_print(&cells[6], "%zu", audit_report_queries(point, &change->gains));
    limen_report_points(&change->net, &cells[7]);
  }
  limen_text_print(&cells[8], isnan(change->changed) ? "none" : "%.4f", change->changed);
  limen_text_print(&cells[9], isnan(change->noise) ? "none" : "%.3g", change->noise);
  limen_text_print(&cells[10], isnan(change->within_noise) ? "none" : "%.4f", change->within_noise);
  add_row(report, cells, 11);
}

void audit_report_steps_table(const struct audit_report *report) {
  limen_document_table(
      report->out,
      "Every step alone. Right, losses and gains: how many queries; points: gains less losses, in "
      "hundredths of the queries, with its 95% interval. Changed: another top k than exact search. "
      "Within noise: queries that no unit query serves by more than the noise.",
      "point|step|#bits a document|#recall@k|#right|#losses|#gains|#points|#changed|#noise|"
      "#within noise");
  for (size_t i = 0; i < report->count; i++)
    for (size_t c = 0; c < report->points[i].changes; c++) print_change(report, i, c);
  limen_document_fold(report->out, 24);
}

/* ---- queries by name ---- */

static bool is_hopeless(enum limen_verdict verdict) {
  return verdict == LIMEN_VERDICT_IMPOSSIBLE || verdict == LIMEN_VERDICT_BELOW;
}

static void list_cell(const struct audit_report *report, size_t i,
                      const struct audit_queries *queries, size_t most) {
  const char *id = queries->ids;
  size_t listed = 0;
  for (size_t q = 0; q < queries->count && listed < most; q++) {
    const size_t length = strcspn(id, "\n");
    if (is_hopeless(queries->verdict[q])) {
      struct limen_text cells[CELLS] = {0};
      audit_report_point(report, i, &cells[0]);
      limen_text_add_bytes(&cells[1], id, length);
      limen_text_print(&cells[2], "%u", queries->wanted[q]);
      limen_text_add(&cells[3], limen_verdict_name(queries->verdict[q]));
      limen_text_print(&cells[4], "%.3g", queries->gaps[q * AUDIT_GAPS + AUDIT_BEST_UPPER]);
      add_row(report, cells, 5);
      listed++;
    }
    id += length + (id[length] == '\n');
  }
}

int audit_report_hopeless(const struct audit_report *report, struct limen_error *error) {
  enum { LISTED = 20 /* a point */ };
  size_t hopeless = 0;
  int status = LIMEN_OK;
  for (size_t i = 0; i < report->count; i++)
    hopeless += report->points[i].count[AUDIT_IMPOSSIBLE - AUDIT_RIGHT] +
                report->points[i].count[AUDIT_BELOW - AUDIT_RIGHT];
  if (hopeless == 0) return LIMEN_OK;
  char caption[256];
  snprintf(caption, sizeof caption,
           "Queries that no query vector serves, the first %d of each point's first drawing.",
           LISTED);
  limen_document_table(report->out, caption, "point|query|#wants|verdict|#best gap at most");
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    struct audit_queries queries;
    status = audit_queries_read(report->plan, report->points[i].first, &queries, error);
    if (status != LIMEN_OK) break;
    list_cell(report, i, &queries, LISTED);
    audit_queries_clear(&queries);
  }
  limen_document_fold(report->out, 10);
  return status;
}
