/* limen convert, as its users see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/format.h"
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

/* Row 2 is zero, row 3 repeats row 1. */
static float values[] = {0.11f, 0.32f, 0.57f, 0.83f, 0, 0, 0.57f, 0.83f};

static char *write_vectors(const char *folder, const char *name) {
  struct limen_matrix matrix = {.rows = 4, .columns = 2, .values = values};
  struct limen_vectors vectors;
  char *path = path_of(folder, name);
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(path, &vectors, NULL), LIMEN_OK);
  return path;
}

static void vectors_and_their_defects(void **state) {
  char *in = write_vectors(*state, "a.fvecs"), *out = path_of(*state, "b.npy");
  char *raw = path_of(*state, "c.raw"), *back = path_of(*state, "d.hdf5");
  struct limen_matrix found;
  expect_output(NULL, WORDS("convert", in, out),
                WORDS("a.fvecs: fvecs, 4 x 2 float32\n",
                      "1 zero row, the first is row 2; 1 repeated row, the first is row 3, which "
                      "repeats row 1\n",
                      "b.npy\n"));
  expect_output(NULL, WORDS("convert", out, raw), WORDS("b.npy: npy, 4 x 2 float32\n"));
  expect_output(NULL, WORDS("convert", raw, "--dimension", "2", back),
                WORDS("c.raw: raw, 4 x 2 float32\n"));
  assert_int_equal(limen_matrix_read(back, NULL, &found, NULL), LIMEN_OK);
  assert_memory_equal(found.values, values, sizeof values);
  limen_matrix_clear(&found);
  expect_output(NULL, WORDS("convert", raw, "--format=raw", "--dimension=8", out),
                WORDS("raw, 1 x 8 float32\n", "no zero rows; no repeated rows\n"));
  free(in), free(out), free(raw), free(back);
}

static void ids_and_their_distances(void **state) {
  int32_t numbers[] = {17, 3, -1, 5};
  float distances[] = {0.11f, 0.32f, 0.57f, 0.83f};
  const struct limen_ids ids = {.rows = 2, .columns = 2, .ids = numbers, .distances = distances};
  struct limen_ids found;
  char *in = path_of(*state, "a.hdf5"), *out = path_of(*state, "b.ibin");
  char *without = path_of(*state, "c.ivecs");
  assert_int_equal(limen_ids_write(in, &ids, NULL), LIMEN_OK);
  expect_output(NULL, WORDS("convert", in, out, "--dataset", "neighbors"),
                WORDS("a.hdf5: hdf5, 2 x 2 int32\n", "ids with their distances\n"));
  assert_int_equal(limen_ids_read(out, NULL, &found, NULL), LIMEN_OK);
  assert_memory_equal(found.distances, distances, sizeof distances);
  limen_ids_clear(&found);
  expect_output(NULL, WORDS("convert", out, without),
                WORDS("b.ibin: ibin, 2 x 2 int32\n",
                      "ids with distances, which the new format has no place for\n"));
  assert_int_equal(limen_ids_read(without, NULL, &found, NULL), LIMEN_OK);
  assert_memory_equal(found.ids, numbers, sizeof numbers);
  limen_ids_clear(&found);
  free(in), free(out), free(without);
}

static void what_is_refused(void **state) {
  char *in = write_vectors(*state, "a.fvecs"), *out = path_of(*state, "b.u8bin");
  char *plain = path_of(*state, "plain");
  write_whole(plain, "12345678");
  expect_run(NULL, LIMEN_USAGE, WORDS("convert", in), WORDS("`limen convert --help`"));
  expect_run(NULL, LIMEN_USAGE, WORDS("convert", in, "out.txt"),
             WORDS("cannot write out.txt", "the endings for vectors are .fvecs, .ivecs"));
  expect_run(NULL, LIMEN_USAGE, WORDS("convert", in, out, "--format", "fvec"),
             WORDS("unknown format fvec; nearest: fvecs"));
  expect_run(NULL, LIMEN_USAGE, WORDS("convert", in, out, "--dimension", "0"),
             WORDS("--dimension 0", "from 1 to"));
  expect_run(NULL, LIMEN_INPUT, WORDS("convert", in, out, "--dimension", "3"),
             WORDS("a.fvecs", "2 dimensions, not 3"));
  expect_run(NULL, LIMEN_INPUT, WORDS("convert", in, out),
             WORDS("cannot write",
                   "row 0, column 0: 0.10999999940395355 cannot be written as "
                   "uint8"));
  expect_run(NULL, LIMEN_INPUT, WORDS("convert", plain, "out.npy"),
             WORDS("plain: its 8 bytes fit no format", "--dimension N"));
  expect_run(NULL, LIMEN_INPUT, WORDS("convert", "none.npy", "out.npy"),
             WORDS("none.npy: cannot be read: No such file or directory"));
  assert_false(is_there(*state, "b.u8bin"));
  free(in), free(out), free(plain);
}

static void help_and_lists(void **state) {
  (void)state;
  expect_output(NULL, WORDS("convert", "--help"),
                WORDS("usage: limen convert IN OUT", "Example:\n  limen convert "));
  expect_output(NULL, WORDS("list", "formats"), WORDS("formats:\n  fvecs ", "hdf5 ", "raw "));
  expect_output(NULL, WORDS("list", "importers"), WORDS("importers:\n  limit-json"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(vectors_and_their_defects, make, unmake),
      cmocka_unit_test_setup_teardown(ids_and_their_distances, make, unmake),
      cmocka_unit_test_setup_teardown(what_is_refused, make, unmake),
      cmocka_unit_test(help_and_lists),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
