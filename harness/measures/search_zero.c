/* Queries that got nothing right. */
#include "measures/search_set.h"

static bool found_none(const struct limen_recall_query *query,
                       const struct limen_search_settings *settings) {
  return !(limen_recall_of(query, settings->tails) > 0);
}

static int value(const struct limen_search_set *set, const struct limen_search_settings *settings,
                 struct limen_interval *out, struct limen_error *error) {
  return limen_search_share(set, found_none, settings, out, error);
}

const struct limen_search_measure limen_search_zero_share = {
    .name = "zero_share",
    .about = "share of queries with recall 0",
    .unit = "",
    .higher_is_better = false,
    .value = value,
};
