/* File formats: bytes written by hand are read as they are meant, every pair of formats makes a
 * round trip, and a file without an ending is told by its content. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "data/format_entry.h"
#include "data/npy.h"
#include "unit/formats.h"

#define BYTES(...) \
  (&(struct bytes){.data = {__VA_ARGS__}, .count = sizeof((uint8_t[]){__VA_ARGS__})})

/* 0.5 and -2 as float32 */
#define HALF 0, 0, 0, 0x3f
#define MINUS_TWO 0, 0, 0, 0xc0

/* ---- bytes by hand ---- */

static void test_xvecs(void **state) {
  (void)state;
  const float floats[] = {0.5f, -2, -2, 0.5f}, bytes[] = {7, 255, 0, 128, 9, 33};
  const int32_t ids[] = {258, 0, -1, 65536};
  expect_vectors(put("a.fvecs", BYTES(2, 0, 0, 0, HALF, MINUS_TWO, 2, 0, 0, 0, MINUS_TWO, HALF)),
                 NULL, 2, 2, floats);
  expect_vectors(put("a.bvecs", BYTES(3, 0, 0, 0, 7, 255, 0, 3, 0, 0, 0, 128, 9, 33)), NULL, 2, 3,
                 bytes);
  expect_ids(put("a.ivecs", BYTES(2, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 255, 255, 255,
                                  255, 0, 0, 1, 0)),
             NULL, 2, 2, ids, NULL);
}

static void test_xbin_headers(void **state) {
  (void)state;
  const float floats[] = {0.5f, -2}, u8[] = {7, 255, 128}, i8[] = {7, -1, -128};
  expect_vectors(put("a.fbin", BYTES(1, 0, 0, 0, 2, 0, 0, 0, HALF, MINUS_TWO)), NULL, 1, 2, floats);
  expect_vectors(
      put("b.fbin", BYTES(2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, HALF, MINUS_TWO)), NULL,
      2, 1, floats);
  expect_vectors(put("a.u8bin", BYTES(3, 0, 0, 0, 1, 0, 0, 0, 7, 255, 128)), NULL, 3, 1, u8);
  expect_vectors(put("a.i8bin", BYTES(1, 0, 0, 0, 3, 0, 0, 0, 7, 255, 128)), NULL, 1, 3, i8);
  expect_vectors(put("b.u8bin", BYTES(1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7, 255, 128)),
                 NULL, 1, 3, u8);
}

/* Ground truth of big-ann-benchmarks: ids, then distances; with both headers. */
static void test_truth_with_distances(void **state) {
  (void)state;
  const int32_t ids[] = {17, 3, -1, 5};
  const float distances[] = {0.11f, 0.32f, 0.57f, INFINITY};
  for (int wide = 0; wide < 2; wide++) {
    struct bytes file = {0};
    if (wide)
      add_u64(&file, 2), add_u64(&file, 2);
    else
      add_u32(&file, 2), add_u32(&file, 2);
    for (size_t i = 0; i < 4; i++) add_u32(&file, (uint32_t)ids[i]);
    expect_ids(put("plain.ibin", &file), NULL, 2, 2, ids, NULL);
    for (size_t i = 0; i < 4; i++) add_f32(&file, distances[i]);
    expect_ids(put("truth.ibin", &file), NULL, 2, 2, ids, distances);
    expect_ids(put("truth", &file), NULL, 2, 2, ids, distances);
  }
}

static void test_idx(void **state) {
  (void)state;
  const float images[] = {1, 2, 3, 4, 5, 6, 250, 251}, labels[] = {9, 3}, is_signed[] = {-2, 2};
  const struct bytes *file =
      BYTES(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 250, 251);
  expect_vectors(put("some-idx3-ubyte", file), NULL, 2, 4, images);
  expect_vectors(put("some", file), NULL, 2, 4, images);
  expect_vectors(put("labels", BYTES(0, 0, 8, 1, 0, 0, 0, 2, 9, 3)), NULL, 2, 1, labels);
  expect_vectors(put("signed", BYTES(0, 0, 9, 2, 0, 0, 0, 1, 0, 0, 0, 2, 254, 2)), NULL, 1, 2,
                 is_signed);
}

