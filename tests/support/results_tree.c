#include "support/results_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "support/engine_data.h"

/* ---- HDF5 in small words ---- */

hid_t tree_file_make(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG); /* a child would inherit what stays open here */
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
  H5Pclose(access);
  assert_true(file >= 0);
  return file;
}

void tree_file_close(hid_t file) { assert_true(H5Fclose(file) >= 0); }

void tree_add(hid_t file, const char *name, hid_t type, size_t rows, size_t columns,
              hid_t memory_type, const void *values) {
  const hsize_t sizes[2] = {rows, columns};
  hid_t space = H5Screate_simple(columns ? 2 : 1, sizes, NULL);
  hid_t table = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(table >= 0);
  assert_true(H5Dwrite(table, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Dclose(table);
  H5Sclose(space);
}

static void add_attribute(hid_t file, const char *name, hid_t type, const void *value) {
  hid_t space = H5Screate(H5S_SCALAR);
  hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(attribute >= 0);
  assert_true(H5Awrite(attribute, type, value) >= 0);
  H5Aclose(attribute);
  H5Sclose(space);
}

void tree_add_text(hid_t file, const char *name, const char *text) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  add_attribute(file, name, type, &text);
  H5Tclose(type);
}

void tree_add_real(hid_t file, const char *name, double value) {
  add_attribute(file, name, H5T_NATIVE_DOUBLE, &value);
}

void tree_add_whole(hid_t file, const char *name, long long value) {
  add_attribute(file, name, H5T_NATIVE_LLONG, &value);
}

void tree_add_truth(hid_t file, const char *name, bool value) {
  hid_t type = H5Tenum_create(H5T_STD_I8LE);
  const int8_t no = 0, yes = 1, is = value;
  H5Tenum_insert(type, "FALSE", &no);
  H5Tenum_insert(type, "TRUE", &yes);
  add_attribute(file, name, type, &is);
  H5Tclose(type);
}

/* ---- a dataset ---- */

struct tree_data tree_data_of(enum limen_metric metric, struct limen_matrix base,
                              struct limen_matrix queries, size_t depth) {
  struct tree_data data = {.metric = metric, .base = base, .queries = queries, .depth = depth};
  data.neighbors = limen_alloc(queries.rows, depth * sizeof *data.neighbors, NULL);
  data.distances = limen_alloc(queries.rows, depth * sizeof *data.distances, NULL);
  assert_true(data.neighbors && data.distances && depth <= base.rows);
  for (size_t q = 0; q < queries.rows; q++) {
    struct ranked *all = rank_all(&base, metric, queries.values + q * queries.columns);
    for (size_t i = 0; i < depth; i++) {
      const double r = all[i].distance;
      data.neighbors[q * depth + i] = (int32_t)all[i].id;
      data.distances[q * depth + i] = (float)(metric == LIMEN_L2 ? sqrt(r) : r);
    }
    limen_free(all);
  }
  return data;
}

struct tree_data tree_data_make(enum limen_metric metric, size_t rows, size_t queries,
                                size_t columns, size_t depth) {
  return tree_data_of(metric, clusters(rows, columns, "tree/base"),
                      clusters(queries, columns, "tree/queries"), depth);
}

void tree_data_clear(struct tree_data *data) {
  limen_matrix_clear(&data->base);
  limen_matrix_clear(&data->queries);
  limen_free(data->neighbors);
  limen_free(data->distances);
  *data = (struct tree_data){0};
}

void tree_data_write(const struct tree_data *data, const char *path, const char *distance) {
  hid_t file = tree_file_make(path);
  tree_add(file, "train", H5T_IEEE_F32LE, data->base.rows, data->base.columns, H5T_NATIVE_FLOAT,
           data->base.values);
  tree_add(file, "test", H5T_IEEE_F32LE, data->queries.rows, data->queries.columns,
           H5T_NATIVE_FLOAT, data->queries.values);
  tree_add(file, "neighbors", H5T_STD_I32LE, data->queries.rows, data->depth, H5T_NATIVE_INT32,
           data->neighbors);
  tree_add(file, "distances", H5T_IEEE_F32LE, data->queries.rows, data->depth, H5T_NATIVE_FLOAT,
           data->distances);
  if (distance) {
    tree_add_text(file, "type", "dense");
    tree_add_text(file, "distance", distance);
    tree_add_text(file, "point_type", "float");
    tree_add_whole(file, "dimension", (long long)data->base.columns);
  }
  tree_file_close(file);
}

/* ---- a result ---- */

struct tree_result tree_result_make(const struct tree_data *data, size_t k, size_t wrong,
                                    double us) {
  const size_t n = data->queries.rows;
  int32_t *ids = limen_alloc(n, k * sizeof *ids, NULL);
  float *distances = limen_alloc(n, k * sizeof *distances, NULL);
  float *times = limen_alloc(n, sizeof *times, NULL);
  assert_true(ids && distances && times && k + wrong <= data->depth);
  for (size_t q = 0; q < n; q++) {
    /* Some queries lose one more, some one less, so that recalls have a spread. */
    const size_t lost = wrong == 0 || wrong == k ? wrong : wrong + q % 3 - 1;
    for (size_t i = 0; i < k; i++) {
      const size_t from = i < k - lost ? i : i + lost;
      ids[q * k + i] = data->neighbors[q * data->depth + from];
      distances[q * k + i] = data->distances[q * data->depth + from];
    }
    times[q] = (float)(1e-6 * us * (1 + 0.01 * (double)(q % 7)));
  }
  return (struct tree_result){.rows = n,
                              .columns = k,
                              .ids = ids,
                              .distances = distances,
                              .times = times,
                              .name = "algorithm (M=11)",
                              .distance = data->metric == LIMEN_L2 ? "euclidean" : "angular",
                              .best_search_time = 1e-6 * us,
                              .build_time = 3.2,
                              .index_size = 5700,
                              .candidates = (double)k,
                              .count = (long long)k,
                              .run_count = 5,
                              .dist_comps = (long long)(5 * 320 * n)};
}

void tree_result_clear(struct tree_result *result) {
  limen_free((void *)result->ids);
  limen_free(result->distances);
  limen_free((void *)result->times);
  *result = (struct tree_result){0};
}

static void make_folders(const char *path) {
  char *folder = limen_copy_text(path, NULL);
  *strrchr(folder, '/') = '\0';
  assert_int_equal(limen_folder_make(folder, NULL), LIMEN_OK);
  limen_free(folder);
}

void tree_result_write(const struct tree_result *result, const char *path) {
  make_folders(path);
  hid_t file = tree_file_make(path);
  if (result->ids)
    tree_add(file, "neighbors", H5T_STD_I32LE, result->rows, result->columns, H5T_NATIVE_INT32,
             result->ids);
  if (result->distances)
    tree_add(file, "distances", H5T_IEEE_F32LE, result->rows, result->columns, H5T_NATIVE_FLOAT,
             result->distances);
  if (result->times)
    tree_add(file, "times", H5T_IEEE_F32LE, result->rows, 0, H5T_NATIVE_FLOAT, result->times);
  if (result->name) tree_add_text(file, "name", result->name);
  if (result->distance) tree_add_text(file, "distance", result->distance);
  if (result->best_search_time > 0)
    tree_add_real(file, "best_search_time", result->best_search_time);
  if (result->build_time > 0) tree_add_real(file, "build_time", result->build_time);
  if (result->index_size > 0) tree_add_real(file, "index_size", result->index_size);
  if (result->candidates > 0) tree_add_real(file, "candidates", result->candidates);
  if (result->count > 0) tree_add_whole(file, "count", result->count);
  if (result->run_count > 0) tree_add_whole(file, "run_count", result->run_count);
  if (result->dist_comps > 0) tree_add_whole(file, "dist_comps", result->dist_comps);
  tree_add_truth(file, "batch_mode", false);
  tree_add_truth(file, "expect_extra", true);
  tree_file_close(file);
}
