#include "data/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/sanitizer.h"
#include "base/threads.h"

/* mmap refuses an empty file; no byte of this one is ever looked at. */
static const uint8_t nothing[64];

/* A mapping ends with a page and its file hardly ever does. The bytes in between can be read
 * without a fault, so a reader that runs over the end would go unnoticed but for this. */
static size_t bytes_behind(size_t size) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (page - size % page) % page;
}

int limen_mapping_take(struct limen_mapping *mapping, int descriptor, struct limen_error *error) {
  struct stat about;
  *mapping = (struct limen_mapping){.bytes = nothing, .descriptor = descriptor};
  int status = LIMEN_OK;
  if (fstat(descriptor, &about) != 0) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot be read: %s", strerror(errno));
  } else if (!S_ISREG(about.st_mode)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        S_ISDIR(about.st_mode)
                            ? "it is a folder"
                            : "it is no regular file; save what it gives to a file first");
  } else if (about.st_size > 0) {
    void *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED) {
      status = LIMEN_FAIL(error, LIMEN_FAILED, "%lld bytes cannot be mapped: %s",
                          (long long)about.st_size, strerror(errno));
    } else {
      mapping->bytes = bytes;
      mapping->size = (size_t)about.st_size;
      limen_sanitizer_forbid(mapping->bytes + mapping->size, bytes_behind(mapping->size));
    }
  }
  if (status != LIMEN_OK) limen_mapping_close(mapping);
  return status;
}

int limen_mapping_open(struct limen_mapping *mapping, const char *path, struct limen_error *error) {
  *mapping = (struct limen_mapping){.bytes = nothing, .descriptor = -1};
  /* A pipe without a writer would hold an open for ever. */
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return LIMEN_FAIL(error, LIMEN_INPUT, "cannot be read: %s", strerror(errno));
  return limen_mapping_take(mapping, descriptor, error);
}

void limen_mapping_close(struct limen_mapping *mapping) {
  if (mapping->size > 0) {
    limen_sanitizer_allow(mapping->bytes + mapping->size, bytes_behind(mapping->size));
    munmap((void *)(uintptr_t)mapping->bytes, mapping->size);
  }
  if (mapping->descriptor >= 0) close(mapping->descriptor);
  *mapping = (struct limen_mapping){.bytes = nothing, .descriptor = -1};
}

/* ---- compressed files ---- */

int limen_mapping_temporary(int *descriptor, struct limen_error *error) {
  const char *folder = getenv("TMPDIR");
  char *name = limen_print(error, "%s/limen-XXXXXX", folder && *folder ? folder : "/tmp");
  if (!name) return LIMEN_FAILED;
  int status = LIMEN_OK;
  *descriptor = mkostemp(name, O_CLOEXEC);
  if (*descriptor < 0)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "cannot make a temporary file %s: %s; set TMPDIR",
                        name, strerror(errno));
  else
    unlink(name);
  limen_free(name);
  return status;
}

size_t limen_mapping_unpacked_most(size_t packed) {
  /* Deflate packs 1032 bytes into one at best: beyond that, a size is a lie. Vectors are dense
   * numbers and hardly shrink to a sixteenth; what is smaller than 4 GiB may, since label images
   * and counts do. The rest would be a trap that fills the disk. */
  const size_t ratio_most = 1032, ratio_usual = 16, slack = 1 << 16, small = (size_t)1 << 32;
  if (packed > SIZE_MAX / 2048) return SIZE_MAX;
  size_t usual = packed * ratio_usual > small ? packed * ratio_usual : small;
  size_t most = packed * ratio_most + slack;
  return usual < most ? usual : most;
}

bool limen_mapping_is_gz(const struct limen_mapping *mapping) {
  /* Two bytes of magic, the one method there is, and no reserved flag. */
  const uint8_t *b = mapping->bytes;
  return mapping->size >= 18 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 && (b[3] & 0xe0) == 0;
}

static int write_whole(int descriptor, const uint8_t *bytes, size_t count,
                       struct limen_error *error) {
  while (count > 0) {
    ssize_t put = write(descriptor, bytes, count);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0)
      return LIMEN_FAIL(error, LIMEN_FAILED,
                        "cannot unpack it into a temporary file: %s; set TMPDIR to a folder with "
                        "room, or unpack it yourself with gunzip",
                        strerror(errno));
    bytes += put;
    count -= (size_t)put;
  }
  return LIMEN_OK;
}

static int inflate_into(gzFile packed, int descriptor, size_t most, struct limen_error *error) {
  enum { PIECE = 1 << 18 };
  uint8_t *piece = limen_alloc(PIECE, 1, error);
  int status = piece ? LIMEN_OK : LIMEN_FAILED;
  size_t total = 0;
  while (status == LIMEN_OK) {
    int got = gzread(packed, piece, PIECE);
    int code = Z_OK;
    const char *words = gzerror(packed, &code);
    /* A file that ends too early is reported beside the bytes that it still gave. */
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      const char *reason = strstr(words, ": "); /* behind a number that stands for the name */
      status = LIMEN_FAIL(error, LIMEN_INPUT, "the compressed data is damaged or cut short: %.80s",
                          reason ? reason + 2 : words);
      break;
    }
    if (got == 0) break;
    total += (size_t)got;
    if (total > most)
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "it unpacks to more than %zu bytes, the most that is done here; unpack "
                          "it yourself with gunzip if that is right",
                          most);
    else if (limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    else
      status = write_whole(descriptor, piece, (size_t)got, error);
  }
  limen_free(piece);
  return status;
}

int limen_mapping_unpack(struct limen_mapping *mapping, size_t most, struct limen_error *error) {
  int status = LIMEN_OK, out = -1, copy = -1;
  gzFile packed = NULL;
  struct limen_mapping content;
  if ((status = limen_mapping_temporary(&out, error)) != LIMEN_OK) goto done;
  copy = fcntl(mapping->descriptor, F_DUPFD_CLOEXEC, 0);
  if (copy < 0 || lseek(copy, 0, SEEK_SET) != 0 || !(packed = gzdopen(copy, "rb"))) {
    status = LIMEN_FAIL(error, LIMEN_FAILED, "cannot be unpacked: %s", strerror(errno));
    goto done;
  }
  copy = -1; /* gzclose closes it */
  if ((status = inflate_into(packed, out, most, error)) != LIMEN_OK) goto done;
  status = limen_mapping_take(&content, out, error);
  out = -1;
  if (status != LIMEN_OK) goto done;
  limen_mapping_close(mapping);
  *mapping = content;
  mapping->unpacked = true;
done:
  if (packed) gzclose(packed);
  if (copy >= 0) close(copy);
  if (out >= 0) close(out);
  return status;
}