static void test_raw(void **state) {
  (void)state;
  const float values[] = {0.5f, -2, -2, 0.5f};
  const struct bytes *file = BYTES(HALF, MINUS_TWO, MINUS_TWO, HALF);
  const struct limen_read_options two = {.dimension = 2}, one = {.dimension = 1};
  expect_vectors(put("a.f32", file), &two, 2, 2, values);
  expect_vectors(put("a", file), &two, 2, 2, values);
  expect_vectors(put("a", file), &one, 4, 1, values);
  refuse(at("a.f32"), NULL, LIMEN_USAGE,
         "headerless float32 does not say its dimension; say it with --dimension N");
}

/* ---- .npy ---- */

static const char *put_npy(const char *type, const char *shape, const void *values, size_t count) {
  struct bytes file = {0};
  char header[160];
  int length = snprintf(header, sizeof header,
                        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", type, shape);
  const uint8_t prefix[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)length, 0};
  add_bytes(&file, prefix, sizeof prefix);
  add_bytes(&file, header, (size_t)length);
  add_bytes(&file, values, count);
  return put("a.npy", &file);
}

static void expect_about(const char *path, const char *format, const char *type, size_t rounded) {
  struct limen_vectors vectors;
  assert_int_equal(limen_vectors_open(path, NULL, &vectors, NULL), LIMEN_OK);
  const struct limen_vectors_about *about = limen_vectors_about(&vectors);
  assert_string_equal(about->format, format);
  assert_string_equal(about->type, type);
  assert_int_equal(about->rounded, rounded);
  limen_vectors_close(&vectors);
}

static void test_npy_types(void **state) {
  (void)state;
  const double f8[] = {0.5, 0.11, -2, 1e-60};
  const float from_f8[] = {0.5f, 0.11f, -2, 0};
  /* 0.5, -2, 2^-24 (the least), 65504 (the most), 2^-14 - 2^-24, -0 */
  const uint16_t f2[] = {0x3800, 0xc000, 0x0001, 0x7bff, 0x03ff, 0x8000};
  const float from_f2[] = {0.5f, -2, 0x1p-24f, 65504, 0x1p-14f - 0x1p-24f, -0.0f};
  const uint8_t u1[] = {0, 255}, i1[] = {127, 128};
  const float from_u1[] = {0, 255}, from_i1[] = {127, -128};
  const int32_t i4[] = {-16777217, 16777216};
  const float from_i4[] = {-16777216, 16777216};
  const uint32_t u4[] = {4294967295u, 2147483648u};
  const float from_u4[] = {4294967296.0f, 2147483648.0f};
  const int64_t i8[] = {INT64_MAX, INT64_MIN, -3};
  const float from_i8[] = {0x1p63f, -0x1p63f, -3};
  expect_vectors(put_npy("<f8", "(2, 2)", f8, sizeof f8), NULL, 2, 2, from_f8);
  expect_about(at("a.npy"), "npy", "float64", 2); /* 0.11 and 1e-60 */
  expect_vectors(put_npy("<f2", "(3, 2)", f2, sizeof f2), NULL, 3, 2, from_f2);
  expect_about(at("a.npy"), "npy", "float16", 0);
  expect_vectors(put_npy("|u1", "(1, 2)", u1, sizeof u1), NULL, 1, 2, from_u1);
  expect_vectors(put_npy("|i1", "(2,)", i1, sizeof i1), NULL, 2, 1, from_i1);
  expect_vectors(put_npy("<i4", "(1, 2)", i4, sizeof i4), NULL, 1, 2, from_i4);
  expect_about(at("a.npy"), "npy", "int32", 1);
  expect_vectors(put_npy("<u4", "(1, 2)", u4, sizeof u4), NULL, 1, 2, from_u4);
  expect_about(at("a.npy"), "npy", "uint32", 1);
  expect_vectors(put_npy("<i8", "(3, 1)", i8, sizeof i8), NULL, 3, 1, from_i8);
  expect_about(at("a.npy"), "npy", "int64", 1);
}

static void test_npy_ids(void **state) {
  (void)state;
  const int64_t i8[] = {17, -1, INT32_MAX, 5};
  const int32_t ids[] = {17, -1, INT32_MAX, 5};
  expect_ids(put_npy("<i8", "(2, 2)", i8, sizeof i8), NULL, 2, 2, ids, NULL);
  expect_ids(put_npy("<i4", "(4,)", ids, sizeof ids), NULL, 4, 1, ids, NULL);
  expect_ids(put_npy("<u4", "(4, 1)", (uint32_t[]){17, 1, INT32_MAX, 5}, 16), NULL, 4, 1,
             (int32_t[]){17, 1, INT32_MAX, 5}, NULL);
}

