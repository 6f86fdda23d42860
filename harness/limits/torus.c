#include "limits/torus.h"

#include <math.h>

#include "base/memory.h"

const struct limen_min_norm_settings limen_torus_settings = {
    .enough = 0, .aim = INFINITY, .tolerance = 1e-6, .rounds = 300};

int limen_torus_check(const struct limen_torus *frame, struct limen_error *error) {
  if (frame->n < 3 || frame->n > LIMEN_TORUS_N_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a harmonic frame has 3 to %d documents, not %u",
                      LIMEN_TORUS_N_MOST, frame->n);
  if (frame->count < 1 || frame->count > LIMEN_TORUS_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a harmonic frame has 1 to %d frequencies, not %u",
                      LIMEN_TORUS_MOST, frame->count);
  for (uint32_t j = 0; j < frame->count; j++) {
    if (frame->frequency[j] < 1 || frame->frequency[j] > frame->n / 2)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "frequency %u of a harmonic frame of %u documents is not in 1 .. %u",
                        frame->frequency[j], frame->n, frame->n / 2);
    if (frame->weight[j] < 1 || frame->weight[j] > LIMEN_TORUS_WEIGHT_MOST)
      return LIMEN_FAIL(error, LIMEN_INPUT, "weight %u of a harmonic frame is not in 1 .. %d",
                        frame->weight[j], LIMEN_TORUS_WEIGHT_MOST);
  }
  return LIMEN_OK;
}

static bool is_alternating(const struct limen_torus *frame, uint32_t j) {
  return 2 * frame->frequency[j] == frame->n;
}

size_t limen_torus_dimensions(const struct limen_torus *frame) {
  size_t d = 0;
  for (uint32_t j = 0; j < frame->count; j++) d += is_alternating(frame, j) ? 1 : 2;
  return d;
}

double limen_torus_length(const struct limen_torus *frame) {
  double square = 0;
  for (uint32_t j = 0; j < frame->count; j++)
    square += (double)frame->weight[j] * (double)frame->weight[j];
  return sqrt(square);
}

/* ---- sines ---- */

/* The quarter 0 .. n, by the nearer of sine and cosine, in long double where that is wider: the
 * argument's own rounding then stays below the result's. */
static double quarter(uint32_t n, uint32_t x) {
  const long double pi = 3.14159265358979323846264338327950288L;
  if (2 * x <= n) return (double)sinl(pi * (long double)x / (2 * (long double)n));
  return (double)cosl(pi * (long double)(n - x) / (2 * (long double)n));
}

int limen_sines_init(struct limen_sines *sines, uint32_t n, struct limen_error *error) {
  const size_t size = 4 * (size_t)n;
  *sines = (struct limen_sines){.n = n};
  if (!(sines->value = limen_alloc_scratch(size, sizeof *sines->value, error))) return LIMEN_FAILED;
  for (size_t x = 0; x <= n; x++) sines->value[x] = quarter(n, (uint32_t)x);
  for (size_t x = n + 1; x <= 2 * (size_t)n; x++) sines->value[x] = sines->value[2 * n - x];
  for (size_t x = 2 * (size_t)n + 1; x < size; x++) sines->value[x] = -sines->value[x - 2 * n];
  return LIMEN_OK;
}

void limen_sines_clear(struct limen_sines *sines) {
  limen_free(sines->value);
  *sines = (struct limen_sines){0};
}

static double sine_of(const struct limen_sines *sines, uint64_t x) {
  return sines->value[x % (4 * (uint64_t)sines->n)];
}

/* ---- vectors ---- */

/* (cos, sin) of f times `half` half steps, times a factor; half a step is the angle pi / n. */
static double *turn(const struct limen_torus *frame, const struct limen_sines *sines, uint32_t j,
                    uint64_t half, double factor, double *out) {
  const uint64_t x = 2 * (uint64_t)frame->frequency[j] * half;
  *out++ = factor * sine_of(sines, x + frame->n);
  if (!is_alternating(frame, j)) *out++ = factor * sine_of(sines, x);
  return out;
}

void limen_torus_documents(const struct limen_torus *frame, const struct limen_sines *sines,
                           double *out) {
  const double length = limen_torus_length(frame);
  for (uint32_t i = 0; i < frame->n; i++)
    for (uint32_t j = 0; j < frame->count; j++)
      out = turn(frame, sines, j, 2 * (uint64_t)i, frame->weight[j] / length, out);
}

void limen_torus_query(const struct limen_torus *frame, const struct limen_sines *sines, uint32_t s,
                       uint32_t i, const double *x, double *out) {
  for (uint32_t j = 0; j < frame->count; j++)
    out = turn(frame, sines, j, 2 * (uint64_t)i + s, x[j], out);
}

/* ---- classes ---- */

int limen_torus_solver_init(struct limen_torus_solver *solver, uint32_t n, uint32_t count,
                            struct limen_error *error) {
  *solver = (struct limen_torus_solver){.stride = (n / 2 + 1 + 7) / 8 * 8};
  if (limen_sines_init(&solver->sines, n, error) == LIMEN_OK &&
      (solver->points =
           limen_alloc_scratch(solver->stride * count, sizeof *solver->points, error)) &&
      (solver->min_norm = limen_min_norm_alloc(count, error)))
    return LIMEN_OK;
  limen_torus_solver_clear(solver);
  return LIMEN_FAILED;
}

void limen_torus_solver_clear(struct limen_torus_solver *solver) {
  limen_sines_clear(&solver->sines);
  limen_free(solver->points);
  limen_min_norm_free(solver->min_norm);
  *solver = (struct limen_torus_solver){0};
}

/* The leads of {0, s} along frequency j: cos a - cos b = 2 sin((b + a) / 2) sin((b - a) / 2), for
 * the distances m = |2 i - s| of the others from the middle, which have the parity of s. */
static size_t fill_leads(const struct limen_torus *frame, const struct limen_sines *sines,
                         uint32_t s, uint32_t j, double *out) {
  const uint64_t cycle = 4 * (uint64_t)frame->n, f = frame->frequency[j];
  const uint64_t step = 2 * f % cycle, from = s % 2;
  uint64_t sum = f * (s + from) % cycle, difference = (f * from + cycle * f - f * s) % cycle;
  const double factor = 2.0 * frame->weight[j];
  size_t count = 0;
  for (uint64_t m = from; m <= frame->n; m += 2) {
    if (m != s) out[count++] = factor * sines->value[sum] * sines->value[difference];
    if ((sum += step) >= cycle) sum -= cycle;
    if ((difference += step) >= cycle) difference -= cycle;
  }
  return count;
}

void limen_torus_class(struct limen_torus_solver *solver, const struct limen_torus *frame,
                       uint32_t s, const struct limen_min_norm_settings *settings,
                       struct limen_min_norm_answer *out) {
  const double length = limen_torus_length(frame);
  struct limen_min_norm_settings scaled = *settings;
  size_t count = 0;
  for (uint32_t j = 0; j < frame->count; j++)
    count = fill_leads(frame, &solver->sines, s, j, solver->points + j * solver->stride);
  scaled.enough *= length;
  scaled.aim *= length;
  limen_min_norm_solve(solver->min_norm, count, solver->stride, solver->points, &scaled, out);
  out->lower /= length;
  out->upper /= length;
  solver->work += (uint64_t)(out->rounds + 3) * count * frame->count;
}
