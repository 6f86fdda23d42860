/* Answers that are not what was asked for: too few rows, the same row again, rows that do not
 * exist. Each is a share of queries, not of places: one faulty place spoils an answer. */
#include "measures/search_set.h"

static bool is_short(const struct limen_recall_query *query,
                     const struct limen_search_settings *settings) {
  (void)settings;
  return query->returned < query->places;
}

static bool has_duplicates(const struct limen_recall_query *query,
                           const struct limen_search_settings *settings) {
  (void)settings;
  return query->duplicates > 0;
}

static bool has_invalid(const struct limen_recall_query *query,
                        const struct limen_search_settings *settings) {
  (void)settings;
  return query->invalid > 0;
}

static int short_answers(const struct limen_search_set *set,
                         const struct limen_search_settings *settings, struct limen_interval *out,
                         struct limen_error *error) {
  return limen_search_share(set, is_short, settings, out, error);
}

static int duplicates(const struct limen_search_set *set,
                      const struct limen_search_settings *settings, struct limen_interval *out,
                      struct limen_error *error) {
  return limen_search_share(set, has_duplicates, settings, out, error);
}

static int invalid(const struct limen_search_set *set, const struct limen_search_settings *settings,
                   struct limen_interval *out, struct limen_error *error) {
  return limen_search_share(set, has_invalid, settings, out, error);
}

const struct limen_search_measure limen_search_short_answers = {
    .name = "short_answers",
    .about = "share of queries that got fewer different rows than they asked for",
    .unit = "",
    .higher_is_better = false,
    .value = short_answers,
};

const struct limen_search_measure limen_search_duplicate_ids = {
    .name = "duplicate_ids",
    .about = "share of queries that got a row twice",
    .unit = "",
    .higher_is_better = false,
    .value = duplicates,
};

const struct limen_search_measure limen_search_invalid_ids = {
    .name = "invalid_ids",
    .about = "share of queries that got an id which is no row",
    .unit = "",
    .higher_is_better = false,
    .value = invalid,
};
