/* The mean recall of the worst queries: a mean of 0.95 may be 0.95 everywhere, or nothing at all
 * for one query in twenty. */
#include "measures/search_set.h"

static int worst_1(const struct limen_search_set *set, const struct limen_search_settings *settings,
                   struct limen_interval *out, struct limen_error *error) {
  return limen_search_mean_worst(set, settings->tails, 1, settings, out, error);
}

static int worst_5(const struct limen_search_set *set, const struct limen_search_settings *settings,
                   struct limen_interval *out, struct limen_error *error) {
  return limen_search_mean_worst(set, settings->tails, 5, settings, out, error);
}

const struct limen_search_measure limen_search_worst_1 = {
    .name = "worst_1",
    .about = "mean recall of the worst 1% of the queries, rounded up to whole queries",
    .unit = "",
    .higher_is_better = true,
    .value = worst_1,
};

const struct limen_search_measure limen_search_worst_5 = {
    .name = "worst_5",
    .about = "mean recall of the worst 5% of the queries, rounded up to whole queries",
    .unit = "",
    .higher_is_better = true,
    .value = worst_5,
};
