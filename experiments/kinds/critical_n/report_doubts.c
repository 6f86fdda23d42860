/* What the numbers mean, where published ones come from, and what could make the answer wrong. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "base/memory.h"
#include "experiments/kinds/critical_n/report.h"

/* Searches in which a larger n succeeded although a smaller one had failed. */
static int count_inversions(const struct critical_report *report, size_t *inverted,
                            size_t *searches, struct limen_error *error) {
  *inverted = *searches = 0;
  for (size_t i = 0; i < report->count; i++) {
    struct critical_attempt *attempts = NULL;
    size_t count = 0;
    int status = critical_attempts(report->plan, report->points[i].point, &attempts, &count, error);
    if (status != LIMEN_OK) return status;
    for (int64_t s = 0; s < critical_seeds(report->plan); s++) {
      int64_t seed = critical_first_seed(report->plan) + s, lowest_failed = INT64_MAX, highest = 0;
      bool any = false;
      for (size_t a = 0; a < count; a++) {
        if (attempts[a].seed != seed) continue;
        any = true;
        bool good = attempts[a].cell->answer.values[CRITICAL_REACHED] == 1;
        if (good && attempts[a].n > highest) highest = attempts[a].n;
        if (!good && attempts[a].n < lowest_failed) lowest_failed = attempts[a].n;
      }
      *searches += any;
      *inverted += any && highest > lowest_failed;
    }
    limen_free(attempts);
  }
  return LIMEN_OK;
}

int critical_doubts(const struct critical_report *report, struct limen_error *error) {
  size_t inverted, searches;
  int status = count_inversions(report, &inverted, &searches, error);
  if (status != LIMEN_OK) return status;
  struct limen_document *out = report->out;
  limen_document_heading(out, "What could make this wrong");
  if (!report->plan->imported)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "A success is proved, with a certificate that `limen verify` re-checks. A "
                         "failure proves nothing: another start, loss or temperature may succeed.");
  limen_document_print(
      out, LIMEN_BLOCK_LIST,
      "An optimiser need not succeed for every n below one that it reached: in %zu "
      "of %zu searches a larger n came out right although a smaller one had not. "
      "The published search assumes that this does not happen.",
      inverted, searches);
  if (!report->plan->imported)
    limen_document_print(out, LIMEN_BLOCK_LIST,
                         "certified_n is a best-of and grows with the number of trainings; the "
                         "number stands beside it. Medians do not grow.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "One or two unlucky queries decide critical_n; n_99, which forgives one "
                       "query in a hundred, tells how much that matters. With fewer than 100 "
                       "queries nothing is forgiven, and the two differ only by how far their "
                       "searches went.");
  if (report->plan->imported) return LIMEN_OK;
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "The figures hold for the temperature, loss and settings of training named "
                       "above. Try --set tau=0.05 to see how far the first one moves them.");
  limen_document_print(out, LIMEN_BLOCK_LIST,
                       "Training is chaotic: another processor or compiler rounds otherwise and "
                       "gives other luck to every seed. On one machine the bytes repeat.");
  return LIMEN_OK;
}

void critical_definitions(const struct critical_report *report) {
  struct limen_document *out = report->out;
  const struct limen_grid *grid = &report->plan->grid;
  int64_t start = limen_grid_integer(grid, 0, "start_n");
  char words[32] = "2d + 3";
  if (start > 0) snprintf(words, sizeof words, "%" PRId64, start);
  limen_document_heading(out, "What the numbers mean");
  if (report->plan->imported)
    limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                         "critical_n: the largest n whose training reports every relevant document "
                         "found. Median over seeds, with a distribution-free interval.");
  else
    limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                         "critical_n: the published definition: from n = %s gallop up or down with "
                         "doubling steps, bisect, sweep n-4 to n+5; the largest n tried that "
                         "succeeded. Median over seeds, with a distribution-free interval.",
                         words);
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "half_n: where half of the trainings succeed: Firth's logistic regression of "
      "success on n over all complete searches, profile-likelihood interval; or, "
      "when one n separates successes from failures, the gap between them.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "n_99: the largest n tried at which at least 99%% of the queries come out "
                       "right%s. Median over seeds.",
                       report->plan->imported
                           ? " for certain: from an accuracy a, no more than k (1 - a) are wrong"
                           : "; the search goes on upwards from critical_n");
  if (report->plan->imported) return;
  limen_document_print(
      out, LIMEN_BLOCK_DEFINITIONS,
      "certified_n: the largest n proved at this or a smaller d, by any training. "
      "Padding a dimension with zeros keeps a solution; and where every subset is "
      "asked for, dropping a document does, so that what is proved holds for every "
      "smaller n as well.");
  limen_document_print(out, LIMEN_BLOCK_DEFINITIONS,
                       "success: every query's relevant documents score strictly above all others, "
                       "proved in float64 with a rigorous error bound on the stored float32 "
                       "numbers.");
}

void critical_sources(const struct critical_report *report) {
  if (!report->comparable) return;
  limen_document_print(report->out, LIMEN_BLOCK_PARAGRAPH, "Published figures drawn here:");
  for (size_t i = 0; limen_published_at(i); i++) {
    const struct limen_published *table = limen_published_at(i);
    if (critical_draws(report, table))
      limen_document_print(report->out, LIMEN_BLOCK_LIST, "%s: %s.", table->label, table->source);
  }
}
