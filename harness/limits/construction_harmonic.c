/* Harmonic frames as documents: see harmonic_frame.h and harmonic_proof.h. The parameters are n,
 * the frequencies and the number format that documents may be stored in.
 *
 * To reproduce: n = 1,000,003 in d = 192 with random frequencies holds for all pairs, in int8. */
#include <inttypes.h>
#include <math.h>

#include "base/json.h"
#include "base/memory.h"
#include "limits/construction_harmonic.h"
#include "limits/harmonic_proof.h"

extern const struct limen_construction limen_construction_harmonic;

struct harmonic {
  struct limen_harmonic frame;
  char *format;
};

static int not_parameters(struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_NO,
                    "these are no parameters of a harmonic frame: n, format and whole frequencies");
}

static void harmonic_free(void *state) {
  struct harmonic *harmonic = state;
  if (!harmonic) return;
  limen_harmonic_clear(&harmonic->frame);
  limen_free(harmonic->format);
  limen_free(harmonic);
}

static int read_frequencies(const json_t *list, uint64_t **out, struct limen_error *error) {
  const size_t count = json_array_size(list);
  int status = LIMEN_OK;
  if (count < 1 || count > LIMEN_HARMONIC_D_MOST / 2) return not_parameters(error);
  if (!(*out = limen_alloc(count, sizeof **out, error))) return LIMEN_FAILED;
  for (size_t j = 0; j < count && status == LIMEN_OK; j++) {
    const json_t *frequency = json_array_get(list, j);
    if (json_is_integer(frequency) && json_integer_value(frequency) >= 0)
      (*out)[j] = (uint64_t)json_integer_value(frequency);
    else
      status = not_parameters(error);
  }
  return status;
}

static int harmonic_read(const json_t *parameters, uint64_t documents, void **state,
                         struct limen_error *error) {
  json_int_t n = 0;
  json_t *frequencies = NULL;
  const char *format = "";
  uint64_t *frequency = NULL;
  *state = NULL;
  int status = limen_json_unpack(parameters, NULL, error, "{s:I, s:s, s:o}", "n", &n, "format",
                                 &format, "frequencies", &frequencies);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || n < 0 || isnan(limen_harmonic_rounding(format, 2)))
    return not_parameters(error);
  if ((uint64_t)n < documents)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "the frame has %" PRIu64 " documents, but the claim is about %" PRIu64,
                      (uint64_t)n, documents);
  struct harmonic *harmonic = limen_alloc(1, sizeof *harmonic, error);
  status = harmonic ? read_frequencies(frequencies, &frequency, error) : LIMEN_FAILED;
  if (status == LIMEN_OK && !(harmonic->format = limen_copy_text(format, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_harmonic_init(&harmonic->frame, (uint64_t)n, json_array_size(frequencies),
                                 frequency, error);
  limen_free(frequency);
  if (status == LIMEN_OK)
    *state = harmonic;
  else
    harmonic_free(harmonic);
  return status;
}

json_t *limen_harmonic_parameters(uint64_t n, size_t count, const uint64_t *frequency,
                                  const char *format) {
  json_t *frequencies = json_array();
  for (size_t j = 0; frequencies && j < count; j++)
    if (json_array_append_new(frequencies, json_integer((json_int_t)frequency[j])) != 0) {
      json_decref(frequencies);
      return NULL;
    }
  return json_pack("{s:I, s:s, s:o}", "n", (json_int_t)n, "format", format, "frequencies",
                   frequencies);
}

static json_t *harmonic_write(const void *state) {
  const struct harmonic *harmonic = state;
  const struct limen_harmonic *frame = &harmonic->frame;
  return limen_harmonic_parameters(frame->n, frame->count, frame->frequency, harmonic->format);
}

static size_t harmonic_dimensions(const void *state) {
  return 2 * ((const struct harmonic *)state)->frame.count;
}

static int harmonic_prove(const void *state, size_t k, size_t workers,
                          struct limen_construction_proof *out, struct limen_text *words,
                          struct limen_error *error) {
  const struct harmonic *harmonic = state;
  const size_t d = harmonic_dimensions(state);
  struct limen_harmonic_proof proof;
  int status = limen_harmonic_prove(
      &harmonic->frame, k, limen_harmonic_rounding(harmonic->format, d), workers, &proof, error);
  if (status != LIMEN_OK) return status;
  if (proof.verdict != LIMEN_HARMONIC_HOLDS)
    return LIMEN_FAIL(error, LIMEN_NO,
                      proof.verdict == LIMEN_HARMONIC_FAILS
                          ? "the frame of %" PRIu64
                            " documents in d = %zu does not hold for k = "
                            "%zu: leads are too small, or cannot be told to be large enough"
                          : "the frame of %" PRIu64
                            " documents in d = %zu for k = %zu has more "
                            "close pairs than can be looked at",
                      harmonic->frame.n, d, k);
  *out = (struct limen_construction_proof){
      .margin = proof.lead / proof.query,
      .error = proof.error,
      .bytes = limen_harmonic_document_bytes(harmonic->format, d)};
  limen_text_print(words,
                   "inner products from %.6f to %.6f over all differences, %.0f close pairs looked "
                   "at, and %s documents keep a lead of %.3g of %.3g",
                   proof.lowest, proof.highest, proof.pairs, harmonic->format,
                   proof.lead - proof.rounding, proof.lead);
  return LIMEN_OK;
}

static int harmonic_rows(const void *state, uint64_t first, size_t count, float *out,
                         struct limen_error *error) {
  return limen_harmonic_rows(&((const struct harmonic *)state)->frame, first, count, out, error);
}

const struct limen_construction limen_construction_harmonic = {
    .name = "harmonic",
    .title = "harmonic frame",
    .about = "points of a circle wound around a torus at chosen frequencies; unit vectors",
    .k_most = LIMEN_HARMONIC_K_MOST,
    .read = harmonic_read,
    .free = harmonic_free,
    .write = harmonic_write,
    .dimensions = harmonic_dimensions,
    .prove = harmonic_prove,
    .rows = harmonic_rows,
};
