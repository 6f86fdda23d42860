/* float32 without any header: the dimension comes from the user. */
#include "data/format_entry.h"

static int lay_out(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                   struct limen_layout *out, struct limen_error *error) {
  (void)ids;
  const size_t dimension = options->dimension;
  size_t row;
  if (dimension == 0)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "headerless float32 does not say its dimension; say it with --dimension N");
  if (__builtin_mul_overflow(dimension, sizeof(float), &row) || file->size % row != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%zu bytes are no whole number of rows of %zu float32; row %zu (byte %zu) is "
                      "cut short",
                      file->size, dimension, file->size / sizeof(float) / dimension,
                      file->size - file->size % (dimension * sizeof(float)));
  return limen_layout_dense(out, LIMEN_CELL_F4, file->size / row, dimension, 0, file->size, error);
}

static int write(const struct limen_writer *writer, const struct limen_vectors *vectors,
                 struct limen_error *error) {
  int status = limen_write_fits("raw", vectors->rows, vectors->columns, SIZE_MAX, SIZE_MAX, error);
  if (status != LIMEN_OK) return status;
  return limen_write_rows(writer->stream, vectors, LIMEN_CELL_F4, false, error);
}

const struct limen_format limen_format_raw = {
    .name = "raw",
    .about = "float32 without a header; needs --dimension",
    .endings = {".f32", ".raw"},
    .headerless = true,
    .lay_out = lay_out,
    .write = write,
};
