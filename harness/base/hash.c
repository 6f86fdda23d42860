#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void to_hex(const uint8_t digest[LIMEN_HASH_BYTES], char hex[LIMEN_HASH_SIZE]) {
  for (size_t i = 0; i < LIMEN_HASH_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

int limen_hash_bytes(const void *bytes, size_t count, uint8_t digest[LIMEN_HASH_BYTES],
                     struct limen_error *error) {
  unsigned length = 0;
  if (!EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL) || length != LIMEN_HASH_BYTES)
    return LIMEN_FAIL(error, LIMEN_FAILED, "SHA-256 of %zu bytes failed inside OpenSSL", count);
  return LIMEN_OK;
}

int limen_hash_text(const void *bytes, size_t count, char hex[LIMEN_HASH_SIZE],
                    struct limen_error *error) {
  uint8_t digest[LIMEN_HASH_BYTES];
  int status = limen_hash_bytes(bytes, count, digest, error);
  if (status == LIMEN_OK) to_hex(digest, hex);
  return status;
}

int limen_hash_file(const char *path, char hex[LIMEN_HASH_SIZE], struct limen_error *error) {
  int status = LIMEN_OK;
  uint8_t digest[LIMEN_HASH_BYTES], piece[1 << 16];
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  struct stat about;
  /* The path may be a stranger's: a pipe would hold the open for ever, a device the reading. */
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  FILE *stream = descriptor >= 0 ? fdopen(descriptor, "rb") : NULL;
  if (!stream || fstat(descriptor, &about) != 0) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: %s", path, strerror(errno));
    if (!stream && descriptor >= 0) close(descriptor);
    goto done;
  }
  if (!S_ISREG(about.st_mode)) {
    status =
        LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: it is %s", path,
                   S_ISDIR(about.st_mode) ? "a folder"
                                          : "no regular file; save what it gives to a file first");
    goto done;
  }
  if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
    status = LIMEN_FAIL(error, LIMEN_FAILED, "SHA-256 could not start inside OpenSSL");
    goto done;
  }
  for (size_t got; (got = fread(piece, 1, sizeof piece, stream)) > 0;)
    EVP_DigestUpdate(context, piece, got);
  if (ferror(stream)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s to its end: %s", path, strerror(errno));
    goto done;
  }
  EVP_DigestFinal_ex(context, digest, NULL);
  to_hex(digest, hex);
done:
  if (stream) fclose(stream);
  EVP_MD_CTX_free(context);
  return status;
}
