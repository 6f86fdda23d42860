/* Reading a dataset, inside the child. What is refused: links into other files, storage outside of
 * the file, virtual datasets, filters that are not built in, anything but two dimensions of plain
 * numbers, and sizes that the bytes in the file cannot hold. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/format_entry.h"
#include "data/hdf5.h"
#include "definition/words.h"

/* One dataset, as far as it is understood; all handles end with the process. */
struct table {
  const char *name;
  char shown[LIMEN_WORDS_SIZE]; /* the name, for messages */
  hid_t id, type, plan;         /* plan: the creation properties, as HDF5 calls them */
  size_t rows, columns;
  H5D_layout_t storage;
  size_t chunk_rows, chunk_bytes; /* 0: not chunked */
  enum limen_cell cell;
  hid_t memory_type; /* of `cell` */
  bool plain;        /* the file's bytes are the cell's */
};

/* ---- finding it ---- */

static herr_t refuse_link(const char *parent_file, const char *parent_group, const char *child_file,
                          const char *child_object, unsigned *flags, hid_t access, void *context) {
  (void)parent_file, (void)parent_group, (void)child_file, (void)child_object;
  (void)flags, (void)access, (void)context;
  return -1;
}

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  char shown[LIMEN_WORDS_SIZE];
  struct limen_text *names = context;
  (void)group, (void)info;
  limen_text_print(names, "%s%s", names->length ? ", " : "", limen_words_quote(name, shown));
  return names->length > 400;
}

static int no_dataset(hid_t file, const struct table *table, struct limen_error *error) {
  struct limen_text names = {0};
  H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, &names);
  int status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "there is no dataset %s in it that can be opened; there is: %s "
                          "(--dataset NAME)",
                          table->shown, names.length ? limen_text_string(&names) : "nothing");
  limen_text_clear(&names);
  return status;
}

static int open_table(hid_t file, const char *name, struct table *table,
                      struct limen_error *error) {
  const size_t cache_slots = 12421, cache_bytes = (size_t)256 << 20;
  *table = (struct table){.name = name};
  limen_words_quote(name, table->shown);
  hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
  /* Chunks may span all columns, so that a block of rows wants many of them at once. */
  H5Pset_chunk_cache(access, cache_slots, cache_bytes, 1);
  H5Pset_elink_cb(access, refuse_link, NULL);
  table->id = H5Dopen2(file, name, access);
  if (table->id < 0) return no_dataset(file, table, error);
  table->type = H5Dget_type(table->id);
  table->plan = H5Dget_create_plist(table->id);
  if (table->type < 0 || table->plan < 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the dataset %s cannot be understood", table->shown);
  return LIMEN_OK;
}

/* ---- its shape and type ---- */

static int find_shape(struct table *table, struct limen_error *error) {
  hsize_t sizes[2] = {0, 1};
  hid_t space = H5Dget_space(table->id);
  int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
  if (rank < 1 || rank > 2)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the dataset %s has %d dimensions; rows and columns are needed", table->shown,
                      rank);
  H5Sget_simple_extent_dims(space, sizes, NULL);
  H5Sclose(space);
  table->rows = sizes[0];
  table->columns = sizes[1];
  if (table->rows == 0 || table->columns == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the dataset %s is empty: %zu x %zu", table->shown,
                      table->rows, table->columns);
  return LIMEN_OK;
}

/* HDF5 lets a file lay out the bits of a float as it likes, and converts them one by one. What
 * people save is one of these. */