/* ---- round trips ---- */

/* Whole numbers that every format can hold, except that half of the bytes are too small for that:
 * values 0 to 125 fit int8 and uint8. */
enum { ROWS = 3, COLUMNS = 5 };
static const float whole[ROWS * COLUMNS] = {11, 32, 57, 0, 125, 83, 1, 71, 23, 3, 17, 64, 99, 2, 8};

static void name_of(const struct limen_format *format, char *out, size_t size) {
  snprintf(out, size, "t%s", format->endings[0]);
}

static void test_every_pair(void **state) {
  (void)state;
  struct limen_matrix matrix = {.rows = ROWS, .columns = COLUMNS, .values = (float *)whole};
  struct limen_vectors vectors;
  const struct limen_read_options options = {.dimension = COLUMNS};
  size_t pairs = 0;
  char from[32], to[40];
  for (size_t a = 0; limen_format_at(a); a++) {
    if (!limen_format_at(a)->write) continue;
    name_of(limen_format_at(a), from, sizeof from);
    limen_vectors_lend(&vectors, &matrix);
    assert_int_equal(limen_vectors_write(at(from), &vectors, NULL), LIMEN_OK);
    expect_vectors(at(from), &options, ROWS, COLUMNS, whole);
    for (size_t b = 0; limen_format_at(b); b++) {
      if (!limen_format_at(b)->write) continue;
      name_of(limen_format_at(b), to, sizeof to);
      to[0] = 'u';
      assert_int_equal(limen_vectors_open(at(from), &options, &vectors, NULL), LIMEN_OK);
      assert_int_equal(limen_vectors_write(at(to), &vectors, NULL), LIMEN_OK);
      limen_vectors_close(&vectors);
      expect_vectors(at(to), &options, ROWS, COLUMNS, whole);
      pairs++;
    }
  }
  assert_int_equal(pairs, 100);
}

static void test_floats_keep_their_bits(void **state) {
  (void)state;
  const float values[] = {0.11f, -0.32f, 1e-45f, 3.4e38f, -0.0f, 0.57f};
  struct limen_matrix matrix = {.rows = 3, .columns = 2, .values = (float *)values};
  struct limen_vectors vectors;
  const struct limen_read_options options = {.dimension = 2};
  static const char *const names[] = {"a.fvecs", "a.fbin", "a.npy",  "a.hdf5",
                                      "a.h5",    "a.f32",  "A.FVECS"};
  limen_vectors_lend(&vectors, &matrix);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_int_equal(limen_vectors_write(at(names[i]), &vectors, NULL), LIMEN_OK);
    expect_vectors(at(names[i]), &options, 3, 2, values);
  }
}

static void test_ids_of_every_pair(void **state) {
  (void)state;
  int32_t numbers[] = {17, 3, -1, INT32_MAX, 0, 5};
  float distances[] = {0.11f, 0.32f, 0.57f, 0.23f, 0.83f, INFINITY};
  const struct limen_ids ids = {.rows = 3, .columns = 2, .ids = numbers, .distances = distances};
  size_t pairs = 0;
  char from[32], to[40];
  for (size_t a = 0; limen_format_at(a); a++) {
    const struct limen_format *one = limen_format_at(a);
    if (!one->write_ids) continue;
    name_of(one, from, sizeof from);
    assert_true(limen_format_writes_ids(from));
    assert_int_equal(limen_format_writes_distances(from), one->writes_distances);
    assert_int_equal(limen_ids_write(at(from), &ids, NULL), LIMEN_OK);
    expect_ids(at(from), NULL, 3, 2, numbers, one->writes_distances ? distances : NULL);
    for (size_t b = 0; limen_format_at(b); b++) {
      struct limen_ids found;
      const struct limen_format *other = limen_format_at(b);
      if (!other->write_ids) continue;
      name_of(other, to, sizeof to);
      to[0] = 'u';
      assert_int_equal(limen_ids_read(at(from), NULL, &found, NULL), LIMEN_OK);
      assert_int_equal(limen_ids_write(at(to), &found, NULL), LIMEN_OK);
      limen_ids_clear(&found);
      expect_ids(at(to), NULL, 3, 2, numbers,
                 one->writes_distances && other->writes_distances ? distances : NULL);
      pairs++;
    }
  }
  assert_int_equal(pairs, 16);
  assert_false(limen_format_writes_ids("a.fvecs"));
  assert_false(limen_format_writes_ids("a"));
  assert_false(limen_format_writes_distances("a"));
}

