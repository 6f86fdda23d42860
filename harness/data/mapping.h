/* Files as bytes in memory: mapped, not loaded, and unpacked when they are compressed.
 *
 * A mapping shows the file itself: a program that shortens it meanwhile ends this one. */
#ifndef LIMEN_DATA_MAPPING_H
#define LIMEN_DATA_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct limen_mapping {
  const uint8_t *bytes; /* never NULL; starts at a page */
  size_t size;
  int descriptor; /* owned, -1: none */
  bool unpacked;  /* what is mapped is the content of a compressed file */
};

/* Maps a regular file whole; LIMEN_INPUT names it when it cannot be read. */
int limen_mapping_open(struct limen_mapping *mapping, const char *path, struct limen_error *error);

/* Maps the file behind a descriptor, which the mapping takes over, also when it fails. */
int limen_mapping_take(struct limen_mapping *mapping, int descriptor, struct limen_error *error);

/* Whether the content starts as gzip's does. */
bool limen_mapping_is_gz(const struct limen_mapping *mapping);

/* Replaces a gz file by its content, at most `most` bytes of it, in a file without a name.
 * LIMEN_INPUT when it is damaged, cut short or larger; the mapping then stays as it was. */
int limen_mapping_unpack(struct limen_mapping *mapping, size_t most, struct limen_error *error);

/* How large the content of a packed file of `packed` bytes may be. */
size_t limen_mapping_unpacked_most(size_t packed);

/* A new empty file without a name in $TMPDIR or /tmp; close releases it. */
int limen_mapping_temporary(int *descriptor, struct limen_error *error);

void limen_mapping_close(struct limen_mapping *mapping);

#endif
