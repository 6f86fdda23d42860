/* The run database: one SQLite file, run.db, in a run folder. It holds every finished cell with its
 * raw answers and is all that reports and gates read. A transaction a cell: a kill or a full disk
 * at any moment loses at most the cells in flight. */
#ifndef LIMEN_STORE_STORE_H
#define LIMEN_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "store/answer.h"

enum { LIMEN_STORE_SCHEMA = 2 };

struct limen_store;

enum limen_store_mode {
  LIMEN_STORE_READ,  /* the folder and its run.db must exist; others may be writing */
  LIMEN_STORE_WRITE, /* made if missing; the folder is locked until the store is closed */
  LIMEN_STORE_FRESH  /* as WRITE, after removing what an earlier run left */
};

/* LIMEN_FAILED when the folder cannot be written, another process holds its lock (the message names
 * it; the lock dies with its process), or, when writing, the folder has no run.db but holds a name
 * that a run writes: that is someone else's, and stays; LIMEN_INPUT for a store of another schema,
 * a corrupted one, or, when reading, none. */
int limen_store_open(const char *folder, enum limen_store_mode mode, struct limen_store **out,
                     struct limen_error *error);
/* Also folds SQLite's journal back, so that a finished run is one file. NULL is fine. */
void limen_store_close(struct limen_store *store);

/* Whether a folder's database was begun and never got its tables: the run that made it was cut
 * short in its first moments, and nothing is lost with it. */
bool limen_store_unfilled(const char *folder);

const char *limen_store_folder(const struct limen_store *store);

/* Named texts: the definition, the command, and so on. *value is NULL when there is none; released
 * by limen_free. */
int limen_store_set(struct limen_store *store, const char *name, const char *value,
                    struct limen_error *error);
int limen_store_get(struct limen_store *store, const char *name, char **value,
                    struct limen_error *error);

/* Appends to the run's diary. */
int limen_store_event(struct limen_store *store, const char *text, struct limen_error *error);

/* Keeps a finished cell. `key` is its identity (a hash), `text` the same in words, `code` the hash
 * of the code that computed it, `names` the measures' names. An artifact replaces that of its group
 * when its rank is higher, or equal and its key sorts earlier, so that the order of arrival does
 * not show; or when `force` is set. */
int limen_store_put(struct limen_store *store, const char *key, const char *text, const char *code,
                    const char *const *names, const struct limen_answer *answer, bool force,
                    struct limen_error *error);

/* Finds a finished cell; *found says whether it was there. Fills values, seconds and group, not
 * the blobs: they are read one by one when wanted. */
int limen_store_find(struct limen_store *store, const char *key, const char *const *names,
                     size_t measures, struct limen_answer *answer, bool *found,
                     struct limen_error *error);

/* A per-query answer of a cell; *bytes is NULL when there is none; released by limen_free. */
int limen_store_answer(struct limen_store *store, const char *key, size_t row, const char *name,
                       void **bytes, size_t *count, struct limen_error *error);

/* An artifact of a cell; *bytes is NULL when the group keeps another cell's. */
int limen_store_artifact(struct limen_store *store, const char *key, const char *name, void **bytes,
                         size_t *count, struct limen_error *error);

/* Whether the store still keeps artifacts of this cell. */
int limen_store_keeps(struct limen_store *store, const char *key, bool *kept,
                      struct limen_error *error);

/* Calls `visit` with every cell's text, in insertion order; stops at the first failure. */
int limen_store_each(struct limen_store *store,
                     int (*visit)(void *context, const char *text, struct limen_error *error),
                     void *context, struct limen_error *error);

/* Forgets cells computed by other code than `code`, and artifacts of cells that are gone. */
int limen_store_prune(struct limen_store *store, const char *code, struct limen_error *error);

#endif
