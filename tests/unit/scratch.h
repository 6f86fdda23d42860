/* A folder of its own for every test of a program, and small words for files in it. */
#ifndef LIMEN_TESTS_SCRATCH_H
#define LIMEN_TESTS_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static char scratch[64];

static inline int scratch_setup(void **state) {
  (void)state;
  strcpy(scratch, "/tmp/limen-test-XXXXXX");
  return mkdtemp(scratch) ? 0 : -1;
}

static inline int scratch_teardown(void **state) {
  (void)state;
  return limen_folder_remove(scratch, NULL);
}

/* A path in the folder; the last four stay valid. */
static inline const char *at(const char *name) {
  static char paths[4][256];
  static unsigned turn;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
  return path;
}

static inline void put_file(const char *path, const void *bytes, size_t count) {
  struct limen_error error = {0};
  int status = limen_file_write(path, bytes, count, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

/* The content with a NUL after it, released by limen_free. */
static inline char *get_file(const char *path, size_t *count) {
  char *bytes = NULL;
  struct limen_error error = {0};
  int status = limen_file_read(path, 1 << 24, &bytes, count, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return bytes;
}

static inline void expect_file(const char *path, const char *expected) {
  size_t count = 0;
  char *bytes = get_file(path, &count);
  assert_string_equal(bytes, expected);
  assert_int_equal(count, strlen(expected));
  limen_free(bytes);
}

#endif
