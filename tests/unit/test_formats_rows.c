/* Labels of rows, and the defects that rows have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "unit/formats.h"

/* ---- labels ---- */

static void expect_labels(const char *path, size_t column, size_t rows, const char *const *wanted) {
  struct limen_labels labels;
  struct limen_error error = {0};
  int status = limen_labels_read(path, column, &labels, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(labels.rows, rows);
  for (size_t r = 0; r < rows; r++) {
    assert_true(labels.label[r] < labels.count);
    assert_string_equal(labels.names[labels.label[r]], wanted[r]);
  }
  for (size_t i = 0; i < labels.count; i++)
    for (size_t j = 0; j < i; j++) assert_string_not_equal(labels.names[i], labels.names[j]);
  limen_labels_clear(&labels);
}

static void put_text(const char *name, const char *text) { put_file(at(name), text, strlen(text)); }

static void test_columns(void **state) {
  (void)state;
  put_text("a.tsv", "red\t1\tx\nblue\t2\nred\t3\t\n\xc3\xa9t\xc3\xa9\t1\r\n\t\nredd\t2");
  expect_labels(at("a.tsv"), 0, 6,
                (const char *const[]){"red", "blue", "red", "\xc3\xa9t\xc3\xa9", "", "redd"});
  expect_labels(at("a.tsv"), 1, 6, (const char *const[]){"1", "2", "3", "1", "", "2"});
  struct limen_labels labels;
  struct limen_error error = {0};
  assert_int_equal(limen_labels_read(at("a.tsv"), 2, &labels, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text,
                         "a.tsv: line 2 has no column 2; columns are counted from 0 and parted by "
                         "tabs"));
  assert_null(labels.names);
}

static void test_many_names(void **state) {
  (void)state;
  enum { MANY = 5000 };
  struct limen_labels labels;
  char *text = malloc(MANY * 16);
  size_t used = 0;
  for (size_t i = 0; i < MANY; i++)
    used += (size_t)sprintf(text + used, "name %zu\n", i * 7919 % 1237);
  put_file(at("a.tsv"), text, used);
  assert_int_equal(limen_labels_read(at("a.tsv"), 0, &labels, NULL), LIMEN_OK);
  assert_int_equal(labels.rows, MANY);
  assert_int_equal(labels.count, 1237);
  for (size_t i = 0; i < MANY; i++) {
    char wanted[16];
    snprintf(wanted, sizeof wanted, "name %zu", i * 7919 % 1237);
    assert_string_equal(labels.names[labels.label[i]], wanted);
    assert_int_equal(labels.label[i], i % 1237); /* in the order of their first use */
  }
  limen_labels_clear(&labels);
  free(text);
}

static void test_labels_of_idx(void **state) {
  (void)state;
  const uint8_t file[] = {0, 0, 8, 1, 0, 0, 0, 4, 7, 0, 7, 9};
  put_file(at("labels"), file, sizeof file);
  expect_labels(at("labels"), 0, 4, (const char *const[]){"7", "0", "7", "9"});
  gzFile out = gzopen(at("labels.gz"), "wb");
  gzwrite(out, file, sizeof file);
  gzclose(out);
  expect_labels(at("labels.gz"), 0, 4, (const char *const[]){"7", "0", "7", "9"});
}

static void refuse_labels(const char *path, const char *words) {
  struct limen_labels labels;
  struct limen_error error = {0};
  char text[512];
  snprintf(text, sizeof text, "%s: %s", path, words);
  assert_int_equal(limen_labels_read(path, 0, &labels, &error), LIMEN_INPUT);
  assert_string_equal(error.text, text);
  assert_int_equal(labels.count, 0);
}

static void test_labels_that_are_refused(void **state) {
  (void)state;
  put_text("a.tsv", "fine\n\x1b[2Jnot\n");
  refuse_labels(at("a.tsv"), "line 2, column 0: this is no text in UTF-8");
  put_text("a.tsv", "fine\nfine\n\xff\n");
  refuse_labels(at("a.tsv"), "line 3, column 0: this is no text in UTF-8");
  put_file(at("a.tsv"), "fi\0ne\n", 6);
  refuse_labels(at("a.tsv"), "line 1, column 0: this is no text in UTF-8");
  put_text("a.tsv", "");
  refuse_labels(at("a.tsv"), "it is empty");
  refuse_labels(at("none.tsv"), "cannot be read: No such file or directory");
  refuse_labels(scratch, "it is a folder");
  put_file(at("images"), (uint8_t[]){0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6}, 14);
  refuse_labels(at("images"), "it holds images of 2 values, not labels");
}

/* ---- defects ---- */

static struct limen_defects defects_of(const float *values, size_t rows, size_t columns) {
  struct limen_matrix matrix = {.rows = rows, .columns = columns, .values = (float *)values};
  struct limen_vectors vectors;
  struct limen_defects defects;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_defects_find(&vectors, &defects, NULL), LIMEN_OK);
  return defects;
}

