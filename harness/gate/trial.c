#include "gate/trial.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"

/* ---- rules of others ---- */

static bool below_tolerance(double old, double new, double tolerance) {
  return new < old - tolerance;
}

static bool below_two_points(double old, double new, double tolerance) {
  (void)tolerance;
  return new < old - 0.02;
}

static bool misses_double(double old, double new, double tolerance) {
  (void)tolerance;
  return 1 - new > 2 * (1 - old);
}

const struct limen_trial_rule *limen_trial_rule_at(size_t i) {
  static const struct limen_trial_rule rules[LIMEN_TRIAL_RULES] = {
      {"threshold at the tolerance", "one build a side; recall fell by more than the tolerance",
       below_tolerance},
      {"threshold at 2 points", "one build a side; recall fell by more than 2 points",
       below_two_points},
      {"alert at 200%",
       "one build a side; 1 - recall more than doubled, the alert that a common action for "
       "benchmarks sets by default",
       misses_double}};
  return i < LIMEN_TRIAL_RULES ? &rules[i] : NULL;
}

/* ---- one comparison ---- */

/* A side's sample: drawn builds of a table, of the drawn queries. */
static int draw_side(const double *table, const struct limen_population *population,
                     const size_t *query, const struct limen_trial *trial, const char *source,
                     gsl_rng *rng, struct limen_measured *out, struct limen_error *error) {
  struct limen_number *number;
  const size_t n = trial->builds * trial->queries;
  if (!(out->source = limen_copy_text(source, error)) ||
      !(out->experiment = limen_copy_text("trial", error)))
    return LIMEN_FAILED;
  int status = limen_measured_add(out, "recall", "share", &number, error);
  if (status != LIMEN_OK) return status;
  number->higher_is_better = true;
  number->sample = (struct limen_sample){
      .builds = trial->builds, .queries = trial->queries, .within = 1, .drawn = true};
  memset(number->sample.asked, '0', LIMEN_HASH_SIZE - 1); /* the same queries on both sides */
  double *values = number->sample.values = limen_alloc(n, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  double sum = 0;
  for (size_t b = 0; b < trial->builds; b++) {
    const double *row = table + gsl_rng_uniform_int(rng, population->builds) * population->queries;
    for (size_t q = 0; q < trial->queries; q++)
      sum += values[b * trial->queries + q] = row[query[q]];
  }
  number->value = sum / (double)n;
  number->lower = number->upper = NAN;
  return LIMEN_OK;
}

/* Of its first build, which is as good as any. */
static double first_build(const struct limen_measured *side) {
  const struct limen_sample *sample = &side->number[0].sample;
  double sum = 0;
  for (size_t q = 0; q < sample->queries; q++) sum += sample->values[q];
  return sum / (double)sample->queries;
}

static int compare(const struct limen_population *population, const struct limen_trial *trial,
                   size_t which, struct limen_trial_tally *tally, struct limen_error *error) {
  struct limen_measured old = {0}, new = {0};
  struct limen_gate_outcome outcome = {0};
  char stream[48];
  snprintf(stream, sizeof stream, "gate/trial/%zu", which);
  gsl_rng *rng = limen_rng_alloc(trial->seed, stream, error);
  size_t *query = limen_alloc(trial->queries, sizeof *query, error);
  int status = rng && query ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < trial->queries && status == LIMEN_OK; q++)
    query[q] = gsl_rng_uniform_int(rng, population->queries);
  if (status == LIMEN_OK)
    status = draw_side(population->old, population, query, trial, "old", rng, &old, error);
  if (status == LIMEN_OK)
    status = draw_side(population->new, population, query, trial, "new", rng, &new, error);
  if (status == LIMEN_OK)
    status = limen_gate_compare(&old, &new, &trial->settings, &outcome, error);
  if (status == LIMEN_OK) {
    tally->comparisons++;
    tally->alarms += outcome.count[LIMEN_GATE_REGRESSION];
    tally->passes += outcome.count[LIMEN_GATE_PASS] + outcome.count[LIMEN_GATE_IMPROVEMENT];
    for (size_t r = 0; r < LIMEN_TRIAL_RULES; r++)
      tally->rule[r] += limen_trial_rule_at(r)->alarms(first_build(&old), first_build(&new),
                                                       trial->settings.tolerance);
  }
  limen_gate_clear(&outcome);
  limen_measured_clear(&old);
  limen_measured_clear(&new);
  limen_free(query);
  limen_rng_free(rng);
  return status;
}

