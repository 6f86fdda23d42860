#include "gate/change.h"

#include <math.h>

#include "base/memory.h"
#include "stats/crossed.h"
#include "stats/distributions.h"
#include "stats/skewed.h"

/* The functions used here want a confidence for intervals that nobody looks at. */
static const double any_confidence = 0.95;

/* ---- measuring ---- */

/* Means over builds of every query, times `factor`, added to `out`. */
static void add_means(const struct limen_table *table, double factor, double *out) {
  for (size_t b = 0; b < table->builds; b++)
    for (size_t q = 0; q < table->queries; q++)
      out[q] += factor / (double)table->builds * table->values[b * table->queries + q];
}

/* Third central moment of n values, unbiased, over n^2: the third cumulant of their mean. */
static double third_of_mean(const double *values, size_t n) {
  const double count = (double)n;
  double mean = 0, sum = 0;
  if (n < 3) return 0;
  for (size_t i = 0; i < n; i++) mean += values[i] / count;
  for (size_t i = 0; i < n; i++) sum += pow(values[i] - mean, 3);
  return sum / ((count - 1) * (count - 2) * count);
}

static double skewness_of(double third, double se) { return se > 0 ? third / (se * se * se) : 0; }

static void note_side(const struct limen_crossed *crossed, struct limen_noise_side *side) {
  side->builds = crossed->builds;
  side->build = crossed->one_build ? 0 : crossed->build;
  side->residual = crossed->one_build ? 0 : crossed->residual;
}

static int look_at_both(const struct limen_table *const table[2], struct limen_crossed crossed[2],
                        struct limen_error *error) {
  int status = LIMEN_OK;
  for (int s = 0; s < 2 && status == LIMEN_OK; s++)
    status = limen_crossed(table[s]->values, table[s]->builds, table[s]->queries, any_confidence,
                           &crossed[s], error);
  return status;
}

int limen_change_paired(const struct limen_table *old, const struct limen_table *new, double sign,
                        bool share, struct limen_change *out, struct limen_error *error) {
  const struct limen_table *const table[2] = {old, new};
  struct limen_crossed crossed[2];
  struct limen_crossed_difference difference;
  int status = look_at_both(table, crossed, error);
  if (status == LIMEN_OK)
    status = limen_crossed_difference(new->values, new->builds, old->values, old->builds,
                                      old->queries, any_confidence, &difference, error);
  if (status != LIMEN_OK) return status;
  double *gains = limen_alloc(old->queries, sizeof *gains, error);
  if (!gains) return LIMEN_FAILED;
  add_means(new, sign, gains);
  add_means(old, -sign, gains);
  *out = (struct limen_change){.gain = sign * difference.difference,
                               .se = difference.se,
                               .se_above = difference.se,
                               .df = difference.df,
                               .met = old->queries,
                               .queries = old->queries,
                               .share = share,
                               .noise = {.queries = old->queries}};
  out->skewness = skewness_of(third_of_mean(gains, old->queries), out->se);
  double over_queries = 0, mean = 0, rest = 0;
  for (size_t q = 0; q < old->queries; q++) mean += gains[q] / (double)old->queries;
  for (size_t q = 0; q < old->queries; q++) over_queries += pow(gains[q] - mean, 2);
  for (int s = 0; s < 2; s++) {
    note_side(&crossed[s], &out->noise.side[s]);
    rest += out->noise.side[s].residual / (double)out->noise.side[s].builds;
  }
  out->noise.change = fmax(0, over_queries / (double)(old->queries - 1) - rest);
  limen_free(gains);
  return status;
}

int limen_change_unpaired(const struct limen_table *old, const struct limen_table *new, double sign,
                          bool share, struct limen_change *out, struct limen_error *error) {
  const struct limen_table *const table[2] = {old, new};
  struct limen_crossed crossed[2];
  double third = 0, variance = 0, squares_over_df = 0;
  int status = look_at_both(table, crossed, error);
  *out = (struct limen_change){.share = share};
  for (int s = 0; s < 2 && status == LIMEN_OK; s++) {
    double *means = limen_alloc(table[s]->queries, sizeof *means, error);
    if (!means) return LIMEN_FAILED;
    add_means(table[s], s == 0 ? -sign : sign, means);
    third += third_of_mean(means, table[s]->queries);
    limen_free(means);
    const double square = crossed[s].se * crossed[s].se;
    variance += square;
    if (square > 0) squares_over_df += square * square / crossed[s].df;
    note_side(&crossed[s], &out->noise.side[s]);
    out->noise.change += crossed[s].query;
  }
  if (status != LIMEN_OK) return status;
  out->gain = sign * (crossed[1].mean - crossed[0].mean);
  out->se = out->se_above = sqrt(variance);
  out->met = out->queries = old->queries < new->queries ? old->queries : new->queries;
  out->df = squares_over_df > 0 ? variance * variance / squares_over_df : (double)out->queries - 1;
  out->skewness = skewness_of(third, out->se);
  out->noise.queries = out->queries;
  return status;
}

