/* Weller, Boratko, Naim, Lee, "On the Theoretical Limitations of Embedding-Based Retrieval", arXiv
 * 2508.21038: recall in percent on the full and the small set. */
#include "experiments/kinds/retrieval/published.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *model;
  double d;                 /* NaN: no single vector */
  double full[3], small[3]; /* recall@2, @10, @100; @2, @10, @20 */
} models[] = {
    {"E5-Mistral", 4096, {1.3, 2.2, 8.3}, {29.5, 68.1, 85.2}},
    {"GritLM", 4096, {2.4, 4.1, 12.9}, {38.4, 75.4, 90.5}},
    {"Promptriever", 4096, {3.0, 6.8, 18.9}, {54.3, 90.0, 97.7}},
    {"Qwen3 Embedding", 4096, {0.8, 1.8, 4.8}, {19.0, 52.3, 73.8}},
    {"Gemini Embedding", 3072, {1.6, 3.5, 10.0}, {33.7, 72.4, 87.9}},
    {"Arctic-L", 1024, {0.4, 0.8, 3.3}, {19.4, 54.9, 76.0}},
    {"GTE-ModernColBERT", NAN, {23.1, 34.6, 54.8}, {83.5, 97.6, 99.1}},
    {"BM25", NAN, {85.7, 90.4, 93.6}, {97.8, 100, 100}},
};
enum { MODELS = sizeof models / sizeof *models };

bool retrieval_published_has(const char *set) {
  return strcmp(set, "small") == 0 || strcmp(set, "full") == 0;
}

void retrieval_published_draw(struct limen_plot *plot, const char *set, int colour) {
  const bool small = strcmp(set, "small") == 0;
  if (!retrieval_published_has(set)) return;
  size_t series = limen_plot_series(plot, "trained models (Weller et al.)", LIMEN_HOLLOW, colour);
  for (size_t i = 0; i < MODELS; i++)
    if (isfinite(models[i].d))
      limen_plot_point(plot, series, models[i].d,
                       (small ? models[i].small[0] : models[i].full[0]) / 100, NAN, NAN);
}

void retrieval_published_table(struct limen_document *out) {
  enum { COLUMNS = 8 };
  limen_document_table(out,
                       "Published figures, for comparison: recall in percent (Weller et al. 2025, "
                       "arXiv 2508.21038), on their sets, without intervals.",
                       "model|#d|#full @2|#@10|#@100|#small @2|#@10|#@20");
  for (size_t i = 0; i < MODELS; i++) {
    char cells[COLUMNS][32] = {""};
    const char *row[COLUMNS];
    snprintf(cells[0], sizeof cells[0], "%s", models[i].model);
    if (isfinite(models[i].d)) snprintf(cells[1], sizeof cells[1], "%.0f", models[i].d);
    for (size_t j = 0; j < 3; j++) {
      snprintf(cells[2 + j], sizeof cells[0], "%.1f", models[i].full[j]);
      snprintf(cells[5 + j], sizeof cells[0], "%.1f", models[i].small[j]);
    }
    for (size_t c = 0; c < COLUMNS; c++) row[c] = cells[c];
    limen_document_row(out, row);
  }
}

/* ---- by pattern ---- */

static const char *const patterns[] = {"random", "dense", "cycle", "disjoint"};
enum { PATTERNS = sizeof patterns / sizeof *patterns };

static const struct {
  const char *model;
  double recall[PATTERNS]; /* @100 in percent */
} by_pattern[] = {
    {"E5-Mistral", {40.4, 4.8, 36.6, 38.8}},    {"GritLM", {61.8, 10.4, 56.6, 63.2}},
    {"Promptriever", {62.0, 19.4, 58.6, 63.6}}, {"ColBERT", {71.1, 61.8, 65.3, 70.1}},
    {"BM25", {96.1, 93.0, 96.0, 96.6}},
};

size_t retrieval_published_pattern_models(void) { return sizeof by_pattern / sizeof *by_pattern; }

const char *retrieval_published_pattern_model(size_t i) { return by_pattern[i].model; }

double retrieval_published_pattern(size_t i, const char *pattern) {
  for (size_t p = 0; p < PATTERNS; p++)
    if (strcmp(patterns[p], pattern) == 0) return by_pattern[i].recall[p] / 100;
  return NAN;
}

/* ---- without training ---- */

/* Wang et al., "R^2k is theoretically large enough", arXiv 2601.20844: each token a vector drawn
 * from N(0, I), texts are sums. */
static const struct {
  double d, full_phrase, full_word, small_phrase, small_word;
} tokens[] = {
    {32, .002, .0025, .1715, .123},   {64, .0045, .0025, .267, .1705},
    {128, .014, .0095, .4005, .2925}, {256, .0725, .0265, .6215, .3845},
    {512, .3035, .063, .878, .6145},  {1024, .7725, .199, .994, .7845},
    {2048, .9915, .457, 1, .898},     {4096, .998, .706, 1, .9545},
};

double retrieval_published_recall(const char *representation, double d, double documents) {
  const bool small = documents == 46;
  const bool phrase = strcmp(representation, "random_phrase") == 0;
  if (!small && documents != 50000) return NAN;
  if (strcmp(representation, "bm25") == 0)
    return (small ? models[MODELS - 1].small[0] : models[MODELS - 1].full[0]) / 100;
  if (!phrase && strcmp(representation, "random_word") != 0) return NAN;
  for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
    if (tokens[i].d == d)
      return small ? (phrase ? tokens[i].small_phrase : tokens[i].small_word)
                   : (phrase ? tokens[i].full_phrase : tokens[i].full_word);
  return NAN;
}
