#include "limits/panels.h"

#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/memory.h"
#include "base/rng.h"

static int draw(struct limen_panels *panels, uint64_t seed, const char *stream,
                struct limen_error *error) {
  gsl_rng *rng = limen_rng_alloc(seed, stream, error);
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < panels->count; i++) {
    double square = 0;
    for (size_t c = 0; c < panels->d; c++) {
      float x = (float)gsl_ran_ugaussian(rng);
      *limen_panels_element(panels, i, c) = x;
      square += (double)x * (double)x;
    }
    double length = sqrt(square);
    for (size_t c = 0; c < panels->d; c++) {
      float *x = limen_panels_element(panels, i, c);
      *x = (float)((double)*x / length);
    }
  }
  limen_rng_free(rng);
  return LIMEN_OK;
}

int limen_panels_init(struct limen_panels *panels, size_t count, size_t d, uint64_t seed,
                      const char *stream, struct limen_error *error) {
  int status = LIMEN_FAILED;
  size_t row = sizeof(float) * LIMEN_PANEL, panel;
  *panels = (struct limen_panels){.count = count, .d = d};
  panels->panels = count / LIMEN_PANEL + (count % LIMEN_PANEL > 0);
  if (__builtin_mul_overflow(d, row, &panel)) {
    LIMEN_FAIL(error, LIMEN_FAILED, "vectors of %zu dimensions are more than a machine can address",
               d);
    goto done;
  }
  if (!(panels->values = limen_alloc(panels->panels, panel, error))) goto done;
  if (!(panels->mean = limen_alloc(panels->panels, panel, error))) goto done;
  if (!(panels->square = limen_alloc(panels->panels, panel, error))) goto done;
  status = draw(panels, seed, stream, error);
done:
  if (status != LIMEN_OK) limen_panels_clear(panels);
  return status;
}

void limen_panels_clear(struct limen_panels *panels) {
  limen_free(panels->values);
  limen_free(panels->mean);
  limen_free(panels->square);
  *panels = (struct limen_panels){0};
}

void limen_panels_unpack(const struct limen_panels *panels, float *rows) {
  for (size_t i = 0; i < panels->count; i++)
    for (size_t c = 0; c < panels->d; c++)
      rows[i * panels->d + c] = *limen_panels_element(panels, i, c);
}

void limen_panels_pack(struct limen_panels *panels, const float *rows) {
  for (size_t i = 0; i < panels->count; i++)
    for (size_t c = 0; c < panels->d; c++)
      *limen_panels_element(panels, i, c) = rows[i * panels->d + c];
}

bool limen_panels_finite(const struct limen_panels *panels) {
  const float *end = panels->values + panels->panels * panels->d * LIMEN_PANEL;
  limen_lanes doubt = limen_lanes_all(0);
  for (const float *at = panels->values; at < end; at += LIMEN_LANES)
    doubt += limen_lanes_load(at) - limen_lanes_load(at); /* NaN unless finite. NOLINT(misc-*) */
  return limen_lanes_sum(doubt) == 0;
}

/* One register of vectors. Their length is known only after the last coordinate, so it takes a
 * second pass over what is by then in the first-level cache. */
static void step(size_t d, const struct limen_adam *adam, float scale, const float *gradient,
                 float *values, float *mean, float *square) {
  const float beta1 = (float)adam->beta1, beta2 = (float)adam->beta2;
  const float rest1 = (float)(1 - adam->beta1), rest2 = (float)(1 - adam->beta2);
  const float rate = (float)(adam->lr / adam->keep1), epsilon = (float)adam->epsilon;
  const float unbias = (float)(1 / sqrt(adam->keep2));
  limen_lanes length = {0};
  for (size_t at = 0; at < d * LIMEN_PANEL; at += LIMEN_PANEL) {
    limen_lanes g = limen_lanes_load(gradient + at) * scale;
    limen_lanes m = beta1 * limen_lanes_load(mean + at) + rest1 * g;
    limen_lanes v = beta2 * limen_lanes_load(square + at) + rest2 * g * g;
    limen_lanes x =
        limen_lanes_load(values + at) - rate * m / (limen_lanes_sqrt(v) * unbias + epsilon);
    limen_lanes_store(mean + at, m);
    limen_lanes_store(square + at, v);
    limen_lanes_store(values + at, x);
    length += x * x;
  }
  /* A lane of zeros stays one: it is padding. */
  limen_lanes shrink = 1.0f / limen_lanes_sqrt(limen_lanes_max(limen_lanes_all(FLT_MIN), length));
  for (size_t at = 0; at < d * LIMEN_PANEL; at += LIMEN_PANEL)
    limen_lanes_store(values + at, limen_lanes_load(values + at) * shrink);
}

void limen_panels_step(struct limen_panels *panels, size_t p, const struct limen_adam *adam,
                       float scale, const float *gradient) {
  size_t base = p * panels->d * LIMEN_PANEL;
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES)
    step(panels->d, adam, scale, gradient + half, panels->values + base + half,
         panels->mean + base + half, panels->square + base + half);
}
