/* The page of an audit, in the order of its counterfactuals. */
#include "experiments/kinds/audit/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/number.h"

const char *audit_report_point(const struct audit_report *report, size_t i,
                               struct limen_text *out) {
  out->length = 0;
  limen_report_point(report->plan, report->points[i].point, NULL, out);
  if (out->length == 0) limen_text_add(out, "all queries");
  return limen_text_string(out);
}

size_t audit_report_queries(const struct audit_point *point, const struct limen_reported *share) {
  return isnan(share->value) ? 0 : (size_t)lround(share->value * (double)point->asked);
}

/* ---- margins ---- */

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void margins_clear(struct audit_margins *margins) {
  limen_free(margins->best);
  limen_free(margins->reach);
  limen_free(margins->own);
}

/* There is room for as many queries as the cells say that they were asked. */
static int add_queries(const struct audit_queries *queries, size_t *room, struct audit_margins *out,
                       struct limen_error *error) {
  for (size_t q = 0; q < queries->count; q++) {
    const double *gaps = queries->gaps + q * AUDIT_GAPS;
    const enum limen_verdict verdict = queries->verdict[q];
    if (verdict == LIMEN_VERDICT_NOTHING) continue;
    if ((*room)-- == 0)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "the store has more verdicts than queries that were asked: it is damaged; "
                        "run the same command with --fresh");
    if (gaps[AUDIT_BEST_LOWER] > 0) out->best[out->n_best++] = gaps[AUDIT_BEST_LOWER];
    if (verdict != LIMEN_VERDICT_REACHABLE) continue;
    out->reach[out->n_reach++] = gaps[AUDIT_BEST_LOWER];
    out->own[out->n_own++] = gaps[AUDIT_OWN_UPPER];
  }
  return LIMEN_OK;
}

static int read_margins(const struct limen_plan *plan, const struct audit_point *point,
                        struct audit_margins *out, struct limen_error *error) {
  size_t room = point->asked;
  int status = LIMEN_OK;
  if (!(out->best = limen_alloc(point->asked, sizeof *out->best, error)) ||
      !(out->reach = limen_alloc(point->asked, sizeof *out->reach, error)) ||
      !(out->own = limen_alloc(point->asked, sizeof *out->own, error)))
    return LIMEN_FAILED;
  for (int64_t i = 0; i < limen_grid_integer(&plan->grid, 0, "instances"); i++) {
    struct audit_queries queries;
    const struct limen_cell *cell = limen_plan_peek(plan, point->point, &i);
    if (!cell) continue;
    if ((status = audit_queries_read(plan, cell, &queries, error)) != LIMEN_OK) return status;
    status = add_queries(&queries, &room, out, error);
    audit_queries_clear(&queries);
    if (status != LIMEN_OK) return status;
  }
  qsort(out->best, out->n_best, sizeof *out->best, ascending);
  qsort(out->reach, out->n_reach, sizeof *out->reach, ascending);
  qsort(out->own, out->n_own, sizeof *out->own, ascending);
  return LIMEN_OK;
}

/* ---- parts in words ---- */

static void warn(const struct audit_report *report) {
  bool strangers = false;
  for (size_t i = 0; i < report->count; i++)
    strangers = strangers || report->points[i].strangers > 0;
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu cells are still to be done. Run the "
                         "same command again to go on.",
                         report->plan->n_missing);
  if (strangers)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "Some judgements call relevant a document, or belong to a query, that has "
                         "no vector here (%.0f of them). They are left out: a query counts as "
                         "right when it finds the others.",
                         report->points[0].strangers);
}

/* Where the theorem leaves nothing to find. */
static void tell_vacuous(const struct audit_report *report) {
  struct limen_text text = {0}, name = {0};
  size_t vacuous = 0;
  char plain[1024];
  for (size_t i = 0; i < report->count; i++) {
    const struct audit_point *point = &report->points[i];
    if (!point->independent) continue;
    limen_text_print(&text, "%s%s (%.0f documents in %.0f dimensions)", vacuous++ ? "; " : "",
                     audit_report_point(report, i, &name), point->documents, point->dimensions);
  }
  if (vacuous > 0)
    limen_document_print(
        report->out, LIMEN_BLOCK_PARAGRAPH,
        "*Geometry is vacuous* at %s: the documents are affinely independent, which was proved, "
        "and "
        "of n <= d + 1 such points every set is the top of some query by theorem. That nothing is "
        "impossible there says nothing about the model; gaps still do.",
        limen_plain(limen_text_string(&text), plain, sizeof plain));
  else if (report->count > 0)
    limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                         "*Geometry is not vacuous* at any point of this report: there are more "
                         "documents than dimensions plus one, or they depend on each other, so "
                         "that some sets may be out of every query's reach.");
  limen_text_clear(&text);
  limen_text_clear(&name);
}

static void tell_certificates(const struct audit_report *report) {
  size_t kept = 0, claims = 0;
  for (size_t i = 0; i < report->count; i++) {
    kept += report->points[i].proofs;
    claims += report->points[i].count[AUDIT_IMPOSSIBLE - AUDIT_RIGHT] +
              report->points[i].count[AUDIT_BELOW - AUDIT_RIGHT];
  }
  if (claims == 0) return;
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                       "Of %zu claims that no query exists, or none with a gap above epsilon, %zu "
                       "have a certificate: a convex combination of differences of documents that "
                       "`limen verify` checks in rationals%s. It also audits every cell again, and "
                       "with it proves all claims anew.",
                       claims, kept,
                       kept < claims ? " (at most `certificates` a cell are kept)" : "");
}

