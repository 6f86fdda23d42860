/* `limen generate` and `limen dimension` as their users see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/npy.h"
#include "support/folder.h"
#include "support/program.h"

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

static void generate(const char *out, const char *name, const char *set, const char *seed) {
  expect_run(NULL, LIMEN_OK,
             WORDS("generate", name, "--out", out, "--set", "n=300", "--set", "queries=20", "--set",
                   set, "--seed", seed),
             WORDS("300 vectors and 20 queries"));
}

static json_t *json_of(const char *folder, const char *name) {
  char *path = path_of(folder, name), *text = read_whole(path, NULL);
  json_t *root = json_loads(text, 0, NULL);
  assert_non_null(root);
  free(text);
  free(path);
  return root;
}

static void test_generated_files(void **state) {
  char *out = path_of(*state, "data"), *again = path_of(*state, "again");
  generate(out, "clusters_mixed", "clusters=3", "7");
  generate(again, "clusters_mixed", "clusters=3", "7");
  struct snapshot a = snapshot_take(out, false), b = snapshot_take(again, false);
  assert_int_equal(a.count, 4);
  expect_same(&a, &b);
  snapshot_clear(&b);
  generate(again, "clusters_mixed", "clusters=3", "8");
  b = snapshot_take(again, false);
  assert_true(differ_in(&a, &b, "base.npy"));
  assert_true(differ_in(&a, &b, "queries.npy"));
  snapshot_clear(&a);
  snapshot_clear(&b);

  char *path = path_of(out, "base.npy"), *labels_path = path_of(out, "labels.tsv");
  size_t rows = 0, columns = 0, length = 0, lines = 0;
  void *values = NULL;
  assert_int_equal(limen_npy_read(path, LIMEN_NPY_F4, &rows, &columns, &values, NULL), LIMEN_OK);
  assert_int_equal(rows, 300);
  assert_int_equal(columns, 64);
  limen_free(values);
  char *labels = read_whole(labels_path, &length);
  for (size_t i = 0; i < length; i++) lines += labels[i] == '\n';
  assert_int_equal(lines, 300);
  assert_memory_equal(labels, "c0_d2\nc1_d17\nc2_d32\nc0_d2\n", 26);
  free(labels);

  json_t *about = json_of(out, "dataset.json");
  assert_string_equal(json_string_value(json_object_get(about, "dataset")), "clusters_mixed");
  assert_int_equal(json_integer_value(json_object_get(about, "seed")), 7);
  assert_true(json_is_null(json_object_get(about, "dimension")));
  assert_true(json_number_value(
                  json_object_get(json_object_get(about, "label_dimensions"), "c1_d17")) == 17);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(about, "params"), "n")), 300);
  json_decref(about);

  /* Labels of the set before do not stay behind. */
  generate(out, "gaussian", "d=3", "7");
  assert_false(is_there(out, "labels.tsv"));
  free(path);
  free(labels_path);
  free(out);
  free(again);
}

static void test_estimates(void **state) {
  char *out = path_of(*state, "data"), *base = path_of(out, "base.npy");
  char *first = path_of(*state, "one.json"), *second = path_of(*state, "two.json");
  generate(out, "sphere", "d=3", "1");
  expect_output(NULL, WORDS("dimension", base, "-k", "5,20", "--threads", "1", "--json", first),
                WORDS("300 vectors of 4 columns, l2, 300 evaluation points", "mle", "k=5", "k=20",
                      "theta=0.99", "hardness", "relative_contrast", "never_found"));
  expect_output(NULL, WORDS("dimension", base, "-k", "5,20", "--threads", "2", "--json", second),
                WORDS("twonn"));
  char *one = read_whole(first, NULL), *two = read_whole(second, NULL);
  assert_string_equal(one, two);
  free(one);
  free(two);

  json_t *root = json_of(*state, "one.json"), *estimates = json_object_get(root, "estimates");
  /* 6 dimensions and 5 hardnesses at two k, twonn, pca, participation and the contrast once. */
  assert_int_equal(json_array_size(estimates), 2 * 11 + 4);
  for (size_t i = 0; i < json_array_size(estimates); i++) {
    json_t *row = json_array_get(estimates, i);
    double value = json_number_value(json_object_get(row, "value"));
    assert_true(json_is_string(json_object_get(row, "name")));
    assert_true(json_is_object(json_object_get(row, "params")));
    assert_true(json_number_value(json_object_get(row, "lower")) <= value);
    assert_true(json_number_value(json_object_get(row, "upper")) >= value);
  }
  json_t *mle = json_array_get(estimates, 1);
  assert_string_equal(json_string_value(json_object_get(mle, "name")), "mle");
  assert_int_equal(json_integer_value(json_object_get(json_object_get(mle, "params"), "k")), 20);
  assert_true(fabs(json_number_value(json_object_get(mle, "value")) - 3) < 0.4);
  json_decref(root);
  free(first);
  free(second);
  free(base);
  free(out);
}

