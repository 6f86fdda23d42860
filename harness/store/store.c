/* SQLite with write-ahead logging: a commit is one append, readers never wait, and a kill leaves
 * either the whole cell or nothing of it. */
#include "store/store.h"

#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "store/lock.h"

struct limen_store {
  char *folder, *path;
  sqlite3 *database;
  int lock; /* descriptor, or -1 */
};

static const char schema_text[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE cells(id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, text TEXT NOT NULL,"
    " code TEXT NOT NULL, rows INTEGER NOT NULL, seconds REAL NOT NULL, grp TEXT, rank REAL);"
    "CREATE TABLE measures(key TEXT NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL,"
    " value REAL, PRIMARY KEY(key, row, name)) WITHOUT ROWID;"
    "CREATE TABLE answers(key TEXT NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL,"
    " bytes BLOB NOT NULL, PRIMARY KEY(key, row, name));"
    "CREATE TABLE artifacts(grp TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,"
    " rank REAL NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(grp, name));"
    "CREATE TABLE events(time TEXT NOT NULL, text TEXT NOT NULL);";

/* ---- small helpers ---- */

static int fail(struct limen_store *store, const char *doing, struct limen_error *error) {
  int code = sqlite3_errcode(store->database);
  const char *advice = "";
  int status = LIMEN_FAILED;
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT || code == SQLITE_ERROR) {
    /* Our statements are right, so a plain error means that a table or a column is not there. */
    advice = "; the file is damaged: start over with --fresh";
    status = LIMEN_INPUT;
  } else if (code == SQLITE_FULL || code == SQLITE_IOERR) {
    advice = "; is the disk full? finished cells are safe, run again to go on";
  } else if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) {
    advice = "; choose another folder with --out";
  }
  return LIMEN_FAIL(error, status, "%s: cannot %s: %s%s", store->path, doing,
                    sqlite3_errmsg(store->database), advice);
}

static int execute(struct limen_store *store, const char *statement, const char *doing,
                   struct limen_error *error) {
  if (sqlite3_exec(store->database, statement, NULL, NULL, NULL) != SQLITE_OK)
    return fail(store, doing, error);
  return LIMEN_OK;
}

/* Prepares `text` and binds its parameters by `types`, one letter each: t text (NULL is fine),
 * i size_t, r double (NaN becomes NULL), b blob (pointer, size_t). */
static int prepare(struct limen_store *store, sqlite3_stmt **statement, struct limen_error *error,
                   const char *text, const char *types, ...) {
  if (sqlite3_prepare_v2(store->database, text, -1, statement, NULL) != SQLITE_OK)
    return fail(store, "read", error);
  int status = SQLITE_OK;
  va_list values;
  va_start(values, types);
  for (int i = 0; types[i] && status == SQLITE_OK; i++) {
    if (types[i] == 't') {
      status =
          sqlite3_bind_text(*statement, i + 1, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
    } else if (types[i] == 'i') {
      status = sqlite3_bind_int64(*statement, i + 1, (sqlite3_int64)va_arg(values, size_t));
    } else if (types[i] == 'r') {
      status = sqlite3_bind_double(*statement, i + 1, va_arg(values, double));
    } else {
      const void *bytes = va_arg(values, const void *);
      status = sqlite3_bind_blob64(*statement, i + 1, bytes, va_arg(values, size_t), SQLITE_STATIC);
    }
  }
  va_end(values);
  return status == SQLITE_OK ? LIMEN_OK : fail(store, "bind values", error);
}

/* Runs a prepared statement that returns nothing, and ends it. */
static int finish(struct limen_store *store, sqlite3_stmt *statement, int status, const char *doing,
                  struct limen_error *error) {
  if (status == LIMEN_OK && sqlite3_step(statement) != SQLITE_DONE)
    status = fail(store, doing, error);
  sqlite3_finalize(statement);
  return status;
}

/* ---- opening and closing ---- */

static int check_schema(struct limen_store *store, bool may_make, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int version = 0, tables = 0;
  if (sqlite3_prepare_v2(store->database,
                         "SELECT (SELECT user_version FROM pragma_user_version),"
                         " (SELECT count(*) FROM sqlite_master)",
                         -1, &statement, NULL) != SQLITE_OK ||
      sqlite3_step(statement) != SQLITE_ROW) {
    sqlite3_finalize(statement);
    return fail(store, "read", error);
  }
  version = sqlite3_column_int(statement, 0);
  tables = sqlite3_column_int(statement, 1);
  sqlite3_finalize(statement);
  if (tables == 0 && may_make) {
    char text[sizeof schema_text + 96];
    snprintf(text, sizeof text, "BEGIN;%sPRAGMA user_version=%d;COMMIT;", schema_text,
             LIMEN_STORE_SCHEMA);
    return execute(store, text, "make its tables", error);
  }
  if (version != LIMEN_STORE_SCHEMA)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has schema %d, this program reads schema %d: read it with the version "
                      "that wrote it, or start over with --fresh",
                      store->path, version, LIMEN_STORE_SCHEMA);
  return LIMEN_OK;
}

