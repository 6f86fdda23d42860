/* HDF5 files: every width of number, old files without attributes, everything that could lead the
 * reader astray, and damage at 500 places, which the parent process survives. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include <hdf5.h>

#include "unit/formats.h"

enum { ROWS = 3, COLUMNS = 2 };
static const double numbers[ROWS * COLUMNS] = {3, 17, 101, 64, 0, 127};
static const float expected[ROWS * COLUMNS] = {3, 17, 101, 64, 0, 127};

static const struct limen_read_options neighbors = {.dataset = "neighbors"};

static int setup(void **state) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return scratch_setup(state);
}

/* ---- making files ---- */

/* Closing the file closes all in it: a child would inherit what stays open here. */
static hid_t make(const char *name) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  hid_t file = H5Fcreate(at(name), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  H5Pclose(access);
  assert_true(file >= 0);
  return file;
}

static void add_planned(hid_t file, const char *name, hid_t type, size_t rows, size_t columns,
                        const double *values, hid_t plan) {
  const hsize_t sizes[2] = {rows, columns};
  hid_t space = H5Screate_simple(2, sizes, NULL);
  hid_t table = H5Dcreate2(file, name, type, space, H5P_DEFAULT, plan, H5P_DEFAULT);
  assert_true(table >= 0);
  if (values)
    assert_true(H5Dwrite(table, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Dclose(table);
  H5Sclose(space);
}

static void add(hid_t file, const char *name, hid_t type, size_t rows, size_t columns,
                const double *values) {
  add_planned(file, name, type, rows, columns, values, H5P_DEFAULT);
}

static void add_text(hid_t file, const char *name, const char *text, bool variable) {
  hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, variable ? H5T_VARIABLE : strlen(text));
  if (variable) H5Tset_cset(type, H5T_CSET_UTF8);
  hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(H5Awrite(attribute, type, variable ? (const void *)&text : text) >= 0);
  H5Aclose(attribute);
  H5Tclose(type);
  H5Sclose(space);
}

static void add_whole(hid_t file, const char *name, hid_t type, int value) {
  hid_t space = H5Screate(H5S_SCALAR);
  hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &value) >= 0);
  H5Aclose(attribute);
  H5Sclose(space);
}

static hid_t half_type(void) {
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  assert_true(H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0);
  assert_true(H5Tset_size(type, 2) >= 0);
  assert_true(H5Tset_ebias(type, 15) >= 0);
  return type;
}

/* ---- what is read ---- */

static void expect_type(const char *path, const char *type) {
  struct limen_vectors vectors;
  assert_int_equal(limen_vectors_open(path, NULL, &vectors, NULL), LIMEN_OK);
  assert_string_equal(limen_vectors_about(&vectors)->format, "hdf5");
  assert_string_equal(limen_vectors_about(&vectors)->type, type);
  limen_vectors_close(&vectors);
}

