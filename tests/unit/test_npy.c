/* .npy files: what NumPy writes is read, and nothing else is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/npy.h"
#include "unit/scratch.h"

/* A file with this header, version `major`, then `values` bytes 0, 1, 2, ... */
static const char *make_file(int major, const char *header, size_t values) {
  uint8_t bytes[1024] = {0x93, 'N', 'U', 'M', 'P', 'Y', (uint8_t)major, 0};
  size_t length = strlen(header), used = 8;
  bytes[used++] = (uint8_t)(length & 255);
  bytes[used++] = (uint8_t)(length >> 8);
  if (major != 1) used += 2;
  memcpy(bytes + used, header, length);
  used += length;
  for (size_t i = 0; i < values; i++) bytes[used++] = (uint8_t)i;
  const char *path = at("made.npy");
  put_file(path, bytes, used);
  return path;
}

static void refuse(const char *path, enum limen_npy_type type, const char *words) {
  struct limen_error error = {0};
  size_t rows = 0, columns = 0;
  void *values = NULL;
  char wanted[512];
  assert_int_equal(limen_npy_read(path, type, &rows, &columns, &values, &error), LIMEN_INPUT);
  snprintf(wanted, sizeof wanted, "%s: %s", path, words);
  assert_string_equal(error.text, wanted);
  assert_null(values);
}

static void round_trip(enum limen_npy_type type, size_t size, size_t rows, size_t columns,
                       const void *values) {
  size_t found_rows = 0, found_columns = 0;
  void *found = NULL;
  assert_int_equal(limen_npy_write(at("a.npy"), type, rows, columns, values, NULL), LIMEN_OK);
  assert_int_equal(limen_npy_read(at("a.npy"), type, &found_rows, &found_columns, &found, NULL),
                   LIMEN_OK);
  assert_int_equal(found_rows, rows);
  assert_int_equal(found_columns, columns);
  assert_memory_equal(found, values, rows * columns * size);
  limen_free(found);
}

static void test_round_trips(void **state) {
  (void)state;
  const float f4[] = {0.11f, -0.32f, 0.57f, 1e-45f, 3e38f, -0.0f};
  const double f8[] = {0.11, -0.32, 5e-324, 1.7e308};
  const uint32_t u4[] = {0, 17, UINT32_MAX};
  round_trip(LIMEN_NPY_F4, 4, 2, 3, f4);
  round_trip(LIMEN_NPY_F4, 4, 6, 1, f4);
  round_trip(LIMEN_NPY_F8, 8, 1, 4, f8);
  round_trip(LIMEN_NPY_U4, 4, 3, 1, u4);
  round_trip(LIMEN_NPY_U4, 4, 0, 7, u4);
}

/* NumPy's format: the header says what it is, and the values start at a multiple of 64 bytes. */
static void test_bytes_of_a_file(void **state) {
  (void)state;
  const float values[] = {0.5f, -2};
  const uint8_t little[] = {0, 0, 0, 0x3f, 0, 0, 0, 0xc0};
  const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
  size_t count = 0;
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_F4, 1, 2, values, NULL), LIMEN_OK);
  char *bytes = get_file(at("a.npy"), &count);
  assert_int_equal(count, 128 + 8);
  assert_memory_equal(bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
  assert_memory_equal(bytes + 10, header, sizeof header - 1);
  for (size_t i = 10 + sizeof header - 1; i < 127; i++) assert_int_equal(bytes[i], ' ');
  assert_int_equal(bytes[127], '\n');
  assert_memory_equal(bytes + 128, little, 8);
  limen_free(bytes);
}

static void accept(int major, const char *header, size_t rows, size_t columns) {
  size_t found_rows = 77, found_columns = 77;
  void *values = NULL;
  struct limen_error error = {0};
  const char *path = make_file(major, header, 4 * rows * columns);
  int status = limen_npy_read(path, LIMEN_NPY_U4, &found_rows, &found_columns, &values, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(found_rows, rows);
  assert_int_equal(found_columns, columns);
  if (rows > 0) assert_int_equal(*(uint32_t *)values, 0x03020100);
  limen_free(values);
}

static void test_what_is_read(void **state) {
  (void)state;
  accept(1, "{'descr': '<u4', 'fortran_order': False, 'shape': (3, 2), }\n", 3, 2);
  accept(1, "{'descr':'<u4','fortran_order':False,'shape':(3,2)}", 3, 2);
  accept(1, "{'shape': (5,), 'fortran_order': False, 'descr': '<u4'}   \n", 5, 1);
  accept(1, "{'shape': (5, 1,), 'fortran_order': False, 'descr': '<u4'}", 5, 1);
  accept(1, "{'shape': (0,), 'fortran_order': False, 'descr': '<u4'}", 0, 1);
  accept(2, "{'descr': '<u4', 'fortran_order': False, 'shape': (3, 2), }\n", 3, 2);
}

#define HEAD(shape) "{'descr': '<f4', 'fortran_order': False, 'shape': " shape ", }"

static void test_shapes_that_are_not_read(void **state) {
  (void)state;
  static const char *const shapes[] = {"()",
                                       "(6)",
                                       "6",
                                       "(2, 3, 1)",
                                       "(, 6)",
                                       "(-2, 3)",
                                       "(2, -3)",
                                       "(2 3)",
                                       "(2.0, 3)",
                                       "(2, 3",
                                       "[2, 3]",
                                       "(0x2, 3)",
                                       "(,)",
                                       "(+2, 3)",
                                       "(99999999999999999999, 1)",
                                       "(2305843009213693952, 4)"};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    char header[128], words[160];
    snprintf(header, sizeof header, HEAD("%s"), shapes[i]);
    snprintf(words, sizeof words, "the shape %.40s is not read; (rows, columns) is",
             strstr(header, "shape': ") + 8);
    refuse(make_file(1, header, 24), LIMEN_NPY_F4, words);
  }
}

