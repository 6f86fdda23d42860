/* The first `queries` k-subsets in lexicographic order: as many queries on as few documents as can
 * be. LIMIT (Weller et al. 2025) is 1000 pairs on 46 documents, the fewest with C(n, 2) >= 1000. */
#include "data/pattern.h"

static size_t most(size_t n, size_t k) { return limen_binomial(n, k); }

static int make(size_t n, size_t k, size_t queries, uint64_t seed, struct limen_relevance *out,
                struct limen_error *error) {
  const size_t subsets = most(n, k);
  (void)seed;
  int status =
      limen_relevance_init(out, "dense", n, k, queries ? queries : subsets, subsets, error);
  if (status == LIMEN_OK) limen_relevance_enumerate(out);
  return status;
}

const struct limen_pattern limen_pattern_dense = {
    .name = "dense",
    .about = "the first k-subsets in lexicographic order, as in LIMIT; all of them by default",
    .most = most,
    .make = make,
};
