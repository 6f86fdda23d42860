/* The share of vectors with N_k = 0 (hubness.h): no other vector has them among its k nearest, so
 * no search from such a vector finds them. Wilson's interval: a bootstrap of a share of 0 would
 * claim to be certain. */
#include "base/memory.h"
#include "dimension/estimator.h"
#include "dimension/hubness.h"
#include "stats/interval.h"

static int estimate(const struct limen_neighbours *neighbours,
                    const struct limen_dimension_settings *settings, struct limen_estimate *out,
                    struct limen_error *error) {
  struct limen_interval interval;
  double *counts = NULL;
  size_t never = 0;
  if (neighbours->count != neighbours->rows)
    return limen_estimate_undefined(out, LIMEN_HUBNESS_NEEDS_ALL);
  int status = limen_hubness_counts(neighbours, settings->k, &counts, error);
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < neighbours->rows; i++) never += counts[i] < 1;
  status = limen_interval_wilson(never, neighbours->rows, settings->confidence, &interval, error);
  if (status == LIMEN_OK)
    *out = (struct limen_estimate){.value = interval.estimate,
                                   .lower = interval.lower,
                                   .upper = interval.upper,
                                   .used = neighbours->rows};
done:
  limen_free(counts);
  return status;
}

const struct limen_estimator limen_estimator_never_found = {
    .name = "never_found",
    .about = "share of vectors that are among nobody's k nearest",
    .parameter = "k",
    .times_k = 1,
    .estimate = estimate,
};
