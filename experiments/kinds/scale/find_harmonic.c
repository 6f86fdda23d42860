/* Harmonic frames with random frequencies, until one holds. The number of documents is the smallest
 * prime that is at least n: harmonic_frame.h says why. */
#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "experiments/kinds/scale/scale.h"
#include "limits/construction_harmonic.h"
#include "limits/finite_field.h"
#include "limits/harmonic_proof.h"

/* ---- one set of frequencies ---- */

struct drawing {
  uint64_t n;
  size_t k, d;
  uint64_t *frequency; /* d / 2 */
  double rounding;
};

static int draw(const struct limen_cell *cell, struct drawing *drawing, int64_t number,
                struct limen_error *error) {
  char stream[160];
  snprintf(stream, sizeof stream, "frequencies n=%llu d=%zu draw=%lld",
           (unsigned long long)drawing->n, drawing->d, (long long)number);
  gsl_rng *rng = limen_rng_alloc((uint64_t)limen_cell_integer(cell, "first_seed"), stream, error);
  if (!rng) return LIMEN_FAILED;
  /* f and n - f give the same frame up to signs. */
  for (size_t j = 0; j < drawing->d / 2; j++)
    drawing->frequency[j] = 1 + gsl_rng_get(rng) % ((drawing->n - 1) / 2);
  limen_rng_free(rng);
  return LIMEN_OK;
}

static int try_frequencies(const struct drawing *drawing, struct limen_harmonic_proof *proof,
                           double *seconds, struct limen_error *error) {
  struct limen_harmonic frame;
  const double start = limen_clock_s();
  int status = limen_harmonic_init(&frame, drawing->n, drawing->d / 2, drawing->frequency, error);
  if (status != LIMEN_OK) return status;
  status = limen_harmonic_prove(&frame, drawing->k, drawing->rounding, (size_t)limen_threads(),
                                proof, error);
  limen_harmonic_clear(&frame);
  *seconds = limen_clock_s() - start;
  return status;
}

/* ---- the cell ---- */

static void tell(const struct limen_harmonic_proof *proof, double *values) {
  values[SCALE_HIGHEST] = proof->highest;
  values[SCALE_LOWEST] = proof->lowest;
  values[SCALE_LEAD] = proof->lead;
  values[SCALE_ROUNDING] = proof->rounding;
  values[SCALE_PAIRS] = proof->pairs;
}

int scale_find_harmonic(const struct limen_cell *cell, double *values, struct scale_found *out,
                        struct limen_error *error) {
  const char *format = limen_cell_string(cell, "format");
  struct limen_harmonic_proof proof = {.verdict = LIMEN_HARMONIC_FAILS};
  struct drawing drawing = {.n = limen_prime_at_least((uint64_t)limen_cell_integer(cell, "n")),
                            .k = (size_t)limen_cell_integer(cell, "k"),
                            .d = (size_t)limen_cell_integer(cell, "d")};
  const int64_t draws = limen_cell_integer(cell, "draws");
  int status = LIMEN_OK;
  int64_t made = 0;
  drawing.rounding = limen_harmonic_rounding(format, drawing.d);
  if (!(drawing.frequency = limen_alloc(drawing.d / 2, sizeof *drawing.frequency, error)))
    return LIMEN_FAILED;
  while (made < draws && proof.verdict != LIMEN_HARMONIC_HOLDS && status == LIMEN_OK) {
    status = draw(cell, &drawing, made++, error);
    if (status == LIMEN_OK) status = try_frequencies(&drawing, &proof, &out->prove_s, error);
  }
  values[SCALE_DRAWS] = (double)made;
  if (status == LIMEN_OK && proof.verdict == LIMEN_HARMONIC_HOLDS) {
    tell(&proof, values);
    out->documents = drawing.n;
    out->proof = (struct limen_construction_proof){
        proof.lead / proof.query, proof.error, limen_harmonic_document_bytes(format, drawing.d)};
    if (!(out->parameters =
              limen_harmonic_parameters(drawing.n, drawing.d / 2, drawing.frequency, format)))
      status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for frequencies");
  }
  limen_free(drawing.frequency);
  return status;
}
