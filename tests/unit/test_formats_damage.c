/* Damaged and hostile files without a library behind them: every length is checked, and what is
 * wrong is named with its row and byte. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "data/format_entry.h"
#include "data/npy.h"
#include "unit/formats.h"

/* ---- truncation ---- */

/* A file of 4 x 3 whole numbers, cut at every byte: never more than an error, and never less. With
 * its ending it says where it ends. */
static void test_every_truncation(void **state) {
  (void)state;
  const float values[12] = {11, 32, 57, 0, 83, 1, 71, 23, 3, 17, 64, 99};
  struct limen_matrix matrix = {.rows = 4, .columns = 3, .values = (float *)values};
  struct limen_vectors vectors;
  size_t cuts = 0;
  for (size_t f = 0; limen_format_at(f); f++) {
    const struct limen_format *format = limen_format_at(f);
    char name[32], cut_name[40];
    size_t count = 0;
    if (!format->write || strcmp(format->name, "hdf5") == 0) continue;
    const bool whole_rows = format->headerless || strstr(format->name, "vecs");
    const size_t head = strstr(format->name, "vecs") ? 4 : 0;
    const size_t width = strstr("bvecs u8bin i8bin", format->name) ? 1 : 4;
    const size_t row = head + 3 * width;
    snprintf(name, sizeof name, "a%s", format->endings[0]);
    snprintf(cut_name, sizeof cut_name, "cut%s", format->endings[0]);
    limen_vectors_lend(&vectors, &matrix);
    assert_int_equal(limen_vectors_write(at(name), &vectors, NULL), LIMEN_OK);
    char *bytes = get_file(at(name), &count);
    for (size_t length = 0; length < count; length++, cuts++) {
      struct limen_error error = {0};
      const struct limen_read_options options = {.dimension = 3};
      put_file(at(cut_name), bytes, length);
      int status = limen_vectors_open(at(cut_name), &options, &vectors, &error);
      if (whole_rows && length > 0 && length % row == 0) { /* a shorter file of whole rows */
        assert_int_equal(status, LIMEN_OK);
        assert_int_equal(vectors.rows, length / row);
        limen_vectors_close(&vectors);
        continue;
      }
      assert_int_equal(status, LIMEN_INPUT);
      assert_null(vectors.state);
      if (!strstr(error.text, "cut short") && !strstr(error.text, "not an .npy file") &&
          !strstr(error.text, "it is empty"))
        fail_msg("%s at %zu: %s", cut_name, length, error.text);
    }
    limen_free(bytes);
  }
  assert_true(cuts > 400);
}

static void test_where_it_ends(void **state) {
  (void)state;
  struct bytes file = {0};
  add_u32(&file, 3);
  add_u32(&file, 2);
  for (int i = 0; i < 6; i++) add_f32(&file, 0.11f * (float)i);
  file.count -= 9; /* in the last value of row 1 */
  refuse(put("a.fbin", &file), NULL, LIMEN_INPUT,
         "the header says 3 x 2 values of 4 bytes, but the file is cut short in row 1, at byte 23");
  add_bytes(&file, "0123456789", 10);
  refuse(put("a.fbin", &file), NULL, LIMEN_INPUT,
         "the header says 3 x 2 values of 4 bytes, which end at byte 32, but the file has 33 "
         "bytes");
  refuse(put("a.u8bin", &file), NULL, LIMEN_INPUT,
         "the header says 3 x 2 values of 1 bytes, which end at byte 14, but the file has 33 "
         "bytes");
  file.count = 5;
  refuse(put("a.fbin", &file), NULL, LIMEN_INPUT,
         "the header is cut short: 5 of its 8 bytes are there");
  refuse(put("a.npy", &file), NULL, LIMEN_INPUT, "not an .npy file");
  file.count = 3;
  refuse(put("a.fvecs", &file), NULL, LIMEN_INPUT,
         "row 0 (byte 0) is cut short: 3 of the 4 bytes of its dimension are there");
  file.count = 0;
  refuse(put("a.fvecs", &file), NULL, LIMEN_INPUT, "it is empty");
  refuse(put("a", &file), NULL, LIMEN_INPUT, "it is empty");
}

