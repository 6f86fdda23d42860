/* The tables, and what pointwise estimators share: walking the points, means, intervals. */
#include "dimension/estimator.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "dimension/local_gram.h"

#define LIMEN_ENTRY(entry) extern const struct limen_estimator entry;
#include "dimension/estimators.def"
#include "dimension/hardness.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_estimator *const estimators[] = {
#include "dimension/estimators.def"
    NULL};
static const struct limen_estimator *const hardness[] = {
#include "dimension/hardness.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_dimension_settings limen_dimension_defaults = {
    .k = 20,
    .theta = 0.99,
    .discard = 0.1,
    .confidence = 0.95,
    .resamples = LIMEN_BOOTSTRAP_DEFAULT,
};

const struct limen_estimator *limen_estimator_at(size_t i) {
  return i < sizeof estimators / sizeof *estimators ? estimators[i] : NULL;
}

const struct limen_estimator *limen_hardness_at(size_t i) {
  return i < sizeof hardness / sizeof *hardness ? hardness[i] : NULL;
}

const char *limen_estimator_name(size_t i) {
  return limen_estimator_at(i) ? limen_estimator_at(i)->name : NULL;
}

const char *limen_hardness_name(size_t i) {
  return limen_hardness_at(i) ? limen_hardness_at(i)->name : NULL;
}

const struct limen_estimator *limen_estimator_find(const char *name) {
  for (size_t i = 0; estimators[i]; i++)
    if (strcmp(estimators[i]->name, name) == 0) return estimators[i];
  for (size_t i = 0; hardness[i]; i++)
    if (strcmp(hardness[i]->name, name) == 0) return hardness[i];
  return NULL;
}

double limen_estimator_parameter(const struct limen_estimator *estimator,
                                 const struct limen_dimension_settings *settings) {
  if (!estimator->parameter) return NAN;
  if (strcmp(estimator->parameter, "theta") == 0) return settings->theta;
  if (strcmp(estimator->parameter, "discard") == 0) return settings->discard;
  return (double)settings->k;
}

/* ---- answers ---- */

int limen_estimate_undefined(struct limen_estimate *out, const char *why) {
  *out = (struct limen_estimate){.value = NAN, .lower = NAN, .upper = NAN, .undefined = why};
  return LIMEN_OK;
}

int limen_estimate_bootstrap(limen_statistic statistic, const void *data, size_t n,
                             const struct limen_dimension_settings *settings, const char *why,
                             struct limen_estimate *out, struct limen_error *error) {
  const struct limen_bootstrap bootstrap = {.resamples = settings->resamples,
                                            .confidence = settings->confidence,
                                            .seed = settings->seed,
                                            .stream = "dimension/bootstrap"};
  struct limen_interval interval;
  limen_estimate_undefined(out, why);
  size_t *rows = limen_alloc(n, sizeof *rows, error);
  if (!rows) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++) rows[i] = i;
  double value = n > 0 ? statistic(rows, n, data) : NAN;
  limen_free(rows);
  if (!isfinite(value)) return LIMEN_OK;
  out->value = value;
  out->used = n;
  out->undefined = NULL;
  int status = limen_interval_bootstrap(statistic, data, n, &bootstrap, &interval, error);
  if (status == LIMEN_FAILED) return status;
  if (status == LIMEN_OK) {
    out->lower = interval.lower;
    out->upper = interval.upper;
  } else if (error) {
    *error = (struct limen_error){0}; /* no interval: an answer, not an error */
  }
  return LIMEN_OK;
}

/* ---- points ---- */

enum { BLOCK = 32 /* points a task */ };

struct walk {
  const struct limen_estimator *estimator;
  const struct limen_neighbours *neighbours;
  size_t k, stride; /* every stride-th point is looked at */
  size_t count;     /* points looked at */
  double *values;   /* count */
};

/* The distances above zero among the k nearest of a point. */
static double at_distances(const struct walk *walk, const double *r) {
  size_t zeros = 0;
  while (zeros < walk->k && !(r[zeros] > 0)) zeros++;
  if (zeros == walk->k) return NAN;
  return walk->estimator->from_distances(r + zeros, walk->k - zeros);
}

static int walk_block(void *context, size_t block, struct limen_error *error) {
  const struct walk *walk = context;
  const struct limen_neighbours *neighbours = walk->neighbours;
  const size_t first = block * BLOCK;
  const size_t end = walk->count - first < BLOCK ? walk->count : first + BLOCK;
  struct limen_local_gram local = {0};
  int status = LIMEN_OK;
  if (walk->estimator->from_gram)
    status = limen_local_gram_init(&local, neighbours, walk->k, error);
  for (size_t i = first; status == LIMEN_OK && i < end; i++) {
    const size_t point = i * walk->stride;
    const double *r = neighbours->distances + point * neighbours->k;
    double value = NAN;
    if (walk->estimator->from_gram) {
      status = limen_local_gram_fill(&local, neighbours, point, error);
      if (status == LIMEN_OK && local.k > 0)
        value = walk->estimator->from_gram(local.gram, local.k, local.scratch);
    } else if (walk->estimator->from_distances) {
      value = at_distances(walk, r);
    } else {
      value = walk->estimator->from_list(r, walk->k, neighbours->metric);
    }
    walk->values[i] = isfinite(value) ? value : NAN;
  }
  limen_local_gram_clear(&local);
  return status;
}

