/* Measures of a whole set of searches (registry: search_measures.def): what the answers to Q
 * queries say about an index at one setting, with intervals.
 *
 * All intervals are over queries, given the index: they tell how much the choice of queries
 * matters. Another build of the same index moves the value too; that is another component, and only
 * several builds show it. */
#ifndef LIMEN_MEASURES_SEARCH_SET_H
#define LIMEN_MEASURES_SEARCH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measures/recall.h"
#include "stats/interval.h"

struct limen_search_set {
  size_t count; /* queries */
  const struct limen_recall_query *queries;
  const size_t *distances; /* count: evaluations a query took; NULL: not measured */
  const size_t *hops;      /* count: nodes it visited, SIZE_MAX: not known; NULL: not measured */
};

struct limen_search_settings {
  enum limen_recall_kind tails; /* the recall that the worst queries and the zeros are of */
  double confidence;            /* of the intervals, in (0, 1) */
  bool bootstrap;               /* means: the bootstrap in place of the t interval */
  size_t resamples;             /* of the bootstrap */
  uint64_t seed;                /* of the bootstrap; stream "measures/queries" */
};
/* By id, 0.95, t intervals, the bootstrap's default resamples, seed 0. */
extern const struct limen_search_settings limen_search_defaults;

struct limen_search_measure {
  const char *name, *about, *unit; /* unit "": a fraction of 1 */
  bool higher_is_better;
  /* An estimate of NaN: undefined, what it needs was not measured. Bounds of NaN: no interval, as
   * of the evaluations of one query. */
  int (*value)(const struct limen_search_set *set, const struct limen_search_settings *settings,
               struct limen_interval *out, struct limen_error *error);
};

const struct limen_search_measure *limen_search_measure_find(const char *name);
const struct limen_search_measure *limen_search_measure_at(size_t i); /* NULL past the end */
const char *limen_search_measure_name(size_t i);

/* LIMEN_INPUT for no queries, queries without places, or settings out of range. */
int limen_search_measure_run(const struct limen_search_measure *measure,
                             const struct limen_search_set *set,
                             const struct limen_search_settings *settings,
                             struct limen_interval *out, struct limen_error *error);

/* ---- for measures ---- */

/* Fills `out` with NaN: what the measure needs is not there. */
int limen_search_undefined(struct limen_interval *out);

/* The mean of `count` values, +- t s / sqrt(count), s their standard deviation: hits within a query
 * correlate, so the query is the unit, not the place. With `shares` the values lie in [0, 1]; so
 * does the interval then, and when all values are equal it is not a point: that Q of Q queries gave
 * v leaves a share of up to 1 - L, L the lower bound of Wilson's interval of Q in Q, that would
 * give anything. With settings->bootstrap the bounds are a percentile bootstrap's. */
int limen_search_mean(const double *values, size_t count, bool shares,
                      const struct limen_search_settings *settings, struct limen_interval *out,
                      struct limen_error *error);

/* The mean recall over all queries. */
int limen_search_mean_recall(const struct limen_search_set *set, enum limen_recall_kind kind,
                             const struct limen_search_settings *settings,
                             struct limen_interval *out, struct limen_error *error);

/* The mean recall of the lowest ceil(percent Q / 100) queries, with a bootstrap over queries: each
 * resample has its own lowest. Bounds are NaN where the lowest are fewer than LIMEN_WORST_LEAST: a
 * resample cannot fall below the lowest that was seen, so what is called 95% then covers far less.
 * Measured on two distributions of recall at 10 (beta-binomial, means .95 and .8), 200 to 300 sets
 * each: with 1 lowest query .26 and .39, with 10 .72 and .86, with 20 .87 to .95, with 50 .91 to
 * .98. When all queries have the same recall the bounds are those of limen_search_mean's rule. */
enum { LIMEN_WORST_LEAST = 20 };
int limen_search_mean_worst(const struct limen_search_set *set, enum limen_recall_kind kind,
                            size_t percent, const struct limen_search_settings *settings,
                            struct limen_interval *out, struct limen_error *error);

/* The share of queries of which `is_one` holds, with Wilson's interval. */
int limen_search_share(const struct limen_search_set *set,
                       bool (*is_one)(const struct limen_recall_query *query,
                                      const struct limen_search_settings *settings),
                       const struct limen_search_settings *settings, struct limen_interval *out,
                       struct limen_error *error);

#endif
