/* All resamples are drawn first and kept as means, two a system; every number is then read off
 * them: places, tau, differences. So all of them are about the same resamples. */
#include "stats/rank_shift.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "stats/checks.h"
#include "stats/holm.h"
#include "stats/kendall.h"

struct work {
  const struct limen_contestant *contestants;
  size_t systems, queries, builds, resamples;
  double confidence;
  double *weights;                /* how often a query is drawn: queries, then builds */
  double *before, *after;         /* means: row 0 as it is, then a row a resample, systems each */
  double *values, *more, *sorted; /* of one statistic over the resamples; `more` for two sides */
};

/* ---- means ---- */

static double weighted(const double *weights, const double *values, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += weights[i] * values[i];
  return sum;
}

static double rounded(double mean) { return nearbyint(mean * 1e12) / 1e12; }

static void take_means(struct work *work, size_t row) {
  const double *build = work->weights + work->queries;
  const double q = (double)work->queries, b = (double)work->builds;
  for (size_t s = 0; s < work->systems; s++) {
    const struct limen_contestant *one = &work->contestants[s];
    double sum = 0;
    const double mean = rounded(weighted(work->weights, one->before, work->queries) / q);
    for (size_t i = 0; one->after && i < work->builds; i++)
      if (build[i] > 0)
        sum += build[i] * weighted(work->weights, one->after + i * work->queries, work->queries);
    work->before[row * work->systems + s] = mean;
    work->after[row * work->systems + s] = one->after ? rounded(sum / (q * b)) : mean;
  }
}

static void draw(gsl_rng *rng, double *weights, size_t n) {
  memset(weights, 0, n * sizeof *weights);
  for (size_t i = 0; i < n; i++) weights[gsl_rng_uniform_int(rng, n)]++;
}

static int resample(struct work *work, const struct limen_bootstrap *settings,
                    struct limen_error *error) {
  gsl_rng *rng = limen_rng_alloc(settings->seed, settings->stream, error);
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < work->queries + work->builds; i++) work->weights[i] = 1;
  take_means(work, 0);
  for (size_t r = 1; r <= work->resamples; r++) {
    draw(rng, work->weights, work->queries);
    draw(rng, work->weights + work->queries, work->builds);
    take_means(work, r);
  }
  limen_rng_free(rng);
  return LIMEN_OK;
}

/* ---- intervals ---- */

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* Of values[0], by the percentiles of the resamples after it. A resample without the statistic
 * leaves the bounds unknown: without it the interval would be narrower and not say so. */
static struct limen_interval interval_of(struct work *work, const double *values) {
  const size_t n = work->resamples;
  const double tail = (1 - work->confidence) / 2;
  struct limen_interval out = {values[0], NAN, NAN, work->confidence};
  for (size_t r = 1; r <= n; r++)
    if (isnan(values[r])) return out;
  memcpy(work->sorted, values + 1, n * sizeof *values);
  qsort(work->sorted, n, sizeof *work->sorted, ascending);
  out.lower = limen_quantile_sorted(work->sorted, n, tail);
  out.upper = limen_quantile_sorted(work->sorted, n, 1 - tail);
  return out;
}

static double place_of(const double *means, size_t systems, size_t s) {
  double place = 1;
  for (size_t i = 0; i < systems; i++)
    place += i == s ? 0 : means[i] > means[s] ? 1 : means[i] == means[s] ? .5 : 0;
  return place;
}

static void find_place(struct work *work, size_t s, struct limen_rank_place *out) {
  const size_t m = work->systems;
  for (size_t r = 0; r <= work->resamples; r++) {
    work->values[r] = place_of(work->before + r * m, m, s);
    work->more[r] = place_of(work->after + r * m, m, s);
  }
  out->before = interval_of(work, work->values);
  out->after = interval_of(work, work->more);
  for (size_t r = 0; r <= work->resamples; r++) {
    const double before = work->before[r * m + s];
    work->values[r] = before > 0 ? work->after[r * m + s] / before : NAN;
  }
  out->kept = interval_of(work, work->values);
}

static int find_tau(struct work *work, struct limen_interval *out, struct limen_error *error) {
  const size_t m = work->systems;
  for (size_t r = 0; r <= work->resamples; r++) {
    struct limen_kendall kendall;
    int status = limen_kendall(work->before + r * m, work->after + r * m, m, &kendall, error);
    if (status != LIMEN_OK) return status;
    work->values[r] = kendall.tau;
  }
  *out = interval_of(work, work->values);
  return LIMEN_OK;
}

/* ---- swaps ---- */

/* Two-sided, that there is no difference. */
static double p_of(const double *values, size_t resamples) {
  size_t below = 0, above = 0;
  for (size_t r = 1; r <= resamples; r++) {
    below += values[r] <= 0;
    above += values[r] >= 0;
  }
  return fmin(1, 2 * (1 + (double)(below < above ? below : above)) / (1 + (double)resamples));
}

static struct limen_rank_swap swap_of(struct work *work, size_t first, size_t second) {
  const size_t m = work->systems;
  struct limen_rank_swap swap = {.first = first, .second = second};
  for (size_t r = 0; r <= work->resamples; r++) {
    work->values[r] = work->before[r * m + first] - work->before[r * m + second];
    work->more[r] = work->after[r * m + first] - work->after[r * m + second];
  }
  swap.before = interval_of(work, work->values);
  swap.after = interval_of(work, work->more);
  swap.p = swap.adjusted =
      fmax(p_of(work->values, work->resamples), p_of(work->more, work->resamples));
  for (size_t r = 0; r <= work->resamples; r++) work->values[r] = work->more[r] - work->values[r];
  swap.change = interval_of(work, work->values);
  return swap;
}

