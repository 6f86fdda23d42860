#include "support/store.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/sum.h"
#include "support/folder.h"

int store_change(const char *folder, const char *statements) {
  sqlite3 *database = NULL;
  char *path = path_of(folder, "run.db"), *sum = path_of(folder, limen_sum_name);
  assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, statements, NULL, NULL, NULL), SQLITE_OK);
  int changes = sqlite3_changes(database);
  sqlite3_close(database);
  unlink(sum);
  free(sum);
  free(path);
  return changes;
}