static int walk_points(struct walk *walk, struct limen_error *error) {
  return limen_dimension_parallel((walk->count + BLOCK - 1) / BLOCK, walk_block, walk, error);
}

/* ---- sets ---- */

static double harmonic_mean(const size_t *rows, size_t n, const void *data) {
  const double *values = data;
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += 1 / values[rows[i]];
  return (double)n / sum;
}

static int run_pointwise(const struct limen_estimator *estimator,
                         const struct limen_neighbours *neighbours,
                         const struct limen_dimension_settings *settings,
                         struct limen_estimate *out, struct limen_error *error) {
  struct walk walk = {
      .estimator = estimator, .neighbours = neighbours, .k = settings->k, .stride = 1};
  if (estimator->from_gram)
    walk.stride = (neighbours->count + LIMEN_GRAM_POINTS - 1) / LIMEN_GRAM_POINTS;
  walk.count = (neighbours->count + walk.stride - 1) / walk.stride;
  if (!(walk.values = limen_alloc(walk.count, sizeof *walk.values, error))) return LIMEN_FAILED;
  int status = walk_points(&walk, error);
  if (status != LIMEN_OK) goto done;
  size_t used = 0;
  for (size_t i = 0; i < walk.count; i++)
    if (!isnan(walk.values[i])) walk.values[used++] = walk.values[i];
  status = limen_estimate_bootstrap(
      estimator->from_list ? limen_statistic_mean : harmonic_mean, walk.values, used, settings,
      "at every point the distances are too few, all equal or zero", out, error);
done:
  limen_free(walk.values);
  return status;
}

static int check(const struct limen_dimension_settings *settings, struct limen_error *error) {
  if (settings->k < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT, "k is 0; a neighbourhood has at least 1 neighbour");
  if (!(settings->theta > 0 && settings->theta <= 1))
    return LIMEN_FAIL(error, LIMEN_INPUT, "theta is %g; a share of the variance lies in (0, 1]",
                      settings->theta);
  if (!(settings->discard >= 0 && settings->discard < 1))
    return LIMEN_FAIL(error, LIMEN_INPUT, "discard is %g; the share left out lies in [0, 1)",
                      settings->discard);
  if (!(settings->confidence > 0 && settings->confidence < 1))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the confidence is %g; it lies between 0 and 1",
                      settings->confidence);
  if (settings->resamples < LIMEN_BOOTSTRAP_MIN || settings->resamples > LIMEN_BOOTSTRAP_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu resamples were asked for; %d to %d are possible",
                      settings->resamples, LIMEN_BOOTSTRAP_MIN, LIMEN_BOOTSTRAP_MAX);
  return LIMEN_OK;
}

static bool enough(const struct limen_estimator *estimator,
                   const struct limen_neighbours *neighbours, size_t k) {
  size_t needed;
  return !__builtin_mul_overflow(estimator->times_k, k, &needed) &&
         !__builtin_add_overflow(needed, estimator->plus, &needed) && needed <= neighbours->k;
}

int limen_estimator_run(const struct limen_estimator *estimator,
                        const struct limen_neighbours *neighbours,
                        const struct limen_dimension_settings *settings, struct limen_estimate *out,
                        struct limen_error *error) {
  int status = check(settings, error);
  if (status != LIMEN_OK) return status;
  if (!enough(estimator, neighbours, settings->k))
    return limen_estimate_undefined(out, "a point has too few neighbours for this k");
  if (estimator->from_gram && !neighbours->base)
    return limen_estimate_undefined(out, "the vectors themselves are needed");
  if (estimator->estimate) return estimator->estimate(neighbours, settings, out, error);
  return run_pointwise(estimator, neighbours, settings, out, error);
}

int limen_estimator_pointwise(const struct limen_estimator *estimator,
                              const struct limen_neighbours *neighbours, size_t k, double *out,
                              struct limen_error *error) {
  if (estimator->estimate || (estimator->from_gram && !neighbours->base))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      estimator->estimate ? "%s speaks of a whole set, not of its points"
                                          : "%s needs the vectors, not only their distances",
                      estimator->name);
  if (k < 1 || !enough(estimator, neighbours, k))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s at k = %zu does not go with %zu known neighbours",
                      estimator->name, k, neighbours->k);
  struct walk walk = {.estimator = estimator,
                      .neighbours = neighbours,
                      .k = k,
                      .stride = 1,
                      .count = neighbours->count,
                      .values = out};
  return walk_points(&walk, error);
}
