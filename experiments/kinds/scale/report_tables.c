#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "experiments/kinds/scale/report.h"
#include "report/table_line.h"

enum { FOLD = 25 };

static void print_point(const struct scale_point *point, struct limen_table_line *row) {
  limen_text_print(limen_line_next(row), "%s", point->family->title);
  limen_text_print(limen_line_next(row), "%lld", (long long)point->n);
  limen_text_print(limen_line_next(row), "%lld", (long long)point->k);
}

/* "-" for what a row has not. */
static void print_value(const struct scale_point *point, enum scale_measure measure,
                        const char *format, struct limen_table_line *row) {
  struct limen_text *out = limen_line_next(row);
  if (!point->cell || isnan(point->values[measure]))
    limen_text_add(out, "-");
  else if (strcmp(format, "whole") == 0)
    limen_text_print(out, "%.0f", point->values[measure]);
  else if (strcmp(format, "short") == 0)
    limen_text_print(out, "%.3g", point->values[measure]);
  else
    limen_text_print(out, "%.4f", point->values[measure]);
}

static bool is_of(const struct scale_point *point, const char *family) {
  return point->cell && strcmp(point->family->name, family) == 0;
}

static bool any_of(const struct scale_report *report, const char *family) {
  for (size_t i = 0; i < report->count; i++)
    if (is_of(&report->points[i], family)) return true;
  return false;
}

void scale_report_certified(const struct scale_report *report) {
  limen_document_table(
      report->out,
      "Certified points. Margin: of unit queries and documents, every lead is at least so much. "
      "Bytes: of a stored document, for which the proof holds. A dash: nothing was certified.",
      "family|#n|#k|#documents|#d|#bytes a document|#certificate, bytes|#margin|#counting bound");
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    struct limen_table_line row = {0};
    print_point(point, &row);
    print_value(point, SCALE_DOCUMENTS, "whole", &row);
    print_value(point, SCALE_DIMENSIONS, "whole", &row);
    print_value(point, SCALE_BYTES, "whole", &row);
    print_value(point, SCALE_CERTIFICATE, "whole", &row);
    print_value(point, SCALE_MARGIN, "places", &row);
    struct limen_text *bound = limen_line_next(&row);
    if (strcmp(point->family->name, "code") == 0)
      limen_text_print(bound, "%.0f",
                       ceil(scale_counting_bound((double)point->n, (double)point->k) - 1e-9));
    else
      limen_text_add(bound, "-");
    limen_line_add(report->out, &row);
  }
  limen_document_fold(report->out, FOLD);
}

void scale_report_codes(const struct scale_report *report) {
  if (!any_of(report, "code")) return;
  limen_document_heading(report->out, "Separating codes");
  limen_document_print(
      report->out, LIMEN_BLOCK_PARAGRAPH,
      "Documents are codewords in {-1,+1}^d: a Reed-Solomon code [N, K] over GF(q), each symbol "
      "written as one of q inner words of m bits, d = N m. The query of a set has the common sign "
      "where all members agree and 0 elsewhere, so leads are whole numbers and exact. Two "
      "codewords agree in at most K - 1 places; N > k (K - 1) leaves one where another document "
      "differs from all members, and there the inner code, *of which every tuple was looked at*, "
      "tells it apart.");
  limen_document_table(report->out,
                       "Codes. Tuples: of k inner words and another, all looked at. Rate: bits of "
                       "a document's number a coordinate.",
                       "family|#n|#k|#d|#q|#K|#N|#m|#tuples|#rate");
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    struct limen_table_line row = {0};
    if (!is_of(point, "code")) continue;
    print_point(point, &row);
    print_value(point, SCALE_DIMENSIONS, "whole", &row);
    print_value(point, SCALE_Q, "whole", &row);
    print_value(point, SCALE_OUTER_DIMENSION, "whole", &row);
    print_value(point, SCALE_OUTER_LENGTH, "whole", &row);
    print_value(point, SCALE_INNER_BITS, "whole", &row);
    print_value(point, SCALE_TUPLES, "whole", &row);
    limen_text_print(limen_line_next(&row), "%.3f",
                     log2((double)point->n) / point->values[SCALE_DIMENSIONS]);
    limen_line_add(report->out, &row);
  }
  limen_document_fold(report->out, FOLD);
}