/* ---- detection ---- */

static void expect_format(const char *path, const struct limen_read_options *options,
                          const char *format) {
  struct limen_error error = {0};
  struct limen_vectors vectors;
  assert_int_equal(limen_vectors_open(path, options, &vectors, &error), LIMEN_OK);
  assert_string_equal(limen_vectors_about(&vectors)->format, format);
  limen_vectors_close(&vectors);
}

static void test_without_an_ending(void **state) {
  (void)state;
  static const char *const told[] = {"fvecs", "ivecs", "bvecs", "fbin", "ibin", "npy", "hdf5"};
  struct limen_matrix matrix = {.rows = ROWS, .columns = COLUMNS, .values = (float *)whole};
  struct limen_vectors vectors;
  char name[32];
  limen_vectors_lend(&vectors, &matrix);
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    snprintf(name, sizeof name, "a.%s", told[i]);
    assert_int_equal(limen_vectors_write(at(name), &vectors, NULL), LIMEN_OK);
    assert_int_equal(rename(at(name), at("plain")), 0);
    expect_format(at("plain"), NULL, told[i]);
    expect_format(at("plain"), &(struct limen_read_options){.dimension = COLUMNS}, told[i]);
    assert_int_equal(rename(at("plain"), at("misleading.dat")), 0);
    expect_format(at("misleading.dat"), NULL, told[i]);
  }
}

static void test_what_content_cannot_tell(void **state) {
  (void)state;
  const float zeros[4] = {0};
  struct limen_matrix matrix = {.rows = ROWS, .columns = COLUMNS, .values = (float *)whole};
  struct limen_vectors vectors;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at("a.u8bin"), &vectors, NULL), LIMEN_OK);
  assert_int_equal(rename(at("a.u8bin"), at("plain")), 0);
  refuse(at("plain"), NULL, LIMEN_INPUT,
         "its content fits u8bin and i8bin alike; say which it is with --format, or give the file "
         "its usual ending");
  expect_format(at("plain"), &(struct limen_read_options){.format = "i8bin"}, "i8bin");
  /* Four bytes of zero are a float and an id. */
  matrix = (struct limen_matrix){.rows = 2, .columns = 2, .values = (float *)zeros};
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at("a.fvecs"), &vectors, NULL), LIMEN_OK);
  assert_int_equal(rename(at("a.fvecs"), at("plain")), 0);
  refuse(at("plain"), NULL, LIMEN_INPUT,
         "its content fits fvecs and ivecs alike; say which it is with --format, or give the file "
         "its usual ending");
  expect_ids(at("plain"), NULL, 2, 2, (int32_t[4]){0}, NULL); /* who wants ids has said so */
}

static void test_names_that_lie(void **state) {
  (void)state;
  const float values[] = {0.5f, -2};
  const struct bytes *fbin = BYTES(1, 0, 0, 0, 2, 0, 0, 0, HALF, MINUS_TWO);
  /* A magic is stronger than a name. */
  put_npy("<f4", "(1, 2)", values, sizeof values);
  assert_int_equal(rename(at("a.npy"), at("a.fvecs")), 0);
  expect_vectors(at("a.fvecs"), NULL, 1, 2, values);
  refuse(put("b.fvecs", fbin), NULL, LIMEN_INPUT,
         "row 1 (byte 8) has dimension 1056964608, row 0 has 1; its content fits fbin (--format "
         "fbin)");
  expect_vectors(at("b.fvecs"), &(struct limen_read_options){.format = "fbin"}, 1, 2, values);
  refuse(at("b.fvecs"), &(struct limen_read_options){.format = "npy"}, LIMEN_INPUT,
         "not an .npy file");
  refuse(at("b.fvecs"), &(struct limen_read_options){.format = "hdf5"}, LIMEN_INPUT,
         "not an HDF5 file: its signature is missing");
  refuse(at("b.fvecs"), &(struct limen_read_options){.format = "idx"}, LIMEN_INPUT,
         "not an idx file of 1 to 4 dimensions");
  refuse(put("c.fbin", fbin), &(struct limen_read_options){.dimension = 3}, LIMEN_INPUT,
         "its vectors (fbin) have 2 dimensions, not 3");
  refuse(at("c.fbin"), &(struct limen_read_options){.format = "fbim"}, LIMEN_USAGE,
         "unknown format fbim; nearest: fbin; there is: fvecs, ivecs, bvecs, fbin, u8bin, i8bin, "
         "ibin, npy, hdf5, idx, raw");
  refuse_ids(at("c.fbin"), NULL, LIMEN_INPUT, "its values are float32, and ids are whole numbers");
}