/* Only what a run itself writes is removed: the folder may hold a user's notes. */
static int remove_earlier(const char *folder, struct limen_error *error) {
  static const char *const files[] = {
      "run.db",      "run.db-wal",   "run.db-shm",  "run.db-journal", "index.html", "report.md",
      "results.csv", "summary.json", "timings.csv", "manifest.json",  "plots",      "certificates",
      NULL};
  int status = LIMEN_OK;
  for (size_t i = 0; files[i] && status == LIMEN_OK; i++) {
    char *path = limen_path_join(folder, files[i], error);
    status = path ? limen_folder_remove(path, error) : LIMEN_FAILED;
    limen_free(path);
  }
  return status;
}

int limen_store_open(const char *folder, enum limen_store_mode mode, struct limen_store **out,
                     struct limen_error *error) {
  int status = LIMEN_OK;
  bool writing = mode != LIMEN_STORE_READ;
  struct limen_store *store = limen_alloc(1, sizeof *store, error);
  if (!store) return LIMEN_FAILED;
  store->lock = -1;
  store->folder = limen_copy_text(folder, error);
  store->path = limen_path_join(folder, "run.db", error);
  if (!store->folder || !store->path) {
    status = LIMEN_FAILED;
    goto done;
  }
  if (writing) {
    if ((status = limen_folder_make(folder, error)) != LIMEN_OK) goto done;
    if ((status = limen_lock_take(folder, &store->lock, error)) != LIMEN_OK) goto done;
    if (mode == LIMEN_STORE_FRESH && (status = remove_earlier(folder, error)) != LIMEN_OK)
      goto done;
  } else if (!limen_file_exists(store->path)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: there is no run here (no run.db); `limen run` makes one", folder);
    goto done;
  }
  int flags = writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
  if (sqlite3_open_v2(store->path, &store->database, flags | SQLITE_OPEN_FULLMUTEX, NULL) !=
          SQLITE_OK &&
      (writing ||
       sqlite3_open_v2(store->path, &store->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)) {
    status = fail(store, "open it", error);
    goto done;
  }
  sqlite3_busy_timeout(store->database, 10000);
  if (writing)
    status =
        execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", "open it", error);
  if (status == LIMEN_OK) status = check_schema(store, writing, error);
done:
  if (status == LIMEN_OK)
    *out = store;
  else
    limen_store_close(store);
  return status;
}

void limen_store_close(struct limen_store *store) {
  if (!store) return;
  if (store->lock >= 0 && store->database)
    sqlite3_exec(store->database, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
  sqlite3_close(store->database);
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
  int status = prepare(store, &statement, error, "INSERT OR REPLACE INTO meta VALUES(?, ?)", "tt",
                       name, value);
  return finish(store, statement, status, "write", error);
}

int limen_store_get(struct limen_store *store, const char *name, char **value,
                    struct limen_error *error) {
  *value = NULL;
  sqlite3_stmt *statement = NULL;
  int status =
      prepare(store, &statement, error, "SELECT value FROM meta WHERE name = ?", "t", name);
  int step = status == LIMEN_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (step == SQLITE_ROW) {
    *value = limen_copy_text((const char *)sqlite3_column_text(statement, 0), error);
    if (!*value) status = LIMEN_FAILED;
  } else if (step != SQLITE_DONE) {
    status = fail(store, "read", error);
  }
  sqlite3_finalize(statement);
  return status;
}

int limen_store_event(struct limen_store *store, const char *text, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  char date[32];
  int status = prepare(store, &statement, error, "INSERT INTO events VALUES(?, ?)", "tt",
                       limen_clock_date(date), text);
  return finish(store, statement, status, "write", error);
}

/* ---- cells ---- */

static int put_measures(struct limen_store *store, const char *key, const char *const *names,
                        const struct limen_answer *answer, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < answer->rows * answer->measures && status == LIMEN_OK; i++) {
    sqlite3_stmt *statement = NULL;
    status =
        prepare(store, &statement, error, "INSERT OR REPLACE INTO measures VALUES(?, ?, ?, ?)",
                "titr", key, i / answer->measures, names[i % answer->measures], answer->values[i]);
    status = finish(store, statement, status, "keep a cell", error);
  }
  return status;
}

static int put_artifacts(struct limen_store *store, const char *key,
                         const struct limen_answer *answer, bool force, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error,
                       "SELECT 1 FROM artifacts WHERE grp = ?1"
                       " AND (rank > ?2 OR (rank = ?2 AND key <= ?3))",
                       "trt", answer->group, answer->rank, key);
  int step = status == LIMEN_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (step != SQLITE_ROW && step != SQLITE_DONE) status = fail(store, "keep a cell", error);
  sqlite3_finalize(statement);
  statement = NULL;
  if (status != LIMEN_OK || (step == SQLITE_ROW && !force)) return status;
  status =
      prepare(store, &statement, error, "DELETE FROM artifacts WHERE grp = ?", "t", answer->group);
  status = finish(store, statement, status, "keep a cell", error);
  for (size_t i = 0; i < answer->artifacts.count && status == LIMEN_OK; i++) {
    const struct limen_blob *blob = &answer->artifacts.blob[i];
    statement = NULL;
    status =
        prepare(store, &statement, error, "INSERT INTO artifacts VALUES(?, ?, ?, ?, ?)", "tttrb",
                answer->group, blob->name, key, answer->rank, blob->bytes, blob->count);
    status = finish(store, statement, status, "keep a cell", error);
  }
  return status;
}

