/* How per-query answers lie in the database: ids, counts and hits are small numbers in wide types,
 * and a grid of hundreds of builds keeps each of them for every query. */
#ifndef LIMEN_STORE_PACKING_H
#define LIMEN_STORE_PACKING_H

#include <stddef.h>

#include "base/error.h"

/* Packs `count` bytes where that saves an eighth of them or more. *out is released by limen_free,
 * and NULL where it does not pay: the bytes are then kept as they are. The same bytes always give
 * the same ones. */
int limen_pack(const void *bytes, size_t count, void **out, size_t *packed,
               struct limen_error *error);

/* The `count` bytes that were packed; released by limen_free. LIMEN_INPUT when they are not what
 * limen_pack makes of so many. */
int limen_unpack(const void *packed, size_t length, size_t count, void **out,
                 struct limen_error *error);

#endif