static void tell_doubts(const struct audit_report *report) {
  struct limen_document *out = report->out;
  size_t unknown = 0, below = 0, infinite = 0;
  bool several = false;
  for (size_t i = 0; i < report->count; i++) {
    unknown += report->points[i].count[AUDIT_UNKNOWN - AUDIT_RIGHT];
    below += report->points[i].count[AUDIT_BELOW - AUDIT_RIGHT];
    several = several || report->points[i].cells > 1;
    for (size_t c = 0; c < report->points[i].changes; c++)
      infinite += report->points[i].change[c].infinite;
  }
  limen_document_heading(out, "What could make this wrong");
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "Reachable means: for these documents another query vector would do. Whether "
      "the encoder of queries missed it, or the encoder of documents put them "
      "where no sensible query goes, cannot be told apart from vectors and "
      "judgements.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Each query is asked for alone. That every query has a good vector does not "
                       "say that one encoder of text yields all of them.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Only judged documents count as wanted. Where judgements are incomplete, a "
                       "miss may be a good document that nobody judged.");
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "Each step changes the vectors as given in one way; several at once may cost "
      "more or less than the sum of what they cost alone.");
  limen_document_print(out, LIMEN_BLOCK_LIST, "%s",
                       several
                           ? "Intervals are over drawings (Student's t), a new index in each."
                           : "Intervals are over queries of one set and one build of the index: "
                             "another set, or an insertion order, may differ by more.");
  if (unknown > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "For %zu queries the search for a better query did not come to an end: "
                         "more `rounds` may decide them.",
                         unknown);
  if (below > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "For %zu queries no exact proof was found (or none was sought, prove=0): "
                         "there it reads no unit query has a gap above epsilon, and no more.",
                         below);
  if (infinite > 0)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "Some numbers are beyond the largest of a format; under such a step there "
                         "are no scores, and every query counts as lost.");
}

static void define(const struct audit_report *report) {
  static const char *const terms[] = {
      "right: all documents that a query wants score above all others; ties count against it.",
      "reachable: not right, but a query vector exists that does it, by a gap above the noise of "
      "the number format.",
      "drowned: not right, and even the best unit query's gap is within the noise of the number "
      "format.",
      "impossible: no query vector of any length does it: 0 is a convex combination of differences "
      "of a wanted and another document, found and checked in rationals.",
      "below: no unit query has a gap above epsilon, some 1e-12 of the documents' lengths; not "
      "proved impossible.",
      "gap: of a unit query: its lowest score of a wanted document minus the highest of another.",
      "noise: twice what a score of a unit query may move when documents are rounded to the format "
      "and products are summed in float32; a gap below it may be lost.",
      "gains and losses: queries that a step makes right, and those that it makes wrong, against "
      "the vectors as given (float64 sums), or for an index against exact search.",
      "recall@k: of the k documents that a query wants, the share among its first k; k is the "
      "query's own.",
      "changed: queries whose first k under the index are another set than under exact search.",
  };
  limen_document_heading(report->out, "What the numbers mean");
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    limen_document_print(report->out, LIMEN_BLOCK_DEFINITIONS, "%s", terms[i]);
  limen_document_print(report->out, LIMEN_BLOCK_DEFINITIONS,
                       "interval: %.0f%%: Wilson's over queries for shares and Student's for "
                       "changes; over drawings where there are several.",
                       100 * AUDIT_CONFIDENCE);
}

/* ---- the page ---- */

static int compose(struct audit_report *report, struct limen_error *error) {
  static const char *const always[] = {"format", "round_queries", "instances", NULL};
  struct limen_document *out = report->out;
  audit_report_answer(report);
  warn(report);
  audit_report_outcomes_plot(report);
  tell_vacuous(report);
  limen_report_settings(report->plan, always, out);
  limen_document_heading(out, "1. Geometry");
  audit_report_outcomes_table(report);
  tell_certificates(report);
  int status = audit_report_hopeless(report, error);
  limen_document_heading(out, "2. A better query");
  audit_report_margins_plot(report);
  audit_report_margins_table(report);
  limen_document_heading(out, "3. Arithmetic, dimensions, index");
  audit_report_steps_plot(report);
  audit_report_steps_table(report);
  tell_doubts(report);
  define(report);
  return status;
}

int audit_describe(const struct limen_plan *plan, struct limen_document *out,
                   struct limen_error *error) {
  struct audit_report report = {.plan = plan, .out = out};
  limen_document_title(out, plan->definition.name, plan->definition.question);
  int status = audit_points(plan, &report.points, &report.count, error);
  if (status == LIMEN_OK &&
      !(report.margins = limen_alloc(report.count, sizeof *report.margins, error)))
    status = LIMEN_FAILED;
  for (size_t i = 0; i < report.count && status == LIMEN_OK; i++)
    status = read_margins(plan, &report.points[i], &report.margins[i], error);
  if (status == LIMEN_OK) status = compose(&report, error);
  for (size_t i = 0; report.margins && i < report.count; i++) margins_clear(&report.margins[i]);
  limen_free(report.margins);
  audit_points_free(report.points, report.count);
  return status;
}
