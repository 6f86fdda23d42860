#include "store/database.h"

#include <stdarg.h>
#include <stddef.h>

int limen_database_fail(struct limen_store *store, const char *doing, struct limen_error *error) {
  int code = sqlite3_errcode(store->database);
  const char *advice = "";
  int status = LIMEN_FAILED;
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
    /* SQLite did what it was asked, so it is what it gave that cannot be: NULL for a text. */
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: cannot %s: a value is missing; the file is damaged: start over with "
                      "--fresh",
                      store->path, doing);
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT || code == SQLITE_ERROR ||
      code == SQLITE_TOOBIG || code == SQLITE_FORMAT || code == SQLITE_MISMATCH) {
    /* Our statements are right, so a plain error means that a table or a column is not there; and
     * short, so that what is too long is the file's own schema. */
    advice = "; the file is damaged: start over with --fresh";
    status = LIMEN_INPUT;
  } else if (code == SQLITE_FULL || code == SQLITE_IOERR) {
    advice = "; is the disk full? finished cells are safe, run again to go on";
  } else if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) {
    advice = "; make room on its disk, or choose another folder with --out";
  } else if (code == SQLITE_NOMEM) {
    advice = "; try a smaller n or fewer threads, finished cells are safe";
  }
  return LIMEN_FAIL(error, status, "%s: cannot %s: %s%s", store->path, doing,
                    sqlite3_errmsg(store->database), advice);
}

int limen_database_execute(struct limen_store *store, const char *statement, const char *doing,
                           struct limen_error *error) {
  if (sqlite3_exec(store->database, statement, NULL, NULL, NULL) != SQLITE_OK)
    return limen_database_fail(store, doing, error);
  return LIMEN_OK;
}

int limen_database_prepare(struct limen_store *store, sqlite3_stmt **statement,
                           struct limen_error *error, const char *text, const char *types, ...) {
  if (sqlite3_prepare_v2(store->database, text, -1, statement, NULL) != SQLITE_OK)
    return limen_database_fail(store, "read", error);
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
  return status == SQLITE_OK ? LIMEN_OK : limen_database_fail(store, "bind values", error);
}

int limen_database_finish(struct limen_store *store, sqlite3_stmt *statement, int status,
                          const char *doing, struct limen_error *error) {
  if (status == LIMEN_OK && sqlite3_step(statement) != SQLITE_DONE)
    status = limen_database_fail(store, doing, error);
  sqlite3_finalize(statement);
  return status;
}
