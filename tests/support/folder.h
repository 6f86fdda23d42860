/* Folders for tests: made, filled, looked at, compared, removed. Everything here ends the test when
 * it fails. */
#ifndef LIMEN_TESTS_FOLDER_H
#define LIMEN_TESTS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* A new empty folder in $TMPDIR or /tmp; folder_remove removes and releases it. */
char *folder_make(void);
void folder_remove(char *folder);

/* "a/b", released by free. */
char *path_of(const char *folder, const char *name);

/* A whole file as text, released by free. `length` may be NULL. */
char *read_whole(const char *path, size_t *length);
void write_whole(const char *path, const char *text);

/* Changes one byte in the middle of a file. */
void flip_byte(const char *path);

bool is_there(const char *folder, const char *name);

/* What a folder holds: the names of all files below it, sorted, and the SHA-256 of each. */
struct snapshot {
  struct snapshot_file {
    char *name; /* relative to the folder */
    char hash[65];
  } * file;
  size_t count, capacity;
};

/* All files below `folder`; with `repeatable` only those that a run folder promises to have the
 * same bytes every time. */
struct snapshot snapshot_take(const char *folder, bool repeatable);
void snapshot_clear(struct snapshot *snapshot);

/* Fails the test with the name of the first file that differs or stands on one side only. */
void expect_same(const struct snapshot *a, const struct snapshot *b);

/* Whether they differ in the file `name`. */
bool differ_in(const struct snapshot *a, const struct snapshot *b, const char *name);

/* Takes both snapshots of the repeatable files, compares, clears. */
void expect_same_folders(const char *a, const char *b);

#endif
