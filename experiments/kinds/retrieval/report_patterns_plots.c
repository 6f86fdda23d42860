/* Plots and tables of the study "patterns": recalls, their differences, how far instances differ.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/published.h"
#include "experiments/kinds/retrieval/report_patterns.h"

/* All axes but those that make a model. */
static const char *const but_set[] = {"set",  "pattern",     "documents", "queries",
                                      "pool", "near_misses", "engine",    NULL};

static const char *words_of(size_t m) { return retrieval_measure_headline(patterns_measure[m]); }

static void print_row(const struct patterns *patterns, size_t row, struct limen_text *out) {
  const size_t first = patterns->row[row].first;
  patterns_print_comparison(patterns, first, out);
  limen_text_print(out, ": %s", patterns_pattern(patterns, first));
}

/* The published sets have so many queries, over as few documents as the pattern needs. */
static bool is_as_published(const struct patterns *patterns, size_t row) {
  const struct retrieval_report *report = patterns->report;
  const size_t point = report->groups[patterns->row[row].first].point;
  return limen_grid_integer(&report->plan->grid, point, "queries") == 1000 &&
         limen_grid_integer(&report->plan->grid, point, "pool") == 0 &&
         limen_grid_integer(&report->plan->grid, point, "relevant") == 2;
}

/* ---- recalls ---- */

static bool is_model(const struct patterns *patterns, size_t group) {
  return !patterns_is_oracle(patterns, group) &&
         retrieval_report_is_first(patterns->report, group, but_set);
}

/* Which of the listed representations a group's is. */
static size_t representation_of(const struct patterns *patterns, size_t group) {
  const struct limen_grid *grid = &patterns->report->plan->grid;
  const ptrdiff_t axis = limen_parameter_find(grid->parameters, "representation");
  const size_t point = patterns->report->groups[group].point;
  size_t i = 0;
  while (
      !limen_value_equal(&grid->values[axis][i], limen_grid_value(grid, point, "representation")))
    i++;
  return i;
}

/* Where the n-th of `count` series stands in a row, side by side with the others. */
static double place_in_row(size_t row, size_t n, size_t count) {
  return (double)row + 0.8 * (((double)n + 0.5) / (double)count - 0.5);
}

static void draw_published(const struct patterns *patterns, size_t heights,
                           struct limen_plot *plot) {
  char label[64];
  for (size_t i = 0; i < retrieval_published_pattern_models(); i++) {
    size_t series = SIZE_MAX;
    for (size_t r = 0; r < patterns->rows; r++) {
      const double value =
          retrieval_published_pattern(i, patterns_pattern(patterns, patterns->row[r].first));
      if (!is_as_published(patterns, r) || isnan(value)) continue;
      snprintf(label, sizeof label, "%.40s, published", retrieval_published_pattern_model(i));
      if (series == SIZE_MAX) series = limen_plot_series(plot, label, LIMEN_HOLLOW, (int)i);
      limen_plot_point(plot, series, value, place_in_row(r, i % heights, heights), NAN, NAN);
    }
  }
}