void scale_report_frames(const struct scale_report *report) {
  if (!any_of(report, "harmonic")) return;
  limen_document_heading(report->out, "Harmonic frames");
  limen_document_print(
      report->out, LIMEN_BLOCK_PARAGRAPH,
      "Documents are unit vectors (cos, sin) of d / 2 random frequencies at n equidistant angles; "
      "n is the smallest prime that is large enough, so that no two coincide. The query of a set "
      "is the sum of its members. Inner products depend on the difference of the numbers alone, "
      "so that half a row of the Gram matrix bounds *all* leads: 1 + (sum of the k - 1 smallest) - "
      "(sum of the k largest). For k = 2 the pairs that this bound leaves open are looked at one "
      "by one. The least lead must exceed what rounding the documents takes.");
  limen_document_table(report->out,
                       "Frames. Highest and lowest: inner products of two documents. Lead: at "
                       "least; rounding: what storing documents may take from it.",
                       "family|#n|#k|#d|#draws|#highest|#lowest|#lead|#rounding|#close pairs");
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    struct limen_table_line row = {0};
    if (!is_of(point, "harmonic")) continue;
    print_point(point, &row);
    print_value(point, SCALE_DIMENSIONS, "whole", &row);
    print_value(point, SCALE_DRAWS, "whole", &row);
    print_value(point, SCALE_HIGHEST, "places", &row);
    print_value(point, SCALE_LOWEST, "places", &row);
    print_value(point, SCALE_LEAD, "places", &row);
    print_value(point, SCALE_ROUNDING, "places", &row);
    print_value(point, SCALE_PAIRS, "whole", &row);
    limen_line_add(report->out, &row);
  }
  limen_document_fold(report->out, FOLD);
}

/* ---- the sample ---- */

static double total(const struct scale_report *report, enum scale_measure measure) {
  double sum = 0;
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].cell && !isnan(report->points[i].values[measure]))
      sum += report->points[i].values[measure];
  return sum;
}

void scale_report_samples(const struct scale_report *report) {
  if (total(report, SCALE_SETS) == 0) return;
  limen_document_heading(report->out, "Looked at by brute force");
  limen_document_print(
      report->out, LIMEN_BLOCK_PARAGRAPH,
      "No proof rests on this; it would find a theorem that is wrong. Of %.0f random sets, vectors "
      "and queries written out, %.0f were not on top of the documents they were compared with in "
      "float32, and %.0f with documents in int8 (a scale a vector). %.0f sets were made to agree "
      "with another codeword in as many places as can be: the smallest lead was %s.",
      total(report, SCALE_SETS), total(report, SCALE_WRONG), total(report, SCALE_WRONG_INT8),
      total(report, SCALE_PROVOKED),
      total(report, SCALE_PROVOKED) > 0 ? "above 0 in all" : "not asked for");
  limen_document_table(report->out,
                       "Smallest margin of the random sets, unit queries and documents; of "
                       "provoked sets the smallest lead, a whole number of coordinates times 2.",
                       "family|#n|#k|#d|#sets|#compared with|#float32|#int8|#provoked|#their lead");
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    struct limen_table_line row = {0};
    if (!point->cell) continue;
    print_point(point, &row);
    print_value(point, SCALE_DIMENSIONS, "whole", &row);
    print_value(point, SCALE_SETS, "whole", &row);
    print_value(point, SCALE_COMPARED, "whole", &row);
    print_value(point, SCALE_LEAST, "places", &row);
    print_value(point, SCALE_LEAST_INT8, "places", &row);
    print_value(point, SCALE_PROVOKED, "whole", &row);
    print_value(point, SCALE_PROVOKED_LEAST, "whole", &row);
    limen_line_add(report->out, &row);
  }
  limen_document_fold(report->out, FOLD);
}

void scale_report_times(const struct scale_report *report) {
  limen_document_table(report->out,
                       "Wall seconds: of the search at this d, of the proof that succeeded, "
                       "of the sample. Other cells may have run at the same time.",
                       "family|#n|#k|#d|#search|#proof|#sample");
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    struct limen_table_line row = {0};
    if (!point->cell) continue;
    print_point(point, &row);
    print_value(point, SCALE_DIMENSIONS, "whole", &row);
    print_value(point, SCALE_SEARCH_S, "short", &row);
    print_value(point, SCALE_PROVE_S, "short", &row);
    print_value(point, SCALE_SAMPLE_S, "short", &row);
    limen_line_add(report->out, &row);
  }
  limen_document_fold(report->out, FOLD);
  limen_document_timed(report->out);
}
