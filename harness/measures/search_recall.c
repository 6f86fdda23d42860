/* Mean recall over queries, by each of the three ways to count (recall.h). Side by side they tell
 * what a miss costs: by id far below tie-aware, and the data repeat themselves; tie-aware far below
 * epsilon, and what was missed was replaced by something nearly as near. */
#include "measures/search_set.h"

static int by_id(const struct limen_search_set *set, const struct limen_search_settings *settings,
                 struct limen_interval *out, struct limen_error *error) {
  return limen_search_mean_recall(set, LIMEN_RECALL_BY_ID, settings, out, error);
}

static int ties(const struct limen_search_set *set, const struct limen_search_settings *settings,
                struct limen_interval *out, struct limen_error *error) {
  return limen_search_mean_recall(set, LIMEN_RECALL_TIES, settings, out, error);
}

static int epsilon(const struct limen_search_set *set, const struct limen_search_settings *settings,
                   struct limen_interval *out, struct limen_error *error) {
  return limen_search_mean_recall(set, LIMEN_RECALL_EPSILON, settings, out, error);
}

const struct limen_search_measure limen_search_recall = {
    .name = "recall",
    .about = "share of the true nearest ids that were returned, mean over queries",
    .unit = "",
    .higher_is_better = true,
    .value = by_id,
};

const struct limen_search_measure limen_search_recall_ties = {
    .name = "recall_ties",
    .about = "share of places filled by rows as near as the k-th, within a tiny tolerance",
    .unit = "",
    .higher_is_better = true,
    .value = ties,
};

const struct limen_search_measure limen_search_recall_epsilon = {
    .name = "recall_epsilon",
    .about = "share of places filled by rows at most (1 + epsilon) times as far as the k-th",
    .unit = "",
    .higher_is_better = true,
    .value = epsilon,
};
