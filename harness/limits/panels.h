/* Vectors under training, in panels of LIMEN_PANEL: panel p holds d rows of LIMEN_PANEL floats, row
 * c the c-th coordinate of vectors 32 p .. 32 p + 31. Adam's moments lie the same way. Lanes beyond
 * the last vector are zero and stay zero. Documents and queries are both kept like this, so they
 * are drawn, stepped and rescaled by the same code.
 *
 * With one vector a lane, maxima, sums and norms are taken lane by lane and never across a
 * register. That is what makes the small shapes (n = 10, d = 4) as cheap as the large ones: rows of
 * ten floats would leave registers half empty and end in horizontal sums. */
#ifndef LIMEN_LIMITS_PANELS_H
#define LIMEN_LIMITS_PANELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lanes.h"

enum { LIMEN_PANEL = 32 /* vectors in a panel: two registers keep both multiply-add units busy */ };

struct limen_panels {
  size_t count, d;               /* vectors and their dimension */
  size_t panels;                 /* count / LIMEN_PANEL, rounded up */
  float *values, *mean, *square; /* panels x d x LIMEN_PANEL each; Adam's two moments start at 0 */
};

/* What Adam needs at step t (from 1): Kingma and Ba 2015, algorithm 1, epsilon beside the root of
 * the bias-corrected second moment, as PyTorch and optax do it. */
struct limen_adam {
  double lr, beta1, beta2, epsilon;
  double keep1, keep2; /* 1 - beta1^t, 1 - beta2^t */
};

/* Rows N(0, 1) from the named stream, scaled to unit length. Cleared by limen_panels_clear. */
int limen_panels_init(struct limen_panels *panels, size_t count, size_t d, uint64_t seed,
                      const char *stream, struct limen_error *error);
void limen_panels_clear(struct limen_panels *panels);

/* The vectors as rows: count x d, no padding; and such rows in their place. */
void limen_panels_unpack(const struct limen_panels *panels, float *rows);
void limen_panels_pack(struct limen_panels *panels, const float *rows);

/* Whether every coordinate is a finite number. */
bool limen_panels_finite(const struct limen_panels *panels);

/* One step of Adam on panel p with `scale` times `gradient` (d x LIMEN_PANEL, 64-byte aligned),
 * then back to unit length. */
void limen_panels_step(struct limen_panels *panels, size_t p, const struct limen_adam *adam,
                       float scale, const float *gradient);

static inline float *limen_panels_at(const struct limen_panels *panels, size_t p) {
  return panels->values + p * panels->d * LIMEN_PANEL;
}

/* Coordinate c of vector i. */
static inline float *limen_panels_element(const struct limen_panels *panels, size_t i, size_t c) {
  return limen_panels_at(panels, i / LIMEN_PANEL) + c * LIMEN_PANEL + i % LIMEN_PANEL;
}

#endif
