/* The table, and what every order wants checked before it arranges. */
#include "orders/order.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_order entry;
#include "orders/orders.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_order *const orders[] = {
#include "orders/orders.def"
};
#undef LIMEN_ENTRY

const struct limen_order *limen_order_at(size_t i) {
  return i < sizeof orders / sizeof *orders ? orders[i] : NULL;
}

const char *limen_order_name(size_t i) {
  return limen_order_at(i) ? limen_order_at(i)->name : NULL;
}

const struct limen_order *limen_order_find(const char *name) {
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
    if (strcmp(orders[i]->name, name) == 0) return orders[i];
  return NULL;
}

/* A phrase for what the order needs and does not get; NULL: nothing. */
static const char *missing(const struct limen_order *order, const struct limen_order_input *input) {
  if ((order->needs & LIMEN_ORDER_NEEDS_LABELS) && !input->labels)
    return "a category for every row; read labels with the vectors";
  if ((order->needs & LIMEN_ORDER_NEEDS_LID) && !input->lid)
    return "the local intrinsic dimension of every row; estimate it from exact neighbours first";
  if ((order->needs & LIMEN_ORDER_NEEDS_OCCURRENCES) && !input->occurrences)
    return "how often every row is among the nearest of others; count exact neighbours first";
  return NULL;
}

size_t limen_order_variants(const struct limen_order *order,
                            const struct limen_order_input *input) {
  if (missing(order, input)) return 0;
  return order->variants ? order->variants(input) : 1;
}

int limen_order_arrange(const struct limen_order *order, const struct limen_order_input *input,
                        size_t *out, struct limen_error *error) {
  const char *what = missing(order, input);
  if (what)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the order %s needs %s, or take another order",
                      order->name, what);
  if ((order->needs & LIMEN_ORDER_NEEDS_LABELS) && input->labels->rows != input->base->rows)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the order %s needs a category for every row: there are %zu rows and %zu "
                      "labels",
                      order->name, input->base->rows, input->labels->rows);
  const size_t variants = limen_order_variants(order, input);
  if (input->variant >= variants)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the order %s has %zu variant%s here, counted from 0; variant %zu was asked "
                      "for",
                      order->name, variants, variants == 1 ? "" : "s", input->variant);
  return input->base->rows > 0 ? order->arrange(input, out, error) : LIMEN_OK;
}