struct limen_plot *patterns_plot_recall(const struct patterns *patterns, size_t m, bool published) {
  const struct retrieval_report *report = patterns->report;
  char name[64], caption[512];
  struct limen_text label = {0};
  size_t heights = 1, model = 0;
  snprintf(name, sizeof name, "recall_%s_by_pattern", strchr(words_of(m), '@') + 1);
  snprintf(
      caption, sizeof caption,
      "%s by pattern, at equal numbers of queries and of judged documents, of representations "
      "that look at no judgements, with 95%% intervals over instances.%s",
      words_of(m),
      published ? " Hollow: published, one instance of 1000 queries among 50,000 documents." : "");
  struct limen_plot *plot = limen_plot_alloc(name, caption, words_of(m), "");
  if (!plot) return NULL;
  plot->x_min = 0;
  plot->x_max = 1;
  for (size_t r = 0; r < patterns->rows; r++) {
    label.length = 0;
    print_row(patterns, r, &label);
    limen_plot_row(plot, limen_text_string(&label));
  }
  /* Dimensions of a representation share a height: their recalls lie apart. */
  for (size_t i = 0; i < report->count; i++)
    if (is_model(patterns, i) && representation_of(patterns, i) >= heights)
      heights = representation_of(patterns, i) + 1;
  for (size_t i = 0; i < report->count; i++) {
    if (!is_model(patterns, i)) continue;
    label.length = 0;
    retrieval_report_model(report, &report->groups[i], &label);
    const size_t series =
        limen_plot_series(plot, limen_text_string(&label), LIMEN_POINTS, (int)(model % 8));
    for (size_t r = 0; r < patterns->rows; r++)
      for (size_t j = i; j < report->count; j++) {
        const struct limen_reported *number = &report->groups[j].measure[patterns_measure[m]];
        if (patterns_in_row(patterns, r, j) &&
            limen_report_same_but(report->plan, report->groups[i].point, report->groups[j].point,
                                  but_set))
          limen_plot_point(plot, series, number->value,
                           place_in_row(r, representation_of(patterns, i), heights), number->lower,
                           number->upper);
      }
    model++;
  }
  if (published) draw_published(patterns, heights, plot);
  limen_text_clear(&label);
  return plot;
}

static void print_deviation(double value, double lower, double upper, struct limen_text *out) {
  limen_text_print(out, "%.4f", value);
  if (isfinite(lower)) limen_text_print(out, " [%.4f, %.4f]", lower, upper);
}

static void print_p(double p, struct limen_text *out) {
  if (isnan(p))
    limen_text_add(out, "none");
  else if (p < 0.001)
    limen_text_add(out, "< 0.001");
  else
    limen_text_print(out, "%.3f", p);
}

void patterns_table_recall(const struct patterns *patterns, size_t m) {
  enum { COLUMNS = 7 };
  const struct retrieval_report *report = patterns->report;
  char caption[256], heads[256];
  snprintf(caption, sizeof caption,
           "%s with 95%% intervals over instances, and how far means of single instances lie "
           "apart, beside how far their queries alone would spread them.",
           words_of(m));
  snprintf(heads, sizeof heads,
           "at equal numbers of|pattern|representation|#%s|#SD between instances|#SE of an "
           "instance's queries|#p, queries alone",
           words_of(m));
  limen_document_table(report->out, caption, heads);
  for (size_t r = 0; r < patterns->rows; r++)
    for (size_t i = 0; i < report->count; i++) {
      const struct patterns_spread *spread = &patterns->spread[i * PATTERNS_MEASURES + m];
      struct limen_text cells[COLUMNS] = {0};
      const char *row[COLUMNS];
      if (!patterns_in_row(patterns, r, i) || patterns_is_oracle(patterns, i)) continue;
      patterns_print_comparison(patterns, i, &cells[0]);
      limen_text_add(&cells[1], patterns_pattern(patterns, i));
      retrieval_report_model(report, &report->groups[i], &cells[2]);
      limen_report_number(&report->groups[i].measure[patterns_measure[m]], &cells[3]);
      if (spread->known) {
        print_deviation(spread->sd, spread->sd_lower, spread->sd_upper, &cells[4]);
        print_deviation(spread->se, NAN, NAN, &cells[5]);
        print_p(spread->p, &cells[6]);
      }
      for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
      limen_document_row(report->out, row);
      for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
    }
  limen_document_fold(report->out, 20);
}

/* ---- spreads ---- */

