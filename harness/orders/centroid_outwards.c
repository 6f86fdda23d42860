/* From the centroid of all rows outwards, by Euclidean distance (of unit rows under cosine, see
 * order_parts.h): the core is complete before the rim begins. */
#include "base/memory.h"
#include "orders/order_parts.h"

static int arrange(const struct limen_order_input *input, size_t *order,
                   struct limen_error *error) {
  const size_t n = input->base->rows;
  struct limen_order_space space;
  double *keys = NULL;
  int status = limen_order_space_init(&space, input, error);
  if (status != LIMEN_OK) goto done;
  status = LIMEN_FAILED;
  if (!(keys = limen_alloc(n, sizeof *keys, error))) goto done;
  limen_order_space_from_centroid(&space, keys);
  status = limen_order_by_key(keys, n, false, order, error);
done:
  limen_order_space_clear(&space);
  limen_free(keys);
  return status;
}

const struct limen_order limen_order_centroid_outwards = {
    .name = "centroid_outwards",
    .about = "rows nearest to the centroid first",
    .arrange = arrange,
};
