/* Vectors and ids that come from files. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/format_entry.h"

/* What stands behind opened vectors. */
struct reader {
  struct limen_mapping file;
  struct limen_layout layout;
  struct limen_vectors_about about;
};

static int read_rows(const struct limen_vectors *vectors, size_t first, size_t count, float *out,
                     struct limen_error *error) {
  const struct reader *reader = vectors->state;
  if (first > vectors->rows || count > vectors->rows - first)
    return LIMEN_FAIL(error, LIMEN_FAILED, "rows %zu to %zu were asked for, there are %zu", first,
                      first + count, vectors->rows);
  limen_layout_load(&reader->layout, &reader->file, first, count, out);
  return LIMEN_OK;
}

static void close_reader(struct limen_vectors *vectors) {
  struct reader *reader = vectors->state;
  limen_mapping_close(&reader->file);
  limen_free(reader);
}

/* Where the values may be used as they stand, or NULL. */
static const float *values_of(const struct limen_layout *layout, const struct limen_mapping *file) {
  const uint8_t *start = file->bytes + layout->start;
  if (layout->cell != LIMEN_CELL_F4 || layout->stride != layout->columns * sizeof(float) ||
      (uintptr_t)start % _Alignof(float) != 0)
    return NULL;
  return (const float *)(const void *)start;
}

int limen_vectors_open(const char *path, const struct limen_read_options *options,
                       struct limen_vectors *out, struct limen_error *error) {
  const struct limen_format *format = NULL;
  struct limen_layout *layout;
  *out = (struct limen_vectors){0};
  struct reader *reader = limen_alloc(1, sizeof *reader, error);
  if (!reader) return LIMEN_FAILED;
  layout = &reader->layout;
  int status = limen_format_detect(path, options, false, &format, &reader->file, layout, error);
  if (status != LIMEN_OK) {
    limen_free(reader);
    return status;
  }
  struct limen_vectors_about *about = &reader->about;
  *about = (struct limen_vectors_about){
      .format = format->name,
      .type = limen_cell_name(layout->cell),
      .whole = !limen_cell_is_float(layout->cell) && limen_cell_size(layout->cell) >= 4,
      .distances = layout->distances > 0,
      .unpacked = reader->file.unpacked};
  memcpy(about->metric, layout->metric, sizeof about->metric);
  *out = (struct limen_vectors){.rows = layout->rows,
                                .columns = layout->columns,
                                .read = read_rows,
                                .values = values_of(layout, &reader->file),
                                .state = reader,
                                .close = close_reader};
  status = limen_layout_check(layout, &reader->file, options && options->allow_bad, &about->rounded,
                              error);
  if (status != LIMEN_OK) {
    if (error) limen_error_prefix(error, "%s", path);
    limen_vectors_close(out);
  }
  return status;
}

const struct limen_vectors_about *limen_vectors_about(const struct limen_vectors *vectors) {
  return vectors->close == close_reader ? &((const struct reader *)vectors->state)->about : NULL;
}

int limen_matrix_read(const char *path, const struct limen_read_options *options,
                      struct limen_matrix *out, struct limen_error *error) {
  struct limen_vectors vectors;
  *out = (struct limen_matrix){0};
  int status = limen_vectors_open(path, options, &vectors, error);
  if (status == LIMEN_OK) status = limen_matrix_init(out, vectors.rows, vectors.columns, error);
  if (status == LIMEN_OK) status = vectors.read(&vectors, 0, vectors.rows, out->values, error);
  if (status != LIMEN_OK) limen_matrix_clear(out);
  limen_vectors_close(&vectors);
  return status;
}

/* ---- ids ---- */

static int load_distances(const struct limen_layout *layout, const struct limen_mapping *file,
                          bool allow_bad, float *out, struct limen_error *error) {
  struct limen_layout distances = *layout;
  distances.cell = LIMEN_CELL_F4;
  distances.start = layout->distances;
  distances.stride = layout->columns * sizeof *out;
  limen_layout_load(&distances, file, 0, layout->rows, out);
  for (size_t i = 0; i < layout->rows * layout->columns && !allow_bad; i++) {
    char place[LIMEN_PLACE_SIZE];
    if (isnan(out[i]))
      return LIMEN_FAIL(
          error, LIMEN_INPUT, "%s: %g is no distance",
          limen_layout_place(&distances, file, i / layout->columns, i % layout->columns, place),
          (double)out[i]);
  }
  return LIMEN_OK;
}

static int load_ids(const struct limen_layout *layout, const struct limen_mapping *file,
                    bool allow_bad, struct limen_ids *out, struct limen_error *error) {
  size_t count;
  if (__builtin_mul_overflow(layout->rows, layout->columns, &count))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu x %zu ids are too many", layout->rows,
                      layout->columns);
  *out = (struct limen_ids){.rows = layout->rows, .columns = layout->columns};
  if (!(out->ids = limen_alloc(count, sizeof *out->ids, error))) return LIMEN_FAILED;
  int status = limen_layout_ids(layout, file, out->ids, error);
  if (status != LIMEN_OK || layout->distances == 0) return status;
  if (!(out->distances = limen_alloc(count, sizeof *out->distances, error))) return LIMEN_FAILED;
  return load_distances(layout, file, allow_bad, out->distances, error);
}

int limen_ids_read(const char *path, const struct limen_read_options *options,
                   struct limen_ids *out, struct limen_error *error) {
  const struct limen_format *format = NULL;
  struct limen_mapping file;
  struct limen_layout layout;
  *out = (struct limen_ids){0};
  int status = limen_format_detect(path, options, true, &format, &file, &layout, error);
  if (status != LIMEN_OK) return status;
  status = load_ids(&layout, &file, options && options->allow_bad, out, error);
  if (status != LIMEN_OK) {
    if (status == LIMEN_INPUT && error) limen_error_prefix(error, "%s", path);
    limen_ids_clear(out);
  }
  limen_mapping_close(&file);
  return status;
}
