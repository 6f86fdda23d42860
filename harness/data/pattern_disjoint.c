/* Query i wants the i-th block of k documents; no document is wanted twice. A rest of n modulo k
 * documents is wanted by none. */
#include "data/pattern.h"

static size_t most(size_t n, size_t k) { return k > 0 ? n / k : 0; }

static int make(size_t n, size_t k, size_t queries, uint64_t seed, struct limen_relevance *out,
                struct limen_error *error) {
  const size_t blocks = most(n, k);
  (void)seed;
  int status =
      limen_relevance_init(out, "disjoint", n, k, queries ? queries : blocks, blocks, error);
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < out->queries * k; i++) out->relevant[i] = (uint32_t)i;
  return LIMEN_OK;
}

const struct limen_pattern limen_pattern_disjoint = {
    .name = "disjoint",
    .about = "blocks of k documents that share none, n / k queries",
    .most = most,
    .make = make,
};
