/* Distinct k-subsets, each as likely as any other. By default there are as many queries as
 * documents, or as subsets when those are fewer.
 *
 * Subsets are drawn by Floyd's method (Bentley and Floyd, "A sample of brilliance", CACM 1987):
 * for j = n - k .. n - 1 take a random t <= j, or j itself when t is taken already. A subset that
 * came before is thrown away; asked for more than half of all subsets, draws would be thrown away
 * for long, and the subsets are enumerated and a sample of them kept instead. */
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/pattern.h"

/* Up to this many times the queries, all subsets are listed and some of them kept. */
enum { LIST_FACTOR = 2 };

static uint64_t below(gsl_rng *rng, uint64_t bound) {
  /* gsl_rng_uniform_int wants bounds within its generator's range; ours has all 64 bits. */
  return gsl_rng_uniform_int(rng, bound);
}

/* Ascending, by insertion: k is small. */
static void draw(gsl_rng *rng, size_t n, size_t k, uint32_t *subset) {
  for (size_t have = 0; have < k; have++) {
    const uint32_t last = (uint32_t)(n - k + have);
    uint32_t pick = (uint32_t)below(rng, (uint64_t)last + 1);
    for (size_t i = 0; i < have; i++)
      if (subset[i] == pick) pick = last; /* larger than all before it */
    size_t place = have;
    for (; place > 0 && subset[place - 1] > pick; place--) subset[place] = subset[place - 1];
    subset[place] = pick;
  }
}

/* FNV-1a over the numbers; only where a subset is looked for depends on it, never the outcome. */
static size_t slot_of(const uint32_t *subset, size_t k, size_t slots) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < k; i++) hash = (hash ^ subset[i]) * 0x100000001b3u;
  return (size_t)(hash ^ (hash >> 32)) & (slots - 1);
}

/* `slots`: open addressing, query number + 1, 0 where empty; a power of two of at least twice the
 * queries. True when query q repeats an earlier one. */
static bool seen(const struct limen_relevance *relevance, size_t q, size_t *slots, size_t count) {
  const size_t k = relevance->k;
  const uint32_t *subset = relevance->relevant + q * k;
  size_t at = slot_of(subset, k, count);
  for (; slots[at] > 0; at = (at + 1) & (count - 1))
    if (!memcmp(relevance->relevant + (slots[at] - 1) * k, subset, k * sizeof *subset)) return true;
  slots[at] = q + 1;
  return false;
}

static int draw_distinct(gsl_rng *rng, struct limen_relevance *out, struct limen_error *error) {
  size_t count = 2;
  while (count < 2 * out->queries) count *= 2;
  size_t *slots = limen_alloc(count, sizeof *slots, error);
  if (!slots) return LIMEN_FAILED;
  for (size_t q = 0; q < out->queries; q++) do
      draw(rng, out->documents, out->k, out->relevant + q * out->k);
    while (seen(out, q, slots, count));
  limen_free(slots);
  return LIMEN_OK;
}

/* The first of a shuffle of all subsets (Fisher and Yates), as many as are wanted. */
static int sample(gsl_rng *rng, size_t subsets, struct limen_relevance *out,
                  struct limen_error *error) {
  const size_t k = out->k;
  struct limen_relevance all = {.documents = out->documents, .queries = subsets, .k = k};
  size_t *order = NULL;
  int status = LIMEN_FAILED;
  if (!(all.relevant = limen_alloc(subsets, k * sizeof *all.relevant, error))) goto done;
  if (!(order = limen_alloc(subsets, sizeof *order, error))) goto done;
  limen_relevance_enumerate(&all);
  for (size_t i = 0; i < subsets; i++) order[i] = i;
  for (size_t q = 0; q < out->queries; q++) {
    size_t other = q + (size_t)below(rng, subsets - q), chosen = order[other];
    order[other] = order[q];
    memcpy(out->relevant + q * k, all.relevant + chosen * k, k * sizeof *out->relevant);
  }
  status = LIMEN_OK;
done:
  limen_free(order);
  limen_relevance_clear(&all);
  return status;
}

static size_t most(size_t n, size_t k) { return limen_binomial(n, k); }

static int make(size_t n, size_t k, size_t queries, uint64_t seed, struct limen_relevance *out,
                struct limen_error *error) {
  const size_t subsets = most(n, k);
  if (queries == 0) queries = n < subsets ? n : subsets;
  gsl_rng *rng = NULL;
  int status = limen_relevance_init(out, "random", n, k, queries, subsets, error);
  if (status != LIMEN_OK) goto done;
  status = LIMEN_FAILED;
  if (!(rng = limen_rng_alloc(seed, "pattern/random", error))) goto done;
  status = subsets / LIST_FACTOR < queries ? sample(rng, subsets, out, error)
                                           : draw_distinct(rng, out, error);
done:
  limen_rng_free(rng);
  if (status != LIMEN_OK) limen_relevance_clear(out);
  return status;
}

const struct limen_pattern limen_pattern_random = {
    .name = "random",
    .about = "distinct random k-subsets; as many as documents by default",
    .spreads = true,
    .most = most,
    .make = make,
};