static int check_float(const struct table *table, struct limen_error *error) {
  static const struct {
    size_t sign, exponent, exponent_bits, mantissa, mantissa_bits, bias;
  } known[] = {{15, 10, 5, 0, 10, 15},     {15, 7, 8, 0, 7, 127},
               {31, 23, 8, 0, 23, 127},    {63, 52, 11, 0, 52, 1023},
               {79, 64, 15, 0, 64, 16383}, {127, 112, 15, 0, 112, 16383}};
  size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
  const size_t bias = H5Tget_ebias(table->type), size = H5Tget_size(table->type), most = 16;
  H5Tget_fields(table->type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (sign == known[i].sign && exponent == known[i].exponent && mantissa == known[i].mantissa &&
        exponent_bits == known[i].exponent_bits && mantissa_bits == known[i].mantissa_bits &&
        bias == known[i].bias && H5Tget_offset(table->type) == 0 && size * CHAR_BIT > sign &&
        size <= most)
      return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the dataset %s holds floats of %zu bytes in a layout of its own (%zu bits of "
                    "exponent, %zu of mantissa); save it as float32",
                    table->shown, size, exponent_bits, mantissa_bits);
}

static int find_type(struct table *table, struct limen_error *error) {
  const size_t size = H5Tget_size(table->type);
  const bool is_signed = H5Tget_sign(table->type) == H5T_SGN_2;
  /* Any number of values of no bytes would fit into any file. */
  switch (size > 0 ? H5Tget_class(table->type) : H5T_NO_CLASS) {
    case H5T_FLOAT:
      table->cell = size <= sizeof(float) ? LIMEN_CELL_F4 : LIMEN_CELL_F8;
      break;
    case H5T_INTEGER:
      table->cell = size == 1                ? is_signed ? LIMEN_CELL_I1 : LIMEN_CELL_U1
                    : size < sizeof(int32_t) ? LIMEN_CELL_I4
                    : size > sizeof(int32_t) ? LIMEN_CELL_I8
                    : is_signed              ? LIMEN_CELL_I4
                                             : LIMEN_CELL_U4;
      break;
    default:
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "the dataset %s holds neither floats nor integers, but values of %zu bytes",
                        table->shown, size);
  }
  const hid_t types[LIMEN_CELLS] = {
      [LIMEN_CELL_F4] = H5T_IEEE_F32LE, [LIMEN_CELL_F8] = H5T_IEEE_F64LE,
      [LIMEN_CELL_I1] = H5T_STD_I8LE,   [LIMEN_CELL_U1] = H5T_STD_U8LE,
      [LIMEN_CELL_I4] = H5T_STD_I32LE,  [LIMEN_CELL_U4] = H5T_STD_U32LE,
      [LIMEN_CELL_I8] = H5T_STD_I64LE};
  table->memory_type = types[table->cell];
  table->plain = H5Tequal(table->type, table->memory_type) > 0;
  return H5Tget_class(table->type) == H5T_FLOAT ? check_float(table, error) : LIMEN_OK;
}

/* ---- its storage ---- */

static int check_filters(const struct table *table, struct limen_error *error) {
  const int count = H5Pget_nfilters(table->plan);
  for (int i = 0; i < count; i++) {
    size_t values = 0;
    unsigned flags, config;
    char name[64] = "";
    H5Z_filter_t filter =
        H5Pget_filter2(table->plan, (unsigned)i, &flags, &values, NULL, sizeof name, name, &config);
    if (filter < 0 || H5Zfilter_avail(filter) <= 0)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "the dataset %s is packed by filter %d, which the HDF5 library here cannot "
                        "undo; save it with gzip or without a filter",
                        table->shown, filter);
  }
  return LIMEN_OK;
}

static int check_storage(struct table *table, size_t file_size, struct limen_error *error) {
  size_t bytes, stored = H5Dget_storage_size(table->id);
  hsize_t chunk[2] = {0};
  table->storage = H5Pget_layout(table->plan);
  if (H5Pget_external_count(table->plan) != 0 ||
      (table->storage != H5D_CONTIGUOUS && table->storage != H5D_CHUNKED &&
       table->storage != H5D_COMPACT))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the dataset %s keeps its values in other files",
                      table->shown);
  if (table->storage == H5D_CHUNKED && H5Pget_chunk(table->plan, 2, chunk) > 0)
    table->chunk_rows = chunk[0],
    table->chunk_bytes = chunk[0] * (chunk[1] ? chunk[1] : 1) * H5Tget_size(table->type);
  if (stored == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the dataset %s was never written", table->shown);
  if (stored > file_size || __builtin_mul_overflow(table->rows, table->columns, &bytes) ||
      __builtin_mul_overflow(bytes, H5Tget_size(table->type), &bytes) ||
      bytes > limen_mapping_unpacked_most(stored) ||
      (table->storage != H5D_CHUNKED && bytes > stored))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the dataset %s says %zu x %zu values of %zu bytes, but has %zu bytes in a "
                      "file of %zu",
                      table->shown, table->rows, table->columns, H5Tget_size(table->type), stored,
                      file_size);
  return check_filters(table, error);
}

