/* Insertion orders (registry: orders.def): the sequence in which rows go into an index. */
#ifndef LIMEN_ORDERS_ORDER_H
#define LIMEN_ORDERS_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"

/* What an order may look at. */
struct limen_order_input {
  const struct limen_matrix *base;
  enum limen_metric metric;
  const struct limen_labels *labels; /* a category per row; NULL: none */
  const double *lid;                 /* per row, local intrinsic dimension; NaN: undefined (last) */
  const uint32_t *occurrences;       /* per row, how many rows have it among their k nearest */
  uint64_t seed;                     /* of orders that draw; each has a stream of its own */
  size_t variant;                    /* which of the order's variants */
};

enum { LIMEN_ORDER_NEEDS_LABELS = 1, LIMEN_ORDER_NEEDS_LID = 2, LIMEN_ORDER_NEEDS_OCCURRENCES = 4 };

struct limen_order {
  const char *name, *about;
  unsigned needs;
  /* How many variants there are: random orders have SIZE_MAX, orders by category as many as there
   * are permutations (SIZE_MAX beyond LIMEN_CATEGORIES_ALL categories: they are drawn). NULL: one.
   */
  size_t (*variants)(const struct limen_order_input *input);
  /* Fills order[0 .. base->rows): order[i] is the row inserted as the i-th. Equal keys are ordered
   * by row. */
  int (*arrange)(const struct limen_order_input *input, size_t *order, struct limen_error *error);
};
enum { LIMEN_CATEGORIES_ALL = 5 /* 5! = 120 permutations are few enough to see all of them */ };

const struct limen_order *limen_order_find(const char *name);
const struct limen_order *limen_order_at(size_t i); /* NULL past the end */
const char *limen_order_name(size_t i);

/* 0 when what the order needs is not there. */
size_t limen_order_variants(const struct limen_order *order, const struct limen_order_input *input);

/* Arranges. LIMEN_INPUT, in words, when what the order needs is not there or a row has no place
 * (not finite, or zero under cosine, for orders by distance); LIMEN_USAGE for a variant past the
 * last. */
int limen_order_arrange(const struct limen_order *order, const struct limen_order_input *input,
                        size_t *out, struct limen_error *error);

#endif
