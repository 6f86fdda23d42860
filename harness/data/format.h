/* File formats of vectors and ids (registry: formats.def).
 *
 * A format with a magic number is told by it, whatever the file is called. Else the ending of the
 * name tells it, and the content must agree; a name that tells nothing leaves it to the content
 * alone (sizes that agree, and whether numbers look like ids), and what stays open is asked for.
 * Wrong sizes, NaN, infinities, mixed dimensions and truncation are named with row and byte.
 * Compressed files (gz) are read too, unpacked into a temporary file of bounded size. */
#ifndef LIMEN_DATA_FORMAT_H
#define LIMEN_DATA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/matrix.h"

struct limen_read_options {
  const char *format;  /* a format's name, or NULL to detect it */
  size_t dimension;    /* of headerless float32, and a demand on the others; 0: unknown */
  const char *dataset; /* of an HDF5 file: "train", "test", "neighbors"; NULL: the usual one */
  size_t values_most;  /* of an HDF5 dataset, refused before it is unpacked; 0: any number */
  bool allow_bad;      /* pass NaN and infinities on instead of refusing the file */
};

/* Formats in the order they are listed; NULL past the end. */
const char *limen_format_name(size_t i);
const char *limen_format_about(size_t i);

/* Opens vectors for reading, mapped where the format allows it: the file must not be shortened
 * while they are open. Every value was looked at once, so reads do not fail. `options` may be NULL.
 * LIMEN_INPUT names file, row and byte of what is wrong; LIMEN_USAGE an unknown format or a missing
 * dimension. Closed by limen_vectors_close. */
int limen_vectors_open(const char *path, const struct limen_read_options *options,
                       struct limen_vectors *out, struct limen_error *error);

/* What the file behind opened vectors was found to be. */
struct limen_vectors_about {
  const char *format, *type; /* "fbin", "float32" */
  bool whole;                /* its values are whole numbers of 32 bits or more: ids, most often */
  bool distances;            /* ids have their distances beside them */
  bool unpacked;             /* it was compressed */
  size_t rounded;            /* values that float32 cannot hold exactly and that were rounded */
  char metric[16];           /* which an HDF5 file names ("angular"), "" when it does not */
};
/* NULL for vectors that come from no file; valid until they are closed. */
const struct limen_vectors_about *limen_vectors_about(const struct limen_vectors *vectors);

/* The same as limen_vectors_open, read into memory whole. */
int limen_matrix_read(const char *path, const struct limen_read_options *options,
                      struct limen_matrix *out, struct limen_error *error);

/* Ids with or without distances: ivecs, ibin (with or without a distance block), npy, HDF5. The
 * distances are the file's own, in its metric and order; infinities (no answer) are left as they
 * are, NaN is refused. */
int limen_ids_read(const char *path, const struct limen_read_options *options,
                   struct limen_ids *out, struct limen_error *error);

/* One column of a text file, counted from 0, separated by tabs; or the bytes of a one-dimensional
 * idx file, each its own category. Either may be compressed. Names are in the order in which they
 * come up first. */
int limen_labels_read(const char *path, size_t column, struct limen_labels *out,
                      struct limen_error *error);

/* Writes by the ending of the name; values are rounded where the format is narrower only when they
 * are exactly representable, else LIMEN_INPUT names the row. LIMEN_USAGE lists the endings there
 * are. */
int limen_vectors_write(const char *path, const struct limen_vectors *vectors,
                        struct limen_error *error);
/* Distances are written where the format has a place for them (ibin, HDF5). */
int limen_ids_write(const char *path, const struct limen_ids *ids, struct limen_error *error);
/* LIMEN_USAGE as those two would, for callers that must read or compute before they write. */
int limen_format_writes(const char *path, struct limen_error *error);
/* Whether a file of this name can hold ids, and whether with distances. */
bool limen_format_writes_ids(const char *path);
bool limen_format_writes_distances(const char *path);

/* Rows that are all zero, and rows that repeat an earlier one: counted, the first few named. Zero
 * rows after the first are repeated ones, too. */
struct limen_defects {
  size_t zero_rows, repeated_rows;
  size_t first_zero, first_repeat, repeat_of; /* rows; only when the count is not 0 */
};
/* One pass over the rows, with 24 to 48 bytes of memory a row. */
int limen_defects_find(const struct limen_vectors *vectors, struct limen_defects *out,
                       struct limen_error *error);

#endif
