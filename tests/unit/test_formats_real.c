/* Files that others wrote, read as their descriptions say. They are not part of the project: where
 * ../shared/data beside the sources is missing, these tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "unit/formats.h"

#define DATA LIMEN_SOURCE_DIR "/../shared/data/"

static void need(const char *path) {
  if (limen_file_exists(path)) return;
  print_message("skipped: %s is not there\n", path);
  skip();
}

static void expect_file_of(const char *path, const struct limen_read_options *options,
                           const char *format, const char *type, size_t rows, size_t columns,
                           size_t zero, size_t repeated) {
  struct limen_vectors vectors;
  struct limen_defects defects;
  struct limen_error error = {0};
  need(path);
  int status = limen_vectors_open(path, options, &vectors, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_string_equal(limen_vectors_about(&vectors)->format, format);
  assert_string_equal(limen_vectors_about(&vectors)->type, type);
  assert_int_equal(limen_vectors_about(&vectors)->rounded, 0);
  assert_int_equal(vectors.rows, rows);
  assert_int_equal(vectors.columns, columns);
  assert_int_equal(limen_defects_find(&vectors, &defects, NULL), LIMEN_OK);
  assert_int_equal(defects.zero_rows, zero);
  assert_int_equal(defects.repeated_rows, repeated);
  limen_vectors_close(&vectors);
}

static void test_sift(void **state) {
  (void)state;
  struct limen_matrix base;
  expect_file_of(DATA "sift/sift_query_100x128.fvecs", NULL, "fvecs", "float32", 100, 128, 0, 0);
  expect_file_of(DATA "sift/sift_base_5000x128.fvecs", NULL, "fvecs", "float32", 5000, 128, 0, 0);
  /* Its values are whole numbers below 256, so that a byte each holds them. */
  assert_int_equal(limen_matrix_read(DATA "sift/sift_base_5000x128.fvecs", NULL, &base, NULL),
                   LIMEN_OK);
  struct limen_vectors vectors;
  limen_vectors_lend(&vectors, &base);
  assert_int_equal(limen_vectors_write(at("sift.bvecs"), &vectors, NULL), LIMEN_OK);
  expect_vectors(at("sift.bvecs"), NULL, 5000, 128, base.values);
  limen_matrix_clear(&base);
}

/* One exact duplicate pair; unit length; a label a row. */
static void test_bge(void **state) {
  (void)state;
  struct limen_labels labels;
  expect_file_of(DATA "bge_beir/bge_base_beir_10747x768.fvecs", NULL, "fvecs", "float32", 10747,
                 768, 0, 1);
  assert_int_equal(
      limen_labels_read(DATA "bge_beir/bge_base_beir_10747.labels.tsv", 0, &labels, NULL),
      LIMEN_OK);
  assert_int_equal(labels.rows, 10747);
  assert_int_equal(labels.count, 20);
  limen_labels_clear(&labels);
}

static void test_luceneutil(void **state) {
  (void)state;
  static const char path[] = DATA "luceneutil/vector-task-minilm.vec";
  const struct limen_read_options options = {.dimension = 384};
  expect_file_of(path, &options, "raw", "float32", 2641, 384, 13, 60);
  struct limen_vectors vectors;
  assert_int_equal(limen_vectors_open(path, NULL, &vectors, NULL), LIMEN_INPUT);
}

static void test_mnist(void **state) {
  (void)state;
  struct limen_labels labels;
  size_t counts[10] = {0};
  expect_file_of(DATA "mnist/t10k-images-idx3-ubyte.gz", NULL, "idx", "uint8", 10000, 784, 0, 0);
  assert_int_equal(limen_labels_read(DATA "mnist/t10k-labels-idx1-ubyte.gz", 0, &labels, NULL),
                   LIMEN_OK);
  assert_int_equal(labels.rows, 10000);
  assert_int_equal(labels.count, 10);
  for (size_t r = 0; r < labels.rows; r++) counts[labels.names[labels.label[r]][0] - '0']++;
  /* The test set's digits, as its authors count them. */
  static const size_t published[10] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
  assert_memory_equal(counts, published, sizeof counts);
  limen_labels_clear(&labels);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_sift),
      TEST(test_bge),
      TEST(test_luceneutil),
      TEST(test_mnist),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
