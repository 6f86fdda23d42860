/* Linear codes for k = 2: closed under xor, so that every difference is a word and the code is
 * (2,1)-separating when any two different words other than 0 have a 1 in common. Such codes are
 * known as intersecting (Cohen, Lempel 1985; Cohen, Zemor 1994). To reproduce: 4, 8, 16 and 32
 * words of 3, 6, 9 and 13 bits, where random words give fewer.
 *
 * For k >= 3 no linear code of 4 words is separating: of the members a, b, a + b and the other 0,
 * where a and b are both 1 their sum is not.
 *
 * A word that cannot extend a code cannot extend a larger one either. So a restart keeps a list of
 * candidates, takes one at random, strikes out those that are no longer fit, and ends when the list
 * is empty. */
#include "base/memory.h"
#include "base/threads.h"
#include "limits/inner_codes.h"

extern const struct limen_inner_way limen_inner_way_linear;

enum {
  CANDIDATES = 1 << 12,
  WORDS_MOST = 256 /* larger codes take minutes to grow, and concatenation has them as short */
};

/* Whether the linear code of `count` words and the coset of `word` intersect. */
static bool fits(const uint64_t *code, size_t count, uint64_t word) {
  for (size_t i = 0; i < count; i++) {
    const uint64_t one = code[i] ^ word;
    bool empty = one == 0;
    for (size_t j = 1; j < count; j++) empty |= (one & code[j]) == 0;
    for (size_t j = 0; j < i; j++) empty |= (one & (code[j] ^ word)) == 0;
    if (empty) return false;
  }
  return true;
}

static size_t candidates(gsl_rng *rng, size_t bits, uint64_t *list) {
  const bool all = bits <= 12;
  const size_t count = all ? ((size_t)1 << bits) - 1 : CANDIDATES;
  for (size_t i = 0; i < count; i++) list[i] = all ? i + 1 : gsl_rng_get(rng) >> (64 - bits);
  return count;
}

/* One maximal code among the candidates. */
static size_t grow(gsl_rng *rng, size_t most, uint64_t *list, size_t left, uint64_t *code,
                   size_t *tried) {
  size_t count = 1;
  code[0] = 0;
  while (left > 0 && 2 * count <= most) {
    const uint64_t word = list[gsl_rng_uniform_int(rng, left)];
    size_t kept = 0;
    ++*tried;
    if (fits(code, count, word)) {
      for (size_t i = 0; i < count; i++) code[count + i] = code[i] ^ word;
      count *= 2;
    }
    *tried += left;
    for (size_t i = 0; i < left; i++)
      if (list[i] != word && fits(code, count, list[i])) list[kept++] = list[i];
    left = kept;
  }
  return count;
}

static int find(const struct limen_inner_codes *codes, size_t bits, size_t tries, gsl_rng *rng,
                struct limen_inner_code *out, struct limen_error *error) {
  enum { PASSES = 100 }; /* a candidate is struck out long before its turn as a word comes */
  if (codes->k != 2) return LIMEN_OK;
  uint64_t *list = limen_alloc(CANDIDATES, sizeof *list, error);
  uint64_t *code = limen_alloc(LIMEN_INNER_WORDS, sizeof *code, error);
  const size_t most = codes->words < WORDS_MOST ? codes->words : WORDS_MOST;
  int status = list && code ? LIMEN_OK : LIMEN_FAILED;
  for (size_t tried = 0; status == LIMEN_OK && tried < PASSES * tries && out->count < most;) {
    const size_t count = grow(rng, most, list, candidates(rng, bits, list), code, &tried);
    if (limen_interrupted()) status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    if (status != LIMEN_OK || count <= out->count) continue;
    out->count = count;
    for (size_t i = 0; i < count; i++) out->word[i] = code[i];
  }
  limen_free(list);
  limen_free(code);
  return status;
}

const struct limen_inner_way limen_inner_way_linear = {
    .name = "linear",
    .about = "for k = 2: intersecting linear codes, grown at random",
    .find = find,
};
