/* The rows as the data have them: whatever order a file was written in, or a generator drew. */
#include "orders/order.h"

static int arrange(const struct limen_order_input *input, size_t *order,
                   struct limen_error *error) {
  (void)error;
  for (size_t i = 0; i < input->base->rows; i++) order[i] = i;
  return LIMEN_OK;
}

const struct limen_order limen_order_as_given = {
    .name = "as_given",
    .about = "rows as the data have them",
    .arrange = arrange,
};
