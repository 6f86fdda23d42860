/* Plots and the table of the study "drowning". */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/published.h"
#include "experiments/kinds/retrieval/report_drowning.h"

static const struct retrieval_group *first_of(const struct drowning *drowning, size_t curve) {
  return &drowning->report->groups[drowning->curve[curve].first];
}

static const char *representation_of(const struct drowning *drowning, size_t curve) {
  return limen_grid_string(&drowning->report->plan->grid, first_of(drowning, curve)->point,
                           "representation");
}

/* ---- recall over documents ---- */

/* What was published on: 1000 queries, pairs, the dense pattern, nothing in the way on purpose. */
static bool is_as_published(const struct drowning *drowning, size_t curve) {
  const struct limen_grid *grid = &drowning->report->plan->grid;
  const size_t point = first_of(drowning, curve)->point;
  return limen_grid_integer(grid, point, "queries") == 1000 &&
         limen_grid_integer(grid, point, "relevant") == 2 &&
         limen_grid_integer(grid, point, "near_misses") == 0 &&
         limen_grid_integer(grid, point, "synonyms") == 0 && retrieval_is_made(grid, point) &&
         strcmp(limen_grid_string(grid, point, "pattern"), "dense") == 0;
}

static void draw_published(const struct drowning *drowning, size_t curve, int colour, bool *named,
                           struct limen_plot *plot) {
  static const double documents[] = {46, 50000};
  size_t series = SIZE_MAX;
  if (!is_as_published(drowning, curve)) return;
  for (size_t i = 0; i < 2; i++) {
    const double value = retrieval_published_recall(
        representation_of(drowning, curve), first_of(drowning, curve)->mean[RETRIEVAL_DIMENSIONS],
        documents[i]);
    if (isnan(value)) continue;
    if (series == SIZE_MAX)
      series = limen_plot_series(plot, *named ? "" : "hollow: published", LIMEN_HOLLOW, colour);
    *named = true;
    limen_plot_point(plot, series, documents[i], value, NAN, NAN);
  }
}

static void draw_curve(const struct drowning *drowning, size_t curve, int colour,
                       struct limen_plot *plot) {
  const struct retrieval_report *report = drowning->report;
  struct limen_text label = {0};
  retrieval_report_model(report, first_of(drowning, curve), &label);
  const bool oracle = drowning_is_oracle(drowning, curve);
  const size_t series = limen_plot_series(plot, limen_text_string(&label),
                                          oracle ? LIMEN_DASHED : LIMEN_LINE_POINTS, colour);
  for (size_t g = 0; g < report->count; g++)
    if (drowning_on_curve(drowning, curve, g)) {
      const struct limen_reported *number = &report->groups[g].measure[0];
      limen_plot_point(plot, series, report->groups[g].mean[RETRIEVAL_DOCUMENTS], number->value,
                       number->lower, number->upper);
    }
  limen_text_clear(&label);
}

struct limen_plot *drowning_plot_recall(const struct drowning *drowning, size_t curve,
                                        size_t number) {
  char name[64], caption[512], plain[200];
  struct limen_text fixed = {0};
  bool named = false;
  int colour = 0;
  drowning_print_plot(drowning, curve, &fixed);
  snprintf(name, sizeof name, "recall_by_documents_%zu", number);
  snprintf(caption, sizeof caption,
           "%s%sRecall@2 of the same queries among ever more documents, with 95%% intervals over "
           "instances.%s",
           limen_plain(limen_text_string(&fixed), plain, sizeof plain), fixed.length ? ": " : "",
           is_as_published(drowning, curve)
               ? " Hollow, in the same colours: published for 46 and for 50,000 documents, random "
                 "tokens by Wang et al. (arXiv 2601.20844), bm25 by Weller et al. (2508.21038)."
               : "");
  limen_text_clear(&fixed);
  struct limen_plot *plot = limen_plot_alloc(name, caption, "documents", "recall@2");
  if (!plot) return NULL;
  plot->x_scale = LIMEN_LOG;
  plot->y_min = 0;
  plot->y_max = 1;
  for (size_t c = 0; c < drowning->curves; c++) {
    if (!drowning_share_plot(drowning, curve, c)) continue;
    const int own = drowning_is_oracle(drowning, c) ? -1 : colour++ % 8;
    draw_curve(drowning, c, own, plot);
  }
  colour = 0;
  for (size_t c = 0; c < drowning->curves; c++)
    if (drowning_share_plot(drowning, curve, c) && !drowning_is_oracle(drowning, c))
      draw_published(drowning, c, colour++ % 8, &named, plot);
  return plot;
}

