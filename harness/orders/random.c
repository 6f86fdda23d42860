/* A random permutation: the null against which every other order is held. */
#include "orders/order_parts.h"

static int arrange(const struct limen_order_input *input, size_t *order,
                   struct limen_error *error) {
  return limen_order_shuffle(input, "random", input->base->rows, order, error);
}

const struct limen_order limen_order_random = {
    .name = "random",
    .about = "a random permutation of all rows; any number of variants",
    .variants = limen_order_drawn,
    .arrange = arrange,
};
