/* The data that several cells share, made by the first of them. */
#include "base/memory.h"
#include "experiments/kinds/recall/data.h"
#include "run/shared.h"

/* The parameters that data depend on, in words. */
static char *key_of(const struct limen_cell *cell, struct limen_error *error) {
  static const char *const names[] = {"data",       "metric",
                                      "r",          "n",
                                      "nq",         "k",
                                      "ambient",    "data_options",
                                      "labels",     "label_column",
                                      "dimension",  "queries",
                                      "first_seed", "tie",
                                      "lid_k",      "metamorphic"};
  struct limen_text key = {0};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct limen_value value = limen_cell_value(cell, 0, names[i]);
    limen_text_add(&key, "\n");
    limen_value_print(&value, &key);
  }
  char *copy = limen_text_status(&key, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&key), error)
                   : NULL;
  limen_text_clear(&key);
  return copy;
}

/* Who asks, and for what beside the data. */
struct asking {
  const struct limen_cell *cell;
  unsigned needs;
};

static int make(const void *context, void *thing, struct limen_error *error) {
  return recall_data_make(((const struct asking *)context)->cell, thing, error);
}

static int need(const void *context, void *thing, struct limen_error *error) {
  const struct asking *asking = context;
  return recall_data_need(asking->cell, asking->needs, thing, error);
}

static size_t bytes_of(const void *thing) {
  const struct recall_world *world = thing;
  return (world->base.rows + world->queries.rows) * world->base.columns * sizeof(float) +
         world->truth.queries * world->truth.width * 2 * sizeof(double);
}

static void clear(void *thing) { recall_data_clear(thing); }

static struct limen_shared worlds = {.size = sizeof(struct recall_world),
                                     .room = (size_t)1 << 30,
                                     .make = make,
                                     .need = need,
                                     .bytes = bytes_of,
                                     .clear = clear};

int recall_world_take(const struct limen_cell *cell, unsigned needs,
                      const struct recall_world **out, struct limen_error *error) {
  const struct asking asking = {cell, needs};
  void *thing = NULL;
  char *key = key_of(cell, error);
  int status = key ? limen_shared_take(&worlds, key, &asking, &thing, error) : LIMEN_FAILED;
  limen_free(key);
  *out = thing;
  return status;
}

void recall_world_give(const struct recall_world *world) { limen_shared_give(&worlds, world); }
void recall_world_release(void) { limen_shared_release(&worlds); }
