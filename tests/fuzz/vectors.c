#include "fuzz/vectors.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "data/format_entry.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"

/* ---- from files ---- */

/* Fewer rows at a time than most files have, so that blocks start in their middle. */
static void read_rows(const struct limen_vectors *vectors, bool allow_bad) {
  enum { BLOCK = 3 };
  float *rows = limen_alloc(vectors->columns, BLOCK * sizeof *rows, NULL);
  struct limen_error error = {0};
  fuzz_expect(rows, "no memory for %d rows of %zu values", BLOCK, vectors->columns);
  for (size_t first = 0; first < vectors->rows; first += BLOCK) {
    const size_t left = vectors->rows - first, count = left < BLOCK ? left : BLOCK;
    int status = vectors->read(vectors, first, count, rows, &error);
    fuzz_expect(status == LIMEN_OK, "row %zu of opened vectors: %s", first, error.text);
    for (size_t i = 0; i < count * vectors->columns; i++) {
      const float value = rows[i];
      fuzz_expect(allow_bad || isfinite(value), "row %zu holds %g", first + i / vectors->columns,
                  (double)value);
      if (!vectors->values) continue;
      const float there = vectors->values[first * vectors->columns + i];
      fuzz_expect(there == value || (isnan(there) && isnan(value)), "row %zu is %g and %g",
                  first + i / vectors->columns, (double)there, (double)value);
    }
  }
  limen_free(rows);
}

static int open_and_read(const char *path, const struct limen_read_options *options) {
  struct limen_vectors vectors;
  struct limen_error error = {0};
  int status = limen_vectors_open(path, options, &vectors, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status != LIMEN_OK) return status;
  fuzz_expect(vectors.rows > 0 && vectors.columns > 0, "%zu x %zu vectors", vectors.rows,
              vectors.columns);
  fuzz_expect(options->dimension == 0 || vectors.columns == options->dimension,
              "%zu columns in place of %zu", vectors.columns, options->dimension);
  fuzz_expect(limen_vectors_about(&vectors) != NULL, "nothing is known of the vectors");
  read_rows(&vectors, options->allow_bad);
  limen_vectors_close(&vectors);
  return LIMEN_OK;
}

void fuzz_read_vectors(const char *path, const struct limen_read_options *options) {
  struct limen_read_options bad = *options;
  bad.allow_bad = true;
  if (open_and_read(path, options) != LIMEN_OK) open_and_read(path, &bad);
}

void fuzz_read_ids(const char *path, const struct limen_read_options *options) {
  struct limen_ids ids;
  struct limen_error error = {0};
  int status = limen_ids_read(path, options, &ids, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t i = 0; i < ids.rows * ids.columns; i++) {
    fuzz_expect(ids.ids[i] >= -1, "id %zu is %d", i, ids.ids[i]);
    fuzz_expect(options->allow_bad || !ids.distances || !isnan(ids.distances[i]),
                "distance %zu is NaN", i);
  }
  limen_ids_clear(&ids);
}

/* ---- from memory ---- */

static void load_rows(const struct limen_layout *layout, const struct limen_mapping *file,
                      bool allow_bad) {
  float *row = limen_alloc(layout->columns, sizeof *row, NULL);
  fuzz_expect(row, "no memory for a row of %zu values", layout->columns);
  for (size_t r = 0; r < layout->rows; r++) {
    limen_layout_load(layout, file, r, 1, row);
    for (size_t i = 0; i < layout->columns && !allow_bad; i++)
      fuzz_expect(isfinite(row[i]), "row %zu holds %g", r, (double)row[i]);
  }
  limen_free(row);
}

static void load_ids(const struct limen_layout *layout, const struct limen_mapping *file) {
  struct limen_error error = {0};
  int32_t *ids = limen_alloc(layout->rows, layout->columns * sizeof *ids, NULL);
  fuzz_expect(ids, "no memory for %zu x %zu ids", layout->rows, layout->columns);
  int status = limen_layout_ids(layout, file, ids, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t i = 0; i < layout->rows * layout->columns && status == LIMEN_OK; i++)
    fuzz_expect(ids[i] >= -1, "id %zu is %d", i, ids[i]);
  limen_free(ids);
}

void fuzz_lay_out(const uint8_t *bytes, size_t size, const char *format,
                  const struct limen_read_options *options) {
  for (int ids = 0; ids < 2 && size > 0; ids++) {
    struct limen_mapping file = {.bytes = bytes, .size = size, .descriptor = -1};
    struct limen_layout layout;
    struct limen_error error = {0};
    size_t rounded = 0;
    int status = limen_format_find(format)->lay_out(&file, options, ids, &layout, &error);
    fuzz_judge(status, LIMEN_INPUT, &error);
    if (status != LIMEN_OK) continue;
    fuzz_expect(limen_layout_within(&layout, size), "%zu x %zu values lie beyond the file",
                layout.rows, layout.columns);
    if (ids) {
      load_ids(&layout, &file);
      continue;
    }
    status = limen_layout_check(&layout, &file, false, &rounded, &error);
    fuzz_judge(status, LIMEN_INPUT, &error);
    fuzz_expect(limen_layout_check(&layout, &file, true, &rounded, &error) == LIMEN_OK,
                "a bad value is refused that was allowed: %s", error.text);
    load_rows(&layout, &file, status != LIMEN_OK);
  }
}

/* ---- seeds ---- */

void fuzz_seed_format(struct fuzz_seeds *to, const char *name) {
  enum { ROWS = 4, COLUMNS = 3 };
  /* Bytes hold these as well. */
  float values[ROWS * COLUMNS] = {11, 32, 57, 0, 83, 1, 71, 23, 3, 17, 64, 99};
  int32_t rows[ROWS * COLUMNS] = {3, 1, 0, 2, 0, -1, 1, 3, 2, 0, 2, 1};
  float distances[ROWS * COLUMNS] = {0.11f, 0.32f, 0.57f, 0.02f, 0.3f, INFINITY,
                                     0.1f,  0.2f,  0.9f,  0.5f,  0.6f, 0.7f};
  const struct limen_matrix matrix = {ROWS, COLUMNS, values};
  const struct limen_ids ids = {ROWS, COLUMNS, rows, distances};
  const struct limen_format *format = limen_format_find(name);
  const char *folder = fuzz_folder();
  struct limen_vectors vectors;
  struct limen_error error = {0};
  char file[32], path[128];
  snprintf(file, sizeof file, "%s", name);
  snprintf(path, sizeof path, "%s/a%s", folder, format->endings[0]);
  limen_vectors_lend(&vectors, &matrix);
  if (format->write) {
    fuzz_expect(limen_vectors_write(path, &vectors, &error) == LIMEN_OK, "%s", error.text);
    fuzz_seed_file(to, file, path);
  }
  if (format->write_ids) {
    snprintf(file, sizeof file, "%s-ids", name);
    fuzz_expect(limen_ids_write(path, &ids, &error) == LIMEN_OK, "%s", error.text);
    fuzz_seed_file(to, file, path);
  }
}
