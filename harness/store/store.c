/* SQLite with write-ahead logging: a commit is one append, readers never wait, and a kill leaves
 * either the whole cell or nothing of it. */
#include "store/store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "store/database.h"
#include "store/lock.h"
#include "store/sum.h"

static const char schema_text[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE cells(id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, text TEXT NOT NULL,"
    " code TEXT NOT NULL, rows INTEGER NOT NULL, seconds REAL NOT NULL, grp TEXT, rank REAL);"
    "CREATE TABLE measures(key TEXT NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL,"
    " value REAL, PRIMARY KEY(key, row, name)) WITHOUT ROWID;"
    "CREATE TABLE answers(key TEXT NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL,"
    " size INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(key, row, name));"
    "CREATE TABLE artifacts(grp TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,"
    " rank REAL NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(grp, name));"
    "CREATE TABLE events(time TEXT NOT NULL, text TEXT NOT NULL);";

/* ---- the schema ---- */

/* `others`: views and triggers. */
static bool read_schema(sqlite3 *database, int *version, int *tables, int *others) {
  sqlite3_stmt *statement = NULL;
  bool good = sqlite3_prepare_v2(database,
                                 "SELECT (SELECT user_version FROM pragma_user_version),"
                                 " (SELECT count(*) FROM sqlite_master),"
                                 " (SELECT count(*) FROM sqlite_master WHERE type NOT IN"
                                 " ('table', 'index'))",
                                 -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW;
  *version = good ? sqlite3_column_int(statement, 0) : 0;
  *tables = good ? sqlite3_column_int(statement, 1) : 0;
  *others = good ? sqlite3_column_int(statement, 2) : 0;
  sqlite3_finalize(statement);
  return good;
}

static int check_schema(struct limen_store *store, bool may_make, struct limen_error *error) {
  int version = 0, tables = 0, others = 0;
  if (!read_schema(store->database, &version, &tables, &others))
    return limen_database_fail(store, "read", error);
  if (tables == 0 && may_make) {
    char text[sizeof schema_text + 96];
    snprintf(text, sizeof text, "BEGIN;%sPRAGMA user_version=%d;COMMIT;", schema_text,
             LIMEN_STORE_SCHEMA);
    return limen_database_execute(store, text, "make its tables", error);
  }
  if (tables == 0 && version == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: the store holds no run yet: run it again, or start over with --fresh",
                      store->path);
  if (version != LIMEN_STORE_SCHEMA)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has schema %d, this program reads schema %d: read it with the version "
                      "that wrote it, or start over with --fresh",
                      store->path, version, LIMEN_STORE_SCHEMA);
  /* A view is a statement of the file's author, which may take for ever. */
  if (others > 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s holds views or triggers, which no run has; the file was altered: start "
                      "over with --fresh",
                      store->path);
  return LIMEN_OK;
}

/* What nobody closed well may have lost its end, and SQLite would find fewer cells without a word.
 * It looks at every page; a store with a sum need not. */
static int check_structure(struct limen_store *store, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(store, &statement, error, "PRAGMA integrity_check(1)", "");
  if (status == LIMEN_OK && sqlite3_step(statement) != SQLITE_ROW)
    status = limen_database_fail(store, "read", error);
  const char *found = status == LIMEN_OK ? (const char *)sqlite3_column_text(statement, 0) : NULL;
  if (status == LIMEN_OK && !found)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "%s: out of memory while it was checked", store->path);
  else if (status == LIMEN_OK && strcmp(found, "ok") != 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: cannot read: %.120s; the file is damaged: start over with --fresh",
                        store->path, found);
  sqlite3_finalize(statement);
  return status;
}

bool limen_store_unfilled(const char *folder) {
  sqlite3 *database = NULL;
  int version = 0, tables = 0, others = 0;
  char *path = limen_path_join(folder, "run.db", NULL);
  bool unfilled = path && limen_file_exists(path) &&
                  sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                  read_schema(database, &version, &tables, &others) && tables == 0 && version == 0;
  sqlite3_close(database);
  limen_free(path);
  return unfilled;
}

/* ---- whose folder it is ---- */

/* What a run writes beside its database. */
static const char *const written[] = {"index.html",   "report.md",    "results.csv",
                                      "summary.json", "timings.csv",  "manifest.json",
                                      "plots",        "certificates", NULL};

/* A folder with such names and no database was never a run: the names are someone's own. */
static int refuse_foreign(const char *folder, const char *database, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; written[i] && status == LIMEN_OK && !limen_file_exists(database); i++) {
    char *path = limen_path_join(folder, written[i], error);
    if (!path) return LIMEN_FAILED;
    if (limen_file_exists(path))
      status = LIMEN_FAIL(error, LIMEN_FAILED,
                          "%s holds %s but no run (no run.db), so it is not this program's to "
                          "overwrite; choose another folder with --out",
                          folder, written[i]);
    limen_free(path);
  }
  return status;
}

