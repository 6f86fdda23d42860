/* Small words for tests of file formats. Include after cmocka.h. */
#ifndef LIMEN_TESTS_FORMATS_H
#define LIMEN_TESTS_FORMATS_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "data/format.h"
#include "unit/scratch.h"

/* A file being put together, little-endian. */
struct bytes {
  uint8_t data[4096];
  size_t count;
};

static inline void add_bytes(struct bytes *to, const void *from, size_t count) {
  assert_true(count <= sizeof to->data - to->count);
  memcpy(to->data + to->count, from, count);
  to->count += count;
}

static inline void add_u32(struct bytes *to, uint32_t value) { add_bytes(to, &value, 4); }
static inline void add_u64(struct bytes *to, uint64_t value) { add_bytes(to, &value, 8); }
static inline void add_f32(struct bytes *to, float value) { add_bytes(to, &value, 4); }

static inline const char *put(const char *name, const struct bytes *bytes) {
  const char *path = at(name);
  put_file(path, bytes->data, bytes->count);
  return path;
}

/* The file holds exactly these vectors, through every way of reading it. */
static inline void expect_vectors(const char *path, const struct limen_read_options *options,
                                  size_t rows, size_t columns, const float *values) {
  struct limen_error error = {0};
  struct limen_matrix matrix;
  struct limen_vectors vectors;
  int status = limen_matrix_read(path, options, &matrix, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(matrix.rows, rows);
  assert_int_equal(matrix.columns, columns);
  assert_memory_equal(matrix.values, values, rows * columns * sizeof *values);
  assert_int_equal(limen_vectors_open(path, options, &vectors, &error), LIMEN_OK);
  assert_int_equal(vectors.rows, rows);
  assert_int_equal(vectors.columns, columns);
  for (size_t r = rows; r-- > 0;) {
    assert_int_equal(vectors.read(&vectors, r, 1, matrix.values, &error), LIMEN_OK);
    assert_memory_equal(matrix.values, values + r * columns, columns * sizeof *values);
  }
  if (vectors.values) assert_memory_equal(vectors.values, values, rows * columns * sizeof *values);
  assert_int_equal(vectors.read(&vectors, rows, 1, matrix.values, &error), LIMEN_FAILED);
  assert_int_equal(vectors.read(&vectors, 0, rows + 1, matrix.values, &error), LIMEN_FAILED);
  assert_int_equal(vectors.read(&vectors, 1, SIZE_MAX, matrix.values, &error), LIMEN_FAILED);
  limen_vectors_close(&vectors);
  limen_matrix_clear(&matrix);
}

static inline void expect_ids(const char *path, const struct limen_read_options *options,
                              size_t rows, size_t columns, const int32_t *ids,
                              const float *distances) {
  struct limen_error error = {0};
  struct limen_ids found;
  int status = limen_ids_read(path, options, &found, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(found.rows, rows);
  assert_int_equal(found.columns, columns);
  assert_memory_equal(found.ids, ids, rows * columns * sizeof *ids);
  if (distances) {
    assert_non_null(found.distances);
    assert_memory_equal(found.distances, distances, rows * columns * sizeof *distances);
  } else {
    assert_null(found.distances);
  }
  limen_ids_clear(&found);
}

/* Reading is refused with the path and exactly these words. */
static inline void refuse(const char *path, const struct limen_read_options *options, int wanted,
                          const char *words) {
  struct limen_error error = {0};
  struct limen_vectors vectors;
  char text[1024];
  int status = limen_vectors_open(path, options, &vectors, &error);
  snprintf(text, sizeof text, "%s: %s", path, words);
  assert_string_equal(error.text, text);
  assert_int_equal(status, wanted);
  assert_null(vectors.state);
}

static inline void refuse_ids(const char *path, const struct limen_read_options *options,
                              int wanted, const char *words) {
  struct limen_error error = {0};
  struct limen_ids ids;
  char text[1024];
  int status = limen_ids_read(path, options, &ids, &error);
  snprintf(text, sizeof text, "%s: %s", path, words);
  assert_string_equal(error.text, text);
  assert_int_equal(status, wanted);
  assert_null(ids.ids);
}

#endif
