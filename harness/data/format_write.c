/* Writing vectors and ids, by the ending of the name. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "data/format_entry.h"

size_t limen_block_rows(size_t row_bytes) {
  const size_t block_bytes = (size_t)1 << 20;
  return row_bytes >= block_bytes ? 1 : block_bytes / (row_bytes ? row_bytes : 1);
}

int limen_write_fits(const char *format, size_t rows, size_t columns, size_t rows_most,
                     size_t columns_most, struct limen_error *error) {
  if (rows > 0 && columns > 0 && rows <= rows_most && columns <= columns_most) return LIMEN_OK;
  if (rows == 0 || columns == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu x %zu values are nothing to write", rows, columns);
  return LIMEN_FAIL(error, LIMEN_INPUT, "%zu x %zu values are more than %s can say; write .npy",
                    rows, columns, format);
}

/* Puts a value as a whole number of `size` bytes; false when it is none, or does not fit. */
static bool put_whole(enum limen_cell cell, float value, uint8_t *to) {
  static const struct {
    float least, beyond;
  } range[LIMEN_CELLS] = {[LIMEN_CELL_I1] = {-128, 128},
                          [LIMEN_CELL_U1] = {0, 256},
                          [LIMEN_CELL_I4] = {-0x1p31f, 0x1p31f}};
  if (!(value >= range[cell].least && value < range[cell].beyond) || value != floorf(value))
    return false;
  int32_t whole = (int32_t)value;
  if (cell == LIMEN_CELL_I4)
    memcpy(to, &whole, sizeof whole);
  else
    *to = (uint8_t)(whole & 255);
  return true;
}

static int convert_row(const float *from, size_t row, size_t columns, enum limen_cell cell,
                       uint8_t *to, struct limen_error *error) {
  const size_t size = limen_cell_size(cell);
  if (cell == LIMEN_CELL_F4) {
    memcpy(to, from, columns * size);
    return LIMEN_OK;
  }
  char number[LIMEN_NUMBER_SIZE];
  for (size_t i = 0; i < columns; i++)
    if (!put_whole(cell, from[i], to + i * size))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "row %zu, column %zu: %s cannot be written as %s; a format of float32 "
                        "(.fvecs, .fbin, .npy) can hold it",
                        row, i, isnan(from[i]) ? "nan" : limen_number((double)from[i], number),
                        limen_cell_name(cell));
  return LIMEN_OK;
}

int limen_write_rows(FILE *stream, const struct limen_vectors *vectors, enum limen_cell cell,
                     bool headed, struct limen_error *error) {
  const size_t columns = vectors->columns, size = columns * limen_cell_size(cell);
  const size_t head = headed ? sizeof(int32_t) : 0;
  const size_t block = limen_block_rows(columns * sizeof(float));
  const int32_t dimension = (int32_t)columns; /* only where limen_write_fits saw to it */
  int status = LIMEN_OK;
  float *rows = limen_alloc(block, columns * sizeof *rows, error);
  uint8_t *bytes = limen_alloc(block, head + size, error);
  if (!rows || !bytes) status = LIMEN_FAILED;
  for (size_t first = 0; first < vectors->rows && status == LIMEN_OK; first += block) {
    size_t count = vectors->rows - first < block ? vectors->rows - first : block;
    status = vectors->read(vectors, first, count, rows, error);
    for (size_t r = 0; r < count && status == LIMEN_OK; r++) {
      uint8_t *to = bytes + r * (head + size);
      if (headed) memcpy(to, &dimension, sizeof dimension);
      status = convert_row(rows + r * columns, first + r, columns, cell, to + head, error);
    }
    if (status == LIMEN_OK && fwrite(bytes, head + size, count, stream) != count)
      break; /* the commit says why */
    if (status == LIMEN_OK && limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  }
  limen_free(rows);
  limen_free(bytes);
  return status;
}

/* ---- by the ending ---- */

static bool can_write(const struct limen_format *format, bool ids) {
  return ids ? format->write_ids != NULL : format->write != NULL;
}

static int format_for(const char *path, bool ids, const struct limen_format **format,
                      struct limen_error *error) {
  const size_t length = strlen(path);
  struct limen_text valid = {0};
  *format = limen_format_by_ending(path);
  bool packed = length > 3 && strcasecmp(path + length - 3, ".gz") == 0;
  if (*format && can_write(*format, ids) && !packed) return LIMEN_OK;
  for (size_t i = 0; limen_format_at(i); i++)
    if (can_write(limen_format_at(i), ids))
      limen_text_print(&valid, "%s%s", valid.length ? ", " : "", limen_format_at(i)->endings[0]);
  int status =
      LIMEN_FAIL(error, LIMEN_USAGE, "cannot write %s: %s; the endings for %s are %s", path,
                 packed    ? "compressed files are not written"
                 : *format ? "this format is not written"
                           : "its ending tells no format",
                 ids ? "ids" : "vectors", limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

static int finish(struct limen_writer *writer, int status, const char *path,
                  struct limen_error *error) {
  if (status == LIMEN_OK) return limen_writer_commit(writer, error);
  limen_writer_cancel(writer);
  if (error) limen_error_prefix(error, "cannot write %s", path);
  return status;
}

int limen_vectors_write(const char *path, const struct limen_vectors *vectors,
                        struct limen_error *error) {
  const struct limen_format *format;
  struct limen_writer writer;
  int status = format_for(path, false, &format, error);
  if (status == LIMEN_OK) status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  return finish(&writer, format->write(&writer, vectors, error), path, error);
}

int limen_ids_write(const char *path, const struct limen_ids *ids, struct limen_error *error) {
  const struct limen_format *format;
  struct limen_writer writer;
  int status = format_for(path, true, &format, error);
  if (status == LIMEN_OK) status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  return finish(&writer, format->write_ids(&writer, ids, error), path, error);
}

int limen_format_writes(const char *path, struct limen_error *error) {
  const struct limen_format *format;
  return format_for(path, false, &format, error);
}

bool limen_format_writes_ids(const char *path) {
  const struct limen_format *format = limen_format_by_ending(path);
  return format && format->write_ids;
}

bool limen_format_writes_distances(const char *path) {
  const struct limen_format *format = limen_format_by_ending(path);
  return format && format->writes_distances;
}
