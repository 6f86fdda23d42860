/* Recall over builds and queries that are both samples.
 *
 * Every build answers every query: y_bq = mean + build_b + query_q + residual_bq, all random. An
 * interval over the queries of one build says what that build does; what the settings do, for
 * another seed too, needs several builds. The residual is what a build does to one query beyond
 * both effects; it is not told apart from noise.
 *
 * With mean squares MS of builds, queries and residual (components.h):
 *   s_e^2 = MS_e,  s_b^2 = (MS_b - MS_e) / Q,  s_q^2 = (MS_q - MS_e) / B,
 * negative ones set to 0 (Searle, Casella and McCulloch, "Variance Components", 1992, chapter 4),
 * and intervals by Student's t with the degrees of freedom of Satterthwaite, "An Approximate
 * Distribution of Estimates of Variance Components", Biometrics 1946: (sum a_i MS_i)^2 /
 * sum (a_i MS_i)^2 / df_i, not below the smallest df_i. */
#ifndef LIMEN_STATS_CROSSED_H
#define LIMEN_STATS_CROSSED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct limen_crossed {
  size_t builds, queries;
  double mean;
  double build, query, residual;         /* variances, at least 0 */
  bool build_truncated, query_truncated; /* the estimate was below 0 */
  bool one_build; /* nothing is known of other builds: build and residual are NaN, query holds both
                     query and residual, the interval is over queries only */
  double se;      /* sqrt(s_b^2 / B + s_q^2 / Q + s_e^2 / (B Q)) */
  double df;
  double lower, upper;
  double coverage; /* what was asked for */
};

/* builds x queries values, build by build. At least one build and two queries. LIMEN_INPUT for
 * fewer, a value that is not finite, or a confidence outside (0, 1). */
int limen_crossed(const double *values, size_t builds, size_t queries, double confidence,
                  struct limen_crossed *out, struct limen_error *error);

/* The same of shares, values from 0 to 1, whose interval stays within them: near 0 and 1 that of
 * limen_interval_share; and where all values are equal, which is no certainty, others may give
 * anything in a share of up to 1 - L, L Wilson's lower bound of Q in Q. */
int limen_crossed_share(const double *values, size_t builds, size_t queries, double confidence,
                        struct limen_crossed *out, struct limen_error *error);

struct limen_crossed_difference {
  size_t first_builds, second_builds, queries;
  double first, second; /* means */
  double difference;    /* first - second */
  bool one_build;       /* of either: its builds are left out of the interval */
  double se, df;
  double lower, upper;
  double p; /* two-sided, that there is no difference; NaN where se is 0 */
  double coverage;
};

/* Two systems on the same queries, each with builds of its own. Queries are paired, builds are not:
 * with S^2 the variance over queries of the difference of their means over builds,
 *   se^2 = S^2 / Q + s_b1^2 / B_1 + s_b2^2 / B_2.
 * S^2 / Q holds the residuals of both already. Errors as above. */
int limen_crossed_difference(const double *first, size_t first_builds, const double *second,
                             size_t second_builds, size_t queries, double confidence,
                             struct limen_crossed_difference *out, struct limen_error *error);

#endif
