#include "limits/harmonic_frame.h"

#include <inttypes.h>
#include <math.h>

#include "base/memory.h"

static const double two_pi = 6.283185307179586;

/* ---- angles ---- */

/* The angle of f l modulo n, in [-pi, pi]. */
static double angle_of(const struct limen_harmonic *frame, size_t j, uint64_t l) {
  const uint64_t residue = (uint64_t)((unsigned __int128)frame->frequency[j] * l % frame->n);
  const double signed_residue =
      residue > frame->half ? -(double)(frame->n - residue) : (double)residue;
  return two_pi * (signed_residue / (double)frame->n);
}

double limen_harmonic_gram(const struct limen_harmonic *frame, uint64_t l) {
  double sum = 0;
  for (size_t j = 0; j < frame->count; j++) sum += cos(angle_of(frame, j, l));
  return sum / (double)frame->count;
}

double limen_harmonic_gram_error(const struct limen_harmonic *frame) {
  return (double)(frame->count + 16) * 0x1p-53;
}

/* ---- tables ---- */

static void fill_row(const struct limen_harmonic *frame, uint64_t l, float sign, float *row) {
  for (size_t j = 0; j < frame->count; j++) {
    const double angle = angle_of(frame, j, l);
    row[j] = (float)cos(angle);
    row[frame->count + j] = sign * (float)sin(angle);
  }
}

static int check(uint64_t n, size_t count, const uint64_t *frequency, struct limen_error *error) {
  if (n < 3 || n % 2 == 0 || n >> LIMEN_HARMONIC_N_BITS)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "a harmonic frame of %" PRIu64
                      " documents is none that can be proved: their number is odd, from 3 to 2^%d",
                      n, LIMEN_HARMONIC_N_BITS);
  if (count < 1 || count > LIMEN_HARMONIC_D_MOST / 2)
    return LIMEN_FAIL(error, LIMEN_NO, "a harmonic frame has from 1 to %d frequencies, not %zu",
                      LIMEN_HARMONIC_D_MOST / 2, count);
  for (size_t j = 0; j < count; j++)
    if (frequency[j] >= n)
      return LIMEN_FAIL(error, LIMEN_NO,
                        "frequency %zu is %" PRIu64 ", but there are %" PRIu64 " documents", j,
                        frequency[j], n);
  return LIMEN_OK;
}

int limen_harmonic_init(struct limen_harmonic *frame, uint64_t n, size_t count,
                        const uint64_t *frequency, struct limen_error *error) {
  *frame = (struct limen_harmonic){.n = n, .half = (n - 1) / 2, .count = count, .width = 64};
  int status = check(n, count, frequency, error);
  if (status != LIMEN_OK) return status;
  while (frame->width * frame->width < frame->half) frame->width *= 2;
  frame->rows = (size_t)(frame->half / frame->width) + 1;
  const size_t d = 2 * count, bytes = (frame->width + frame->rows) * d * sizeof *frame->near;
  if (bytes > LIMEN_HARMONIC_BYTES_MOST)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "a harmonic frame of %" PRIu64
                      " documents in %zu dimensions takes %zu bytes to prove, more than the %zu "
                      "that are given to one",
                      n, d, bytes, LIMEN_HARMONIC_BYTES_MOST);
  frame->frequency = limen_copy(frequency, count, sizeof *frequency, error);
  frame->near = limen_alloc_scratch(frame->width, d * sizeof *frame->near, error);
  frame->far = limen_alloc_scratch(frame->rows, d * sizeof *frame->far, error);
  if (!frame->frequency || !frame->near || !frame->far) {
    limen_harmonic_clear(frame);
    return LIMEN_FAILED;
  }
  for (size_t a = 0; a < frame->width; a++) fill_row(frame, a, -1, frame->near + a * d);
  for (size_t b = 0; b < frame->rows; b++)
    fill_row(frame, (uint64_t)b * frame->width % n, 1, frame->far + b * d);
  return LIMEN_OK;
}

void limen_harmonic_clear(struct limen_harmonic *frame) {
  limen_free(frame->frequency);
  limen_free(frame->near);
  limen_free(frame->far);
  *frame = (struct limen_harmonic){0};
}

float limen_harmonic_rough(const struct limen_harmonic *frame, uint64_t l) {
  const size_t d = 2 * frame->count;
  const float *near = frame->near + (l & (frame->width - 1)) * d;
  const float *far = frame->far + l / frame->width * d;
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t c = 0; c < d; c++) sum += near[c] * far[c];
  return sum;
}

double limen_harmonic_rough_error(const struct limen_harmonic *frame) {
  const double entry = 0x1p-25 + 12 * 0x1p-53, units = (double)(2 * frame->count) * 0x1p-24;
  const double tables = 2 * sqrt(2) * entry + 2 * entry * entry;
  return 1.001 * (tables + units / (1 - units) * (1 + 4 * entry));
}

/* ---- documents ---- */

/* The angle of a start, exact, and of a step from it add up; steps are those of the near table. */
static void fill_block(const struct limen_harmonic *frame, uint64_t first, size_t count,
                       double *start, float *out) {
  const size_t k = frame->count;
  const double length = 1 / sqrt((double)k);
  for (size_t j = 0; j < k; j++) {
    const double angle = angle_of(frame, j, first);
    start[j] = length * cos(angle);
    start[k + j] = length * sin(angle);
  }
  for (size_t i = 0; i < count; i++) {
    const float *step = frame->near + i * 2 * k; /* cosines, then sines with a minus */
    float *row = out + i * 2 * k;
    for (size_t j = 0; j < k; j++) {
      const double cosine = (double)step[j], sine = -(double)step[k + j];
      row[j] = (float)(start[j] * cosine - start[k + j] * sine);
      row[k + j] = (float)(start[k + j] * cosine + start[j] * sine);
    }
  }
}

int limen_harmonic_rows(const struct limen_harmonic *frame, uint64_t first, size_t count,
                        float *out, struct limen_error *error) {
  const size_t d = 2 * frame->count;
  double *start = limen_alloc(d, sizeof *start, error);
  if (!start) return LIMEN_FAILED;
  for (size_t done = 0; done < count; done += frame->width) {
    const size_t some = count - done < frame->width ? count - done : frame->width;
    fill_block(frame, first + done, some, start, out + done * d);
  }
  limen_free(start);
  return LIMEN_OK;
}
