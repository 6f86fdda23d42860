/* The one allocator. Everything it hands out is zeroed unless it says otherwise, aligned for vector
 * instructions and released by limen_free. Sizes are count x size with the product checked for
 * overflow. */
#ifndef LIMEN_BASE_MEMORY_H
#define LIMEN_BASE_MEMORY_H

#include <stddef.h>

#include "base/error.h"

enum { LIMEN_ALIGNMENT = 64 /* bytes: a cache line, and the widest vector register */ };

/* Returns count x size zeroed bytes (at least one), or NULL with LIMEN_FAILED in `error`. */
void *limen_alloc(size_t count, size_t size, struct limen_error *error);

/* The same with any content, for memory that is written before it is read and large enough for the
 * zeroing to show. */
void *limen_alloc_scratch(size_t count, size_t size, struct limen_error *error);

/* Grows `*block` (count `*capacity`, elements of `size` bytes) to hold at least `need` elements;
 * new elements are zeroed, capacity at least doubles. On failure the old block stays valid. */
int limen_grow(void *block, size_t *capacity, size_t need, size_t size, struct limen_error *error);

/* A copy of a string or of bytes; a NULL string copies as NULL without error. */
char *limen_copy_text(const char *text, struct limen_error *error);
void *limen_copy(const void *bytes, size_t count, size_t size, struct limen_error *error);

/* A new string made by printf. */
char *limen_print(struct limen_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many requests were refused up to now, by any thread. Who goes on without (a cache that cannot
 * be written) loses nothing; but a refusal of a command after one may have a wrong reason. */
size_t limen_memory_refusals(void);

/* Counts one of another allocator, such as a library's that calls back. */
void limen_memory_refused(void);

/* NULL is fine. */
void limen_free(void *block);

#endif
