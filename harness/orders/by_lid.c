/* By local intrinsic dimension: the two orders that Elliott and Clark compare ("The Impacts of
 * Data, Ordering, and Intrinsic Dimensionality on Recall in Hierarchical Navigable Small Worlds",
 * arXiv 2405.17813). Rows without an estimate (copies of others, say) come last in both, so the one
 * order is the other reversed only where all rows have one and none are equal. */
#include "orders/order_parts.h"

static int ascending(const struct limen_order_input *input, size_t *order,
                     struct limen_error *error) {
  return limen_order_by_key(input->lid, input->base->rows, false, order, error);
}

static int descending(const struct limen_order_input *input, size_t *order,
                      struct limen_error *error) {
  return limen_order_by_key(input->lid, input->base->rows, true, order, error);
}

const struct limen_order limen_order_lid_ascending = {
    .name = "lid_ascending",
    .about = "lowest local intrinsic dimension first",
    .needs = LIMEN_ORDER_NEEDS_LID,
    .arrange = ascending,
};

const struct limen_order limen_order_lid_descending = {
    .name = "lid_descending",
    .about = "highest local intrinsic dimension first",
    .needs = LIMEN_ORDER_NEEDS_LID,
    .arrange = descending,
};
