/* Each number is tested from two sides against one boundary, a loss as large as the tolerance:
 *
 *   regression   refutes that the true loss is at most the tolerance
 *   pass         refutes that the true loss is at least the tolerance
 *
 * so no number can be both, and where neither is refuted the gate cannot tell. At a true loss equal
 * to the tolerance both hypotheses hold and either verdict is an error; away from it one of them is
 * right and only the other can err, more rarely.
 *
 * What several numbers do to this differs by direction. One false regression among them turns the
 * whole gate red, so regressions are a family: their p are adjusted after Holm over all numbers
 * that were tested, and any false one at all is no likelier than alpha, however they depend on each
 * other. A gate turns green only when every number passes. To let through a system of which any
 * number lost the tolerance, that very number must be passed, which happens with at most alpha:
 * tests that must all reject need no adjustment (Berger, "Multiparameter Hypothesis Testing and
 * Acceptance Sampling", Technometrics 1982). Improvements, which turn nothing, are a family of
 * their own.
 *
 * Numbers whose answers are the same bit for bit are left out of the family: that they did not
 * change is known, not estimated. A new build of the same code on the same machine is told by that
 * alone, whatever the number of builds. */
#include "gate/compare.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "gate/change.h"
#include "gate/words.h"
#include "stats/holm.h"

/* Baselines keep twelve digits of a value. */
static const double digits_lost = 1e-10;

struct pair {
  const struct limen_number *old, *new;
  struct limen_gate_finding *finding; /* moves while findings are added: set once all are */
  struct limen_change change;
  bool tested;
  double p_regression, p_improvement; /* adjusted; NaN: not tested */
};

struct comparison {
  const struct limen_measured *old, *new;
  const struct limen_gate_settings *settings;
  struct limen_gate_outcome *out;
  struct pair *pair; /* as the findings */
};

/* ---- units ---- */

bool limen_gate_is_share(const char *unit) { return strcmp(unit, "share") == 0; }

double limen_gate_tolerance_of(const struct limen_gate_settings *settings, const char *unit,
                               double value) {
  if (limen_gate_is_share(unit)) return settings->tolerance;
  if (strcmp(unit, "points") == 0) return 100 * settings->tolerance;
  return settings->tolerance_relative * fabs(value);
}

static double sign_of(const struct limen_number *number) {
  return number->higher_is_better ? 1 : -1;
}

/* ---- what can be compared at all ---- */

static bool same_hash(const char *a, const char *b) { return *a && strcmp(a, b) == 0; }
static bool other_hash(const char *a, const char *b) { return *a && *b && strcmp(a, b) != 0; }

static bool same_value(double a, double b) { return fabs(a - b) <= digits_lost * fmax(1, fabs(a)); }

static bool is_identical(const struct pair *pair) {
  const struct limen_sample *old = &pair->old->sample, *new = &pair->new->sample;
  return same_hash(old->answers, new->answers) && !other_hash(old->asked, new->asked) &&
         same_value(pair->old->value, pair->new->value);
}

static bool is_other_data(const struct pair *pair) {
  return other_hash(pair->old->sample.data, pair->new->sample.data) ||
         strcmp(pair->old->unit, pair->new->unit) != 0 ||
         pair->old->higher_is_better != pair->new->higher_is_better;
}

/* Whether the spread of this side's builds is known, or there is none. */
static bool knows_builds(const struct limen_sample *sample) {
  return !sample->drawn || sample->builds >= LIMEN_GATE_BUILDS_LEAST;
}

static bool is_bounded(const struct limen_number *number) {
  return !isnan(number->lower) && !isnan(number->upper);
}

/* ---- single numbers ---- */

/* The number that the proved one is the best of: "critical_n/..." beside "certified_n/...". */
static const struct limen_number *searched(const struct limen_measured *measured,
                                           const char *certified, struct limen_error *error) {
  char *name = limen_print(error, "critical_n%s", strchr(certified, '/'));
  const struct limen_number *number = name ? limen_measured_find(measured, name) : NULL;
  limen_free(name);
  return number;
}

/* Proofs are verified, not compared: what was proved holds, whatever was proved before. That less
 * was found than before may be an optimiser's luck, which differs with a library's kernels; how
 * much luck there is, the interval of the single searches says. */