static void test_rows_of_xvecs(void **state) {
  (void)state;
  struct bytes file = {0};
  for (uint32_t r = 0; r < 3; r++) {
    add_u32(&file, 2);
    add_f32(&file, 0.11f);
    add_f32(&file, 0.32f);
  }
  struct bytes cut = file;
  cut.count = 31;
  refuse(put("a.fvecs", &cut), NULL, LIMEN_INPUT,
         "row 2 (byte 24) is cut short: 7 of its 12 bytes are there");
  file.data[24] = 3;
  refuse(put("a.fvecs", &file), NULL, LIMEN_INPUT, "row 2 (byte 24) has dimension 3, row 0 has 2");
  file.data[24] = 2;
  file.data[15] = 0x80; /* -2147483646 */
  refuse(put("a.fvecs", &file), NULL, LIMEN_INPUT,
         "row 1 (byte 12) has dimension -2147483646, row 0 has 2");
  memset(file.data, 0xff, 4);
  refuse(put("a.fvecs", &file), NULL, LIMEN_INPUT,
         "row 0 (byte 0) has dimension -1, and 1 is the least");
  memset(file.data, 0, 4);
  refuse(put("a.bvecs", &file), NULL, LIMEN_INPUT,
         "row 0 (byte 0) has dimension 0, and 1 is the least");
  memset(file.data, 0xff, 3);
  file.data[3] = 0x7f;
  refuse(put("a.ivecs", &file), NULL, LIMEN_INPUT,
         "row 0 (byte 0) is cut short: 36 of its 8589934592 bytes are there");
}

/* ---- headers that lie ---- */

static void expect_lie(const struct bytes *file, const char *words) {
  refuse(put("lie.fbin", file), NULL, LIMEN_INPUT, words);
}

static void test_headers_of_xbin(void **state) {
  (void)state;
  struct bytes file = {0};
  add_u32(&file, UINT32_MAX), add_u32(&file, UINT32_MAX), add_u64(&file, 0);
  expect_lie(&file,
             "the header says 4294967295 x 4294967295 values of 4 bytes, but the file is cut short "
             "in row 0, at byte 16");
  file.count = 0; /* 2^30 x 2^32 x 4 is 2^64, which is 0 in 64 bits */
  add_u64(&file, (uint64_t)1 << 30), add_u64(&file, (uint64_t)1 << 32);
  expect_lie(&file,
             "the header says 1073741824 x 4294967296 values of 4 bytes, but the file is cut short "
             "in row 0, at byte 16");
  file.count = 0;
  add_u32(&file, 0), add_u32(&file, 4);
  expect_lie(&file, "the header says 0 x 4 values: there are no vectors");
  file.count = 0;
  add_u32(&file, 4), add_u32(&file, 0);
  expect_lie(&file,
             "the header says 4 x 0 values: there are no vectors; its content fits bvecs (--format "
             "bvecs)");
  file.count = 0;
  add_u64(&file, 4), add_u64(&file, UINT64_MAX), add_f32(&file, 1);
  expect_lie(&file,
             "the header says 4 x 18446744073709551615 values of 4 bytes, but the file is cut "
             "short in row 0, at byte 20; its content fits fvecs (--format fvecs)");
  /* Ids and distances whose bytes would wrap round to the size of the file. */
  file.count = 0;
  add_u64(&file, (uint64_t)1 << 30), add_u64(&file, (uint64_t)1 << 31);
  refuse_ids(put("lie.ibin", &file), NULL, LIMEN_INPUT,
             "the header says 1073741824 x 2147483648 values of 4 bytes, but the file is cut short "
             "in row 0, at byte 16");
}

static void test_headers_of_idx(void **state) {
  (void)state;
  struct bytes file = {.data = {0, 0, 8, 4}, .count = 4};
  refuse(put("a.idx", &file), NULL, LIMEN_INPUT,
         "the header is cut short: 4 of its 20 bytes are there");
  for (int i = 0; i < 16; i++) add_bytes(&file, "\xff", 1);
  refuse(put("a.idx", &file), NULL, LIMEN_INPUT, "the header says more values than any file holds");
  file.data[2] = 0x0d;
  refuse(put("a.idx", &file), NULL, LIMEN_INPUT,
         "byte 2 says that the values are of type 0x0d; 0x08 (uint8) and 0x09 (int8) are read");
  file.data[3] = 5;
  refuse(put("a.idx", &file), NULL, LIMEN_INPUT, "not an idx file of 1 to 4 dimensions");
  file = (struct bytes){.data = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5}, .count = 17};
  refuse(put("a-ubyte", &file), NULL, LIMEN_INPUT,
         "the header says 2 x 3 values of 1 bytes, but the file is cut short in row 1, at byte 17");
}

