/* The SQLite connection of a store, shared by the files that make up store.h and by nobody else. */
#ifndef LIMEN_STORE_DATABASE_H
#define LIMEN_STORE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/error.h"

struct limen_store {
  char *folder, *path;
  sqlite3 *database;
  int lock;   /* descriptor, or -1 */
  bool whole; /* it was opened well: closing may say what it is by then */
};

/* Says what SQLite could not do, why, and what to do next. LIMEN_INPUT for a damaged file, else
 * LIMEN_FAILED. */
int limen_database_fail(struct limen_store *store, const char *doing, struct limen_error *error);

/* Runs statements without parameters. */
int limen_database_execute(struct limen_store *store, const char *statement, const char *doing,
                           struct limen_error *error);

/* Prepares `text` and binds its parameters by `types`, one letter each: t text (NULL is fine),
 * i size_t, r double (NaN becomes NULL), b blob (pointer, size_t). */
int limen_database_prepare(struct limen_store *store, sqlite3_stmt **statement,
                           struct limen_error *error, const char *text, const char *types, ...);

/* Runs a prepared statement that returns nothing, and ends it. */
int limen_database_finish(struct limen_store *store, sqlite3_stmt *statement, int status,
                          const char *doing, struct limen_error *error);

#endif
