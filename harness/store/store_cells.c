/* Cells in the store: kept in one transaction each, found again, read blob by blob, pruned. */
#include <string.h>

#include "base/memory.h"
#include "store/database.h"
#include "store/packing.h"
#include "store/store.h"

/* ---- cells ---- */

static int put_measures(struct limen_store *store, const char *key, const char *const *names,
                        const struct limen_answer *answer, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < answer->rows * answer->measures && status == LIMEN_OK; i++) {
    sqlite3_stmt *statement = NULL;
    status = limen_database_prepare(
        store, &statement, error, "INSERT OR REPLACE INTO measures VALUES(?, ?, ?, ?)", "titr", key,
        i / answer->measures, names[i % answer->measures], answer->values[i]);
    status = limen_database_finish(store, statement, status, "keep a cell", error);
  }
  return status;
}

static int put_artifacts(struct limen_store *store, const char *key,
                         const struct limen_answer *answer, bool force, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(store, &statement, error,
                                      "SELECT 1 FROM artifacts WHERE grp = ?1"
                                      " AND (rank > ?2 OR (rank = ?2 AND key <= ?3))",
                                      "trt", answer->group, answer->rank, key);
  int step = status == LIMEN_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (step != SQLITE_ROW && step != SQLITE_DONE)
    status = limen_database_fail(store, "keep a cell", error);
  sqlite3_finalize(statement);
  statement = NULL;
  if (status != LIMEN_OK || (step == SQLITE_ROW && !force)) return status;
  status = limen_database_prepare(store, &statement, error, "DELETE FROM artifacts WHERE grp = ?",
                                  "t", answer->group);
  status = limen_database_finish(store, statement, status, "keep a cell", error);
  for (size_t i = 0; i < answer->artifacts.count && status == LIMEN_OK; i++) {
    const struct limen_blob *blob = &answer->artifacts.blob[i];
    statement = NULL;
    status = limen_database_prepare(
        store, &statement, error, "INSERT INTO artifacts VALUES(?, ?, ?, ?, ?)", "tttrb",
        answer->group, blob->name, key, answer->rank, blob->bytes, blob->count);
    status = limen_database_finish(store, statement, status, "keep a cell", error);
  }
  return status;
}

/* `size` is the blob's own; packed bytes are fewer. */
static int put_answer(struct limen_store *store, const char *key, const struct limen_blob *blob,
                      struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  void *packed = NULL;
  size_t length = 0;
  int status = limen_pack(blob->bytes, blob->count, &packed, &length, error);
  if (status == LIMEN_OK)
    status = limen_database_prepare(store, &statement, error,
                                    "INSERT OR REPLACE INTO answers VALUES(?, ?, ?, ?, ?)", "titib",
                                    key, blob->row, blob->name, blob->count,
                                    packed ? packed : blob->bytes, packed ? length : blob->count);
  status = limen_database_finish(store, statement, status, "keep a cell", error);
  limen_free(packed);
  return status;
}

static int put_all(struct limen_store *store, const char *key, const char *text, const char *code,
                   const char *const *names, const struct limen_answer *answer, bool force,
                   struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(
      store, &statement, error,
      "INSERT OR REPLACE INTO cells(key, text, code, rows, seconds, grp, rank)"
      " VALUES(?, ?, ?, ?, ?, ?, ?)",
      "tttirtr", key, text, code, answer->rows, answer->seconds, answer->group, answer->rank);
  status = limen_database_finish(store, statement, status, "keep a cell", error);
  if (status == LIMEN_OK) status = put_measures(store, key, names, answer, error);
  for (size_t i = 0; i < answer->answers.count && status == LIMEN_OK; i++)
    status = put_answer(store, key, &answer->answers.blob[i], error);
  if (status == LIMEN_OK && answer->group) status = put_artifacts(store, key, answer, force, error);
  return status;
}

int limen_store_put(struct limen_store *store, const char *key, const char *text, const char *code,
                    const char *const *names, const struct limen_answer *answer, bool force,
                    struct limen_error *error) {
  int status = limen_database_execute(store, "BEGIN IMMEDIATE", "keep a cell", error);
  if (status != LIMEN_OK) return status;
  status = put_all(store, key, text, code, names, answer, force, error);
  if (status == LIMEN_OK) status = limen_database_execute(store, "COMMIT", "keep a cell", error);
  if (status != LIMEN_OK) sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
  return status;
}

