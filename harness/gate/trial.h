/* The gate tried on a population that is known: how often does it alarm when a system has really
 * become worse by so much, or has not?
 *
 * A population is a table of builds x queries values of an old system, and one of a new one. Its
 * means over all builds and all queries are the truth. A comparison draws builds for either side
 * and queries for both from it, independently and with replacement, so that each draw has exactly
 * the population's distribution; the values go to limen_gate_compare, which is what `limen check`
 * does with a run and a baseline. Beside it stand rules that others compare by, on the same draws.
 */
#ifndef LIMEN_GATE_TRIAL_H
#define LIMEN_GATE_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "gate/compare.h"

/* Shares, of which more is better; both tables have the same shape and are lent. */
struct limen_population {
  const double *old, *new;
  size_t builds, queries;
};

/* Rules that look at one build a side: what continuous integration mostly does. */
struct limen_trial_rule {
  const char *name, *about;
  bool (*alarms)(double old, double new, double tolerance);
};
const struct limen_trial_rule *limen_trial_rule_at(size_t i); /* NULL past the end */
enum { LIMEN_TRIAL_RULES = 3 };

struct limen_trial {
  struct limen_gate_settings settings;
  size_t builds;  /* a side, at least LIMEN_GATE_BUILDS_LEAST */
  size_t queries; /* at least 2 */
  size_t comparisons;
  uint64_t seed;
};

/* What came out of the comparisons: alarms are regressions. */
struct limen_trial_tally {
  size_t comparisons, alarms, passes;
  size_t rule[LIMEN_TRIAL_RULES]; /* alarms of each */
};

/* The same for any number of threads. LIMEN_USAGE for too few builds or queries. */
int limen_trial_run(const struct limen_population *population, const struct limen_trial *trial,
                    struct limen_trial_tally *out, struct limen_error *error);

/* A system between two others: it answers some queries as `high` does and the rest as `low`, so
 * many of them, in an order drawn from `seed`, that its mean over the population comes as close as
 * it can to `mean`. Fills `out` (builds x queries) and gives its mean. `mean` lies between theirs.
 */
int limen_trial_between(const double *high, const double *low, size_t builds, size_t queries,
                        double mean, uint64_t seed, double *out, double *reached,
                        struct limen_error *error);

/* The name of the number that says how often a loss (a share) was answered with "alarm" or "pass":
 * "alarm@0.5pp". Returns out. */
enum { LIMEN_TRIAL_NAME = 48 };
const char *limen_trial_measure(const char *what, double loss, char out[LIMEN_TRIAL_NAME]);

/* The most alarms among independent comparisons that a chance of `alpha` each leaves within its
 * `confidence` quantile: more of them disprove the chance. */
size_t limen_trial_allowed(size_t comparisons, double alpha, double confidence);

/* What a gate is held to: a loss of so many tolerances is an alarm in so large a part of
 * comparisons, and a loss of one is one in no more of them than the 99% quantile leaves room for.
 */
#define LIMEN_TRIAL_CAUGHT 3
#define LIMEN_TRIAL_CAUGHT_SHARE 0.95
#define LIMEN_TRIAL_CONFIDENCE 0.99

#endif
