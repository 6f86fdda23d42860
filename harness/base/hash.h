/* SHA-256 (OpenSSL), printed as `sha256sum` prints it. */
#ifndef LIMEN_BASE_HASH_H
#define LIMEN_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { LIMEN_HASH_BYTES = 32, LIMEN_HASH_SIZE = 65 /* hexadecimal digits and the NUL */ };

int limen_hash_bytes(const void *bytes, size_t count, uint8_t digest[LIMEN_HASH_BYTES],
                     struct limen_error *error);
int limen_hash_text(const void *bytes, size_t count, char hex[LIMEN_HASH_SIZE],
                    struct limen_error *error);

/* Reads the file in pieces, so its size does not matter. LIMEN_INPUT names one that cannot be read
 * or is no regular file. */
int limen_hash_file(const char *path, char hex[LIMEN_HASH_SIZE], struct limen_error *error);

#endif