static int put_all(struct limen_store *store, const char *key, const char *text, const char *code,
                   const char *const *names, const struct limen_answer *answer, bool force,
                   struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error,
                       "INSERT OR REPLACE INTO cells(key, text, code, rows, seconds, grp, rank)"
                       " VALUES(?, ?, ?, ?, ?, ?, ?)",
                       "tttirtr", key, text, code, answer->rows, answer->seconds, answer->group,
                       answer->rank);
  status = finish(store, statement, status, "keep a cell", error);
  if (status == LIMEN_OK) status = put_measures(store, key, names, answer, error);
  for (size_t i = 0; i < answer->answers.count && status == LIMEN_OK; i++) {
    const struct limen_blob *blob = &answer->answers.blob[i];
    statement = NULL;
    status = prepare(store, &statement, error, "INSERT OR REPLACE INTO answers VALUES(?, ?, ?, ?)",
                     "titb", key, blob->row, blob->name, blob->bytes, blob->count);
    status = finish(store, statement, status, "keep a cell", error);
  }
  if (status == LIMEN_OK && answer->group) status = put_artifacts(store, key, answer, force, error);
  return status;
}

int limen_store_put(struct limen_store *store, const char *key, const char *text, const char *code,
                    const char *const *names, const struct limen_answer *answer, bool force,
                    struct limen_error *error) {
  int status = execute(store, "BEGIN IMMEDIATE", "keep a cell", error);
  if (status != LIMEN_OK) return status;
  status = put_all(store, key, text, code, names, answer, force, error);
  if (status == LIMEN_OK) status = execute(store, "COMMIT", "keep a cell", error);
  if (status != LIMEN_OK) sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
  return status;
}

static int find_measures(struct limen_store *store, const char *key, const char *const *names,
                         struct limen_answer *answer, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error,
                       "SELECT row, name, value FROM measures WHERE key = ?", "t", key);
  while (status == LIMEN_OK) {
    int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) break;
    if (step != SQLITE_ROW) {
      status = fail(store, "read a cell", error);
      break;
    }
    size_t row = (size_t)sqlite3_column_int64(statement, 0);
    const char *name = (const char *)sqlite3_column_text(statement, 1);
    if (row >= answer->rows || !name || sqlite3_column_type(statement, 2) == SQLITE_NULL) continue;
    for (size_t j = 0; j < answer->measures; j++)
      if (strcmp(names[j], name) == 0)
        answer->values[row * answer->measures + j] = sqlite3_column_double(statement, 2);
  }
  sqlite3_finalize(statement);
  return status;
}