static int judge_proof(const struct comparison *all, struct pair *pair, struct limen_error *error) {
  struct limen_gate_finding *finding = pair->finding;
  const struct limen_number *search = searched(all->old, pair->old->name, error);
  finding->basis = LIMEN_GATE_BY_PROOF;
  if (pair->new->value >= pair->old->value) {
    finding->verdict = LIMEN_GATE_PASS;
  } else if (!search || isnan(search->lower)) {
    finding->verdict = LIMEN_GATE_CANNOT_TELL;
  } else {
    const bool lucky = pair->new->value >= search->lower ||
                       pair->old->value - pair->new->value <= finding->tolerance;
    finding->verdict = lucky ? LIMEN_GATE_PASS : LIMEN_GATE_REGRESSION;
  }
  return limen_gate_say_proof(finding, search, error);
}

static int measure_samples(struct pair *pair, struct limen_error *error) {
  const struct limen_sample *old = &pair->old->sample, *new = &pair->new->sample;
  const struct limen_table tables[2] = {{old->values, old->builds, old->queries},
                                        {new->values, new->builds, new->queries}};
  const bool paired = same_hash(old->asked, new->asked) && old->queries == new->queries;
  const bool share = limen_gate_is_share(pair->old->unit);
  int status = (paired ? limen_change_paired : limen_change_unpaired)(
      &tables[0], &tables[1], sign_of(pair->old), share, &pair->change, error);
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "%.300s", pair->old->name);
    return status;
  }
  const size_t within = old->within < new->within ? old->within : new->within;
  pair->change.met = pair->change.queries * within;
  pair->finding->basis = paired ? LIMEN_GATE_BY_PAIRED : LIMEN_GATE_BY_UNPAIRED;
  pair->finding->old_builds = old->builds;
  pair->finding->new_builds = new->builds;
  pair->finding->queries = pair->change.queries;
  pair->tested = knows_builds(old) && knows_builds(new);
  return LIMEN_OK;
}

static void measure_intervals(struct pair *pair) {
  const struct limen_bounded old = {pair->old->value, pair->old->lower, pair->old->upper};
  const struct limen_bounded new = {pair->new->value, pair->new->lower, pair->new->upper};
  pair->finding->basis = LIMEN_GATE_BY_INTERVALS;
  pair->tested = is_bounded(pair->old) && is_bounded(pair->new);
  if (pair->tested)
    limen_change_of_intervals(&old, &new, sign_of(pair->old), LIMEN_NUMBER_CONFIDENCE,
                              &pair->change);
}

/* A sample of fewer than two queries has no spread. */
static bool has_sample(const struct limen_number *number) {
  return number->sample.values && number->sample.queries >= 2;
}

static int look_at(const struct comparison *all, struct pair *pair, struct limen_error *error) {
  struct limen_gate_finding *finding = pair->finding;
  if (!pair->new) {
    finding->verdict = LIMEN_GATE_MISSING;
  } else if (!pair->old) {
    finding->verdict = LIMEN_GATE_NEW;
  } else if (is_other_data(pair)) {
    finding->verdict = LIMEN_GATE_OTHER_DATA;
  } else if (is_identical(pair)) {
    finding->verdict = LIMEN_GATE_PASS;
    finding->basis = LIMEN_GATE_BY_IDENTICAL;
    finding->difference = 0;
    finding->old_builds = pair->old->sample.builds;
    finding->new_builds = pair->new->sample.builds;
    finding->queries = pair->old->sample.queries;
  } else if (limen_number_is_certified(pair->old->name)) {
    return judge_proof(all, pair, error);
  } else if (has_sample(pair->old) && has_sample(pair->new)) {
    return measure_samples(pair, error);
  } else {
    measure_intervals(pair);
  }
  return LIMEN_OK;
}

/* ---- the family ---- */

