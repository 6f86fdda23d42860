/* Products of all queries of a tile with all base rows of a block: where a search spends its time.
 *
 * Both sides are packed once, the queries for a whole batch and the rows for all of its tiles, in
 * whatever order the products read them; only this module knows which. */
#ifndef LIMEN_KNN_MULTIPLY_H
#define LIMEN_KNN_MULTIPLY_H

#include <stddef.h>

enum {
  LIMEN_KNN_GROUP = 6,  /* queries packed together */
  LIMEN_KNN_PANEL = 64, /* base rows packed together */
  LIMEN_KNN_STRIP = 16  /* of these are packed in one call */
};

/* Puts query q where its products are made from; `packed` has room for whole groups of queries of d
 * floats, all of them numbers from the start. */
void limen_knn_pack_query(const float *query, size_t q, size_t d, float *packed);

/* Puts rows first .. first + count - 1 there; first is a multiple of LIMEN_KNN_STRIP, which count
 * does not exceed. `rows` has room for a whole strip, and `packed` for whole panels, all of both
 * numbers from the start. */
void limen_knn_pack_rows(const float *rows, size_t first, size_t count, size_t d, float *packed);

/* scores[i * stride + j] = query first + i times row j, for `queries` x `rows` of them; first is a
 * multiple of LIMEN_KNN_GROUP. Whole groups and panels are written: `scores` has room for them.
 * Each product is summed in float32, in whatever order, fused or not. */
void limen_knn_multiply(const float *packed_queries, size_t first, size_t queries,
                        const float *packed_rows, size_t rows, size_t d, float *scores,
                        size_t stride);

#endif
