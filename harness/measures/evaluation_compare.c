/* Two rankings of the same queries, measure by measure. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "measures/evaluation.h"
#include "stats/holm.h"
#include "stats/wilcoxon.h"

const struct limen_bootstrap limen_difference_bootstrap = {
    .resamples = LIMEN_BOOTSTRAP_DEFAULT, .confidence = 0.95, .stream = "measures/rankings"};

/* Values that were computed alike from different counts differ in their last bits. */
static double rounded(double difference) { return round(difference * 1e12) / 1e12; }

/* Rows of both evaluations that are the same query; both lists are in the order of ids. */
struct pairs {
  size_t *first, *second, count;
};

static int pair(const struct limen_evaluation *first, const struct limen_evaluation *second,
                struct pairs *out, struct limen_error *error) {
  if (!(out->first = limen_alloc(first->queries, sizeof *out->first, error)) ||
      !(out->second = limen_alloc(first->queries, sizeof *out->second, error)))
    return LIMEN_FAILED;
  for (size_t a = 0, b = 0; a < first->queries && b < second->queries;) {
    const int order = strcmp(first->id[a], second->id[b]);
    if (order == 0) {
      out->first[out->count] = a;
      out->second[out->count++] = b;
    }
    a += order <= 0;
    b += order >= 0;
  }
  if (out->count > 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "the two runs share no query with judgements");
}

static int compare(const struct limen_evaluation *first, const struct limen_evaluation *second,
                   size_t measure, const struct pairs *pairs,
                   const struct limen_bootstrap *bootstrap, double *differences,
                   struct limen_difference *out, struct limen_error *error) {
  struct limen_wilcoxon test;
  *out = (struct limen_difference){.queries = pairs->count};
  for (size_t i = 0; i < pairs->count; i++) {
    const double a = first->value[pairs->first[i] * first->measures + measure];
    const double b = second->value[pairs->second[i] * second->measures + measure];
    differences[i] = rounded(a - b);
    out->first += a / (double)pairs->count;
    out->second += b / (double)pairs->count;
    out->higher += differences[i] > 0;
    out->lower += differences[i] < 0;
  }
  out->difference = (struct limen_interval){out->first - out->second, NAN, NAN, NAN};
  int status = limen_wilcoxon_test(differences, pairs->count, &test, error);
  out->p = out->adjusted = test.p;
  if (status == LIMEN_OK && pairs->count > 1)
    status = limen_interval_bootstrap(limen_statistic_mean, differences, pairs->count, bootstrap,
                                      &out->difference, error);
  return status;
}

static int adjust(struct limen_difference *out, size_t count, struct limen_error *error) {
  double *p = limen_alloc(count, sizeof *p, error);
  if (!p) return LIMEN_FAILED;
  for (size_t m = 0; m < count; m++) p[m] = out[m].p;
  int status = limen_holm(p, count, error);
  for (size_t m = 0; m < count; m++) out[m].adjusted = p[m];
  limen_free(p);
  return status;
}

int limen_evaluations_compare(const struct limen_evaluation *first,
                              const struct limen_evaluation *second,
                              const struct limen_ranking_choices *choices,
                              const struct limen_bootstrap *bootstrap, struct limen_difference *out,
                              struct limen_error *error) {
  struct pairs pairs = {0};
  double *differences = NULL;
  for (size_t m = 0; m < choices->count; m++)
    if (choices->choice[m].measure->summary != LIMEN_OF_ALL_MEAN)
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "%s is no mean over queries; compare by others, such as map or ndcg_cut_10",
                        choices->choice[m].name);
  int status = pair(first, second, &pairs, error);
  if (status == LIMEN_OK && !(differences = limen_alloc(pairs.count, sizeof *differences, error)))
    status = LIMEN_FAILED;
  for (size_t m = 0; m < choices->count && status == LIMEN_OK; m++)
    status = compare(first, second, m, &pairs, bootstrap, differences, &out[m], error);
  if (status == LIMEN_OK) status = adjust(out, choices->count, error);
  limen_free(pairs.first);
  limen_free(pairs.second);
  limen_free(differences);
  return status;
}