static void test_headers_of_npy(void **state) {
  (void)state;
  const uint32_t numbers[] = {1, 2};
  size_t count = 0;
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_U4, 1, 2, numbers, NULL), LIMEN_OK);
  char *bytes = get_file(at("a.npy"), &count);
  char *type = strstr(bytes + 10, "<u4");
  memcpy(type, ">u4", 3);
  put_file(at("b.npy"), bytes, count);
  refuse(at("b.npy"), NULL, LIMEN_INPUT,
         "the values are '>u4'; little-endian float16, float32, float64, int32, uint32, int64 and "
         "bytes are read");
  memcpy(type, "<u4", 3);
  memcpy(strstr(bytes + 10, "(1, 2)"), "(0, 2)", 6);
  put_file(at("b.npy"), bytes, count);
  refuse(at("b.npy"), NULL, LIMEN_INPUT, "the header says 0 x 2 values: there are no vectors");
  memcpy(strstr(bytes + 10, "(0, 2)"), "(9, 2)", 6);
  put_file(at("b.npy"), bytes, count);
  refuse(at("b.npy"), NULL, LIMEN_INPUT,
         "the header says 9 x 2 values of 4 bytes, but the file is cut short in row 1, at byte "
         "136");
  limen_free(bytes);
}

static void test_raw_sizes(void **state) {
  (void)state;
  struct bytes file = {.count = 21};
  refuse(put("a.f32", &file), &(struct limen_read_options){.dimension = 2}, LIMEN_INPUT,
         "21 bytes are no whole number of rows of 2 float32; row 2 (byte 16) is cut short");
  refuse(put("a.f32", &file), &(struct limen_read_options){.dimension = 1000}, LIMEN_INPUT,
         "21 bytes are no whole number of rows of 1000 float32; row 0 (byte 0) is cut short");
  refuse(put("a.f32", &file), &(struct limen_read_options){.dimension = SIZE_MAX / 2}, LIMEN_INPUT,
         "21 bytes are no whole number of rows of 9223372036854775807 float32; row 0 (byte 0) is "
         "cut short");
  refuse(put("plain", &file), NULL, LIMEN_INPUT,
         "its 21 bytes fit no format that is read here (`limen list formats`); headerless float32 "
         "needs its dimension, --dimension N");
}

/* ---- values ---- */

static void test_values_that_are_not_finite(void **state) {
  (void)state;
  const float bad[] = {NAN, INFINITY, -INFINITY};
  static const char *const words[] = {"nan", "inf", "-inf"};
  struct limen_vectors vectors;
  for (size_t b = 0; b < 3; b++) {
    struct bytes file = {0};
    char wanted[160];
    add_u32(&file, 3), add_u32(&file, 20);
    for (int i = 0; i < 60; i++) add_f32(&file, i == 47 ? bad[b] : 0.11f * (float)i);
    snprintf(wanted, sizeof wanted, "row 2, column 7 (byte 196): %s is not a finite number",
             words[b]);
    refuse(put("a.fbin", &file), NULL, LIMEN_INPUT, wanted);
    const struct limen_read_options allowed = {.allow_bad = true};
    assert_int_equal(limen_vectors_open(at("a.fbin"), &allowed, &vectors, NULL), LIMEN_OK);
    assert_memory_equal(&vectors.values[47], &bad[b], 4);
    limen_vectors_close(&vectors);
  }
  struct bytes file = {0};
  for (int r = 0; r < 2; r++) add_u32(&file, 2), add_f32(&file, 0.32f), add_f32(&file, 0.57f);
  memcpy(file.data + 20, &bad[0], 4);
  refuse(put("a.fvecs", &file), NULL, LIMEN_INPUT,
         "row 1, column 1 (byte 20): nan is not a finite number");
}

static void test_values_of_other_widths(void **state) {
  (void)state;
  struct limen_vectors vectors;
  const struct limen_read_options allowed = {.allow_bad = true};
  const double wide[] = {0.5, 1e39, 0.11};
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_F8, 3, 1, wide, NULL), LIMEN_OK);
  refuse(at("a.npy"), NULL, LIMEN_INPUT,
         "row 1, column 0 (byte 136): 1e+39 is beyond float32, which ends at 3.40282e+38");
  assert_int_equal(limen_vectors_open(at("a.npy"), &allowed, &vectors, NULL), LIMEN_OK);
  float value;
  assert_int_equal(vectors.read(&vectors, 1, 1, &value, NULL), LIMEN_OK);
  assert_true(isinf(value));
  limen_vectors_close(&vectors);
  const double none[] = {0.5, NAN};
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_F8, 1, 2, none, NULL), LIMEN_OK);
  refuse(at("a.npy"), NULL, LIMEN_INPUT, "row 0, column 1 (byte 136): nan is not a finite number");
  const uint16_t half[] = {0x3800, 0xfc00};
  struct bytes file = {0};
  static const char header[] = "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 2), }";
  add_bytes(&file, "\x93NUMPY\x01\x00", 8);
  add_bytes(&file, (uint8_t[]){sizeof header - 1, 0}, 2);
  add_bytes(&file, header, sizeof header - 1);
  add_bytes(&file, half, sizeof half);
  refuse(put("b.npy", &file), NULL, LIMEN_INPUT,
         "row 0, column 1 (byte 71): -inf is not a finite number");
}