static int adjust(struct comparison *all, struct limen_error *error) {
  const size_t n = all->out->n;
  double *p = limen_alloc(2 * n, sizeof *p, error);
  if (!p) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++) {
    const struct pair *pair = &all->pair[i];
    p[i] = p[n + i] = NAN;
    if (!pair->tested) continue;
    p[i] = limen_change_p_less(&pair->change, -pair->finding->tolerance);
    p[n + i] = limen_change_p_more(&pair->change, 0);
    all->out->family++;
  }
  int status = limen_holm(p, n, error);
  if (status == LIMEN_OK) status = limen_holm(p + n, n, error);
  for (size_t i = 0; i < n; i++) {
    all->pair[i].p_regression = p[i];
    all->pair[i].p_improvement = p[n + i];
  }
  limen_free(p);
  return status;
}

/* What more queries or builds would do, all else as it is. */
static void tell_needs(const struct comparison *all, struct pair *pair, size_t least) {
  struct limen_gate_finding *finding = pair->finding;
  const double alpha = all->settings->alpha;
  const struct limen_noise *noise = &pair->change.noise;
  if (noise->queries == 0) return; /* of an interval nothing more is known */
  const size_t within = pair->change.met / pair->change.queries;
  finding->needed_queries = limen_noise_queries(noise, finding->tolerance, alpha, LIMEN_GATE_POWER);
  if (finding->needed_queries > 0 && finding->needed_queries < (least + within - 1) / within)
    finding->needed_queries = (least + within - 1) / within;
  if (pair->change.met >= least && pair->old->sample.drawn)
    finding->needed_builds = limen_noise_builds(noise, finding->tolerance, alpha, LIMEN_GATE_POWER);
}

static void decide(const struct comparison *all, struct pair *pair) {
  struct limen_gate_finding *finding = pair->finding;
  const double alpha = all->settings->alpha, sign = sign_of(pair->old);
  double lower, upper;
  /* The spread that was seen says nothing of a kind of query that was not met. */
  const size_t least =
      pair->change.share ? limen_noise_least_queries(finding->tolerance, alpha) : 0;
  limen_change_bounds(&pair->change, alpha, &lower, &upper);
  finding->lower = sign > 0 ? lower : -upper;
  finding->upper = sign > 0 ? upper : -lower;
  finding->coverage = 1 - 2 * alpha;
  finding->p_regression = pair->p_regression;
  finding->p_pass = limen_change_p_more(&pair->change, -finding->tolerance);
  finding->smallest_drop = limen_change_smallest_drop(
      &pair->change, finding->tolerance, alpha / (double)all->out->family, LIMEN_GATE_POWER);
  finding->verdict = LIMEN_GATE_CANNOT_TELL;
  if (pair->p_regression <= alpha)
    finding->verdict = LIMEN_GATE_REGRESSION;
  else if (finding->p_pass <= alpha && pair->change.met >= least)
    finding->verdict = pair->p_improvement <= alpha ? LIMEN_GATE_IMPROVEMENT : LIMEN_GATE_PASS;
  tell_needs(all, pair, least);
}

static void give_up(struct pair *pair) {
  pair->finding->verdict = LIMEN_GATE_CANNOT_TELL;
  if (pair->finding->basis != LIMEN_GATE_BY_INTERVALS)
    pair->finding->needed_builds = LIMEN_GATE_BUILDS_LEAST;
}

static int conclude(struct comparison *all, struct limen_error *error) {
  int status = adjust(all, error);
  for (size_t i = 0; i < all->out->n && status == LIMEN_OK; i++) {
    struct pair *pair = &all->pair[i];
    const bool measured = pair->finding->basis == LIMEN_GATE_BY_PAIRED ||
                          pair->finding->basis == LIMEN_GATE_BY_UNPAIRED ||
                          pair->finding->basis == LIMEN_GATE_BY_INTERVALS;
    if (pair->tested)
      decide(all, pair);
    else if (measured)
      give_up(pair);
    if (!pair->finding->words) status = limen_gate_say(all->out, pair->finding, error);
    all->out->count[pair->finding->verdict]++;
  }
  return status;
}

/* ---- all together ---- */

