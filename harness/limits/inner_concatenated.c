/* Codes of codes: a Reed-Solomon code over a shorter inner code, as separating_code.h makes large
 * ones. To reproduce: for k = 2 64 words of 15 bits, RS of dimension 3 and length 5 over GF(4) and
 * the 4 words of 3 bits with an even number of ones. */
#include "limits/inner_codes.h"
#include "limits/separating_code.h"

extern const struct limen_inner_way limen_inner_way_concatenated;

/* A code out of words of `shorter` bits, where there is one and it has more words than `out`. */
static int concatenate(const struct limen_inner_codes *codes, size_t shorter, size_t bits,
                       struct limen_inner_code *out, struct limen_error *error) {
  const struct limen_inner_code *inner = &codes->code[shorter];
  const uint32_t q = limen_field_at_most(inner->count);
  const size_t length = bits / shorter;
  struct limen_separating_code code;
  if (q == 0 || length > q + 1) return LIMEN_OK;
  const size_t dimension = (length - 1) / codes->k + 1; /* length > k (dimension - 1) */
  uint64_t words = 1;
  if (dimension < 2) return LIMEN_OK; /* the shorter code, repeated */
  for (size_t i = 0; i < dimension && words < codes->words; i++) words *= q;
  if (words > codes->words) words = codes->words;
  if (words <= out->count) return LIMEN_OK;
  int status = limen_separating_code_init(&code, q, dimension, length, shorter, inner->word, error);
  if (status != LIMEN_OK) return status;
  for (uint64_t i = 0; i < words; i++) {
    out->word[i] = 0;
    for (size_t place = 0; place < length; place++)
      out->word[i] = out->word[i] << shorter | limen_separating_code_word(&code, i, place);
  }
  out->count = words;
  limen_separating_code_clear(&code);
  return LIMEN_OK;
}

static int find(const struct limen_inner_codes *codes, size_t bits, size_t tries, gsl_rng *rng,
                struct limen_inner_code *out, struct limen_error *error) {
  int status = LIMEN_OK;
  (void)tries, (void)rng;
  for (size_t shorter = 1; 2 * shorter <= bits && status == LIMEN_OK; shorter++)
    status = concatenate(codes, shorter, bits, out, error);
  return status;
}

const struct limen_inner_way limen_inner_way_concatenated = {
    .name = "concatenated",
    .about = "a Reed-Solomon code over a shorter code",
    .from_shorter = true,
    .find = find,
};
