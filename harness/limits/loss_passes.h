/* What losses share: passes over a panel's scores, sixteen queries a register, and the few
 * functions of them that lanes.h does not have.
 *
 * The passes take two registers of queries side by side, because sums and maxima of one wait for
 * the one before. */
#ifndef LIMEN_LIMITS_LOSS_PASSES_H
#define LIMEN_LIMITS_LOSS_PASSES_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/lanes.h"
#include "limits/loss.h"
#include "limits/panels.h"

#define LIMEN_LOG2_E 1.4426950408889634
#define LIMEN_LN_2 0.6931471805599453

/* Each query's highest score. */
LIMEN_INLINE void limen_loss_highest(size_t n, const float *scores, float *top) {
  limen_lanes a = limen_lanes_load(scores), b = limen_lanes_load(scores + LIMEN_LANES);
  for (const float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL) {
    a = limen_lanes_max(limen_lanes_load(at), a);
    b = limen_lanes_max(limen_lanes_load(at + LIMEN_LANES), b);
  }
  limen_lanes_store(top, a);
  limen_lanes_store(top + LIMEN_LANES, b);
}

/* Scores become 2^(scale (score - top)); `sum` receives each query's sum of them. */
LIMEN_INLINE void limen_loss_exponentials(size_t n, float scale, const float *top, float *scores,
                                          float *sum) {
  limen_lanes top_a = limen_lanes_load(top), top_b = limen_lanes_load(top + LIMEN_LANES);
  limen_lanes a = limen_lanes_all(0), b = a;
  for (float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL) {
    limen_lanes x = limen_lanes_exp2((limen_lanes_load(at) - top_a) * scale);
    limen_lanes y = limen_lanes_exp2((limen_lanes_load(at + LIMEN_LANES) - top_b) * scale);
    limen_lanes_store(at, x);
    limen_lanes_store(at + LIMEN_LANES, y);
    a += x;
    b += y;
  }
  limen_lanes_store(sum, a);
  limen_lanes_store(sum + LIMEN_LANES, b);
}

/* Every query's scores times its factor. */
LIMEN_INLINE void limen_loss_scale(size_t n, const float *factor, float *scores) {
  limen_lanes a = limen_lanes_load(factor), b = limen_lanes_load(factor + LIMEN_LANES);
  for (float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL) {
    limen_lanes_store(at, limen_lanes_load(at) * a);
    limen_lanes_store(at + LIMEN_LANES, limen_lanes_load(at + LIMEN_LANES) * b);
  }
}

/* Score of query i's r-th relevant document. */
static inline float *limen_loss_relevant(const struct limen_loss_panel *panel, size_t i, size_t r) {
  return panel->scores + panel->relevant[i * panel->k + r] * LIMEN_PANEL + i;
}

/* Copies the relevant scores to the first k rows of `room`, zeros in lanes not in use, and each
 * query's highest of them to `top`, which it returns. */
static inline const float *limen_loss_set_aside(const struct limen_loss_panel *panel, float *top) {
  memset(panel->room, 0, panel->k * LIMEN_PANEL * sizeof *panel->room);
  memset(top, 0, LIMEN_PANEL * sizeof *top);
  for (size_t i = 0; i < panel->queries; i++) top[i] = -INFINITY;
  for (size_t i = 0; i < panel->queries; i++)
    for (size_t r = 0; r < panel->k; r++) {
      float score = *limen_loss_relevant(panel, i, r);
      panel->room[r * LIMEN_PANEL + i] = score;
      top[i] = score > top[i] ? score : top[i];
    }
  return top;
}

/* The same with each query's least relevant score in `least`; and where the relevant scores stood
 * there is now the least float, which no maximum and no sum of exponentials notices. */
static inline void limen_loss_hide(const struct limen_loss_panel *panel, float *least) {
  memset(panel->room, 0, panel->k * LIMEN_PANEL * sizeof *panel->room);
  memset(least, 0, LIMEN_PANEL * sizeof *least);
  for (size_t i = 0; i < panel->queries; i++) least[i] = INFINITY;
  for (size_t i = 0; i < panel->queries; i++)
    for (size_t r = 0; r < panel->k; r++) {
      float *score = limen_loss_relevant(panel, i, r);
      panel->room[r * LIMEN_PANEL + i] = *score;
      least[i] = *score < least[i] ? *score : least[i];
      *score = -FLT_MAX;
    }
}

LIMEN_INLINE limen_lanes limen_loss_choose(limen_lanes_int mask, limen_lanes yes, limen_lanes no) {
  return (limen_lanes)(((limen_lanes_int)yes & mask) | ((limen_lanes_int)no & ~mask));
}

/* ln(1 + e) for 0 <= e <= 1, to a few units of the result however small e is. */
LIMEN_INLINE limen_lanes limen_loss_log1p(limen_lanes e) {
  limen_lanes whole = limen_lanes_log2(1.0f + e) * (float)LIMEN_LN_2;
  limen_lanes series = e * (1.0f - e * (0.5f - e * (1.0f / 3 - e * 0.25f)));
  return limen_loss_choose(e < limen_lanes_all(0x1p-5f), series, whole);
}

/* softplus(x) = ln(1 + e^x), and its derivative, the logistic function. */
LIMEN_INLINE limen_lanes limen_loss_softplus(limen_lanes x, limen_lanes *slope) {
  limen_lanes_int above = x > limen_lanes_all(0);
  limen_lanes size = limen_lanes_max(x, -x);
  limen_lanes e = limen_lanes_exp2(size * (float)-LIMEN_LOG2_E);
  *slope = limen_loss_choose(above, limen_lanes_all(1), e) / (1.0f + e);
  return limen_lanes_max(x, limen_lanes_all(0)) + limen_loss_log1p(e);
}

#endif
