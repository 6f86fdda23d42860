/* Skewness of N_k (hubness.h): 0 when all vectors are found equally often, large when a few hubs
 * stand in most answers. The bootstrap is over the vectors that are counted: resampled searches
 * would add their own noise to every count. */
#include <math.h>

#include "base/memory.h"
#include "dimension/estimator.h"
#include "dimension/hubness.h"

static double skewness(const size_t *rows, size_t n, const void *data) {
  const double *counts = data;
  double mean = 0, second = 0, third = 0;
  for (size_t i = 0; i < n; i++) mean += counts[rows[i]] / (double)n;
  for (size_t i = 0; i < n; i++) {
    double off = counts[rows[i]] - mean;
    second += off * off / (double)n;
    third += off * off * off / (double)n;
  }
  return second > 0 ? third / pow(second, 1.5) : NAN;
}

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  double *counts = NULL;
  if (neighbours->count != neighbours->rows)
    return limen_estimate_undefined(out, LIMEN_HUBNESS_NEEDS_ALL);
  int status = limen_hubness_counts(neighbours, settings->k, &counts, error);
  if (status == LIMEN_OK)
    status = limen_estimate_bootstrap(skewness, counts, neighbours->rows, settings,
                                      "all vectors are found equally often", out, error);
  limen_free(counts);
  return status;
}

const struct limen_estimator limen_estimator_hub_skewness = {
    .name = "hub_skewness",
    .about = "skewness of how often a vector is among others' k nearest",
    .parameter = "k",
    .times_k = 1,
    .estimate = estimate,
};
