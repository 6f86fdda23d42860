#include "data/npy.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

static const struct {
  const char *code;
  size_t size; /* bytes */
} types[] = {[LIMEN_NPY_F4] = {"<f4", 4}, [LIMEN_NPY_F8] = {"<f8", 8}, [LIMEN_NPY_U4] = {"<u4", 4}};

static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
enum { HEADER_MOST = 1 << 16, PREFIX = 10 /* magic, version, two bytes of length */ };

int limen_npy_write(const char *path, enum limen_npy_type type, size_t rows, size_t columns,
                    const void *values, struct limen_error *error) {
  char header[256];
  int length = snprintf(header, sizeof header,
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, %zu), }",
                        types[type].code, rows, columns);
  /* The values start at a multiple of 64 bytes; the header ends with a newline. */
  size_t padded = (PREFIX + (size_t)length + 1 + 63) / 64 * 64 - PREFIX;
  memset(header + length, ' ', padded - (size_t)length - 1);
  header[padded - 1] = '\n';
  uint8_t prefix[PREFIX];
  memcpy(prefix, magic, sizeof magic);
  prefix[6] = 1;
  prefix[7] = 0;
  prefix[8] = (uint8_t)(padded & 255);
  prefix[9] = (uint8_t)(padded >> 8);

  struct limen_writer writer;
  int status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  fwrite(prefix, 1, sizeof prefix, writer.stream);
  fwrite(header, 1, padded, writer.stream);
  fwrite(values, types[type].size, rows * columns, writer.stream);
  return limen_writer_commit(&writer, error);
}

/* ---- reading ---- */

/* Finds `'key':` in the header's Python dictionary and returns what follows, spaces skipped. */
static const char *value_of(const char *header, const char *key) {
  const char *at = strstr(header, key);
  if (!at) return NULL;
  at += strlen(key);
  while (isspace((unsigned char)*at)) at++;
  if (*at++ != ':') return NULL;
  while (isspace((unsigned char)*at)) at++;
  return at;
}

static bool read_size(const char **at, size_t *out) {
  if (!isdigit((unsigned char)**at)) return false;
  char *end;
  errno = 0;
  unsigned long long value = strtoull(*at, &end, 10);
  if (errno != 0 || value > SIZE_MAX / 16) return false;
  *out = (size_t)value;
  *at = end;
  return true;
}

/* "(3, 4)", "(3,)" */
static bool read_shape(const char *at, size_t *rows, size_t *columns) {
  if (*at++ != '(' || !read_size(&at, rows) || *at++ != ',') return false;
  while (*at == ' ') at++;
  *columns = 1;
  if (*at == ')') return true;
  if (!read_size(&at, columns)) return false;
  if (*at == ',') at++;
  while (*at == ' ') at++;
  return *at == ')';
}

static int read_header(FILE *stream, const char *path, enum limen_npy_type type, size_t *rows,
                       size_t *columns, struct limen_error *error) {
  uint8_t prefix[12];
  char header[HEADER_MOST + 1];
  if (fread(prefix, 1, PREFIX, stream) != PREFIX || memcmp(prefix, magic, sizeof magic) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: not an .npy file", path);
  size_t length = prefix[8] | (size_t)prefix[9] << 8;
  if (prefix[6] == 2) {
    if (fread(prefix + 10, 1, 2, stream) != 2)
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the header is cut short", path);
    length |= (size_t)prefix[10] << 16 | (size_t)prefix[11] << 24;
  } else if (prefix[6] != 1) {
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: .npy version %d is not read, 1 and 2 are", path,
                      prefix[6]);
  }
  if (length > HEADER_MOST || fread(header, 1, length, stream) != length)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the header is cut short or too long", path);
  header[length] = '\0';
  /* Parts of it are quoted in messages. */
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)header[i] < 0x20 || (unsigned char)header[i] >= 0x7f) header[i] = ' ';
  const char *code = value_of(header, "'descr'"), *order = value_of(header, "'fortran_order'");
  const char *shape = value_of(header, "'shape'");
  if (!code || !order || !shape)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the header lacks descr, fortran_order or shape",
                      path);
  if (*code != '\'' || strncmp(code + 1, types[type].code, 3) != 0 || code[4] != '\'') {
    /* The whole of a quoted type; of a record, where one starts. */
    size_t shown = *code == '\'' ? strcspn(code + 1, "'") + 2 : 8;
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the values are %.*s, but '%s' is needed here", path,
                      shown < 24 ? (int)shown : 24, code, types[type].code);
  }
  if (strncmp(order, "False", 5) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: column-major order is not read; save it in C order",
                      path);
  if (!read_shape(shape, rows, columns))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the shape %.40s is not read; (rows, columns) is",
                      path, shape);
  return LIMEN_OK;
}

int limen_npy_read(const char *path, enum limen_npy_type type, size_t *rows, size_t *columns,
                   void **values, struct limen_error *error) {
  int status = LIMEN_OK;
  void *content = NULL;
  struct stat about;
  FILE *stream = fopen(path, "rb");
  if (!stream || fstat(fileno(stream), &about) != 0) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: %s", path, strerror(errno));
    goto done;
  }
  if ((status = read_header(stream, path, type, rows, columns, error)) != LIMEN_OK) goto done;
  size_t count, bytes;
  long start = ftell(stream);
  if (__builtin_mul_overflow(*rows, *columns, &count) ||
      __builtin_mul_overflow(count, types[type].size, &bytes) || start < 0 ||
      (size_t)about.st_size - (size_t)start != bytes) {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: the header says %zu x %zu values, the file holds %lld bytes of them",
                        path, *rows, *columns, (long long)about.st_size - start);
    goto done;
  }
  if (!(content = limen_alloc(count, types[type].size, error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  if (fread(content, types[type].size, count, stream) != count) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s to its end", path);
    goto done;
  }
  *values = content;
  content = NULL;
done:
  if (stream) fclose(stream);
  limen_free(content);
  return status;
}
