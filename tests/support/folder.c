#include "support/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"

enum { FILE_MOST = 1 << 28 };

char *folder_make(void) {
  const char *where = getenv("TMPDIR");
  char *path = NULL;
  assert_true(asprintf(&path, "%s/limen-contract-XXXXXX", where && *where ? where : "/tmp") > 0);
  assert_non_null(mkdtemp(path));
  assert_int_equal(chmod(path, 0755), 0); /* tests as another user look into it */
  return path;
}

void folder_remove(char *folder) {
  limen_folder_remove(folder, NULL);
  free(folder);
}

char *path_of(const char *folder, const char *name) {
  char *path = NULL;
  assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
  return path;
}

char *read_whole(const char *path, size_t *length) {
  struct limen_error error = {0};
  char *bytes = NULL;
  size_t count = 0;
  if (limen_file_read(path, FILE_MOST, &bytes, &count, &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  char *copy = malloc(count + 1);
  assert_non_null(copy);
  memcpy(copy, bytes, count + 1);
  limen_free(bytes);
  if (length) *length = count;
  return copy;
}

void write_whole(const char *path, const char *text) {
  struct limen_error error = {0};
  if (limen_file_write(path, text, strlen(text), &error) != LIMEN_OK) fail_msg("%s", error.text);
}

void flip_byte(const char *path) {
  FILE *stream = fopen(path, "r+b");
  assert_non_null(stream);
  assert_int_equal(fseek(stream, 0, SEEK_END), 0);
  long middle = ftell(stream) / 2;
  assert_int_equal(fseek(stream, middle, SEEK_SET), 0);
  int byte = fgetc(stream);
  assert_true(byte >= 0);
  assert_int_equal(fseek(stream, middle, SEEK_SET), 0);
  fputc(byte ^ 4, stream);
  assert_int_equal(fclose(stream), 0);
}

bool is_there(const char *folder, const char *name) {
  char *path = path_of(folder, name);
  bool found = limen_file_exists(path);
  free(path);
  return found;
}

/* ---- snapshots ---- */

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* The table of DESIGN's run directory, right column. */
static bool is_repeatable(const char *name) {
  static const char *const files[] = {"results.csv", "summary.json", "report.md"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(name, files[i]) == 0) return true;
  if (strncmp(name, "certificates/", strlen("certificates/")) == 0) return true;
  if (strncmp(name, "plots/", strlen("plots/")) != 0) return false;
  return strncmp(name, "plots/timed/", strlen("plots/timed/")) != 0 && !ends_with(name, ".png");
}

static void add_file(struct snapshot *snapshot, const char *path, const char *name) {
  struct limen_error error = {0};
  assert_int_equal(limen_grow(&snapshot->file, &snapshot->capacity, snapshot->count + 1,
                              sizeof *snapshot->file, NULL),
                   LIMEN_OK);
  struct snapshot_file *file = &snapshot->file[snapshot->count++];
  file->name = strdup(name);
  if (limen_hash_file(path, file->hash, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

/* `prefix` is "" or ends with a slash. */
static void walk(struct snapshot *snapshot, const char *folder, const char *prefix,
                 bool repeatable) {
  char **names = NULL;
  size_t count = 0;
  struct limen_error error = {0};
  if (limen_folder_list(folder, &names, &count, &error) != LIMEN_OK) fail_msg("%s", error.text);
  for (size_t i = 0; i < count; i++) {
    struct stat about;
    char *path = path_of(folder, names[i]), *name = NULL;
    assert_int_equal(lstat(path, &about), 0);
    assert_true(asprintf(&name, "%s%s%s", prefix, names[i], S_ISDIR(about.st_mode) ? "/" : "") > 0);
    if (S_ISDIR(about.st_mode))
      walk(snapshot, path, name, repeatable);
    else if (!repeatable || is_repeatable(name))
      add_file(snapshot, path, name);
    free(name);
    free(path);
  }
  limen_folder_list_free(names, count);
}

struct snapshot snapshot_take(const char *folder, bool repeatable) {
  struct snapshot snapshot = {0};
  walk(&snapshot, folder, "", repeatable);
  return snapshot;
}

void snapshot_clear(struct snapshot *snapshot) {
  for (size_t i = 0; i < snapshot->count; i++) free(snapshot->file[i].name);
  limen_free(snapshot->file);
  *snapshot = (struct snapshot){0};
}

void expect_same(const struct snapshot *a, const struct snapshot *b) {
  for (size_t i = 0; i < a->count || i < b->count; i++) {
    if (i >= a->count || i >= b->count || strcmp(a->file[i].name, b->file[i].name) != 0)
      fail_msg("one side has %s where the other has %s", i < a->count ? a->file[i].name : "nothing",
               i < b->count ? b->file[i].name : "nothing");
    if (strcmp(a->file[i].hash, b->file[i].hash) != 0)
      fail_msg("%s has other bytes", a->file[i].name);
  }
}

static const char *hash_in(const struct snapshot *snapshot, const char *name) {
  for (size_t i = 0; i < snapshot->count; i++)
    if (strcmp(snapshot->file[i].name, name) == 0) return snapshot->file[i].hash;
  fail_msg("there is no %s", name);
  return NULL;
}

bool differ_in(const struct snapshot *a, const struct snapshot *b, const char *name) {
  return strcmp(hash_in(a, name), hash_in(b, name)) != 0;
}

void expect_same_folders(const char *a, const char *b) {
  struct snapshot first = snapshot_take(a, true), second = snapshot_take(b, true);
  assert_true(first.count > 0);
  expect_same(&first, &second);
  snapshot_clear(&first);
  snapshot_clear(&second);
}
