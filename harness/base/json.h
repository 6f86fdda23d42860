/* JSON when memory runs out. jansson calls a text that it has no memory for a syntax error, and an
 * element that could not be made is simply not there afterwards. So its allocations are watched,
 * thread by thread: what was read or built while one was refused counts as not read and not built.
 */
#ifndef LIMEN_BASE_JSON_H
#define LIMEN_BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"

/* Has jansson's allocations watched from now on. The functions below do that too; a program calls
 * it first of all, so that nothing is built before. */
void limen_json_start(void);

/* Reads `length` bytes; `flags` are jansson's. LIMEN_INPUT when they are no JSON: `reason`, which
 * may be NULL, then says what is wrong and where, and `error` is left to the caller, who knows of
 * what file it is. LIMEN_FAILED when memory ran out. *root is released by json_decref. */
int limen_json_read(const char *text, size_t length, size_t flags, json_t **root,
                    json_error_t *reason, struct limen_error *error);

/* jansson's json_unpack: LIMEN_INPUT when `root` is not of that form, which `reason`, unless NULL,
 * then tells, and `error` is left to the caller; LIMEN_FAILED when memory ran out. Nothing of
 * `root` is changed. */
int limen_json_unpack(const json_t *root, json_error_t *reason, struct limen_error *error,
                      const char *format, ...);

/* NULL, in place of an element for which memory ran out outside of jansson: what is being built is
 * not printed then. */
json_t *limen_json_missing(void);

/* The text of `root`, which is lent; NULL stands for one that could not be built.
 * LIMEN_FAILED says that memory ran out for `what`, or else that a name in it is not UTF-8, which
 * jansson asks of texts. Released by limen_free. */
char *limen_json_print(const json_t *root, size_t flags, const char *what,
                       struct limen_error *error);

/* The same, into a file. */
int limen_json_write(const json_t *root, size_t flags, const char *path, struct limen_error *error);

#endif