static void test_values_that_are_no_ids(void **state) {
  (void)state;
  struct bytes file = {0};
  add_u32(&file, 2), add_u32(&file, 2);
  for (uint32_t i = 0; i < 4; i++) add_u32(&file, 3 + i);
  const int32_t bad = -2;
  memcpy(file.data + 20, &bad, 4);
  refuse_ids(put("a.ibin", &file), NULL, LIMEN_INPUT,
             "row 1, column 1 (byte 20): -2 is no id; ids are 0 to 2147483647, and -1 stands for "
             "none");
  memcpy(file.data + 20, &(int32_t){5}, 4);
  for (int i = 0; i < 4; i++) add_f32(&file, i == 2 ? NAN : 0.11f);
  refuse_ids(put("a.ibin", &file), NULL, LIMEN_INPUT,
             "row 1, column 0 (byte 32): nan is no distance");
  const uint32_t big[] = {3, 2147483648u};
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_U4, 1, 2, big, NULL), LIMEN_OK);
  refuse_ids(at("a.npy"), NULL, LIMEN_INPUT,
             "row 0, column 1 (byte 132): 2147483648 is no id; ids are 0 to 2147483647, and -1 "
             "stands for none");
  const float floats[] = {1, 2};
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_F4, 1, 2, floats, NULL), LIMEN_OK);
  refuse_ids(at("a.npy"), NULL, LIMEN_INPUT, "its values are float32, and ids are whole numbers");
}

/* ---- what is no file ---- */

static void test_what_is_no_file(void **state) {
  (void)state;
  refuse(at("none.fvecs"), NULL, LIMEN_INPUT, "cannot be read: No such file or directory");
  refuse_ids(at("none.ibin"), NULL, LIMEN_INPUT, "cannot be read: No such file or directory");
  refuse(scratch, NULL, LIMEN_INPUT, "it is a folder");
  assert_int_equal(mkfifo(at("pipe.fvecs"), 0600), 0);
  refuse(at("pipe.fvecs"), NULL, LIMEN_INPUT,
         "it is no regular file; save what it gives to a file first");
}

/* Every byte of a small file of each kind, changed in turn: an answer each time, and nothing is
 * read beyond the file (the sanitizers watch). */
static void test_every_flip(void **state) {
  (void)state;
  const float values[12] = {11, 32, 57, 0, 83, 1, 71, 23, 3, 17, 64, 99};
  struct limen_matrix matrix = {.rows = 4, .columns = 3, .values = (float *)values};
  struct limen_vectors vectors;
  size_t good = 0, bad = 0;
  for (size_t f = 0; limen_format_at(f); f++) {
    char name[32];
    size_t count = 0;
    if (!limen_format_at(f)->write || strcmp(limen_format_at(f)->name, "hdf5") == 0) continue;
    snprintf(name, sizeof name, "a%s", limen_format_at(f)->endings[0]);
    limen_vectors_lend(&vectors, &matrix);
    assert_int_equal(limen_vectors_write(at(name), &vectors, NULL), LIMEN_OK);
    char *bytes = get_file(at(name), &count);
    for (size_t i = 0; i < 3 * count; i++) {
      static const char changes[3] = {0x01, (char)0x80, (char)0xff};
      const struct limen_read_options options = {.dimension = i % 2 ? 3 : 0};
      bytes[i / 3] ^= changes[i % 3];
      put_file(at(name), bytes, count);
      bytes[i / 3] ^= changes[i % 3];
      struct limen_matrix found;
      int status = limen_matrix_read(at(name), &options, &found, NULL);
      assert_true(status == LIMEN_OK || status == LIMEN_INPUT || status == LIMEN_USAGE);
      limen_matrix_clear(&found);
      *(status == LIMEN_OK ? &good : &bad) += 1;
    }
    limen_free(bytes);
  }
  assert_true(good > 300 && bad > 300);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_every_truncation),
      TEST(test_where_it_ends),
      TEST(test_rows_of_xvecs),
      TEST(test_headers_of_xbin),
      TEST(test_headers_of_idx),
      TEST(test_headers_of_npy),
      TEST(test_raw_sizes),
      TEST(test_values_that_are_not_finite),
      TEST(test_values_of_other_widths),
      TEST(test_values_that_are_no_ids),
      TEST(test_what_is_no_file),
      TEST(test_every_flip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
