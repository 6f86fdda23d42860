/* Inner products of a point's neighbours, as seen from the point. */
#ifndef LIMEN_DIMENSION_LOCAL_GRAM_H
#define LIMEN_DIMENSION_LOCAL_GRAM_H

#include "dimension/neighbours.h"

struct limen_local_gram {
  size_t k;     /* neighbours that are not copies of the point, after a fill */
  double *gram; /* k x k: (x_i - x) . (x_j - x), nearest first */

  size_t most;     /* memory for so many */
  double *scratch; /* most */
  double *rows;    /* (1 + most) x columns */
  float *room;
};

/* For the `most` nearest neighbours of any point; neighbours->base is known. */
int limen_local_gram_init(struct limen_local_gram *local, const struct limen_neighbours *neighbours,
                          size_t most, struct limen_error *error);
/* O(most^2 columns). */
int limen_local_gram_fill(struct limen_local_gram *local, const struct limen_neighbours *neighbours,
                          size_t point, struct limen_error *error);
void limen_local_gram_clear(struct limen_local_gram *local);

#endif
