/* The page, for a reader who knows none of the papers: the answer, one picture, what each of its
 * curves means for whoever chooses d, then numbers and doubts. */
#include "experiments/kinds/geometry/report.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "report/number.h"

const struct geometry_point *geometry_report_at(const struct geometry_report *report, size_t d,
                                                size_t format) {
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].d == report->d[d].as.integer &&
        strcmp(report->points[i].format->name, report->format[format].as.string) == 0)
      return &report->points[i];
  return NULL;
}

void geometry_count_print(double n, struct limen_text *out) {
  if (n >= 1e9)
    limen_text_print(out, "%.3g billion", n / 1e9);
  else if (n >= 1e6)
    limen_text_print(out, "%.3g million", n / 1e6);
  else
    limen_text_print(out, "%.0f", n);
}

/* ---- the answer ---- */

/* The point of fewest dimensions, and among those of most documents; then that of most documents
 * over all, and among those of fewest bits. */
static void ends(const struct geometry_report *report, const struct geometry_point **few,
                 const struct geometry_point **many) {
  *few = *many = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct geometry_point *point = &report->points[i];
    if (!(point->n > 0)) continue;
    if (!*few || point->d < (*few)->d || (point->d == (*few)->d && point->n > (*few)->n))
      *few = point;
    if (!*many || point->n > (*many)->n ||
        (point->n == (*many)->n &&
         (point->d < (*many)->d ||
          (point->d == (*many)->d && point->format->bits < (*many)->format->bits))))
      *many = point;
  }
}

static void answer(const struct geometry_report *report) {
  const struct geometry_point *few, *many;
  struct limen_text text = {0};
  ends(report, &few, &many);
  if (!few) {
    limen_text_add(&text, "Nothing is proved yet.");
  } else {
    const double published = limen_published_n(report->published, (double)few->d);
    limen_text_print(&text, "In d = %lld every pair of ", (long long)few->d);
    geometry_count_print(few->n, &text);
    limen_text_print(&text, " documents is proved to be served in %s", few->format->name);
    if (!isnan(published))
      limen_text_print(&text, " (training is published to reach %.0f)", published);
    limen_text_print(&text, ", in d = %lld of ", (long long)many->d);
    geometry_count_print(many->n, &text);
    limen_text_print(
        &text,
        " in %s (the published fit asks d = %.0f). From d = 4 on geometry sets no limit: "
        "margins, number formats and training do.",
        many->format->name, ceil(limen_published_cubic_d(many->n)));
  }
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s", limen_text_string(&text));
  limen_text_clear(&text);
}

/* ---- words ---- */

static void warn(const struct geometry_report *report) {
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu cells are still to be done. Run the "
                         "same command again to go on.",
                         report->plan->n_missing);
}

static void list(struct limen_document *out, enum limen_block_type type, const char *heading,
                 const char *const *items, size_t count) {
  limen_document_heading(out, heading);
  for (size_t i = 0; i < count; i++) limen_document_print(out, type, "%s", items[i]);
}
#define LIST(TYPE, HEADING, ITEMS) \
  list(report->out, TYPE, HEADING, ITEMS, sizeof(ITEMS) / sizeof *(ITEMS))

static void explain(const struct geometry_report *report) {
  static const char *const curves[] = {
      "The question. A search engine turns each document and each query into a list of d numbers, "
      "a "
      "vector; d is the number of *dimensions*. The score of a document is the inner product of "
      "the "
      "two vectors, and the best scores are returned. A pair of documents is *served* when some "
      "query puts these two on top. How many documents n can there be, if every pair is to be "
      "served?",
      "Geometry, the vertical line. With exact numbers and no matter how narrow a win, 2k = 4 "
      "dimensions serve every pair of any number of documents; unit vectors of 3 dimensions end at "
      "4 documents. So dimensions alone are no limit worth fearing.",
      "Margins, the dashed lines. The *lead* is how far the pair scores above the next document, "
      "for vectors of length 1. Whoever wants a wide lead, to survive noise, needs dimensions: a "
      "lead of 0.2 bounds n by packing, and leads of order 1/sqrt(k) take d of the order of "
      "k ln(n/k), that is, a few more dimensions for each doubling of n.",
      "Number formats, the filled curves. Stored numbers have few digits and need a lead above "
      "their rounding. Each point is proved here in its *format*: float64, float32 and float16 are "
      "floating-point numbers of so many bits, int8 has 8 bits a number and a scale for each "
      "vector, bit1 has a sign alone. A finer format holds the numbers of a coarser one, so no "
      "curve falls below it: where they meet, more digits are not known to buy anything.",
      "Training, the hollow points and the crosses. Hollow: published, of vectors that were "
      "optimised "
      "freely, without any text, under one loss and temperature. Crosses: trained here for the "
      "widest lead, up to `n_train` documents. Where they lie below the filled curve of float32, "
      "the optimiser ends, not the space. Beyond d = 45 the published points are an extrapolation "
      "of a fit, which other fits to the same points contradict by orders of magnitude.",
  };
  limen_document_heading(report->out, "The curves");
  for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
    limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s", curves[i]);
}