/* ---- gz ---- */

static const char *put_gz(const char *name, const void *bytes, size_t count) {
  const char *path = at(name);
  gzFile out = gzopen(path, "wb9");
  assert_int_equal(gzwrite(out, bytes, (unsigned)count), (int)count);
  assert_int_equal(gzclose(out), Z_OK);
  return path;
}

static void test_compressed(void **state) {
  (void)state;
  const float values[] = {0.5f, -2, -2, 0.5f};
  const struct bytes *file = BYTES(2, 0, 0, 0, HALF, MINUS_TWO, 2, 0, 0, 0, MINUS_TWO, HALF);
  expect_vectors(put_gz("a.fvecs.gz", file->data, file->count), NULL, 2, 2, values);
  expect_vectors(put_gz("plain", file->data, file->count), NULL, 2, 2, values);
  expect_vectors(put_gz("c.fvecs", file->data, file->count), NULL, 2, 2, values);
  expect_vectors(put("d.fvecs.gz", file), NULL, 2, 2, values); /* unpacked already */
  refuse(put_gz("a.hdf5.gz", "\x89HDF\r\n\x1a\n", 8), NULL, LIMEN_INPUT,
         "a compressed HDF5 file is not read; unpack it with gunzip");
}

static void test_damaged_gz(void **state) {
  (void)state;
  struct bytes file = {0};
  size_t count = 0;
  struct limen_vectors vectors;
  struct limen_error error;
  for (uint32_t r = 0; r < 60; r++) add_u32(&file, 1), add_f32(&file, 0.11f * (float)r);
  put_gz("a.fvecs.gz", file.data, file.count);
  char *packed = get_file(at("a.fvecs.gz"), &count);
  for (size_t length = 0; length < count; length++) {
    put_file(at("cut.fvecs.gz"), packed, length);
    assert_int_equal(limen_vectors_open(at("cut.fvecs.gz"), NULL, &vectors, &error), LIMEN_INPUT);
  }
  assert_non_null(strstr(error.text, "damaged or cut short: unexpected end of file"));
  for (size_t i = count - 8; i < count; i++) { /* checksum and length */
    packed[i] ^= 0x40;
    put_file(at("flip.fvecs.gz"), packed, count);
    assert_int_equal(limen_vectors_open(at("flip.fvecs.gz"), NULL, &vectors, &error), LIMEN_INPUT);
    assert_non_null(strstr(error.text, "the compressed data is damaged or cut short: "));
    packed[i] ^= 0x40;
  }
  limen_free(packed);
}

