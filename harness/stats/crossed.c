#include "stats/crossed.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/memory.h"
#include "stats/checks.h"
#include "stats/components.h"
#include "stats/distributions.h"
#include "stats/interval.h"

/* A variance that is a sum of mean squares, and what Satterthwaite's degrees of freedom need. */
struct sum {
  double variance, squares_over_df, least_df;
};

static void add(struct sum *sum, double term, double df) {
  sum->variance += term;
  sum->squares_over_df += term * term / df;
  if (!(sum->least_df <= df)) sum->least_df = df; /* NaN at first */
}

static double degrees_of(const struct sum *sum) {
  /* Subtracted terms can drive the formula below any one's degrees, and no spread makes it 0 / 0.
   */
  double df = sum->variance * sum->variance / sum->squares_over_df;
  return df > sum->least_df ? df : sum->least_df;
}

static int check(const double *values, size_t builds, size_t queries, double confidence,
                 struct limen_error *error) {
  size_t n;
  if (builds < 1 || queries < 2)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "at least 1 build and 2 queries are needed; %zu and %zu were given", builds,
                      queries);
  if (__builtin_mul_overflow(builds, queries, &n))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu x %zu values are more than a machine can address",
                      builds, queries);
  int status = limen_check_confidence(confidence, error);
  return status == LIMEN_OK ? limen_check_values("builds x queries", values, n, 2, error) : status;
}

/* Variance of the mean of builds x queries by the components that are not 0. */
static struct sum variance_of_mean(const struct limen_mean_squares *squares, bool no_build,
                                   bool no_query, double builds, double queries) {
  struct sum sum = {.least_df = NAN};
  const double n = builds * queries;
  if (!no_build) add(&sum, squares->row / n, builds - 1);
  if (!no_query) add(&sum, squares->column / n, queries - 1);
  /* s_e^2 / n, less s_e^2 / n for each of the two mean squares that hold it. */
  if (no_build == no_query)
    add(&sum, (no_build ? 1 : -1) * squares->residual / n, (builds - 1) * (queries - 1));
  return sum;
}

int limen_crossed(const double *values, size_t builds, size_t queries, double confidence,
                  struct limen_crossed *out, struct limen_error *error) {
  struct limen_mean_squares squares;
  int status = check(values, builds, queries, confidence, error);
  if (status == LIMEN_OK)
    status = limen_mean_squares_two_way(values, builds, queries, &squares, NULL, error);
  if (status != LIMEN_OK) return status;
  const double b = (double)builds, q = (double)queries;
  struct sum sum = {.least_df = NAN};
  *out = (struct limen_crossed){.builds = builds,
                                .queries = queries,
                                .mean = squares.mean,
                                .one_build = builds == 1,
                                .coverage = confidence};
  if (builds == 1) {
    out->build = out->residual = NAN;
    out->query = squares.column;
    add(&sum, squares.column / q, q - 1);
  } else {
    out->build_truncated = squares.row < squares.residual;
    out->query_truncated = squares.column < squares.residual;
    out->build = fmax(0, squares.row - squares.residual) / q;
    out->query = fmax(0, squares.column - squares.residual) / b;
    out->residual = squares.residual;
    sum = variance_of_mean(&squares, out->build_truncated, out->query_truncated, b, q);
  }
  out->se = sqrt(sum.variance);
  out->df = degrees_of(&sum);
  double half = limen_t_half_width(confidence, out->df, out->se);
  out->lower = out->mean - half;
  out->upper = out->mean + half;
  return LIMEN_OK;
}

int limen_crossed_share(const double *values, size_t builds, size_t queries, double confidence,
                        struct limen_crossed *out, struct limen_error *error) {
  struct limen_interval all;
  int status = limen_crossed(values, builds, queries, confidence, out, error);
  if (status == LIMEN_OK && out->se > 0) {
    limen_interval_share(out->mean, out->upper - out->mean, &out->lower, &out->upper);
  } else if (status == LIMEN_OK) {
    status = limen_interval_wilson(queries, queries, confidence, &all, error);
    out->lower = out->mean * all.lower;
    out->upper = out->mean + (1 - out->mean) * (1 - all.lower);
  }
  return status;
}

/* Adds s_b^2 / B of one system. */
static void add_builds(struct sum *sum, const struct limen_mean_squares *squares, size_t builds,
                       size_t queries) {
  const double b = (double)builds, q = (double)queries;
  if (builds == 1 || squares->row < squares->residual) return;
  add(sum, squares->row / (b * q), b - 1);
  add(sum, -squares->residual / (b * q), (b - 1) * (q - 1));
}

int limen_crossed_difference(const double *first, size_t first_builds, const double *second,
                             size_t second_builds, size_t queries, double confidence,
                             struct limen_crossed_difference *out, struct limen_error *error) {
  struct limen_mean_squares one, two;
  double *means = NULL, *differences = NULL;
  int status = check(first, first_builds, queries, confidence, error);
  if (status == LIMEN_OK) status = check(second, second_builds, queries, confidence, error);
  if (status != LIMEN_OK) return status;
  status = LIMEN_FAILED;
  if (!(means = limen_alloc(queries, sizeof *means, error))) goto done;
  if (!(differences = limen_alloc(queries, sizeof *differences, error))) goto done;
  status = limen_mean_squares_two_way(first, first_builds, queries, &one, differences, error);
  if (status == LIMEN_OK)
    status = limen_mean_squares_two_way(second, second_builds, queries, &two, means, error);
  if (status != LIMEN_OK) goto done;
  for (size_t q = 0; q < queries; q++) differences[q] -= means[q];

  struct sum sum = {.least_df = NAN};
  add(&sum, gsl_stats_variance(differences, 1, queries) / (double)queries, (double)(queries - 1));
  add_builds(&sum, &one, first_builds, queries);
  add_builds(&sum, &two, second_builds, queries);
  *out = (struct limen_crossed_difference){.first_builds = first_builds,
                                           .second_builds = second_builds,
                                           .queries = queries,
                                           .first = one.mean,
                                           .second = two.mean,
                                           .difference = one.mean - two.mean,
                                           .one_build = first_builds == 1 || second_builds == 1,
                                           .se = sqrt(sum.variance),
                                           .df = degrees_of(&sum),
                                           .coverage = confidence};
  double half = limen_t_half_width(confidence, out->df, out->se);
  out->lower = out->difference - half;
  out->upper = out->difference + half;
  out->p = out->se > 0 ? limen_t_two_sided(out->difference / out->se, out->df) : NAN;
done:
  limen_free(means);
  limen_free(differences);
  return status;
}
