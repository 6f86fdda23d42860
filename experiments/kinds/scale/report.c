/* The page: the answer, dimensions against documents, then how each family comes to them. */
#include "experiments/kinds/scale/report.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "limits/published.h"
#include "report/number.h"

int64_t scale_report_k(const struct scale_report *report) {
  for (size_t i = 0; i < report->count; i++)
    if (report->points[i].k == 2) return 2;
  return report->count > 0 ? report->points[0].k : 2;
}

/* ---- the answer ---- */

/* The point of most documents of a family at a k; NULL: none. */
static const struct scale_point *largest(const struct scale_report *report, const char *family,
                                         int64_t k) {
  const struct scale_point *best = NULL;
  for (size_t i = 0; i < report->count; i++) {
    const struct scale_point *point = &report->points[i];
    if (point->cell && point->k == k && strcmp(point->family->name, family) == 0 &&
        (!best || point->n > best->n))
      best = point;
  }
  return best;
}

static void say_point(const struct scale_point *point, bool first, struct limen_text *text) {
  if (first)
    limen_text_print(text,
                     "Every set of %lld of %.0f documents is certified to be some query's top %lld",
                     (long long)point->k, (double)point->n, (long long)point->k);
  limen_text_print(text, "%s in d = %.0f dimensions (%s, %.0f bytes a document",
                   first ? "" : " and", point->values[SCALE_DIMENSIONS], point->family->title,
                   point->values[SCALE_BYTES]);
  limen_text_print(
      text, first || (double)point->n == point->values[SCALE_DOCUMENTS] ? ")" : ", n = %.0f)",
      point->values[SCALE_DOCUMENTS]);
}

/* Each family at the most documents that it is certified for. */
void scale_report_answer(const struct scale_report *report) {
  const int64_t k = scale_report_k(report);
  struct limen_text text = {0};
  double most = 0;
  size_t said = 0;
  for (size_t f = 0; limen_construction_at(f); f++) {
    const struct scale_point *point = largest(report, limen_construction_name(f), k);
    if (!point) continue;
    say_point(point, said++ == 0, &text);
    most = fmax(most, (double)point->n);
  }
  if (said == 0) {
    limen_text_add(&text, "Nothing is certified yet.");
  } else {
    if (k == 2)
      limen_text_print(&text,
                       ", where the published fit to trained embeddings extrapolates to d = %.0f",
                       ceil(limen_published_cubic_d(most)));
    limen_text_add(&text, ". Each is proved for all sets at once.");
  }
  limen_document_print(report->out, LIMEN_BLOCK_ANSWER, "%s", limen_text_string(&text));
  limen_text_clear(&text);
}

/* ---- words ---- */

static void warn(const struct scale_report *report) {
  size_t lacking = 0;
  if (report->plan->n_missing > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "This report is partial: at least %zu cells are still to be done. Run the "
                         "same command again to go on.",
                         report->plan->n_missing);
  for (size_t i = 0; i < report->count; i++)
    lacking += !report->points[i].cell && !report->points[i].waiting;
  if (lacking > 0)
    limen_document_print(report->out, LIMEN_BLOCK_WARNING,
                         "At %zu of %zu points nothing was certified: no code of inner words of "
                         "`inner_bits` bits is large enough, or no frame of up to `d_most` "
                         "dimensions holds.",
                         lacking, report->count);
}

static void tell_doubts(const struct scale_report *report) {
  static const char *const doubts[] = {
      "These are constructions: no text is behind a document, and a model that is trained need not "
      "find vectors like them. They bound what geometry allows, not what training reaches.",
      "Each d is the smallest that was found and proved, not the smallest there is. Frequencies "
      "and inner words are drawn at random; other seeds, more draws or better codes may do with "
      "less. For the same reason d need not rise with n.",
      "Queries are exact, and are vectors of their own: that some encoder of text yields them is "
      "not said. Queries of a code have entries of -1, 0 and +1, those of a frame are sums of "
      "members.",
      "For k of 3 and more the proof of a harmonic frame bounds each sum by the extremes alone; "
      "frames that it rejects may serve all the same.",
      "Margins are small and shrink with n. A search that rounds more coarsely than the format "
      "told, queries included, may lose them.",
  };
  limen_document_heading(report->out, "What could make this wrong");
  for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++)
    limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s", doubts[i]);
}

static void define(const struct scale_report *report) {
  static const char *const terms[] = {
      "certified: `limen verify` proves it again from the certificate alone: the inner code over "
      "all tuples and the outer one by its distance; the Gram matrix of a frame over all "
      "differences, with a rigorous error bound.",
      "(k,1)-separating code: for any k words and another there is a coordinate in which the k "
      "agree and the other differs. Such codes are classical, known as frameproof codes.",
      "harmonic frame: unit vectors (cos, sin) of chosen frequencies at equidistant angles.",
      "counting bound, of codes: documents of one bit a coordinate must differ, and C(n, k) sets "
      "need "
      "as many different queries, with entries of -1, 0 and +1: d is at least log2 n and "
      "log2 C(n, k) / log2 3.",
      "k ln(n/k): how d grows where margins are of order 1/sqrt(k) (Bangachev, Bresler, Kogan, "
      "Polyanskiy, arXiv 2605.23556), up to a constant that is drawn as 1.",
      "2k: with real numbers and no margin asked, min(2k, n - 1) dimensions suffice (Wang et al., "
      "arXiv 2601.20844; Alon, Frankl, Roedl 1985).",
      "extrapolated: the cubic that Weller et al. (arXiv 2508.21038) fitted to trained embeddings "
      "of up to 626 documents, at the n told. It is a fit, and fragile.",
  };
  limen_document_heading(report->out, "What the numbers mean");
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
    limen_document_print(report->out, LIMEN_BLOCK_DEFINITIONS, "%s", terms[i]);
}

/* ---- the page ---- */

int scale_describe(const struct limen_plan *plan, struct limen_document *out,
                   struct limen_error *error) {
  static const char *const always[] = {"format", "draws", "inner_bits", "tries", NULL};
  struct scale_report report = {.plan = plan, .out = out};
  limen_document_title(out, plan->definition.name, plan->definition.question);
  int status = scale_points(plan, &report.points, &report.count, error);
  if (status != LIMEN_OK) return status;
  const bool growth = scale_report_is_growth(&report);
  (growth ? scale_report_answer_growth : scale_report_answer)(&report);
  warn(&report);
  (growth ? scale_report_plot_growth : scale_report_plot)(&report);
  limen_report_settings(plan, always, out);
  if (growth) scale_report_ratios(&report);
  scale_report_certified(&report);
  if (!growth) scale_report_plot_k(&report);
  scale_report_codes(&report);
  scale_report_frames(&report);
  scale_report_samples(&report);
  limen_document_heading(out, "Time");
  limen_document_timed(out);
  scale_report_times(&report);
  tell_doubts(&report);
  define(&report);
  limen_free(report.points);
  return LIMEN_OK;
}
