/* What several cells of a run need and one of them makes: data that was read, an index of texts. A
 * cell that needs the same waits while it is made; cells that need other things go on.
 *
 * Nothing of this shows in a result: a thing is a function of its key. Things that no cell holds
 * are kept while there is room, as the next cell most often wants the same. */
#ifndef LIMEN_RUN_SHARED_H
#define LIMEN_RUN_SHARED_H

#include <stddef.h>

#include "base/error.h"

/* A kind of thing, and a table of its own. */
struct limen_shared {
  size_t size; /* bytes of a thing, which is zeroed before it is made */
  size_t room; /* bytes of things kept without a holder, as `bytes` tells them */
  int (*make)(const void *context, void *thing, struct limen_error *error);
  /* Called for every taker, one at a time, once it is made: may add what this taker needs. NULL. */
  int (*need)(const void *context, void *thing, struct limen_error *error);
  size_t (*bytes)(const void *thing);
  void (*clear)(void *thing); /* also after a failed make */

  struct limen_shared_entry *entries; /* private: a list */
  unsigned long long takes;
};

/* Lends the thing of a key, made from `context` when it is not there; given back by
 * limen_shared_give. */
int limen_shared_take(struct limen_shared *shared, const char *key, const void *context, void **out,
                      struct limen_error *error);
void limen_shared_give(struct limen_shared *shared, const void *thing);

/* Clears all; nothing may be lent. */
void limen_shared_release(struct limen_shared *shared);

#endif
