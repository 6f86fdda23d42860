/* Losses of the free-embedding experiment (registry).
 *
 * A loss sees the scores S = Q V^T one panel of queries at a time (panels.h): document by document,
 * a query in each lane. It returns the sum over the panel's queries of each query's loss, and
 * overwrites the scores with the derivative of that query's loss by each score. The caller owns
 * means over queries, products and optimisers.
 *
 * A loss may learn numbers of its own, shared by all queries (the sigmoid's scale and bias); they
 * are trained beside the vectors. */
#ifndef LIMEN_LIMITS_LOSS_H
#define LIMEN_LIMITS_LOSS_H

#include <stddef.h>
#include <stdint.h>

enum { LIMEN_LOSS_LEARNED_MOST = 2 /* numbers that a loss learns */ };

struct limen_loss_settings {
  double tau; /* temperature, > 0; what a loss makes of it stands in its `about` */
  double learned[LIMEN_LOSS_LEARNED_MOST];
};

/* One panel of queries. */
struct limen_loss_panel {
  size_t queries;           /* lanes in use, the first ones: 1 .. LIMEN_PANEL */
  size_t n, k;              /* documents; relevant ones of each query */
  const uint32_t *relevant; /* queries x k document numbers */
  /* scores[j * LIMEN_PANEL + i] is the score of document j < n for the panel's query i, 64-byte
   * aligned and finite; |score| <= 1 up to rounding. The lanes not in use come as zeros, count for
   * nothing, and may be left as any finite numbers. */
  float *scores;
  float *room; /* 2 k x LIMEN_PANEL, 64-byte aligned: memory to work in */
  double learned_slope[LIMEN_LOSS_LEARNED_MOST]; /* out, where a loss learns: derivatives of the sum
                                                    that is returned */
};

struct limen_loss {
  const char *name, *about;
  double (*panel)(const struct limen_loss_settings *settings, struct limen_loss_panel *panel);

  /* For queries that are solved for, not trained: the loss of a query whose gap between relevant
   * and other documents is known, and its derivative by the gap. NULL: the loss is no function of
   * the gap alone. */
  double (*of_gap)(const struct limen_loss_settings *settings, double gap, double *slope);

  /* Where the learned numbers start; NULL: none are learned. */
  size_t learned;
  void (*start)(struct limen_loss_settings *settings);
};

/* NULL when there is none of that name. */
const struct limen_loss *limen_loss_find(const char *name);
const char *limen_loss_name(size_t i); /* NULL past the end */
const struct limen_loss *limen_loss_at(size_t i);

#endif
