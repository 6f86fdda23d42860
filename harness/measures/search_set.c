/* The table, and what the measures share: means, worst queries and shares with their intervals. */
#include "measures/search_set.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define LIMEN_ENTRY(entry) extern const struct limen_search_measure entry;
#include "measures/search_measures.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_search_measure *const measures[] = {
#include "measures/search_measures.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_search_settings limen_search_defaults = {
    .tails = LIMEN_RECALL_BY_ID, .confidence = 0.95, .resamples = LIMEN_BOOTSTRAP_DEFAULT};

const struct limen_search_measure *limen_search_measure_at(size_t i) {
  return i < sizeof measures / sizeof *measures ? measures[i] : NULL;
}

const char *limen_search_measure_name(size_t i) {
  return limen_search_measure_at(i) ? limen_search_measure_at(i)->name : NULL;
}

const struct limen_search_measure *limen_search_measure_find(const char *name) {
  for (size_t i = 0; measures[i]; i++)
    if (strcmp(measures[i]->name, name) == 0) return measures[i];
  return NULL;
}

int limen_search_measure_run(const struct limen_search_measure *measure,
                             const struct limen_search_set *set,
                             const struct limen_search_settings *settings,
                             struct limen_interval *out, struct limen_error *error) {
  if (set->count == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: there are no queries to measure", measure->name);
  for (size_t q = 0; q < set->count; q++)
    if (set->queries[q].places == 0)
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: query %zu was asked for no neighbours",
                        measure->name, q);
  if (!(settings->confidence > 0 && settings->confidence < 1))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the confidence is %g; it lies between 0 and 1",
                      measure->name, settings->confidence);
  int status = measure->value(set, settings, out, error);
  if (status != LIMEN_OK) limen_error_prefix(error, "%s", measure->name);
  return status;
}

int limen_search_undefined(struct limen_interval *out) {
  *out = (struct limen_interval){NAN, NAN, NAN, NAN};
  return LIMEN_OK;
}

static struct limen_bootstrap bootstrap_of(const struct limen_search_settings *settings) {
  return (struct limen_bootstrap){.resamples = settings->resamples,
                                  .confidence = settings->confidence,
                                  .seed = settings->seed,
                                  .stream = "measures/queries"};
}

/* ---- means ---- */

/* The rule for `count` equal shares. */
static int without_spread(double value, size_t count, const struct limen_search_settings *settings,
                          struct limen_interval *out, struct limen_error *error) {
  struct limen_interval same;
  int status = limen_interval_wilson(count, count, settings->confidence, &same, error);
  if (status != LIMEN_OK) return status;
  const double others = 1 - same.lower; /* at most, and with anything from 0 to 1 */
  *out = (struct limen_interval){value, value * (1 - others), value * (1 - others) + others,
                                 settings->confidence};
  return LIMEN_OK;
}

int limen_search_mean(const double *values, size_t count, bool shares,
                      const struct limen_search_settings *settings, struct limen_interval *out,
                      struct limen_error *error) {
  const double n = (double)count;
  double sum = 0, squares = 0;
  bool varied = false;
  for (size_t i = 0; i < count; i++) {
    sum += values[i];
    varied = varied || values[i] != values[0];
  }
  /* Equal values have themselves as their mean, which a rounded sum misses. */
  const double mean = varied ? sum / n : values[0];
  for (size_t i = 0; i < count; i++) squares += (values[i] - mean) * (values[i] - mean);
  if (!varied && shares) return without_spread(mean, count, settings, out, error);
  *out = (struct limen_interval){mean, NAN, NAN, settings->confidence};
  if (count < 2) return LIMEN_OK;
  if (settings->bootstrap) {
    const struct limen_bootstrap bootstrap = bootstrap_of(settings);
    return limen_interval_bootstrap(limen_statistic_mean, values, count, &bootstrap, out, error);
  }
  const double t = gsl_cdf_tdist_Qinv((1 - settings->confidence) / 2, n - 1);
  const double half = t * sqrt(squares / (n - 1) / n);
  out->lower = shares ? fmax(0, mean - half) : mean - half;
  out->upper = shares ? fmin(1, mean + half) : mean + half;
  return LIMEN_OK;
}

static double *recalls_of(const struct limen_search_set *set, enum limen_recall_kind kind,
                          struct limen_error *error) {
  double *values = limen_alloc(set->count, sizeof *values, error);
  for (size_t q = 0; values && q < set->count; q++)
    values[q] = limen_recall_of(&set->queries[q], kind);
  return values;
}

