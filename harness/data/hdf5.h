/* What runs inside the child process that libhdf5 is confined to. Included by what reads and writes
 * HDF5 only. */
#ifndef LIMEN_DATA_HDF5_H
#define LIMEN_DATA_HDF5_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/layout.h"
#include "data/matrix.h"

struct limen_hdf5_request {
  int file, copy;      /* descriptors: of the HDF5 file, and of an empty one for plain rows */
  size_t file_size;    /* bytes */
  const char *dataset; /* NULL: the usual one */
  bool ids;
  size_t values_most; /* of a dataset; 0: any number */
};

struct limen_hdf5_reply {
  struct limen_layout layout; /* of the copy when `layout.copied`, else of the HDF5 file itself */
};

/* Work for limen_child_run: finds a dataset, checks it, and tells where its plain rows stand in the
 * file, or copies them out where they do not. */
int limen_hdf5_read(void *request, void *reply, struct limen_error *error);

struct limen_hdf5_output {
  const char *path;                    /* an existing file */
  const struct limen_vectors *vectors; /* or NULL */
  const struct limen_ids *ids;         /* or NULL */
};

/* Work for limen_child_run: writes vectors as "train", or ids as "neighbors" and "distances". */
int limen_hdf5_write(void *output, void *reply, struct limen_error *error);

/* Runs work that reads, in a child: LIMEN_INPUT when it crashes, loops or wants too much memory. */
int limen_hdf5_run(int (*work)(void *context, void *reply, struct limen_error *error),
                   void *context, void *reply, size_t reply_size, struct limen_error *error);

/* Quietens the library and keeps it from loading plug-ins. First of all, in the child. */
void limen_hdf5_start(void);

/* The same, and opens the file behind a descriptor for reading. The handle ends with the child. */
int limen_hdf5_open(int descriptor, hid_t *file, struct limen_error *error);

/* A sign of life before a step over so many bytes of a dataset. */
void limen_hdf5_alive(size_t bytes);

/* Why the last call failed, in the library's own words; `out` holds LIMEN_HDF5_REASON bytes. */
enum { LIMEN_HDF5_REASON = 200 };
const char *limen_hdf5_reason(char *out);

/* The attributes of a file: false when it is missing or of another type. A text is cut to `size`
 * and holds plain characters only. */
bool limen_hdf5_text(hid_t file, const char *name, char *out, size_t size);
bool limen_hdf5_whole(hid_t file, const char *name, long long *out);
/* Whole numbers, floats, and truth values as h5py writes them. */
bool limen_hdf5_number(hid_t file, const char *name, double *out);

#endif