/* Half the interval's width on one side, as a standard error. */
static double one_side(const struct limen_bounded *bounded, bool below, double quantile) {
  const double half = below ? bounded->value - bounded->lower : bounded->upper - bounded->value;
  const bool whole = rint(bounded->value) == bounded->value &&
                     rint(bounded->lower) == bounded->lower &&
                     rint(bounded->upper) == bounded->upper;
  return (whole ? fmax(half, 0.5) : half) / quantile;
}

void limen_change_of_intervals(const struct limen_bounded *old, const struct limen_bounded *new,
                               double sign, double confidence, struct limen_change *out) {
  static const double many = 1e9; /* degrees of freedom: as good as normal */
  const double quantile = limen_t_half_width(confidence, many, 1);
  const bool up = sign > 0;
  /* The gain is less where the new value is worse and the old one better. */
  *out = (struct limen_change){
      .gain = sign * (new->value - old->value),
      .df = many,
      .se = hypot(one_side(new, up, quantile), one_side(old, !up, quantile)),
      .se_above = hypot(one_side(new, !up, quantile), one_side(old, up, quantile))};
}

/* ---- testing ---- */

static double upper_tail(double t, double df) {
  const double both = limen_t_two_sided(t, df);
  return t > 0 ? both / 2 : 1 - both / 2;
}

/* Every query that was met changed alike, so nothing is known of how much others would. Up to a
 * share r of all queries may be of another kind with the chance (1 - r)^Q of not meeting one; each
 * changes by 1 at most. `room` is how far from the boundary the gain is, `width` how far a query of
 * the other kind can lie from those that were met, towards the boundary. */
static double p_of_the_unmet(double room, double width, size_t queries) {
  if (!(room > 0)) return 1;
  if (room >= width) return 0;
  return pow(1 - room / width, (double)queries);
}

double limen_change_p_more(const struct limen_change *change, double boundary) {
  const double room = change->gain - boundary;
  if (change->se > 0)
    return upper_tail(limen_skew_correct(room / change->se, change->skewness), change->df);
  if (change->share) return p_of_the_unmet(room, 1 + change->gain, change->met);
  return room > 0 ? 0 : 1;
}

/* Its loss for its gain. */
static struct limen_change turn(const struct limen_change *change) {
  struct limen_change turned = *change;
  turned.gain = -change->gain;
  turned.skewness = -change->skewness;
  turned.se = change->se_above;
  turned.se_above = change->se;
  return turned;
}

double limen_change_p_less(const struct limen_change *change, double boundary) {
  const struct limen_change turned = turn(change);
  return limen_change_p_more(&turned, -boundary);
}

static double lower_bound(const struct limen_change *change, double alpha) {
  if (change->se > 0) {
    const double quantile = limen_t_half_width(1 - 2 * alpha, change->df, 1);
    return change->gain - change->se * limen_skew_undo(quantile, change->skewness);
  }
  if (!change->share) return change->gain;
  const double unmet = -expm1(log(alpha) / (double)change->met);
  return change->gain - unmet * (1 + change->gain);
}

void limen_change_bounds(const struct limen_change *change, double alpha, double *lower,
                         double *upper) {
  const struct limen_change turned = turn(change);
  *lower = lower_bound(change, alpha);
  *upper = -lower_bound(&turned, alpha);
}

double limen_change_smallest_drop(const struct limen_change *change, double tolerance, double alpha,
                                  double power) {
  if (change->se > 0) return tolerance + change->se * limen_noise_reach(change->df, alpha, power);
  if (!change->share) return tolerance;
  const double unmet = -expm1(log(alpha) / (double)change->met);
  return (tolerance + unmet) / (1 - unmet);
}