/* ---- half over d ---- */

static bool shares_line(const struct drowning *drowning, size_t a, size_t b) {
  return drowning_share_plot(drowning, a, b) &&
         strcmp(representation_of(drowning, a), representation_of(drowning, b)) == 0;
}

static bool has_half(const struct drowning *drowning, size_t curve) {
  const struct limen_plan *plan = drowning->report->plan;
  return isfinite(drowning->curve[curve].half.value) && drowning->curve[curve].half.value > 0 &&
         plan->kind->looks_at(&plan->grid, first_of(drowning, curve)->point, "d");
}

struct limen_plot *drowning_plot_half(const struct drowning *drowning) {
  struct limen_plot *plot =
      limen_plot_alloc("half_by_dimension",
                       "Distractors that halve recall@2, by dimension, with 95% intervals over "
                       "instances; only where every instance came down to half.",
                       "dimensions d", "distractors");
  int colour = 0;
  if (!plot) return NULL;
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  for (size_t c = 0; c < drowning->curves; c++) {
    struct limen_text label = {0}, fixed = {0};
    size_t series = SIZE_MAX, before = 0;
    while (before < c && !shares_line(drowning, before, c)) before++;
    if (before < c) continue;
    drowning_print_plot(drowning, c, &fixed);
    limen_text_print(&label, "%s%s%s", representation_of(drowning, c), fixed.length ? ", " : "",
                     limen_text_string(&fixed));
    for (size_t e = c; e < drowning->curves; e++) {
      const struct limen_reported *half = &drowning->curve[e].half;
      if (!shares_line(drowning, c, e) || !has_half(drowning, e)) continue;
      if (series == SIZE_MAX)
        series =
            limen_plot_series(plot, limen_text_string(&label), LIMEN_LINE_POINTS, colour++ % 8);
      limen_plot_point(plot, series, first_of(drowning, e)->mean[RETRIEVAL_DIMENSIONS], half->value,
                       half->lower > 0 ? half->lower : NAN, half->lower > 0 ? half->upper : NAN);
    }
    limen_text_clear(&fixed);
    limen_text_clear(&label);
  }
  if (colour > 0) return plot;
  limen_plot_free(plot);
  return NULL;
}

/* ---- the table ---- */

void drowning_table(const struct drowning *drowning) {
  enum { COLUMNS = 5 };
  const struct retrieval_report *report = drowning->report;
  const struct drowning_curve *any = &drowning->curve[0];
  char caption[256];
  bool several = false;
  if (drowning->curves == 0) return;
  for (size_t c = 0; c < drowning->curves; c++)
    several = several || !drowning_share_plot(drowning, 0, c);
  snprintf(caption, sizeof caption,
           "Recall@2 among the fewest (%.0f) and the most (%.0f) documents, and how many that no "
           "query wants halve it, with 95%% intervals over instances.",
           report->groups[any->fewest].mean[RETRIEVAL_DOCUMENTS],
           report->groups[any->most].mean[RETRIEVAL_DOCUMENTS]);
  limen_document_table(report->out, caption,
                       several ? "set|representation|#at fewest|#at most|#distractors that halve it"
                               : "representation|#at fewest|#at most|#distractors that halve it");
  for (size_t c = 0; c < drowning->curves; c++) {
    const struct drowning_curve *curve = &drowning->curve[c];
    const size_t ends[] = {curve->fewest, curve->most};
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    drowning_print_plot(drowning, c, &cells[0]);
    retrieval_report_model(report, first_of(drowning, c), &cells[1]);
    for (size_t e = 0; e < 2; e++)
      limen_report_number(&report->groups[ends[e]].measure[0], &cells[2 + e]);
    drowning_print_half(drowning, c, &cells[4]);
    for (size_t i = 0; i < COLUMNS; i++) row[i] = limen_text_string(&cells[i]);
    limen_document_row(report->out, several ? row : row + 1);
    for (size_t i = 0; i < COLUMNS; i++) limen_text_clear(&cells[i]);
  }
}