struct limen_plot *patterns_plot_spread(const struct patterns *patterns, size_t m) {
  const struct retrieval_report *report = patterns->report;
  const struct limen_grid *grid = &report->plan->grid;
  const ptrdiff_t pattern = limen_parameter_find(grid->parameters, "pattern");
  double low = INFINITY, high = -INFINITY;
  char name[64], caption[512];
  snprintf(name, sizeof name, "spread_%s", strchr(words_of(m), '@') + 1);
  snprintf(caption, sizeof caption,
           "%s: the standard deviation between means of instances, with 95%% intervals, over the "
           "standard error that an instance's queries give. Above the line instances differ by "
           "more than their queries: one instance's interval is too narrow there.",
           words_of(m));
  struct limen_plot *plot =
      limen_plot_alloc(name, caption, "standard error by queries", "deviation between instances");
  if (!plot) return NULL;
  plot->x_scale = plot->y_scale = LIMEN_LOG;
  for (size_t v = 0; v < grid->lengths[pattern]; v++) {
    const char *word = grid->values[pattern][v].as.string;
    const size_t series = limen_plot_series(plot, word, LIMEN_POINTS, (int)(v % 8));
    for (size_t i = 0; i < report->count; i++) {
      const struct patterns_spread *spread = &patterns->spread[i * PATTERNS_MEASURES + m];
      if (strcmp(patterns_pattern(patterns, i), word) != 0 || !spread->known || !(spread->se > 0) ||
          !(spread->sd > 0))
        continue;
      limen_plot_point(plot, series, spread->se, spread->sd, spread->sd_lower, spread->sd_upper);
      low = fmin(low, spread->se);
      high = fmax(high, spread->se);
    }
  }
  if (low < high) {
    const size_t equal = limen_plot_series(plot, "queries alone", LIMEN_DASHED, -1);
    limen_plot_point(plot, equal, low, low, NAN, NAN);
    limen_plot_point(plot, equal, high, high, NAN, NAN);
  }
  return plot;
}

void patterns_table_spread(const struct patterns *patterns, size_t m) {
  enum { COLUMNS = 6 };
  char caption[256];
  snprintf(caption, sizeof caption,
           "%s: where means of instances lie further apart than their queries alone would spread "
           "them (the whole 95%% interval of the deviation), and how much over all cases.",
           words_of(m));
  limen_document_table(patterns->report->out, caption,
                       "at equal numbers of|pattern|#queries a document|#cases|#further "
                       "apart|#deviation over standard error");
  for (size_t r = 0; r < patterns->rows; r++) {
    struct patterns_spreads all = patterns_spreads_of(patterns, r, m);
    const size_t first = patterns->row[r].first;
    const double *mean = patterns->report->groups[first].mean;
    struct limen_text cells[COLUMNS] = {0};
    const char *row[COLUMNS];
    if (all.cases == 0) continue;
    patterns_print_comparison(patterns, first, &cells[0]);
    limen_text_add(&cells[1], patterns_pattern(patterns, first));
    limen_text_print(&cells[2], "%.1f", mean[RETRIEVAL_RELEVANT] / mean[RETRIEVAL_WANTED]);
    limen_text_print(&cells[3], "%zu", all.cases);
    limen_text_print(&cells[4], "%zu", all.apart);
    limen_text_print(&cells[5], "%.1f", all.ratio);
    for (size_t c = 0; c < COLUMNS; c++) row[c] = limen_text_string(&cells[c]);
    limen_document_row(patterns->report->out, row);
    for (size_t c = 0; c < COLUMNS; c++) limen_text_clear(&cells[c]);
  }
}

/* ---- differences ---- */

static void print_difference(const struct patterns_difference *difference, struct limen_text *out) {
  if (!difference->known) return;
  limen_report_points(&difference->value, out);
  if (patterns_matters(difference)) limen_text_add(out, " *");
}

/* The group of a comparison that is `pattern`, otherwise as group i; SIZE_MAX: none. */
static size_t find_other(const struct patterns *patterns, size_t i, const char *pattern) {
  static const char *const but_pattern[] = {"pattern", NULL};
  const struct retrieval_report *report = patterns->report;
  for (size_t j = 0; j < report->count; j++)
    if (strcmp(patterns_pattern(patterns, j), pattern) == 0 &&
        limen_report_same_but(report->plan, report->groups[i].point, report->groups[j].point,
                              but_pattern))
      return j;
  return SIZE_MAX;
}

