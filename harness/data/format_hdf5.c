/* HDF5 as ann-benchmarks uses it: datasets train, test, neighbors, distances; attributes distance,
 * type and dimension, which old files lack.
 *
 * libhdf5 crashes on hostile files, and loops on some. So nothing of it runs in this process: a
 * child opens the file, checks everything, and says where the rows stand. Plain little-endian
 * rows, the usual case, are then mapped from the file itself; compressed, chunked or exotic ones
 * are copied by the child into a file without a name, which is mapped. */
#include <string.h>
#include <unistd.h>

#include "data/child.h"
#include "data/format_entry.h"
#include "data/hdf5.h"

/* Of writing a block, and of waiting for a network disk. */
static const double busy_s = 3, patience_s = 60;

/* The signature stands at 0, or behind a block of the user's at 512, 1024, 2048 and so on. */
static bool has_magic(const struct limen_mapping *file) {
  static const uint8_t magic[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  for (size_t at = 0; at <= file->size && file->size - at >= sizeof magic; at = at ? 2 * at : 512)
    if (memcmp(file->bytes + at, magic, sizeof magic) == 0) return true;
  return false;
}

/* What comes from the child is looked at as what comes from a file. */
static int accept(struct limen_mapping *file, int *copy, const struct limen_layout *layout,
                  struct limen_error *error) {
  struct limen_mapping plain;
  if (layout->copied) {
    int status = limen_mapping_take(&plain, *copy, error);
    *copy = -1;
    if (status != LIMEN_OK) return status;
    limen_mapping_close(file);
    *file = plain;
  }
  if (!limen_layout_within(layout, file->size) ||
      !memchr(layout->metric, '\0', sizeof layout->metric))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the HDF5 library lost its way in it: %s",
                      "the file is damaged");
  return LIMEN_OK;
}

static int lay_out(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                   struct limen_layout *out, struct limen_error *error) {
  if (!has_magic(file))
    return LIMEN_FAIL(error, LIMEN_INPUT, "not an HDF5 file: its signature is missing");
  if (file->unpacked) /* the library wants a file with a name, and packs by itself */
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a compressed HDF5 file is not read; unpack it with gunzip");
  int copy = -1;
  int status = limen_mapping_temporary(&copy, error);
  if (status != LIMEN_OK) return status;
  struct limen_hdf5_request request = {.file = file->descriptor,
                                       .copy = copy,
                                       .file_size = file->size,
                                       .dataset = options->dataset,
                                       .ids = ids,
                                       .values_most = options->values_most};
  struct limen_hdf5_reply reply;
  status = limen_hdf5_run(limen_hdf5_read, &request, &reply, sizeof reply, error);
  if (status == LIMEN_OK) status = accept(file, &copy, &reply.layout, error);
  if (status == LIMEN_OK) *out = reply.layout;
  if (copy >= 0) close(copy);
  return status;
}

/* ---- writing ---- */

static int write_in_child(struct limen_hdf5_output *output, struct limen_error *error) {
  const struct limen_child child = {.work = limen_hdf5_write,
                                    .context = output,
                                    .busy_s = busy_s,
                                    .patience_s = patience_s,
                                    .who = "the HDF5 library",
                                    .blame = "write another format",
                                    .crash_status = LIMEN_FAILED};
  return limen_child_run(&child, NULL, error);
}

static int write_vectors(const struct limen_writer *writer, const struct limen_vectors *vectors,
                         struct limen_error *error) {
  struct limen_hdf5_output output = {.path = writer->aside, .vectors = vectors};
  int status = limen_write_fits("HDF5", vectors->rows, vectors->columns, SIZE_MAX, SIZE_MAX, error);
  return status == LIMEN_OK ? write_in_child(&output, error) : status;
}

static int write_ids(const struct limen_writer *writer, const struct limen_ids *ids,
                     struct limen_error *error) {
  struct limen_hdf5_output output = {.path = writer->aside, .ids = ids};
  int status = limen_write_fits("HDF5", ids->rows, ids->columns, SIZE_MAX, SIZE_MAX, error);
  return status == LIMEN_OK ? write_in_child(&output, error) : status;
}

const struct limen_format limen_format_hdf5 = {
    .name = "hdf5",
    .about = "HDF5 as of ann-benchmarks: train, test, neighbors, distances (--dataset NAME)",
    .endings = {".hdf5", ".h5"},
    .has_magic = has_magic,
    .lay_out = lay_out,
    .write = write_vectors,
    .write_ids = write_ids,
    .writes_distances = true,
};
