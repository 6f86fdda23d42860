/* A cloud of documents with queries that want one to three of them, some found and some not. */
#ifndef LIMEN_TESTS_AUDIT_WORLD_H
#define LIMEN_TESTS_AUDIT_WORLD_H

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/audit.h"

struct world {
  struct limen_audit_input input;
  float *documents, *query;
  size_t *start;
  uint32_t *relevant;
};

/* Query q wants q % 4 documents: none for every fourth. It points to their mean, more or less. */
static inline void world_init(struct world *world, size_t n, size_t d, size_t queries,
                              uint64_t seed) {
  gsl_rng *rng = limen_rng_alloc(seed, "test/audit", NULL);
  world->documents = limen_alloc(n * d, sizeof(float), NULL);
  world->query = limen_alloc(queries * d, sizeof(float), NULL);
  world->start = limen_alloc(queries + 1, sizeof(size_t), NULL);
  world->relevant = limen_alloc(3 * queries, sizeof(uint32_t), NULL);
  for (size_t i = 0; i < n * d; i++) world->documents[i] = (float)gsl_ran_gaussian(rng, 1);
  for (size_t q = 0; q < queries; q++) {
    size_t k = q % 4, at = world->start[q];
    uint32_t next = (uint32_t)(gsl_rng_uniform_int(rng, n / 4));
    for (size_t i = 0; i < k; i++, next += 1 + (uint32_t)gsl_rng_uniform_int(rng, n / 4))
      world->relevant[at + i] = next;
    world->start[q + 1] = at + k;
    for (size_t c = 0; c < d; c++) {
      double sum = gsl_ran_gaussian(rng, 0.7);
      for (size_t i = 0; i < k; i++) sum += world->documents[world->relevant[at + i] * d + c];
      world->query[q * d + c] = (float)sum;
    }
  }
  limen_rng_free(rng);
  world->input = (struct limen_audit_input){.n = n,
                                            .d = d,
                                            .queries = queries,
                                            .documents = world->documents,
                                            .query = world->query,
                                            .start = world->start,
                                            .relevant = world->relevant};
}

static inline void world_clear(struct world *world) {
  limen_free(world->documents);
  limen_free(world->query);
  limen_free(world->start);
  limen_free(world->relevant);
}

static inline bool world_wants(const struct limen_audit_input *input, size_t q, size_t document) {
  for (size_t i = input->start[q]; i < input->start[q + 1]; i++)
    if (input->relevant[i] == document) return true;
  return false;
}

#endif