static int check_number(const struct table *table, size_t most, struct limen_error *error) {
  size_t values;
  if (most == 0) return LIMEN_OK;
  if (!__builtin_mul_overflow(table->rows, table->columns, &values) && values <= most)
    return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the dataset %s says %zu x %zu values; at most %zu are read", table->shown,
                    table->rows, table->columns, most);
}

static int understand(hid_t file, const char *name, const struct limen_hdf5_request *request,
                      struct table *table, struct limen_error *error) {
  int status = open_table(file, name, table, error);
  if (status == LIMEN_OK) status = find_shape(table, error);
  if (status == LIMEN_OK) status = check_number(table, request->values_most, error);
  if (status == LIMEN_OK) status = find_type(table, error);
  if (status == LIMEN_OK) status = check_storage(table, request->file_size, error);
  return status;
}

/* ---- its rows ---- */

static int read_block(const struct table *table, size_t first, size_t count, void *out,
                      struct limen_error *error) {
  const hsize_t start[2] = {first, 0}, sizes[2] = {count, table->columns};
  hid_t from = H5Dget_space(table->id), to = H5Screate_simple(2, sizes, NULL);
  /* Every chunk that the rows touch is unpacked whole. */
  limen_hdf5_alive(count * table->columns * sizeof(double) +
                   table->chunk_bytes * (2 + count / (table->chunk_rows + 1)));
  herr_t failed = H5Sselect_hyperslab(from, H5S_SELECT_SET, start, NULL, sizes, NULL);
  if (failed >= 0) failed = H5Dread(table->id, table->memory_type, to, from, H5P_DEFAULT, out);
  char reason[LIMEN_HDF5_REASON];
  if (failed < 0) limen_hdf5_reason(reason);
  H5Sclose(from);
  H5Sclose(to);
  if (failed >= 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "rows %zu to %zu of the dataset %s cannot be read: %s",
                    first, first + count - 1, table->shown, reason);
}

static int write_all(int descriptor, const char *bytes, size_t count, struct limen_error *error) {
  while (count > 0) {
    ssize_t put = write(descriptor, bytes, count);
    if (put <= 0)
      return LIMEN_FAIL(error, LIMEN_FAILED,
                        "its rows cannot be copied into a temporary file; set TMPDIR to a folder "
                        "with room");
    bytes += put;
    count -= (size_t)put;
  }
  return LIMEN_OK;
}

/* Chunks that span several blocks would be unpacked once for each of them. */
static size_t block_of(const struct table *table, size_t row_bytes) {
  const size_t most_bytes = (size_t)256 << 20, usual = limen_block_rows(row_bytes);
  size_t bytes;
  if (table->chunk_rows > usual && !__builtin_mul_overflow(table->chunk_rows, row_bytes, &bytes) &&
      bytes <= most_bytes)
    return table->chunk_rows;
  return usual;
}

static int copy_rows(const struct table *table, int copy, struct limen_error *error) {
  const size_t row_bytes = table->columns * limen_cell_size(table->cell);
  size_t block = block_of(table, row_bytes);
  if (block > table->rows) block = table->rows;
  char *bytes = limen_alloc(block, row_bytes, error);
  int status = bytes ? LIMEN_OK : LIMEN_FAILED;
  for (size_t first = 0; first < table->rows && status == LIMEN_OK; first += block) {
    size_t count = table->rows - first < block ? table->rows - first : block;
    status = read_block(table, first, count, bytes, error);
    if (status == LIMEN_OK) status = write_all(copy, bytes, count * row_bytes, error);
  }
  limen_free(bytes);
  return status;
}

