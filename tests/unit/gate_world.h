/* Numbers for tests of the gate, made by hand or drawn. */
#ifndef LIMEN_TESTS_GATE_WORLD_H
#define LIMEN_TESTS_GATE_WORLD_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "base/rng.h"
#include "gate/compare.h"

static const struct limen_gate_settings strict = {0.01, 0.005, 0.05};

static inline void says(const struct limen_error *error, const char *words) {
  if (!strstr(error->text, words)) fail_msg("\"%s\" does not say \"%s\"", error->text, words);
}

static inline void near(double got, double wanted, double tolerance) {
  if (!(fabs(got - wanted) <= tolerance)) fail_msg("%.15g in place of %.15g", got, wanted);
}

/* A number with nothing but an interval. */
static inline struct limen_number *put_number(struct limen_measured *measured, const char *name,
                                              const char *unit, double value, double lower,
                                              double upper) {
  struct limen_number *number;
  assert_int_equal(limen_measured_add(measured, name, unit, &number, NULL), LIMEN_OK);
  number->higher_is_better = true;
  number->value = value;
  number->lower = lower;
  number->upper = upper;
  return number;
}

/* A share, the mean of a copy of `values`, of queries that all have the same hash. */
static inline struct limen_number *put_sample(struct limen_measured *measured, const char *name,
                                              const double *values, size_t builds, size_t queries,
                                              bool drawn) {
  double mean = 0;
  for (size_t i = 0; i < builds * queries; i++) mean += values[i] / (double)(builds * queries);
  struct limen_number *number = put_number(measured, name, "share", mean, mean, mean);
  number->sample =
      (struct limen_sample){.builds = builds, .queries = queries, .within = 1, .drawn = drawn};
  number->sample.values = limen_copy(values, builds * queries, sizeof *values, NULL);
  memset(number->sample.asked, 'a', LIMEN_HASH_SIZE - 1);
  return number;
}

static inline void start(struct limen_measured *measured, const char *source) {
  *measured = (struct limen_measured){0};
  measured->source = limen_copy_text(source, NULL);
  measured->experiment = limen_copy_text("mine", NULL);
}

static inline const struct limen_gate_finding *finding_of(const struct limen_gate_outcome *outcome,
                                                          const char *name) {
  for (size_t i = 0; i < outcome->n; i++)
    if (strcmp(outcome->finding[i].name, name) == 0) return &outcome->finding[i];
  fail_msg("nothing is said of %s", name);
  return NULL;
}

/* What recall over drawn builds and queries looks like: queries are common to all systems. */
struct world {
  double mean, query_sd, build_sd, residual_sd;
};

static inline void draw_queries(gsl_rng *rng, const struct world *world, double *out, size_t n) {
  for (size_t q = 0; q < n; q++) out[q] = world->mean + gsl_ran_gaussian(rng, world->query_sd);
}

static inline void draw_builds(gsl_rng *rng, const struct world *world, const double *queries,
                               double loss, size_t builds, size_t n, double *out) {
  for (size_t b = 0; b < builds; b++) {
    const double build = gsl_ran_gaussian(rng, world->build_sd) - loss;
    for (size_t q = 0; q < n; q++)
      out[b * n + q] = queries[q] + build + gsl_ran_gaussian(rng, world->residual_sd);
  }
}

#endif
