/* Losses of the free-embedding experiment (registry).
 *
 * A loss sees blocks of the score matrix S = Q V^T: `rows` queries by n documents, row-major. It
 * returns the sum over the block's queries of each query's loss, and overwrites the scores with the
 * derivative of that query's loss by each score. The caller owns means over queries, products and
 * optimisers. */
#ifndef LIMEN_LIMITS_LOSS_H
#define LIMEN_LIMITS_LOSS_H

#include <stddef.h>
#include <stdint.h>

struct limen_loss_settings {
  double tau; /* temperature, > 0 */
};

struct limen_loss {
  const char *name, *about;
  /* `relevant`: rows x k document numbers. Scores are finite; |score| <= 1 up to rounding. */
  double (*block)(const struct limen_loss_settings *settings, size_t rows, size_t n, size_t k,
                  const uint32_t *relevant, float *scores);
};

/* NULL when there is none of that name. */
const struct limen_loss *limen_loss_find(const char *name);
const char *limen_loss_name(size_t i); /* NULL past the end */
const struct limen_loss *limen_loss_at(size_t i);

#endif
