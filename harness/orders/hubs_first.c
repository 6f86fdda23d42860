/* Hubs first: rows that are among the nearest of many others before those that are among nobody's.
 * Early rows collect links of all that come later, so this order helps the rich. */
#include "base/memory.h"
#include "orders/order_parts.h"

static int arrange(const struct limen_order_input *input, size_t *order,
                   struct limen_error *error) {
  const size_t n = input->base->rows;
  double *keys = limen_alloc(n, sizeof *keys, error);
  if (!keys) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++) keys[i] = input->occurrences[i];
  int status = limen_order_by_key(keys, n, true, order, error);
  limen_free(keys);
  return status;
}

const struct limen_order limen_order_hubs_first = {
    .name = "hubs_first",
    .about = "rows first that are among the k nearest of many others",
    .needs = LIMEN_ORDER_NEEDS_OCCURRENCES,
    .arrange = arrange,
};