static int add_finding(struct comparison *all, const struct limen_number *old,
                       const struct limen_number *new, struct limen_error *error) {
  struct limen_gate_outcome *out = all->out;
  const struct limen_number *either = old ? old : new;
  int status = limen_grow(&out->finding, &out->capacity, out->n + 1, sizeof *out->finding, error);
  if (status != LIMEN_OK) return status;
  struct limen_gate_finding *finding = &out->finding[out->n++];
  *finding = (struct limen_gate_finding){
      .name = limen_copy_text(either->name, error),
      .unit = limen_copy_text(either->unit, error),
      .higher_is_better = either->higher_is_better,
      .old_value = old ? old->value : NAN,
      .new_value = new ? new->value : NAN,
      .new_lower = new ? new->lower : NAN,
      .new_upper = new ? new->upper : NAN,
      .difference = old &&new ? new->value - old->value : NAN,
      .lower = NAN,
      .upper = NAN,
      .coverage = NAN,
      .tolerance = limen_gate_tolerance_of(all->settings, either->unit, either->value),
      .p_regression = NAN,
      .p_pass = NAN,
      .smallest_drop = NAN};
  all->pair[out->n - 1] = (struct pair){.old = old, .new = new};
  return finding->name && finding->unit ? LIMEN_OK : LIMEN_FAILED;
}

static int add_findings(struct comparison *all, struct limen_error *error) {
  int status = LIMEN_OK;
  all->pair = limen_alloc(all->old->count + all->new->count, sizeof *all->pair, error);
  if (!all->pair) return LIMEN_FAILED;
  for (size_t i = 0; i < all->old->count && status == LIMEN_OK; i++) {
    const struct limen_number *old = &all->old->number[i];
    status = add_finding(all, old, limen_measured_find(all->new, old->name), error);
  }
  for (size_t i = 0; i < all->new->count &&status == LIMEN_OK; i++) {
    const struct limen_number *new = &all->new->number[i];
    if (!limen_measured_find(all->old, new->name)) status = add_finding(all, NULL, new, error);
  }
  for (size_t i = 0; i < all->out->n; i++) all->pair[i].finding = &all->out->finding[i];
  return status;
}

static bool all_identical(const struct comparison *all) {
  size_t identical = 0;
  for (size_t i = 0; i < all->out->n; i++)
    identical += all->out->finding[i].basis == LIMEN_GATE_BY_IDENTICAL;
  return identical > 0 && identical == all->old->count;
}

int limen_gate_compare(const struct limen_measured *old, const struct limen_measured *new,
                       const struct limen_gate_settings *settings, struct limen_gate_outcome *out,
                       struct limen_error *error) {
  struct comparison all = {old, new, settings, out, NULL};
  *out = (struct limen_gate_outcome){.alpha = settings->alpha,
                                     .tolerance = settings->tolerance,
                                     .tolerance_relative = settings->tolerance_relative};
  int status = LIMEN_OK;
  if (!(out->experiment = limen_copy_text(new->experiment, error)) ||
      !(out->source = limen_copy_text(new->source, error)) ||
      !(out->baseline = limen_copy_text(old->source, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = add_findings(&all, error);
  for (size_t i = 0; i < out->n && status == LIMEN_OK; i++)
    status = look_at(&all, &all.pair[i], error);
  if (status == LIMEN_OK) status = conclude(&all, error);
  if (status == LIMEN_OK)
    status = limen_gate_say_changes(&old->definition, &new->definition, &out->changed, error);
  if (status == LIMEN_OK)
    status = limen_gate_say_changes(&old->machine, &new->machine, &out->machine, error);
  out->identical = status == LIMEN_OK && all_identical(&all);
  limen_free(all.pair);
  return status;
}

int limen_gate_unprove(struct limen_gate_outcome *outcome, const char *reason,
                       struct limen_error *error) {
  for (size_t i = 0; i < outcome->n; i++) {
    struct limen_gate_finding *finding = &outcome->finding[i];
    if (!limen_number_is_certified(finding->name) || finding->verdict == LIMEN_GATE_MISSING)
      continue;
    limen_free(finding->words);
    if (!(finding->words = limen_print(error, "%s is not proved: %s", finding->name, reason)))
      return LIMEN_FAILED;
    outcome->count[finding->verdict]--;
    outcome->count[finding->verdict = LIMEN_GATE_UNPROVED]++;
    finding->basis = LIMEN_GATE_BY_PROOF;
    outcome->identical = false;
  }
  return LIMEN_OK;
}