/* Whether the bytes of row `row` at `start` in the file are what the library reads there. */
static bool is_there(const struct table *table, int file, size_t start, size_t row) {
  const size_t row_bytes = table->columns * limen_cell_size(table->cell);
  char *read = malloc(row_bytes), *found = malloc(row_bytes);
  bool same =
      read && found && read_block(table, row, 1, read, NULL) == LIMEN_OK &&
      pread(file, found, row_bytes, (off_t)(start + row * row_bytes)) == (ssize_t)row_bytes &&
      memcmp(read, found, row_bytes) == 0;
  free(read);
  free(found);
  return same;
}

/* Where the rows of a plain dataset stand in the file; false when they must be copied. */
static bool find_plain_rows(const struct table *table, const struct limen_hdf5_request *request,
                            size_t *start) {
  if (!table->plain || table->storage != H5D_CONTIGUOUS) return false;
  haddr_t offset = H5Dget_offset(table->id);
  const size_t bytes = table->rows * table->columns * limen_cell_size(table->cell);
  if (offset == HADDR_UNDEF || offset > request->file_size || bytes > request->file_size - offset)
    return false;
  *start = offset;
  return is_there(table, request->file, *start, 0) &&
         is_there(table, request->file, *start, table->rows - 1);
}

/* ---- all together ---- */

static int check_attributes(hid_t file, const struct table *table, struct limen_layout *layout,
                            struct limen_error *error) {
  char type[16];
  long long dimension = 0;
  limen_hdf5_text(file, "distance", layout->metric, sizeof layout->metric);
  if (limen_hdf5_text(file, "type", type, sizeof type) && strcmp(type, "sparse") == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "it holds sparse sets (attribute type), not vectors");
  if ((strcmp(table->name, "train") == 0 || strcmp(table->name, "test") == 0) &&
      limen_hdf5_whole(file, "dimension", &dimension) &&
      (dimension < 0 || (size_t)dimension != table->columns))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the attribute dimension says %lld, but the dataset %s has %zu columns",
                      dimension, table->shown, table->columns);
  return LIMEN_OK;
}

/* The distances that belong to "neighbors" are in "distances"; they follow the ids in the copy. */
static int copy_distances(hid_t file, const struct limen_hdf5_request *request,
                          const struct table *ids, struct limen_layout *layout,
                          struct limen_error *error) {
  struct table table;
  if (strcmp(ids->name, "neighbors") != 0 || H5Lexists(file, "distances", H5P_DEFAULT) <= 0)
    return LIMEN_OK;
  int status = understand(file, "distances", request, &table, error);
  if (status != LIMEN_OK) return status;
  if (table.rows != ids->rows || table.columns != ids->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the dataset %s is %zu x %zu, but its distances are %zu x %zu", ids->shown,
                      ids->rows, ids->columns, table.rows, table.columns);
  table.cell = LIMEN_CELL_F4; /* libhdf5 converts whatever it is */
  table.memory_type = H5T_NATIVE_FLOAT;
  layout->distances = ids->rows * ids->columns * limen_cell_size(ids->cell);
  return copy_rows(&table, request->copy, error);
}

int limen_hdf5_read(void *context, void *reply, struct limen_error *error) {
  const struct limen_hdf5_request *request = context;
  struct limen_layout *layout = &((struct limen_hdf5_reply *)reply)->layout;
  const char *name = request->dataset ? request->dataset : request->ids ? "neighbors" : "train";
  struct table table;
  hid_t file;
  int status = limen_hdf5_open(request->file, &file, error);
  if (status == LIMEN_OK) status = understand(file, name, request, &table, error);
  if (status != LIMEN_OK) return status;
  layout->cell = table.cell;
  layout->rows = table.rows;
  layout->columns = table.columns;
  layout->stride = table.columns * limen_cell_size(table.cell);
  if ((status = check_attributes(file, &table, layout, error)) != LIMEN_OK) return status;
  /* Ids are few, and copied so that their distances can follow them. */
  if (!request->ids && find_plain_rows(&table, request, &layout->start)) return LIMEN_OK;
  layout->copied = true;
  layout->start = 0;
  status = copy_rows(&table, request->copy, error);
  if (status == LIMEN_OK && request->ids)
    status = copy_distances(file, request, &table, layout, error);
  return status;
}