int limen_search_mean_recall(const struct limen_search_set *set, enum limen_recall_kind kind,
                             const struct limen_search_settings *settings,
                             struct limen_interval *out, struct limen_error *error) {
  double *values = recalls_of(set, kind, error);
  if (!values) return LIMEN_FAILED;
  int status = limen_search_mean(values, set->count, true, settings, out, error);
  limen_free(values);
  return status;
}

/* ---- the worst queries ---- */

/* Recalls take few values, k + 1 of them as a rule. So a resample is not sorted but counted: how
 * many of its queries have each value. */
struct ranked {
  double *values;  /* the distinct ones, ascending */
  uint32_t *which; /* per query: its value's number */
  size_t *having;  /* per value: queries of the resample; scratch */
  size_t distinct, percent;
};

static int ascending(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static int rank(struct ranked *ranked, const double *recalls, size_t count,
                struct limen_error *error) {
  ranked->values = limen_copy(recalls, count, sizeof *recalls, error);
  ranked->which = limen_alloc(count, sizeof *ranked->which, error);
  if (!ranked->values || !ranked->which) return LIMEN_FAILED;
  qsort(ranked->values, count, sizeof *ranked->values, ascending);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || ranked->values[i] > ranked->values[ranked->distinct - 1])
      ranked->values[ranked->distinct++] = ranked->values[i];
  for (size_t i = 0; i < count; i++) {
    const double *at =
        bsearch(&recalls[i], ranked->values, ranked->distinct, sizeof *ranked->values, ascending);
    ranked->which[i] = (uint32_t)(at - ranked->values);
  }
  ranked->having = limen_alloc(ranked->distinct, sizeof *ranked->having, error);
  return ranked->having ? LIMEN_OK : LIMEN_FAILED;
}

static size_t lowest_of(size_t count, size_t percent) { return (count * percent + 99) / 100; }

static double mean_of_lowest(const size_t *rows, size_t n, const void *data) {
  const struct ranked *ranked = data;
  const size_t wanted = lowest_of(n, ranked->percent);
  size_t left = wanted;
  double sum = 0;
  memset(ranked->having, 0, ranked->distinct * sizeof *ranked->having);
  for (size_t i = 0; i < n; i++) ranked->having[ranked->which[rows[i]]]++;
  for (size_t v = 0; left > 0; v++) {
    const size_t taken = ranked->having[v] < left ? ranked->having[v] : left;
    sum += (double)taken * ranked->values[v];
    left -= taken;
  }
  return sum / (double)wanted;
}

/* The rule for equal recalls, of the lowest: what others there may be are among them. */
static int worst_without_spread(double value, size_t count, size_t percent,
                                const struct limen_search_settings *settings,
                                struct limen_interval *out, struct limen_error *error) {
  struct limen_interval same;
  int status = limen_interval_wilson(count, count, settings->confidence, &same, error);
  if (status != LIMEN_OK) return status;
  const double others = fmin(1, (1 - same.lower) * 100 / (double)percent);
  *out = (struct limen_interval){value, value * (1 - others), value, settings->confidence};
  return LIMEN_OK;
}

static int worst_of(const struct ranked *ranked, size_t count,
                    const struct limen_search_settings *settings, struct limen_interval *out,
                    struct limen_error *error) {
  const struct limen_bootstrap bootstrap = bootstrap_of(settings);
  if (ranked->distinct == 1)
    return worst_without_spread(ranked->values[0], count, ranked->percent, settings, out, error);
  int status = limen_interval_bootstrap(mean_of_lowest, ranked, count, &bootstrap, out, error);
  if (status == LIMEN_OK && lowest_of(count, ranked->percent) < LIMEN_WORST_LEAST)
    out->lower = out->upper = out->coverage = NAN;
  return status;
}

int limen_search_mean_worst(const struct limen_search_set *set, enum limen_recall_kind kind,
                            size_t percent, const struct limen_search_settings *settings,
                            struct limen_interval *out, struct limen_error *error) {
  struct ranked ranked = {.percent = percent};
  double *recalls = recalls_of(set, kind, error);
  int status = recalls ? rank(&ranked, recalls, set->count, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = worst_of(&ranked, set->count, settings, out, error);
  limen_free(recalls);
  limen_free(ranked.values);
  limen_free(ranked.which);
  limen_free(ranked.having);
  return status;
}

/* ---- shares ---- */

int limen_search_share(const struct limen_search_set *set,
                       bool (*is_one)(const struct limen_recall_query *query,
                                      const struct limen_search_settings *settings),
                       const struct limen_search_settings *settings, struct limen_interval *out,
                       struct limen_error *error) {
  size_t ones = 0;
  for (size_t q = 0; q < set->count; q++) ones += is_one(&set->queries[q], settings);
  return limen_interval_wilson(ones, set->count, settings->confidence, out, error);
}
