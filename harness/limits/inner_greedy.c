/* Random words, each kept when the code stays separating.
 *
 * Words have the weight at which a coordinate separates most often. With a share p of ones k
 * members agree and the other differs with probability p (1-p) (p^(k-1) + (1-p)^(k-1)): for k <= 3
 * that is largest at p = 1/2, for more members at ever sparser words (k = 5: p = 0.17, and twice as
 * often as at 1/2). Words of one weight did better than words of independent bits. */
#include <math.h>

#include "base/threads.h"
#include "limits/inner_codes.h"

extern const struct limen_inner_way limen_inner_way_greedy;

/* Beyond so many words the other ways have always found more, in far less time. */
enum { WORDS_MOST = 256 };

static size_t best_weight(size_t bits, size_t k) {
  size_t best = 0;
  double most = -1;
  for (size_t weight = 1; 2 * weight <= bits; weight++) {
    const double p = (double)weight / (double)bits, r = (double)(k - 1);
    const double often = p * (1 - p) * (pow(p, r) + pow(1 - p, r));
    if (often < most) continue;
    most = often;
    best = weight;
  }
  return best;
}

static uint64_t draw(gsl_rng *rng, size_t bits, size_t weight) {
  uint64_t word = 0;
  while ((size_t)__builtin_popcountll(word) < weight)
    word |= UINT64_C(1) << gsl_rng_uniform_int(rng, bits);
  return word;
}

static int find(const struct limen_inner_codes *codes, size_t bits, size_t tries, gsl_rng *rng,
                struct limen_inner_code *out, struct limen_error *error) {
  const size_t weight = best_weight(bits, codes->k);
  const size_t most = codes->words < WORDS_MOST ? codes->words : WORDS_MOST;
  if (codes->k < 2 || weight == 0) return LIMEN_OK;
  for (size_t t = 0; t < tries && out->count < most; t++) {
    const uint64_t word = draw(rng, bits, weight);
    if (limen_interrupted()) return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    if (limen_separating_admits(out->word, out->count, codes->k, word))
      out->word[out->count++] = word;
  }
  return LIMEN_OK;
}

const struct limen_inner_way limen_inner_way_greedy = {
    .name = "greedy",
    .about = "random words of the best weight, each kept when the code stays separating",
    .find = find,
};