static int by_p(const void *left, const void *right) {
  const struct limen_rank_swap *a = left, *b = right;
  if (a->p != b->p) return a->p < b->p ? -1 : 1;
  if (a->first != b->first) return a->first < b->first ? -1 : 1;
  return (a->second > b->second) - (a->second < b->second);
}

static int adjust(struct limen_rank_shift *shift, double confidence, struct limen_error *error) {
  double *p = limen_alloc(shift->swaps, sizeof *p, error);
  if (!p) return LIMEN_FAILED;
  for (size_t i = 0; i < shift->swaps; i++) p[i] = shift->swap[i].p;
  int status = limen_holm(p, shift->swaps, error);
  for (size_t i = 0; i < shift->swaps && status == LIMEN_OK; i++) {
    shift->swap[i].adjusted = p[i];
    shift->swap[i].beyond = p[i] <= 1 - confidence;
    shift->beyond += shift->swap[i].beyond;
  }
  limen_free(p);
  return status;
}

static int find_swaps(struct work *work, struct limen_rank_shift *out, struct limen_error *error) {
  size_t capacity = 0;
  for (size_t i = 0; i < work->systems; i++)
    for (size_t j = 0; j < work->systems; j++) {
      if (i < j) out->pairs += work->contestants[i].after || work->contestants[j].after;
      if (!(work->before[i] > work->before[j] && work->after[i] < work->after[j])) continue;
      int status = limen_grow(&out->swap, &capacity, out->swaps + 1, sizeof *out->swap, error);
      if (status != LIMEN_OK) return status;
      out->swap[out->swaps++] = swap_of(work, i, j);
    }
  if (out->swaps == 0) return LIMEN_OK;
  qsort(out->swap, out->swaps, sizeof *out->swap, by_p);
  return adjust(out, work->confidence, error);
}

/* ---- the whole ---- */

static int check(const struct work *work, const struct limen_bootstrap *settings,
                 struct limen_error *error) {
  size_t cells;
  if (work->systems < 2 || work->queries < 2 || work->builds < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "rankings are compared over at least 2 systems, 2 queries and 1 build; %zu, "
                      "%zu and %zu were given",
                      work->systems, work->queries, work->builds);
  if (settings->resamples < LIMEN_BOOTSTRAP_MIN || settings->resamples > LIMEN_BOOTSTRAP_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a bootstrap takes %d to %d resamples; %zu were asked for",
                      LIMEN_BOOTSTRAP_MIN, LIMEN_BOOTSTRAP_MAX, settings->resamples);
  int status = limen_check_confidence(settings->confidence, error);
  if (__builtin_mul_overflow(work->builds, work->queries, &cells) ||
      cells > SIZE_MAX / sizeof(double))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu x %zu values are more than a machine can address",
                      work->builds, work->queries);
  for (size_t s = 0; s < work->systems && status == LIMEN_OK; s++) {
    const struct limen_contestant *one = &work->contestants[s];
    status = limen_check_values("values before", one->before, work->queries, 2, error);
    if (status == LIMEN_OK && one->after)
      status = limen_check_values("values after", one->after, cells, 2, error);
    if (status != LIMEN_OK && error) limen_error_prefix(error, "system %zu", s + 1);
  }
  return status;
}

static int make_room(struct work *work, struct limen_error *error) {
  const size_t rows = work->resamples + 1;
  double **const all[] = {&work->values, &work->more, &work->sorted};
  work->weights = limen_alloc(work->queries + work->builds, sizeof *work->weights, error);
  work->before = limen_alloc(rows * work->systems, sizeof *work->before, error);
  work->after = limen_alloc(rows * work->systems, sizeof *work->after, error);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    *all[i] = limen_alloc(rows, sizeof **all[i], error);
  return work->weights && work->before && work->after && work->values && work->more && work->sorted
             ? LIMEN_OK
             : LIMEN_FAILED;
}

int limen_rank_shift(const struct limen_contestant *contestants, size_t systems, size_t queries,
                     size_t builds, const struct limen_bootstrap *settings,
                     struct limen_rank_shift *out, struct limen_error *error) {
  struct work work = {.contestants = contestants,
                      .systems = systems,
                      .queries = queries,
                      .builds = builds,
                      .resamples = settings->resamples,
                      .confidence = settings->confidence};
  *out = (struct limen_rank_shift){.systems = systems};
  int status = check(&work, settings, error);
  if (status != LIMEN_OK) return status;
  status = make_room(&work, error);
  if (status == LIMEN_OK && !(out->place = limen_alloc(systems, sizeof *out->place, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = resample(&work, settings, error);
  for (size_t s = 0; s < systems && status == LIMEN_OK; s++) {
    find_place(&work, s, &out->place[s]);
    out->moved =
        fmax(out->moved, fabs(out->place[s].after.estimate - out->place[s].before.estimate));
  }
  if (status == LIMEN_OK) status = find_tau(&work, &out->tau, error);
  if (status == LIMEN_OK) status = find_swaps(&work, out, error);
  double *const scratch[] = {work.weights, work.before, work.after,
                             work.values,  work.more,   work.sorted};
  for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++) limen_free(scratch[i]);
  if (status != LIMEN_OK) limen_rank_shift_clear(out);
  return status;
}

void limen_rank_shift_clear(struct limen_rank_shift *shift) {
  limen_free(shift->place);
  limen_free(shift->swap);
  *shift = (struct limen_rank_shift){0};
}
