/* Losses of the free-embedding experiment (registry).
 *
 * A loss sees the scores S = Q V^T one panel of queries at a time (panels.h): document by document,
 * a query in each lane. It returns the sum over the panel's queries of each query's loss, and
 * overwrites the scores with the derivative of that query's loss by each score. The caller owns
 * means over queries, products and optimisers. */
#ifndef LIMEN_LIMITS_LOSS_H
#define LIMEN_LIMITS_LOSS_H

#include <stddef.h>
#include <stdint.h>

struct limen_loss_settings {
  double tau; /* temperature, > 0 */
};

struct limen_loss {
  const char *name, *about;
  /* scores[j * LIMEN_PANEL + i] is the score of document j < n for the panel's query i, 64-byte
   * aligned and finite; |score| <= 1 up to rounding. The first `queries` lanes are in use
   * (1 .. LIMEN_PANEL); the others come as zeros, count for nothing, and may be left as any finite
   * numbers. `relevant`: queries x k document numbers. */
  double (*panel)(const struct limen_loss_settings *settings, size_t queries, size_t n, size_t k,
                  const uint32_t *relevant, float *scores);
};

/* NULL when there is none of that name. */
const struct limen_loss *limen_loss_find(const char *name);
const char *limen_loss_name(size_t i); /* NULL past the end */
const struct limen_loss *limen_loss_at(size_t i);

#endif
