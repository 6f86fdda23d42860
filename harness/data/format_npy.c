/* NumPy's .npy as vectors and ids; data/npy.c understands the header. */
#include <stdint.h>
#include <string.h>

#include "data/format_entry.h"
#include "data/npy.h"

static const struct {
  const char *type;
  enum limen_cell cell;
} types[] = {{"'<f4'", LIMEN_CELL_F4}, {"'<f2'", LIMEN_CELL_F2}, {"'<f8'", LIMEN_CELL_F8},
             {"'|u1'", LIMEN_CELL_U1}, {"'|i1'", LIMEN_CELL_I1}, {"'<i4'", LIMEN_CELL_I4},
             {"'<u4'", LIMEN_CELL_U4}, {"'<i8'", LIMEN_CELL_I8}};
enum { TYPES = sizeof types / sizeof *types };

static bool has_magic(const struct limen_mapping *file) {
  return file->size >= 6 && memcmp(file->bytes, "\x93NUMPY", 6) == 0;
}

static int lay_out(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                   struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  struct limen_npy_header header;
  int status = limen_npy_parse(file->bytes, file->size, &header, error);
  if (status != LIMEN_OK) return status;
  size_t i = 0;
  while (i < TYPES && strcmp(types[i].type, header.type) != 0) i++;
  if (i == TYPES)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the values are %s; little-endian float16, float32, float64, int32, uint32, "
                      "int64 and bytes are read",
                      header.type);
  return limen_layout_dense(out, types[i].cell, header.rows, header.columns, header.start,
                            file->size, error);
}

static int write(const struct limen_writer *writer, const struct limen_vectors *vectors,
                 struct limen_error *error) {
  int status = limen_write_fits("npy", vectors->rows, vectors->columns, SIZE_MAX, SIZE_MAX, error);
  if (status != LIMEN_OK) return status;
  limen_npy_write_header(writer->stream, "<f4", vectors->rows, vectors->columns);
  return limen_write_rows(writer->stream, vectors, LIMEN_CELL_F4, false, error);
}

static int write_ids(const struct limen_writer *writer, const struct limen_ids *ids,
                     struct limen_error *error) {
  int status = limen_write_fits("npy", ids->rows, ids->columns, SIZE_MAX, SIZE_MAX, error);
  if (status != LIMEN_OK) return status;
  limen_npy_write_header(writer->stream, "<i4", ids->rows, ids->columns);
  fwrite(ids->ids, sizeof *ids->ids, ids->rows * ids->columns, writer->stream);
  return LIMEN_OK;
}

const struct limen_format limen_format_npy = {
    .name = "npy",
    .about = "NumPy arrays of floats or integers, written as float32 or int32",
    .endings = {".npy"},
    .has_magic = has_magic,
    .lay_out = lay_out,
    .write = write,
    .write_ids = write_ids,
};
