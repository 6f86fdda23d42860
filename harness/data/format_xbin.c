/* fbin, u8bin, i8bin, ibin: the number of rows, the number of columns, then all values, as the
 * billion-scale benchmarks (big-ann-benchmarks) use them. Both counts are uint32; some writers use
 * uint64, which the size of the file tells: read as uint32 the second count is then 0. The ground
 * truth of the benchmarks is an ibin whose ids are followed by as many float32 distances. */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "data/format_entry.h"

enum { NARROW = 2 * sizeof(uint32_t), WIDE = 2 * sizeof(uint64_t) };

static bool fills(size_t rows, size_t columns, size_t width, size_t head, size_t size) {
  size_t bytes;
  return rows > 0 && columns > 0 && !__builtin_mul_overflow(rows, columns, &bytes) &&
         !__builtin_mul_overflow(bytes, width, &bytes) && size >= head && size - head == bytes;
}

static int lay_out(const struct limen_mapping *file, enum limen_cell cell, bool distances,
                   struct limen_layout *out, struct limen_error *error) {
  const size_t width = limen_cell_size(cell);
  uint32_t narrow[2];
  uint64_t wide[2] = {0};
  if (file->size < NARROW)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header is cut short: %zu of its %d bytes are there",
                      file->size, NARROW);
  memcpy(narrow, file->bytes, sizeof narrow);
  if (file->size >= WIDE) memcpy(wide, file->bytes, sizeof wide);
  const bool is_wide = narrow[1] == 0 && wide[0] > 0 && wide[1] > 0;
  const size_t rows = is_wide ? wide[0] : narrow[0], columns = is_wide ? wide[1] : narrow[1];
  const size_t head = is_wide ? WIDE : NARROW;
  if (distances && fills(rows, columns, width + sizeof(float), head, file->size)) {
    *out = (struct limen_layout){.cell = cell,
                                 .rows = rows,
                                 .columns = columns,
                                 .start = head,
                                 .stride = columns * width,
                                 .distances = head + rows * columns * width};
    return LIMEN_OK;
  }
  return limen_layout_dense(out, cell, rows, columns, head, file->size, error);
}

static int lay_out_fbin(struct limen_mapping *file, const struct limen_read_options *options,
                        bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_F4, false, out, error);
}

static int lay_out_u8bin(struct limen_mapping *file, const struct limen_read_options *options,
                         bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_U1, false, out, error);
}

static int lay_out_i8bin(struct limen_mapping *file, const struct limen_read_options *options,
                         bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_I1, false, out, error);
}

static int lay_out_ibin(struct limen_mapping *file, const struct limen_read_options *options,
                        bool ids, struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  return lay_out(file, LIMEN_CELL_I4, true, out, error);
}

/* ---- writing ---- */

static int write_head(FILE *stream, const char *name, size_t rows, size_t columns,
                      struct limen_error *error) {
  int status = limen_write_fits(name, rows, columns, UINT32_MAX, UINT32_MAX, error);
  if (status != LIMEN_OK) return status;
  const uint32_t head[2] = {(uint32_t)rows, (uint32_t)columns};
  fwrite(head, sizeof head, 1, stream);
  return LIMEN_OK;
}

static int write_vectors(const struct limen_writer *writer, const struct limen_vectors *vectors,
                         enum limen_cell cell, const char *name, struct limen_error *error) {
  int status = write_head(writer->stream, name, vectors->rows, vectors->columns, error);
  if (status != LIMEN_OK) return status;
  return limen_write_rows(writer->stream, vectors, cell, false, error);
}

static int write_fbin(const struct limen_writer *writer, const struct limen_vectors *vectors,
                      struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_F4, "fbin", error);
}

static int write_u8bin(const struct limen_writer *writer, const struct limen_vectors *vectors,
                       struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_U1, "u8bin", error);
}

static int write_i8bin(const struct limen_writer *writer, const struct limen_vectors *vectors,
                       struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_I1, "i8bin", error);
}

static int write_ibin(const struct limen_writer *writer, const struct limen_vectors *vectors,
                      struct limen_error *error) {
  return write_vectors(writer, vectors, LIMEN_CELL_I4, "ibin", error);
}

static int write_ids(const struct limen_writer *writer, const struct limen_ids *ids,
                     struct limen_error *error) {
  const size_t count = ids->rows * ids->columns;
  int status = write_head(writer->stream, "ibin", ids->rows, ids->columns, error);
  if (status != LIMEN_OK) return status;
  fwrite(ids->ids, sizeof *ids->ids, count, writer->stream);
  if (ids->distances) fwrite(ids->distances, sizeof *ids->distances, count, writer->stream);
  return LIMEN_OK;
}

const struct limen_format limen_format_fbin = {
    .name = "fbin",
    .about = "rows, columns, then all float32",
    .endings = {".fbin"},
    .lay_out = lay_out_fbin,
    .write = write_fbin,
};

const struct limen_format limen_format_u8bin = {
    .name = "u8bin",
    .about = "rows, columns, then all uint8",
    .endings = {".u8bin"},
    .lay_out = lay_out_u8bin,
    .write = write_u8bin,
};

const struct limen_format limen_format_i8bin = {
    .name = "i8bin",
    .about = "rows, columns, then all int8",
    .endings = {".i8bin"},
    .lay_out = lay_out_i8bin,
    .write = write_i8bin,
};

const struct limen_format limen_format_ibin = {
    .name = "ibin",
    .about = "rows, columns, then all int32 ids, then their float32 distances or nothing",
    .endings = {".ibin"},
    .lay_out = lay_out_ibin,
    .write = write_ibin,
    .write_ids = write_ids,
    .writes_distances = true,
};
