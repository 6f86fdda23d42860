/* Every k-subset of the documents is what some query wants, in lexicographic order: the pattern
 * that asks for everything a dimension could be asked for. */
#include "data/pattern.h"

static size_t most(size_t n, size_t k) { return limen_binomial(n, k); }

static int make(size_t n, size_t k, size_t queries, uint64_t seed, struct limen_relevance *out,
                struct limen_error *error) {
  const size_t subsets = most(n, k);
  (void)seed;
  *out = (struct limen_relevance){0};
  if (queries != 0 && queries != subsets && k >= 1 && k <= n)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "pattern all: %zu queries were asked for, but it has one for each of the %zu "
                      "subsets; leave the number at 0, or take pattern dense or random",
                      queries, subsets);
  int status = limen_relevance_init(out, "all", n, k, subsets, subsets, error);
  if (status == LIMEN_OK) limen_relevance_enumerate(out);
  return status;
}

const struct limen_pattern limen_pattern_all = {
    .name = "all",
    .about = "every k-subset of the documents, C(n, k) queries",
    .most = most,
    .make = make,
};