static void test_sizes_that_lie(void **state) {
  (void)state;
  refuse(make_file(1, HEAD("(2, 3)"), 23), LIMEN_NPY_F4,
         "the header says 2 x 3 values, the file holds 23 bytes of them");
  refuse(make_file(1, HEAD("(2, 3)"), 25), LIMEN_NPY_F4,
         "the header says 2 x 3 values, the file holds 25 bytes of them");
  refuse(make_file(1, HEAD("(3, 3)"), 24), LIMEN_NPY_F4,
         "the header says 3 x 3 values, the file holds 24 bytes of them");
  /* 2^32 x 2^32 is 0 in 64 bits; 2^31 x 2^31 x 4 is, too. */
  refuse(make_file(1, HEAD("(4294967296, 4294967296)"), 0), LIMEN_NPY_F4,
         "the header says 4294967296 x 4294967296 values, the file holds 0 bytes of them");
  refuse(make_file(1, HEAD("(2147483648, 2147483648)"), 0), LIMEN_NPY_F4,
         "the header says 2147483648 x 2147483648 values, the file holds 0 bytes of them");
  /* More than any memory, yet no overflow: refused before memory is asked for. */
  refuse(make_file(1, HEAD("(1000000000, 1000000000)"), 24), LIMEN_NPY_F4,
         "the header says 1000000000 x 1000000000 values, the file holds 24 bytes of them");
}

static void test_types_and_orders(void **state) {
  (void)state;
  const char *path = make_file(1, HEAD("(2, 3)"), 24);
  refuse(path, LIMEN_NPY_F8, "the values are '<f4', but '<f8' is needed here");
  refuse(path, LIMEN_NPY_U4, "the values are '<f4', but '<u4' is needed here");
  refuse(make_file(1, "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3)}", 24),
         LIMEN_NPY_F4, "the values are '>f4', but '<f4' is needed here");
  refuse(make_file(1, "{'descr': '<f42', 'fortran_order': False, 'shape': (2, 3)}", 24),
         LIMEN_NPY_F4, "the values are '<f42', but '<f4' is needed here");
  refuse(make_file(1, "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (6,)}", 24),
         LIMEN_NPY_F4, "the values are [('x', ', but '<f4' is needed here");
  refuse(make_file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}", 24), LIMEN_NPY_F4,
         "column-major order is not read; save it in C order");
  /* Nothing of a file reaches a terminal but letters. */
  refuse(make_file(1, "{'descr': '\x1b[2J', 'fortran_order': False, 'shape': (2, 3)}", 24),
         LIMEN_NPY_F4, "the values are ' [2J', but '<f4' is needed here");
}

static void test_what_is_no_npy_file(void **state) {
  (void)state;
  static const char lacks[] = "the header lacks descr, fortran_order or shape";
  const char *path = at("b.npy");
  struct limen_error error = {0};
  size_t rows, columns;
  void *values = NULL;
  put_file(path, "", 0);
  refuse(path, LIMEN_NPY_F4, "not an .npy file");
  put_file(path, "\x93NUMPY\x01\x00\x76", 9);
  refuse(path, LIMEN_NPY_F4, "not an .npy file");
  put_file(path, "garbage, garbage, garbage", 25);
  refuse(path, LIMEN_NPY_F4, "not an .npy file");
  put_file(path, "\x93NUMPY\x01\x00\x76\x00{'descr", 17);
  refuse(path, LIMEN_NPY_F4, "the header is cut short or too long");
  put_file(path, "\x93NUMPY\x02\x00\x10\x00\x00", 11);
  refuse(path, LIMEN_NPY_F4, "the header is cut short");
  put_file(path, "\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr", 19);
  refuse(path, LIMEN_NPY_F4, "the header is cut short or too long");
  refuse(make_file(3, HEAD("(2, 3)"), 24), LIMEN_NPY_F4, ".npy version 3 is not read, 1 and 2 are");
  refuse(make_file(1, "", 24), LIMEN_NPY_F4, lacks);
  refuse(make_file(1, "{'descr' '<f4'}", 24), LIMEN_NPY_F4, lacks);
  refuse(make_file(1, "{'descr': '<f4', 'shape': (2, 3)}", 24), LIMEN_NPY_F4, lacks);
  refuse(make_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape'", 24), LIMEN_NPY_F4, lacks);
  assert_int_equal(limen_npy_read(at("none.npy"), LIMEN_NPY_F4, &rows, &columns, &values, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text, "none.npy: No such file or directory"));
}

/* A whole file cut at every place is refused at every place. */
static void test_every_truncation(void **state) {
  (void)state;
  const float values[] = {0.11f, -0.32f, 0.57f, 0.23f, 0.83f, 0.71f};
  size_t count = 0, rows, columns;
  assert_int_equal(limen_npy_write(at("a.npy"), LIMEN_NPY_F4, 2, 3, values, NULL), LIMEN_OK);
  char *bytes = get_file(at("a.npy"), &count);
  for (size_t length = 0; length < count; length++) {
    struct limen_error error = {0};
    void *found = NULL;
    put_file(at("cut.npy"), bytes, length);
    assert_int_equal(limen_npy_read(at("cut.npy"), LIMEN_NPY_F4, &rows, &columns, &found, &error),
                     LIMEN_INPUT);
    assert_null(found);
  }
  limen_free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_round_trips, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_bytes_of_a_file, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_what_is_read, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_shapes_that_are_not_read, scratch_setup,
                                      scratch_teardown),
      cmocka_unit_test_setup_teardown(test_sizes_that_lie, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_types_and_orders, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_what_is_no_npy_file, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_every_truncation, scratch_setup, scratch_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
