/* Query i wants documents i, i + 1, .., i + k - 1, counted round the end: neighbours overlap, every
 * document is wanted k times. */
#include "data/pattern.h"

static size_t most(size_t n, size_t k) {
  (void)k;
  return n;
}

static int make(size_t n, size_t k, size_t queries, uint64_t seed, struct limen_relevance *out,
                struct limen_error *error) {
  (void)seed;
  int status = limen_relevance_init(out, "cycle", n, k, queries ? queries : n, most(n, k), error);
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < out->queries; i++) {
    uint32_t *wanted = out->relevant + i * k;
    /* Those that wrapped round come first, so that numbers ascend. */
    size_t wrapped = i + k > n ? i + k - n : 0;
    for (size_t r = 0; r < k; r++) wanted[r] = (uint32_t)(r < wrapped ? r : i + r - wrapped);
  }
  return LIMEN_OK;
}

const struct limen_pattern limen_pattern_cycle = {
    .name = "cycle",
    .about = "documents i .. i + k - 1 modulo n for query i, n queries",
    .most = most,
    .make = make,
};
