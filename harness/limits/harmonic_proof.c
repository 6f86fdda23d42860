#include "limits/harmonic_proof.h"

#include <math.h>
#include <string.h>

#include "limits/harmonic_pairs.h"

/* ---- formats ---- */

static const struct format {
  const char *name;
  size_t bytes, vector_bytes; /* a coordinate; more a vector: its scale */
  double relative;            /* unit roundoff; 0: int8 */
} formats[] = {
    {"int8", 1, 4, 0},
    {"bfloat16", 2, 0, 0x1p-8},
    {"float16", 2, 0, 0x1p-11},
    {"float32", 4, 0, 0x1p-24},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const struct format *format_find(const char *name) {
  for (size_t i = 0; i < FORMATS; i++)
    if (strcmp(formats[i].name, name) == 0) return &formats[i];
  return NULL;
}

const char *limen_harmonic_format_name(size_t i) { return i < FORMATS ? formats[i].name : NULL; }

size_t limen_harmonic_document_bytes(const char *format, size_t d) {
  const struct format *found = format_find(format);
  return found ? found->bytes * d + found->vector_bytes : 0;
}

double limen_harmonic_rounding(const char *format, size_t d) {
  const struct format *found = format_find(format);
  if (!found) return NAN;
  /* Coordinates of at most 1 / sqrt K, K = d / 2, are rounded to a 127th of that, by half of it at
   * most; the scale itself is a float32, and all by another millionth. d of them: sqrt 2 / 254. */
  if (found->relative == 0) return sqrt(2) / 254 * (1 + 1e-6);
  /* The whole vector is 1 long; numbers below the normal ones err by 2^-25 at most in float16. */
  return found->relative * (1 + 1e-6) + sqrt((double)d) * 0x1p-25;
}

/* ---- the proof ---- */

static int prove_pairs(const struct limen_harmonic *frame, size_t k,
                       const struct limen_extremes *extremes, size_t workers,
                       struct limen_harmonic_proof *out, struct limen_error *error) {
  enum { MORE = 2 }; /* leads up to twice the least that holds are told as they are */
  const double floor = out->rounding + out->error;
  struct limen_harmonic_pairs pairs;
  int status =
      limen_harmonic_pairs(frame, k, extremes, MORE * floor, floor, workers, &pairs, error);
  if (status != LIMEN_OK) return status;
  out->listed = pairs.listed;
  out->pairs = pairs.count;
  out->lead = pairs.least;
  if (pairs.fails) out->verdict = LIMEN_HARMONIC_FAILS;
  if (pairs.too_many) out->verdict = LIMEN_HARMONIC_UNDECIDED;
  return LIMEN_OK;
}

int limen_harmonic_prove(const struct limen_harmonic *frame, size_t k, double rounding,
                         size_t workers, struct limen_harmonic_proof *out,
                         struct limen_error *error) {
  struct limen_extremes extremes;
  bool fails = false;
  *out = (struct limen_harmonic_proof){.verdict = LIMEN_HARMONIC_FAILS};
  if (k < 1 || k > LIMEN_HARMONIC_K_MOST || k >= frame->n)
    return LIMEN_FAIL(
        error, LIMEN_NO,
        "k = %zu: members of a set are from 1 to %d here, and fewer than the documents", k,
        LIMEN_HARMONIC_K_MOST);
  int status = limen_extremes_find(frame, k, rounding, workers, &extremes, &fails, error);
  if (status != LIMEN_OK || fails) return status;
  const double one = limen_harmonic_gram_error(frame);
  out->verdict = LIMEN_HARMONIC_HOLDS;
  out->highest = extremes.high[0].value;
  out->lowest = extremes.low[0].value;
  out->query = limen_extremes_query(&extremes, k, one);
  out->rounding = limen_extremes_rounding(&extremes, k, rounding, one);
  out->error = (double)(2 * k + 1) * one;
  out->lead = 1 + limen_extremes_sum(extremes.low, k - 1) - limen_extremes_sum(extremes.high, k);
  if (k > 1 && out->lead - out->error <= out->rounding)
    status = prove_pairs(frame, k, &extremes, workers, out, error);
  if (status == LIMEN_OK && out->verdict == LIMEN_HARMONIC_HOLDS &&
      !(out->lead - out->error > out->rounding))
    out->verdict = LIMEN_HARMONIC_FAILS;
  return status;
}
