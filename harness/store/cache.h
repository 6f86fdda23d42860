/* The cache of things that are costly to make and the same every time: exact neighbours, generated
 * data. An entry is found by what it is, its key in words, and is written once.
 *
 * The folder is $LIMEN_CACHE, else $XDG_CACHE_HOME/limen, else $HOME/.cache/limen. An entry is a
 * folder in it, named by the SHA-256 of the key, with three files: `content`, `key` (for people)
 * and `SHA256SUMS` over `content`. It comes into place by one rename, so a reader finds all of it
 * or nothing. Everything in the cache may be removed at any time while no program runs. */
#ifndef LIMEN_STORE_CACHE_H
#define LIMEN_STORE_CACHE_H

#include <stdbool.h>

#include "base/error.h"

/* Looks for what was put under `key`. *found says whether it is there; *path is then the file that
 * holds it, released by limen_free, and NULL otherwise. The content is hashed every time: an entry
 * whose hash is not the one it was put with is removed and counts as absent. LIMEN_FAILED when no
 * variable says where the cache is. */
int limen_cache_get(const char *key, char **path, bool *found, struct limen_error *error);

/* Makes and keeps an entry: `write` makes the file at `path`, which is in the cache's folder but
 * not in its place yet. *path is then as from limen_cache_get. When someone else put the same key
 * in the meantime, theirs stays and ours is dropped: contents follow from their key. A failed
 * `write` leaves no trace, and its status comes back. */
int limen_cache_put(const char *key,
                    int (*write)(void *context, const char *path, struct limen_error *error),
                    void *context, char **path, struct limen_error *error);

#endif
