/* Writing, inside the child: what a crash of the library there leaves is a file that the parent
 * throws away. */
#include "base/memory.h"
#include "base/threads.h"
#include "data/format_entry.h"
#include "data/hdf5.h"

static int failed(const char *what, struct limen_error *error) {
  char reason[LIMEN_HDF5_REASON];
  return LIMEN_FAIL(error, LIMEN_FAILED, "the HDF5 library cannot write %s: %s", what,
                    limen_hdf5_reason(reason));
}

static hid_t create(hid_t file, const char *name, hid_t type, size_t rows, size_t columns) {
  const hsize_t sizes[2] = {rows, columns};
  hid_t space = H5Screate_simple(2, sizes, NULL), plan = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(plan, 0); /* the same vectors make the same file */
  hid_t table = H5Dcreate2(file, name, type, space, H5P_DEFAULT, plan, H5P_DEFAULT);
  H5Pclose(plan);
  H5Sclose(space);
  return table;
}

static int write_block(hid_t table, hid_t type, size_t first, size_t count, size_t columns,
                       const void *values, struct limen_error *error) {
  const hsize_t start[2] = {first, 0}, sizes[2] = {count, columns};
  hid_t to = H5Dget_space(table), from = H5Screate_simple(2, sizes, NULL);
  H5Sselect_hyperslab(to, H5S_SELECT_SET, start, NULL, sizes, NULL);
  limen_hdf5_alive(count * columns * sizeof(float));
  int status = LIMEN_OK;
  if (H5Dwrite(table, type, from, to, H5P_DEFAULT, values) < 0) status = failed("rows", error);
  H5Sclose(to);
  H5Sclose(from);
  return status;
}

static int write_attributes(hid_t file, size_t dimension, struct limen_error *error) {
  const char dense[] = "dense";
  const long long value = (long long)dimension;
  hid_t space = H5Screate(H5S_SCALAR), text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, sizeof dense - 1);
  H5Tset_strpad(text, H5T_STR_NULLPAD);
  hid_t type = H5Acreate2(file, "type", text, space, H5P_DEFAULT, H5P_DEFAULT);
  hid_t size = H5Acreate2(file, "dimension", H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
  bool good = type >= 0 && size >= 0 && H5Awrite(type, text, dense) >= 0 &&
              H5Awrite(size, H5T_NATIVE_LLONG, &value) >= 0;
  int status = good ? LIMEN_OK : failed("attributes", error);
  if (type >= 0) H5Aclose(type);
  if (size >= 0) H5Aclose(size);
  H5Tclose(text);
  H5Sclose(space);
  return status;
}

static int write_vectors(hid_t file, const struct limen_vectors *vectors,
                         struct limen_error *error) {
  const size_t columns = vectors->columns, block = limen_block_rows(columns * sizeof(float));
  float *rows = limen_alloc(block, columns * sizeof *rows, error);
  if (!rows) return LIMEN_FAILED;
  hid_t table = create(file, "train", H5T_IEEE_F32LE, vectors->rows, columns);
  int status = table < 0 ? failed("a dataset", error) : write_attributes(file, columns, error);
  for (size_t first = 0; first < vectors->rows && status == LIMEN_OK; first += block) {
    size_t count = vectors->rows - first < block ? vectors->rows - first : block;
    status = vectors->read(vectors, first, count, rows, error);
    if (status == LIMEN_OK)
      status = write_block(table, H5T_NATIVE_FLOAT, first, count, columns, rows, error);
  }
  if (table >= 0) H5Dclose(table);
  limen_free(rows);
  return status;
}

static int write_one(hid_t file, const char *name, hid_t type, hid_t memory_type,
                     const struct limen_ids *ids, const void *values, struct limen_error *error) {
  hid_t table = create(file, name, type, ids->rows, ids->columns);
  if (table < 0) return failed("a dataset", error);
  int status = write_block(table, memory_type, 0, ids->rows, ids->columns, values, error);
  H5Dclose(table);
  return status;
}

int limen_hdf5_write(void *context, void *reply, struct limen_error *error) {
  const struct limen_hdf5_output *output = context;
  (void)reply;
  limen_hdf5_start();
  hid_t file = H5Fcreate(output->path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (file < 0) return failed("the file", error);
  int status = LIMEN_OK;
  if (output->vectors) status = write_vectors(file, output->vectors, error);
  if (output->ids) {
    const struct limen_ids *ids = output->ids;
    status = write_one(file, "neighbors", H5T_STD_I32LE, H5T_NATIVE_INT32, ids, ids->ids, error);
    if (status == LIMEN_OK && ids->distances)
      status = write_one(file, "distances", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, ids, ids->distances,
                         error);
  }
  limen_hdf5_alive(0);
  if (H5Fclose(file) < 0 && status == LIMEN_OK) status = failed("the end of the file", error);
  return status;
}
