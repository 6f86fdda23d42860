/* The header of ours that stands before a library's own bytes in a saved index. */
#ifndef LIMEN_ENGINES_INDEX_HEADER_H
#define LIMEN_ENGINES_INDEX_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "engines/engine.h"

enum { LIMEN_INDEX_VERSION = 1, LIMEN_INDEX_MAGIC = 8, LIMEN_INDEX_HASH = LIMEN_HASH_SIZE - 1 };
extern const char limen_index_magic[LIMEN_INDEX_MAGIC]; /* "LIMENIDX" */

/* Little-endian, without gaps; texts end with a NUL; hashes are SHA-256 in hexadecimal. */
struct limen_index_header {
  char magic[LIMEN_INDEX_MAGIC];
  uint64_t version, rows, columns, M, ef_construction, level_seed, batch, threads;
  uint64_t bytes; /* of the library, which follow */
  char engine[32], metric[16], levels[16], factory[256];
  char base[LIMEN_INDEX_HASH], library[LIMEN_INDEX_HASH]; /* of the base's values, of those bytes */
  char self[LIMEN_INDEX_HASH];                            /* of everything before it */
};

int limen_index_header_hash(const struct limen_index_header *header, char hex[LIMEN_HASH_SIZE],
                            struct limen_error *error);

/* From the first of `size` bytes of a file: what it is, and that it is whole. */
int limen_index_header_read(const uint8_t *bytes, size_t size, struct limen_index_header *out,
                            struct limen_error *error);

/* What it says, in our types; `out->factory` points into the header. LIMEN_INPUT for a name that
 * this program does not have. */
int limen_index_header_settings(const struct limen_index_header *header,
                                struct limen_index_settings *out, struct limen_error *error);
int limen_index_header_engine(const struct limen_index_header *header,
                              const struct limen_engine **engine, struct limen_error *error);

#endif
