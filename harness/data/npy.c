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
enum {
  HEADER_MOST = 1 << 16,
  PREFIX = 10, /* magic, version, two bytes of length; version 2 has four of them */
  PREFIX_MOST = 12
};

void limen_npy_write_header(FILE *stream, const char *code, size_t rows, size_t columns) {
  char header[256];
  int length = snprintf(header, sizeof header,
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%zu, %zu), }", code,
                        rows, columns);
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
  fwrite(prefix, 1, sizeof prefix, stream);
  fwrite(header, 1, padded, stream);
}

int limen_npy_write(const char *path, enum limen_npy_type type, size_t rows, size_t columns,
                    const void *values, struct limen_error *error) {
  struct limen_writer writer;
  int status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  limen_npy_write_header(writer.stream, types[type].code, rows, columns);
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

/* Finds how long the header is and where it starts. */
static int measure(const uint8_t *bytes, size_t count, size_t *start, size_t *length,
                   struct limen_error *error) {
  if (count < PREFIX || memcmp(bytes, magic, sizeof magic) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "not an .npy file");
  *start = PREFIX;
  *length = bytes[8] | (size_t)bytes[9] << 8;
  if (bytes[6] == 2) {
    if (count < PREFIX_MOST) return LIMEN_FAIL(error, LIMEN_INPUT, "the header is cut short");
    *start = PREFIX_MOST;
    *length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
  } else if (bytes[6] != 1) {
    return LIMEN_FAIL(error, LIMEN_INPUT, ".npy version %d is not read, 1 and 2 are", bytes[6]);
  }
  if (*length > HEADER_MOST || *length > count - *start)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header is cut short or too long");
  return LIMEN_OK;
}

int limen_npy_parse(const uint8_t *bytes, size_t count, struct limen_npy_header *out,
                    struct limen_error *error) {
  char header[HEADER_MOST + 1];
  size_t start = 0, length = 0;
  int status = measure(bytes, count, &start, &length, error);
  if (status != LIMEN_OK) return status;
  memcpy(header, bytes + start, length);
  header[length] = '\0';
  /* Parts of it are quoted in messages. */
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)header[i] < 0x20 || (unsigned char)header[i] >= 0x7f) header[i] = ' ';
  const char *code = value_of(header, "'descr'"), *order = value_of(header, "'fortran_order'");
  const char *shape = value_of(header, "'shape'");
  if (!code || !order || !shape)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header lacks descr, fortran_order or shape");
  *out = (struct limen_npy_header){.start = start + length};
  /* The whole of a quoted type; of a record, where one starts. */
  size_t shown = *code == '\'' ? strcspn(code + 1, "'") + 2 : 8;
  if (shown > sizeof out->type - 1) shown = sizeof out->type - 1;
  snprintf(out->type, sizeof out->type, "%.*s", (int)shown, code);
  if (strncmp(order, "False", 5) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "column-major order is not read; save it in C order");
  if (!read_shape(shape, &out->rows, &out->columns))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the shape %.40s is not read; (rows, columns) is", shape);
  return LIMEN_OK;
}

static int read_header(FILE *stream, const char *path, enum limen_npy_type type,
                       struct limen_npy_header *header, struct limen_error *error) {
  uint8_t bytes[PREFIX_MOST + HEADER_MOST];
  char wanted[8];
  size_t count = fread(bytes, 1, sizeof bytes, stream);
  int status = limen_npy_parse(bytes, count, header, error);
  if (status != LIMEN_OK) {
    if (error) limen_error_prefix(error, "%s", path);
    return status;
  }
  snprintf(wanted, sizeof wanted, "'%s'", types[type].code);
  if (strcmp(header->type, wanted) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: the values are %s, but %s is needed here", path,
                      header->type, wanted);
  if (fseek(stream, (long)header->start, SEEK_SET) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: %s", path, strerror(errno));
  return LIMEN_OK;
}

int limen_npy_read(const char *path, enum limen_npy_type type, size_t *rows, size_t *columns,
                   void **values, struct limen_error *error) {
  int status = LIMEN_OK;
  void *content = NULL;
  struct stat about;
  struct limen_npy_header header;
  FILE *stream = fopen(path, "rb");
  if (!stream || fstat(fileno(stream), &about) != 0) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: %s", path, strerror(errno));
    goto done;
  }
  if ((status = read_header(stream, path, type, &header, error)) != LIMEN_OK) goto done;
  *rows = header.rows;
  *columns = header.columns;
  size_t count, bytes;
  if (__builtin_mul_overflow(*rows, *columns, &count) ||
      __builtin_mul_overflow(count, types[type].size, &bytes) ||
      (size_t)about.st_size - header.start != bytes) {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: the header says %zu x %zu values, the file holds %zu bytes of them",
                        path, *rows, *columns, (size_t)about.st_size - header.start);
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
