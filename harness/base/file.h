/* Files and folders. This is the one place that writes files: everything is written aside, flushed
 * to the disk and renamed, so that a reader finds the old content or the new, never a half. */
#ifndef LIMEN_BASE_FILE_H
#define LIMEN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

/* A file being written. Start with limen_writer_open, write to `stream`, end with exactly one of
 * commit and cancel. */
struct limen_writer {
  FILE *stream;
  char *path;  /* the name it will have */
  char *aside; /* the name it has until then, in the same folder */
};

int limen_writer_open(struct limen_writer *writer, const char *path, struct limen_error *error);
/* LIMEN_FAILED when any write failed (a full disk): the old file is then untouched. */
int limen_writer_commit(struct limen_writer *writer, struct limen_error *error);
void limen_writer_cancel(struct limen_writer *writer);

/* The same for content that is in memory. */
int limen_file_write(const char *path, const void *bytes, size_t count, struct limen_error *error);

/* Reads a whole file of at most `most` bytes; `*bytes` gets a NUL after the end and is released by
 * limen_free. LIMEN_INPUT when it is missing, unreadable or larger. */
int limen_file_read(const char *path, size_t most, char **bytes, size_t *count,
                    struct limen_error *error);

bool limen_file_exists(const char *path);   /* a folder does, too */
bool limen_folder_exists(const char *path); /* and is a folder, or a link to one */

/* Makes a folder and those above it; an existing folder is fine. */
int limen_folder_make(const char *path, struct limen_error *error);

/* Removes a folder and all in it; a missing one is fine. Links are removed, not followed. */
int limen_folder_remove(const char *path, struct limen_error *error);

/* Gives a folder another name; there must be none of that name yet. */
int limen_folder_rename(const char *from, const char *to, struct limen_error *error);

/* Puts the folder `from` in the place of `to`, which is then gone with all in it; `to` need not
 * exist. The two are exchanged in one step, so that at every moment either is under the name `to`.
 * A file system that cannot do that is told by moving one after the other: a kill in between leaves
 * no `to`, and leftovers under names of limen_path_aside. Both must be in one folder. LIMEN_FAILED
 * when they cannot be moved, and `to` is as before; or when the old one cannot be removed. */
int limen_folder_replace(const char *from, const char *to, struct limen_error *error);

/* The names in a folder, sorted by bytes, without "." and ".."; released by
 * limen_folder_list_free. */
int limen_folder_list(const char *path, char ***names, size_t *count, struct limen_error *error);
void limen_folder_list_free(char **names, size_t count);

/* A new name beside `path` for what is still being made: "path.PROCESS-COUNT.new". */
char *limen_path_aside(const char *path, struct limen_error *error);

/* Removes what killed programs left under such names in a folder; call it only while nobody else
 * writes there. Nothing to remove, or no such folder, is fine. */
void limen_folder_sweep(const char *path);

/* "folder/name", a new string. */
char *limen_path_join(const char *folder, const char *name, struct limen_error *error);

#endif
