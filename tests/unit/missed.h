/* Vectors, an index and the truth, for tests of missed neighbours. Include after cmocka.h. */
#ifndef LIMEN_TESTS_MISSED_H
#define LIMEN_TESTS_MISSED_H

#include "base/memory.h"
#include "measures/missed.h"
#include "support/engine_data.h"

struct fixture {
  struct limen_matrix base, queries;
  struct limen_index index;
  struct limen_knn truth;
};

/* The true neighbours, by sorting all rows. */
static inline void knn_of(struct fixture *f, size_t k) {
  const size_t q = f->queries.rows;
  f->truth = (struct limen_knn){.queries = q, .k = k, .width = k + 1};
  f->truth.ids = limen_alloc(q * (k + 1), sizeof(int64_t), NULL);
  f->truth.distances = limen_alloc(q * (k + 1), sizeof(double), NULL);
  for (size_t i = 0; i < q; i++) {
    struct ranked *ranked =
        rank_all(&f->base, f->index.settings.metric, f->queries.values + i * f->base.columns);
    for (size_t j = 0; j < k; j++) {
      f->truth.ids[i * (k + 1) + j] = ranked[j].id;
      f->truth.distances[i * (k + 1) + j] = ranked[j].distance;
    }
    f->truth.ids[i * (k + 1) + k] = -1; /* room for ties, without any */
    limen_free(ranked);
  }
}

static inline void fixture_clear(struct fixture *f) {
  limen_matrix_clear(&f->base);
  limen_matrix_clear(&f->queries);
  limen_knn_clear(&f->truth);
}

static inline void attribute(struct fixture *f, size_t ef, double tie, const int64_t *answers,
                             struct limen_miss_record *out) {
  struct limen_error error = {0};
  int status = limen_missed_attribute(&f->index, &f->base, &f->queries, &f->truth, ef, tie, answers,
                                      out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

#endif