static void test_bias_samples_and_small_sets(void **state) {
  char *out = path_of(*state, "data"), *base = path_of(out, "base.npy");
  char *json = path_of(*state, "d.json");
  generate(out, "sphere", "d=3", "1");
  expect_output(NULL,
                WORDS("dimension", base, "-k", "200", "--points", "50", "--metric", "cosine",
                      "--bias", "--json", json),
                WORDS("cosine, 50 evaluation points", "every vector must be an evaluation point",
                      "a point has too few neighbours for this k", "d = 2", "d = 4"));
  json_t *root = json_of(*state, "d.json"), *row;
  size_t i, undefined = 0;
  json_array_foreach(json_object_get(root, "estimates"), i,
                     row) if (json_is_null(json_object_get(row, "value"))) {
    assert_true(json_is_string(json_object_get(row, "undefined")));
    undefined++;
  }
  assert_int_equal(undefined, 4); /* both hubnesses; expansion and all-wrong need 400 */
  assert_int_equal(json_array_size(json_object_get(root, "bias")), 2 * 7);
  json_decref(root);
  free(json);
  free(base);
  free(out);
}

static void test_refusals(void **state) {
  char *out = path_of(*state, "data"), *base = path_of(out, "base.npy");
  generate(out, "gaussian", "d=3", "1");
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "gausian", "--out", out),
             WORDS("unknown dataset gausian", "nearest: gaussian", "subspace, gaussian"));
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "gaussian"), WORDS("--out DIR is needed"));
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "gaussian", "--out", out, "--set", "d=0"),
             WORDS("--set d=0", "`d` cannot be `0`", "from 1 to 65536"));
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "gaussian", "--out", out, "--set", "dd=3"),
             WORDS("unknown key `dd`"));
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "gaussian", "--out", out, "--seed", "-1"),
             WORDS("--seed -1"));
  /* The address sanitizer ends a program that asks for so much unless told to let it fail. */
  const struct program_setup lenient = {.environment =
                                            WORDS("ASAN_OPTIONS=allocator_may_return_null=1")};
  expect_run(
      &lenient, LIMEN_FAILED,
      WORDS("generate", "gaussian", "--out", out, "--set", "n=2147483647", "--set", "d=65536"),
      WORDS("out of memory"));
  expect_run(NULL, LIMEN_USAGE, WORDS("dimension", base, "-k", "1"), WORDS("-k 1", "from 2 to"));
  expect_run(NULL, LIMEN_USAGE, WORDS("dimension", base, "-k", "5,,7"), WORDS("-k"));
  expect_run(NULL, LIMEN_USAGE, WORDS("dimension", base, "-k", "5,7,5"),
             WORDS("-k 5,7,5", "5 stands there twice"));
  expect_run(NULL, LIMEN_USAGE, WORDS("dimension", base, "--metric", "ip"),
             WORDS("--metric ip", "l2 or cosine", "no distances"));
  expect_run(NULL, LIMEN_USAGE, WORDS("dimension", base, "--points", "1"), WORDS("--points 1"));
  expect_run(NULL, LIMEN_INPUT, WORDS("dimension", "/nowhere/base.npy"),
             WORDS("/nowhere/base.npy"));
  expect_run(NULL, LIMEN_USAGE, WORDS("dimension"), WORDS("`limen dimension --help`"));
  free(base);
  free(out);
}

static void test_lists_and_descriptions(void **state) {
  (void)state;
  expect_output(NULL, WORDS("list", "datasets"), WORDS("subspace", "clusters_mixed", "duplicates"));
  expect_output(NULL, WORDS("list", "estimators"), WORDS("twonn", "participation"));
  expect_output(NULL, WORDS("list", "hardness"), WORDS("hardness:", "hub_skewness"));
  expect_output(NULL, WORDS("describe", "subspace"),
                WORDS("dataset subspace", "rank", "default 64", "one of: normal, uniform",
                      "limen generate subspace"));
  expect_output(NULL, WORDS("describe", "mle"), WORDS("estimator mle", "k, default 20", "-k 10"));
  expect_output(NULL, WORDS("describe", "pca"), WORDS("theta, default 0.99"));
  expect_output(NULL, WORDS("generate", "--help"), WORDS("Example", "limen generate subspace"));
  expect_output(NULL, WORDS("dimension", "--help"), WORDS("Example", "limen dimension base.npy"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_generated_files, make, unmake),
      cmocka_unit_test_setup_teardown(test_estimates, make, unmake),
      cmocka_unit_test_setup_teardown(test_bias_samples_and_small_sets, make, unmake),
      cmocka_unit_test_setup_teardown(test_refusals, make, unmake),
      cmocka_unit_test(test_lists_and_descriptions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