static int remove_all(const char *folder, const char *const *names, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; names[i] && status == LIMEN_OK; i++) {
    char *path = limen_path_join(folder, names[i], error);
    status = path ? limen_folder_remove(path, error) : LIMEN_FAILED;
    limen_free(path);
  }
  return status;
}

/* Only what a run itself writes is removed: the folder may hold a user's notes. The database goes
 * last, as it is what tells that the rest is ours: a kill in between must leave a run. */
static int remove_earlier(const char *folder, struct limen_error *error) {
  const char *const database[] = {limen_sum_name,   "run.db-wal", "run.db-shm",
                                  "run.db-journal", "run.db",     NULL};
  int status = remove_all(folder, written, error);
  return status == LIMEN_OK ? remove_all(folder, database, error) : status;
}

/* ---- opening and closing ---- */

/* Makes the folder ready for `mode`, and says whether its database is known to be whole. */
static int enter(struct limen_store *store, enum limen_store_mode mode, bool *known,
                 struct limen_error *error) {
  const char *folder = store->folder;
  *known = false;
  if (mode == LIMEN_STORE_READ) {
    if (limen_file_exists(store->path)) return limen_sum_check(folder, known, error);
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: there is no run here (no run.db); `limen run` makes one", folder);
  }
  int status = refuse_foreign(folder, store->path, error);
  if (status == LIMEN_OK) status = limen_folder_make(folder, error);
  if (status == LIMEN_OK) status = limen_lock_take(folder, &store->lock, error);
  if (status == LIMEN_OK && mode == LIMEN_STORE_FRESH) status = remove_earlier(folder, error);
  if (status == LIMEN_OK) status = limen_sum_check(folder, known, error);
  if (status == LIMEN_OK) status = limen_sum_drop(folder, error);
  return status;
}

static int connect(struct limen_store *store, bool writing, struct limen_error *error) {
  const int flags = writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
  int code = sqlite3_open_v2(store->path, &store->database, flags | SQLITE_OPEN_FULLMUTEX, NULL);
  if (code != SQLITE_OK && !writing) {
    sqlite3_close(store->database);
    code = sqlite3_open_v2(store->path, &store->database, SQLITE_OPEN_READONLY, NULL);
  }
  if (code != SQLITE_OK) return limen_database_fail(store, "open it", error);
  sqlite3_busy_timeout(store->database, 10000);
  /* The schema may be a stranger's: it gets no functions that do anything but compute. */
  sqlite3_db_config(store->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (!writing) return LIMEN_OK;
  return limen_database_execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                                "open it", error);
}

int limen_store_open(const char *folder, enum limen_store_mode mode, struct limen_store **out,
                     struct limen_error *error) {
  const bool writing = mode != LIMEN_STORE_READ;
  bool known = false;
  struct limen_store *store = limen_alloc(1, sizeof *store, error);
  if (!store) return LIMEN_FAILED;
  store->lock = -1;
  store->folder = limen_copy_text(folder, error);
  store->path = limen_path_join(folder, "run.db", error);
  int status = store->folder && store->path ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) status = enter(store, mode, &known, error);
  if (status == LIMEN_OK) status = connect(store, writing, error);
  if (status == LIMEN_OK) status = check_schema(store, writing, error);
  if (status == LIMEN_OK && !known) status = check_structure(store, error);
  store->whole = status == LIMEN_OK;
  if (status == LIMEN_OK)
    *out = store;
  else
    limen_store_close(store);
  return status;
}

void limen_store_close(struct limen_store *store) {
  if (!store) return;
  const bool folded =
      store->lock >= 0 && store->database && store->whole &&
      sqlite3_exec(store->database, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) == SQLITE_OK;
  const bool closed = sqlite3_close(store->database) == SQLITE_OK;
  if (folded && closed) limen_sum_write(store->folder);
  if (store->lock >= 0) close(store->lock);
  limen_free(store->folder);
  limen_free(store->path);
  limen_free(store);
}

const char *limen_store_folder(const struct limen_store *store) { return store->folder; }

/* ---- texts and events ---- */

int limen_store_set(struct limen_store *store, const char *name, const char *value,
                    struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(
      store, &statement, error, "INSERT OR REPLACE INTO meta VALUES(?, ?)", "tt", name, value);
  return limen_database_finish(store, statement, status, "write", error);
}

int limen_store_get(struct limen_store *store, const char *name, char **value,
                    struct limen_error *error) {
  *value = NULL;
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(store, &statement, error,
                                      "SELECT value FROM meta WHERE name = ?", "t", name);
  int step = status == LIMEN_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (step == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (!text)
      status = limen_database_fail(store, "read", error);
    else if (!(*value = limen_copy_text(text, error)))
      status = LIMEN_FAILED;
  } else if (step != SQLITE_DONE) {
    status = limen_database_fail(store, "read", error);
  }
  sqlite3_finalize(statement);
  return status;
}

int limen_store_event(struct limen_store *store, const char *text, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  char date[32];
  int status = limen_database_prepare(store, &statement, error, "INSERT INTO events VALUES(?, ?)",
                                      "tt", limen_clock_date(date), text);
  return limen_database_finish(store, statement, status, "write", error);
}