/* ---- all of them ---- */

static void add(const struct limen_trial_tally *from, struct limen_trial_tally *to) {
  to->comparisons += from->comparisons;
  to->alarms += from->alarms;
  to->passes += from->passes;
  for (size_t r = 0; r < LIMEN_TRIAL_RULES; r++) to->rule[r] += from->rule[r];
}

int limen_trial_run(const struct limen_population *population, const struct limen_trial *trial,
                    struct limen_trial_tally *out, struct limen_error *error) {
  struct limen_trial_tally all = {0};
  struct limen_error first = {0};
  int status = LIMEN_OK;
  if (trial->builds < LIMEN_GATE_BUILDS_LEAST || trial->queries < 2)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "%zu builds a side and %zu queries: at least %d and 2 are needed",
                      trial->builds, trial->queries, LIMEN_GATE_BUILDS_LEAST);
#pragma omp parallel for schedule(dynamic) num_threads(limen_threads())
  for (size_t i = 0; i < trial->comparisons; i++) {
    struct limen_trial_tally one = {0};
    struct limen_error own = {0};
    int done;
#pragma omp atomic read
    done = status;
    if (done != LIMEN_OK) continue;
    done = compare(population, trial, i, &one, &own);
#pragma omp critical(limen_trial)
    {
      if (done == LIMEN_OK) {
        add(&one, &all);
      } else if (status == LIMEN_OK) {
#pragma omp atomic write
        status = done;
        first = own;
      }
    }
  }
  if (status != LIMEN_OK && error) *error = first;
  *out = all;
  return status;
}

/* ---- populations ---- */

/* What each query loses from `high` to `low`, meant over builds. */
static void losses(const double *high, const double *low, size_t builds, size_t queries,
                   double *out) {
  for (size_t q = 0; q < queries; q++) out[q] = 0;
  for (size_t b = 0; b < builds; b++)
    for (size_t q = 0; q < queries; q++)
      out[q] += (high[b * queries + q] - low[b * queries + q]) / (double)builds;
}

static double mean_of(const double *table, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += table[i];
  return sum / (double)n;
}

int limen_trial_between(const double *high, const double *low, size_t builds, size_t queries,
                        double mean, uint64_t seed, double *out, double *reached,
                        struct limen_error *error) {
  gsl_rng *rng = limen_rng_alloc(seed, "gate/trial/between", error);
  size_t *order = limen_alloc(queries, sizeof *order, error);
  double *loss = limen_alloc(queries, sizeof *loss, error);
  int status = rng && order && loss ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  losses(high, low, builds, queries, loss);
  for (size_t q = 0; q < queries; q++) order[q] = q;
  gsl_ran_shuffle(rng, order, queries, sizeof *order);
  /* How many of them answer as `low` does. */
  double now = mean_of(high, builds * queries), best = fabs(now - mean);
  size_t changed = 0;
  for (size_t i = 0; i < queries; i++) {
    now -= loss[order[i]] / (double)queries;
    if (fabs(now - mean) >= best) continue;
    best = fabs(now - mean);
    changed = i + 1;
  }
  memcpy(out, high, builds * queries * sizeof *out);
  for (size_t i = 0; i < changed; i++)
    for (size_t b = 0; b < builds; b++) out[b * queries + order[i]] = low[b * queries + order[i]];
  *reached = mean_of(out, builds * queries);
done:
  limen_rng_free(rng);
  limen_free(order);
  limen_free(loss);
  return status;
}

const char *limen_trial_measure(const char *what, double loss, char out[LIMEN_TRIAL_NAME]) {
  snprintf(out, LIMEN_TRIAL_NAME, "%.20s@%gpp", what, 100 * loss);
  return out;
}

size_t limen_trial_allowed(size_t comparisons, double alpha, double confidence) {
  size_t most = 0;
  while (most < comparisons &&
         gsl_cdf_binomial_P((unsigned)most, alpha, (unsigned)comparisons) < confidence)
    most++;
  return most;
}
