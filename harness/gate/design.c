#include "gate/design.h"

#include <math.h>

#include "stats/crossed.h"

/* With fewer single queries a mean of hits is not yet near enough to normal for any of this. */
enum { QUERIES_LEAST = 30 };

const struct limen_spread limen_spread_typical = {
    .query_sd = 0.15, .build_sd = 0.0018, .shared = 0.4};

int limen_spread_of(const struct limen_number *number, struct limen_spread *out, bool *assumed,
                    struct limen_error *error) {
  const struct limen_sample *sample = &number->sample;
  struct limen_crossed crossed;
  if (!sample->values)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%.300s has nothing but an interval, from which no number of queries follows",
                      number->name);
  int status = limen_crossed(sample->values, sample->builds, sample->queries,
                             LIMEN_NUMBER_CONFIDENCE, &crossed, error);
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "%.300s", number->name);
    return status;
  }
  const double over_queries = crossed.query + (crossed.one_build ? 0 : crossed.residual);
  *assumed = crossed.one_build;
  *out = (struct limen_spread){.query_sd = sqrt(over_queries), .shared = 1};
  if (over_queries > 0) out->shared = crossed.query / over_queries;
  if (!crossed.one_build) {
    out->build_sd = sqrt(crossed.build);
    return LIMEN_OK;
  }
  out->shared = limen_spread_typical.shared;
  if (sample->drawn) out->build_sd = limen_spread_typical.build_sd;
  return LIMEN_OK;
}

struct limen_noise limen_spread_noise(const struct limen_spread *spread, size_t builds,
                                      size_t queries) {
  const struct limen_noise_side side = {
      .build = spread->build_sd * spread->build_sd,
      .residual = spread->query_sd * spread->query_sd * (1 - spread->shared),
      .builds = builds};
  return (struct limen_noise){.side = {side, side}, .queries = queries};
}

struct limen_need limen_design_need(const struct limen_spread *spread, bool share,
                                    const struct limen_aim *aim, size_t builds) {
  const struct limen_noise noise = limen_spread_noise(spread, builds, 2);
  struct limen_need need = {
      .builds = builds,
      .to_catch = limen_noise_queries(&noise, aim->detect - aim->tolerance,
                                      aim->alpha / (double)aim->numbers, aim->power),
      .to_pass = limen_noise_queries(&noise, aim->tolerance, aim->alpha, aim->power)};
  const size_t least = share ? limen_noise_least_queries(aim->tolerance, aim->alpha) : 0;
  if (need.to_catch > 0 && need.to_catch < QUERIES_LEAST) need.to_catch = QUERIES_LEAST;
  if (need.to_pass > 0 && need.to_pass < QUERIES_LEAST) need.to_pass = QUERIES_LEAST;
  if (need.to_pass > 0 && need.to_pass < least) need.to_pass = least;
  return need;
}

double limen_design_smallest_drop(const struct limen_spread *spread, const struct limen_aim *aim,
                                  size_t builds, size_t queries) {
  const struct limen_noise noise = limen_spread_noise(spread, builds, queries);
  double df;
  const double se = limen_noise_se(&noise, &df);
  return aim->tolerance + se * limen_noise_reach(df, aim->alpha / (double)aim->numbers, aim->power);
}
