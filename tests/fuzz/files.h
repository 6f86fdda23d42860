/* Inputs as files, for readers that want a path. */
#ifndef LIMEN_FUZZ_FILES_H
#define LIMEN_FUZZ_FILES_H

#include <stddef.h>
#include <stdint.h>

/* A file that lives in memory and has no name of its own; valid until the next call, which gives
 * it another content. */
const char *fuzz_file(const uint8_t *bytes, size_t size);

/* An empty folder of this process in $TMPDIR or /tmp; emptied with every call, removed at exit. */
const char *fuzz_folder(void);

/* Writes `folder/name` and returns its path, valid until the next call. */
const char *fuzz_file_in(const char *folder, const char *name, const uint8_t *bytes, size_t size);

/* The content of a file, for seeds; released by limen_free. */
uint8_t *fuzz_file_read(const char *path, size_t *size);

#endif
