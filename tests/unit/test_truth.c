/* Neighbours through the cache: searched once, then the same, whatever happens to the cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>

#include "base/threads.h"
#include "store/truth.h"
#include "support/folder.h"
#include "unit/scratch.h"

enum { ROWS = 90, QUERIES = 11, COLUMNS = 6 };

static struct limen_vectors lend(struct limen_matrix *matrix, size_t rows, double step) {
  struct limen_vectors vectors;
  assert_int_equal(limen_matrix_init(matrix, rows, COLUMNS, NULL), LIMEN_OK);
  for (size_t i = 0; i < rows * COLUMNS; i++)
    matrix->values[i] = (float)sin(step * (double)(i * i));
  limen_vectors_lend(&vectors, matrix);
  return vectors;
}

static struct limen_matrix base_rows, query_rows;

static struct limen_knn ask(const char *base_hash, size_t k, double tolerance, bool cached) {
  struct limen_vectors base = lend(&base_rows, ROWS, 0.37);
  struct limen_vectors queries = lend(&query_rows, QUERIES, 0.83);
  const struct limen_knn_settings settings = {k, LIMEN_L2, tolerance, 3, false};
  struct limen_error error = {0};
  struct limen_knn knn;
  bool was_cached = !cached;
  int status =
      limen_truth_search(&base, base_hash, &queries, "bbb", &settings, &knn, &was_cached, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(was_cached, cached);
  limen_matrix_clear(&base_rows);
  limen_matrix_clear(&query_rows);
  return knn;
}

static void ask_and_compare(const struct limen_knn *first, bool cached) {
  struct limen_knn knn = ask("aaa", 5, 0.01, cached);
  assert_int_equal(knn.k, 5);
  assert_int_equal(knn.width, 8);
  assert_int_equal(knn.queries, QUERIES);
  assert_memory_equal(knn.ids, first->ids, QUERIES * 8 * sizeof *knn.ids);
  assert_memory_equal(knn.distances, first->distances, QUERIES * 8 * sizeof *knn.distances);
  assert_memory_equal(knn.found, first->found, QUERIES * sizeof *knn.found);
  assert_memory_equal(knn.ties_cut, first->ties_cut, QUERIES * sizeof *knn.ties_cut);
  limen_knn_clear(&knn);
}

static void test_cached(void **state) {
  (void)state;
  setenv("LIMEN_CACHE", at("cache"), 1);
  struct limen_knn first = ask("aaa", 5, 0.01, false), other;
  ask_and_compare(&first, true);
  /* Whatever decides the answer decides the entry. */
  other = ask("aab", 5, 0.01, false);
  limen_knn_clear(&other);
  other = ask("aaa", 6, 0.01, false);
  limen_knn_clear(&other);
  other = ask("aaa", 5, 0.02, false);
  limen_knn_clear(&other);

  /* A flipped byte, then nothing there, then no place at all. */
  struct snapshot files = snapshot_take(at("cache"), false);
  for (size_t i = 0; i < files.count; i++)
    if (strstr(files.file[i].name, "content")) {
      char *path = path_of(at("cache"), files.file[i].name);
      flip_byte(path);
      free(path);
    }
  snapshot_clear(&files);
  ask_and_compare(&first, false);
  ask_and_compare(&first, true);
  assert_int_equal(limen_folder_remove(at("cache"), NULL), LIMEN_OK);
  ask_and_compare(&first, false);
  setenv("LIMEN_CACHE", "/dev/null/nowhere", 1);
  ask_and_compare(&first, false);
  limen_knn_clear(&first);
}

static void test_failure(void **state) {
  (void)state;
  setenv("LIMEN_CACHE", at("cache2"), 1);
  struct limen_vectors base = lend(&base_rows, ROWS, 0.37);
  struct limen_vectors queries = lend(&query_rows, QUERIES, 0.83);
  const struct limen_knn_settings settings = {.k = 2, .metric = LIMEN_COSINE};
  struct limen_error error = {0};
  struct limen_knn knn;
  memset(base_rows.values + 7 * COLUMNS, 0, COLUMNS * sizeof(float));
  assert_int_equal(
      limen_truth_search(&base, "zero", &queries, "bbb", &settings, &knn, NULL, &error),
      LIMEN_INPUT);
  assert_non_null(strstr(error.text, "base row 7"));
  assert_null(knn.ids);
  assert_false(limen_file_exists(at("cache2")));
  limen_matrix_clear(&base_rows);
  limen_matrix_clear(&query_rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cached), cmocka_unit_test(test_failure)};
  limen_threads_set(2);
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
