#include "base/json.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/file.h"
#include "base/memory.h"

/* Whether an allocation was refused since the last text that was printed or read. */
static _Thread_local bool refused;

/* Blocks of malloc: jansson's own free, and that of callers, is the C library's. */
static void *watched_malloc(size_t size) {
  void *block = malloc(size);
  if (!block) {
    refused = true;
    limen_memory_refused();
  }
  return block;
}

static void install(void) { json_set_alloc_funcs(watched_malloc, free); }

void limen_json_start(void) {
  static once_flag done = ONCE_FLAG_INIT;
  call_once(&done, install);
}

int limen_json_read(const char *text, size_t length, size_t flags, json_t **root,
                    json_error_t *reason, struct limen_error *error) {
  limen_json_start();
  const bool before = refused;
  refused = false;
  *root = json_loadb(text, length, flags, reason);
  const bool now = refused;
  refused = before; /* of what is being built around this */
  if (!now) return *root ? LIMEN_OK : LIMEN_INPUT;
  json_decref(*root);
  *root = NULL;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for %zu bytes of JSON", length);
}

int limen_json_unpack(const json_t *root, json_error_t *reason, struct limen_error *error,
                      const char *format, ...) {
  limen_json_start();
  const bool before = refused;
  va_list places;
  refused = false;
  va_start(places, format);
  int code = json_vunpack_ex((json_t *)(uintptr_t)root, reason, 0, format, places);
  va_end(places);
  const bool now = refused;
  refused = before;
  if (now) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while JSON was looked at");
  return code == 0 ? LIMEN_OK : LIMEN_INPUT;
}

json_t *limen_json_missing(void) {
  refused = true;
  return NULL;
}

char *limen_json_print(const json_t *root, size_t flags, const char *what,
                       struct limen_error *error) {
  limen_json_start();
  char *text = root ? json_dumps(root, flags) : NULL, *copy = NULL;
  if (refused)
    LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while writing %s", what);
  else if (!text)
    LIMEN_FAIL(error, LIMEN_FAILED, "%s cannot be written: it holds a name that is not UTF-8",
               what);
  else
    copy = limen_copy_text(text, error);
  free(text);
  refused = false;
  return copy;
}

int limen_json_write(const json_t *root, size_t flags, const char *path,
                     struct limen_error *error) {
  char *text = limen_json_print(root, flags, path, error);
  int status = text ? limen_file_write(path, text, strlen(text), error) : LIMEN_FAILED;
  limen_free(text);
  return status;
}