static void test_bombs_are_bounded(void **state) {
  (void)state;
  static uint8_t zeros[1 << 20];
  struct limen_mapping mapping;
  struct limen_error error = {0};
  put_gz("bomb.gz", zeros, sizeof zeros);
  assert_int_equal(limen_mapping_open(&mapping, at("bomb.gz"), &error), LIMEN_OK);
  const size_t packed = mapping.size;
  assert_true(packed < 2000);
  assert_int_equal(limen_mapping_unpack(&mapping, sizeof zeros - 1, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "it unpacks to more than 1048575 bytes, the most that is done here; unpack "
                      "it yourself with gunzip if that is right");
  assert_int_equal(mapping.size, packed); /* as it was */
  assert_int_equal(limen_mapping_unpack(&mapping, sizeof zeros, &error), LIMEN_OK);
  assert_int_equal(mapping.size, sizeof zeros);
  limen_mapping_close(&mapping);
  /* The bound itself: deflate's own best for small files, 4 GiB for middling, 16-fold for large. */
  assert_int_equal(limen_mapping_unpacked_most(1000), 1032 * 1000 + 65536);
  assert_int_equal(limen_mapping_unpacked_most((size_t)1 << 26), (size_t)1 << 32);
  assert_int_equal(limen_mapping_unpacked_most((size_t)1 << 30), (size_t)1 << 34);
  assert_int_equal(limen_mapping_unpacked_most(SIZE_MAX), SIZE_MAX);
}

/* 560927 rows make an fbin that starts as a gz file does. */
static void test_a_count_that_looks_like_gz(void **state) {
  (void)state;
  enum { COUNT = 0x88b1f };
  struct limen_matrix matrix;
  struct limen_vectors vectors;
  assert_int_equal(limen_matrix_init(&matrix, COUNT, 1, NULL), LIMEN_OK);
  for (size_t i = 0; i < COUNT; i++) matrix.values[i] = 0.11f * (float)i;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at("a.fbin"), &vectors, NULL), LIMEN_OK);
  assert_int_equal(limen_vectors_open(at("a.fbin"), NULL, &vectors, NULL), LIMEN_OK);
  assert_int_equal(vectors.rows, COUNT);
  assert_memory_equal(vectors.values, matrix.values, COUNT * sizeof(float));
  limen_vectors_close(&vectors);
  limen_matrix_clear(&matrix);
}

/* ---- writing ---- */

static void refuse_write(const char *name, size_t columns, const float *values, int wanted,
                         const char *words) {
  struct limen_matrix matrix = {.rows = 2, .columns = columns, .values = (float *)values};
  struct limen_vectors vectors;
  struct limen_error error = {0};
  char text[1024];
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at(name), &vectors, &error), wanted);
  snprintf(text, sizeof text, "cannot write %s: %s", at(name), words);
  assert_string_equal(error.text, text);
  assert_false(limen_file_exists(at(name)));
}

static void test_what_cannot_be_written(void **state) {
  (void)state;
#define WIDER "; a format of float32 (.fvecs, .fbin, .npy) can hold it"
#define ENDINGS ".fvecs, .ivecs, .bvecs, .fbin, .u8bin, .i8bin, .ibin, .npy, .hdf5, .f32"
  refuse_write("a.u8bin", 2, (float[]){1, 2, 3, 0.57f}, LIMEN_INPUT,
               "row 1, column 1: 0.5699999928474426 cannot be written as uint8" WIDER);
  refuse_write("a.u8bin", 2, (float[]){1, 2, -1, 3}, LIMEN_INPUT,
               "row 1, column 0: -1 cannot be written as uint8" WIDER);
  refuse_write("a.bvecs", 2, (float[]){1, 256, 1, 3}, LIMEN_INPUT,
               "row 0, column 1: 256 cannot be written as uint8" WIDER);
  refuse_write("a.i8bin", 2, (float[]){-128, 127, 1, -129}, LIMEN_INPUT,
               "row 1, column 1: -129 cannot be written as int8" WIDER);
  refuse_write("a.ibin", 2, (float[]){-0x1p31f, 1, 1, 0x1p31f}, LIMEN_INPUT,
               "row 1, column 1: 2147483648 cannot be written as int32" WIDER);
  refuse_write("a.ivecs", 2, (float[]){1, NAN, 1, 2}, LIMEN_INPUT,
               "row 0, column 1: nan cannot be written as int32" WIDER);
  refuse_write("a.fvecs", 0, (float[]){0}, LIMEN_INPUT, "2 x 0 values are nothing to write");
  refuse_write("a.fbin", 0, (float[]){0}, LIMEN_INPUT, "2 x 0 values are nothing to write");
  refuse_write("a.hdf5", 0, (float[]){0}, LIMEN_INPUT, "2 x 0 values are nothing to write");
  refuse_write("a.npz", 1, (float[]){0, 1}, LIMEN_USAGE,
               "its ending tells no format; the endings for vectors are " ENDINGS);
  refuse_write("a.fvecs.gz", 1, (float[]){0, 1}, LIMEN_USAGE,
               "compressed files are not written; the endings for vectors are " ENDINGS);
  refuse_write("a-idx3-ubyte", 1, (float[]){0, 1}, LIMEN_USAGE,
               "this format is not written; the endings for vectors are " ENDINGS);
  refuse_write("no/folder.fvecs", 1, (float[]){0, 1}, LIMEN_FAILED, "No such file or directory");
  struct limen_error error = {0};
  int32_t one = 1;
  const struct limen_ids ids = {.rows = 1, .columns = 1, .ids = &one};
  assert_int_equal(limen_ids_write("a.fvecs", &ids, &error), LIMEN_USAGE);
  assert_string_equal(error.text,
                      "cannot write a.fvecs: this format is not written; the endings for ids are "
                      ".ivecs, .ibin, .npy, .hdf5");
  assert_int_equal(limen_format_writes("a.txt", &error), LIMEN_USAGE);
  assert_int_equal(limen_format_writes("a.npy", &error), LIMEN_OK);
}

