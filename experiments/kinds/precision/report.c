/* The report of precision: question, answer, plots with their tables, what may be wrong. */
#include "experiments/kinds/precision/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "report/number.h"

const struct precision_point *precision_report_at(const struct precision_report *report, size_t d,
                                                  size_t arithmetic) {
  for (size_t i = 0; i < report->count; i++)
    if ((int64_t)report->points[i].d == report->d[d].as.integer &&
        strcmp(report->points[i].quantiser->name, report->arithmetic[arithmetic].as.string) == 0)
      return &report->points[i];
  return NULL;
}

/* ---- the answer ---- */

/* What the smallest number of dimensions serves, in every arithmetic. */
static void answer_smallest(const struct precision_report *report, struct limen_text *text) {
  const double published = limen_published_n(report->published, (double)report->d[0].as.integer);
  size_t said = 0, of = 0;
  for (size_t a = 0; a < report->arithmetics; a++) {
    const struct precision_point *point = precision_report_at(report, 0, a);
    of += point && point->certified > 0;
  }
  for (size_t a = 0; a < report->arithmetics; a++) {
    const struct precision_point *point = precision_report_at(report, 0, a);
    if (!point || point->certified == 0) continue;
    if (said == 0)
      limen_text_print(
          text,
          "In d = %zu dimensions every pair of n documents is served, proved for n = ", point->d);
    limen_text_print(text, "%s%zu in %s",
                     said == 0        ? ""
                     : said + 1 == of ? " and "
                                      : ", ",
                     point->certified, point->quantiser->name);
    said++;
  }
  if (said > 0 && !isnan(published))
    limen_text_print(text, " (training is published to reach %.0f)", published);
}

/* The point of at most 16 bits a coordinate that is farthest above what was published. */
static const struct precision_point *farthest(const struct precision_report *report, double *than) {
  const struct precision_point *best = NULL;
  double ratio = 0;
  for (size_t i = 0; i < report->count; i++) {
    const struct precision_point *point = &report->points[i];
    const double published = limen_published_n(report->published, (double)point->d);
    if (point->quantiser->bits > 16 || point->certified == 0 || isnan(published) ||
        (double)point->certified <= ratio * published)
      continue;
    ratio = (double)point->certified / published;
    *than = published;
    best = point;
  }
  return best;
}

static void answer(const struct precision_report *report) {
  struct limen_text text = {0};
  char plain[2048];
  double than = NAN;
  const struct precision_point *far = farthest(report, &than);
  answer_smallest(report, &text);
  if (text.length == 0)
    limen_text_add(&text, "No number of documents is proved yet");
  else if (far)
    limen_text_print(&text,
                     "; farthest above what training is published to reach is n = %zu in d = %zu "
                     "dimensions of %s, %zu bits a document, against %.0f",
                     far->certified, far->d, far->quantiser->name,
                     far->d * far->quantiser->bits + far->quantiser->vector_bits, than);
  limen_text_add(&text, ".");
  if (text.length > 40)
    limen_text_add(&text,
                   " Constructions reach this without training, each number has a "
                   "certificate, and larger ones may exist.");
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s",
                       limen_plain(limen_text_string(&text), plain, sizeof plain));
  limen_text_clear(&text);
}

/* ---- words ---- */

static void warn(const struct precision_report *report) {
  size_t more = 0;
  for (size_t i = 0; i < report->count; i++) more += report->points[i].more;
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu cells are still to be done. Run the "
                         "same command again to go on.",
                         report->plan->n_missing);
  if (more > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "At %zu of %zu points the hunt ended at n_most = %" PRId64
                         " documents or when its work ran out, marked +: raise `work` or `n_most` "
                         "to go further.",
                         more, report->count, limen_grid_integer(&report->plan->grid, 0, "n_most"));
}

static void explain(const struct precision_report *report) {
  limen_document_heading(report->out, "How so many are proved");
  limen_document_print(
      report->out, LIMEN_BLOCK_PARAGRAPH,
      "A harmonic frame is n steps of one rotation, so all pairs at the same distance s around it "
      "are alike: the best query of {0, s}, rotated, is that of {i, i + s}, and n / 2 queries in "
      "real arithmetic stand for all n (n - 1) / 2 pairs. Rounding breaks the likeness. Where the "
      "smallest lead exceeds all that rounding can take, the proof is by *classes*, and holds for "
      "every rounding to nearest. Elsewhere the vectors are rounded and every pair is checked in "
      "exact terms, *pair by pair*, against all documents that its class leaves in doubt; a query "
      "that fails is replaced by the best one for the rounded "
      "documents, rounded and then moved along the grid.");
}

