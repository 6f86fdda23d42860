/* By Euclidean length of the vectors as given. Under cosine an index does not see lengths, and the
 * order is one that has nothing to do with the geometry, which is a control worth having. */
#include "orders/order_parts.h"

static int arrange(const struct limen_order_input *input, bool down, size_t *order,
                   struct limen_error *error) {
  struct limen_order_input euclidean = *input;
  struct limen_order_space space;
  euclidean.metric = LIMEN_L2; /* a zero row has a length */
  int status = limen_order_space_init(&space, &euclidean, error);
  if (status == LIMEN_OK)
    status = limen_order_by_key(space.squares, input->base->rows, down, order, error);
  limen_order_space_clear(&space);
  return status;
}

static int ascending(const struct limen_order_input *input, size_t *order,
                     struct limen_error *error) {
  return arrange(input, false, order, error);
}

static int descending(const struct limen_order_input *input, size_t *order,
                      struct limen_error *error) {
  return arrange(input, true, order, error);
}

const struct limen_order limen_order_norm_ascending = {
    .name = "norm_ascending",
    .about = "shortest vectors first",
    .arrange = ascending,
};

const struct limen_order limen_order_norm_descending = {
    .name = "norm_descending",
    .about = "longest vectors first",
    .arrange = descending,
};