static int find_measures(struct limen_store *store, const char *key, const char *const *names,
                         struct limen_answer *answer, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(
      store, &statement, error, "SELECT row, name, value FROM measures WHERE key = ?", "t", key);
  while (status == LIMEN_OK) {
    int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) break;
    if (step != SQLITE_ROW) {
      status = limen_database_fail(store, "read a cell", error);
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
  int status =
      limen_database_prepare(store, &statement, error,
                             "SELECT rows, seconds, grp, rank FROM cells WHERE key = ?", "t", key);
  if (status != LIMEN_OK) goto done;
  int step = sqlite3_step(statement);
  if (step != SQLITE_ROW && step != SQLITE_DONE)
    status = limen_database_fail(store, "read a cell", error);
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

static int unpack(struct limen_store *store, const void *stored, size_t length, size_t size,
                  void **bytes, struct limen_error *error) {
  struct limen_error why = {0};
  int status = limen_unpack(stored, length, size, bytes, &why);
  if (status == LIMEN_OK) return status;
  return LIMEN_FAIL(error, status, "%s: cannot read a blob: %.200s%s", store->path, why.text,
                    status == LIMEN_INPUT ? "; the file is damaged: start over with --fresh" : "");
}

/* Columns: the bytes, and how many they are unpacked. */
static int take_blob(struct limen_store *store, sqlite3_stmt *statement, int status, void **bytes,
                     size_t *count, struct limen_error *error) {
  *bytes = NULL;
  *count = 0;
  if (status == LIMEN_OK) {
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
      const void *stored = sqlite3_column_blob(statement, 0);
      size_t length = (size_t)sqlite3_column_bytes(statement, 0);
      size_t size = (size_t)sqlite3_column_int64(statement, 1);
      if (size != length)
        status = unpack(store, stored, length, size, bytes, error);
      else if (!(*bytes = limen_copy(stored, size, 1, error)))
        status = LIMEN_FAILED;
      if (status == LIMEN_OK) *count = size;
    } else if (step != SQLITE_DONE) {
      status = limen_database_fail(store, "read a blob", error);
    }
  }
  sqlite3_finalize(statement);
  return status;
}

int limen_store_answer(struct limen_store *store, const char *key, size_t row, const char *name,
                       void **bytes, size_t *count, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(
      store, &statement, error,
      "SELECT bytes, size FROM answers WHERE key = ? AND row = ? AND name = ?", "tit", key, row,
      name);
  return take_blob(store, statement, status, bytes, count, error);
}

int limen_store_artifact(struct limen_store *store, const char *key, const char *name, void **bytes,
                         size_t *count, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(
      store, &statement, error,
      "SELECT bytes, length(bytes) FROM artifacts WHERE key = ? AND name = ?", "tt", key, name);
  return take_blob(store, statement, status, bytes, count, error);
}

int limen_store_keeps(struct limen_store *store, const char *key, bool *kept,
                      struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status = limen_database_prepare(store, &statement, error,
                                      "SELECT 1 FROM artifacts WHERE key = ? LIMIT 1", "t", key);
  int step = status == LIMEN_OK ? sqlite3_step(statement) : SQLITE_DONE;
  if (step != SQLITE_ROW && step != SQLITE_DONE) status = limen_database_fail(store, "read", error);
  *kept = step == SQLITE_ROW;
  sqlite3_finalize(statement);
  return status;
}

/* ---- walking and pruning ---- */

int limen_store_each(struct limen_store *store,
                     int (*visit)(void *context, const char *text, struct limen_error *error),
                     void *context, struct limen_error *error) {
  sqlite3_stmt *statement = NULL;
  int status =
      limen_database_prepare(store, &statement, error, "SELECT text FROM cells ORDER BY id", "");
  while (status == LIMEN_OK) {
    int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) break;
    const char *text = step == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    status =
        text ? visit(context, text, error) : limen_database_fail(store, "list its cells", error);
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
    status =
        limen_database_prepare(store, &statement, error, statements[i], i == 0 ? "t" : "", code);
    status = limen_database_finish(store, statement, status, "prune", error);
  }
  return status;
}