static void advise(const struct geometry_report *report) {
  static const char *const advice[] = {
      "Do not choose d by the extrapolated curve: for as many documents the table below has far "
      "fewer dimensions, proved.",
      "If your documents are stored in float16 or int8, dozens to hundreds of dimensions leave "
      "room "
      "for every pair of millions. When such a model still misses, look at its training and its "
      "data before its dimension.",
      "Ask for a lead before you ask for dimensions: know how much noise your scores carry "
      "(rounding, an approximate index, queries unlike those of training), and take the d at which "
      "leads exceed it.",
      "What is proved is that vectors exist. A model has to find them from text, for queries it "
      "has "
      "not seen: take more than the table says, and measure.",
  };
  LIST(LIMEN_BLOCK_LIST, "What to do with this when you choose d", advice);
}

static void tell_doubts(const struct geometry_report *report) {
  static const char *const doubts[] = {
      "Every number here is a lower bound on what is possible: longer searches find more, and "
      "formulas were tried at doublings of n alone, up to `n_frames` and `n_codes`, where curves "
      "end.",
      "The vectors are constructions: no text is behind a document, and queries are vectors made "
      "for each pair. They bound geometry and formats, not models.",
      "In float64 to int8 of few dimensions queries are stored in the format, too. By formulas "
      "they "
      "are exact: sums of members, and for codes vectors of -1, 0 and +1.",
      "The law of margins has a constant that is drawn as 1; the true curve is a multiple of it in "
      "d. Packing is a bound that nothing is known to reach.",
      "Each n is trained from a few starts, up to `n_train`: more starts and steps reach further "
      "(`limit_losses`).",
      "k = 2 alone is looked at; `limit_k` tells how dimensions grow with k.",
  };
  LIST(LIMEN_BLOCK_LIST, "What could make this wrong", doubts);
}

static void define(const struct geometry_report *report) {
  static const char *const terms[] = {
      "n_proved: documents of which every pair is proved to be some query's top 2, in a format and "
      "at most d dimensions; each has a certificate that `limen verify` proves again, of its own "
      "or of a point whose numbers can be stored here as they are: of fewer dimensions or a "
      "coarser "
      "format.",
      "trained here: the largest n of a search of which a training served every pair, proved; free "
      "documents and queries, soft minimum of margins, annealed (n_trained).",
      "layout: documents placed by a rule with few parameters, which are searched, such as "
      "harmonic "
      "frames: n steps of one rotation.",
      "formula: a separating code (bit1) or a harmonic frame of random frequencies, whose proof "
      "covers all pairs at once.",
      "packing: n (n - 1) / 2 is at most (1 + 1/g)^d where every pair leads by 2 g (Weller et al., "
      "arXiv 2508.21038).",
      "2k: with no margin asked, min(2k, n - 1) dimensions suffice (Wang et al., arXiv 2601.20844; "
      "Alon, Frankl, Roedl 1985).",
      "k ln(n/k): Bangachev, Bresler, Kogan, Polyanskiy, arXiv 2605.23556.",
  };
  LIST(LIMEN_BLOCK_DEFINITIONS, "What the numbers mean", terms);
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH,
                       "Published: %s; the same and its fit, %s; reproduced by %s.",
                       report->published->source, limen_published_extrapolated.source,
                       limen_published_find("reproduction")->source);
}

/* ---- the page ---- */

static void axis(const struct limen_plan *plan, const char *name, const struct limen_value **values,
                 size_t *count) {
  const ptrdiff_t i = limen_parameter_find(plan->grid.parameters, name);
  *values = plan->grid.values[i];
  *count = plan->grid.lengths[i];
}

int geometry_describe(const struct limen_plan *plan, struct limen_document *out,
                      struct limen_error *error) {
  static const char *const always[] = {"proposals", "work", "n_hunt", "n_frames", "n_codes", NULL};
  struct geometry_report report = {
      .plan = plan, .out = out, .published = limen_published_find("weller2025")};
  limen_document_title(out, plan->definition.name, plan->definition.question);
  int status = geometry_points(plan, &report.points, &report.count, error);
  axis(plan, "d", &report.d, &report.ds);
  axis(plan, "format", &report.format, &report.formats);
  if (status == LIMEN_OK) {
    answer(&report);
    warn(&report);
    limen_document_plot(out, geometry_report_plot(&report));
    explain(&report);
    advise(&report);
    geometry_report_choose(&report);
    limen_document_heading(out, "Numbers");
    geometry_report_numbers(&report);
    limen_report_settings(plan, always, out);
    geometry_report_proofs(&report);
    tell_doubts(&report);
    define(&report);
  }
  limen_free(report.points);
  return status;
}
