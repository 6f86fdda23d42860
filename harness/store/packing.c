#include "store/packing.h"

#include <zlib.h>

#include "base/memory.h"

/* LEVEL: the slowest one was tried and saves one part in a hundred more. Shorter blobs than LEAST
 * share their database page with others anyhow; LONGEST is what a row of SQLite may hold. */
enum { LEVEL = 1, LEAST = 256, LONGEST = 1000000000 };

/* Bytes of the same place in a number lie together, as the high ones of small numbers are all 0.
 * For the two-byte numbers among the answers a width of four does about as well as their own. */
enum { WIDTH = 4 };

static void gather(const unsigned char *from, size_t count, unsigned char *to) {
  const size_t rows = count / WIDTH;
  for (size_t i = 0; i < rows * WIDTH; i++) to[i % WIDTH * rows + i / WIDTH] = from[i];
  for (size_t i = rows * WIDTH; i < count; i++) to[i] = from[i];
}

static void scatter(const unsigned char *from, size_t count, unsigned char *to) {
  const size_t rows = count / WIDTH;
  for (size_t i = 0; i < rows * WIDTH; i++) to[i] = from[i % WIDTH * rows + i / WIDTH];
  for (size_t i = rows * WIDTH; i < count; i++) to[i] = from[i];
}

int limen_pack(const void *bytes, size_t count, void **out, size_t *packed,
               struct limen_error *error) {
  *out = NULL;
  *packed = 0;
  if (count < LEAST || count > LONGEST) return LIMEN_OK;
  const size_t most = count - count / 8;
  uLongf length = most; /* no room for more: zlib then says that it does not pay */
  unsigned char *gathered = limen_alloc_scratch(count, 1, error);
  unsigned char *made = limen_alloc_scratch(most, 1, error);
  int status = gathered && made ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  gather(bytes, count, gathered);
  int code = compress2(made, &length, gathered, count, LEVEL);
  if (code == Z_MEM_ERROR)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory to pack %zu bytes", count);
  if (code != Z_OK) goto done;
  *out = made;
  *packed = length;
  made = NULL;
done:
  limen_free(gathered);
  limen_free(made);
  return status;
}

int limen_unpack(const void *packed, size_t length, size_t count, void **out,
                 struct limen_error *error) {
  /* Deflate packs 1032 bytes into one at best: what claims to be more is not believed. */
  const size_t most = length > LONGEST / 1032 ? LONGEST : length * 1032;
  *out = NULL;
  if (count > most || count < length)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu bytes cannot be %zu packed ones", count, length);
  uLongf made = count, read = length;
  unsigned char *gathered = limen_alloc_scratch(count, 1, error);
  unsigned char *bytes = limen_alloc_scratch(count, 1, error);
  int status = gathered && bytes ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  if (uncompress2(gathered, &made, packed, &read) != Z_OK || made != count || read != length) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%zu packed bytes do not unpack to %zu", length, count);
    goto done;
  }
  scatter(gathered, count, bytes);
  *out = bytes;
  bytes = NULL;
done:
  limen_free(gathered);
  limen_free(bytes);
  return status;
}
