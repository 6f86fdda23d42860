/* Separating codes as documents: see separating_code.h. The parameters are the outer code's q,
 * dimension and length and the table of inner words, in hexadecimal.
 *
 * To reproduce: for k = 2, q = 64, dimension 5, length 9 and an inner code of 64 words of 15 bits
 * make 1,073,741,824 documents in d = 135, 17 bytes each. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "limits/construction.h"
#include "limits/inner_codes.h"
#include "limits/separating_code.h"

extern const struct limen_construction limen_construction_code;

/* ---- parameters ---- */

static int not_parameters(struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO,
                    "these are no parameters of a separating code: q, dimension, length, bits and "
                    "as many inner words as q, of hexadecimal digits");
}

static bool read_word(const json_t *text, uint64_t *out) {
  const char *digits = json_string_value(text);
  if (!digits || digits[0] == '\0' || strlen(digits) > 16 ||
      strspn(digits, "0123456789abcdef") != strlen(digits))
    return false;
  *out = strtoull(digits, NULL, 16);
  return true;
}

static void code_free(void *state) {
  if (state) limen_separating_code_clear(state);
  limen_free(state);
}

static int code_read(const json_t *parameters, uint64_t documents, void **state,
                     struct limen_error *error) {
  json_int_t q = 0, dimension = 0, length = 0, bits = 0;
  json_t *inner = NULL;
  *state = NULL;
  int status =
      limen_json_unpack(parameters, NULL, error, "{s:I, s:I, s:I, s:I, s:o}", "q", &q, "dimension",
                        &dimension, "length", &length, "bits", &bits, "inner", &inner);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || q < 2 || q > LIMEN_FIELD_MOST || dimension < 1 || dimension > 64 ||
      length < 1 || length > LIMEN_FIELD_MOST + 1 || bits < 1 ||
      json_array_size(inner) != (size_t)q)
    return not_parameters(error);
  uint64_t *words = limen_alloc((size_t)q, sizeof *words, error);
  struct limen_separating_code *code = limen_alloc(1, sizeof *code, error);
  status = words && code ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < (size_t)q && status == LIMEN_OK; i++)
    if (!read_word(json_array_get(inner, i), &words[i])) status = not_parameters(error);
  if (status == LIMEN_OK)
    status = limen_separating_code_init(code, (size_t)q, (size_t)dimension, (size_t)length,
                                        (size_t)bits, words, error);
  if (status == LIMEN_OK && limen_separating_code_size(code) < documents)
    status =
        LIMEN_FAIL(error, LIMEN_NO,
                   "the code has %" PRIu64 " words, but the claim is about %" PRIu64 " documents",
                   limen_separating_code_size(code), documents);
  limen_free(words);
  if (status == LIMEN_OK)
    *state = code;
  else
    code_free(code);
  return status;
}

static json_t *code_write(const void *state) {
  const struct limen_separating_code *code = state;
  json_t *inner = json_array();
  for (size_t i = 0; inner && i < code->q; i++) {
    char digits[20];
    snprintf(digits, sizeof digits, "%" PRIx64, code->inner[i]);
    if (json_array_append_new(inner, json_string(digits)) != 0) {
      json_decref(inner);
      return NULL;
    }
  }
  return json_pack("{s:I, s:I, s:I, s:I, s:o}", "q", (json_int_t)code->q, "dimension",
                   (json_int_t)code->dimension, "length", (json_int_t)code->length, "bits",
                   (json_int_t)code->bits, "inner", inner);
}

static size_t code_dimensions(const void *state) {
  const struct limen_separating_code *code = state;
  return code->length * code->bits;
}

/* ---- proof ---- */

/* Every lead is twice the separated coordinates, of a query with at most d entries of +-1 and
 * documents of length sqrt d. */
