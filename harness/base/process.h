/* Runs another program without a shell. */
#ifndef LIMEN_BASE_PROCESS_H
#define LIMEN_BASE_PROCESS_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* Runs arguments[0] (looked up in PATH) with `arguments` (NULL-terminated) in `folder` (NULL:
 * here), standard input empty, standard output dropped. LIMEN_FAILED when it cannot be started or
 * exits with anything but 0; the error then carries the last words of its standard error. */
int limen_process_run(const char *const *arguments, const char *folder, struct limen_error *error);

/* The same, and appends to `out` what it prints to standard output. A program that prints more than
 * `most` bytes is ended, and has failed. */
int limen_process_read(const char *const *arguments, const char *folder, size_t most,
                       struct limen_text *out, struct limen_error *error);

#endif