int limen_store_find(struct limen_store *store, const char *key, const char *const *names,
                     size_t measures, struct limen_answer *answer, bool *found,
                     struct limen_error *error) {
  enum { ROWS_MOST = 1000000 };
  *found = false;
  *answer = (struct limen_answer){0};
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error,
                       "SELECT rows, seconds, grp, rank FROM cells WHERE key = ?", "t", key);
  if (status != LIMEN_OK) goto done;
  int step = sqlite3_step(statement);
  if (step != SQLITE_ROW && step != SQLITE_DONE) status = fail(store, "read a cell", error);
  if (step != SQLITE_ROW) goto done;
  sqlite3_int64 rows = sqlite3_column_int64(statement, 0);
  if (rows < 1 || rows > ROWS_MOST) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: a cell claims %lld rows: start over with --fresh",
                        store->path, (long long)rows);
    goto done;
  }
  if ((status = limen_answer_init(answer, (size_t)rows, measures, error)) != LIMEN_OK) goto done;
  answer->seconds = sqlite3_column_double(statement, 1);
  answer->rank = sqlite3_column_double(statement, 3);
  const char *group = (const char *)sqlite3_column_text(statement, 2);
  if (group && !(answer->group = limen_copy_text(group, error))) status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = find_measures(store, key, names, answer, error);
  *found = status == LIMEN_OK;
done:
  if (!*found) limen_answer_clear(answer);
  sqlite3_finalize(statement);
  return status;
}

/* ---- blobs ---- */

static int take_blob(struct limen_store *store, sqlite3_stmt *statement, int status, void **bytes,
                     size_t *count, struct limen_error *error) {
  *bytes = NULL;
  *count = 0;
  if (status == LIMEN_OK) {
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
      size_t size = (size_t)sqlite3_column_bytes(statement, 0);
      *bytes = limen_copy(sqlite3_column_blob(statement, 0), size, 1, error);
      *count = size;
      if (!*bytes) status = LIMEN_FAILED;
    } else if (step != SQLITE_DONE) {
      status = fail(store, "read a blob", error);
    }
  }
  sqlite3_finalize(statement);
  return status;
}

int limen_store_answer(struct limen_store *store, const char *key, size_t row, const char *name,
                       void **bytes, size_t *count, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error,
                       "SELECT bytes FROM answers WHERE key = ? AND row = ? AND name = ?", "tit",
                       key, row, name);
  return take_blob(store, statement, status, bytes, count, error);
}

int limen_store_artifact(struct limen_store *store, const char *key, const char *name, void **bytes,
                         size_t *count, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error,
                       "SELECT bytes FROM artifacts WHERE key = ? AND name = ?", "tt", key, name);
  return take_blob(store, statement, status, bytes, count, error);
}

int limen_store_keeps(struct limen_store *store, const char *key, bool *kept,
                      struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status =
      prepare(store, &statement, error, "SELECT 1 FROM artifacts WHERE key = ? LIMIT 1", "t", key);
  int step = status == LIMEN_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (step != SQLITE_ROW && step != SQLITE_DONE) status = fail(store, "read", error);
  *kept = step == SQLITE_ROW;
  sqlite3_finalize(statement);
  return status;
}

/* ---- walking and pruning ---- */

int limen_store_each(struct limen_store *store,
                     int (*visit)(void *context, const char *text, struct limen_error *error),
                     void *context, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = prepare(store, &statement, error, "SELECT text FROM cells ORDER BY id", "");
  while (status == LIMEN_OK) {
    int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) break;
    const char *text = step == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    status = text ? visit(context, text, error) : fail(store, "list its cells", error);
  }
  sqlite3_finalize(statement);
  return status;
}

int limen_store_prune(struct limen_store *store, const char *code, struct limen_error *error) {
  static const char *const statements[] = {
      "DELETE FROM cells WHERE code <> ?",
      "DELETE FROM measures WHERE key NOT IN (SELECT key FROM cells)",
      "DELETE FROM answers WHERE key NOT IN (SELECT key FROM cells)",
      "DELETE FROM artifacts WHERE key NOT IN (SELECT key FROM cells)"};
  int status = LIMEN_OK;
  for (size_t i = 0; i < 4 && status == LIMEN_OK; i++) {
    sqlite3_stmt *statement = NULL;
    status = prepare(store, &statement, error, statements[i], i == 0 ? "t" : "", code);
    status = finish(store, statement, status, "prune", error);
  }
  return status;
}
