#include "limits/separating_code.h"

#include <string.h>

#include "base/memory.h"
#include "limits/separating.h"

static uint16_t *products_at(const struct limen_separating_code *code, size_t place, size_t power) {
  return code->product + (place * code->dimension + power) * code->q;
}

static void fill_products(struct limen_separating_code *code) {
  for (size_t place = 0; place < code->length; place++) {
    uint32_t value = 1;
    for (size_t power = 0; power < code->dimension; power++) {
      uint16_t *products = products_at(code, place, power);
      const bool leading = power + 1 == code->dimension;
      for (uint32_t a = 0; a < code->q; a++)
        products[a] = (uint16_t)(place == code->q ? (leading ? a : 0)
                                                  : limen_field_multiply(&code->field, a, value));
      if (place < code->q) value = limen_field_multiply(&code->field, value, (uint32_t)place);
    }
  }
}

static int check(size_t q, size_t dimension, size_t length, size_t bits, const uint64_t *inner,
                 struct limen_error *error) {
  if (q < 2 || q > LIMEN_FIELD_MOST || bits < 1 || bits > LIMEN_SEPARATING_BITS)
    return LIMEN_FAIL(error, LIMEN_NO, "an inner code of %zu words of %zu bits is none", q, bits);
  if (dimension < 1 || length < dimension || (dimension == 1 && length != 1))
    return LIMEN_FAIL(error, LIMEN_NO, "there is no outer code of dimension %zu and length %zu",
                      dimension, length);
  if (dimension > 1 && !limen_field_exists(q))
    return LIMEN_FAIL(error, LIMEN_NO, "q = %zu is neither a prime nor a power of two", q);
  if (length > q + 1)
    return LIMEN_FAIL(error, LIMEN_NO, "an outer code over %zu symbols has no %zu places", q,
                      length);
  for (size_t i = 0; i < q && bits < LIMEN_SEPARATING_BITS; i++)
    if (inner[i] >> bits)
      return LIMEN_FAIL(error, LIMEN_NO, "word %zu of the inner code has more than %zu bits", i,
                        bits);
  return LIMEN_OK;
}

int limen_separating_code_init(struct limen_separating_code *code, size_t q, size_t dimension,
                               size_t length, size_t bits, const uint64_t *inner,
                               struct limen_error *error) {
  *code = (struct limen_separating_code){
      .q = q, .dimension = dimension, .length = length, .bits = bits};
  int status = check(q, dimension, length, bits, inner, error);
  if (status != LIMEN_OK) return status;
  code->inner = limen_copy(inner, q, sizeof *inner, error);
  if (!code->inner) status = LIMEN_FAILED;
  if (status == LIMEN_OK && dimension > 1) {
    code->field = limen_field_of((uint32_t)q);
    code->product = limen_alloc(length * dimension, q * sizeof *code->product, error);
    if (code->product)
      fill_products(code);
    else
      status = LIMEN_FAILED;
  }
  if (status != LIMEN_OK) limen_separating_code_clear(code);
  return status;
}

void limen_separating_code_clear(struct limen_separating_code *code) {
  limen_free(code->inner);
  limen_free(code->product);
  *code = (struct limen_separating_code){0};
}

uint64_t limen_separating_code_size(const struct limen_separating_code *code) {
  uint64_t size = 1;
  for (size_t i = 0; i < code->dimension; i++)
    if (__builtin_mul_overflow(size, (uint64_t)code->q, &size)) return UINT64_MAX;
  return size;
}

uint32_t limen_separating_code_symbol(const struct limen_separating_code *code, uint64_t i,
                                      size_t place) {
  if (code->dimension == 1) return (uint32_t)(i % code->q);
  uint32_t symbol = 0;
  for (size_t power = 0; power < code->dimension; power++, i /= code->q) {
    const uint32_t term = products_at(code, place, power)[i % code->q];
    symbol = limen_field_add(&code->field, symbol, term);
  }
  return symbol;
}

uint64_t limen_separating_code_touching(const struct limen_separating_code *code, uint64_t other,
                                        const uint32_t *zeros, size_t count, uint32_t factor) {
  const struct limen_field *field = &code->field;
  uint32_t coefficient[LIMEN_FIELD_MOST] = {factor}; /* ascending powers */
  for (size_t z = 0; z < count; z++)
    for (size_t power = z + 2; power-- > 0;) {
      const uint32_t lower = power > 0 ? coefficient[power - 1] : 0;
      const uint32_t scaled =
          limen_field_multiply(field, coefficient[power], limen_field_negate(field, zeros[z]));
      coefficient[power] = limen_field_add(field, lower, scaled);
    }
  uint64_t index = 0, weight = 1;
  for (size_t power = 0; power < code->dimension; power++, other /= code->q) {
    index += limen_field_add(field, (uint32_t)(other % code->q), coefficient[power]) * weight;
    weight *= code->q;
  }
  return index;
}

unsigned limen_separating_code_separated(const struct limen_separating_code *code, size_t k,
                                         const uint64_t *members, uint64_t other) {
  unsigned count = 0;
  for (size_t place = 0; place < code->length; place++) {
    const uint64_t word = limen_separating_code_word(code, other, place);
    uint64_t differ = ~UINT64_C(0);
    for (size_t i = 0; i < k; i++)
      differ &= limen_separating_code_word(code, members[i], place) ^ word;
    count += (unsigned)__builtin_popcountll(differ);
  }
  return count;
}
