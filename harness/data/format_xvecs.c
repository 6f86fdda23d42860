/* fvecs, ivecs, bvecs: every row is its dimension (int32) and so many values of float32, int32 or
 * uint8, as the corpora of texmex (SIFT1M, GIST1M, SIFT1B) introduced them. All rows must have the
 * same dimension. */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "data/format_entry.h"

enum { HEAD = sizeof(int32_t) };

static int32_t dimension_at(const struct limen_mapping *file, size_t byte) {
  int32_t dimension;
  memcpy(&dimension, file->bytes + byte, sizeof dimension);
  return dimension;
}

/* Walks over all rows: a file of another kind, or one that lost a byte, shows in their headers. */
static int check_rows(const struct limen_mapping *file, size_t stride, size_t *rows,
                      struct limen_error *error) {
  const int32_t dimension = dimension_at(file, 0);
  size_t row = 0;
  for (size_t byte = 0; byte < file->size; byte += stride, row++) {
    const size_t left = file->size - byte;
    if (left >= HEAD && dimension_at(file, byte) != dimension)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "row %zu (byte %zu) has dimension %" PRId32 ", row 0 has %" PRId32, row,
                        byte, dimension_at(file, byte), dimension);
    if (left < stride)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "row %zu (byte %zu) is cut short: %zu of its %zu bytes are there", row,
                        byte, left, stride);
  }
  *rows = row;
  return LIMEN_OK;
}

static int lay_out(const struct limen_mapping *file, enum limen_cell cell, struct limen_layout *out,
                   struct limen_error *error) {
  if (file->size < HEAD)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "row 0 (byte 0) is cut short: %zu of the 4 bytes of its dimension are there",
                      file->size);
  const int32_t dimension = dimension_at(file, 0);
  if (dimension < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "row 0 (byte 0) has dimension %" PRId32 ", and 1 is the least", dimension);
  *out = (struct limen_layout){
      .cell = cell,
      .columns = (size_t)dimension,
      .start = HEAD,
      .stride = HEAD + (size_t)dimension * limen_cell_size(cell),
  };
  return check_rows(file, out->stride, &out->rows, error);
}

static int lay_out_fvecs(struct limen_mapping *file, const struct limen_read_options *options,
                         bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_F4, out, error);
}

static int lay_out_ivecs(struct limen_mapping *file, const struct limen_read_options *options,
                         bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_I4, out, error);
}

static int lay_out_bvecs(struct limen_mapping *file, const struct limen_read_options *options,
                         bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_U1, out, error);
}

/* ---- writing ---- */

static int write_vectors(const struct limen_writer *writer, const struct limen_vectors *vectors,
                         enum limen_cell cell, const char *name, struct limen_error *error) {
  int status = limen_write_fits(name, vectors->rows, vectors->columns, SIZE_MAX, INT32_MAX, error);
  if (status != LIMEN_OK) return status;
  return limen_write_rows(writer->stream, vectors, cell, true, error);
}

static int write_fvecs(const struct limen_writer *writer, const struct limen_vectors *vectors,
                       struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_F4, "fvecs", error);
}

static int write_ivecs(const struct limen_writer *writer, const struct limen_vectors *vectors,
                       struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_I4, "ivecs", error);
}

static int write_bvecs(const struct limen_writer *writer, const struct limen_vectors *vectors,
                       struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_U1, "bvecs", error);
}

static int write_ids(const struct limen_writer *writer, const struct limen_ids *ids,
                     struct limen_error *error) {
  int status = limen_write_fits("ivecs", ids->rows, ids->columns, SIZE_MAX, INT32_MAX, error);
  if (status != LIMEN_OK) return status;
  const int32_t columns = (int32_t)ids->columns;
  for (size_t r = 0; r < ids->rows && !ferror(writer->stream); r++) {
    fwrite(&columns, sizeof columns, 1, writer->stream);
    fwrite(ids->ids + r * ids->columns, sizeof *ids->ids, ids->columns, writer->stream);
  }
  return LIMEN_OK;
}

const struct limen_format limen_format_fvecs = {
    .name = "fvecs",
    .about = "rows of float32, each after its dimension",
    .endings = {".fvecs"},
    .lay_out = lay_out_fvecs,
    .write = write_fvecs,
};

const struct limen_format limen_format_ivecs = {
    .name = "ivecs",
    .about = "rows of int32, each after its dimension: ids",
    .endings = {".ivecs"},
    .lay_out = lay_out_ivecs,
    .write = write_ivecs,
    .write_ids = write_ids,
};

const struct limen_format limen_format_bvecs = {
    .name = "bvecs",
    .about = "rows of uint8, each after its dimension",
    .endings = {".bvecs"},
    .lay_out = lay_out_bvecs,
    .write = write_bvecs,
};