static int code_prove(const void *state, size_t k, size_t workers,
                      struct limen_construction_proof *out, struct limen_text *words,
                      struct limen_error *error) {
  const struct limen_separating_code *code = state;
  const double tuples = limen_separating_tuples(code->q, k);
  const size_t d = code_dimensions(code), agree = k * (code->dimension - 1);
  unsigned least = 0;
  if (code->length <= agree)
    return LIMEN_FAIL(
        error, LIMEN_NO,
        "an outer code of dimension %zu and length %zu does not serve sets of %zu: %zu "
        "members and another may agree in all its places",
        code->dimension, code->length, k, k);
  if (tuples > LIMEN_SEPARATING_TUPLES)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "the inner code has %.3g tuples of %zu members and another word, too many to "
                      "look at",
                      tuples, k);
  int status = limen_separating_least(code->inner, code->q, k, workers, &least, error);
  if (status == LIMEN_OK && least == 0)
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "the inner code of %zu words is not separating: %zu of them and another "
                        "have no coordinate that tells them apart",
                        code->q, k);
  if (status != LIMEN_OK) return status;
  *out = (struct limen_construction_proof){
      .margin = 2.0 * least * (double)(code->length - agree) / (double)d, .bytes = (d + 7) / 8};
  limen_text_print(words,
                   "%.0f tuples of %zu inner words of %zu bits looked at, of which the outer code "
                   "[%zu, %zu] over GF(%zu) leaves at least %zu of %zu places",
                   tuples, code->q, code->bits, code->length, code->dimension, code->q,
                   code->length - agree, code->length);
  return LIMEN_OK;
}

/* ---- documents ---- */

static int code_rows(const void *state, uint64_t first, size_t count, float *out,
                     struct limen_error *error) {
  const struct limen_separating_code *code = state;
  (void)error;
  for (size_t i = 0; i < count; i++)
    for (size_t place = 0; place < code->length; place++) {
      const uint64_t word = limen_separating_code_word(code, first + i, place);
      for (size_t b = 0; b < code->bits; b++) *out++ = word >> b & 1 ? 1 : -1;
    }
  return LIMEN_OK;
}

/* The common sign where all members agree. */
static void code_query(size_t d, size_t k, const float *members, float *query) {
  for (size_t c = 0; c < d; c++) {
    float sum = 0;
    for (size_t i = 0; i < k; i++) sum += members[i * d + c];
    query[c] = fabsf(sum) == (float)k ? members[c] : 0;
  }
}

/* The other is any codeword, and each member agrees with it in dimension - 1 places of its own:
 * nothing can agree more. Codewords are taken from the whole code, of which the documents are the
 * first. */
static bool code_provoke(const void *state, size_t k, gsl_rng *rng, uint64_t *members,
                         uint64_t *other, double *lead) {
  const struct limen_separating_code *code = state;
  const size_t touching = code->dimension - 1;
  const size_t finite = code->length < code->q ? code->length : code->q;
  uint32_t places[LIMEN_FIELD_MOST];
  if (touching == 0 || k * touching > finite) return false;
  for (size_t p = 0; p < finite; p++) places[p] = (uint32_t)p;
  for (size_t p = 0; p < k * touching; p++) {
    const size_t with = p + gsl_rng_uniform_int(rng, finite - p);
    const uint32_t swapped = places[p];
    places[p] = places[with];
    places[with] = swapped;
  }
  *other = gsl_rng_get(rng) % limen_separating_code_size(code);
  for (size_t i = 0; i < k; i++)
    members[i] =
        limen_separating_code_touching(code, *other, places + i * touching, touching,
                                       1 + (uint32_t)gsl_rng_uniform_int(rng, code->q - 1));
  *lead = 2.0 * limen_separating_code_separated(code, k, members, *other);
  return true;
}

const struct limen_construction limen_construction_code = {
    .name = "code",
    .title = "separating code",
    .about = "a Reed-Solomon code over a small (k,1)-separating code; documents in {-1,+1}^d",
    .k_most = LIMEN_SEPARATING_K_MOST,
    .read = code_read,
    .free = code_free,
    .write = code_write,
    .dimensions = code_dimensions,
    .prove = code_prove,
    .rows = code_rows,
    .query = code_query,
    .provoke = code_provoke,
};
