/* One lock over the lists of all tables, held for moments only, and one in every entry, held while
 * its thing is made or added to. */
#include "run/shared.h"

#include <omp.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

struct limen_shared_entry {
  struct limen_shared_entry *next;
  char *key;
  void *thing;
  omp_lock_t making;
  bool made;
  size_t holders;
  unsigned long long used; /* the take that asked for it last: the least goes first */
};

static void entry_free(struct limen_shared *shared, struct limen_shared_entry *entry) {
  if (entry->made) shared->clear(entry->thing);
  omp_destroy_lock(&entry->making);
  limen_free(entry->thing);
  limen_free(entry->key);
  limen_free(entry);
}

/* Takes things without holders out of the list, longest unused first, until the rest has room. They
 * are freed outside of the lock, as clearing a thing may give back another. */
static struct limen_shared_entry *make_room(struct limen_shared *shared) {
  struct limen_shared_entry *gone = NULL;
  for (;;) {
    struct limen_shared_entry **oldest = NULL;
    size_t bytes = 0;
    for (struct limen_shared_entry **at = &shared->entries; *at; at = &(*at)->next) {
      if ((*at)->holders > 0) continue;
      bytes += (*at)->made ? shared->bytes((*at)->thing) : 0;
      if (!oldest || (*at)->used < (*oldest)->used) oldest = at;
    }
    if (!oldest || bytes <= shared->room) return gone;
    struct limen_shared_entry *one = *oldest;
    *oldest = one->next;
    one->next = gone;
    gone = one;
  }
}

static void free_all(struct limen_shared *shared, struct limen_shared_entry *list) {
  while (list) {
    struct limen_shared_entry *gone = list;
    list = list->next;
    entry_free(shared, gone);
  }
}

static struct limen_shared_entry *add(struct limen_shared *shared, const char *key,
                                      struct limen_error *error) {
  struct limen_shared_entry *entry = limen_alloc(1, sizeof *entry, error);
  if (!entry) return NULL;
  entry->key = limen_copy_text(key, error);
  entry->thing = limen_alloc(1, shared->size, error);
  if (!entry->key || !entry->thing) {
    limen_free(entry->key);
    limen_free(entry->thing);
    limen_free(entry);
    return NULL;
  }
  omp_init_lock(&entry->making);
  entry->next = shared->entries;
  shared->entries = entry;
  return entry;
}

static struct limen_shared_entry *hold(struct limen_shared *shared, const char *key,
                                       struct limen_error *error) {
  struct limen_shared_entry *entry = shared->entries;
  while (entry && strcmp(entry->key, key) != 0) entry = entry->next;
  if (!entry) entry = add(shared, key, error);
  if (!entry) return NULL;
  entry->holders++;
  entry->used = ++shared->takes;
  return entry;
}

int limen_shared_take(struct limen_shared *shared, const char *key, const void *context, void **out,
                      struct limen_error *error) {
  struct limen_shared_entry *entry = NULL;
  int status = LIMEN_OK;
#pragma omp critical(limen_shared)
  entry = hold(shared, key, error);
  if (!entry) return LIMEN_FAILED;
  omp_set_lock(&entry->making);
  if (!entry->made) {
    status = shared->make(context, entry->thing, error);
    entry->made = status == LIMEN_OK;
    if (!entry->made) {
      shared->clear(entry->thing);
      memset(entry->thing, 0, shared->size);
    }
  }
  if (status == LIMEN_OK && shared->need) status = shared->need(context, entry->thing, error);
  omp_unset_lock(&entry->making);
  *out = entry->thing;
  if (status != LIMEN_OK) limen_shared_give(shared, entry->thing);
  return status;
}

void limen_shared_give(struct limen_shared *shared, const void *thing) {
  struct limen_shared_entry *gone = NULL;
#pragma omp critical(limen_shared)
  {
    for (struct limen_shared_entry *at = shared->entries; at; at = at->next)
      if (at->thing == thing) at->holders--;
    gone = make_room(shared);
  }
  free_all(shared, gone);
}

void limen_shared_release(struct limen_shared *shared) {
  free_all(shared, shared->entries);
  shared->entries = NULL;
}
