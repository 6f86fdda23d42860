/* The table of worlds: data that several cells share, made by the first of them. Cells of other
 * data go on meanwhile. A world that no cell holds is kept while there is room, as the next cell
 * most often wants it. Nothing of this shows in a result: a world is a function of its cell's
 * parameters.
 */
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/recall/data.h"

enum { WORLDS_MOST = 64 };
static const size_t ROOM = (size_t)1 << 30; /* bytes of worlds kept without a holder */

struct entry {
  char *key;
  struct recall_world world;
  omp_lock_t making; /* held while the world is made or added to */
  bool made;
  size_t holders;
  uint64_t used; /* a count of takes: the least is thrown away first */
};

static struct entry *entries[WORLDS_MOST];
static size_t n_entries;
static uint64_t takes;

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

static void entry_free(struct entry *entry) {
  recall_data_clear(&entry->world);
  omp_destroy_lock(&entry->making);
  limen_free(entry->key);
  limen_free(entry);
}

static size_t bytes_of(const struct recall_world *world) {
  return (world->base.rows + world->queries.rows) * world->base.columns * sizeof(float) +
         world->truth.queries * world->truth.width * 2 * sizeof(double);
}

/* Throws away worlds without holders, longest unused first, until the rest has room. Under the
 * table's lock. */
static void make_room(size_t slots) {
  for (;;) {
    size_t bytes = 0, oldest = n_entries;
    for (size_t i = 0; i < n_entries; i++) {
      if (entries[i]->holders > 0) continue;
      bytes += bytes_of(&entries[i]->world);
      if (oldest == n_entries || entries[i]->used < entries[oldest]->used) oldest = i;
    }
    if (oldest == n_entries || (bytes <= ROOM && n_entries + slots <= WORLDS_MOST)) return;
    entry_free(entries[oldest]);
    entries[oldest] = entries[--n_entries];
  }
}

/* Finds or makes the entry of a key, and holds it. Under the table's lock; takes `key` over. */
static struct entry *hold(char *key, struct limen_error *error) {
  for (size_t i = 0; i < n_entries; i++)
    if (strcmp(entries[i]->key, key) == 0) {
      limen_free(key);
      entries[i]->holders++;
      entries[i]->used = ++takes;
      return entries[i];
    }
  make_room(1);
  struct entry *entry = n_entries < WORLDS_MOST ? limen_alloc(1, sizeof *entry, error) : NULL;
  if (!entry) {
    if (n_entries == WORLDS_MOST)
      LIMEN_FAIL(error, LIMEN_FAILED, "more than %d sets of data at once: use fewer threads",
                 WORLDS_MOST);
    limen_free(key);
    return NULL;
  }
  *entry = (struct entry){.key = key, .holders = 1, .used = ++takes};
  omp_init_lock(&entry->making);
  entries[n_entries++] = entry;
  return entry;
}

int recall_world_take(const struct limen_cell *cell, unsigned needs,
                      const struct recall_world **out, struct limen_error *error) {
  struct entry *entry = NULL;
  char *key = key_of(cell, error);
  if (!key) return LIMEN_FAILED;
#pragma omp critical(limen_recall_worlds)
  entry = hold(key, error);
  if (!entry) return LIMEN_FAILED;
  omp_set_lock(&entry->making);
  int status = LIMEN_OK;
  if (!entry->made) {
    status = recall_data_make(cell, &entry->world, error);
    if (status != LIMEN_OK) recall_data_clear(&entry->world);
    entry->made = status == LIMEN_OK;
  }
  if (status == LIMEN_OK) status = recall_data_need(cell, needs, &entry->world, error);
  omp_unset_lock(&entry->making);
  *out = &entry->world;
  if (status != LIMEN_OK) recall_world_give(&entry->world);
  return status;
}

void recall_world_give(const struct recall_world *world) {
#pragma omp critical(limen_recall_worlds)
  {
    for (size_t i = 0; i < n_entries; i++)
      if (&entries[i]->world == world) entries[i]->holders--;
    make_room(0);
  }
}

void recall_world_release(void) {
  for (size_t i = 0; i < n_entries; i++) entry_free(entries[i]);
  n_entries = 0;
}
