/* The words with a single 1, or for k = 1 all words: codes that need no search. For k >= 2 two of
 * the differences from the other word share its own 1, and no other coordinate, so that any number
 * of members has that one; the same words are the inner code of Kautz and Singleton 1964. */
#include "limits/inner_codes.h"

extern const struct limen_inner_way limen_inner_way_unit;

static int find(const struct limen_inner_codes *codes, size_t bits, size_t tries, gsl_rng *rng,
                struct limen_inner_code *out, struct limen_error *error) {
  (void)tries, (void)rng, (void)error;
  if (codes->k > 1) {
    for (; out->count < bits && out->count < codes->words; out->count++)
      out->word[out->count] = UINT64_C(1) << out->count;
  } else {
    while (out->count < codes->words &&
           (bits == LIMEN_SEPARATING_BITS || out->count >> bits == 0)) {
      out->word[out->count] = out->count;
      out->count++;
    }
  }
  return LIMEN_OK;
}

const struct limen_inner_way limen_inner_way_unit = {
    .name = "unit",
    .about = "words with a single 1; for k = 1 all words",
    .find = find,
};
