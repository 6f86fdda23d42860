/* Rows shuffled within consecutive blocks: block 0 holds rows 0 .. size-1 in random order, block 1
 * the next, and so on; the last may be shorter. This is what a loader does that reads a file into a
 * buffer, shuffles the buffer and sends it off. (A buffer refilled row by row would let rows drift
 * far back; that is another order.) Large structure survives, small structure does not: set beside
 * random and as_given, it says on which scale an order matters. With at most `size` rows it is a
 * random order, from a stream of its own. */
#include "orders/order_parts.h"

static int arrange_1024(const struct limen_order_input *input, size_t *order,
                        struct limen_error *error) {
  return limen_order_shuffle(input, "block_shuffle_1024", 1024, order, error);
}

static int arrange_8192(const struct limen_order_input *input, size_t *order,
                        struct limen_error *error) {
  return limen_order_shuffle(input, "block_shuffle_8192", 8192, order, error);
}

const struct limen_order limen_order_block_shuffle_1024 = {
    .name = "block_shuffle_1024",
    .about = "rows shuffled within blocks of 1024; any number of variants",
    .variants = limen_order_drawn,
    .arrange = arrange_1024,
};

const struct limen_order limen_order_block_shuffle_8192 = {
    .name = "block_shuffle_8192",
    .about = "rows shuffled within blocks of 8192; any number of variants",
    .variants = limen_order_drawn,
    .arrange = arrange_8192,
};