/* A size that a header cannot say is refused before anything is read. */
static int never_read(const struct limen_vectors *vectors, size_t first, size_t count, float *out,
                      struct limen_error *error) {
  (void)vectors, (void)first, (void)count, (void)out;
  return LIMEN_FAIL(error, LIMEN_FAILED, "was read");
}

static void test_sizes_beyond_a_header(void **state) {
  (void)state;
  struct limen_error error = {0};
  const struct limen_vectors many = {.rows = (size_t)1 << 32, .columns = 3, .read = never_read};
  const struct limen_vectors wide = {.rows = 3, .columns = (size_t)1 << 31, .read = never_read};
  assert_int_equal(limen_vectors_write(at("a.u8bin"), &many, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "4294967296 x 3 values are more than u8bin can say"));
  assert_int_equal(limen_vectors_write(at("a.fvecs"), &wide, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "3 x 2147483648 values are more than fvecs can say"));
}

static void test_many_threads_read(void **state) {
  (void)state;
  enum { MANY = 4000, WIDTH = 37 };
  struct limen_matrix matrix;
  struct limen_vectors vectors;
  assert_int_equal(limen_matrix_init(&matrix, MANY, WIDTH, NULL), LIMEN_OK);
  for (size_t i = 0; i < MANY * WIDTH; i++) matrix.values[i] = 0.11f * (float)i;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at("a.fvecs"), &vectors, NULL), LIMEN_OK);
  assert_int_equal(limen_vectors_open(at("a.fvecs"), NULL, &vectors, NULL), LIMEN_OK);
  size_t wrong = 0;
#pragma omp parallel for num_threads(4) reduction(+ : wrong) schedule(static, 1)
  for (size_t r = 0; r < MANY; r++) {
    float row[WIDTH];
    wrong += vectors.read(&vectors, r, 1, row, NULL) != LIMEN_OK ||
             memcmp(row, matrix.values + r * WIDTH, sizeof row) != 0;
  }
  assert_int_equal(wrong, 0);
  limen_vectors_close(&vectors);
  limen_matrix_clear(&matrix);
}

static void test_metrics(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++) assert_int_equal(limen_metric_find(limen_metric_name((size_t)i)), i);
  assert_string_equal(limen_metric_name(LIMEN_COSINE), "cosine");
  assert_null(limen_metric_name(3));
  assert_int_equal(limen_metric_find("euclid"), -1);
  struct limen_error error = {0};
  struct limen_matrix matrix;
  assert_int_equal(limen_matrix_init(&matrix, (size_t)1 << 33, (size_t)1 << 33, &error),
                   LIMEN_FAILED);
  assert_non_null(strstr(error.text, "8589934592 x 8589934592 values"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_xvecs),
      TEST(test_xbin_headers),
      TEST(test_truth_with_distances),
      TEST(test_idx),
      TEST(test_raw),
      TEST(test_npy_types),
      TEST(test_npy_ids),
      TEST(test_every_pair),
      TEST(test_floats_keep_their_bits),
      TEST(test_ids_of_every_pair),
      TEST(test_without_an_ending),
      TEST(test_what_content_cannot_tell),
      TEST(test_names_that_lie),
      TEST(test_compressed),
      TEST(test_damaged_gz),
      TEST(test_bombs_are_bounded),
      TEST(test_a_count_that_looks_like_gz),
      TEST(test_what_cannot_be_written),
      TEST(test_sizes_beyond_a_header),
      TEST(test_many_threads_read),
      TEST(test_metrics),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