static void add_row(const struct patterns *patterns, size_t m, size_t i) {
  enum { CELLS_MOST = 16 };
  const struct limen_grid *grid = &patterns->report->plan->grid;
  const ptrdiff_t pattern = limen_parameter_find(grid->parameters, "pattern");
  struct limen_text cells[CELLS_MOST] = {0};
  const char *row[CELLS_MOST];
  size_t c = 0;
  patterns_print_comparison(patterns, i, &cells[c++]);
  retrieval_report_model(patterns->report, &patterns->report->groups[i], &cells[c++]);
  for (size_t v = 0; v < grid->lengths[pattern] && c < CELLS_MOST; v++) {
    const char *word = grid->values[pattern][v].as.string;
    if (strcmp(word, patterns->reference) == 0) continue;
    const size_t j = find_other(patterns, i, word);
    if (j != SIZE_MAX)
      print_difference(&patterns->difference[j * PATTERNS_MEASURES + m], &cells[c]);
    c++;
  }
  for (size_t t = 0; t < c; t++) row[t] = limen_text_string(&cells[t]);
  limen_document_row(patterns->report->out, row);
  for (size_t t = 0; t < c; t++) limen_text_clear(&cells[t]);
}

void patterns_table_differences(const struct patterns *patterns, size_t m) {
  const struct retrieval_report *report = patterns->report;
  const struct limen_grid *grid = &report->plan->grid;
  const ptrdiff_t pattern = limen_parameter_find(grid->parameters, "pattern");
  char caption[256];
  struct limen_text heads = {0};
  snprintf(caption, sizeof caption,
           "%s minus that of %s, in points, paired by instance, with 95%% intervals; *: beyond "
           "noise after Holm, over the differences of one block.",
           words_of(m), patterns->reference);
  limen_text_add(&heads, "at equal numbers of|representation");
  for (size_t v = 0; v < grid->lengths[pattern]; v++)
    if (strcmp(grid->values[pattern][v].as.string, patterns->reference) != 0)
      limen_text_print(&heads, "|#%s", grid->values[pattern][v].as.string);
  limen_document_table(report->out, caption, limen_text_string(&heads));
  for (size_t c = 0; c < patterns->comparisons; c++)
    for (size_t r = 0; r < patterns->rows; r++) {
      if (patterns->row[r].comparison != c ||
          strcmp(patterns_pattern(patterns, patterns->row[r].first), patterns->reference) != 0)
        continue;
      for (size_t i = 0; i < report->count; i++)
        if (patterns_in_row(patterns, r, i) && !patterns_is_oracle(patterns, i))
          add_row(patterns, m, i);
    }
  limen_document_fold(report->out, 20);
  limen_text_clear(&heads);
}

void patterns_table_published(const struct patterns *patterns) {
  enum { COLUMNS = 5 };
  static const char *const words[] = {"random", "cycle", "disjoint", "dense"};
  limen_document_table(patterns->report->out,
                       "Published, for comparison: recall@100 in percent, one instance, without "
                       "intervals (Weller et al. 2025, arXiv 2508.21038, first version alone).",
                       "model|#random|#cycle|#disjoint|#dense");
  for (size_t i = 0; i < retrieval_published_pattern_models(); i++) {
    char cells[COLUMNS][32];
    const char *row[COLUMNS];
    snprintf(cells[0], sizeof cells[0], "%s", retrieval_published_pattern_model(i));
    for (size_t p = 0; p + 1 < COLUMNS; p++)
      snprintf(cells[p + 1], sizeof cells[0], "%.1f",
               100 * retrieval_published_pattern(i, words[p]));
    for (size_t c = 0; c < COLUMNS; c++) row[c] = cells[c];
    limen_document_row(patterns->report->out, row);
  }
}
