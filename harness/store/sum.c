#include "store/sum.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"

const char limen_sum_name[] = ".run.db.sha256";

static const char database[] = "run.db";
enum { LINE = LIMEN_HASH_SIZE + sizeof "  run.db\n" };

static int line_of(const char *folder, char line[LINE], struct limen_error *error) {
  char *path = limen_path_join(folder, database, error);
  int status = path ? limen_hash_file(path, line, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) strcat(strcat(strcat(line, "  "), database), "\n");
  limen_free(path);
  return status;
}

/* *line is NULL when there is no sum; else released by limen_free. */
static int read_line(const char *folder, char **line, struct limen_error *error) {
  size_t length = 0;
  char *path = limen_path_join(folder, limen_sum_name, error);
  int status = path ? LIMEN_OK : LIMEN_FAILED;
  *line = NULL;
  if (path && limen_file_exists(path)) {
    status = limen_file_read(path, LINE, line, &length, error);
    if (status == LIMEN_INPUT && !limen_file_exists(path)) status = LIMEN_OK; /* gone meanwhile */
  }
  limen_free(path);
  return status;
}

/* Whoever removed the database wants to start over. */
static bool is_there(const char *folder) {
  char *path = limen_path_join(folder, database, NULL);
  bool there = path && limen_file_exists(path);
  limen_free(path);
  return there;
}

static bool same(const char *a, const char *b) { return a && b && strcmp(a, b) == 0; }

int limen_sum_check(const char *folder, bool *known, struct limen_error *error) {
  char *before = NULL, *after = NULL, found[LINE];
  int status = read_line(folder, &before, error);
  *known = false;
  if (status != LIMEN_OK || !before || !is_there(folder)) goto done;
  status = line_of(folder, found, error);
  /* Where another sum stands by now, or none, a run has begun to write in between. */
  *known = status == LIMEN_OK && same(before, found);
  if (status == LIMEN_OK && !*known) status = read_line(folder, &after, error);
  if (status == LIMEN_OK && same(before, after))
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s/%s is damaged: it is not what it was when its run ended, its SHA-256 "
                        "was %.12s... and is %.12s...; start over with --fresh",
                        folder, database, before, found);
done:
  limen_free(before);
  limen_free(after);
  return status;
}

int limen_sum_drop(const char *folder, struct limen_error *error) {
  char *path = limen_path_join(folder, limen_sum_name, error);
  int status = path ? LIMEN_OK : LIMEN_FAILED;
  if (path && unlink(path) != 0 && errno != ENOENT)
    status =
        LIMEN_FAIL(error, LIMEN_FAILED, "cannot remove %s: %s; choose another folder with --out",
                   path, strerror(errno));
  limen_free(path);
  return status;
}

void limen_sum_write(const char *folder) {
  char line[LINE], *path = limen_path_join(folder, limen_sum_name, NULL);
  if (path && line_of(folder, line, NULL) == LIMEN_OK)
    limen_file_write(path, line, strlen(line), NULL);
  limen_free(path);
}
