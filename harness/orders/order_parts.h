/* What several orders are made of. */
#ifndef LIMEN_ORDERS_ORDER_PARTS_H
#define LIMEN_ORDERS_ORDER_PARTS_H

#include "orders/order.h"

/* Sorts rows 0 .. n-1 by their keys, equal ones by row; NaN stands last in either direction.
 * O(n log n). */
int limen_order_by_key(const double *keys, size_t n, bool descending, size_t *order,
                       struct limen_error *error);

/* order := 0 .. n-1, shuffled within consecutive blocks of `block` rows (the last one may be
 * shorter), all from the stream "orders/NAME/VARIANT". */
int limen_order_shuffle(const struct limen_order_input *input, const char *name, size_t block,
                        size_t *order, struct limen_error *error);

/* For `variants` of orders that draw. */
size_t limen_order_drawn(const struct limen_order_input *input);

/* ---- geometry ---- */

/* Where orders that look at vectors measure: under cosine among the rows scaled to unit length, as
 * engines see them; otherwise among the rows as they are. An inner product is no distance (a row is
 * not its own nearest), so under it the space is Euclidean too. */
struct limen_order_space {
  const struct limen_matrix *base; /* not owned, must outlive the space */
  bool unit;                       /* rows count as scaled to unit length */
  double *squares;                 /* per row: squared length before scaling */
  double *centroid;                /* columns: the mean of the rows */
};

/* At least one row. LIMEN_INPUT for a row that is not finite, or zero where it has to be scaled. */
int limen_order_space_init(struct limen_order_space *space, const struct limen_order_input *input,
                           struct limen_error *error);
void limen_order_space_clear(struct limen_order_space *space);

/* Grows with the Euclidean distance of two rows: its square, or half of that for unit rows. */
double limen_order_space_between(const struct limen_order_space *space, size_t i, size_t j);

/* out[i]: the squared Euclidean distance of row i to the centroid. */
void limen_order_space_from_centroid(const struct limen_order_space *space, double *out);

#endif