static void test_defects(void **state) {
  (void)state;
  const float clean[] = {0.11f, 0.32f, 0.32f, 0.11f, 0, 0.57f};
  struct limen_defects found = defects_of(clean, 3, 2);
  assert_int_equal(found.zero_rows, 0);
  assert_int_equal(found.repeated_rows, 0);
  const float rows[] = {0.11f, 0.32f, 0,    0.57f, 0,     -0.0f, 0.57f, 0,
                        0,     0.57f, 0.5f, 0.32f, -0.0f, 0.57f, 0,     0};
  found = defects_of(rows, 8, 2);
  assert_int_equal(found.zero_rows, 2);
  assert_int_equal(found.first_zero, 2);
  assert_int_equal(found.repeated_rows, 3); /* 4 and 6 repeat 1, 7 repeats 2 */
  assert_int_equal(found.first_repeat, 4);
  assert_int_equal(found.repeat_of, 1);
  const float not_numbers[] = {NAN, 1, NAN, 1};
  assert_int_equal(defects_of(not_numbers, 2, 2).repeated_rows, 0);
}

/* More rows than a block, against a count by comparing all pairs. */
static void test_defects_against_all_pairs(void **state) {
  (void)state;
  enum { MANY = 1500, WIDTH = 301 };
  struct limen_matrix matrix;
  assert_int_equal(limen_matrix_init(&matrix, MANY, WIDTH, NULL), LIMEN_OK);
  uint32_t seed = 17;
  for (size_t r = 0; r < MANY; r++) {
    seed = seed * 1664525u + 1013904223u;
    const uint32_t kind = seed >> 20; /* 4096 kinds of rows, so that some repeat */
    for (size_t i = 0; i < WIDTH; i++)
      matrix.values[r * WIDTH + i] = kind % 512 == 5 ? 0 : (float)((kind * 31 + i * 7) % 4099);
  }
  size_t repeated = 0, zero = 0;
  for (size_t r = 0; r < MANY; r++) {
    const float *row = matrix.values + r * WIDTH;
    size_t earlier = 0;
    while (earlier < r && memcmp(matrix.values + earlier * WIDTH, row, WIDTH * sizeof *row) != 0)
      earlier++;
    repeated += earlier < r;
    zero += row[0] == 0 && row[1] == 0;
  }
  struct limen_defects found = defects_of(matrix.values, MANY, WIDTH);
  assert_int_equal(found.repeated_rows, repeated);
  assert_int_equal(found.zero_rows, zero);
  assert_true(repeated > 100 && zero > 2);
  limen_matrix_clear(&matrix);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_columns),       TEST(test_many_names),
      TEST(test_labels_of_idx), TEST(test_labels_that_are_refused),
      TEST(test_defects),       TEST(test_defects_against_all_pairs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
