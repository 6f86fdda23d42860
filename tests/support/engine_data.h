/* Data, orders and indexes for tests of engines. Everything here ends the test when it fails. */
#ifndef LIMEN_TESTS_ENGINE_DATA_H
#define LIMEN_TESTS_ENGINE_DATA_H

#include "engines/engine.h"

/* Twenty clusters of normal numbers, off the origin; `stream` names which draws. */
struct limen_matrix clusters(size_t rows, size_t columns, const char *stream);

/* 0, 1, 2 ..., or shuffled by a seed above 0; released by limen_free. */
size_t *order_of(size_t rows, uint64_t seed);

/* The defaults with this metric and an ef_construction of 100. */
struct limen_index_settings settings_of(enum limen_metric metric);

/* Builds in the order of order_of. */
struct limen_index index_of(const struct limen_engine *engine, const struct limen_matrix *base,
                            uint64_t order_seed, const struct limen_index_settings *settings);

/* All rows ordered by (limen_distance, id), by looking at each; released by limen_free. */
struct ranked {
  double distance;
  int64_t id;
};
struct ranked *rank_all(const struct limen_matrix *base, enum limen_metric metric,
                        const float *query);

/* How many ids of two lists of k are in both. */
size_t common(const int64_t *ids, const struct ranked *truth, size_t k);

/* Fails unless two indexes give the same ids to all queries. */
void expect_same_answers(struct limen_index *a, struct limen_index *b,
                         const struct limen_matrix *queries, size_t k, size_t ef);

/* Fails unless the status is this one and the text contains `words`. */
void expect_error(int status, const struct limen_error *error, int wanted, const char *words);

#endif
