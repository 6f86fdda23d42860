/* What a search costs, counted and not timed: the same on every machine. Two engines, or two
 * orders, are compared at equal distance evaluations, not at equal ef. */
#include "base/memory.h"
#include "measures/search_set.h"

static int mean_count(const size_t *counts, const struct limen_search_set *set,
                      const struct limen_search_settings *settings, struct limen_interval *out,
                      struct limen_error *error) {
  if (!counts) return limen_search_undefined(out);
  for (size_t q = 0; q < set->count; q++)
    if (counts[q] == SIZE_MAX) return limen_search_undefined(out);
  double *values = limen_alloc(set->count, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  for (size_t q = 0; q < set->count; q++) values[q] = (double)counts[q];
  int status = limen_search_mean(values, set->count, false, settings, out, error);
  limen_free(values);
  return status;
}

static int distances(const struct limen_search_set *set,
                     const struct limen_search_settings *settings, struct limen_interval *out,
                     struct limen_error *error) {
  return mean_count(set->distances, set, settings, out, error);
}

static int hops(const struct limen_search_set *set, const struct limen_search_settings *settings,
                struct limen_interval *out, struct limen_error *error) {
  return mean_count(set->hops, set, settings, out, error);
}

const struct limen_search_measure limen_search_distances = {
    .name = "distances",
    .about = "distance evaluations a query, mean over queries",
    .unit = "evaluations",
    .higher_is_better = false,
    .value = distances,
};

const struct limen_search_measure limen_search_hops = {
    .name = "hops",
    .about = "nodes a query whose links were followed, mean over queries",
    .unit = "nodes",
    .higher_is_better = false,
    .value = hops,
};
