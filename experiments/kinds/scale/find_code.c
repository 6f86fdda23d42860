/* The shortest code for n documents and k: over all lengths of the inner code and all dimensions of
 * the outer one. Inner codes are searched for once for each k and shared by the cells of a run. */
#include <stdio.h>

#include "base/clock.h"
#include "base/threads.h"
#include "experiments/kinds/scale/scale.h"
#include "limits/inner_codes.h"
#include "limits/separating_code.h"
#include "run/shared.h"

/* ---- inner codes ---- */

struct wanted {
  size_t k, bits, tries;
  uint64_t seed;
};

static int make(const void *context, void *thing, struct limen_error *error) {
  const struct wanted *wanted = context;
  return limen_inner_codes_make(wanted->k, wanted->bits, wanted->tries, wanted->seed,
                                (size_t)limen_threads(), thing, error);
}

static size_t bytes(const void *thing) {
  const struct limen_inner_codes *codes = thing;
  return codes->bits * LIMEN_INNER_WORDS * sizeof(uint64_t);
}

static void clear(void *thing) { limen_inner_codes_clear(thing); }

static struct limen_shared inner_codes = {.size = sizeof(struct limen_inner_codes),
                                          .room = (size_t)1 << 24,
                                          .make = make,
                                          .bytes = bytes,
                                          .clear = clear};

void scale_release(void) { limen_shared_release(&inner_codes); }

static int take_codes(const struct limen_cell *cell, const struct limen_inner_codes **out,
                      struct limen_error *error) {
  const struct wanted wanted = {.k = (size_t)limen_cell_integer(cell, "k"),
                                .bits = (size_t)limen_cell_integer(cell, "inner_bits"),
                                .tries = (size_t)limen_cell_integer(cell, "tries"),
                                .seed = (uint64_t)limen_cell_integer(cell, "first_seed")};
  char key[128];
  void *thing = NULL;
  snprintf(key, sizeof key, "k=%zu bits=%zu tries=%zu seed=%llu", wanted.k, wanted.bits,
           wanted.tries, (unsigned long long)wanted.seed);
  int status = limen_shared_take(&inner_codes, key, &wanted, &thing, error);
  *out = thing;
  return status;
}

/* ---- the outer code ---- */

struct choice {
  size_t q, dimension, length, bits; /* a q of 0: none */
};

static bool has_power(uint64_t q, size_t exponent, uint64_t n) {
  uint64_t power = 1;
  for (size_t i = 0; i < exponent && power < n; i++)
    if (__builtin_mul_overflow(power, q, &power)) return true;
  return power >= n;
}

/* The fewest symbols of which words of a length are n or more. Beyond a dimension of 1 they must be
 * those of a field. */
static size_t fewest_symbols(size_t dimension, size_t most, uint64_t n) {
  if (dimension == 1) return n <= most ? (size_t)n : 0;
  for (size_t q = limen_field_at_least(2); q != 0 && q <= most; q = limen_field_at_least(q + 1))
    if (has_power(q, dimension, n)) return q;
  return 0;
}

static void consider(const struct limen_inner_codes *codes, size_t bits, uint64_t n,
                     struct choice *best) {
  enum { DIMENSIONS = 64 };
  for (size_t dimension = 1; dimension <= DIMENSIONS; dimension++) {
    const size_t length = dimension == 1 ? 1 : codes->k * (dimension - 1) + 1;
    const size_t q = fewest_symbols(dimension, codes->code[bits].count, n);
    if (q < 2 || length > q + 1) continue;
    /* Of as many dimensions the shorter table wins. */
    const size_t d = length * bits, least = best->length * best->bits;
    if (best->q == 0 || d < least || (d == least && q < best->q))
      *best = (struct choice){q, dimension, length, bits};
  }
}

/* The inner code's own figures; the whole is proved as anybody would from the certificate. */
static int prove(const struct limen_separating_code *code, size_t k, double *values,
                 struct scale_found *out, struct limen_error *error) {
  const struct limen_construction *family = limen_construction_find("code");
  struct limen_text words = {0};
  const double start = limen_clock_s();
  int status = family->prove(code, k, (size_t)limen_threads(), &out->proof, &words, error);
  limen_text_clear(&words);
  out->prove_s = limen_clock_s() - start;
  values[SCALE_Q] = (double)code->q;
  values[SCALE_OUTER_DIMENSION] = (double)code->dimension;
  values[SCALE_OUTER_LENGTH] = (double)code->length;
  values[SCALE_INNER_BITS] = (double)code->bits;
  values[SCALE_TUPLES] = limen_separating_tuples(code->q, k);
  if (status == LIMEN_OK && !(out->parameters = family->write(code)))
    status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a code");
  return status;
}

int scale_find_code(const struct limen_cell *cell, double *values, struct scale_found *out,
                    struct limen_error *error) {
  const struct limen_inner_codes *codes = NULL;
  struct choice choice = {0};
  out->documents = (uint64_t)limen_cell_integer(cell, "n");
  int status = take_codes(cell, &codes, error);
  if (status != LIMEN_OK) return status;
  for (size_t bits = 1; bits <= codes->bits; bits++) consider(codes, bits, out->documents, &choice);
  if (choice.q > 0) {
    struct limen_separating_code code;
    status = limen_separating_code_init(&code, choice.q, choice.dimension, choice.length,
                                        choice.bits, codes->code[choice.bits].word, error);
    if (status == LIMEN_OK) {
      status = prove(&code, codes->k, values, out, error);
      limen_separating_code_clear(&code);
    }
  }
  limen_shared_give(&inner_codes, codes);
  return status;
}