static void test_every_width(void **state) {
  (void)state;
  const struct {
    hid_t type;
    const char *read_as;
  } types[] = {
      {H5T_IEEE_F32LE, "float32"}, {H5T_IEEE_F32BE, "float32"}, {H5T_IEEE_F64LE, "float64"},
      {H5T_IEEE_F64BE, "float64"}, {half_type(), "float32"},    {H5T_NATIVE_LDOUBLE, "float64"},
      {H5T_STD_I8LE, "int8"},      {H5T_STD_U8BE, "uint8"},     {H5T_STD_I16LE, "int32"},
      {H5T_STD_U16BE, "int32"},    {H5T_STD_I32LE, "int32"},    {H5T_STD_I32BE, "int32"},
      {H5T_STD_U32LE, "uint32"},   {H5T_STD_I64LE, "int64"},    {H5T_STD_U64BE, "int64"}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    for (int packed = 0; packed < 2; packed++) {
      hid_t file = make("a.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
      const hsize_t chunk[2] = {2, 1};
      if (packed) {
        H5Pset_chunk(plan, 2, chunk);
        H5Pset_shuffle(plan);
        H5Pset_deflate(plan, 6);
        H5Pset_fletcher32(plan);
      }
      add_planned(file, "train", types[i].type, ROWS, COLUMNS, numbers, plan);
      if (i >= 6) add_planned(file, "neighbors", types[i].type, ROWS, COLUMNS, numbers, plan);
      H5Pclose(plan);
      H5Fclose(file);
      expect_vectors(at("a.hdf5"), NULL, ROWS, COLUMNS, expected);
      expect_type(at("a.hdf5"), types[i].read_as);
      if (i >= 6)
        expect_ids(at("a.hdf5"), NULL, ROWS, COLUMNS, (int32_t[]){3, 17, 101, 64, 0, 127}, NULL);
    }
  }
}

/* A file as ann-benchmarks writes it, and one as it wrote it long ago. */
static void test_the_usual_file(void **state) {
  (void)state;
  const double ids[] = {17, 3, -1, 5}, distances[] = {0.11, 0.32, 0.57, 0.83};
  for (int old = 0; old < 2; old++) {
    hid_t file = make("a.hdf5");
    add(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
    add(file, "test", H5T_IEEE_F32LE, 1, COLUMNS, numbers + 2);
    add(file, "neighbors", old ? H5T_STD_I64LE : H5T_STD_I32LE, 2, 2, ids);
    add(file, "distances", old ? H5T_IEEE_F64LE : H5T_IEEE_F32LE, 2, 2, distances);
    if (!old) {
      add_text(file, "distance", "angular", true);
      add_text(file, "type", "dense", false);
      add_text(file, "point_type", "float", true);
      add_whole(file, "dimension", H5T_STD_I64LE, COLUMNS);
    }
    H5Fclose(file);
    struct limen_vectors vectors;
    expect_vectors(at("a.hdf5"), NULL, ROWS, COLUMNS, expected);
    expect_vectors(at("a.hdf5"), &(struct limen_read_options){.dataset = "test"}, 1, COLUMNS,
                   expected + 2);
    expect_ids(at("a.hdf5"), NULL, 2, 2, (int32_t[]){17, 3, -1, 5},
               (float[]){0.11f, 0.32f, 0.57f, 0.83f});
    assert_int_equal(limen_vectors_open(at("a.hdf5"), NULL, &vectors, NULL), LIMEN_OK);
    assert_string_equal(limen_vectors_about(&vectors)->metric, old ? "" : "angular");
    assert_non_null(vectors.values); /* mapped from the file itself */
    limen_vectors_close(&vectors);
  }
}

/* A block of the user's in front, a dataset inside a group, one dimension only, and storage inside
 * the header. */
static void test_unusual_places(void **state) {
  (void)state;
  hid_t creation = H5Pcreate(H5P_FILE_CREATE), compact = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_userblock(creation, 1024);
  H5Pset_layout(compact, H5D_COMPACT);
  hid_t file = H5Fcreate(at("a"), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
  const hsize_t size = 3;
  hid_t group = H5Gcreate2(file, "inner", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  add(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  add(group, "more", H5T_IEEE_F64LE, ROWS, COLUMNS, numbers);
  add_planned(group, "small", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers, compact);
  hid_t space = H5Screate_simple(1, &size, NULL);
  hid_t line =
      H5Dcreate2(file, "line", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(line, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
  H5Dclose(line);
  H5Gclose(group);
  H5Fclose(file);
  H5Pclose(creation);
  H5Pclose(compact);
  expect_vectors(at("a"), NULL, ROWS, COLUMNS, expected);
  expect_vectors(at("a"), &(struct limen_read_options){.dataset = "inner/more"}, ROWS, COLUMNS,
                 expected);
  expect_vectors(at("a"), &(struct limen_read_options){.dataset = "inner/small"}, ROWS, COLUMNS,
                 expected);
  expect_vectors(at("a"), &(struct limen_read_options){.dataset = "line"}, 3, 1, expected);
}

/* Chunks wider than a block, rows that do not divide evenly, and both deflated. */
static void test_many_chunks(void **state) {
  (void)state;
  enum { MANY = 30011, WIDE = 23 };
  double *values = malloc(MANY * WIDE * sizeof *values);
  float *wanted = malloc(MANY * WIDE * sizeof *wanted);
  for (size_t i = 0; i < MANY * WIDE; i++) {
    values[i] = (double)(i * 2654435761u % 100003) / 64;
    wanted[i] = (float)values[i];
  }
  const hsize_t chunks[][2] = {{20000, 5}, {17, 23}};
  for (size_t c = 0; c < 2; c++) {
    hid_t file = make("a.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(plan, 2, chunks[c]);
    H5Pset_deflate(plan, 1);
    add_planned(file, "train", H5T_IEEE_F32LE, MANY, WIDE, values, plan);
    H5Pclose(plan);
    H5Fclose(file);
    struct limen_matrix matrix;
    assert_int_equal(limen_matrix_read(at("a.hdf5"), NULL, &matrix, NULL), LIMEN_OK);
    assert_int_equal(matrix.rows, MANY);
    assert_memory_equal(matrix.values, wanted, MANY * WIDE * sizeof *wanted);
    limen_matrix_clear(&matrix);
  }
  free(values);
  free(wanted);
}

/* ---- what is refused ---- */

static void test_values(void **state) {
  (void)state;
  const double bad[] = {1, NAN, 2, 1e39}, ids[] = {1, 2, 3, -4};
  hid_t file = make("a.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[2] = {1, 2};
  H5Pset_chunk(plan, 2, chunk);
  add_planned(file, "train", H5T_IEEE_F32LE, 2, 2, bad, plan);
  add(file, "test", H5T_IEEE_F64LE, 1, 2, bad + 2);
  add(file, "neighbors", H5T_STD_I32LE, 2, 2, ids);
  H5Fclose(file);
  H5Pclose(plan);
  refuse(at("a.hdf5"), NULL, LIMEN_INPUT, "row 0, column 1: nan is not a finite number");
  struct limen_vectors vectors;
  struct limen_error error = {0};
  assert_int_equal(limen_vectors_open(at("a.hdf5"), &(struct limen_read_options){.dataset = "test"},
                                      &vectors, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text, "row 0, column 1 (byte "));
  assert_non_null(strstr(error.text, "): 1e+39 is beyond float32"));
  refuse_ids(at("a.hdf5"), NULL, LIMEN_INPUT,
             "row 1, column 1: -4 is no id; ids are 0 to 2147483647, and -1 stands for none");
  refuse_ids(at("a.hdf5"), &(struct limen_read_options){.dataset = "test"}, LIMEN_INPUT,
             "its values are float64, and ids are whole numbers");
}

static void test_names(void **state) {
  (void)state;
  hid_t file = make("a.hdf5");
  add(file, "base", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  add(file, "\x1b[2Jqueries", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  H5Fclose(file);
  refuse(at("a.hdf5"), NULL, LIMEN_INPUT,
         "there is no dataset `train` in it that can be opened; there is: `?[2Jqueries`, `base` "
         "(--dataset NAME)");
  refuse_ids(at("a.hdf5"), &neighbors, LIMEN_INPUT,
             "there is no dataset `neighbors` in it that can be opened; there is: `?[2Jqueries`, "
             "`base` (--dataset NAME)");
  file = make("b.hdf5");
  H5Fclose(file);
  refuse(at("b.hdf5"), NULL, LIMEN_INPUT,
         "there is no dataset `train` in it that can be opened; there is: nothing (--dataset "
         "NAME)");
}

static void test_attributes(void **state) {
  (void)state;
  hid_t file = make("a.hdf5");
  add(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  add_whole(file, "dimension", H5T_STD_I32LE, 25);
  add_text(file, "distance", "\x1b[31mvery long and strange", true);
  H5Fclose(file);
  refuse(at("a.hdf5"), NULL, LIMEN_INPUT,
         "the attribute dimension says 25, but the dataset `train` has 2 columns");
  file = make("b.hdf5");
  add(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  add_text(file, "dimension", "two", false); /* of a type that says nothing */
  add_whole(file, "type", H5T_STD_I32LE, 1);
  add_text(file, "distance", "\x1b[31mvery long and strange", true);
  H5Fclose(file);
  struct limen_vectors vectors;
  assert_int_equal(limen_vectors_open(at("b.hdf5"), NULL, &vectors, NULL), LIMEN_OK);
  assert_string_equal(limen_vectors_about(&vectors)->metric, "?[31mvery long ");
  limen_vectors_close(&vectors);
  file = make("c.hdf5");
  add(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  add_text(file, "type", "sparse", true);
  H5Fclose(file);
  refuse(at("c.hdf5"), NULL, LIMEN_INPUT, "it holds sparse sets (attribute type), not vectors");
}

/* Layouts that nobody saves, and that keep the library busy. */
static void test_strange_floats(void **state) {
  (void)state;
  hid_t file = make("a.hdf5"), far = H5Tcopy(H5T_IEEE_F32LE), narrow = H5Tcopy(H5T_IEEE_F32LE);
  assert_true(H5Tset_ebias(far, (size_t)1 << 40) >= 0);
  assert_true(H5Tset_fields(narrow, 31, 25, 6, 0, 25) >= 0);
  add(file, "far", far, ROWS, COLUMNS, NULL);
  add(file, "narrow", narrow, ROWS, COLUMNS, numbers);
  H5Fclose(file);
  const struct limen_read_options of_far = {.dataset = "far"}, of_narrow = {.dataset = "narrow"};
  refuse(at("a.hdf5"), &of_far, LIMEN_INPUT,
         "the dataset `far` holds floats of 4 bytes in a layout of its own (8 bits of exponent, 23 "
         "of mantissa); save it as float32");
  refuse(at("a.hdf5"), &of_narrow, LIMEN_INPUT,
         "the dataset `narrow` holds floats of 4 bytes in a layout of its own (6 bits of exponent, "
         "25 of mantissa); save it as float32");
}

static void test_shapes_and_types(void **state) {
  (void)state;
  const hsize_t cube[3] = {2, 2, 2}, none[2] = {0, 4};
  hid_t file = make("a.hdf5"), space = H5Screate_simple(3, cube, NULL);
  H5Dcreate2(file, "train", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  space = H5Screate_simple(2, none, NULL);
  H5Dcreate2(file, "test", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  space = H5Screate(H5S_SCALAR);
  H5Dcreate2(file, "scalar", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t flat[2] = {1, 2};
  space = H5Screate_simple(2, flat, NULL);
  H5Dcreate2(file, "texts", H5T_C_S1, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dcreate2(file, "unwritten", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  hid_t truth = H5Tenum_create(H5T_STD_I8LE);
  H5Tenum_insert(truth, "FALSE", &(int8_t){0});
  H5Tenum_insert(truth, "TRUE", &(int8_t){1});
  H5Dcreate2(file, "truths", truth, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
#define OF(name) (&(struct limen_read_options){.dataset = name})
  refuse(at("a.hdf5"), NULL, LIMEN_INPUT,
         "the dataset `train` has 3 dimensions; rows and columns are needed");
  refuse(at("a.hdf5"), OF("test"), LIMEN_INPUT, "the dataset `test` is empty: 0 x 4");
  refuse(at("a.hdf5"), OF("scalar"), LIMEN_INPUT,
         "the dataset `scalar` has 0 dimensions; rows and columns are needed");
  refuse(at("a.hdf5"), OF("texts"), LIMEN_INPUT,
         "the dataset `texts` holds neither floats nor integers, but values of 1 bytes");
  refuse(at("a.hdf5"), OF("truths"), LIMEN_INPUT,
         "the dataset `truths` holds neither floats nor integers, but values of 1 bytes");
  refuse(at("a.hdf5"), OF("unwritten"), LIMEN_INPUT, "the dataset `unwritten` was never written");
}

/* One chunk of four values in a dataset that claims a billion rows: there is no room for that. */
static void test_sizes_that_lie(void **state) {
  (void)state;
  const hsize_t claimed[2] = {1000000000, 1000}, chunk[2] = {2, 2}, start[2] = {0, 0};
  hid_t file = make("a.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(plan, 2, chunk);
  hid_t space = H5Screate_simple(2, claimed, NULL), memory = H5Screate_simple(2, chunk, NULL);
  hid_t table = H5Dcreate2(file, "train", H5T_IEEE_F32LE, space, H5P_DEFAULT, plan, H5P_DEFAULT);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, chunk, NULL);
  assert_true(H5Dwrite(table, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, numbers) >= 0);
  H5Dclose(table);
  H5Fclose(file);
  struct limen_vectors vectors;
  struct limen_error error = {0};
  assert_int_equal(limen_vectors_open(at("a.hdf5"), NULL, &vectors, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text,
                         "the dataset `train` says 1000000000 x 1000 values of 4 bytes, but has 16 "
                         "bytes in a file of "));
}

/* What would read another file: external storage, virtual datasets, links. */
static void test_other_files(void **state) {
  (void)state;
  hid_t file = make("secret.hdf5");
  add(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers);
  H5Fclose(file);
  file = make("a.hdf5");
  hid_t outside = H5Pcreate(H5P_DATASET_CREATE), virtual = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t sizes[2] = {ROWS, COLUMNS};
  hid_t space = H5Screate_simple(2, sizes, NULL);
  H5Pset_external(outside, at("secret.hdf5"), 0, 24);
  add_planned(file, "outside", H5T_IEEE_F32LE, ROWS, COLUMNS, NULL, outside);
  H5Pset_virtual(virtual, space, at("secret.hdf5"), "train", space);
  add_planned(file, "virtual", H5T_IEEE_F32LE, ROWS, COLUMNS, NULL, virtual);
  H5Lcreate_external(at("secret.hdf5"), "train", file, "link", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external(at("secret.hdf5"), "/", file, "folder", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("folder/train", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/loop", file, "loop", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  refuse(at("a.hdf5"), OF("outside"), LIMEN_INPUT,
         "the dataset `outside` keeps its values in other files");
  refuse(at("a.hdf5"), OF("virtual"), LIMEN_INPUT,
         "the dataset `virtual` keeps its values in other files");
  static const char *const links[] = {"link", "soft", "folder/train", "loop"};
  for (size_t i = 0; i < 4; i++) {
    char words[200];
    snprintf(words, sizeof words,
             "there is no dataset `%s` in it that can be opened; there is: `folder`, `link`, "
             "`loop`, `outside`, `soft`, `virtual` (--dataset NAME)",
             links[i]);
    refuse(at("a.hdf5"), OF(links[i]), LIMEN_INPUT, words);
  }
}

static void test_filters(void **state) {
  (void)state;
  hid_t file = make("a.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[2] = {1, 2};
  H5Pset_chunk(plan, 2, chunk);
  H5Pset_filter(plan, 32015, H5Z_FLAG_OPTIONAL, 0, NULL); /* registered to zstd, a plug-in */
  add_planned(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers, plan);
  H5Fclose(file);
  refuse(at("a.hdf5"), NULL, LIMEN_INPUT,
         "the dataset `train` is packed by filter 32015, which the HDF5 library here cannot undo; "
         "save it with gzip or without a filter");
}

static void test_distances_of_another_shape(void **state) {
  (void)state;
  hid_t file = make("a.hdf5");
  add(file, "neighbors", H5T_STD_I32LE, ROWS, COLUMNS, numbers);
  add(file, "distances", H5T_IEEE_F32LE, COLUMNS, ROWS, numbers);
  H5Fclose(file);
  refuse_ids(at("a.hdf5"), NULL, LIMEN_INPUT,
             "the dataset `neighbors` is 3 x 2, but its distances are 2 x 3");
}

/* ---- damage ---- */

/* A file with most that a reader walks over: groups, attributes, chunks, filters. */
static char *make_victim(size_t *count) {
  const double ids[] = {17, 3, 2, 5};
  hid_t file = make("victim.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[2] = {2, 2};
  H5Pset_chunk(plan, 2, chunk);
  H5Pset_deflate(plan, 6);
  add_planned(file, "train", H5T_IEEE_F32LE, ROWS, COLUMNS, numbers, plan);
  add(file, "neighbors", H5T_STD_I32LE, 2, 2, ids);
  add(file, "distances", H5T_IEEE_F32LE, 2, 2, ids);
  add_text(file, "distance", "euclidean", true);
  add_whole(file, "dimension", H5T_STD_I64LE, COLUMNS);
  H5Fclose(file);
  H5Pclose(plan);
  return get_file(at("victim.hdf5"), count);
}

/* The only answers there are: a whole matrix or all ids, or an error about the input. */
static bool survives(const char *path, bool as_ids) {
  struct limen_matrix matrix = {0};
  struct limen_ids ids = {0};
  struct limen_error error = {0};
  int status = as_ids ? limen_ids_read(path, NULL, &ids, &error)
                      : limen_matrix_read(path, NULL, &matrix, &error);
  if (status == LIMEN_OK)
    assert_true(matrix.rows * matrix.columns + ids.rows * ids.columns > 0);
  else if (status != LIMEN_INPUT || error.text[0] == '\0')
    fail_msg("status %d: %s", status, error.text);
  limen_matrix_clear(&matrix);
  limen_ids_clear(&ids);
  return status == LIMEN_OK;
}

static void test_flips(void **state) {
  (void)state;
  enum { PLACES = 500 };
  size_t count = 0, good = 0;
  char *bytes = make_victim(&count);
  assert_true(survives(at("victim.hdf5"), false));
  assert_true(survives(at("victim.hdf5"), true));
  /* Everything of use stands in the bytes that are not 0, so that is where half of them go. */
  for (size_t i = 0; i < PLACES; i++) {
    size_t place = i * count / PLACES;
    for (size_t tries = 0; i % 2 && tries < count && bytes[place] == 0; tries++)
      place = (place + 1) % count;
    const char change = (char)(i % 3 == 0 ? 0xff : i % 3 == 1 ? 0x01 : 0x80);
    bytes[place] ^= change;
    put_file(at("flip.hdf5"), bytes, count);
    good += survives(at("flip.hdf5"), i % 4 == 0);
    bytes[place] ^= change;
  }
  assert_true(good > 50 && good < PLACES - 50);
  limen_free(bytes);
}

static void test_truncations(void **state) {
  (void)state;
  size_t count = 0;
  char *bytes = make_victim(&count);
  for (size_t length = 8; length < count; length += 53) {
    put_file(at("cut.hdf5"), bytes, length);
    assert_false(survives(at("cut.hdf5"), length % 2));
  }
  put_file(at("cut.hdf5"), bytes, count - 1);
  assert_false(survives(at("cut.hdf5"), false));
  limen_free(bytes);
}

/* ---- writing ---- */

static void test_the_same_bytes_twice(void **state) {
  (void)state;
  size_t first = 0, second = 0;
  struct limen_matrix matrix = {.rows = ROWS, .columns = COLUMNS, .values = (float *)expected};
  struct limen_vectors vectors;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at("a.hdf5"), &vectors, NULL), LIMEN_OK);
  sleep(1); /* were the time in it, it would differ */
  assert_int_equal(limen_vectors_write(at("b.h5"), &vectors, NULL), LIMEN_OK);
  char *a = get_file(at("a.hdf5"), &first), *b = get_file(at("b.h5"), &second);
  assert_int_equal(first, second);
  assert_memory_equal(a, b, first);
  limen_free(a);
  limen_free(b);
}

/* As h5py and ann-benchmarks look at it. */
static void test_what_is_written(void **state) {
  (void)state;
  float found[ROWS * COLUMNS] = {0};
  long long dimension = 0;
  char type[6] = "";
  struct limen_matrix matrix = {.rows = ROWS, .columns = COLUMNS, .values = (float *)expected};
  struct limen_vectors vectors;
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(at("a.hdf5"), &vectors, NULL), LIMEN_OK);
  hid_t file = H5Fopen(at("a.hdf5"), H5F_ACC_RDONLY, H5P_DEFAULT);
  hid_t table = H5Dopen2(file, "train", H5P_DEFAULT), text = H5Tcopy(H5T_C_S1);
  assert_true(H5Tequal(H5Dget_type(table), H5T_IEEE_F32LE) > 0);
  assert_true(H5Dread(table, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
  assert_memory_equal(found, expected, sizeof found);
  H5Tset_size(text, sizeof type);
  hid_t attribute = H5Aopen(file, "dimension", H5P_DEFAULT);
  assert_true(H5Aread(attribute, H5T_NATIVE_LLONG, &dimension) >= 0);
  assert_int_equal(dimension, COLUMNS);
  H5Aclose(attribute);
  attribute = H5Aopen(file, "type", H5P_DEFAULT);
  assert_true(H5Aread(attribute, text, type) >= 0);
  assert_string_equal(type, "dense");
  H5Aclose(attribute);
  H5Dclose(table);
  H5Fclose(file);
}

static int fail_at_row(const struct limen_vectors *vectors, size_t first, size_t count, float *out,
                       struct limen_error *error) {
  (void)vectors, (void)count, (void)out;
  return LIMEN_FAIL(error, LIMEN_INPUT, "row %zu cannot be had", first);
}

static void test_a_source_that_fails(void **state) {
  (void)state;
  struct limen_error error = {0};
  const struct limen_vectors vectors = {.rows = 2, .columns = 2, .read = fail_at_row};
  assert_int_equal(limen_vectors_write(at("a.hdf5"), &vectors, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "a.hdf5: row 0 cannot be had"));
  assert_false(limen_file_exists(at("a.hdf5")));
}

static void test_many_threads_open(void **state) {
  (void)state;
  hid_t file = make("a.hdf5"), plan = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[2] = {1, 2};
  H5Pset_chunk(plan, 2, chunk);
  add_planned(file, "train", H5T_IEEE_F64BE, ROWS, COLUMNS, numbers, plan);
  H5Fclose(file);
  char path[256];
  snprintf(path, sizeof path, "%s", at("a.hdf5"));
  int wrong = 0;
#pragma omp parallel for num_threads(4) reduction(+ : wrong) schedule(static, 1)
  for (int i = 0; i < 16; i++) {
    struct limen_matrix matrix;
    int status = limen_matrix_read(path, NULL, &matrix, NULL);
    wrong += status != LIMEN_OK || memcmp(matrix.values, expected, sizeof expected) != 0;
    limen_matrix_clear(&matrix);
  }
  assert_int_equal(wrong, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_every_width),
      TEST(test_the_usual_file),
      TEST(test_unusual_places),
      TEST(test_many_chunks),
      TEST(test_values),
      TEST(test_names),
      TEST(test_attributes),
      TEST(test_strange_floats),
      TEST(test_shapes_and_types),
      TEST(test_sizes_that_lie),
      TEST(test_other_files),
      TEST(test_filters),
      TEST(test_distances_of_another_shape),
      TEST(test_flips),
      TEST(test_truncations),
      TEST(test_the_same_bytes_twice),
      TEST(test_what_is_written),
      TEST(test_a_source_that_fails),
      TEST(test_many_threads_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