static void tell_doubts(const struct precision_report *report) {
  static const char *const doubts[] = {
      "Each number is a lower bound on what the arithmetic can do: a longer search finds more. "
      "Nothing here says that n + 1 is impossible; the counting bound is far above.",
      "These are constructions: no text is behind a document, and a model that is trained need not "
      "find vectors like them. They bound what geometry and arithmetic allow, not what training "
      "reaches.",
      "Queries are vectors of their own, one a pair, stored in the same arithmetic. That some "
      "encoder of text yields them is not said.",
      "Scores are exact inner products of the stored numbers. A search that also sums in a coarse "
      "format may lose leads that are smaller than its rounding.",
      "The published figures are of trained float32 embeddings; there the limit is the training, "
      "not the number format.",
  };
  limen_document_heading(report->out, "What could make this wrong");
  for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++)
    limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s", doubts[i]);
}

static void define(const struct precision_report *report) {
  static const char *const terms[] = {
      "n_star: the largest number of documents of which every pair was proved to be the top 2 of "
      "some query, over all constructions, here or in fewer dimensions: a coordinate more that is "
      "0 everywhere changes no score (and two more, of signs, that are opposite in queries).",
      "lead, gap: the smaller score of the pair less the largest of another document, for a query "
      "of length 1; the gap is in real arithmetic, for documents of length 1.",
      "stored lead: what is left of it in the arithmetic: by classes the least that any rounding "
      "leaves, pair by pair the smallest that there is.",
      "mended: pairs whose rotated query failed once rounded and that got one of their own.",
      "counting bound: pairs need different queries. The arithmetic has at most codes^d of them "
      "that rank differently, a common scale left out, so n (n - 1) / 2 <= codes^d. Quantisation "
      "bounds of the form B d >= c k ln n (arXiv 2606.11780) say the same up to the constant.",
      "2 and 3 dimensions: unit vectors end at 3 and 4 documents, whatever their numbers are "
      "stored "
      "in, as long as they have length 1: a pair that some query puts on top is an edge of their "
      "hull, of which there are at most n in the plane and 3 n - 6 in space, against n (n - 1) / 2 "
      "pairs. From d = 4 on there is no such end.",
  };
  limen_document_heading(report->out, "What the numbers mean");
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    limen_document_print(report->out, LIMEN_BLOCK_DEFINITIONS, "%s", terms[i]);
}

/* ---- the page ---- */

static void axis(const struct limen_plan *plan, const char *name, const struct limen_value **values,
                 size_t *count) {
  const ptrdiff_t i = limen_parameter_find(plan->grid.parameters, name);
  *values = plan->grid.values[i];
  *count = plan->grid.lengths[i];
}

static int compose(const struct precision_report *report, struct limen_error *error) {
  static const char *const always[] = {"proposals", "work", "pairs_most", "mend", "seeds", NULL};
  struct limen_document *out = report->out;
  answer(report);
  warn(report);
  limen_document_plot(out, precision_report_main_plot(report));
  precision_report_numbers(report);
  limen_report_settings(report->plan, always, out);
  explain(report);
  precision_report_proofs(report);
  precision_report_constructions(report);
  limen_document_heading(out, "Bits");
  limen_document_plot(out, precision_report_bits_plot(report));
  precision_report_ceilings(report);
  int status = precision_report_margins(report, error);
  tell_doubts(report);
  limen_document_print(out, LIMEN_BLOCK_PARAGRAPH, "Published: %s.", report->published->source);
  define(report);
  return status;
}

int precision_describe(const struct limen_plan *plan, struct limen_document *out,
                       struct limen_error *error) {
  struct precision_report report = {
      .plan = plan, .out = out, .published = limen_published_find("weller2025")};
  limen_document_title(out, plan->definition.name, plan->definition.question);
  int status = precision_points(plan, &report.points, &report.count, error);
  axis(plan, "d", &report.d, &report.ds);
  axis(plan, "arithmetic", &report.arithmetic, &report.arithmetics);
  if (status == LIMEN_OK) status = compose(&report, error);
  limen_free(report.points);
  return status;
}
